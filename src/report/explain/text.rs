//! A scenario explained: every value, what it means in robots and times, and how much work it is.

use crate::model::{LocalSteps, Stage};
use crate::report::figures::exactly;
use crate::report::words::{campaign, plural};
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

/// The whole explanation for a terminal.
pub fn explain_text(
    scenario: &Scenario,
    values: &[ExplainedValue],
    profiles: &[ExplainedProfile],
    bytes: usize,
) -> String {
    let mut out = format!("{} (hash {})\n\nvalues\n", scenario.name, scenario.hash);
    let widths = values.iter().map(|value| value.key.chars().count());
    let width = widths.max().unwrap_or(0);
    for value in values {
        let default = if value.is_default { "  (default)" } else { "" };
        out += &format!("  {:width$}  {}{default}\n", value.key, value.text);
    }
    for profile in profiles {
        out += &format!("\nprofile {}\n", profile.name);
        if !profile.changes.is_empty() {
            out += "  changes\n";
        }
        for (key, before, after) in &profile.changes {
            let [before, after] =
                [before, after].map(|value| value.as_deref().unwrap_or("nothing"));
            out += &format!("    {key}: {before} -> {after}\n");
        }
        let jobs = scenario
            .profiles
            .iter()
            .find(|it| it.name == profile.name)
            .and_then(campaign);
        out += &jobs.map_or_else(String::new, |jobs| format!("  {jobs}\n"));
        out += &facts(
            &profile.facts,
            &profiles[0].facts,
            std::ptr::eq(profile, &profiles[0]),
        );
    }
    let events = profiles.iter().map(|profile| profile.facts.events);
    out += &format!(
        "\nrun: {}, {} x {}, about {} per replication{} without failures and about {} of memory on one thread\n",
        plural(profiles.len() as u64, "profile"),
        plural(scenario.replications, "replication"),
        plural(profiles[0].facts.robots.into(), "robot"),
        plural(events.sum::<f64>().round() as u64, "event"),
        match profiles.len() {
            1 => "",
            _ => " of all profiles",
        },
        size(two_digits(bytes as f64)),
    );
    out
}

/// An estimate without digits that it does not support.
fn two_digits(bytes: f64) -> f64 {
    let mut unit = 1.0;
    while bytes / unit >= 100.0 {
        unit *= 10.0;
    }
    (bytes / unit).round() * unit
}

fn facts(facts: &Explained, base: &Explained, is_base: bool) -> String {
    let mut out = String::new();
    for job in &facts.jobs {
        let links = facts.links.iter().filter(|link| link.job == job.name);
        out += &of_job(job, links.max_by(|a, b| a.transfer.total_cmp(&b.transfer)));
    }
    out += &format!(
        "  {} of {} fail on average, not counting timeouts and links\n",
        decimal(facts.failures_mean, 1),
        plural(facts.robots.into(), "robot")
    );
    out += &match &facts.threshold_reached {
        Ok(_) => format!(
            "  the threshold is reached with a probability of{}\n",
            exactly(&facts.threshold_reached).trim_start_matches(',')
        ),
        Err(why_not) => format!(
            "  the probability that the threshold is reached is known from simulation only: {why_not}\n"
        ),
    };
    if facts.dead_slots > 0.0 {
        out += &format!(
            "  robots that never answer hold slots for {} together\n",
            duration(facts.dead_slots)
        );
    }
    if facts.hanging_slots > 0.0 {
        out += &format!(
            "  robots whose scripts hang hold slots for {} together\n",
            duration(facts.hanging_slots)
        );
    }
    out += &format!(
        "  a deployment takes {} on average if nothing goes wrong and no robot waits for another{}\n",
        duration(facts.deployment_mean),
        without(facts)
    );
    for link in &facts.links {
        out += &of_link(link);
    }
    for (place, cohort) in facts.cohorts.iter().enumerate() {
        let of_base = base.cohorts.get(place).filter(|_| !is_base);
        if of_base == Some(cohort) {
            continue;
        }
        out += &of_cohort(cohort);
        if of_base.is_none_or(|of_base| of_base.courses != cohort.courses) {
            out.extend(cohort.courses.iter().map(of_course));
        }
    }
    out
}

