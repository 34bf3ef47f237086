//! What a run comes to in a sentence: when the robots run the release, and what other profiles do instead.

use crate::report::times;
use crate::report::words::{clock, plural};
use crate::scenario::{BASE, Profile, Scenario};
use crate::sim::MARKS;
use crate::study::{ProfileRun, Run, summary_of};
use crate::units::{count, decimal, share};

/// Profiles beside the first that the sentence speaks of.
const OTHERS_MAX: usize = 2;

/// A profile that breaks this many times as many robots as the first is about breaking.
const MORE_BROKEN: f64 = 1.5;

/// The share of the fleet that the sentence is about, if it gets there.
const MARK: u64 = 95;

/// The sentence.
pub(super) fn sentence(scenario: &Scenario, run: &Run) -> String {
    let described = || scenario.profiles.iter().zip(&run.profiles);
    let Some((first, base)) = described().next() else {
        return String::new();
    };
    let name = match first.name.as_str() {
        BASE => String::new(),
        name => format!("{name}: "),
    };
    let mut out = format!("{name}{}", arrival(first, base));
    out += &match stopped(base) {
        0.0 => String::new(),
        _ => format!("; it {}", stops(base)),
    };
    let others = described().skip(1).take(OTHERS_MAX);
    out.extend(others.map(|(profile, run)| format!("; {}", beside(profile, run, base))));
    out + "."
}

/// When most of the robots run the release.
fn arrival(profile: &Profile, run: &ProfileRun) -> String {
    let version = &profile.world.release.version;
    let median = |mark: &u64| {
        let median = summary_of(&run.summaries, &format!("time_to_{mark}_s")).get("p50");
        (*mark, median)
    };
    let mut marks = MARKS.iter().rev().filter(|mark| **mark <= MARK).map(median);
    let Some((mark, time)) = marks.find(|(_, time)| time.value.is_finite()) else {
        let least = MARKS[0];
        return format!("most rollouts never get version {version} to {least} % of the robots");
    };
    let at = clock(profile, time.value).map_or_else(String::new, |clock| format!(", {clock}"));
    let further = match mark < MARK {
        true => format!(", and most rollouts never get to {MARK} %"),
        false => String::new(),
    };
    let time = times::alone(time);
    format!("{mark} % of the robots run version {version} after {time} (median{at}){further}")
}

/// What another profile does that the first one does not.
fn beside(profile: &Profile, run: &ProfileRun, base: &ProfileRun) -> String {
    let [broken, of_base] = [run, base].map(broken);
    let is_worse = broken > MORE_BROKEN * of_base.max(0.5) || stopped(run) != stopped(base);
    let name = &run.name;
    if !is_worse {
        let time = summary_of(&run.summaries, &format!("time_to_{MARK}_s")).get("p50");
        return match time.value.is_finite() {
            true => format!("{name} takes {}", times::alone(time)),
            false => format!("in {name} most rollouts never get there"),
        };
    }
    let robots = plural(profile.world.fleet.robots().into(), "robot");
    let decimals = usize::from(broken < 10.0);
    let broken = decimal(broken, decimals);
    format!(
        "{name} breaks {broken} of {robots} (mean) and {}",
        stops(run)
    )
}

/// How often a rollout is stopped, in words that claim no more than was played.
fn stops(run: &ProfileRun) -> String {
    let stopped = stopped(run);
    let played = run.outcomes.len() as u64;
    match (stopped * played as f64).round() as u64 {
        0 => format!("is stopped in none of {}", plural(played, "rollout")),
        n if n == played => format!("is stopped in all {} rollouts", count(played)),
        _ => format!("is stopped in {} of rollouts", share(stopped, 1)),
    }
}

fn stopped(run: &ProfileRun) -> f64 {
    summary_of(&run.summaries, "stopped").get("").value
}

fn broken(run: &ProfileRun) -> f64 {
    summary_of(&run.summaries, "broken_count").get("mean").value
}
