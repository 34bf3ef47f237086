//! The charts of a tuning.

use crate::report::Provenance;
use crate::report::charts::Chart;
use crate::study::tune::Tuned;

/// The names of all charts that a tuning may have.
pub const TUNE_CHARTS: [&str; 2] = ["tune_map", "tune_front"];

/// The charts of a tuning.
pub fn tune_charts(_tuned: &Tuned, _provenance: &Provenance) -> Vec<Chart> {
    Vec::new()
}
