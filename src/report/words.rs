//! What tables and charts say of a scenario in words.

use std::collections::BTreeSet;

use crate::model::{Ms, WatchEnd};
use crate::rollout::{Canary, CanaryRobots, KNOBS};
use crate::scenario::{InRobots, Knob, Profile, Scenario};
use crate::stats::clopper_pearson_upper;
use crate::stats::{Estimate, LEVEL};
use crate::study::{Attained, MetricSummary, Missed, WatchedLonger};
use crate::units::{count, duration, share};

/// Short names of [`KNOBS`].
const KNOB_NAMES: [&str; KNOBS.len()] = ["concurrency %", "threshold %"];

/// Knobs as tables and sentences call them: short, in words, and each its own.
pub(super) fn knob_names(knobs: &[Knob]) -> Vec<String> {
    let names = short_names(knobs).into_iter().zip(knobs);
    let names = names.map(|(name, knob)| {
        let known = KNOBS.iter().position(|known| known.key() == knob.key());
        known.map_or(name, |known| KNOB_NAMES[known].to_owned())
    });
    names.collect()
}

/// The last parts of the keys of knobs; where some share it, with the last of the parts before it in which they all differ.
pub(super) fn short_names(knobs: &[Knob]) -> Vec<String> {
    let names = knobs.iter().map(|knob| {
        let same = knobs.iter();
        let same = same.filter(|other| other.short_name() == knob.short_name());
        let same: Vec<&[String]> = same.map(Knob::parts).collect();
        apart(knob.parts(), &same).map_or_else(
            || knob.key(),
            |part| format!("{part}{}", knob.short_name()).replace('_', " "),
        )
    });
    names.collect()
}

/// What tells a key from the others that have its last part: the last part before that in which they all differ, and a space. Nothing where
/// there is no other, none where no part does.
fn apart(key: &[String], same: &[&[String]]) -> Option<String> {
    if same.len() == 1 {
        return Some(String::new());
    }
    (2..=key.len()).find_map(|back| {
        let parts = same.iter().map(|key| key.get(key.len().checked_sub(back)?));
        let parts: BTreeSet<Option<&String>> = parts.collect();
        let differ = parts.len() == same.len();
        differ.then(|| format!("{} ", key[key.len() - back]))
    })
}

/// A name whose values are percentages, without the sign, and the sign that its values have then.
pub(super) fn without_percent(name: &str) -> (&str, &'static str) {
    match name.strip_suffix(" %") {
        Some(name) => (name, " %"),
        None => (name, ""),
    }
}

/// A knob at one of its values: `concurrency 50 %`.
pub(super) fn knob_at(name: &str, value: &str) -> String {
    let (name, unit) = without_percent(name);
    format!("{name} {value}{unit}")
}

/// The two sides of a comparison and their names.
pub struct Sides<'a> {
    pub a: &'a Scenario,
    pub b: &'a Scenario,
    pub name_a: String,
    pub name_b: String,
}

/// How many of `all` there are beyond the first `most`, in words; nothing if there are none.
pub(super) fn more(all: usize, most: usize, words: impl FnOnce(String) -> String) -> String {
    match all.saturating_sub(most) {
        0 => String::new(),
        more => words(count(more as u64)),
    }
}

/// The first `most` names, with the number of those left out.
pub(super) fn listed(names: &[String], most: usize, between: &str) -> String {
    let more = more(names.len(), most, |more| format!(", and {more} more"));
    names[..names.len().min(most)].join(between) + &more
}

/// A profile that breaks this many times as many robots as the first is about breaking.
pub(super) const MORE_BROKEN: f64 = 1.5;

/// What a chart of many settings shows, in one line.
pub(super) fn each_setting(scenario: &Scenario, replications: u64) -> String {
    let world = &scenario.profiles[0].world;
    format!(
        "{}, version {}: {}, {} per setting",
        scenario.name,
        world.release.version,
        plural(world.fleet.robots().into(), "robot"),
        plural(replications, "replication"),
    )
}

