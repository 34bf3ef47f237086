//! What an engine's rules come to for a job of known size: what is played.

use crate::model::Ms;
use crate::random::Chance;
use crate::rollout::{Admission, EndedBy, OnStop, Order, Pacing, Stop};

/// The rules of a job as numbers of robots and times: one choice of an engine's knobs for a job of known size.
///
/// Sorted settings lie so that those that share a line-up, and then a trajectory, are neighbours.
///
/// ```
/// use rollcast::rollout::{Levels, Rules};
///
/// let setting = |concurrency, threshold| {
///     Rules::default()
///         .at(Levels {
///             concurrency,
///             threshold,
///         })
///         .setting(60)
/// };
/// // The threshold shows only where it is reached.
/// assert!(setting(20, 10).shares_trajectory(&setting(20, 50)));
/// assert!(!setting(20, 10).shares_trajectory(&setting(30, 10)));
/// // When the sixth fails, the first twelve and one for each failure before it have started at least.
/// assert_eq!(setting(20, 10).started_at_stop(60), Some(12 + 5));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Setting {
    pub order: Order,
    /// From a robot's start to the end of its deployment at the latest [ms].
    pub robot_timeout: Ms,
    pub admission: Admission,
    /// How the job may end while it prepares, with cumulated chances.
    pub job_faults: Vec<(EndedBy, Chance)>,
    /// In the order in which they are looked at; at least one.
    pub stops: Vec<Stop>,
}

impl Setting {
    /// Whether the fast play serves it, in a world in which robots do not meet: a window along the line-up, and one stop rule that counts
    /// failures. The event play serves every setting.
    #[must_use]
    pub fn is_window(&self) -> bool {
        self.admission.is_window() && self.stops.len() == 1
    }

    /// Whether two settings differ in nothing but the number of failures of their one stop rule. Up to where the first of them fires their
    /// trajectories are one. Where robots do not meet, what follows needs no play either, as a stop ends admission for good and robots in flight end
    /// as they would have: the threshold is free. Where they meet on links, each goes on from there by itself.
    #[must_use]
    pub fn shares_trajectory(&self, other: &Setting) -> bool {
        let Setting {
            order,
            robot_timeout,
            admission,
            job_faults,
            stops,
        } = self;
        let same_but_failures = match (stops.as_slice(), other.stops.as_slice()) {
            ([ours], [theirs]) => {
                Stop {
                    failures: 0,
                    ..*ours
                } == Stop {
                    failures: 0,
                    ..*theirs
                }
            }
            _ => *stops == other.stops,
        };
        same_but_failures
            && (order, robot_timeout, admission, job_faults)
                == (
                    &other.order,
                    &other.robot_timeout,
                    &other.admission,
                    &other.job_faults,
                )
    }

    /// The probability that the job fails while it prepares.
    #[must_use]
    pub fn faulty(&self) -> f64 {
        self.job_faults
            .last()
            .map_or(0.0, |(_, any)| any.probability())
    }

    /// The fewest failures at which a stop rule fires; more than there are robots where none does.
    #[must_use]
    pub fn failures_to_stop(&self) -> u32 {
        self.stops
            .iter()
            .map(|stop| stop.failures)
            .min()
            .unwrap_or(u32::MAX)
    }

    /// What becomes of the robots in flight when the job stops or its deadline comes.
    #[must_use]
    pub fn on_stop(&self) -> OnStop {
        self.stops
            .first()
            .map_or(OnStop::Drain, |stop| stop.on_stop)
    }

    /// How many of `n` robots have started when a stop rule fires, at least; not known but for a window.
    #[must_use]
    pub fn started_at_stop(&self, n: u32) -> Option<u32> {
        let (window, needed) = (self.admission.window, self.failures_to_stop());
        self.is_window().then(|| match self.admission.pacing {
            // Of those that ended before, all slots have been filled again.
            Pacing::Sliding => n.min(window + (needed - 1).min(n)),
            Pacing::Batches => n.min(needed.div_ceil(window).saturating_mul(window)),
        })
    }

    /// The most of `n` robots that fail, if a stop comes in time for any: those in flight when it fires may fail too.
    #[must_use]
    pub fn failures_max(&self, n: u32) -> u32 {
        let draining = if self.on_stop() == OnStop::Drain {
            self.admission.window.min(n) - 1
        } else {
            0
        };
        self.failures_to_stop().saturating_add(draining).min(n)
    }

    /// Whether the recursions over starts and failures are exact, if outcomes do not depend on time: a freed slot is filled at once, and robots
    /// in flight run on.
    #[must_use]
    pub fn has_recursions(&self) -> bool {
        self.is_window()
            && self.admission.pacing == Pacing::Sliding
            && self.on_stop() == OnStop::Drain
            && self.job_faults.is_empty()
    }
}
