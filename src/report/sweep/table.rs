//! The answer of a sweep on the terminal.

use crate::report::columns::Columns;
use crate::report::figures::{plus_minus, proportion, time_quantiles};
use crate::report::given_up;
use crate::report::sweep::capacity;
use crate::report::words::{attained, never, unseen, watched_longer};
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
    header.extend(
        [
            "success rate",
            "threshold reached",
            "time to 95 %",
            "broken",
            "most down at once",
        ]
        .map(str::to_owned),
    );
    let mut columns = Columns { rows: vec![header] };
    for row in rows.iter().take(SWEEP_ROWS_MAX) {
        let mut fields = vec![row.profile.clone()];
        fields.extend(row.values.iter().cloned());
        let get = |name| summary_of(row.summaries(), name);
        fields.push(plus_minus(get("success_rate").get("mean"), 0.01, 2, " %"));
        fields.push(proportion(get("threshold_reached").get("")));
        fields.push(time_quantiles(
            get("time_to_95_s"),
            &never(row.cutting_watch),
        ));
        fields.push(plus_minus(get("broken_count").get("mean"), 1.0, 1, ""));
        fields.push(plus_minus(get("down_peak_count").get("mean"), 1.0, 1, ""));
        columns.rows.push(fields);
    }
    let more = match rows.len().saturating_sub(SWEEP_ROWS_MAX) {
        0 => String::new(),
        more => format!("... and {} more rows in sweep.csv\n", count(more as u64)),
    };
    let settings = rows.len();
    let has_broken = |row: &&SweepRow| {
        summary_of(row.summaries(), "broken_count")
            .get("mean")
            .value
            > 0.0
    };
    // A sweep over the recovery sets it.
    let recovers = knobs.iter().any(|knob| knob.short_name() == "recovery");
    let given_up = given_up::line(
        scenario
            .profiles
            .iter()
            .filter(|_| !recovers)
            .map(|profile| {
                let has_broken = rows
                    .iter()
                    .filter(|row| row.profile == profile.name)
                    .any(|row| has_broken(&row));
                (profile, has_broken)
            }),
    );
    let given_up = if given_up.is_empty() {
        given_up
    } else {
        format!("\n{given_up}")
    };
    format!(
        "{}: {} rows, {} replications each, seed {}; [ ] and ± are 95 % intervals\n{}\n{}{more}{given_up}{}{}",
        scenario.name,
        count(settings as u64),
        count(replications),
        scenario.seed,
        unseen(replications, rows.iter().flat_map(SweepRow::summaries)),
        columns.render(),
        capacity::lines(&run.capacity, knobs),
        watched_longer(&run.watched_longer) + &attained(&run.attained, replications),
    )
}
