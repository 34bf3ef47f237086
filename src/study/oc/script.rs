//! The scripts whose failure an operating characteristic is drawn over.

use crate::model::ScriptStep;
use crate::scenario::Profile;

/// The scripts that any cohort of a profile has.
pub fn scripts_of(profile: &Profile) -> Vec<ScriptStep> {
    let cohorts = &profile.world.fleet.cohorts;
    ScriptStep::ALL
        .into_iter()
        .filter(|step| cohorts.iter().any(|cohort| cohort.scripts[*step].is_some()))
        .collect()
}

/// The mean probability that the script fails, over the robots that have it; nothing if none has.
pub fn mean_failure(step: ScriptStep, profile: &Profile) -> Option<f64> {
    let cohorts = profile.world.fleet.cohorts.iter();
    let having: Vec<(f64, f64)> = cohorts
        .filter_map(|cohort| Some((f64::from(cohort.robots), cohort.scripts[step].as_ref()?)))
        .map(|(robots, script)| (robots, script.failure.mean()))
        .collect();
    let robots: f64 = having.iter().map(|(robots, _)| robots).sum();
    let failing: f64 = having.iter().map(|(robots, mean)| robots * mean).sum();
    let (_, first) = *having.first()?;
    // Where all are alike, it is theirs to the last digit.
    let all_alike = having.iter().all(|(_, mean)| *mean == first);
    Some(if all_alike { first } else { failing / robots })
}

/// The script that profiles differ in the most, if any; else `post_launch`, or the first that there is.
pub fn likeliest_script(profiles: &[Profile]) -> Option<ScriptStep> {
    let base = profiles.first()?;
    let scripts = scripts_of(base);
    let raised = scripts
        .iter()
        .map(|script| (*script, raised(*script, profiles)));
    let most = raised.max_by(|(_, a), (_, b)| a.total_cmp(b))?;
    let post_launch = scripts
        .iter()
        .find(|script| **script == ScriptStep::PostLaunch);
    match most {
        (differing, raised) if raised > 0.0 => Some(differing),
        _ => post_launch.or(scripts.first()).copied(),
    }
}

/// How far profiles differ from the first in how often a script fails that it has.
fn raised(script: ScriptStep, profiles: &[Profile]) -> f64 {
    let mut means = profiles
        .iter()
        .filter_map(|profile| mean_failure(script, profile));
    let own = means
        .next()
        .expect("a bug: a script that the base does not have");
    means.fold(0.0, |raised, mean| raised.max((mean - own).abs()))
}
