//! What links carried, over replications.

use crate::model::SharedLink;
use crate::sim::{LinkUse, Outcome, Rate};
use crate::stats::Support;
use crate::study::limit::Reach;
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
    /// How long some download got less than its own rate [s].
    pub saturated_s: Spread,
}

/// The links of a world in their order.
pub(super) fn link_summaries(
    links: &[SharedLink],
    outcomes: &[Outcome],
    reach: &Reach,
) -> Vec<LinkSummary> {
    let summary = |(i, link): (usize, &SharedLink)| {
        let spread = |support: Support, value: fn(&LinkUse) -> f64| {
            let support = if reach.is_certain() {
                Support::Certain
            } else {
                support
            };
            Spread::of(
                outcomes
                    .iter()
                    .map(|outcome| value(&outcome.links[i]))
                    .collect(),
                support,
            )
        };
        LinkSummary {
            name: link.name.clone(),
            capacity: link.capacity,
            bytes: spread(reach.bytes(), |link| link.bytes as f64),
            peak_bit_s: spread(Support::Within(0.0, link.capacity as f64), |link| {
                bits_per_s(link.peak)
            }),
            saturated_s: spread(Support::Loose(0.0, f64::INFINITY), |link| {
                link.saturated as f64 / 1000.0
            }),
        }
    };
    links.iter().enumerate().map(summary).collect()
}

fn bits_per_s(rate: Rate) -> f64 {
    rate.bits_per_s() as f64
}
