//! Jobs that are over before they can be done.

use crate::study::lint::{Remark, robots, verb, without_bundles};
use crate::theory::turns::Turns;
use crate::theory::view::{Job, View};
use crate::units::{count, duration};

pub(super) fn remarks(view: &View, remarks: &mut Vec<Remark>) {
    let job = view.main();
    if !job.is_exact {
        return;
    }
    let turns = job.turns(&view.profile.world);
    let updates = updates(view, job);
    let remark = match &updates {
        Some(updates) if updates.most <= f64::from(turns.most) => Some(few_updates(job, updates)),
        _ => (turns.most < job.n).then(|| few_turns(job, &turns)),
    };
    remarks.extend(remark.map(|remark| remark.and_concurrency(job)));
}

/// Updates that there is time for.
struct Updates {
    most: f64,
    /// How long one takes at the least, and those of all robots that can be updated [ms].
    least: f64,
    whole: f64,
}

/// Whether there is time to update fewer robots than could be.
fn updates(view: &View, job: &Job) -> Option<Updates> {
    let world = &view.profile.world;
    let least = view
        .courses
        .iter()
        .flatten()
        .map(|course| course.total(|step| step.least))
        .fold(f64::INFINITY, f64::min);
    if !least.is_finite() || least < 1.0 {
        return None;
    }
    // Of a slot, each deployment but the last has ended when the next starts, and none starts after the deadline.
    let least = least * (1.0 - 1e-6);
    let time = (job.deadline().1 as f64 - world.preparing.support_min() * (1.0 - 1e-6)).max(0.0);
    let most = f64::from(job.window()) * ((time / least).floor() + 1.0);
    let of_job = (view.n - without_bundles(view)).min(job.n);
    let whole = f64::from(of_job.div_ceil(job.window())) * least;
    (most < f64::from(of_job)).then_some(Updates { most, least, whole })
}

fn few_updates(job: &Job, updates: &Updates) -> Remark {
    let most = format!(
        "it updates at most {} of {}",
        count(updates.most as u64),
        robots(job.n)
    );
    cannot_finish(job, &most)
        .why(format!(
            "{} at a time, none done in less than {}: all of them take at least {}",
            robots(job.window()),
            duration(updates.least),
            duration(updates.whole),
        ))
        .help("more concurrency, or more time")
}

/// The remark of a job that is over before it can be done.
fn cannot_finish(job: &Job, most: &str) -> Remark {
    let (key, deadline) = job.deadline();
    let title = format!("{} cannot reach its robots: {most}", job.name);
    let label = format!("over after {}", duration(deadline as f64));
    Remark::error("cannot-finish", title, job.key(key), label)
}

fn few_turns(job: &Job, turns: &Turns) -> Remark {
    let before = match job.deadline().0 {
        "cancel" => "it is canceled",
        _ => "the fleet timeout",
    };
    let (turns_max, all) = (count(turns.most.into()), robots(job.n));
    let most = format!("at most {turns_max} of {all} get a turn before {before}");
    let timeout = duration(job.rules.robot_timeout() as f64);
    let (silent, help) = match turns.silent {
        0 => (String::new(), "more concurrency, or more time"),
        n => {
            let silent = format!(
                "{} never {} and {} a slot for {timeout} each, ",
                robots(n),
                verb(n, "answers", "answer"),
                verb(n, "holds", "hold")
            );
            (
                silent,
                "take silent robots out of the fleet, or write a shorter robot timeout or more concurrency",
            )
        }
    };
    cannot_finish(job, &most)
        .why(format!(
            "{} at a time: {silent}and all turns take at least {}, however robots fare",
            robots(job.window()),
            duration(turns.least),
        ))
        .help(help)
}