/// The base in one line: release, fleet and rules.
pub(super) fn headline(scenario: &Scenario) -> String {
    format!("{}: {}", scenario.name, headline_of(scenario))
}

/// As [`headline`], without the scenario's name.
pub(super) fn headline_of(scenario: &Scenario) -> String {
    let base = &scenario.profiles[0];
    format!(
        "version {} to {}, {}, {}",
        base.world.release.version,
        plural(base.world.fleet.robots().into(), "robot"),
        match base.in_robots(&base.rules) {
            Some(robots) if base.rules.has_knobs() => format!(
                "{} at a time ({} %)",
                count(robots.window.into()),
                base.rules.levels().concurrency
            ),
            _ => format!("{} at a time", window(base)),
        },
        stops(base).map_or_else(
            || "never stops".to_owned(),
            |stops| format!("stops at {stops}")
        ),
    )
}

/// The jobs around the main job in one line, if there are any.
pub(super) fn campaign(profile: &Profile) -> Option<String> {
    let campaign = profile.campaign.as_ref()?;
    let canary = campaign.canary.as_ref().map(|canary| {
        let who = match &canary.robots {
            CanaryRobots::Count(robots, _) => plural((*robots).into(), "robot"),
            CanaryRobots::Share(millionths, _) => share(f64::from(*millionths) / 1e6, 1),
            CanaryRobots::Cohorts(cohorts) => plural(cohorts.len() as u64, "cohort"),
        };
        let at_a_time = canary_window(profile, canary)
            .map_or_else(String::new, |window| format!(", {window} at a time"));
        format!(
            "canary of {who}{at_a_time}, soak {}",
            duration(canary.soak as f64)
        )
    });
    let sync = campaign.sync.as_ref().map(|sync| {
        format!(
            "at most {} every {}",
            plural(sync.times.into(), "sync"),
            duration(sync.interval as f64)
        )
    });
    let recovery = campaign.recovery.as_ref();
    let recovery = recovery
        .map(|recovery| format!("recovery {} after a stop", duration(recovery.delay as f64)));
    let jobs: Vec<String> = [canary, sync, recovery].into_iter().flatten().collect();
    (!jobs.is_empty()).then(|| jobs.join("; "))
}

/// How many robots of a canary are in flight at a time, where the canary's number of robots is known.
fn canary_window(profile: &Profile, canary: &Canary) -> Option<String> {
    let cohorts = &profile.world.fleet.cohorts;
    let robots: u32 = match &canary.robots {
        CanaryRobots::Count(robots, _) => *robots,
        CanaryRobots::Share(..) => canary.robots.picked_of(profile.world.fleet.robots())?,
        CanaryRobots::Cohorts(named) => named
            .iter()
            .map(|number| cohorts[usize::from(*number)].robots)
            .sum(),
    };
    let is_known = cohorts.iter().all(|cohort| cohort.joins.is_none());
    is_known.then(|| count(canary.rules(&profile.rules).window(robots).into()))
}

/// The window in robots and percent, or in percent alone where the number of robots is not known; in robots where it is no percentage.
pub(super) fn window(profile: &Profile) -> String {
    let robots = profile.in_robots(&profile.rules);
    match profile.rules.has_knobs() {
        true => window_of(robots, profile.rules.levels().concurrency),
        false => robots.map_or_else(|| "some".to_owned(), |robots| count(robots.window.into())),
    }
}

/// A window in percent and robots.
pub(super) fn window_of(robots: Option<InRobots>, percentage: u8) -> String {
    match robots {
        Some(robots) => format!("{} ({percentage} %)", count(robots.window.into())),
        None => format!("{percentage} %"),
    }
}

/// The failures that stop the job, in robots, and percent where they are one; `None` if there are not enough robots for it.
pub(super) fn stops(profile: &Profile) -> Option<String> {
    let robots = profile.in_robots(&profile.rules);
    match profile.rules.has_knobs() {
        true => stops_of(robots, profile.rules.levels().threshold),
        false => Some(plural(robots?.failures_to_stop?.into(), "failure")),
    }
}

