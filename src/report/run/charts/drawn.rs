//! What the charts of a run share: the profiles drawn, what is said of all of them, and the clock.

use crate::chart::{Arrangement, Axis, Clock, Heading, LineChart, LinePanel};
use crate::report::chart::{BAND, PANELS_MAX};
use crate::report::run::charts::clocks;
use crate::report::run::charts::shades::Shades;
use crate::report::words::{headline, plural};
use crate::scenario::Scenario;
use crate::study::ProfileRun;

/// Panels with clock times at most: more are better seen beside each other.
const CLOCKS_MAX: usize = 4;

/// What the charts of a run are made of.
pub(super) struct Drawn<'a> {
    pub scenario: &'a Scenario,
    /// As many as there is room for.
    pub profiles: &'a [ProfileRun],
    pub subtitle: String,
    pub shades: Shades,
    clock: Option<Clock>,
}

impl<'a> Drawn<'a> {
    pub(super) fn of(
        scenario: &'a Scenario,
        profiles: &'a [ProfileRun],
        replications: u64,
    ) -> Drawn<'a> {
        let profiles = &profiles[..profiles.len().min(PANELS_MAX)];
        let replications = plural(replications, "replication");
        Drawn {
            scenario,
            profiles,
            subtitle: format!("{}; {replications}", headline(scenario)),
            shades: Shades::of(scenario),
            clock: clocks::of_first(scenario, profiles),
        }
    }

    /// A chart over time: its bands and shades explained, and the clock below panels that are not too many, which then stand below each other.
    pub(super) fn over_time(
        &self,
        heading: Heading,
        x: Axis,
        y: Axis,
        panels: Vec<LinePanel>,
    ) -> LineChart {
        let clock = self.clock.as_ref().filter(|_| panels.len() <= CLOCKS_MAX);
        LineChart {
            shade_note: self.shades.note(),
            arrangement: match clock {
                Some(_) => Arrangement::Stacked,
                None => Arrangement::SideBySide,
            },
            clocks: panels.iter().filter_map(|_| clock.cloned()).collect(),
            band_note: BAND.to_owned(),
            ..LineChart::new(heading, x, y, panels)
        }
    }
}
