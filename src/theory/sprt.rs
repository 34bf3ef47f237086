//! What is best possible: the sequential test that stops a bad release with the fewest robots and a good one hardly ever.
//!
//! Wald's sequential probability ratio test of "robots fail with probability good" against "with probability bad" stops as soon as the
//! outcomes seen are a given number of times likelier under the second. Only the one side is of use here: a rollout that is going well goes on to
//! its end. A. Wald, "Sequential tests of statistical hypotheses", Annals of Mathematical Statistics 16 (1945).

use crate::numeric::math::ln;

/// A line of failures over robots started: at or above it the job stops.
///
/// A robot in flight counts as one that has not failed yet. Counting the completed ones only would be void once failures end
/// earlier than successes do.
///
/// ```
/// use rollcast::theory::{OptimumLine, operating};
///
/// let line = OptimumLine::new(0.01, 0.2, 0.001).unwrap();
/// assert_eq!(
///     (line.failures_to_stop(10), line.failures_to_stop(500)),
///     (3, 36)
/// );
/// let stops = |p| operating(500, 50, p, |started| line.failures_to_stop(started));
/// assert!(stops(0.01).reached < 0.001);
/// assert!(stops(0.2).started < operating(500, 50, 0.2, |_| 25).started);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OptimumLine {
    intercept: f64,
    slope: f64,
}

impl OptimumLine {
    /// The line that stops a release whose robots fail with probability `good` in at most a share `error` of rollouts, whatever the
    /// window, and one whose robots fail with probability `bad` the soonest; nothing unless 0 < good < bad < 1.
    ///
    /// # Panics
    ///
    /// Unless `0 < error < 1`.
    #[must_use]
    pub fn new(good: f64, bad: f64, error: f64) -> Option<OptimumLine> {
        assert!(
            error > 0.0 && error < 1.0,
            "an error lies strictly between 0 and 1, not {error}"
        );
        if !(0.0 < good && good < bad && bad < 1.0) {
            return None;
        }
        let odds_ratio = ln(bad / good * ((1.0 - good) / (1.0 - bad)));
        Some(OptimumLine {
            intercept: ln(1.0 / error) / odds_ratio,
            slope: ln((1.0 - good) / (1.0 - bad)) / odds_ratio,
        })
    }

    /// The least number of failures among `started` robots that stops the job.
    #[must_use]
    pub fn failures_to_stop(&self, started: u64) -> u64 {
        // A line that goes through a whole number is met by it.
        const ROUNDING: f64 = 1e-9;
        (self.intercept + self.slope * started as f64 - ROUNDING).ceil() as u64
    }
}