/// A threshold in percent and robots.
pub(super) fn stops_of(robots: Option<InRobots>, percentage: u8) -> Option<String> {
    match robots {
        Some(robots) => Some(format!(
            "{} ({percentage} %)",
            plural(robots.failures_to_stop?.into(), "failure")
        )),
        None => Some(format!("{percentage} % failures")),
    }
}

/// The words for a time that never comes while robots are watched, given the watch that may have cut it off.
pub(super) fn never(watch: Option<WatchEnd>) -> String {
    within(watch).map_or_else(|| "never".to_owned(), |within| format!("not {within}"))
}

/// Until when robots are watched, in words, given the watch that may have cut off what comes later.
fn within(watch: Option<WatchEnd>) -> Option<String> {
    match watch? {
        WatchEnd::AtLeast(time) => Some(format!("within {}", duration(time.ms() as f64))),
        WatchEnd::AfterDrained(wait) => {
            Some(format!("within {} of the end", duration(wait as f64)))
        }
    }
}

/// For a time that never comes, where robots are watched for different times.
pub(super) const UNWATCHED: &str = "not while watched";

/// As [`never`], of several watches that may have cut such times off.
pub(super) fn never_of(watches: impl IntoIterator<Item = Option<WatchEnd>>) -> String {
    let mut watches = watches.into_iter();
    let first = watches.next().flatten();
    match watches.all(|other| other == first) {
        true => never(first),
        false => UNWATCHED.to_owned(),
    }
}

/// That an interruption left some of all things of a name out, in a clause; empty where it did not.
pub(super) fn only_played(played: usize, all: usize, one: &str) -> String {
    match played < all {
        true => format!(
            "; only {} of {} were played",
            count(played as u64),
            plural(all as u64, one)
        ),
        false => String::new(),
    }
}

/// How long robots are watched, after a space, given the words for a time that does not come; nothing where it never does.
pub(super) fn watched(never: &str) -> String {
    let watched = never.strip_prefix("not ");
    watched.map_or_else(String::new, |watched| format!(" {watched}"))
}

/// A line about settings that are watched longer than others, if there are any.
pub(super) fn watched_longer(longer: &Option<WatchedLonger>) -> String {
    let Some(WatchedLonger {
        rows,
        of,
        drained_max,
    }) = longer
    else {
        return String::new();
    };
    let times = [(3_600_000, "h", 48), (86_400_000, "d", Ms::MAX)]
        .map(|(unit, name, most)| (drained_max.div_ceil(unit), name, most));
    let (time, unit, _) = times
        .into_iter()
        .find(|(time, _, most)| time <= most)
        .expect("a bug: more days than there can be");
    let last = duration(*drained_max as f64);
    let who = match rows < of {
        true => {
            let all = plural(*of as u64, "setting");
            match rows {
                1 => format!("1 of {all} lasts up to {last} and is"),
                rows => format!("{} of {all} last up to {last} and are", count(*rows as u64)),
            }
        }
        false => format!(
            "the settings last up to {last}, each is watched until its own end, and some are"
        ),
    };
    format!(
        "{who} watched longer than others; set observe_for to \"{time}{unit}\" to watch all for as long"
    )
}

/// Statistics of a profile named that miss the precision; the JSON file has all of them.
const MISSED_MAX: usize = 6;

/// Whether the precision asked for was reached, as a paragraph; empty where none was asked for.
pub(super) fn attained(attained: &Option<Attained>, replications: u64) -> String {
    let Some(Attained {
        precision,
        replications_max,
        missed,
    }) = attained
    else {
        return String::new();
    };
    let played = plural(replications, "replication");
    if missed.is_empty() {
        let most = count(*replications_max);
        return format!("precise to {precision} after {played} of at most {most}");
    }
    let mut out = format!("not precise to {precision} after all {played}:");
    for same in missed.chunk_by(|a, b| a.profile == b.profile) {
        let names: Vec<String> = same.iter().take(MISSED_MAX).map(missed_name).collect();
        let more = more(same.len(), MISSED_MAX, |more| format!(" and {more} more"));
        out += &format!("\n{}: {}{more}", same[0].profile, names.join(", "));
    }
    out
}

