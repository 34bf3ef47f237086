//! The answer of a sweep on the terminal.

use crate::report::figures::{plus_minus, proportion};
use crate::report::given_up;
use crate::report::page::{Page, Row, Table};
use crate::report::sweep::{capacity, sentence};
use crate::report::times;
use crate::report::words::{
    attained, headline_of, knob_names, more, never, plural, unseen, watched_longer,
};
use crate::scenario::{Knob, Scenario};
use crate::study::{SweepRow, SweepRun, summary_of};

/// Rows of a sweep shown on the terminal; all of them are in the file.
const SWEEP_ROWS_MAX: usize = 60;

/// The answer of a sweep: a row per profile and setting.
pub fn sweep_page(scenario: &Scenario, knobs: &[Knob], run: &SweepRun, replications: u64) -> Page {
    let rows = &run.rows;
    let mut page = Page::new(sentence::sentence(scenario, knobs, run));
    page.asked(format!("{}: {}", scenario.name, headline_of(scenario)));
    page.asked(format!(
        "{}, {} each, seed {}; [ ] and ± are 95 % intervals",
        plural(rows.len() as u64, "row"),
        plural(replications, "replication"),
        scenario.seed,
    ));
    let summaries = rows.iter().flat_map(SweepRow::summaries);
    page.asked(unseen(replications, summaries));
    if let Some(capacity) = &run.capacity {
        page.table(capacity::table(capacity));
    }
    let keys = std::iter::once("profile".to_owned()).chain(knob_names(knobs));
    let metrics = [
        "success rate, mean",
        "threshold reached",
        "time to 95 %, median",
        "broken, mean",
        "most down, mean",
    ];
    page.table(
        Table::new(keys.chain(metrics.map(str::to_owned)))
            .keyed(1 + knobs.len())
            .rows(rows.iter().take(SWEEP_ROWS_MAX).map(line)),
    );
    page.text(more(rows.len(), SWEEP_ROWS_MAX, |more| {
        format!("... and {more} more in sweep.csv")
    }));
    // A sweep over the recovery sets it.
    let recovers = knobs.iter().any(|knob| knob.short_name() == "recovery");
    let profiles = scenario.profiles.iter().filter(|_| !recovers);
    page.text(given_up::line(profiles.map(|profile| {
        let mut rows = rows.iter().filter(|row| row.profile == profile.name);
        (profile, rows.any(has_broken))
    })));
    page.text(watched_longer(&run.watched_longer));
    page.text(attained(&run.attained, replications));
    page
}

fn line(row: &SweepRow) -> Row {
    let metric = |name| summary_of(row.summaries(), name);
    let fields = row.values.iter().cloned().chain([
        plus_minus(metric("success_rate").get("mean"), 0.01, 2, " %"),
        proportion(metric("threshold_reached").get("")),
        times::median(metric("time_to_95_s"), &never(row.cutting_watch)),
        plus_minus(metric("broken_count").get("mean"), 1.0, 1, ""),
        plus_minus(metric("down_peak_count").get("mean"), 1.0, 1, ""),
    ]);
    Row::new(row.profile.clone(), fields)
}

fn has_broken(row: &SweepRow) -> bool {
    let broken = summary_of(row.summaries(), "broken_count");
    broken.get("mean").value > 0.0
}
