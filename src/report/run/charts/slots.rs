//! Where the time in slots went.

use crate::chart::{Axis, Heading, Picture, Quantity, Stack, StackChart, StackPart};
use crate::report::run::charts::drawn::Drawn;
use crate::report::run::charts::titles;
use crate::study::CAUSES;

/// By [`CAUSES`]: work in cold colours, waiting in warm ones.
const COLOURS: [usize; CAUSES.len()] = [0, 2, 5, 3, 4, 1, 6];

/// The chart of the time in slots by cause.
pub(super) fn slot_use(drawn: &Drawn) -> Picture {
    let parts = CAUSES.iter().zip(COLOURS).map(|(name, colour)| StackPart {
        name: (*name).to_owned(),
        colour,
    });
    let stacks = drawn.profiles.iter().map(|profile| Stack {
        name: profile.name.clone(),
        values: profile.slots.mean_s.iter().map(|s| s / 3600.0).collect(),
    });
    StackChart {
        heading: Heading::new(titles::slot_use(drawn.profiles), drawn.subtitle.as_str()),
        value: Axis::new("Robot-hours in slots per rollout, mean", Quantity::Number),
        parts: parts.collect(),
        stacks: stacks.collect(),
    }
    .picture()
}
