//! What links carried, over replications.

use crate::model::SharedLink;
use crate::sim::{LinkUse, Outcome};
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
    let summaries = links.iter().enumerate().map(|(i, link)| {
        let capacity = Support::Within(0.0, link.capacity as f64);
        let any_time = Support::Loose(0.0, f64::INFINITY);
        let uses: Vec<&LinkUse> = outcomes.iter().map(|outcome| &outcome.links[i]).collect();
        LinkSummary {
            name: link.name.clone(),
            capacity: link.capacity,
            bytes: spread(&uses, reach.bytes(), reach, |link| link.bytes as f64),
            peak_bit_s: spread(&uses, capacity, reach, |link| link.peak.bits_per_s() as f64),
            saturated_s: spread(&uses, any_time, reach, |link| {
                link.saturated as f64 / 1000.0
            }),
        }
    });
    summaries.collect()
}

fn spread(
    uses: &[&LinkUse],
    support: Support,
    reach: &Reach,
    value: fn(&LinkUse) -> f64,
) -> Spread {
    let values = uses.iter().map(|link| value(link));
    Spread::of(values.collect(), reach.or_certain(support))
}
