//! The residual law of a law whose cdf consists of jumps and straight lines: its own is straight where the other is level, and a
//! parabola elsewhere.

use crate::numeric::math::sqrt;
use crate::random::shape::Shape;

/// The area under P(X > x), cut where that function jumps or bends, and summed from both ends so that neither tail is lost to rounding.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::random) struct PolygonExcess {
    /// From zero to the greatest value.
    corners: Vec<Corner>,
}

#[derive(Clone, Debug, PartialEq)]
struct Corner {
    x: f64,
    /// P(X ≥ x) and P(X > x).
    sf_from: f64,
    sf: f64,
    /// ∫ P(X > t) dt from zero to x, and from x on.
    area_below: f64,
    area_above: f64,
}

/// P(X > x) between two corners: it falls straight from `high` to `low` over `width`.
struct Slope {
    width: f64,
    high: f64,
    low: f64,
}

impl Slope {
    fn area(&self) -> f64 {
        self.width * 0.5 * (self.high + self.low)
    }

    /// The area within `distance` of the left end.
    fn area_from_left(&self, distance: f64) -> f64 {
        distance * (self.high - 0.5 * (self.high - self.low) * (distance / self.width))
    }

    fn area_from_right(&self, distance: f64) -> f64 {
        distance * (self.low + 0.5 * (self.high - self.low) * (distance / self.width))
    }

    /// How far from the left end the area there is `area`.
    fn distance_from_left(&self, area: f64) -> f64 {
        let square = self.high * self.high - 2.0 * (self.high - self.low) * (area / self.width);
        (2.0 * area / (self.high + sqrt(square.max(0.0)))).min(self.width)
    }

    fn distance_from_right(&self, area: f64) -> f64 {
        let square = self.low * self.low + 2.0 * (self.high - self.low) * (area / self.width);
        if area > 0.0 {
            (2.0 * area / (self.low + sqrt(square.max(0.0)))).min(self.width)
        } else {
            0.0
        }
    }
}

impl PolygonExcess {
    /// `law` is piecewise linear and not always zero.
    pub(crate) fn new(law: &dyn Shape) -> Self {
        let mut knots = law.knots();
        if knots[0] > 0.0 {
            knots.insert(0, 0.0);
        }
        let mut polygon = Self {
            corners: knots
                .into_iter()
                .map(|x| Corner {
                    x,
                    sf_from: law.sf_from(x),
                    sf: law.sf(x),
                    area_below: 0.0,
                    area_above: 0.0,
                })
                .collect(),
        };
        for end in 1..polygon.corners.len() {
            polygon.corners[end].area_below =
                polygon.corners[end - 1].area_below + polygon.slope(end).area();
        }
        for end in (1..polygon.corners.len()).rev() {
            polygon.corners[end - 1].area_above =
                polygon.corners[end].area_above + polygon.slope(end).area();
        }
        polygon
    }

    /// What leads to the corner `end`.
    fn slope(&self, end: usize) -> Slope {
        let (from, to) = (&self.corners[end - 1], &self.corners[end]);
        Slope {
            width: to.x - from.x,
            high: from.sf,
            low: to.sf_from,
        }
    }

    fn slopes(&self) -> impl Iterator<Item = (&Corner, Slope)> {
        (1..self.corners.len()).map(|end| (&self.corners[end - 1], self.slope(end)))
    }

    fn last(&self) -> &Corner {
        &self.corners[self.corners.len() - 1]
    }

    /// The mean of the law, summed from below and, but for rounding the same, from above: so both tails end with exactly 1.
    fn whole(&self) -> (f64, f64) {
        (self.last().area_below, self.corners[0].area_above)
    }
}

impl Shape for PolygonExcess {
    fn cdf(&self, x: f64) -> f64 {
        if x <= 0.0 {
            return 0.0;
        }
        let end = self.corners.partition_point(|corner| corner.x <= x);
        if end == self.corners.len() {
            return 1.0;
        }
        let from = &self.corners[end - 1];
        (from.area_below + self.slope(end).area_from_left(x - from.x)) / self.whole().0
    }

    fn sf(&self, x: f64) -> f64 {
        if x <= 0.0 {
            return 1.0;
        }
        let end = self.corners.partition_point(|corner| corner.x < x);
        if end == self.corners.len() {
            return 0.0;
        }
        let to = &self.corners[end];
        (to.area_above + self.slope(end).area_from_right(to.x - x)) / self.whole().1
    }

    fn quantile(&self, p: f64) -> f64 {
        let area = p * self.whole().0;
        let end = self
            .corners
            .partition_point(|corner| corner.area_below < area)
            .clamp(1, self.corners.len() - 1);
        let from = &self.corners[end - 1];
        from.x + self.slope(end).distance_from_left(area - from.area_below)
    }

    fn quantile_upper(&self, q: f64) -> f64 {
        let area = q * self.whole().1;
        let end = self
            .corners
            .partition_point(|corner| corner.area_above > area)
            .clamp(1, self.corners.len() - 1);
        let to = &self.corners[end];
        to.x - self.slope(end).distance_from_right(area - to.area_above)
    }

    fn mean(&self) -> f64 {
        // In units of the greatest value: the squares of very small values would underflow.
        let unit = self.last().x;
        let moments = self.slopes().map(|(from, Slope { width, high, low })| {
            let (x, width) = (from.x / unit, width / unit);
            width * (0.5 * x * (high + low) + width * (high + 2.0 * low) / 6.0)
        });
        unit * moments.sum::<f64>() / (self.whole().0 / unit)
    }

    fn yardstick(&self) -> f64 {
        self.whole().0
    }

    fn knots(&self) -> Vec<f64> {
        self.corners.iter().map(|corner| corner.x).collect()
    }

    fn is_piecewise_linear(&self) -> bool {
        self.slopes().all(|(_, slope)| slope.high == slope.low)
    }
}
