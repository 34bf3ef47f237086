//! Lines with bands: progress over time, robots down, metrics over one knob, cumulative distributions.
//!
//! This file holds what callers say; `lines_layout` decides where things go, `lines_paint` draws them.

use super::clock::Clock;
use super::frame::Heading;
use super::scale::Axis;

/// A chart of lines, in one panel or several that share both axes.
#[derive(Clone, Debug, PartialEq)]
pub struct LineChart {
    /// Title and subtitle.
    pub heading: Heading,
    /// Horizontal axis of every panel.
    pub x: Axis,
    /// Vertical axis of every panel.
    pub y: Axis,
    /// Ticks for a knob that is not a number: position and name. `None`: ticks at round values of `x.quantity`.
    pub x_ticks: Option<Vec<(f64, String)>>,
    /// One to six panels, one per profile for example. A series has the same colour in all panels, by its name.
    pub panels: Vec<LinePanel>,
    /// How several panels are arranged.
    pub arrangement: Arrangement,
    /// What line and band are, for the legend: `line: median, band: 5–95 %`. Shown when a series has a band.
    pub band_note: String,
    /// What shaded stretches are, for the legend. Shown when a panel has any.
    pub shade_note: String,
    /// By panel, what clocks show along a horizontal axis of durations; none for no clock times.
    pub clocks: Vec<Clock>,
}

impl LineChart {
    /// Panels side by side, with ticks at round values and no notes on bands and shades.
    pub fn new(heading: Heading, x: Axis, y: Axis, panels: Vec<LinePanel>) -> LineChart {
        LineChart {
            heading,
            x,
            y,
            x_ticks: None,
            panels,
            arrangement: Arrangement::SideBySide,
            band_note: String::new(),
            shade_note: String::new(),
            clocks: Vec::new(),
        }
    }
}

/// How the panels of a chart are arranged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Arrangement {
    /// Beside each other, at most three in a row; good for comparing heights.
    #[default]
    SideBySide,
    /// Below each other; good for comparing times.
    Stacked,
}

/// One panel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LinePanel {
    /// Written above the panel; empty for the only panel of a chart.
    pub title: String,
    /// The lines, in the order of the legend.
    pub series: Vec<Series>,
    /// Reference marks.
    pub marks: Vec<Mark>,
    /// Stretches of x shaded from top to bottom, below all else.
    pub shades: Vec<Shade>,
}

/// A shaded stretch of the horizontal axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shade {
    pub from: f64,
    pub to: f64,
    /// From 0, white, to 1.
    pub depth: f64,
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Name in the legend.
    pub name: String,
    /// Points by ascending x. A point that is not finite interrupts the line.
    pub points: Vec<Point>,
    /// How the line gets from point to point.
    pub course: Course,
    /// The place of its colour in the palette. `None`: the place of its name among those of the chart.
    pub look: Option<usize>,
}

/// How a line gets from one point to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Course {
    /// Straight.
    #[default]
    Straight,
    /// A value holds until the next point, and the last one to the right edge of the chart.
    Step,
    /// A value holds until the next point, and the line ends at the last one.
    StepToEnd,
    /// It does not: points alone, beside those of other series.
    Dots,
}

/// One point of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Position.
    pub x: f64,
    /// Height of the line.
    pub mid: f64,
    /// Low and high end of the band.
    pub band: Option<(f64, f64)>,
}

impl Point {
    /// A point without a band.
    pub fn at(x: f64, mid: f64) -> Self {
        let band = None;
        Point { x, mid, band }
    }

    /// A point with a band from `lo` to `hi`.
    pub fn banded(x: f64, lo: f64, mid: f64, hi: f64) -> Self {
        let band = Some((lo, hi));
        Point { x, mid, band }
    }
}

/// A reference line with a small label.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// A vertical line at this x.
    X(f64, String),
    /// A horizontal line at this y.
    Y(f64, String),
}

impl Series {
    /// Straight lines through `points`.
    pub fn line(name: impl Into<String>, points: Vec<Point>) -> Self {
        Series {
            name: name.into(),
            points,
            course: Course::Straight,
            look: None,
        }
    }

    /// The line in the `look`-th colour of the palette, whatever stands before it.
    pub fn looking(self, look: usize) -> Series {
        Series {
            look: Some(look),
            ..self
        }
    }

    /// Points alone, for places between which there is nothing.
    pub fn dots(name: impl Into<String>, points: Vec<Point>) -> Self {
        Series {
            course: Course::Dots,
            ..Series::line(name, points)
        }
    }

    /// Steps at `points`.
    pub fn steps(name: impl Into<String>, points: Vec<Point>) -> Self {
        Series {
            name: name.into(),
            points,
            course: Course::Step,
            look: None,
        }
    }

    /// The cumulative distribution of a time over `n_replications`: the share of replications with time <= x.
    ///
    /// `times_s` holds the replications that reached the event, in any order, in seconds; the curve ends at
    /// `times_s.len() / n_replications`: at the last time if that is all of them, else at the right edge, below 1, since some never did.
    /// Times that are not finite count as never. The curve begins at the first time: along the axis it would hide others.
    pub fn cumulative(name: impl Into<String>, times_s: &[f64], n_replications: usize) -> Self {
        let mut times: Vec<f64> = times_s.iter().copied().filter(|t| t.is_finite()).collect();
        times.sort_by(f64::total_cmp);
        let n = n_replications.max(1) as f64;
        let mut points = Vec::new();
        points.extend(times.first().map(|t| Point::at(*t, 0.0)));
        for (i, &t) in times.iter().enumerate() {
            if times.get(i + 1) != Some(&t) {
                points.push(Point::at(t, (i + 1) as f64 / n));
            }
        }
        let course = match times.len() >= n_replications {
            true => Course::StepToEnd,
            false => Course::Step,
        };
        Series {
            course,
            ..Series::steps(name, points)
        }
    }
}

impl LineChart {
    /// All points of all panels.
    pub(super) fn points(&self) -> impl Iterator<Item = &Point> {
        let series = self.panels.iter().flat_map(|panel| &panel.series);
        series.flat_map(|series| &series.points)
    }

    /// Whether both axes have a place for the point.
    pub(super) fn shows(&self, point: &Point) -> bool {
        self.x.shows(point.x) && self.y.shows(point.mid)
    }

    /// The point's band, if both of its ends can be shown.
    pub(super) fn band(&self, point: &Point) -> Option<(f64, f64)> {
        point
            .band
            .filter(|(lo, hi)| self.y.shows(*lo) && self.y.shows(*hi))
    }

    /// Series names in the order of their first appearance.
    pub(super) fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = vec![];
        for series in self.panels.iter().flat_map(|p| &p.series) {
            if !names.contains(&series.name.as_str()) {
                names.push(&series.name);
            }
        }
        names
    }

    /// The place in the palette of the series of a name.
    pub(super) fn look(&self, name: &str) -> usize {
        let mut series = self.panels.iter().flat_map(|panel| &panel.series);
        let look = series
            .find(|series| series.name == name)
            .and_then(|it| it.look);
        look.unwrap_or_else(|| {
            let mut names = self.names().into_iter();
            names.position(|it| it == name).unwrap_or(0)
        })
    }
}
