//! Laws that come from measurements instead of a formula: a table of quantiles, and recorded values.

use super::shape::Shape;

/// A measured quantile function: straight between its points and clamped at its ends, so what lies beyond the first and last
/// probability is an atom at the first and last value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Quantiles {
    /// (probability, value): probabilities strictly increasing, values non-decreasing, two points or more.
    pub points: Vec<(f64, f64)>,
}

impl Quantiles {
    fn first(&self) -> (f64, f64) {
        self.points[0]
    }

    fn last(&self) -> (f64, f64) {
        self.points[self.points.len() - 1]
    }

    /// The probability at `x` on the line that ends at point `end`. Its value is above the one before it.
    fn along(&self, end: usize, x: f64) -> f64 {
        let ((p0, x0), (p1, x1)) = (self.points[end - 1], self.points[end]);
        p0 + (p1 - p0) * ((x - x0) / (x1 - x0))
    }
}

impl Shape for Quantiles {
    fn cdf(&self, x: f64) -> f64 {
        if x < self.first().1 {
            return 0.0;
        }
        let above = self.points.partition_point(|&(_, value)| value <= x);
        if above == self.points.len() {
            1.0
        } else {
            self.along(above, x)
        }
    }

    fn sf(&self, x: f64) -> f64 {
        1.0 - self.cdf(x)
    }

    fn cdf_before(&self, x: f64) -> f64 {
        if x <= self.first().1 {
            return 0.0;
        }
        let end = self.points.partition_point(|&(_, value)| value < x);
        if end == self.points.len() {
            1.0
        } else {
            self.along(end, x)
        }
    }

    fn sf_from(&self, x: f64) -> f64 {
        1.0 - self.cdf_before(x)
    }

    fn quantile(&self, p: f64) -> f64 {
        let end = self.points.partition_point(|&(level, _)| level < p);
        if end == 0 {
            return self.first().1;
        }
        if end == self.points.len() {
            return self.last().1;
        }
        let ((p0, x0), (p1, x1)) = (self.points[end - 1], self.points[end]);
        x0 + (x1 - x0) * ((p - p0) / (p1 - p0))
    }

    fn quantile_upper(&self, q: f64) -> f64 {
        let end = self.points.partition_point(|&(level, _)| 1.0 - level > q);
        if end == 0 {
            return self.first().1;
        }
        if end == self.points.len() {
            return self.last().1;
        }
        let ((p0, x0), (p1, x1)) = (self.points[end - 1], self.points[end]);
        x1 - (x1 - x0) * ((q - (1.0 - p1)) / (p1 - p0))
    }

    fn mean(&self) -> f64 {
        let between: f64 = self
            .points
            .windows(2)
            .map(|ends| (ends[1].0 - ends[0].0) * 0.5 * (ends[0].1 + ends[1].1))
            .sum();
        self.first().0 * self.first().1 + between + (1.0 - self.last().0) * self.last().1
    }

    fn knots(&self) -> Vec<f64> {
        let mut knots: Vec<f64> = self.points.iter().map(|&(_, value)| value).collect();
        knots.dedup();
        knots
    }

    fn is_piecewise_linear(&self) -> bool {
        true
    }
}

/// Recorded values, each as likely as any other: an atom at every one of them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Samples {
    /// Sorted, one or more.
    pub values: Vec<f64>,
}

impl Samples {
    fn n(&self) -> f64 {
        self.values.len() as f64
    }

    fn share(&self, count: usize) -> f64 {
        count as f64 / self.n()
    }

    fn count_to(&self, x: f64) -> usize {
        self.values.partition_point(|&value| value <= x)
    }

    fn count_before(&self, x: f64) -> usize {
        self.values.partition_point(|&value| value < x)
    }
}

impl Shape for Samples {
    fn cdf(&self, x: f64) -> f64 {
        self.share(self.count_to(x))
    }

    fn sf(&self, x: f64) -> f64 {
        self.share(self.values.len() - self.count_to(x))
    }

    fn cdf_before(&self, x: f64) -> f64 {
        self.share(self.count_before(x))
    }

    fn sf_from(&self, x: f64) -> f64 {
        self.share(self.values.len() - self.count_before(x))
    }

    fn quantile(&self, p: f64) -> f64 {
        let at_or_below = ((p * self.n()).ceil() as usize).max(1);
        self.values[at_or_below - 1]
    }

    fn quantile_upper(&self, q: f64) -> f64 {
        let above = ((q * self.n()).floor() as usize).min(self.values.len() - 1);
        self.values[self.values.len() - 1 - above]
    }

    fn mean(&self) -> f64 {
        self.values.iter().sum::<f64>() / self.n()
    }

    fn knots(&self) -> Vec<f64> {
        let mut knots = self.values.clone();
        knots.dedup();
        knots
    }

    fn is_piecewise_linear(&self) -> bool {
        true
    }
}
