//! Hours offline and logs of presence that leave robots little time, or none.

use crate::model::{Cohort, Interrupted, Ms, PresenceLog, Spells, Windows};
use crate::study::lint::windows::Over;
use crate::study::lint::{Remark, robots, verb};
use crate::theory::clock::{Clock, clocks, typical};
use crate::theory::steps::{Course, quantile_of};
use crate::theory::view::{Job, View, of_cohort};
use crate::units::{decimal, duration};

/// Robots that are online for no more of a day than this are worth a remark [ms].
const ONLINE_LITTLE: f64 = 8.0 * 3_600_000.0;

const DAY: f64 = 24.0 * 3_600_000.0;

/// Robots named at most.
const NAMED_MAX: usize = 3;

pub(super) fn remarks(view: &View, remarks: &mut Vec<Remark>) {
    for (cohort, courses) in view.cohorts() {
        remarks.extend(never_online(view, cohort));
        if clocks(cohort).iter().all(|clock| clock.offline.is_none()) {
            continue;
        }
        // A robot that is never contacted is not worth a word more.
        let never = never_contacted(view, cohort);
        let all = never.as_ref().is_some_and(|(_, n)| *n == cohort.robots);
        remarks.extend(never.map(|(remark, _)| remark));
        if all {
            continue;
        }
        remarks.extend(mostly_offline(cohort));
        remarks.extend(before_done(view, cohort, courses));
        remarks.extend(never_complete(view, cohort, courses));
        remarks.extend(given_up(view, cohort));
    }
}

/// How long hours offline of a cohort's robots last at a time that begin while robots of the main job may be in flight, at most [ms]; 0 where there are none.
pub(super) fn longest(view: &View, cohort: &Cohort) -> Ms {
    let rules = &view.main().rules;
    // Who is in flight at the end of the job may be waited for as long as any.
    let end = rules.deadline().1.saturating_add(rules.robot_timeout());
    let clocks = clocks(cohort);
    let hours = clocks.iter().filter_map(|clock| clock.offline);
    let each = hours.flat_map(Windows::intervals);
    let lengths = each.filter(|it| it.start < end).map(|it| it.end - it.start);
    lengths.max().unwrap_or(0)
}

/// Robots that are online for few hours a day.
fn mostly_offline(cohort: &Cohort) -> Option<Remark> {
    let mut offline = 0.0;
    for clock in clocks(cohort) {
        offline += f64::from(clock.robots) * typical(clock.offline?).0;
    }
    let share = 1.0 - offline / f64::from(cohort.robots);
    let online = (share * DAY / 60_000.0).round() * 60_000.0;
    if online > ONLINE_LITTLE {
        return None;
    }
    let title = format!(
        "robots of {} are online only {} per day",
        cohort.name,
        duration(online)
    );
    let label = "offline the rest of the day";
    Some(
        Remark::warning("mostly-offline", title, of_cohort(cohort, "connectivity"), label)
            .why(format!(
                "an hour of work takes {} by the clock on average, and robots that are in flight when the hours begin hold their slots until these are over",
                duration(3_600_000.0 / share.max(1e-9)),
            ))
            .help("if they are offline in the hours of work, write the hours the other way round"),
    )
}

/// Hours offline that begin before a deployment can be done that began at the first moment.
fn before_done(view: &View, cohort: &Cohort, courses: &[Course]) -> Option<Remark> {
    let cohorts = &view.profile.world.fleet.cohorts;
    let first = view
        .jobs
        .first()
        .filter(|job| job.is_for(cohorts, cohort))?;
    let half = quantile_of(courses, 0.5).min(first.rules.robot_timeout() as f64);
    let preparing = view.profile.world.preparing.support_min() as Ms;
    let mut caught = 0;
    let mut worst: Option<(Ms, Ms, Ms)> = None;
    for clock in clocks(cohort) {
        let Some(hours) = clock.offline else { continue };
        let stretches = clock.stretches();
        let Some(stretch) = stretches.iter().find(|it| it.time.end > preparing) else {
            continue;
        };
        let contact = stretch.time.start.max(preparing);
        let Some(begin) = hours.around(contact).1 else {
            continue;
        };
        if (begin - contact) as f64 >= half {
            continue;
        }
        caught += clock.robots;
        let end = hours.next_closed(begin).unwrap_or(Ms::MAX);
        let found = (contact, begin, end);
        worst = Some(worst.map_or(found, |known| known.min(found)));
    }
    let (contact, begin, end) = worst?;
    let of = match caught == cohort.robots {
        true => cohort.name.clone(),
        false => format!("{} of {}", robots(caught), cohort.name),
    };
    let title = format!("the first hours offline of {of} begin before an install is done");
    let label = format!("begin after {}", duration(begin as f64));
    Some(
        Remark::warning("offline-before-done", title, of_cohort(cohort, "connectivity"), label)
            .why(format!(
                "they may be contacted from {} after the creation on, and half of their deployments take about {} or more: a robot in flight when the hours \
                 begin holds a slot for another {}",
                duration(contact as f64),
                duration(half),
                duration((end - begin) as f64),
            ))
            .help("a `start` when the hours are over, or so long before them that what begins is done in time"),
    )
}

