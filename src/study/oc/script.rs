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
    let having =
        || {
            profile.world.fleet.cohorts.iter().filter_map(|cohort| {
                Some((f64::from(cohort.robots), cohort.scripts[step].as_ref()?))
            })
        };
    let robots: f64 = having().map(|(robots, _)| robots).sum();
    let failing: f64 = having()
        .map(|(robots, script)| robots * script.failure.mean())
        .sum();
    let first = having().next()?.1.failure.mean();
    // Where all are alike, it is theirs to the last digit.
    Some(
        if having().all(|(_, script)| script.failure.mean() == first) {
            first
        } else {
            failing / robots
        },
    )
}

/// The script that profiles differ in the most, if any; else `post_launch`, or the first that there is.
pub fn likeliest_script(profiles: &[Profile]) -> Option<ScriptStep> {
    let base = profiles.first()?;
    let raised = |script: &ScriptStep| {
        let own = mean_failure(*script, base)?;
        let differences = profiles
            .iter()
            .filter_map(|profile| Some((mean_failure(*script, profile)? - own).abs()));
        Some(differences.fold(0.0, f64::max))
    };
    let scripts = scripts_of(base);
    let most = scripts.iter().max_by(|a, b| {
        raised(a)
            .partial_cmp(&raised(b))
            .expect("probabilities are numbers")
    });
    let differing = most.copied().filter(|script| raised(script) > Some(0.0));
    let post_launch = scripts
        .contains(&ScriptStep::PostLaunch)
        .then_some(ScriptStep::PostLaunch);
    differing.or(post_launch).or(scripts.first().copied())
}
