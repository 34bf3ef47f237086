//! What a sweep comes to in a sentence: the value that is enough, or what the knobs do to time and to broken robots.

use crate::report::sweep::capacity;
use crate::report::times;
use crate::report::words::{MORE_BROKEN, knob_name};
use crate::scenario::{Knob, Scenario};
use crate::stats::Estimate;
use crate::study::{SweepRow, SweepRun, summary_of};
use crate::units::decimal;

/// The sentence.
pub(super) fn sentence(scenario: &Scenario, knobs: &[Knob], run: &SweepRun) -> String {
    if let Some(found) = &run.capacity {
        return capacity::conclusion(found, &knob_name(&knobs[found.knob])) + ".";
    }
    let rows = |profile: &str| -> Vec<&SweepRow> {
        let rows = run.rows.iter();
        rows.filter(|row| row.profile == profile).collect()
    };
    let mut profiles = scenario.profiles.iter().map(|profile| &profile.name);
    let Some(first) = profiles.next() else {
        return String::new();
    };
    let of_first = rows(first);
    let mut out = arrival(first, knobs, &of_first);
    let most = |rows: &[&SweepRow]| rows.iter().map(|row| broken(row)).fold(0.0, f64::max);
    let least = most(&of_first).max(0.5);
    let worse = profiles.find(|name| most(&rows(name)) > MORE_BROKEN * least);
    if let Some(name) = worse {
        out += &format!("; {name} breaks {} (mean)", breaks(&rows(name)));
    }
    out + "."
}

/// When most of the robots run the release: soonest and latest.
fn arrival(profile: &str, knobs: &[Knob], rows: &[&SweepRow]) -> String {
    let timed = rows.iter().filter(|row| median(row).is_finite());
    let by_time = |a: &&&SweepRow, b: &&&SweepRow| median(a).total_cmp(&median(b));
    let (Some(soonest), Some(latest)) = (timed.clone().min_by(by_time), timed.max_by(by_time))
    else {
        return format!(
            "At no setting do 95 % of the robots of {profile} run the release in most rollouts"
        );
    };
    let [least, most] = [soonest, latest].map(|row| times::alone(median_of(row)));
    let at = |row: &SweepRow| {
        let values = knobs.iter().map(knob_name).zip(&row.values);
        let values = values.map(|(knob, value)| format!("{knob} {value}"));
        values.collect::<Vec<String>>().join(", ")
    };
    let mut out = match least == most {
        true => format!("95 % of the robots of {profile} run the release after {least} (median)"),
        false => format!(
            "95 % of the robots of {profile} run the release soonest after {least} (median, at {}), latest after {most} (at {})",
            at(soonest),
            at(latest)
        ),
    };
    let never = rows.iter().filter(|row| !median(row).is_finite()).count();
    if never > 0 {
        out += &format!(
            ", and at {never} of {} settings never in most rollouts",
            rows.len()
        );
    }
    out
}

/// From the fewest broken robots to the most.
fn breaks(rows: &[&SweepRow]) -> String {
    let broken = rows.iter().map(|row| broken(row));
    let least = broken.clone().fold(f64::INFINITY, f64::min);
    let most = broken.fold(0.0, f64::max);
    match (decimal(least, 0), decimal(most, 0)) {
        (least, most) if least == most => format!("{most} robots"),
        (least, most) => format!("{least} to {most} robots"),
    }
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