fn of_job(job: &ExplainedJob, slowest: Option<&ExplainedLink>) -> String {
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
    let turns = job.turns_max.map_or_else(String::new, |most| {
        format!(
            "    at most {} of {} get a turn before it is over\n",
            count(most.into()),
            plural(job.robots.into(), "robot")
        )
    });
    format!(
        "  {}: {}{registered}, {} at a time, {stops}{certain}; the robot timeout is {}\n    {}\n{turns}",
        job.name,
        plural(job.robots.into(), "robot"),
        count(job.window.into()),
        duration(job.robot_timeout as f64),
        busy(job, slowest),
    )
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

fn of_link(link: &ExplainedLink) -> String {
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
    format!(
        "  link {}{of_job}: {} for {about}{}, which take it {at_least} {}\n    those of a window, {}, ask for {peak} when all download at once, and for {mean} on \
         average\n",
        link.name,
        rate(link.capacity as f64),
        plural(link.demand.robots.round() as u64, "download"),
        duration(link.transfer),
        decimal(link.at_once, 0),
    )
}

fn of_cohort(cohort: &ExplainedCohort) -> String {
    let mut parts = vec![plural(cohort.robots.into(), "robot")];
    parts.extend((cohort.dead > 0).then(|| format!("{} of them dead", count(cohort.dead.into()))));
    parts.extend(
        (cohort.without_bundle > 0)
            .then(|| format!("{} without a bundle", count(cohort.without_bundle.into()))),
    );
    let fail = share(cohort.failure_mean, 2);
    format!(
        "  cohort {}: {}; one that answers and has a bundle fails with a probability of {fail}\n{}",
        cohort.name,
        parts.join(", "),
        of_presence(&cohort.presence)
    )
}

/// When robots are online and contacted, and how their rates change.
fn of_presence(presence: &ExplainedPresence) -> String {
    let mut out = String::new();
    if let Some(hours) = &presence.maintenance {
        out += &format!(
            "    maintenance windows are open about {}, {} at a time at most\n",
            a_day(hours),
            duration(hours.longest as f64)
        );
    }
    if let Some(hours) = &presence.offline {
        let steps = match presence.local_steps {
            LocalSteps::GoOn => "go on",
            LocalSteps::Stop => "stop",
        };
        out += &format!(
            "    offline by the clock for about {}, {} at a time at most; steps on the robot {steps}\n",
            a_day(hours),
            duration(hours.longest as f64)
        );
    }
    if let Some(log) = &presence.log {
        let never = match log.never_online {
            0 => String::new(),
            n => format!(", {} of them never, as if dead", count(n as u64)),
        };
        out += &format!(
            "    log of {} over {}, online for {} of the time{never}\n",
            plural(log.robots as u64, "robot"),
            duration(log.length as f64),
            share(log.share_online, 1)
        );
    }
    if let Some(trace) = &presence.trace {
        out += &format!(
            "    trace of {} over {}: {} on average, nothing for {} of the time\n",
            plural(trace.rows as u64, "row"),
            duration(trace.length as f64),
            rate(trace.average),
            share(trace.share_zero, 1)
        );
    }
    out
}

fn of_course(course: &Course) -> String {
    let what = format!(
        "{} {}, {}",
        count(course.robots.into()),
        course.architecture.name(),
        size(course.bits / 8.0)
    );
    let mut out = format!(
        "    {what:<28}{:>14}{:>14}{:>14}\n",
        "mean", "median", "p95"
    );
    for step in &course.steps {
        let [mean, p50, p95] = [step.mean, step.p50, step.p95].map(duration);
        out += &format!(
            "      {:<26}{mean:>14}{p50:>14}{p95:>14}\n",
            step_name(step.stage)
        );
    }
    out + &format!("      {:<26}{:>14}\n", "together", duration(course.mean))
}
