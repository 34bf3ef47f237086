//! What links carried, over replications.

use crate::model::SharedLink;
use crate::sim::{LinkUse, Outcome, Rate};
use crate::study::summary::Spread;

/// What one link carried, until robots were watched no more.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkSummary {
    pub name: String,
    /// [bit/s]
    pub capacity: u64,
    /// Bytes of all downloads over it, those of healing robots and unfinished ones included.
    pub bytes: Spread,
    /// The highest rate that lasted a millisecond [bit/s].
    pub peak_bit_s: Spread,
    /// How long somebody got less than his own rate [s].
    pub saturated_s: Spread,
}

/// The links of a world in their order.
pub(super) fn link_summaries(links: &[SharedLink], outcomes: &[Outcome]) -> Vec<LinkSummary> {
    let summary = |(i, link): (usize, &SharedLink)| {
        let spread = |value: fn(&LinkUse) -> f64| Spread::of(outcomes.iter().map(|outcome| value(&outcome.links[i])).collect());
        LinkSummary {
            name: link.name.clone(),
            capacity: link.capacity,
            bytes: spread(|link| link.bytes as f64),
            peak_bit_s: spread(|link| bits_per_s(link.peak)),
            saturated_s: spread(|link| link.saturated as f64 / 1000.0),
        }
    };
    links.iter().enumerate().map(summary).collect()
}

fn bits_per_s(rate: Rate) -> f64 {
    rate.bits_per_s() as f64
}