fn missed_name(missed: &Missed) -> String {
    let settings = match missed.settings {
        1 => String::new(),
        n => format!(" in {} settings", count(n as u64)),
    };
    let why = match missed.hardly_varies {
        true => " (nearly all replications agree, so what was not seen may move it)",
        false => "",
    };
    format!("{}{settings}{why}", missed.statistic)
}

/// Which events are too rare for a number of replications to show, for an answer with these statistics: an event of probability 3/N does not
/// come up in N replications once in twenty times. Nothing where all of it is certain by construction.
pub(super) fn unseen<'a>(
    replications: u64,
    mut metrics: impl Iterator<Item = &'a MetricSummary>,
) -> String {
    match metrics.any(|summary| summary.estimates.iter().any(is_simulated)) {
        true => may_miss(replications),
        false => String::new(),
    }
}

/// Whether a statistic has an interval, and one that is not certain by construction.
fn is_simulated((name, estimate): &(&str, Estimate)) -> bool {
    let is_certain = estimate.lo.is_some() && estimate.lo == estimate.hi;
    !["sd", "min", "max"].contains(name) && !estimate.value.is_nan() && !is_certain
}

/// Which events are too rare for a number of replications to show.
pub(super) fn may_miss(replications: u64) -> String {
    /// With fewer replications, 3/N is no good approximation.
    const MANY: u64 = 6;
    let missed = match replications {
        MANY.. => format!(
            "fewer than 1 of {}",
            plural((replications as f64 / 3.0).round() as u64, "rollout")
        ),
        _ => format!(
            "up to {} of rollouts",
            share(clopper_pearson_upper(0, replications, LEVEL), 0)
        ),
    };
    format!(
        "{} may miss what happens in {missed}",
        plural(replications, "replication")
    )
}

/// A count of things in words: `1 robot`, `2,000 robots`.
pub fn plural(n: u64, one: &str) -> String {
    format!("{} {one}{}", count(n), if n == 1 { "" } else { "s" })
}

/// What clocks show a time [s] after the creation of a profile's first job, to the nearest minute, where the file says when that is.
pub(super) fn clock(profile: &Profile, seconds: f64) -> Option<String> {
    let start = profile.start.filter(|_| seconds.is_finite())?;
    Some(start.clock().at((seconds * 1000.0) as u64 + 30_000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Instant;

    fn names(flags: &[&str]) -> Vec<String> {
        let flags: Vec<String> = flags.iter().map(|flag| format!("{flag}=1,2")).collect();
        knob_names(&Knob::from_flags(&flags).unwrap())
    }

    #[test]
    fn knobs_that_share_their_last_part_have_names_of_their_own() {
        assert_eq!(names(&["a.b.count", "c.d.count"]), ["b count", "d count"]);
        assert_eq!(names(&["a.b.count", "c.b.count"]), ["a count", "c count"]);
        assert_eq!(names(&["count", "c.count"]), ["count", "c count"]);
        let three = ["a.b.x", "a.c.x", "d.c.x"];
        assert_eq!(names(&three), ["a.b.x", "a.c.x", "d.c.x"]);
        assert_eq!(names(&["a.b.at_most", "a.y"]), ["at most", "y"]);
    }

    #[test]
    fn a_percentage_has_its_sign_behind_the_number() {
        assert_eq!(knob_at("concurrency %", "50"), "concurrency 50 %");
        assert_eq!(knob_at("at most", "3"), "at most 3");
    }

    #[test]
    fn watches_of_several_lengths_are_not_told_as_one() {
        let watch = |ms| Some(WatchEnd::AtLeast(Instant::at(ms)));
        assert_eq!(never_of([None, None]), "never");
        assert_eq!(never_of([watch(60_000); 2]), "not within 1 min");
        assert_eq!(never_of([watch(60_000), watch(1)]), "not while watched");
        assert_eq!(watched("not within 1 min"), " within 1 min");
        assert_eq!(watched("never"), "");
    }
}
