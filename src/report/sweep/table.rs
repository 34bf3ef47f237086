//! The answer of a sweep on the terminal.

use crate::report::columns::in_columns;
use crate::report::figures::{plus_minus, proportion, time_quantiles};
use crate::report::given_up;
use crate::report::sweep::capacity;
use crate::report::words::{attained, more, never, unseen, watched_longer};
use crate::scenario::{Knob, Scenario};
use crate::study::{SweepRow, SweepRun, summary_of};
use crate::units::count;

/// Rows of a sweep shown on the terminal; all of them are in the file.
const SWEEP_ROWS_MAX: usize = 60;

/// The answer of a sweep: a line per profile and setting.
pub fn sweep_table(
    scenario: &Scenario,
    knobs: &[Knob],
    run: &SweepRun,
    replications: u64,
) -> String {
    let rows = &run.rows;
    let mut header = vec!["profile".to_owned()];
    header.extend(knobs.iter().map(|knob| knob.short_name().to_owned()));
    let metrics = [
        "success rate",
        "threshold reached",
        "time to 95 %",
        "broken",
        "most down at once",
    ];
    header.extend(metrics.map(str::to_owned));
    let mut lines = vec![header];
    lines.extend(rows.iter().take(SWEEP_ROWS_MAX).map(line));
    let more = more(rows.len(), SWEEP_ROWS_MAX, |more| {
        format!("... and {more} more rows in sweep.csv\n")
    });
    // A sweep over the recovery sets it.
    let recovers = knobs.iter().any(|knob| knob.short_name() == "recovery");
    let profiles = scenario.profiles.iter().filter(|_| !recovers);
    let mut given_up = given_up::line(profiles.map(|profile| {
        let mut rows = rows.iter().filter(|row| row.profile == profile.name);
        (profile, rows.any(has_broken))
    }));
    if !given_up.is_empty() {
        given_up.insert(0, '\n');
    }
    format!(
        "{}: {} rows, {} replications each, seed {}; [ ] and ± are 95 % intervals\n{}\n{}{more}{given_up}{}{}",
        scenario.name,
        count(rows.len() as u64),
        count(replications),
        scenario.seed,
        unseen(replications, rows.iter().flat_map(SweepRow::summaries)),
        in_columns(&lines),
        capacity::lines(&run.capacity, knobs),
        watched_longer(&run.watched_longer) + &attained(&run.attained, replications),
    )
}

fn line(row: &SweepRow) -> Vec<String> {
    let metric = |name| summary_of(row.summaries(), name);
    let mut fields = vec![row.profile.clone()];
    fields.extend(row.values.iter().cloned());
    fields.extend([
        plus_minus(metric("success_rate").get("mean"), 0.01, 2, " %"),
        proportion(metric("threshold_reached").get("")),
        time_quantiles(metric("time_to_95_s"), &never(row.cutting_watch)),
        plus_minus(metric("broken_count").get("mean"), 1.0, 1, ""),
        plus_minus(metric("down_peak_count").get("mean"), 1.0, 1, ""),
    ]);
    fields
}

fn has_broken(row: &SweepRow) -> bool {
    let broken = summary_of(row.summaries(), "broken_count");
    broken.get("mean").value > 0.0
}
