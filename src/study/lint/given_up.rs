//! Robots that the job gives up and that have no recovery: they count as up from then on.

use crate::model::{Cohort, FaultStage};
use crate::rollout::OnStop;
use crate::scenario::Profile;
use crate::study::lint::{Remark, offline};
use crate::theory::view::{View, of_cohort, without_bundle};

pub(super) fn remarks(view: &View, remarks: &mut Vec<Remark>) {
    let timeout = view.profile.rules.robot_timeout() as f64;
    let names = counted_as_up(view.profile, |cohort| {
        let of_cohort = view.cohorts().find(|(other, _)| other.name == cohort.name);
        of_cohort.is_some_and(|(_, courses)| {
            let offline = offline::longest(view, cohort) as f64;
            courses.iter().any(|course| {
                let least = course.total(|step| step.least);
                course.late > 0.0 || offline > 0.0 && offline + least > timeout
            })
        })
    });
    let Some(first) = names
        .first()
        .and_then(|name| view.cohorts().find(|(cohort, _)| cohort.name == *name))
    else {
        return;
    };
    let of = names.join(", ");
    let title =
        format!("robots of {of} that are given up count as up at once: no `recovery` is set");
    let remark = Remark::warning("given-up-is-up", title, of_cohort(first.0, "recovery"), "no time until they are repaired")
        .why("the old version was stopped and the new one does not run, yet `down at once` and `downtime` count such a robot only until its deployment ends: the shorter the timeout, the better it looks")
        .help("write how long it takes until such a robot is repaired, as in recovery = \"4h\"");
    remarks.push(remark);
}

/// The cohorts without a recovery whose robots may be exposed and not updated, by their laws or because they are late.
pub fn counted_as_up(profile: &Profile, is_late: impl Fn(&Cohort) -> bool) -> Vec<&str> {
    let world = &profile.world;
    let is_cut = profile.rules.on_stop() == OnStop::Abort && profile.rules.cancel().is_some();
    let cohorts = world.fleet.cohorts.iter().filter(|cohort| {
        let is_reached = cohort.robots > cohort.dead.max(without_bundle(cohort, &world.release));
        let breaks = is_cut || may_fail_exposed(cohort) || is_late(cohort);
        cohort.recovery == 0 && is_reached && breaks
    });
    cohorts.map(|cohort| cohort.name.as_str()).collect()
}

/// Whether a fault or a script may fail a robot that the command reached.
fn may_fail_exposed(cohort: &Cohort) -> bool {
    let mut scripts = cohort.scripts.iter();
    let exposed = cohort
        .faults
        .iter()
        .filter(|fault| fault.stage > FaultStage::CloudCheck);
    exposed
        .map(|fault| fault.probability.mean())
        .any(|p| p > 0.0)
        || scripts.any(|(_, script)| script.failure.mean() + script.hang.mean() > 0.0)
}
