//! Links: a capacity that downloads share, max-min fair.

use rollcast::model::Ms;

/// A link, and what it has carried.
#[derive(Clone, Debug, Default)]
pub struct Link {
    /// [1/1024 bit/s]
    pub capacity: u128,
    /// [1/1024 bit/s × ms]
    pub carried: u128,
    /// The highest total rate [1/1024 bit/s].
    pub peak: u128,
    /// How long somebody got less than its cap [ms].
    pub saturated: Ms,
    /// The total rate from a time on, where it changes.
    pub loads: Vec<(Ms, u128)>,
}

impl Link {
    /// Takes note of downloads that ran at the same rates from a time to another; of each its rate and its cap.
    pub fn lasts(&mut self, from: Ms, to: Ms, rates_and_caps: &[(u128, u128)]) {
        let total: u128 = rates_and_caps.iter().map(|(rate, _)| rate).sum();
        assert!(total <= self.capacity && rates_and_caps.iter().all(|(rate, cap)| rate <= cap));
        if from < to {
            self.peak = self.peak.max(total);
            self.saturated += if rates_and_caps.iter().any(|(rate, cap)| rate < cap) {
                to - from
            } else {
                0
            };
            if self.loads.last().map_or(0, |(_, load)| *load) != total {
                self.loads.push((from, total));
            }
        }
    }
}

/// What each download gets: its cap or the common level, whichever is less, where the level is the highest that the capacity holds.
pub fn shares(capacity: u128, caps: &[u128]) -> Vec<u128> {
    let at = |level: u128| caps.iter().map(move |cap| level.min(*cap));
    let fits = |level: u128| at(level).sum::<u128>() <= capacity;
    let (mut level, mut above) = (0, caps.iter().max().map_or(1, |cap| cap + 1));
    while above - level > 1 {
        let middle = (level + above) / 2;
        if fits(middle) {
            level = middle;
        } else {
            above = middle;
        }
    }
    at(level).collect()
}
