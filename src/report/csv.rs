//! Results as CSV: a header line, then rows; no comments, which many readers do not take. What made the numbers stands in the JSON
//! file beside them.

use crate::scenario::{Knob, Profile};
use crate::sim::{RobotRecord, Stage, Verdict};
use crate::study::{Estimate, METRICS, MetricSummary, ProfileRun, SERIES, SweepRow};

/// Rows of text as CSV.
struct Table(csv::Writer<Vec<u8>>);

impl Table {
    fn new(header: &[String]) -> Table {
        let mut table = Table(csv::Writer::from_writer(Vec::new()));
        table.row(header);
        table
    }

    fn row(&mut self, fields: &[String]) {
        self.0.write_record(fields).expect("memory takes every row, and rows are of one length");
    }

    fn finish(self) -> Vec<u8> {
        self.0.into_inner().expect("memory takes every byte")
    }
}

/// A number in the fewest digits that read back the same; empty for what never comes or is not there.
fn number(x: f64) -> String {
    if x.is_finite() { format!("{x}") } else { String::new() }
}

fn optional(x: Option<f64>) -> String {
    x.map_or_else(String::new, number)
}

fn strings<const N: usize>(names: [&str; N]) -> Vec<String> {
    names.map(str::to_owned).to_vec()
}

/// `replications.csv`: a row a profile and replication.
pub fn replications_csv(profiles: &[ProfileRun]) -> Vec<u8> {
    let mut header = strings(["profile", "replication"]);
    for metric in &METRICS {
        header.push(metric.name.to_owned());
        if metric.name == "stopped" {
            header.push("ended_by".to_owned());
        }
    }
    let mut table = Table::new(&header);
    for profile in profiles {
        for (replication, outcome) in profile.outcomes.iter().enumerate() {
            let mut row = vec![profile.name.clone(), replication.to_string()];
            for metric in &METRICS {
                row.push(number((metric.value)(outcome)));
                if metric.name == "stopped" {
                    row.push(outcome.ended_by.name().to_owned());
                }
            }
            table.row(&row);
        }
    }
    table.finish()
}

/// `failures.csv`: a row a profile, level and code that occurred.
pub fn failures_csv(profiles: &[ProfileRun]) -> Vec<u8> {
    let mut table = Table::new(&strings([
        "profile",
        "level",
        "code",
        "count.mean",
        "count.mean.lo",
        "count.mean.hi",
        "count.p05",
        "count.p50",
        "count.p95",
        "any",
        "any.lo",
        "any.hi",
    ]));
    for profile in profiles {
        for (level, counts) in [("robot", &profile.failures.robots), ("job", &profile.failures.jobs)] {
            for count in counts {
                let mut row = vec![profile.name.clone(), level.to_owned(), count.code.name().to_owned()];
                row.extend(estimate(count.count));
                row.extend([count.p05, count.p50, count.p95].map(number));
                row.extend(estimate(count.any));
                table.row(&row);
            }
        }
    }
    table.finish()
}

fn estimate(estimate: Estimate) -> [String; 3] {
    [number(estimate.value), optional(estimate.lo), optional(estimate.hi)]
}

/// `timeline.csv`: a row a profile and instant.
pub fn timeline_csv(profiles: &[ProfileRun]) -> Vec<u8> {
    let mut header = strings(["profile", "time_s"]);
    for (name, _) in SERIES {
        header.extend(["p05", "p50", "p95"].map(|quantile| format!("{name}.{quantile}")));
    }
    let mut table = Table::new(&header);
    for profile in profiles {
        for (instant, bands) in profile.timeline.bands.iter().enumerate() {
            let time = (profile.timeline.step * instant as u64) as f64 / 1000.0;
            let mut row = vec![profile.name.clone(), number(time)];
            row.extend(bands.iter().flat_map(|band| [band.p05, band.p50, band.p95]).map(|count| count.to_string()));
            table.row(&row);
        }
    }
    table.finish()
}

/// The service's progress steps that `robots.csv` gives the start of.
const STEPS: [(&str, Stage); 6] = [
    ("validating_start_s", Stage::Validating),
    ("executing_download_condition_start_s", Stage::DownloadCondition),
    ("downloading_extracting_start_s", Stage::Downloading),
    ("executing_pre_launch_start_s", Stage::PreLaunch),
    ("launching_start_s", Stage::Launching),
    ("executing_post_launch_start_s", Stage::PostLaunch),
];

