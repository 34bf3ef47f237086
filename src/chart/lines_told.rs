//! A line chart in words and as tables, a table a panel.
//!
//! The rows are places of the horizontal axis, and the cells what the lines show there, since the lines of a panel may
//! have their corners at different places.

use super::lines::{Course, LineChart, LinePanel, Point, Series};
use super::table::{DataTable, cell, listed, panels, sentence, thinned, with_interval};

impl LineChart {
    /// What is on the axes, and what the lines are.
    pub(super) fn described(&self) -> String {
        let titles: Vec<&str> = self.panels.iter().map(|panel| &*panel.title).collect();
        let titles = if titles.len() > 1 { titles } else { Vec::new() };
        let names: Vec<&str> = self.names();
        let note = match self.points().any(|point| point.band.is_some()) {
            true => &*self.band_note,
            false => "",
        };
        let lines = match names.len() {
            1 => "A line",
            _ => "Lines",
        };
        format!(
            "{lines} for {}{}; across: {}; up: {}.{}",
            listed(&names),
            panels(&titles),
            self.x.label,
            self.y.label,
            sentence(note)
        )
    }

    pub(super) fn tables(&self) -> Vec<DataTable> {
        let panels = self.panels.iter();
        panels.map(|panel| self.table(panel)).collect()
    }

    fn table(&self, panel: &LinePanel) -> DataTable {
        let series = panel.series.iter();
        let mut heads = vec![self.x.label.clone()];
        heads.extend(series.map(|series| match series.name.is_empty() {
            true => self.y.label.clone(),
            false => series.name.clone(),
        }));
        let xs = places(panel);
        let rows = thinned(xs.len())
            .into_iter()
            .map(|i| self.row(panel, xs[i]));
        DataTable {
            caption: panel.title.clone(),
            heads,
            rows: rows.collect(),
        }
    }

    fn row(&self, panel: &LinePanel, x: f64) -> Vec<String> {
        let named = self.x_ticks.iter().flatten().find(|(at, _)| *at == x);
        let mut row =
            vec![named.map_or_else(|| cell(self.x.quantity, x), |(_, name)| name.clone())];
        let quantity = self.y.quantity;
        row.extend(panel.series.iter().map(|series| {
            at(series, x).map_or_else(String::new, |point| {
                with_interval(quantity, point.mid, point.band)
            })
        }));
        row
    }
}

/// All places of the horizontal axis where some line of a panel has a point.
fn places(panel: &LinePanel) -> Vec<f64> {
    let points = panel.series.iter().flat_map(|series| &series.points);
    let mut xs: Vec<f64> = points.map(|point| point.x).collect();
    xs.sort_by(f64::total_cmp);
    xs.dedup();
    xs
}

/// What a line shows at `x`; `None` before its first point, and after its last unless it holds.
fn at(series: &Series, x: f64) -> Option<Point> {
    let points = &series.points;
    let after = points.partition_point(|point| point.x <= x);
    let before = points[..after].last()?;
    if before.x == x || matches!(series.course, Course::Step | Course::StepToEnd) {
        return Some(*before);
    }
    let next = points
        .get(after)
        .filter(|_| series.course == Course::Straight)?;
    let share = (x - before.x) / (next.x - before.x);
    let between = |from: f64, to: f64| from + share * (to - from);
    let bands = before.band.zip(next.band);
    Some(Point {
        x,
        mid: between(before.mid, next.mid),
        band: bands.map(|(from, to)| (between(from.0, to.0), between(from.1, to.1))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_between_its_points_and_a_step_holds() {
        let points = vec![Point::at(0.0, 0.0), Point::at(10.0, 100.0)];
        let straight = Series::line("a", points.clone());
        assert_eq!(at(&straight, 5.0), Some(Point::at(5.0, 50.0)));
        assert_eq!(at(&straight, 11.0), None);
        let step = Series::steps("a", points);
        assert_eq!(at(&step, 5.0), Some(Point::at(0.0, 0.0)));
        assert_eq!(at(&step, 11.0).map(|point| point.mid), Some(100.0));
        assert_eq!(at(&step, -1.0), None);
    }
}
