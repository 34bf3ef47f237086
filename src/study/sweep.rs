//! The sweep: every setting of a grid of knobs, every profile, the same replications.
//!
//! Settings with equal worlds share their fates, settings with equal admission their trajectory: the [plan](super::plan) sees to
//! that. A knob that changes the world reads the same random words.

use std::sync::Arc;

use crate::model::WatchEnd;
use crate::scenario::{InRobots, Knob, Problems, SETTINGS_MAX, ScenarioFile, combinations};
use crate::study::capacity::{Capacity, ordered_knob};
use crate::study::columns::{RowExpected, Summary, finished};
use crate::study::expect::{Expectation, expectations, judged_by, known_exactly, not_played};
use crate::study::limit::{Limit, Reach};
use crate::study::plan::{Plan, WatchedLonger, Worlds};
use crate::study::precision::{Attained, Until};
use crate::study::scheme::Scheme;
use crate::study::summary::{EVERYTHING, MetricSummary, Wanted};
use crate::study::{Metric, Watch};
use crate::theory::exact::Exactness;

/// A checked sweep.
pub struct Sweep {
    pub knobs: Vec<Knob>,
    /// By knob, which of its values the file has, if it has one of them.
    pub in_file: Vec<Option<usize>>,
    plan: Plan,
    labels: Vec<Label>,
    /// Where there is one knob whose values have an order, and something is expected.
    asked: Option<AskedCapacity>,
}

/// At which values of a knob all holds that is expected: what it takes to find out.
struct AskedCapacity {
    knob: usize,
    /// Its values in ascending order, by their places.
    order: Vec<usize>,
    limits: Vec<Limit>,
}

/// What tells a row from the others, and what its percentages mean.
struct Label {
    profile: String,
    /// By knob.
    values: Vec<String>,
    in_robots: Option<InRobots>,
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
    /// At which values all holds that is expected; none where nothing is, where more than one knob varies or its values have no order, and
    /// after an interruption.
    pub capacity: Option<Capacity>,
    pub watched_longer: Option<WatchedLonger>,
}

