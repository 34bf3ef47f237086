//! What is known of every kind of law.

/// A distribution on the non-negative numbers, both of its tails to full relative accuracy.
pub(super) trait Shape {
    /// P(X ≤ x).
    fn cdf(&self, x: f64) -> f64;

    /// P(X > x).
    fn sf(&self, x: f64) -> f64;

    /// P(X < x), which differs from the cdf at atoms.
    fn cdf_before(&self, x: f64) -> f64 {
        self.cdf(x)
    }

    /// P(X ≥ x), which differs from the sf at atoms.
    fn sf_from(&self, x: f64) -> f64 {
        self.sf(x)
    }

    /// The least x with P(X ≤ x) ≥ p.
    fn quantile(&self, p: f64) -> f64;

    /// The least x with P(X > x) ≤ q.
    fn quantile_upper(&self, q: f64) -> f64;

    fn mean(&self) -> f64;

    /// The size of value that counts: what is far smaller may be off by a far smaller part of this.
    fn yardstick(&self) -> f64 {
        self.mean()
    }

    /// In increasing order, the values where the cdf jumps or is not smooth. The first is the least possible value.
    fn knots(&self) -> Vec<f64>;

    /// Whether the cdf consists of jumps and straight lines.
    fn is_piecewise_linear(&self) -> bool {
        false
    }
}

/// What has a shape.
pub(super) trait Shaped {
    fn shape(&self) -> &dyn Shape;
}
