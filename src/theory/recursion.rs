//! What a stop rule does where durations do not depend on outcomes: exactly, by a recursion over completed and failed robots.
//!
//! Then it does not matter which robot ends when: each that ends has failed with the same probability. After k have ended, of
//! which none has stopped the job, all that is random is how many failed; what reaches the boundary is taken out. Robots are started as
//! slots become free, and those in flight at the stop drain.

/// What becomes of a job under a stop rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Operating {
    /// The probability that the boundary is reached.
    pub reached: f64,
    /// The probability that it is reached with robots left over.
    pub stopped: f64,
    /// Robots started, mean.
    pub started: f64,
    /// Robots that fail, those that drain included, mean.
    pub failed: f64,
}

/// Jobs rarer than this are left out; what becomes of them shows in no number.
const NEGLIGIBLE: f64 = 1e-100;

/// A job of `n` robots, `window` at a time, each of which fails with probability `p`, independently. It stops when at the end of a
/// deployment the failed ones are at least `boundary(started)`, the number of robots started by then. About `40 n · sqrt(n p)` products.
///
/// ```
/// use rollcast::theory::operating;
///
/// // 500 robots, 50 at a time, stopped by 25 failures.
/// let (good, bad) = (
///     operating(500, 50, 0.01, |_| 25),
///     operating(500, 50, 0.2, |_| 25),
/// );
/// assert!(good.reached < 1e-9 && bad.reached > 0.999);
/// // 125 ends hold 25 failures, and as many as the other slots were refilled by then.
/// assert!((bad.started - (125.0 + 49.0)).abs() < 1.0);
/// ```
///
/// # Panics
///
/// If there is no window, or unless `0 <= p <= 1`.
#[must_use]
pub fn operating(n: u64, window: u64, p: f64, boundary: impl Fn(u64) -> u64) -> Operating {
    assert!(window > 0, "nobody ever starts");
    assert!(
        (0.0..=1.0).contains(&p),
        "a probability lies between 0 and 1, not {p}"
    );
    let (mut reached, mut stopped, mut left_over) = (0.0, 0.0, 0.0);
    // By failed robots from `least` on, of the jobs that go on.
    let (mut least, mut mass) = (0, vec![1.0]);
    for completed in 1..=n {
        mass.push(0.0);
        for failed in (1..mass.len()).rev() {
            mass[failed] = mass[failed] * (1.0 - p) + mass[failed - 1] * p;
        }
        mass[0] *= 1.0 - p;
        let started = n.min(window + completed - 1);
        let from = usize::try_from(boundary(started).saturating_sub(least))
            .unwrap_or(usize::MAX)
            .min(mass.len());
        for mass in &mass[from..] {
            reached += mass;
            stopped += if started < n { *mass } else { 0.0 };
            left_over += mass * (n - started) as f64;
        }
        mass.truncate(from);
        if mass.last().is_some_and(|mass| *mass < NEGLIGIBLE) {
            mass.pop();
        }
        if mass.first().is_some_and(|mass| *mass < NEGLIGIBLE) {
            mass.remove(0);
            least += 1;
        }
        if mass.is_empty() {
            break;
        }
    }
    let started = n as f64 - left_over;
    // Whether a robot starts is decided before its outcome is, so the means go as the probability (Wald's identity).
    // Sums of many masses may end a hair above one.
    Operating {
        reached: reached.min(1.0),
        stopped: stopped.min(1.0),
        started,
        failed: p * started,
    }
}
