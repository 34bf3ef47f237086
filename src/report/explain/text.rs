//! A scenario explained: every value, what it means in robots and times, and how much work it is.

use crate::model::{LocalSteps, Stage};
use crate::report::figures::exactly;
use crate::report::page::{Item, Page, Row, Table};
use crate::report::words::{campaign, headline, plural};
use crate::scenario::Scenario;
use crate::study::{
    Explained, ExplainedCohort, ExplainedHours, ExplainedJob, ExplainedLink, ExplainedPresence,
    ExplainedValue, LeftOut,
};
use crate::theory::Course;
use crate::units::{count, decimal, duration, rate, share, size};

/// What the explanation says of a profile.
pub struct ExplainedProfile {
    pub name: String,
    /// What it changes: key, the base's value, its own value; empty for the base.
    pub changes: Vec<(String, Option<String>, Option<String>)>,
    pub facts: Explained,
}

/// The name of a step as the service calls it.
pub(super) fn step_name(stage: Stage) -> &'static str {
    match stage {
        Stage::CloudCheck => "cloud check",
        Stage::Contact => "waiting to be online",
        Stage::Validating => "Validating",
        Stage::DownloadCondition => "ExecutingDownloadCondition",
        Stage::Downloading => "Downloading",
        Stage::Extracting => "Extracting",
        Stage::PreLaunch => "ExecutingPreLaunch",
        Stage::Launching => "Launching",
        Stage::PostLaunch => "ExecutingPostLaunch",
    }
}

/// The whole explanation.
pub fn explain_page(
    scenario: &Scenario,
    values: &[ExplainedValue],
    profiles: &[ExplainedProfile],
    bytes: usize,
) -> Page {
    let mut page = Page::new(format!("{}.", headline(scenario)));
    page.asked(format!("hash {}", scenario.hash));
    for profile in profiles {
        of_profile(&mut page, scenario, profile, &profiles[0]);
    }
    let rows = values.iter().map(|value| {
        let origin = if value.is_default { "  (default)" } else { "" };
        Row::new(value.key.clone(), [format!("{}{origin}", value.text)])
    });
    page.table(
        Table::new(["key", "value"])
            .prose()
            .titled("values")
            .rows(rows),
    );
    let events = profiles.iter().map(|profile| profile.facts.events);
    page.text(format!(
        "run: {}, {} x {}, about {} per replication{} without failures and about {} of memory on one thread",
        plural(profiles.len() as u64, "profile"),
        plural(scenario.replications, "replication"),
        plural(profiles[0].facts.robots.into(), "robot"),
        plural(events.sum::<f64>().round() as u64, "event"),
        match profiles.len() {
            1 => "",
            _ => " of all profiles",
        },
        size(two_digits(bytes as f64)),
    ));
    page
}

/// What a profile changes, and what it means.
fn of_profile(
    page: &mut Page,
    scenario: &Scenario,
    profile: &ExplainedProfile,
    base: &ExplainedProfile,
) {
    let rows = profile.changes.iter().map(|(key, before, after)| {
        let fields = [before, after].map(|value| value.as_deref().unwrap_or("nothing").to_owned());
        Row::new(key.clone(), fields)
    });
    page.table(
        Table::new(["key", "base", &profile.name])
            .prose()
            .titled(format!("what profile {} changes", profile.name))
            .rows(rows),
    );
    let mut items = Vec::new();
    let known = scenario.profiles.iter().find(|it| it.name == profile.name);
    items.extend(known.and_then(campaign).map(|jobs| item(0, jobs)));
    facts(&mut items, &profile.facts);
    page.list(format!("profile {}", profile.name), items);
    let is_base = std::ptr::eq(profile, base);
    for (place, cohort) in profile.facts.cohorts.iter().enumerate() {
        let of_base = base.facts.cohorts.get(place).filter(|_| !is_base);
        if of_base == Some(cohort) {
            continue;
        }
        let (title, items) = of_cohort(cohort);
        page.list(title, items);
        if of_base.is_none_or(|of_base| of_base.courses != cohort.courses) {
            for course in &cohort.courses {
                page.table(of_course(course));
            }
        }
    }
}

fn item(depth: usize, text: impl Into<String>) -> Item {
    Item {
        depth,
        text: text.into(),
    }
}

/// An estimate without digits that it does not support.
fn two_digits(bytes: f64) -> f64 {
    let mut unit = 1.0;
    while bytes / unit >= 100.0 {
        unit *= 10.0;
    }
    (bytes / unit).round() * unit
}

