//! From data to a position along an axis: which range an axis covers, and whether it is linear or logarithmic.

use super::canvas::Rect;
use super::quantity::{Quantity, is_shown};
use super::tick_labels::{self, Tick};
use crate::numeric::math::ln;

/// How values map to positions (or colours).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Equal differences take equal room.
    #[default]
    Linear,
    /// Equal ratios take equal room, for times from seconds to weeks. Values that are not positive are not shown.
    Log,
}

/// What an axis covers beside the data, which it always covers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Extent {
    /// The data only.
    #[default]
    Fit,
    /// The data and these two values.
    Including(f64, f64),
}

/// One axis: what it measures and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// What is measured, without the unit: `Time since the job started`. For counts: the things counted.
    pub label: String,
    /// Decides ticks and unit.
    pub quantity: Quantity,
    /// What the axis covers beside the data.
    pub extent: Extent,
    /// Linear or logarithmic.
    pub scale: Scale,
}

impl Axis {
    /// A linear axis that covers just the data.
    pub fn new(label: impl Into<String>, quantity: Quantity) -> Self {
        Axis {
            label: label.into(),
            quantity,
            extent: Extent::Fit,
            scale: Scale::Linear,
        }
    }

    /// The same axis, covering `low` and `high` as well.
    pub fn including(self, low: f64, high: f64) -> Self {
        Axis {
            extent: Extent::Including(low, high),
            ..self
        }
    }

    /// The same axis, starting at zero: what bars, bands and counts want.
    pub fn starting_at_zero(self) -> Self {
        self.including(0.0, 0.0)
    }

    /// The same axis with a logarithmic scale.
    pub fn logarithmic(self) -> Self {
        Axis {
            scale: Scale::Log,
            ..self
        }
    }

    /// Whether the axis has a place for `value`.
    pub(super) fn shows(&self, value: f64) -> bool {
        is_shown(value) && (self.scale == Scale::Linear || value > 0.0)
    }

    /// The range that holds the showable among `values` and the extent; never empty, never a single point.
    pub(super) fn range(&self, values: impl IntoIterator<Item = f64>) -> Range {
        let extent = match self.extent {
            Extent::Fit => vec![],
            Extent::Including(low, high) => vec![low, high],
        };
        let mut bounds: Option<(f64, f64)> = None;
        for v in values.into_iter().chain(extent).filter(|&v| self.shows(v)) {
            bounds = Some(bounds.map_or((v, v), |(lo, hi)| (lo.min(v), hi.max(v))));
        }
        let (lo, hi) = self.widened(bounds);
        Range {
            lo,
            hi,
            scale: self.scale,
        }
    }

    /// The label with the unit of its ticks: `Time since the job started (h, min)`.
    pub(super) fn with_unit(&self, ticks: &[Tick]) -> String {
        let unit = tick_labels::unit(ticks, self.quantity);
        match (self.label.is_empty(), unit.is_empty()) {
            (_, true) => self.label.clone(),
            (true, false) => unit,
            (false, false) => format!("{} ({unit})", self.label),
        }
    }

    /// Room around a single value, so that one replication or one point still has an axis.
    fn widened(&self, bounds: Option<(f64, f64)>) -> (f64, f64) {
        let unit = match self.quantity {
            Quantity::Duration => 60.0,
            _ => 1.0,
        };
        let Some((lo, hi)) = bounds else {
            return match self.scale {
                Scale::Log => (unit, 10.0 * unit),
                Scale::Linear => (0.0, unit),
            };
        };
        let is_count = self.quantity == Quantity::Count;
        let distinct = hi - lo > 1e-9 * lo.abs().max(hi.abs());
        match self.scale {
            Scale::Log if distinct && hi / lo > 1.001 => (lo, hi),
            Scale::Log => (lo / 2.0, hi * 2.0),
            Scale::Linear if distinct && is_count => (lo, hi.max(lo + 2.0)),
            Scale::Linear if distinct => (lo, hi),
            Scale::Linear if lo == 0.0 && is_count => (0.0, 2.0),
            Scale::Linear if lo == 0.0 => (0.0, unit),
            Scale::Linear if is_count => (lo - 1.0, hi + 1.0),
            Scale::Linear => (lo - 0.1 * lo.abs(), hi + 0.1 * hi.abs()),
        }
    }
}

/// The values an axis covers, `lo < hi`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Range {
    pub lo: f64,
    pub hi: f64,
    pub scale: Scale,
}

impl Range {
    /// Position of `value` along the axis: 0 at the low end, 1 at the high end.
    pub(super) fn position(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Linear => (value - self.lo) / (self.hi - self.lo),
            Scale::Log => (ln(value) - ln(self.lo)) / (ln(self.hi) - ln(self.lo)),
        }
    }

    /// Where `value` is along the width of a plot [pixels].
    pub(super) fn across(&self, value: f64, plot: Rect) -> f64 {
        plot.x0 + self.position(value) * plot.width()
    }

    /// Where `value` is along the height of a plot, which it goes up [pixels].
    pub(super) fn up(&self, value: f64, plot: Rect) -> f64 {
        plot.y1 - self.position(value) * plot.height()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_never_a_single_point() {
        for quantity in [
            Quantity::Duration,
            Quantity::Count,
            Quantity::Share,
            Quantity::Number,
        ] {
            for axis in [
                Axis::new("", quantity),
                Axis::new("", quantity).logarithmic(),
            ] {
                for values in [
                    vec![],
                    vec![0.0],
                    vec![5.0, 5.0],
                    vec![-3.0],
                    vec![f64::NAN, f64::INFINITY],
                    vec![1e300],
                ] {
                    let range = axis.range(values.clone());
                    assert!(range.lo < range.hi, "{axis:?} {values:?} {range:?}");
                    assert!(
                        range.position(range.lo).abs() < 1e-12
                            && (range.position(range.hi) - 1.0).abs() < 1e-12
                    );
                }
            }
        }
    }

    #[test]
    fn a_log_axis_gives_equal_room_to_equal_ratios() {
        let range = Axis::new("", Quantity::Number)
            .logarithmic()
            .range([1.0, 100.0, -5.0, 0.0]);
        assert!((range.position(10.0) - 0.5).abs() < 1e-12);
        assert_eq!(range.lo, 1.0);
    }

    #[test]
    fn an_axis_covers_its_extent_and_its_data() {
        let range = Axis::new("", Quantity::Share)
            .including(0.0, 1.0)
            .range([0.4, 1.2]);
        assert_eq!((range.lo, range.hi), (0.0, 1.2));
    }
}