/// `robots.csv`: a row a profile and robot of one replication, in the order in which robots got their turn.
pub struct RobotsCsv {
    table: Table,
    replication: u64,
}

impl RobotsCsv {
    /// The header, for robots of this replication.
    pub fn new(replication: u64) -> RobotsCsv {
        let mut header = strings(["profile", "replication", "turn", "cohort", "robot", "start_s"]);
        header.extend(STEPS.map(|(name, _)| name.to_owned()));
        header.extend(strings(["end_s", "outcome", "status", "failure_code", "bytes"]));
        RobotsCsv { table: Table::new(&header), replication }
    }

    /// Adds a robot; `turn` is its place in the start order.
    pub fn add(&mut self, profile: &Profile, turn: usize, record: &RobotRecord) {
        let (cohort, index) = profile.world.fleet.member(record.robot);
        let exists = |stage: Stage| match stage {
            Stage::DownloadCondition => cohort.download_condition.is_some(),
            Stage::PreLaunch => cohort.pre_launch.is_some(),
            Stage::PostLaunch => cohort.post_launch.is_some(),
            _ => true,
        };
        let mut row = vec![profile.name.clone(), self.replication.to_string(), turn.to_string()];
        row.extend([cohort.name.clone(), index.to_string()]);
        let seconds = |ms: u64| number(ms as f64 / 1000.0);
        match &record.deployment {
            None => row.extend(std::iter::repeat_n(String::new(), 1 + STEPS.len() + 1)),
            Some((start, journey)) => {
                row.push(seconds(*start));
                row.extend(STEPS.map(|(_, stage)| {
                    let reached = journey.last >= stage && exists(stage);
                    if reached { seconds(start + journey.from(stage)) } else { String::new() }
                }));
                row.push(seconds(start + journey.end()));
            }
        }
        let (outcome, status, code) = outcome_of(record);
        row.extend(strings([outcome, status, code]));
        row.push(record.deployment.as_ref().map_or(0, |(_, journey)| journey.bytes).to_string());
        self.table.row(&row);
    }

    /// The bytes of the file.
    pub fn finish(self) -> Vec<u8> {
        self.table.finish()
    }
}

/// The class of a robot's end, its status as the service names it, and its failure code.
fn outcome_of(record: &RobotRecord) -> (&'static str, &'static str, &'static str) {
    let Some((_, journey)) = &record.deployment else {
        return ("never_started", "Failed", Verdict::Aborted.code().expect("an aborted robot has a code").name());
    };
    let code = journey.verdict.code().map_or("", |code| code.name());
    match journey.verdict {
        Verdict::Updated => ("updated", "InSync", code),
        Verdict::NoResponse => ("failed", "NoResponse", code),
        Verdict::Failed(_) | Verdict::TimedOut => ("failed", "Failed", code),
        Verdict::Aborted => ("aborted", "Failed", code),
    }
}

/// `sweep.csv`: a row a profile and setting.
pub fn sweep_csv(knobs: &[Knob], rows: &[SweepRow]) -> Vec<u8> {
    let mut header = strings(["profile"]);
    header.extend(knobs.iter().map(Knob::key));
    header.push("replications".to_owned());
    if let Some(row) = rows.first() {
        header.extend(row.summaries.iter().flat_map(statistic_names));
    }
    let mut table = Table::new(&header);
    for row in rows {
        let mut fields = vec![row.profile.clone()];
        fields.extend(row.values.iter().cloned());
        fields.push(row.replications.to_string());
        for summary in &row.summaries {
            for (name, value) in &summary.estimates {
                match has_interval(name) {
                    true => fields.extend(estimate(*value)),
                    false => fields.push(number(value.value)),
                }
            }
        }
        table.row(&fields);
    }
    table.finish()
}

/// Whether a statistic comes with an interval.
fn has_interval(name: &str) -> bool {
    !matches!(name, "sd" | "min" | "max")
}

/// The columns of a metric's statistics: `metric.stat`, and `.lo` and `.hi` of its interval.
fn statistic_names(summary: &MetricSummary) -> Vec<String> {
    let columns = summary.estimates.iter().flat_map(|(name, _)| {
        let metric = summary.metric.name;
        let column = if name.is_empty() { metric.to_owned() } else { format!("{metric}.{name}") };
        if has_interval(name) { vec![column.clone(), format!("{column}.lo"), format!("{column}.hi")] } else { vec![column] }
    });
    columns.collect()
}
