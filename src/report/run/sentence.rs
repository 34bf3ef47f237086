//! What a run comes to in a sentence: when the robots run the release, and what other profiles do instead.

use crate::report::run::arrival::{MARK, median, metric, never, reached};
use crate::report::times;
use crate::report::titles::{capital, robots};
use crate::report::words::{MORE_BROKEN, clock, plural, watched};
use crate::scenario::{BASE, Profile, Scenario};
use crate::sim::MARKS;
use crate::study::expect::{Expectation, Judged};
use crate::study::{ProfileRun, Run};
use crate::units::{count, share};

/// Profiles beside the first that the sentence speaks of.
const OTHERS_MAX: usize = 2;

/// A share of rollouts nearer to none or to all is said as a count.
const SHARE_MIN: f64 = 0.001;

/// The sentence.
pub(super) fn sentence(scenario: &Scenario, run: &Run, expected: &[Expectation]) -> String {
    let described = || scenario.profiles.iter().zip(&run.profiles);
    let Some((first, base)) = described().next() else {
        return String::new();
    };
    let arrival = arrival(first, base);
    let mut out = match first.name.as_str() {
        BASE => capital(&arrival),
        name => format!("{name}: {arrival}"),
    };
    out += &match stopped(base) {
        0.0 => String::new(),
        _ => format!("; it {}", stops(base)),
    };
    let others = described().skip(1).take(OTHERS_MAX);
    out.extend(others.map(|(profile, run)| format!("; {}", beside(profile, run, base))));
    out += &failed(expected);
    out + "."
}

/// How many expectations fail; empty where none does.
fn failed(expected: &[Expectation]) -> String {
    let failed = expected.iter().filter(|it| it.judged == Judged::Fail);
    match failed.count() {
        0 => String::new(),
        n => format!(
            "; {n} of {} not met",
            plural(expected.len() as u64, "expectation")
        ),
    }
}

/// When most of the robots run the release.
fn arrival(profile: &Profile, run: &ProfileRun) -> String {
    let version = &profile.world.release.version;
    let Some(mark) = reached(run) else {
        let least = MARKS[0];
        return most_do_not(
            profile,
            run,
            least,
            &format!("get version {version} to {least} % of the robots"),
        );
    };
    let time = median(run, mark);
    let at = clock(profile, time.value).map_or_else(String::new, |clock| format!(", {clock}"));
    let further = match mark < MARK {
        true => {
            let rest = format!("get to {MARK} %");
            format!(", and {}", most_do_not(profile, run, MARK, &rest))
        }
        false => String::new(),
    };
    let time = times::alone(time);
    format!("{mark} % of the robots run version {version} after {time} (median{at}){further}")
}

/// That most rollouts, or all, do not get to a share of the fleet [%], as far as robots are watched; `rest` is what they do not do.
fn most_do_not(profile: &Profile, run: &ProfileRun, mark: u64, rest: &str) -> String {
    let watched = watched(&never(profile, run));
    let played = run.outcomes.len() as u64;
    let is_all = run.statistic(&metric(mark), "p_never").value == 1.0;
    match (is_all, watched.is_empty()) {
        (true, _) => format!(
            "none of {} {}{watched}",
            plural(played, "rollout"),
            gets(rest)
        ),
        (false, true) => format!("most rollouts never {rest}"),
        (false, false) => format!("most rollouts do not {rest}{watched}"),
    }
}

/// What a single rollout does, where many `get`.
fn gets(rest: &str) -> String {
    rest.replacen("get", "gets", 1)
}

/// What another profile does that the first one does not.
fn beside(profile: &Profile, run: &ProfileRun, base: &ProfileRun) -> String {
    let [broken, of_base] = [run, base].map(broken);
    let is_worse = broken > MORE_BROKEN * of_base.max(0.5) || stopped(run) != stopped(base);
    if is_worse {
        return breaks(profile, run, broken);
    }
    let name = &run.name;
    match (reached(run), reached(base)) {
        (Some(mark), of_base) => {
            let time = times::alone(median(run, mark));
            match of_base == Some(mark) {
                true => format!("{name} takes {time}"),
                false => format!("{name} takes {time} to {mark} %"),
            }
        }
        (None, _) => {
            let rest = format!("get to {} %", MARKS[0]);
            format!("in {name} {}", most_do_not(profile, run, MARKS[0], &rest))
        }
    }
}

/// How many robots a profile breaks and how often it is stopped.
fn breaks(profile: &Profile, run: &ProfileRun, broken: f64) -> String {
    let name = &run.name;
    let all = plural(profile.world.fleet.robots().into(), "robot");
    let stops = stops(run);
    match broken {
        0.0 => format!("{name} breaks none of {all} and {stops}"),
        _ => format!(
            "{name} breaks {} of {all} (mean) and {stops}",
            robots(broken)
        ),
    }
}

/// How often a rollout is stopped, in words that claim no more than was played.
fn stops(run: &ProfileRun) -> String {
    let stopped = stopped(run);
    let played = run.outcomes.len() as u64;
    match (stopped * played as f64).round() as u64 {
        0 => format!("is stopped in none of {}", plural(played, "rollout")),
        n if n == played => format!("is stopped in all of {}", plural(played, "rollout")),
        n if !(SHARE_MIN..=1.0 - SHARE_MIN).contains(&stopped) => {
            format!("is stopped in {} of {} rollouts", count(n), count(played))
        }
        _ => format!("is stopped in {} of rollouts", share(stopped, 1)),
    }
}

fn stopped(run: &ProfileRun) -> f64 {
    run.statistic("stopped", "").value
}

fn broken(run: &ProfileRun) -> f64 {
    run.statistic("broken_count", "mean").value
}
