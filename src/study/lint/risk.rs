//! How likely chance alone reaches the threshold in a good release, and how likely a bad one does not.

use crate::scenario::{BASE, Profile, Scenario};
use crate::sim::Setting;
use crate::study::exact::{FailureLaw, WhyNot};
use crate::study::lint::view::{View, failures_mean};
use crate::study::lint::{Remark, failures};
use crate::units::{count, share};

/// A good release that is stopped more often than this is worth a remark.
const FALSE_ABORT: f64 = 0.01;

/// What is more likely than this happens in every replication that anybody plays.
const CERTAIN: f64 = 1.0 - 1e-12;

/// A bad release that is stopped less often than this is worth a remark.
const STOPPED: f64 = 0.5;

/// A profile with so many times the failures of the base is a bad release.
const BAD: f64 = 2.0;

const KEY: &str = "rollout.robomaker.failure_threshold_percentage";

pub(super) fn remarks(view: &View, scenario: &Scenario, remarks: &mut Vec<Remark>) {
    let profile = view.profile;
    let job = view.main();
    let is_settled = remarks.iter().any(|remark| ["certain-breach", "threshold-never"].contains(&remark.rule));
    if profile.campaign.is_some() || is_settled {
        return;
    }
    let setting = Setting::new(&profile.rules, view.n);
    let law = FailureLaw::of_profile(profile, scenario.replications);
    let reached = law.and_then(|law| law.reached(&setting));
    let mean = failures_mean(profile);
    let stops = format!("stops at {} of {}", failures(job.failures()), count(view.n.into()));
    if profile.name == BASE {
        let by_failures = format!("the base fails on {} on average", robots_mean(mean));
        let (chance, at_least, how) = match (&reached, FailureLaw::at_least(profile)) {
            (Ok(tail), _) if tail.standard_error.is_none() => {
                (tail.value, "", "chance does the rest (exactly, from the law of the number that fail)".to_owned())
            }
            (Ok(tail), _) => {
                (tail.value, "", "chance does the rest (computed, given the luck drawn in the replications)".to_owned())
            }
            (Err(why_not), Some(value)) => {
                let how = format!("at least: it is not known exactly, since {why_not}; what that costs comes on top");
                (value, "at least ", format!("chance does the rest ({how})"))
            }
            (Err(why_not), None) => {
                remarks.extend(if_all_end(profile, why_not, &by_failures, stops));
                return;
            }
        };
        if chance < FALSE_ABORT {
            return;
        }
        let help = "raise the threshold, or mend what fails; `rollcast tune` finds the lowest threshold for a risk you accept";
        let is_certain = chance >= CERTAIN && reached.as_ref().map_or(true, |tail| tail.standard_error.is_none());
        let remark = if is_certain {
            let title = "the failure threshold is reached in practically every rollout".to_owned();
            Remark::error("false-abort", title, KEY.to_owned(), stops)
        } else {
            let title =
                format!("a good release reaches the failure threshold by chance in {at_least}{} of rollouts", percent(chance));
            Remark::warning("false-abort", title, KEY.to_owned(), stops)
        };
        remarks.push(remark.why(format!("{by_failures}, and {how}")).help(help));
        return;
    }
    let Some(base) = scenario.profiles.iter().find(|profile| profile.name == BASE) else { return };
    let Ok(tail) = &reached else { return };
    if mean >= BAD * failures_mean(base) && tail.value < STOPPED {
        let title = format!("the threshold is reached in only {} of rollouts", percent(tail.value));
        let remark = Remark::warning("bad-release-passes", title, KEY.to_owned(), stops)
            .why(format!("this profile fails on {} on average, too few to be noticed: most of its rollouts go through to the last robot", robots_mean(mean)))
            .help("lower the threshold, or expect such a release to reach the whole fleet; `rollcast oc` shows which releases it stops");
        remarks.push(remark);
    }
}

/// Where the job may be cut off before the threshold is reached, nothing is certain but what fails if it is not.
fn if_all_end(profile: &Profile, why_not: &WhyNot, by_failures: &str, stops: String) -> Option<Remark> {
    let chance = FailureLaw::if_all_end(profile).filter(|chance| *chance >= FALSE_ABORT)?;
    let title = format!(
        "a good release may reach the failure threshold by chance: enough robots fail in {} of rollouts",
        percent(chance)
    );
    let cut_off = match profile.rules.cancel {
        Some(cancel) if cancel <= profile.rules.fleet_timeout => "the cancel",
        _ => "the fleet timeout",
    };
    Some(
        Remark::warning("false-abort", title, KEY.to_owned(), stops)
            .why(format!(
                "{by_failures} if each has its turn, and chance does the rest; how often {cut_off} comes first is not known without playing, since {why_not}"
            ))
            .help("`rollcast run` shows how often it is reached; raise the threshold, or mend what fails"),
    )
}

fn robots_mean(mean: f64) -> String {
    format!("{} robots", crate::units::decimal(mean, 1))
}

/// A probability with the digits that matter.
fn percent(p: f64) -> String {
    match p {
        0.001..0.999 => share(p, 1),
        0.0..1e-9 => "less than 0.0000001 %".to_owned(),
        0.0..0.001 => format!("{:.1e} %", p * 100.0),
        _ => "more than 99.9 %".to_owned(),
    }
}