/// The results of one profile under one setting.
pub struct SweepRow {
    pub profile: String,
    /// By knob.
    pub values: Vec<String>,
    /// What its percentages mean in robots; none where the number of robots of the main job is not known before it is played.
    pub in_robots: Option<InRobots>,
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
    let size = knobs
        .iter()
        .try_fold(1usize, |size, knob| size.checked_mul(knob.values.len()));
    if size.is_none_or(|size| size > SETTINGS_MAX) {
        let title = format!(
            "the sweep has more than {} settings",
            crate::units::count(SETTINGS_MAX as u64)
        );
        return Err(Problems(vec![crate::scenario::Diagnostic::without_place(
            title,
        )]));
    }
    let mut worlds = Worlds::default();
    // By setting, then by profile.
    let mut settings = Vec::new();
    let mut checker = file.settings(profiles);
    for combination in combinations(&knobs) {
        match checker.check(&combination) {
            Ok(profiles) => {
                let values: Vec<String> = combination
                    .iter()
                    .map(|(_, value)| value.text.clone())
                    .collect();
                let cases = profiles.into_iter().enumerate().map(|(which, profile)| {
                    let scheme = Scheme::of(&profile);
                    let in_robots = profile.in_robots(&profile.rules);
                    let label = Label {
                        profile: profile.name,
                        values: values.clone(),
                        in_robots,
                    };
                    (label, (worlds.number(which, profile.world), scheme))
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
    let mut cases: Vec<_> = settings
        .into_iter()
        .flat_map(|cases| cases.into_iter().enumerate())
        .collect();
    cases.sort_by_key(|(which, _)| *which);
    let (labels, cases) = cases.into_iter().map(|(_, case)| case).unzip();
    let asked = capacity_asked(file, &knobs);
    Ok(Sweep {
        knobs,
        in_file,
        plan: Plan::new(worlds.distinct, cases),
        labels,
        asked,
    })
}

/// What is to be found out of the only knob that varies, where the file expects something.
fn capacity_asked(file: &ScenarioFile, knobs: &[Knob]) -> Option<AskedCapacity> {
    let (knob, order) = ordered_knob(knobs)?;
    let limits = expectations(file, None, &mut Problems::default());
    (!limits.is_empty()).then_some(AskedCapacity {
        knob,
        order,
        limits,
    })
}

impl AskedCapacity {
    /// Judges what is expected of rows by the columns of every metric.
    fn judge(
        &self,
        labels: &[Label],
        rows: &[usize],
        reach: &Reach,
        columns: &[Vec<f64>],
    ) -> Vec<RowExpected> {
        let mut judged = Vec::new();
        for &row in rows {
            for (which, limit) in self.limits.iter().enumerate() {
                if limit.measure.profile != labels[row].profile {
                    continue;
                }
                let metrics = limit.measure.metrics().into_iter();
                let values: Vec<Vec<f64>> = metrics
                    .map(|metric| column(columns, metric).clone())
                    .collect();
                judged.push(RowExpected {
                    row,
                    limit: which,
                    reach: *reach,
                    expectation: judged_by(limit, reach, &values, None),
                });
            }
        }
        judged
    }

    /// What came of it; none if a row has no results.
    fn found(
        &self,
        knob: &Knob,
        labels: &[Label],
        results: &[Option<Arc<Summary>>],
        exact: &[Exactness],
    ) -> Option<Capacity> {
        let results: Vec<&Summary> = results
            .iter()
            .map(Option::as_deref)
            .collect::<Option<_>>()?;
        let mut judged = Vec::new();
        for value in self.order.iter().map(|place| &knob.values[*place].text) {
            let rows = (0..labels.len()).filter(|row| labels[*row].values[self.knob] == *value);
            let expected: Vec<(&RowExpected, &Exactness)> = rows
                .flat_map(|row| results[row].expected.iter().map(move |it| (row, it)))
                .filter(|(row, it)| it.row == *row)
                .map(|(row, it)| (it, &exact[row]))
                .collect();
            let of_limits = self.limits.iter().enumerate().map(|(which, limit)| {
                match expected.iter().find(|(it, _)| it.limit == which) {
                    Some((it, exact)) => self.with_what_is_known(it, exact),
                    None => not_played(limit),
                }
            });
            judged.push((value.clone(), of_limits.collect()));
        }
        Capacity::of(self.knob, judged)
    }

    /// What is known exactly decides.
    fn with_what_is_known(&self, judged: &RowExpected, exact: &Exactness) -> Expectation {
        let limit = &self.limits[judged.limit];
        match known_exactly(limit, exact) {
            Some(value) => judged_by(limit, &judged.reach, &[vec![value]], Some(value)),
            None => judged.expectation.clone(),
        }
    }
}

/// The column of a metric among those of all metrics.
fn column<'c>(columns: &'c [Vec<f64>], metric: &'static Metric) -> &'c Vec<f64> {
    let place = EVERYTHING
        .iter()
        .position(|wanted| std::ptr::eq(wanted.metric, metric));
    &columns[place.expect("a bug: a metric that a sweep does not keep")]
}

impl Sweep {
    /// The number of settings of all profiles together.
    pub fn rows(&self) -> usize {
        self.labels.len()
    }

    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    pub fn plan_mut(&mut self) -> &mut Plan {
        &mut self.plan
    }

    /// What is recorded of each replication.
    pub fn wanted(&self) -> &'static [Wanted] {
        &EVERYTHING
    }

    /// Plays every setting and profile, for a number of replications or until all that is shown is precise; rows come by profile, and in the
    /// order of settings within one.
    pub fn play(&self, until: impl Into<Until>, watch: &impl Watch) -> SweepRun {
        let until = until.into();
        let (asked_capacity, labels) = (&self.asked, &self.labels);
        let (results, asked) = self.plan.play_judging(
            &EVERYTHING,
            &until,
            &SWEEP_SHOWN,
            &|rows, reach, columns| match asked_capacity {
                Some(asked) => asked.judge(labels, rows, reach, columns),
                None => Vec::new(),
            },
            watch,
        );
        let exact = self.plan.exact_tails(finished(&results));
        let capacity = self
            .asked
            .as_ref()
            .and_then(|it| it.found(&self.knobs[it.knob], &self.labels, &results, &exact));
        let rows = self
            .labels
            .iter()
            .zip(results)
            .zip(exact)
            .zip(self.plan.cutting_watches());
        let rows = rows.filter_map(|(((label, result), threshold_reached), cutting_watch)| {
            Some(SweepRow {
                profile: label.profile.clone(),
                values: label.values.clone(),
                in_robots: label.in_robots,
                result: result?,
                threshold_reached,
                cutting_watch,
            })
        });
        let rows: Vec<SweepRow> = rows.collect();
        let complete =
            rows.len() == self.rows() && rows.iter().all(|row| row.replications() == asked);
        let attained = until.attained(
            &SWEEP_SHOWN,
            rows.iter()
                .map(|row| (row.profile.as_str(), row.summaries())),
        );
        let watched_longer = self.plan.watched_longer();
        SweepRun {
            attained: attained.filter(|_| complete),
            rows,
            asked,
            capacity: capacity.filter(|_| complete),
            watched_longer,
        }
    }
}