/// Downloads that begin anew whenever hours offline interrupt them, and take longer than is between those.
fn never_complete(view: &View, cohort: &Cohort, courses: &[Course]) -> Option<Remark> {
    let connectivity = cohort.connectivity.as_ref()?;
    if connectivity.interrupted == Interrupted::Resumes || courses.is_empty() {
        return None;
    }
    let downloads = courses.iter().map(|course| course.download().least);
    let least = downloads.fold(f64::INFINITY, f64::min) * (1.0 - 1e-6);
    let mut online_max = 0;
    for clock in clocks(cohort) {
        let hours = clock.offline?;
        let any = Clock {
            windows: None,
            ..clock
        };
        let last = hours.horizon_ms();
        let stretches = any.stretches();
        let lengths = stretches.iter().map(|it| match it.time.end < last {
            true => it.time.end - it.time.start,
            // What is beyond the horizon is not known.
            false => 0,
        });
        online_max = online_max.max(lengths.max().unwrap_or(0));
    }
    if least <= online_max as f64 || online_max == 0 {
        return None;
    }
    let title = format!("no robot of {} ever completes its download", cohort.name);
    let key = of_cohort(cohort, "connectivity");
    let label = format!(
        "online for {} at a time at most",
        duration(online_max as f64)
    );
    let remark = match view.profile.campaign {
        Some(_) => Remark::warning("never-updated", title, key, label),
        None => Remark::error("never-updated", title, key, label),
    };
    let remark = remark
        .why(format!(
            "their quickest download takes {}, and a download that hours offline interrupt starts over",
            duration(least)
        ))
        .help("downloads that go on where they were, a smaller bundle or a faster line");
    Some(remark.other(of_cohort(cohort, "download_rate"), "at these rates"))
}

/// Hours offline that last about as long as a robot is waited for, or longer.
fn given_up(view: &View, cohort: &Cohort) -> Vec<Remark> {
    let longest = longest(view, cohort);
    let mut keys: Vec<String> = Vec::new();
    let mut remarks = Vec::new();
    let cohorts = &view.profile.world.fleet.cohorts;
    for job in &view.jobs {
        let (key, timeout) = (job.timeout_key(), job.rules.robot_timeout());
        let of_job = job
            .cohorts(cohorts)
            .find(|(it, ..)| std::ptr::eq(*it, cohort));
        let Some((_, members, courses)) = of_job else {
            continue;
        };
        let half = quantile_of(courses, 0.5).min(timeout as f64);
        let in_time = timeout as f64 >= longest as f64 + half;
        if longest > 0 && members > 0.0 && !in_time && !keys.contains(&key) {
            remarks.push(given_up_by(job, cohort, longest, half));
            keys.push(key);
        }
    }
    remarks
}

fn given_up_by(job: &Job, cohort: &Cohort, longest: Ms, half: f64) -> Remark {
    let timeout = job.rules.robot_timeout();
    let (all, spare) = (longest >= timeout, timeout.saturating_sub(longest));
    let [timeout, spare, longest] = [timeout, spare, longest].map(|ms| duration(ms as f64));
    let (who, why) = match all {
        true => (
            "robots",
            format!(
                "a robot in flight when they begin is still silent when the robot timeout of {timeout} comes, counts as failed with \
                 RobotDeploymentNoResponse, and holds the slot until then; so does one that gets a slot more than {timeout} before they end"
            ),
        ),
        false => (
            "some robots",
            format!(
                "a robot that started more than {spare} before they begin is still silent when the robot timeout of {timeout} comes, and counts as failed with \
                 RobotDeploymentNoResponse; half of their deployments take about {} or more",
                duration(half)
            ),
        ),
    };
    let title = format!(
        "{who} of {} in flight when their hours offline begin are given up",
        cohort.name
    );
    let label = "how long a robot is waited for";
    let remark = Remark::warning("given-up-offline", title, job.timeout_key(), label)
        .why(format!("the hours last up to {longest}: {why}"))
        .help("a timeout longer than the hours offline and an install together");
    let other = format!("offline for up to {longest}");
    remark.other(of_cohort(cohort, "connectivity"), other)
}

