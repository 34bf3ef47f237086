//! The scripts whose failure an operating characteristic is drawn over.

use crate::model::{Cohort, Script};
use crate::scenario::Profile;

/// A script of the launch configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OcScript {
    DownloadCondition,
    PreLaunch,
    PostLaunch,
}

impl OcScript {
    pub const ALL: [OcScript; 3] = [
        OcScript::DownloadCondition,
        OcScript::PreLaunch,
        OcScript::PostLaunch,
    ];

    /// As scenarios call it.
    pub fn name(self) -> &'static str {
        match self {
            OcScript::DownloadCondition => "download_condition",
            OcScript::PreLaunch => "pre_launch",
            OcScript::PostLaunch => "post_launch",
        }
    }

    pub fn of(self, cohort: &Cohort) -> Option<&Script> {
        match self {
            OcScript::DownloadCondition => cohort.download_condition.as_ref(),
            OcScript::PreLaunch => cohort.pre_launch.as_ref(),
            OcScript::PostLaunch => cohort.post_launch.as_ref(),
        }
    }

    pub(super) fn of_mut(self, cohort: &mut Cohort) -> Option<&mut Script> {
        match self {
            OcScript::DownloadCondition => cohort.download_condition.as_mut(),
            OcScript::PreLaunch => cohort.pre_launch.as_mut(),
            OcScript::PostLaunch => cohort.post_launch.as_mut(),
        }
    }

    /// The scripts that any cohort of a profile has.
    pub fn all_of(profile: &Profile) -> Vec<OcScript> {
        let cohorts = &profile.world.fleet.cohorts;
        OcScript::ALL
            .into_iter()
            .filter(|script| cohorts.iter().any(|cohort| script.of(cohort).is_some()))
            .collect()
    }

    /// The mean probability that the script fails, over the robots that have it; nothing if none has.
    pub fn mean_failure(self, profile: &Profile) -> Option<f64> {
        let having = || {
            profile
                .world
                .fleet
                .cohorts
                .iter()
                .filter_map(|cohort| Some((f64::from(cohort.robots), self.of(cohort)?)))
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
    pub fn likeliest(profiles: &[Profile]) -> Option<OcScript> {
        let base = profiles.first()?;
        let raised = |script: &OcScript| {
            let own = script.mean_failure(base)?;
            let differences = profiles
                .iter()
                .filter_map(|profile| Some((script.mean_failure(profile)? - own).abs()));
            Some(differences.fold(0.0, f64::max))
        };
        let scripts = OcScript::all_of(base);
        let most = scripts.iter().max_by(|a, b| {
            raised(a)
                .partial_cmp(&raised(b))
                .expect("probabilities are numbers")
        });
        let differing = most.copied().filter(|script| raised(script) > Some(0.0));
        let post_launch = scripts
            .contains(&OcScript::PostLaunch)
            .then_some(OcScript::PostLaunch);
        differing.or(post_launch).or(scripts.first().copied())
    }
}
