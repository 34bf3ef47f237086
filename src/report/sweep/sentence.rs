//! What a sweep comes to in a sentence: the value that is enough, or what the knobs do to time and to broken robots.

use crate::report::sweep::capacity;
use crate::report::times;
use crate::report::titles::robots_from;
use crate::report::words::{
    MORE_BROKEN, clock, knob_at, knob_names, never_of, only_played, plural, watched,
    without_percent,
};
use crate::scenario::{Knob, Scenario};
use crate::stats::Estimate;
use crate::study::{SweepRow, SweepRun, summary_of};

/// The sentence.
pub(super) fn sentence(scenario: &Scenario, knobs: &[Knob], run: &SweepRun) -> String {
    let names = knob_names(knobs);
    if let Some(found) = &run.capacity {
        return capacity::conclusion(found, without_percent(&names[found.knob])) + ".";
    }
    let rows = |profile: &str| -> Vec<&SweepRow> {
        let rows = run.rows.iter();
        rows.filter(|row| row.profile == profile).collect()
    };
    let mut profiles = scenario.profiles.iter();
    let Some(first) = profiles.next() else {
        return String::new();
    };
    let of_first = rows(&first.name);
    let is_timed = !knobs.iter().any(|knob| knob.key().ends_with("start"));
    let by_clock = |seconds| clock(first, seconds).filter(|_| is_timed);
    let mut out = arrival(&first.name, &names, &of_first, by_clock);
    let most = |rows: &[&SweepRow]| rows.iter().map(|row| broken(row)).fold(0.0, f64::max);
    let least = most(&of_first).max(0.5);
    let mut others = profiles.map(|profile| &profile.name);
    let worse = others.find(|name| most(&rows(name)) > MORE_BROKEN * least);
    if let Some(name) = worse {
        out += &format!("; {name} breaks {} (mean)", breaks(&rows(name)));
    }
    let settings: usize = knobs.iter().map(|knob| knob.values.len()).product();
    out + &only_played(run.rows.len(), settings * scenario.profiles.len(), "row") + "."
}

/// When most of the robots run the release, also `by_clock`: soonest and latest.
fn arrival(
    profile: &str,
    names: &[String],
    rows: &[&SweepRow],
    by_clock: impl Fn(f64) -> Option<String>,
) -> String {
    if rows.is_empty() {
        return format!("No setting of {profile} was played");
    }
    let timed = rows.iter().filter(|row| median(row).is_finite());
    let never = rows.iter().filter(|row| !median(row).is_finite());
    let times = never.clone().count();
    let never = never_of(never.map(|row| row.cutting_watch));
    let by_time = |a: &&&SweepRow, b: &&&SweepRow| median(a).total_cmp(&median(b));
    let (Some(soonest), Some(latest)) = (timed.clone().min_by(by_time), timed.max_by(by_time))
    else {
        return format!(
            "At no setting do 95 % of the robots of {profile} run the release{} in most rollouts",
            watched(&never)
        );
    };
    let [least, most] = [soonest, latest].map(|row| times::alone(median_of(row)));
    let at = |row: &SweepRow| {
        let values = names.iter().zip(&row.values);
        let values = values.map(|(name, value)| knob_at(name, value));
        let values = values.collect::<Vec<String>>().join(", ");
        let shown = times::alone(median_of(row));
        let alike = rows
            .iter()
            .filter(|other| times::alone(median_of(other)) == shown);
        match alike.count() - 1 {
            0 => values,
            more => format!("{values} and {}", plural(more as u64, "other")),
        }
    };
    let by_clock = |row| by_clock(median(row)).map_or_else(String::new, |clock| clock + ", ");
    let mut out = match least == most {
        true => format!("95 % of the robots of {profile} run the release after {least} (median)"),
        false => format!(
            "95 % of the robots of {profile} run the release soonest after {least} (median, {}at {}), latest after {most} ({}at {})",
            by_clock(soonest),
            at(soonest),
            by_clock(latest),
            at(latest)
        ),
    };
    if times > 0 {
        out += &format!(
            ", and at {times} of {} {never} in most rollouts",
            plural(rows.len() as u64, "setting")
        );
    }
    out
}

/// From the fewest broken robots to the most.
fn breaks(rows: &[&SweepRow]) -> String {
    let broken = rows.iter().map(|row| broken(row));
    let least = broken.clone().fold(f64::INFINITY, f64::min);
    let most = broken.fold(0.0, f64::max);
    robots_from(least, most)
}

fn median_of(row: &SweepRow) -> Estimate {
    summary_of(row.summaries(), "time_to_95_s").get("p50")
}

fn median(row: &SweepRow) -> f64 {
    median_of(row).value
}

fn broken(row: &SweepRow) -> f64 {
    summary_of(row.summaries(), "broken_count")
        .get("mean")
        .value
}
