//! A chart of a result, with what made it.

use crate::chart::Picture;
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

/// A chart of a result, as it will be written.
pub struct Chart {
    /// The name of its file, but for the format.
    pub name: &'static str,
    picture: Picture,
    /// What made the chart: not shown by viewers, but in the file.
    description: String,
}

impl Chart {
    pub(super) fn new(name: &'static str, picture: Picture, provenance: &Provenance) -> Chart {
        Chart {
            name,
            picture,
            description: provenance.line(),
        }
    }

    /// The chart as an SVG document.
    pub fn svg(&self) -> String {
        self.picture.svg(&self.description)
    }

    /// The chart as a PNG file, twice as large as it is shown.
    pub fn png(&self) -> Vec<u8> {
        self.picture.png(&self.description)
    }
}
