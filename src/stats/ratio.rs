//! Ratios of two totals, such as robots updated per robot started.
//!
//! The mean of the replications' own ratios answers another question: it gives
//! a rollout stopped after ten robots the weight of one that reached all. The
//! ratio of the totals weighs every robot alike.

use super::interval::Interval;
use super::moments::t_interval;

/// Estimate of `E[x] / E[y]` from pairs (x, y), one per replication.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// Number of pairs, at least 1.
    pub count: usize,
    /// Sum of x over sum of y.
    pub estimate: f64,
    /// Standard error of the estimate; `None` for a single pair.
    pub standard_error: Option<f64>,
}

impl Ratio {
    /// The ratio of the totals, summed in index order; `None` when there are no
    /// pairs or the total of y is 0.
    ///
    /// The standard error is that of the delta method,
    /// `sqrt(Σ (xᵢ − r yᵢ)² / (n (n − 1))) / mean(y)`: Cochran, "Sampling
    /// Techniques" (3rd ed., 1977), section 6.4.
    ///
    /// # Panics
    ///
    /// If the slices differ in length, a value is not finite, or a y is
    /// negative.
    #[must_use]
    pub fn of(x: &[f64], y: &[f64]) -> Option<Self> {
        assert_eq!(x.len(), y.len(), "a ratio needs pairs");
        assert!(
            x.iter().all(|x| x.is_finite()) && y.iter().all(|&y| y.is_finite() && y >= 0.0),
            "a ratio needs finite totals, and denominators of at least 0"
        );
        let y_total: f64 = y.iter().sum();
        if y_total == 0.0 {
            return None;
        }
        let estimate = x.iter().sum::<f64>() / y_total;
        let squares: f64 = x
            .iter()
            .zip(y)
            .map(|(x, y)| {
                let residual = x - estimate * y;
                residual * residual
            })
            .sum();
        let count = x.len() as f64;
        let standard_error = (squares * count / (count - 1.0)).sqrt() / y_total;
        Some(Self { count: x.len(), estimate, standard_error: (x.len() > 1).then_some(standard_error) })
    }

    /// Two-sided Student t interval with `count − 1` degrees of freedom; `None`
    /// for a single pair.
    ///
    /// Its coverage approaches `level` as pairs are added. It knows nothing of
    /// natural limits and may reach beyond 1 for a success rate.
    ///
    /// # Panics
    ///
    /// Unless `0 < level < 1`.
    #[must_use]
    pub fn interval(&self, level: f64) -> Option<Interval> {
        let df = self.count as f64 - 1.0;
        Some(t_interval(self.estimate, self.standard_error?, df, level))
    }
}
