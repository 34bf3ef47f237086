//! The weekly hours that robots keep: when they are offline by the clock, and when they may be contacted.

use std::ops::Range;
use std::slice;

use crate::model::{Cohort, Ms, Windows};

/// Robots of a cohort that keep the same hours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Clock<'c> {
    pub(crate) robots: u32,
    /// Its maintenance windows; none where it may be contacted at any time.
    pub(crate) windows: Option<&'c Windows>,
    /// Its hours offline.
    pub(crate) offline: Option<&'c Windows>,
}

/// A stretch of time in which robots may be contacted and are not offline by the clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// [ms after the beginning]
    pub(crate) time: Range<Ms>,
    /// Whether it ends as hours offline begin, and not because a window closes.
    pub(crate) ends_offline: bool,
}

/// Hours are counted over the first four weeks [ms]: over whole weeks they come to what was written, and a night on which clocks are set
/// counts only where it is near.
const COUNTED: Ms = 28 * 86_400_000;

/// The share of the first weeks that weekly hours are, and how long they last at a time, at most [ms].
pub(crate) fn typical(hours: &Windows) -> (f64, Ms) {
    let counted = COUNTED.min(hours.horizon_ms());
    let (mut sum, mut longest) = (0, 0);
    for hours in hours.intervals().iter().filter(|it| it.start < counted) {
        sum += hours.end.min(counted) - hours.start;
        longest = longest.max(hours.end - hours.start);
    }
    (sum as f64 / counted as f64, longest)
}

/// The clocks of a cohort's robots.
pub(crate) fn clocks(cohort: &Cohort) -> Vec<Clock<'_>> {
    let of = |index: u32, robots: u32| Clock {
        robots,
        windows: cohort.windows_of(index),
        offline: cohort.offline_hours_of(index),
    };
    if cohort.inventory.is_empty() {
        return vec![of(0, cohort.robots)];
    }
    let mut clocks: Vec<Clock> = Vec::new();
    for own in (0..cohort.robots).map(|index| of(index, 1)) {
        match clocks.iter_mut().find(|clock| clock.is_as(&own)) {
            Some(clock) => clock.robots += 1,
            None => clocks.push(own),
        }
    }
    clocks
}

/// Whether hours are the same; those of robots in the same zone are often one and the same.
fn are_same(a: Option<&Windows>, b: Option<&Windows>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => std::ptr::eq(a, b) || a == b,
        (None, None) => true,
        _ => false,
    }
}

impl Clock<'_> {
    /// Whether the hours are the same.
    pub(crate) fn is_as(&self, other: &Clock) -> bool {
        are_same(self.windows, other.windows) && are_same(self.offline, other.offline)
    }

    /// When they can first be contacted [ms after the beginning]; none where that is never, as far as hours are known.
    pub(crate) fn first_contact(&self) -> Option<Ms> {
        self.stretches().first().map(|it| it.time.start)
    }

    /// Whether there are any.
    pub(crate) fn has_hours(&self) -> bool {
        self.windows.is_some() || self.offline.is_some()
    }

    /// The stretches in which robots can be contacted, one after another, as far as hours are known.
    pub(crate) fn stretches(&self) -> Vec<Stretch> {
        let horizon = [self.windows, self.offline]
            .into_iter()
            .flatten()
            .map(Windows::horizon_ms)
            .min();
        let Some(horizon) = horizon else {
            return vec![Stretch {
                time: 0..Ms::MAX,
                ends_offline: false,
            }];
        };
        let always = 0..horizon;
        let open = self
            .windows
            .map_or(slice::from_ref(&always), Windows::intervals);
        let mut stretches = Vec::new();
        for window in open {
            let mut from = window.start;
            while from < window.end {
                let Some(hours) = self.offline else {
                    stretches.push(Stretch {
                        time: from..window.end,
                        ends_offline: false,
                    });
                    break;
                };
                let (closed, next) = hours.around(from);
                if let Some(closed) = closed {
                    from = closed.end;
                    continue;
                }
                let next = next.unwrap_or(horizon);
                stretches.push(Stretch {
                    time: from..next.min(window.end),
                    ends_offline: next <= window.end,
                });
                from = next;
            }
        }
        stretches
    }

    /// How long after the beginning `work` is done that many slots share evenly [ms], if they work in the stretches alone: a deployment of
    /// `each` [ms] goes on when its window closes, and stands still while the robot is offline. None where that is beyond what is known.
    pub(crate) fn done_after(&self, work: f64, each: f64) -> Option<f64> {
        let mut left = work;
        let mut stretches = self.stretches().into_iter().peekable();
        while let Some(Stretch { time, ends_offline }) = stretches.next() {
            let length = (time.end - time.start) as f64;
            let until_next = stretches
                .peek()
                .map_or(f64::INFINITY, |next| (next.time.start - time.end) as f64);
            // On average a deployment is half done when its window closes; what goes on beyond the next opening counts there.
            let more = if ends_offline {
                0.0
            } else {
                until_next.min(each / 2.0)
            };
            if left <= length + more {
                return Some(time.start as f64 + left);
            }
            left -= length + more;
        }
        None
    }
}