/// Robots that are offline by the clock whenever they might be contacted until the job is over, and how many they are.
fn never_contacted(view: &View, cohort: &Cohort) -> Option<(Remark, u32)> {
    let over = match view.profile.campaign {
        // Its jobs are created later.
        Some(_) => None,
        None => Some(Over::of(view)),
    };
    let last = over.as_ref().map_or(Ms::MAX - 1, |over| over.last);
    let mut caught = 0;
    let mut first = Ms::MAX;
    for clock in clocks(cohort) {
        let contact = clock.first_contact().unwrap_or(Ms::MAX);
        let open = clock.windows.map_or(Some(0), |it| it.next_open(0));
        // What windows alone forbid is said of them.
        let by_hours = clock.offline.is_some() && open.is_some_and(|open| open <= last);
        if by_hours && contact > last {
            caught += clock.robots;
            first = first.min(contact);
        }
    }
    if caught == 0 {
        return None;
    }
    let all = caught == cohort.robots;
    let of = match all {
        true => format!("no robot of {} is", cohort.name),
        false => format!(
            "{} of {} {} not",
            robots(caught),
            cohort.name,
            verb(caught, "is", "are")
        ),
    };
    let key = of_cohort(cohort, "connectivity");
    let title = format!("{of} ever contacted");
    let (label, why) = match (first, &over) {
        (Ms::MAX, _) | (_, None) => (
            "offline whenever a window is open".to_owned(),
            "their hours offline cover all of their maintenance windows: they hold their slots until the robot timeout as dead robots do, and count as failed"
                .to_owned(),
        ),
        (first, Some(over)) => (
            format!("first contacted after {}", duration(first as f64)),
            over.why.clone(),
        ),
    };
    let remark = match all {
        true => Remark::error("never-contacted", title, key, label),
        false => Remark::warning("never-contacted", title, key, label),
    };
    let remark = remark
        .why(why)
        .help("windows within the hours online, a later end, or a job that is created when they are online");
    let remark = match (first, over) {
        (Ms::MAX, _) if clocks(cohort).iter().any(|it| it.windows.is_some()) => {
            remark.other(of_cohort(cohort, "maintenance"), "open in those hours only")
        }
        (_, Some(over)) => {
            let (ending, label) = over.key;
            remark.other(view.main().key(ending), label)
        }
        _ => remark,
    };
    Some((remark, caught))
}

/// Robots of a log that are never online in it.
fn never_online(view: &View, cohort: &Cohort) -> Option<Remark> {
    let Spells::Recorded(log) = &cohort.connectivity.as_ref()?.spells else {
        return None;
    };
    let (named, others) = by_log(cohort, log);
    let silent = log.share_never_online();
    let expected = named.len() as f64 + f64::from(others) * silent;
    if expected == 0.0 {
        return None;
    }
    let n = named.len() as u32;
    let all = n == cohort.robots;
    let title = match silent * f64::from(others) > 0.0 {
        true => format!(
            "about {} robots of {} are never online: each is one of the log, and {} of its robots never are",
            decimal(expected, 1),
            cohort.name,
            crate::units::share(silent, 1)
        ),
        false => format!(
            "{} of {} {} never online in the log",
            robots(n),
            cohort.name,
            verb(n, "is", "are")
        ),
    };
    let label = match named.as_slice() {
        [] => "offline all the time".to_owned(),
        names if names.len() <= NAMED_MAX => names.join(", "),
        names => format!("{} and others", names[..NAMED_MAX].join(", ")),
    };
    let key = of_cohort(cohort, "connectivity");
    let remark = match all && view.profile.campaign.is_none() {
        true => Remark::error("never-online", title, key, label),
        false => Remark::warning("never-online", title, key, label),
    };
    let timeout = duration(view.main().rules.robot_timeout() as f64);
    let why = format!(
        "such a robot holds its slot until the robot timeout of {timeout} and counts as failed, as a dead one does"
    );
    Some(
        remark
            .why(why)
            .help("take it out of the fleet or call it dead; or a longer log, if it was only away while this one was made"),
    )
}

/// The robots of a cohort that a log has under their names and that are never online in it, and how many are not in it and get one of its
/// robots each; dead ones are left out of the former.
fn by_log<'c>(cohort: &'c Cohort, log: &PresenceLog) -> (Vec<&'c str>, u32) {
    let mut named = Vec::new();
    let mut others = cohort.robots - cohort.inventory.len() as u32;
    for listed in cohort.inventory.iter() {
        match log.robot(&listed.name) {
            None => others += 1,
            Some(number) if log.robots()[number].is_never_online() && !listed.dead => {
                named.push(listed.name.as_str());
            }
            Some(_) => {}
        }
    }
    (named, others)
}
