//! Which charts a run and a sweep have, and what they show.

mod compare;
mod links;
mod map;
mod oc;
mod run;
mod slots;
mod sweep;
mod tune;

use crate::chart::Picture;
use crate::report::Provenance;
use crate::study::ProfileRun;

pub use compare::{COMPARE_CHARTS, compare_charts};
pub use map::{MAP_CHARTS, map_charts};
pub use oc::{OC_CHARTS, oc_charts};
pub use run::{RUN_CHARTS, run_charts};
pub use sweep::{SWEEP_CHARTS, sweep_charts};
pub use tune::{TUNE_CHARTS, tune_charts};

/// Panels of a line chart at most; more profiles are left to the CSV files.
const PANELS_MAX: usize = 6;

/// What time is counted from.
fn time_label(profiles: &[ProfileRun]) -> &'static str {
    match profiles.iter().any(|profile| !profile.jobs.is_empty()) {
        true => "Time since the first job was created",
        false => "Time since the job was created",
    }
}
const BAND: &str = "line: median, band: 5 to 95 % of replications";

/// A chart of a result, as it will be written.
pub struct Chart {
    /// The name of its file, but for the format.
    pub name: &'static str,
    picture: Picture,
    /// What made the chart: viewers do not show it, readers of the file find it.
    description: String,
}

impl Chart {
    fn new(name: &'static str, picture: Picture, provenance: &Provenance) -> Chart {
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