fn facts(items: &mut Vec<Item>, facts: &Explained) {
    for job in &facts.jobs {
        let links = facts.links.iter().filter(|link| link.job == job.name);
        of_job(
            items,
            job,
            links.max_by(|a, b| a.transfer.total_cmp(&b.transfer)),
        );
    }
    items.push(item(
        0,
        format!(
            "{} of {} fail on average, not counting timeouts and links",
            decimal(facts.failures_mean, 1),
            plural(facts.robots.into(), "robot")
        ),
    ));
    items.push(item(
        0,
        match &facts.threshold_reached {
            Ok(_) => format!(
                "the threshold is reached with a probability of{}",
                exactly(&facts.threshold_reached).trim_start_matches(',')
            ),
            Err(why_not) => format!(
                "the probability that the threshold is reached is known from simulation only: {why_not}"
            ),
        },
    ));
    for (slots, who) in [
        (facts.dead_slots, "robots that never answer"),
        (facts.hanging_slots, "robots whose scripts hang"),
    ] {
        if slots > 0.0 {
            let time = duration(slots);
            items.push(item(0, format!("{who} hold slots for {time} together")));
        }
    }
    items.push(item(
        0,
        format!(
            "a deployment takes {} on average if nothing goes wrong and no robot waits for another{}",
            duration(facts.deployment_mean),
            without(facts)
        ),
    ));
    for link in &facts.links {
        of_link(items, link);
    }
}

fn of_job(items: &mut Vec<Item>, job: &ExplainedJob, slowest: Option<&ExplainedLink>) {
    let registered = match job.is_exact {
        true => "",
        false => " (if all are registered by then)",
    };
    let stops = match (job.failures_to_breach, job.failures_max) {
        (Some(needed), Some(most)) => format!(
            "stops at {}, and up to {} can fail by then",
            plural(needed.into(), "failure"),
            count(most.into())
        ),
        _ => "nothing stops it".to_owned(),
    };
    let certain = match job.certain_failures {
        0 => String::new(),
        robots => format!(
            "; {} would fail for certain if all had their turn",
            count(robots.into())
        ),
    };
    items.push(item(
        0,
        format!(
            "{}: {}{registered}, {} at a time, {stops}{certain}; the robot timeout is {}",
            job.name,
            plural(job.robots.into(), "robot"),
            count(job.window.into()),
            duration(job.robot_timeout as f64),
        ),
    ));
    items.push(item(1, busy(job, slowest)));
    items.extend(job.turns_max.map(|most| {
        let all = plural(job.robots.into(), "robot");
        item(
            1,
            format!(
                "at most {} of {all} get a turn before it is over",
                count(most.into())
            ),
        )
    }));
}

/// How long a job takes if all slots are busy, and what that does not reckon with.
fn busy(job: &ExplainedJob, slowest: Option<&ExplainedLink>) -> String {
    let work = duration(job.busy);
    let out = match job.busy_by_clock {
        Some(by_clock) => format!(
            "about {} by the robots' clock if all slots are busy and nothing goes wrong, {work} of it at work",
            duration(by_clock)
        ),
        None => format!("about {work} if all slots are busy and nothing goes wrong"),
    };
    let left_out: Vec<String> = job
        .left_out
        .iter()
        .filter_map(|left_out| match left_out {
            LeftOut::Maintenance(_) | LeftOut::HoursOffline(_) if job.busy_by_clock.is_some() => {
                None
            }
            LeftOut::Maintenance(hours) => {
                Some(format!("maintenance windows (open about {})", a_day(hours)))
            }
            LeftOut::HoursOffline(hours) => Some(format!("hours offline (about {})", a_day(hours))),
            LeftOut::Links => Some(match slowest.filter(|link| link.transfer > job.busy) {
                Some(link) => format!(
                    "links ({} alone takes {})",
                    link.name,
                    duration(link.transfer)
                ),
                None => "links".to_owned(),
            }),
            LeftOut::Interruptions(more) => Some(format!(
                "interruptions of downloads (about {} more)",
                duration(*more)
            )),
        })
        .collect();
    out + &not_counted(&left_out)
}

/// What a time does not reckon with.
fn not_counted(left_out: &[String]) -> String {
    match left_out {
        [] => String::new(),
        _ => format!("; not counted: {}", left_out.join(", ")),
    }
}

