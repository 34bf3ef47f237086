//! Campaigns: canaries too small to tell, soaks too short to show, syncs that fail on those that failed before.

use crate::model::{Cohort, Probability, Release, World};
use crate::numeric::math::sqrt;
use crate::rollout::{AfterFailure, Campaign, CanaryRobots, share_to_reach};
use crate::study::lint::{Remark, mean_over, robots, stop_it};
use crate::theory::clock::clocks;
use crate::theory::demand::demands;
use crate::theory::steps::Course;
use crate::theory::view::{Job, View, certain_mean, failure_mean, of_cohort};
use crate::units::{duration, share};

/// A soak in which fewer of the latent faults show is too short.
const SHOWN: f64 = 0.5;

/// With fewer latent faults than this that show on a canary on average, it is likely to succeed.
const LATENT_FOUND: f64 = 0.3;

/// A job is likely to be over in time if there is this many times the time that all slots take if they are always busy.
const IN_TIME: f64 = 1.5;

pub(super) fn remarks(view: &View, remarks: &mut Vec<Remark>) {
    let Some(campaign) = &view.profile.campaign else {
        return;
    };
    for_nobody(view, campaign, remarks);
    rounds_to_none(view, campaign, remarks);
    latent(view, campaign, remarks);
    sync(view, campaign, remarks);
}

/// A job at the beginning whose robots all join later.
fn for_nobody(view: &View, campaign: &Campaign, remarks: &mut Vec<Remark>) {
    let cohorts = &view.profile.world.fleet.cohorts;
    let all_later = cohorts.iter().all(joins_later);
    let canary = campaign.canary.as_ref().map(|canary| &canary.robots);
    let (job, first) = match canary {
        _ if all_later => ("the first job", &cohorts[0]),
        Some(CanaryRobots::Cohorts(named)) => {
            let mut named = named.iter().map(|number| &cohorts[usize::from(*number)]);
            let Some(first) = named.clone().next().filter(|_| named.all(joins_later)) else {
                return;
            };
            ("the canary", first)
        }
        _ => return,
    };
    let why = match (all_later, &campaign.sync) {
        (true, Some(_)) => {
            "neither a canary nor the main job is created: what is deployed is deployed by syncs, as robots join"
        }
        (true, None) => "no job is ever created, and every rollout ends as no_job",
        _ => "no canary is created: the main job comes at once, untested",
    };
    let least = first
        .joins
        .as_ref()
        .map_or(0.0, crate::random::Law::support_min);
    let title = format!("{job} has no robots: all of them are registered later");
    let label = format!("not before {}", duration(least));
    let remark = Remark::error("job-for-nobody", title, of_cohort(first, "joins"), label).why(why);
    remarks.push(remark.help("leave out `joins` for robots that are there from the beginning"));
}

fn joins_later(cohort: &Cohort) -> bool {
    cohort
        .joins
        .as_ref()
        .is_some_and(|joins| joins.support_min() > 0.0)
}

fn rounds_to_none(view: &View, campaign: &Campaign, remarks: &mut Vec<Remark>) {
    let Some(CanaryRobots::Share(millionths, _)) =
        campaign.canary.as_ref().map(|canary| &canary.robots)
    else {
        return;
    };
    if u64::from(*millionths) * u64::from(view.n) >= 1_000_000 {
        return;
    }
    let title = "the canary's share rounds to no robot, so it is one robot";
    let label = format!("of {} this is none", robots(view.n));
    let remark = Remark::warning(
        "canary-rounds-to-none",
        title,
        "campaign.canary.share",
        label,
    )
    .why("one robot tells little: a release that fails on one in five passes it four times in five")
    .help("write robots = 50, or a larger share");
    remarks.push(remark);
}

