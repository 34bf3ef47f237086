//! When the whole course of a job is exact, and not only whether the threshold is reached.

use crate::model::{Cohort, Probability, ScriptStep, World};
use crate::random::Law;
use crate::rollout::Rules;

/// Whether robots are alike but for their durations, which do not depend on whether the script fails: so that each deployment that ends
/// has failed with the same probability, whichever it is. That takes
///
/// * a script that every cohort has, that lasts as long whether it fails or not and never hangs;
/// * nothing after it that takes time, for a failure would leave it out;
/// * no other mishap, no dead robots, none without a bundle, no maintenance windows, no job faults;
/// * a sliding window, and robots in flight that drain.
pub(super) fn outcome_free(world: &World, rules: &Rules, script: ScriptStep) -> bool {
    rules.setting(world.fleet.robots()).has_recursions()
        && world
            .fleet
            .cohorts
            .iter()
            .all(|cohort| plain(world, cohort, script))
}

fn plain(world: &World, cohort: &Cohort, script: ScriptStep) -> bool {
    let lasts_the_same = cohort.scripts[script]
        .as_ref()
        .is_some_and(|script| script.fails_after.is_none() && never(script.hang));
    let no_other_mishap = cohort
        .scripts
        .iter()
        .all(|(step, other)| step == script || never(other.failure) && never(other.hang))
        && cohort.faults.is_empty();
    let bundles = (0..3)
        .filter(|kind| cohort.architectures[*kind] > 0)
        .map(|kind| world.release.bundle[kind]);
    let all_have_bundles = bundles.clone().all(|bundle| bundle.is_some());
    let windows =
        cohort.windows.is_some() || cohort.inventory.iter().any(|robot| robot.windows.is_some());
    let nothing_after = match script {
        ScriptStep::PostLaunch => true,
        ScriptStep::PreLaunch => {
            instant(cohort.launching.as_ref()) && cohort.scripts[ScriptStep::PostLaunch].is_none()
        }
        ScriptStep::DownloadCondition => {
            let nothing_to_download =
                bundles.clone().all(|bundle| bundle == Some(0)) && cohort.extraction.is_none();
            nothing_to_download
                && cohort.scripts[ScriptStep::PreLaunch].is_none()
                && instant(cohort.launching.as_ref())
                && cohort.scripts[ScriptStep::PostLaunch].is_none()
        }
    };
    lasts_the_same
        && no_other_mishap
        && all_have_bundles
        && cohort.dead == 0
        && !windows
        && nothing_after
}

fn never(probability: Probability) -> bool {
    probability == Probability::NEVER
}

fn instant(law: Option<&Law>) -> bool {
    law.is_none_or(|law| law.as_constant() == Some(0.0))
}
