//! Campaigns: canaries too small to tell, soaks too short to show, syncs that fail on those that failed before.

use crate::model::{AfterFailure, Campaign, CanaryRobots};
use crate::study::lint::view::{View, certain_mean, failure_mean, scripts};
use crate::study::lint::{Remark, failures, robots};
use crate::units::{duration, share};

/// A soak in which fewer of the latent faults show is too short.
const SHOWN: f64 = 0.5;

pub(super) fn remarks(view: &View, remarks: &mut Vec<Remark>) {
    let Some(campaign) = &view.profile.campaign else { return };
    rounds_to_none(view, campaign, remarks);
    latent(view, campaign, remarks);
    sync(view, campaign, remarks);
}

fn rounds_to_none(view: &View, campaign: &Campaign, remarks: &mut Vec<Remark>) {
    let Some(CanaryRobots::Share(millionths, _)) = campaign.canary.as_ref().map(|canary| &canary.robots) else { return };
    if u64::from(*millionths) * u64::from(view.n) >= 1_000_000 {
        return;
    }
    let title = "the canary's share rounds to no robot, so it is one robot".to_owned();
    let label = format!("of {} this is none", robots(view.n));
    let remark = Remark::warning("canary-rounds-to-none", title, "campaign.canary.share".to_owned(), label)
        .why("one robot tells little: a release that fails on one in five passes it four times in five")
        .help("write robots = 50, or a larger share");
    remarks.push(remark);
}

fn latent(view: &View, campaign: &Campaign, remarks: &mut Vec<Remark>) {
    let Some(latent) = &view.profile.world.release.latent else { return };
    if latent.failure.mean() == 0.0 {
        return;
    }
    let Some(canary) = &campaign.canary else {
        let title = "nobody looks for the release's latent fault".to_owned();
        let remark = Remark::warning("latent-unwatched", title, "release.latent".to_owned(), "shows after the update")
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
    let title = format!("the soak is over before {} of the latent faults show", share(1.0 - shown, 0));
    let help = format!(
        "half of them show within {}, 95 % within {}",
        duration(latent.after.quantile(0.5)),
        duration(latent.after.quantile(0.95))
    );
    let remark = Remark::warning("soak-too-short", title, "campaign.canary.soak".to_owned(), "from the canary's last robot on")
        .why(format!(
            "of {} about {with_fault:.1} have the fault, and after {} it shows on {:.1} of them on average, a little more where the canary took long itself",
            robots(view.jobs[0].n),
            duration(canary.soak as f64),
            with_fault * shown,
        ))
        .help(help);
    remarks.push(remark.other("release.latent".to_owned(), "the fault"));
}

/// Most robots of a sync failed before, and what fails again reaches its threshold.
fn sync(view: &View, campaign: &Campaign, remarks: &mut Vec<Remark>) {
    let Some(sync) = &campaign.sync else { return };
    let world = &view.profile.world;
    let (mut first, mut again) = (0.0, 0.0);
    for (cohort, _) in view.cohorts() {
        let certain = certain_mean(cohort, &world.release);
        let others = f64::from(cohort.robots) - certain;
        let fails = failure_mean(cohort);
        // Of those that a script failed, the mean of what repeats; whoever does not repeat may fail anew.
        let of_scripts: Vec<(f64, f64)> =
            scripts(cohort).map(|(_, script)| ((script.failure.mean() + script.hang.mean()).min(1.0), script.repeat)).collect();
        let of_faults =
            cohort.faults.iter().map(|fault| (fault.probability.mean(), f64::from(u8::from(fault.code.is_permanent()))));
        let causes: Vec<(f64, f64)> = of_scripts.into_iter().chain(of_faults).collect();
        let weight: f64 = causes.iter().map(|(p, _)| p).sum();
        let repeat = if weight > 0.0 { causes.iter().map(|(p, repeat)| p * repeat).sum::<f64>() / weight } else { 0.0 };
        first += certain + others * fails;
        again += certain + others * fails * repeat;
    }
    let percent = f64::from(view.profile.rules.failure_threshold_percentage);
    if first < 1.0 || again * 100.0 < percent * first || sync.after_failure != AfterFailure::Never {
        return;
    }
    let needed = view.profile.rules.failures_to_breach((first.round() as u32).max(1));
    let title = "a sync is stopped by robots that fail again".to_owned();
    let remark = Remark::warning("sync-fails-again", title, "rollout.robomaker.failure_threshold_percentage".to_owned(), "its threshold too")
        .why(format!(
            "it is for those that are not in sync, about {first:.0} after the main job, of which about {again:.0} fail again whatever is tried: \
             {} stop it, and no other sync follows",
            failures(needed),
        ))
        .help("write after_failure = \"syncs\", so that the next one follows all the same");
    remarks.push(remark.other("campaign.sync".to_owned(), "with the main job's rules"));
}