fn latent(view: &View, campaign: &Campaign, remarks: &mut Vec<Remark>) {
    let Some(latent) = &view.profile.world.release.latent else {
        return;
    };
    if latent.failure.mean() == 0.0 {
        return;
    }
    let Some(canary) = &campaign.canary else {
        let title = "no canary looks for the release's latent fault";
        let remark = Remark::warning("latent-unwatched", title, "release.latent", "shows after the update")
            .why(format!(
                "it is found on robots of a canary, until its soak is over: here it reaches {} of the updated robots",
                share(latent.failure.mean(), 1)
            ))
            .help("write [campaign.canary] with `robots` and `soak`");
        remarks.push(remark);
        return;
    };
    let shown = latent.after.cdf(canary.soak as f64);
    if shown >= SHOWN {
        return;
    }
    let with_fault = f64::from(view.jobs[0].n) * latent.failure.mean();
    let title = format!(
        "the soak is over before {} of the latent faults show",
        share(1.0 - shown, 0)
    );
    let help = format!(
        "half of them show within {}, 95 % within {}",
        duration(latent.after.quantile(0.5)),
        duration(latent.after.quantile(0.95))
    );
    let remark = Remark::warning("soak-too-short", title, "campaign.canary.soak", "from the canary's last robot on")
        .why(format!(
            "of {} about {with_fault:.1} have the fault, and after {} it shows on {:.1} of them on average, a little more where the canary took long itself",
            robots(view.jobs[0].n),
            duration(canary.soak as f64),
            with_fault * shown,
        ))
        .help(help);
    remarks.push(remark.other("release.latent", "the fault"));
}

/// Most robots of a sync failed before, and what fails again reaches its threshold.
fn sync(view: &View, campaign: &Campaign, remarks: &mut Vec<Remark>) {
    let Some(sync) = &campaign.sync else { return };
    if sync.after_failure != AfterFailure::Never || !likely_succeeds(view, campaign) {
        return;
    }
    let world = &view.profile.world;
    // Robots that are not in sync after the main job, with and without those that may heal; those that fail whatever is tried.
    let (mut first, mut failed, mut again) = (0.0, 0.0, 0.0);
    let (mut first_variance, mut failed_variance, mut again_variance) = (0.0, 0.0, 0.0);
    for (cohort, courses) in view.cohorts() {
        let certain = certain_mean(cohort, &world.release);
        let others = f64::from(cohort.robots) - certain;
        let fails = failure_mean(cohort);
        // Of those that a script failed, the mean of those that repeat; the others may fail anew.
        let of_scripts = cohort.scripts.iter().map(|(_, script)| {
            let chance = (script.failure.mean() + script.hang.mean()).min(1.0);
            (chance, script.repeat)
        });
        let of_faults = cohort.faults.iter().map(|fault| {
            let repeat = f64::from(u8::from(fault.code.is_permanent()));
            (fault.probability.mean(), repeat)
        });
        let causes: Vec<(f64, f64)> = of_scripts.chain(of_faults).collect();
        let weight: f64 = causes.iter().map(|(p, _)| p).sum();
        let repeat = if weight > 0.0 {
            causes.iter().map(|(p, repeat)| p * repeat).sum::<f64>() / weight
        } else {
            0.0
        };
        let fails_or_is_late = 1.0 - (1.0 - fails) * (1.0 - late(courses));
        first += certain + others * fails_or_is_late;
        first_variance += others * fails_or_is_late;
        again += certain + others * fails * repeat;
        failed += certain + others * fails;
        failed_variance += others * fails;
        again_variance += others * fails * repeat;
    }
    // It is likely to be so: more may not be in sync than on average, of whom fewer fail again.
    let many = ((first + sqrt(first_variance)).ceil() as u32).clamp(1, view.n);
    let needed = view.profile.rules.failures_to_stop(many);
    let in_sync = f64::from(view.n) - (failed - sqrt(failed_variance));
    let is_wanted = in_sync < f64::from(share_to_reach(view.n, sync.until));
    if !is_wanted || again - sqrt(again_variance) < f64::from(needed) {
        return;
    }
    let title = "a sync is stopped by robots that fail again";
    let remark = Remark::warning("sync-fails-again", title, view.main().threshold_key(), "its threshold too")
        .why(format!(
            "where the main job succeeds, the first sync is for those that are not in sync, about {first:.0}, of which about {again:.0} fail again \
             whatever is tried: {}, and no other sync follows",
            stop_it(view.profile.rules.failures_to_stop((first.round() as u32).max(1))),
        ))
        .help("write after_failure = \"syncs\", so that the next one follows all the same");
    remarks.push(remark.other("campaign.sync", "with the main job's rules"));
}

