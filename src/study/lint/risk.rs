//! How likely chance alone reaches the threshold in a good release, and how likely a bad one does not.

use crate::model::{Cohort, Luck, Probability, World};
use crate::rollout::{Campaign, CanaryRobots, EndedBy, Rules};
use crate::scenario::{BASE, Profile, Scenario};
use crate::study::lint::{Remark, failures};
use crate::theory::Exactness;
use crate::theory::exact::{FailureLaw, WhyNot};
use crate::theory::view::{Job, View, failures_mean};
use crate::units::{chance, count, share};

/// A good release that is stopped more often than this is worth a remark.
const FALSE_ABORT: f64 = 0.01;

/// What is more likely than this happens in every replication.
const CERTAIN: f64 = 1.0 - 1e-12;

/// A bad release that is stopped less often than this is worth a remark.
const STOPPED: f64 = 0.5;

/// A profile with this many times the failures of the base is a bad release.
const BAD: f64 = 2.0;

pub(super) fn remarks(view: &View, scenario: &Scenario, remarks: &mut Vec<Remark>) {
    let profile = view.profile;
    let settled = ["certain-breach", "threshold-never"];
    if remarks.iter().any(|remark| settled.contains(&remark.rule)) {
        return;
    }
    match (&profile.campaign, profile.name == BASE) {
        (Some(campaign), true) => {
            for (job, alone) in jobs_alone(view, campaign) {
                remarks.extend(false_abort(job, &alone, scenario.replications));
            }
        }
        (None, true) => remarks.extend(false_abort(view.main(), profile, scenario.replications)),
        (Some(_), false) => {}
        (None, false) => remarks.extend(bad_release_passes(view, scenario)),
    }
}

/// Whether a release that fails more often than the base is rarely stopped.
fn bad_release_passes(view: &View, scenario: &Scenario) -> Option<Remark> {
    let (profile, job) = (view.profile, view.main());
    let mean = failures_mean(profile);
    let base = scenario.profile(BASE)?;
    let tail = reached(profile, scenario.replications).ok()?;
    let at_most = tail.interval.map_or(tail.value, |interval| interval.hi);
    if mean < BAD * failures_mean(base) || at_most >= STOPPED {
        return None;
    }
    let title = format!(
        "the threshold is reached in only {} of rollouts",
        percent(tail.value)
    );
    Some(
        Remark::warning("bad-release-passes", title, job.threshold_key(), stops(job))
            .why(format!("this profile fails on {} on average, too few to be noticed: most of its rollouts go through to the last robot", robots_mean(mean)))
            .help("lower the threshold, or expect such a release to reach the whole fleet; `rollcast oc` shows which releases it stops"),
    )
}

/// The probability that the threshold is reached in a job that is played alone.
fn reached(alone: &Profile, replications: u64) -> Exactness {
    FailureLaw::of_profile(alone, replications)?
        .reached(&alone.rules.setting(alone.world.fleet.robots()))
}

fn stops(job: &Job) -> String {
    format!(
        "stops at {} of {}",
        failures(job.failures()),
        count(job.n.into())
    )
}

/// Whether a good release is stopped too often in a job that is as if it were played alone.
fn false_abort(job: &Job, alone: &Profile, replications: u64) -> Option<Remark> {
    let (one, of) = match job.name {
        "the canary" => ("canary", "canaries"),
        "the main job" => ("main job", "main jobs"),
        _ => ("rollout", "rollouts"),
    };
    let by_failures = format!(
        "the base fails on {} on average",
        robots_mean(failures_mean(alone))
    );
    let reached = reached(alone, replications);
    let (chance, at_least, how) = match (&reached, FailureLaw::at_least(alone)) {
        (Ok(tail), _) if tail.interval.is_none() => (
            tail.value,
            "",
            "exactly, from the law of the number that fail".to_owned(),
        ),
        (Ok(tail), _) => (
            tail.value,
            "",
            "computed, given the rates drawn in the replications".to_owned(),
        ),
        (Err(why_not), Some(value)) => {
            let how = "at least: it is not known exactly, since";
            (
                value,
                "at least ",
                format!("{how} {why_not}; what that costs is not counted"),
            )
        }
        (Err(why_not), None) => return if_all_end(job, alone, why_not, &by_failures, of),
    };
    // What depends on the rates drawn is said where it is so with confidence.
    let interval = reached.as_ref().ok().and_then(|tail| tail.interval);
    if interval.map_or(chance, |interval| interval.lo) < FALSE_ABORT {
        return None;
    }
    let key = job.threshold_key();
    let remark = if chance >= CERTAIN && interval.is_none() {
        let title = format!("the failure threshold is reached in practically every {one}");
        Remark::error("false-abort", title, key, stops(job))
    } else {
        let title = format!(
            "a good release reaches the failure threshold by chance in {at_least}{} of {of}",
            percent(chance)
        );
        Remark::warning("false-abort", title, key, stops(job))
    };
    let help = "raise the threshold, or fix what fails; `rollcast tune` finds the lowest threshold for a risk you accept";
    let why = format!("{by_failures}, and chance does the rest ({how})");
    Some(remark.why(why).help(help))
}

