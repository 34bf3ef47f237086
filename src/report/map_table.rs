//! The answer of a decision map: what the setting in the file does, and what any other could.

use crate::report::figures::{mean_robots, proportion, time_quantiles};
use crate::report::table::Columns;
use crate::report::words::{attained, never, plural, stops, watched_longer, window};
use crate::scenario::{Profile, Scenario};
use crate::study::{MapRow, MapRun, summary_of};
use crate::units::{decimal, duration, share};

/// Profiles shown; the others are in the files.
const PROFILES_MAX: usize = 3;

/// A threshold is rarely reached if in at most this share of rollouts, and nearly always if in all but this.
const RARELY: f64 = 0.01;

/// A time is about as good as the best if it is at most so many times as long.
const NEARLY: f64 = 1.1;

/// The answer of a map of which at least one row was finished.
pub fn map_table(scenario: &Scenario, map: &MapRun, replications: u64) -> String {
    let shown: Vec<(usize, &Profile)> = scenario.profiles.iter().enumerate().take(PROFILES_MAX).collect();
    let mut columns = Columns { rows: Vec::new() };
    let mut row = |label: &str, field: &dyn Fn(usize, &Profile) -> String| {
        let fields = shown.iter().map(|(which, profile)| field(*which, profile));
        columns.rows.push(std::iter::once(label.to_owned()).chain(fields).collect());
    };
    let own = |which: usize, field: &dyn Fn(&MapRow, f64) -> String| match &map.own[which] {
        Some(row) => field(row, f64::from(scenario.profiles[which].world.fleet.robots())),
        None => "not finished".to_owned(),
    };
    row("", &|_, profile| profile.name.clone());
    row("the setting in the file", &|_, _| String::new());
    row("  at a time", &|_, profile| window(profile));
    row("  stops at", &|_, profile| stops(profile).unwrap_or_else(|| "never".to_owned()));
    row("  time to 95 %", &|which, _| {
        let never = never(scenario.profiles[which].world.cutting_watch());
        own(which, &|row, _| time_quantiles(summary_of(row.metrics(), "time_to_95_s"), &never))
    });
    row("  threshold reached", &|which, _| {
        own(which, &|row, _| proportion(summary_of(row.metrics(), "threshold_reached").get("")))
    });
    row("  broken", &|which, _| own(which, &|row, n| mean_robots(summary_of(row.metrics(), "broken_count"), n)));
    row("  most down at once", &|which, _| own(which, &|row, n| mean_robots(summary_of(row.metrics(), "down_peak_count"), n)));
    row("anywhere on the map", &|_, _| String::new());
    row("  time to 95 %, best", &|which, _| {
        best(map, which).map_or_else(|| never(scenario.profiles[which].world.cutting_watch()), timed)
    });
    row("  nearly as good from", &|which, _| nearly_best(map, which).map_or_else(|| "-".to_owned(), timed));
    row("  threshold reached", &|which, _| range(map, which, "threshold_reached", "", |p| share(p, 1)));
    row("    in at most 1 %", &|which, _| match still(map, which, map.percentages.iter().rev(), |p| p <= RARELY) {
        Some(first) => format!("at thresholds from {first} % on"),
        None => "at no threshold".to_owned(),
    });
    row("    in at least 99 %", &|which, _| match still(map, which, map.percentages.iter(), |p| p >= 1.0 - RARELY) {
        Some(last) => format!("at thresholds up to {last} %"),
        None => "at no threshold".to_owned(),
    });
    row("  broken", &|which, _| range(map, which, "broken_count", "mean", |robots| decimal(robots, 1)));
    row("  most down at once", &|which, _| range(map, which, "down_peak_count", "mean", |robots| decimal(robots, 1)));
    let more = match scenario.profiles.len().saturating_sub(PROFILES_MAX) {
        0 => String::new(),
        more => format!("and {} more in map.csv\n", plural(more as u64, "profile")),
    };
    let attained = watched_longer(&map.watched_longer) + &attained(&map.attained, replications);
    format!("{}{}{more}{attained}", heading(scenario, map, replications), columns.render())
}

fn heading(scenario: &Scenario, map: &MapRun, replications: u64) -> String {
    let base = &scenario.profiles[0];
    let step = map.percentages[0];
    format!(
        "{}: version {} to {}, concurrencies and failure thresholds from {step} % to 100 %{}\n\
         {}, {} each, seed {}; [ ] and ± are 95 % intervals\n\n",
        scenario.name,
        base.world.release.version,
        plural(base.world.fleet.robots().into(), "robot"),
        if step == 1 { String::new() } else { format!(" in steps of {step} %") },
        plural(map.rows.len() as u64, "setting"),
        plural(replications, "replication"),
        scenario.seed,
    )
}

fn rows_of(map: &MapRun, which: usize) -> impl Iterator<Item = &MapRow> {
    map.rows.iter().filter(move |row| row.setting.profile == which)
}

fn value(row: &MapRow, metric: &str, statistic: &str) -> f64 {
    summary_of(row.metrics(), metric).get(statistic).value
}

fn median(row: &MapRow) -> f64 {
    value(row, "time_to_95_s", "p50")
}

/// The setting with the least median time to 95 %, if any has one: of equals that with the least percentages.
fn best(map: &MapRun, which: usize) -> Option<&MapRow> {
    let timed = rows_of(map, which).filter(|row| median(row).is_finite());
    timed.min_by(|a, b| median(a).total_cmp(&median(b)))
}

/// The setting of least concurrency, and then of least threshold, that is about as good as the best.
fn nearly_best(map: &MapRun, which: usize) -> Option<&MapRow> {
    let best = median(best(map, which)?);
    rows_of(map, which).find(|row| median(row) <= NEARLY * best)
}

fn timed(row: &MapRow) -> String {
    let setting = &row.setting;
    format!(
        "{} at {} % at a time, threshold {} %",
        duration(median(row) * 1000.0),
        setting.concurrent_deployment_percentage,
        setting.failure_threshold_percentage
    )
}

/// From the least to the greatest on the map.
fn range(map: &MapRun, which: usize, metric: &str, statistic: &str, shown: impl Fn(f64) -> String) -> String {
    let values = || rows_of(map, which).map(|row| value(row, metric, statistic));
    let (least, most) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    match (shown(least), shown(most)) {
        _ if least > most => "not finished".to_owned(),
        (least, most) if least == most => least,
        (least, most) => format!("{least} to {most}"),
    }
}

/// The thresholds, from those in `order` on, that `so` holds for whatever the concurrency: the last for which it still does.
fn still<'a>(map: &MapRun, which: usize, order: impl Iterator<Item = &'a u8>, so: impl Fn(f64) -> bool) -> Option<u8> {
    let holds = |percentage: &u8| {
        let mut rows = rows_of(map, which).filter(|row| row.setting.failure_threshold_percentage == *percentage).peekable();
        rows.peek().is_some() && rows.all(|row| so(value(row, "threshold_reached", "")))
    };
    order.copied().take_while(holds).last()
}