/// The share of robots that the robot timeout ends though nothing goes wrong.
fn late(courses: &[Course]) -> f64 {
    mean_over(courses, |course| course.late)
}

/// Whether the main job succeeds in most rollouts, as far as laws tell: only then is there a sync.
fn likely_succeeds(view: &View, campaign: &Campaign) -> bool {
    let world = &view.profile.world;
    let cohorts = &world.fleet.cohorts;
    let latent = match (&world.release.latent, &campaign.canary) {
        (Some(latent), Some(canary)) => {
            f64::from(view.jobs[0].n) * latent.failure.mean() * latent.after.cdf(canary.soak as f64)
        }
        _ => 0.0,
    };
    // How long the others wait for a window, by the clock or for a link is not known here.
    let waits = cohorts.iter().flat_map(clocks).any(|it| it.has_hours());
    latent < LATENT_FOUND
        && !waits
        && !view.profile.rules.has_job_faults()
        && view.jobs.iter().all(|job| likely_passes(job, world))
}

/// Whether a job is likely to succeed: no link is full, and it is over in time before the threshold is reached.
fn likely_passes(job: &Job, world: &World) -> bool {
    let (cohorts, release) = (&world.fleet.cohorts, &world.release);
    let full = demands(world, job).iter().any(|demand| {
        let capacity = world.links[demand.link].capacity as f64;
        let at_once = demand.of_window(job.window(), job.n);
        demand.fair_share(at_once, capacity).is_some()
    });
    !full && !is_likely_reached(job, cohorts, release) && is_likely_in_time(job, cohorts, release)
}

/// Whether a job's threshold is reached in all but the luckiest rollouts.
fn is_likely_reached(job: &Job, cohorts: &[Cohort], release: &Release) -> bool {
    let (mut mean, mut variance, mut drawn_sd) = (0.0, 0.0, 0.0);
    for (cohort, members, courses) in job.cohorts(cohorts) {
        let certain = members * certain_mean(cohort, release) / f64::from(cohort.robots);
        let others = members - certain;
        let fails = 1.0 - (1.0 - failure_mean(cohort)) * (1.0 - late(courses));
        mean += certain + others * fails;
        variance += others * fails * (1.0 - fails);
        // How many dead ones are among those picked is chance.
        if !job.has_whole_cohorts && members > 0.0 {
            variance += certain * (1.0 - certain / members);
        }
        let drawn = cohort
            .scripts
            .iter()
            .flat_map(|(_, script)| [script.failure, script.hang]);
        for probability in drawn.chain(cohort.faults.iter().map(|fault| fault.probability)) {
            if let Probability::Beta { mean, correlation } = probability {
                drawn_sd += others * sqrt(mean * (1.0 - mean) * correlation);
            }
        }
    }
    mean + sqrt(variance) + drawn_sd >= f64::from(job.failures())
}

/// Whether a job is likely to be over before it is canceled or its fleet timeout comes.
fn is_likely_in_time(job: &Job, cohorts: &[Cohort], release: &Release) -> bool {
    let timeout = job.rules.robot_timeout() as f64;
    let deadline = job.rules.deadline().1 as f64;
    let (silent, _) = job.silent(cohorts, release);
    let hanging = job.cohorts(cohorts).map(|(cohort, members, _)| {
        let hangs = cohort.scripts.iter().map(|(_, script)| script.hang.mean());
        members * hangs.sum::<f64>().min(1.0)
    });
    let hanging: f64 = hanging.sum();
    let held = job.working(cohorts, |_| 1.0) + (silent + hanging) * timeout;
    let last = if silent + hanging > 0.01 {
        timeout
    } else {
        0.0
    };
    IN_TIME * held / f64::from(job.window()) + last < deadline
}
