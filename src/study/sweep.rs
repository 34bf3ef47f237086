//! The sweep: every setting of a grid of knobs, every profile, the same replications.
//!
//! Settings with equal worlds share their fates, settings with equal admission their trajectory: the [plan](super::plan) sees to
//! that. A knob that changes the world reads the same random words.

use std::sync::Arc;

use crate::model::WatchEnd;
use crate::scenario::{Knob, Problems, SETTINGS_MAX, ScenarioFile, combinations};
use crate::study::Watch;
use crate::study::columns::{Summary, finished};
use crate::study::exact::Exactness;
use crate::study::plan::{Plan, WatchedLonger, Worlds};
use crate::study::precision::{Attained, Until};
use crate::study::scheme::Scheme;
use crate::study::summary::{EVERYTHING, MetricSummary, Wanted};

/// A checked sweep.
pub struct Sweep {
    pub knobs: Vec<Knob>,
    /// By knob, which of its values the file has, if it has one of them.
    pub in_file: Vec<Option<usize>>,
    plan: Plan,
    /// By row, the profile and the value of each knob.
    labels: Vec<(String, Vec<String>)>,
}

/// The statistics whose precision counts: those on the terminal.
const SWEEP_SHOWN: [(&str, &[&str]); 5] = [
    ("success_rate", &["mean"]),
    ("threshold_reached", &[""]),
    ("time_to_95_s", &["p50", "p95", "p_never"]),
    ("broken_count", &["mean"]),
    ("down_peak_count", &["mean"]),
];

/// A sweep that was played.
pub struct SweepRun {
    /// Those that have results.
    pub rows: Vec<SweepRow>,
    /// How many replications each was to have in the end.
    pub asked: u64,
    /// What came of the precision asked for; none if none was, or after an interruption.
    pub attained: Option<Attained>,
    pub watched_longer: Option<WatchedLonger>,
}

/// The results of one profile under one setting.
pub struct SweepRow {
    pub profile: String,
    /// By knob.
    pub values: Vec<String>,
    pub result: Arc<Summary>,
    /// The probability that the threshold is reached, where it is known.
    pub threshold_reached: Exactness,
    /// The watch after which more robots might come to run the release.
    pub cutting_watch: Option<WatchEnd>,
}

impl SweepRow {
    /// Fewer than asked for, if the sweep was interrupted.
    pub fn replications(&self) -> u64 {
        self.result.replications
    }

    pub fn summaries(&self) -> &[MetricSummary] {
        &self.result.metrics
    }
}

/// Checks every setting of the grid that `knobs` span.
///
/// # Errors
/// All problems of all settings at once; none or too many settings.
pub fn grid(file: &ScenarioFile, knobs: Vec<Knob>, profiles: &[String]) -> Result<Sweep, Problems> {
    let mut problems = Problems::default();
    let size = knobs.iter().try_fold(1usize, |size, knob| size.checked_mul(knob.values.len()));
    if size.is_none_or(|size| size > SETTINGS_MAX) {
        let title = format!("the sweep has more than {} settings", crate::units::count(SETTINGS_MAX as u64));
        return Err(Problems(vec![crate::scenario::Diagnostic::without_place(title)]));
    }
    let mut worlds = Worlds::default();
    // By setting, then by profile.
    let mut settings = Vec::new();
    let mut checker = file.settings(profiles);
    for combination in combinations(&knobs) {
        match checker.check(&combination) {
            Ok(profiles) => {
                let values: Vec<String> = combination.iter().map(|(_, value)| value.text.clone()).collect();
                let cases = profiles.into_iter().enumerate().map(|(which, profile)| {
                    let scheme = Scheme::of(&profile);
                    ((profile.name, values.clone()), (worlds.number(which, profile.world), scheme))
                });
                settings.push(cases.collect::<Vec<_>>());
            }
            Err(found) => problems.extend(found),
        }
    }
    if problems.has_errors() {
        return Err(problems);
    }
    let in_file = knobs.iter().map(|knob| file.value_in_file(knob)).collect();
    let mut cases: Vec<_> = settings.into_iter().flat_map(|cases| cases.into_iter().enumerate()).collect();
    cases.sort_by_key(|(which, _)| *which);
    let (labels, cases) = cases.into_iter().map(|(_, case)| case).unzip();
    Ok(Sweep { knobs, in_file, plan: Plan::new(worlds.distinct, cases), labels })
}

impl Sweep {
    /// The number of settings of all profiles together.
    pub fn rows(&self) -> usize {
        self.labels.len()
    }

    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What is recorded of each replication.
    pub fn wanted(&self) -> &'static [Wanted] {
        &EVERYTHING
    }

    /// Plays every setting and profile, for so many replications or until all that is shown is precise; rows come by profile, and in the
    /// order of settings within one.
    pub fn play(&self, until: impl Into<Until>, watch: &impl Watch) -> SweepRun {
        let until = until.into();
        let (results, asked) = self.plan.play_until(&EVERYTHING, &until, &SWEEP_SHOWN, watch);
        let exact = self.plan.exact_tails(finished(&results));
        let rows = self.labels.iter().zip(results).zip(exact).zip(self.plan.cutting_watches());
        let rows = rows.filter_map(|((((profile, values), result), threshold_reached), cutting_watch)| {
            let (profile, values) = (profile.clone(), values.clone());
            Some(SweepRow { profile, values, result: result?, threshold_reached, cutting_watch })
        });
        let rows: Vec<SweepRow> = rows.collect();
        let complete = rows.len() == self.rows() && rows.iter().all(|row| row.replications() == asked);
        let attained = until.attained(&SWEEP_SHOWN, rows.iter().map(|row| (row.profile.as_str(), row.summaries())));
        let watched_longer = self.plan.watched_longer();
        SweepRun { attained: attained.filter(|_| complete), rows, asked, watched_longer }
    }
}
