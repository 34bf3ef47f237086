//! A chart of a result, with what made it.

use crate::chart::{DataTable, Picture, Series};
use crate::report::provenance::Provenance;
use crate::study::ProfileRun;

/// Panels of a line chart at most; more profiles are left to the CSV files.
pub(super) const PANELS_MAX: usize = 6;

/// The label of a time axis, which says what time is counted from.
pub(super) fn time_label(profiles: &[ProfileRun]) -> &'static str {
    match profiles.iter().any(|profile| !profile.jobs.is_empty()) {
        true => "Time since the first job was created",
        false => "Time since the job was created",
    }
}
pub(super) const BAND: &str = "line: median, band: 5 to 95 % of replications";

/// The lines of a panel. Those that are alike become one with all of their names, since it would hide the others.
pub(super) fn joined(lines: impl IntoIterator<Item = Series>) -> Vec<Series> {
    let mut series: Vec<Series> = Vec::new();
    for line in lines {
        let same = series
            .iter_mut()
            .find(|other| other.points == line.points && !line.points.is_empty());
        match same {
            Some(same) => same.name += &format!(", {}", line.name),
            None => series.push(line),
        }
    }
    series
}

/// A chart of a result, as it will be written.
pub struct Chart {
    /// The name of its file, but for the format.
    pub name: &'static str,
    picture: Picture,
    /// What made the chart: not shown by viewers, but in the file.
    made: String,
}

impl Chart {
    pub(super) fn new(name: &'static str, picture: Picture, provenance: &Provenance) -> Chart {
        Chart {
            name,
            picture,
            made: provenance.line(),
        }
    }

    /// What is written above the chart: its name for screen readers.
    pub fn title(&self) -> &str {
        self.picture.title()
    }

    /// What is on the axes and what the chart shows, in a sentence or two, for screen readers.
    pub fn description(&self) -> &str {
        self.picture.description()
    }

    /// What the chart draws as tables, long curves thinned; none for a map, whose numbers are in its CSV file.
    pub fn data(&self) -> &[DataTable] {
        self.picture.tables()
    }

    /// The chart as an SVG document.
    pub fn svg(&self) -> String {
        self.picture.svg(&self.made)
    }

    /// The chart as a part of a page: as wide as there is room for it, each of its ids beginning with `prefix`.
    pub fn inline_svg(&self, prefix: &str) -> String {
        self.picture.inline_svg(prefix)
    }

    /// The chart as a PNG file, twice as large as it is shown.
    pub fn png(&self) -> Vec<u8> {
        self.picture.png(&self.made)
    }
}