/// What the mean of a deployment does not reckon with, in words.
fn without(facts: &Explained) -> String {
    let cohorts = || facts.cohorts.iter().map(|cohort| &cohort.presence);
    let mut left_out = Vec::new();
    if cohorts().any(|it| it.maintenance.is_some()) {
        left_out.push("maintenance windows".to_owned());
    }
    if cohorts().any(|it| it.offline.is_some()) {
        left_out.push("hours offline".to_owned());
    }
    if facts.interrupted_mean > 0.0 {
        let more = duration(facts.interrupted_mean);
        left_out.push(format!("interruptions of downloads (about {more} more)"));
    }
    not_counted(&left_out)
}

/// How much of a day hours are, to the minute.
fn a_day(hours: &ExplainedHours) -> String {
    const MINUTE: f64 = 60_000.0;
    let minutes = (hours.a_day / MINUTE).round();
    format!("{} per day", duration(minutes * MINUTE))
}

fn of_link(items: &mut Vec<Item>, link: &ExplainedLink) {
    let [peak, mean] = [link.peak, link.mean].map(|load| {
        let share = decimal(load / link.capacity as f64 * 100.0, 0);
        format!("{} ({share} %)", rate(load))
    });
    let of_job = match link.job {
        "the job" => String::new(),
        job => format!(" in {job}"),
    };
    let (about, at_least) = match link.demand.is_certain {
        true => ("", "at least"),
        false => ("about ", "about"),
    };
    items.push(item(
        0,
        format!(
            "link {}{of_job}: {} for {about}{}, which take it {at_least} {}",
            link.name,
            rate(link.capacity as f64),
            plural(link.demand.robots.round() as u64, "download"),
            duration(link.transfer),
        ),
    ));
    items.push(item(
        1,
        format!(
            "those of a window, {}, ask for {peak} when all download at once, and for {mean} on average",
            decimal(link.at_once, 0),
        ),
    ));
}

fn of_cohort(cohort: &ExplainedCohort) -> (String, Vec<Item>) {
    let mut parts = vec![plural(cohort.robots.into(), "robot")];
    parts.extend((cohort.dead > 0).then(|| format!("{} of them dead", count(cohort.dead.into()))));
    parts.extend(
        (cohort.without_bundle > 0)
            .then(|| format!("{} without a bundle", count(cohort.without_bundle.into()))),
    );
    let fail = share(cohort.failure_mean, 2);
    let title = format!(
        "cohort {}: {}; one that answers and has a bundle fails with a probability of {fail}",
        cohort.name,
        parts.join(", "),
    );
    (title, of_presence(&cohort.presence))
}

/// When robots are online and contacted, and how their rates change.
fn of_presence(presence: &ExplainedPresence) -> Vec<Item> {
    let mut items = Vec::new();
    if let Some(hours) = &presence.maintenance {
        items.push(item(
            0,
            format!(
                "maintenance windows are open about {}, {} at a time at most",
                a_day(hours),
                duration(hours.longest as f64)
            ),
        ));
    }
    if let Some(hours) = &presence.offline {
        let steps = match presence.local_steps {
            LocalSteps::GoOn => "go on",
            LocalSteps::Stop => "stop",
        };
        items.push(item(0, format!("offline by the clock for about {}, {} at a time at most; steps on the robot {steps}",
            a_day(hours),
            duration(hours.longest as f64))));
    }
    if let Some(log) = &presence.log {
        let never = match log.never_online {
            0 => String::new(),
            n => format!(", {} of them never, as if dead", count(n as u64)),
        };
        items.push(item(
            0,
            format!(
                "log of {} over {}, online for {} of the time{never}",
                plural(log.robots as u64, "robot"),
                duration(log.length as f64),
                share(log.share_online, 1)
            ),
        ));
    }
    if let Some(trace) = &presence.trace {
        items.push(item(
            0,
            format!(
                "trace of {} over {}: {} on average, nothing for {} of the time",
                plural(trace.rows as u64, "row"),
                duration(trace.length as f64),
                rate(trace.average),
                share(trace.share_zero, 1)
            ),
        ));
    }
    items
}

fn of_course(course: &Course) -> Table {
    let title = format!(
        "{} {}, {}",
        count(course.robots.into()),
        course.architecture.name(),
        size(course.bits / 8.0)
    );
    let rows = course.steps.iter().map(|step| {
        let times = [step.mean, step.p50, step.p95].map(duration);
        Row::new(step_name(step.stage), times)
    });
    let together = [duration(course.mean), String::new(), String::new()];
    let rows = rows.chain([Row::new("together", together)]);
    Table::new(["step", "mean", "median", "p95"])
        .titled(title)
        .rows(rows)
}
