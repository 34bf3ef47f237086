//! The two percentages as numbers of robots: thresholds that never trip or trip at once, windows of one, overshoot.

use crate::rollout::OnStop;
use crate::study::lint::{Remark, failures, robots, verb};
use crate::theory::view::{Job, View};
use crate::units::{count, duration};

pub(super) fn remarks(view: &View, remarks: &mut Vec<Remark>) {
    for job in view
        .jobs
        .iter()
        .filter(|job| job.n > 1 && job.rules.has_knobs())
    {
        let misplaced = never_trips(job)
            .or_else(|| stops_nothing(job))
            .or_else(|| overshoot(job));
        for mut remark in [misplaced, one_failure(job), window_of_one(view, job)]
            .into_iter()
            .flatten()
        {
            if !job.is_exact {
                remark.why += "; counted as if all robots were registered by then";
            }
            remarks.push(remark);
        }
    }
}

fn never_trips(job: &Job) -> Option<Remark> {
    let needed = job.failures();
    (needed > job.n).then(|| {
        let title = format!("{} can never reach its failure threshold", job.name);
        let label = format!("takes {}", failures(needed));
        Remark::warning("threshold-never", title, job.threshold_key(), label)
            .why(format!(
                "it would take {} and there are {}: the job goes on whatever fails",
                failures(needed),
                robots(job.n)
            ))
            .help("with breach = \"exceed\" write a percentage below 100")
    })
}

/// All robots have started by the time the threshold is reached.
fn stops_nothing(job: &Job) -> Option<Remark> {
    let started = job.started_at_stop(&job.rules);
    // Whether a canary succeeds decides about the main job, however late that is known.
    if started < job.n || job.is_canary {
        return None;
    }
    let (window, needed) = (job.window(), job.failures());
    let mut percentages = (1..=100u8).rev();
    let highest =
        percentages.find(|percent| job.started_at_stop(&job.with_threshold(*percent)) < job.n);
    let help = match highest {
        Some(percent) => format!(
            "lower the concurrency, or the threshold: at this concurrency {percent} % is the highest that stops anything"
        ),
        None => "lower the concurrency: at this one no threshold stops anything".to_owned(),
    };
    let title = format!("the failure threshold of {} stops nothing", job.name);
    let label = format!("at {}", failures(needed));
    let remark = Remark::warning("threshold-stops-nothing", title, job.threshold_key(), label)
        .why(format!(
            "with {} at a time, all {} have started before {} {} known: every robot that answers and has a bundle is exposed to a bad release",
            count(window.into()),
            robots(job.n),
            failures(needed),
            verb(needed, "is", "are"),
        ))
        .help(help);
    Some(remark.and_concurrency(job))
}

fn one_failure(job: &Job) -> Option<Remark> {
    if job.failures() != 1 || job.is_canary {
        return None;
    }
    let help = match job.threshold_above(1) {
        Some(percent) => format!("from {percent} % on it takes two"),
        None => "no threshold takes two".to_owned(),
    };
    let title = format!("a single failure stops {}", job.name);
    let label = format!("of {} this is 1", robots(job.n));
    Some(
        Remark::warning("one-failure-stops", title, job.threshold_key(), label)
            .why(format!(
                "one robot that never answers, or one bad script run, is enough: {} have to succeed to the last",
                robots(job.n)
            ))
            .help(help),
    )
}

/// The threshold lies below the window, so more fail than it says.
fn overshoot(job: &Job) -> Option<Remark> {
    let (window, needed) = (job.window(), job.failures());
    if needed >= window || job.rules.on_stop() == OnStop::Abort {
        return None;
    }
    let most = job.failures_max();
    let title = format!(
        "more robots of {} are in flight than failures stop it: up to {} more may fail",
        job.name,
        count((most - needed).into())
    );
    let label = format!("stops at {}", failures(needed));
    let remark = Remark::warning("overshoot", title, job.threshold_key(), label)
        .why(format!(
            "when the threshold is reached, up to {} {} still in flight and {} to {} end: a bad release fails on up to {} of {}",
            robots(window - 1),
            verb(window - 1, "is", "are"),
            verb(window - 1, "runs", "run"),
            verb(window - 1, "its", "their"),
            count(most.into()),
            robots(job.n),
        ))
        .help("a concurrency below the threshold puts fewer robots at stake");
    Some(remark.and_concurrency(job))
}

fn window_of_one(view: &View, job: &Job) -> Option<Remark> {
    if job.window() != 1 || job.is_canary && !job.inherits_concurrency() {
        return None;
    }
    let percent = job.rules.levels().concurrency;
    let none = u64::from(job.n) * u64::from(percent) < 100;
    let label = format!(
        "of {} this is {}1 at a time",
        robots(job.n),
        if none { "none, so " } else { "" }
    );
    let title = format!("{} deploys to one robot at a time", job.name);
    let whole = job.working(&view.profile.world.fleet.cohorts, |_| 1.0);
    let two = (percent..=100).find(|percent| job.with_concurrency(*percent).window(job.n) > 1);
    let help = two.map_or_else(
        || "a fleet of one needs no window".to_owned(),
        |percent| format!("from {percent} % on two are in flight"),
    );
    let help = match job.is_canary {
        true => format!(
            "the canary inherits this percentage: write its own under [campaign.canary]; {help}"
        ),
        false => help,
    };
    Some(
        Remark::warning("window-of-one", title, job.concurrency_key(), label)
            .why(format!(
                "{} one after another, {} each on average if nothing goes wrong, take {}; one that does not answer stops everything for {}",
                robots(job.n),
                duration(whole / f64::from(job.n)),
                duration(whole),
                duration(job.rules.robot_timeout() as f64),
            ))
            .help(help),
    )
}
