//! How likely chance alone reaches the threshold in a good release, and how likely a bad one does not.

use crate::scenario::{BASE, Scenario};
use crate::sim::Setting;
use crate::study::exact::FailureLaw;
use crate::study::lint::view::View;
use crate::study::lint::{Remark, failures};
use crate::units::{count, share};

/// A good release that is stopped more often than this is worth a remark.
const FALSE_ABORT: f64 = 0.01;

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
    let mean = view.failures_mean();
    let stops = format!("stops at {} of {}", failures(job.failures()), count(view.n.into()));
    if profile.name == BASE {
        let (value, how) = match &reached {
            Ok(tail) if tail.standard_error.is_none() => (tail.value, "exactly, from the law of the number that fail".to_owned()),
            Ok(_) => (tail_of(&reached), "computed, given the luck drawn in the replications".to_owned()),
            Err(why_not) => match FailureLaw::at_least(profile) {
                Some(value) => {
                    (value, format!("at least: it is not known exactly, since {why_not}; what that costs comes on top"))
                }
                None => return,
            },
        };
        if value >= FALSE_ABORT {
            let at_least = if reached.is_err() { "at least " } else { "" };
            let title =
                format!("a good release reaches the failure threshold by chance in {at_least}{} of rollouts", percent(value));
            let remark = Remark::warning("false-abort", title, KEY.to_owned(), stops)
                .why(format!("the base fails on {} on average, and chance does the rest ({how})", robots_mean(mean)))
                .help(
                    "raise the threshold, or mend what fails; `rollcast tune` finds the lowest threshold for a risk you accept",
                );
            remarks.push(remark);
        }
        return;
    }
    let Some(base) = scenario.profiles.iter().find(|profile| profile.name == BASE) else { return };
    let Ok(tail) = &reached else { return };
    if mean >= BAD * View::new(base).failures_mean() && tail.value < STOPPED {
        let title = format!("the threshold is reached in only {} of rollouts", percent(tail.value));
        let remark = Remark::warning("bad-release-passes", title, KEY.to_owned(), stops)
            .why(format!("this profile fails on {} on average, too few to be noticed: most of its rollouts go through to the last robot", robots_mean(mean)))
            .help("lower the threshold, or expect such a release to reach the whole fleet; `rollcast oc` shows which releases it stops");
        remarks.push(remark);
    }
}

fn tail_of(reached: &crate::study::Exactness) -> f64 {
    reached.as_ref().map_or(0.0, |tail| tail.value)
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