/// Where the job may be cut off before the threshold is reached, nothing is certain but what fails if it is not.
fn if_all_end(
    job: &Job,
    alone: &Profile,
    why_not: &WhyNot,
    by_failures: &str,
    of: &str,
) -> Option<Remark> {
    let chance = FailureLaw::if_all_end(alone).filter(|chance| *chance >= FALSE_ABORT)?;
    let title = format!(
        "a good release may reach the failure threshold by chance: enough robots fail in {} of {of}",
        percent(chance)
    );
    let cut_off = match alone.rules.deadline().0 {
        EndedBy::Cancel => "the cancel",
        _ => "the fleet timeout",
    };
    Some(
        Remark::warning("false-abort", title, job.threshold_key(), stops(job))
            .why(format!(
                "{by_failures} if each has its turn, and chance does the rest; how often {cut_off} comes first is not known without playing, since {why_not}"
            ))
            .help("`rollcast run` shows how often it is reached; raise the threshold, or fix what fails"),
    )
}

/// The canary and the main job of a campaign, each with a profile that plays it alone and with the same law of failures, where there is
/// one: its robots are known, all are deployed to for the first time, and what the canary came to says nothing of the main job.
fn jobs_alone<'v>(view: &'v View, campaign: &Campaign) -> Vec<(&'v Job, Profile)> {
    let world = &view.profile.world;
    let cohorts = &world.fleet.cohorts;
    let Some(canary) = &campaign.canary else {
        return alone(view.profile, cohorts.clone(), &view.profile.rules)
            .map(|alone| (view.main(), alone))
            .into_iter()
            .collect();
    };
    let (first, rest) = match (&canary.robots, cohorts.as_slice()) {
        (CanaryRobots::Cohorts(named), _) => {
            let (mut first, mut rest) = (Vec::new(), Vec::new());
            for (number, cohort) in cohorts.iter().enumerate() {
                let is_named = named.iter().any(|named| usize::from(*named) == number);
                let part = if is_named { &mut first } else { &mut rest };
                part.push(cohort.clone());
            }
            (first, rest)
        }
        // Of robots that are all alike, it does not matter which are picked.
        (picked, [only])
            if only.dead == 0
                && only.inventory.is_empty()
                && only.architectures.contains(&only.robots) =>
        {
            let Some(robots) = picked.picked_of(only.robots) else {
                return Vec::new();
            };
            let [first, rest] = [robots, only.robots - robots].map(|robots| Cohort {
                robots,
                architectures: only
                    .architectures
                    .map(|all| if all == 0 { 0 } else { robots }),
                ..only.clone()
            });
            (vec![first], vec![rest])
        }
        _ => return Vec::new(),
    };
    let is_split = first
        .iter()
        .any(|one| rest.iter().any(|other| one.name == other.name));
    let apart = !cohorts.iter().any(has_drawn_rates) || world.luck == Luck::PerCohort && !is_split;
    let mut jobs = vec![(
        &view.jobs[0],
        alone(view.profile, first, &canary.rules(&view.profile.rules)),
    )];
    if apart && !canary.rejoin && view.jobs.len() > 1 {
        jobs.push((view.main(), alone(view.profile, rest, &view.profile.rules)));
    }
    jobs.into_iter()
        .filter_map(|(job, alone)| Some((job, alone?)))
        .collect()
}

/// A profile that plays a job for these cohorts alone; nothing if some of their robots may not be there yet.
fn alone(profile: &Profile, cohorts: Vec<Cohort>, rules: &Rules) -> Option<Profile> {
    if cohorts.iter().any(|cohort| cohort.joins.is_some()) {
        return None;
    }
    let world = World {
        fleet: crate::model::Fleet { cohorts },
        previous: None,
        ..profile.world.clone()
    };
    Some(Profile {
        world,
        rules: rules.clone(),
        campaign: None,
        ..profile.clone()
    })
}

/// Whether a probability of a cohort is drawn anew for each rollout.
fn has_drawn_rates(cohort: &Cohort) -> bool {
    let scripts = cohort
        .scripts
        .iter()
        .flat_map(|(_, script)| [script.failure, script.hang]);
    let faults = cohort.faults.iter().map(|fault| fault.probability);
    scripts
        .chain(faults)
        .any(|probability| matches!(probability, Probability::Beta { .. }))
}

fn robots_mean(mean: f64) -> String {
    format!("{} robots", crate::units::decimal(mean, 1))
}

/// A probability with the digits that matter.
fn percent(p: f64) -> String {
    match p {
        0.001..0.999 => share(p, 1),
        0.0..0.001 => chance(p),
        _ => "more than 99.9 %".to_owned(),
    }
}
