//! What the choice should survive: the open points of the rules read otherwise, and the assumed rates wrong by a factor of two.
//!
//! Variations are made of checked profiles. A rate is scaled in every cohort and every profile alike, each by its own value: where a
//! profile replaces a rate, that value is as much an assumption as the base's.

use crate::model::{FailureCode, Probability, ScriptStep};
use crate::scenario::Profile;

/// The profiles of a scenario with one thing changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Variation {
    /// What is changed, as one would write it.
    pub name: String,
    /// Whether it is an open point of the rules; else it is a rate.
    pub is_rule: bool,
    pub profiles: Vec<Profile>,
}

/// Every variation of these profiles that changes something: open points first, then rates halved and doubled.
pub fn variations(profiles: &[Profile]) -> Vec<Variation> {
    let readings = profiles
        .first()
        .map(|profile| profile.rules.table().other_readings);
    let rules = readings.into_iter().flatten().map(|(key, word)| {
        Variation::of(profiles, format!("{key} = \"{word}\""), true, |profile| {
            profile.rules.choose(key, word);
        })
    });
    let rates = rates().flat_map(|rate| {
        [(0.5, "halved"), (2.0, "doubled")].map(|(factor, how)| {
            let name = format!("{} {how}", rate.name());
            Variation::of(profiles, name, false, |profile| rate.scale(profile, factor))
        })
    });
    rules
        .chain(rates)
        .filter(|variation| variation.profiles != profiles)
        .collect()
}

impl Variation {
    fn of(
        profiles: &[Profile],
        name: String,
        is_rule: bool,
        change: impl Fn(&mut Profile),
    ) -> Variation {
        let mut profiles = profiles.to_vec();
        profiles.iter_mut().for_each(change);
        Variation {
            name,
            is_rule,
            profiles,
        }
    }
}

/// A rate that a scenario assumes.
#[derive(Clone, Copy)]
enum Rate {
    Failure(ScriptStep),
    Hang(ScriptStep),
    Fault(FailureCode),
    JobFault(FailureCode),
    Latent,
    Dead,
}

fn rates() -> impl Iterator<Item = Rate> {
    let scripts = ScriptStep::ALL
        .into_iter()
        .flat_map(|step| [Rate::Failure(step), Rate::Hang(step)]);
    let faults = FailureCode::ALL
        .into_iter()
        .filter(|code| code.fault_stage().is_some())
        .map(Rate::Fault);
    let job_faults = FailureCode::ALL
        .into_iter()
        .filter(|code| code.strikes_job())
        .map(Rate::JobFault);
    scripts
        .chain(faults)
        .chain(job_faults)
        .chain([Rate::Latent, Rate::Dead])
}

impl Rate {
    fn name(self) -> String {
        match self {
            Rate::Failure(step) => format!("{}.failure", step.name()),
            Rate::Hang(step) => format!("{}.hang", step.name()),
            Rate::Fault(code) => format!("faults.{code}"),
            Rate::JobFault(code) => format!("job_faults.{code}"),
            Rate::Latent => "latent.failure".to_owned(),
            Rate::Dead => "dead".to_owned(),
        }
    }

    fn scale(self, profile: &mut Profile, factor: f64) {
        if let Rate::JobFault(code) = self {
            let Some(faults) = profile.rules.job_faults_mut() else {
                return;
            };
            let others: f64 = faults
                .iter()
                .filter(|fault| fault.code != code)
                .map(|fault| fault.probability)
                .sum();
            for fault in faults.iter_mut().filter(|fault| fault.code == code) {
                fault.probability = (fault.probability * factor).min(1.0 - others);
            }
            return;
        }
        if let (Rate::Latent, Some(latent)) = (self, &mut profile.world.release.latent) {
            latent.failure = scaled(latent.failure, factor, 1.0);
        }
        for cohort in &mut profile.world.fleet.cohorts {
            match self {
                Rate::Failure(step) => {
                    if let Some(script) = &mut cohort.scripts[step] {
                        script.failure = scaled(script.failure, factor, 1.0);
                    }
                }
                Rate::Hang(step) => {
                    if let Some(script) = &mut cohort.scripts[step] {
                        script.hang = scaled(script.hang, factor, 1.0);
                    }
                }
                Rate::Fault(code) => {
                    let others: f64 = cohort
                        .faults
                        .iter()
                        .filter(|fault| fault.code != code)
                        .map(|fault| fault.probability.mean())
                        .sum();
                    for fault in cohort.faults.iter_mut().filter(|fault| fault.code == code) {
                        fault.probability = scaled(fault.probability, factor, 1.0 - others);
                    }
                }
                // Whole robots: half of one is none.
                Rate::Dead => {
                    cohort.dead = ((f64::from(cohort.dead) * factor) as u32).min(cohort.robots);
                }
                Rate::JobFault(_) | Rate::Latent => {}
            }
        }
    }
}

/// A probability times a factor, at most `most`.
fn scaled(probability: Probability, factor: f64, most: f64) -> Probability {
    match probability {
        Probability::Constant(p) => Probability::Constant((p * factor).min(most)),
        Probability::Beta { mean, correlation } if mean * factor < most => Probability::Beta {
            mean: mean * factor,
            correlation,
        },
        Probability::Beta { .. } => Probability::Constant(most),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::ScenarioFile;

    fn profiles(more: &str) -> Vec<Profile> {
        let text = format!(
            "name = \"varied\"\n[release]\nversion = 1\nbundle = {{ X86_64 = \"1 MB\" }}\n\
             [[cohort]]\nname = \"all\"\nrobots = 50\narchitecture = \"X86_64\"\ndownload_rate = \"1 MB/s\"\ndead = 0.06\n\
             pre_launch = {{ duration = \"1s\", failure = 0.6 }}\n\
             post_launch = {{ duration = \"1s\", failure = {{ beta = {{ mean = 0.01, correlation = 0.1 }} }} }}\n\
             faults = {{ EtagMismatch = 0.3, ResourceNotFound = 0.6 }}\n{more}"
        );
        let file = ScenarioFile::parse("varied.toml", text, Default::default())
            .unwrap_or_else(|p| panic!("{}", p.render(false)));
        file.check(&[])
            .unwrap_or_else(|p| panic!("{}", p.render(false)))
            .0
            .profiles
    }

    fn named(profiles: &[Profile], name: &str) -> Vec<Profile> {
        variations(profiles)
            .into_iter()
            .find(|variation| variation.name == name)
            .unwrap_or_else(|| panic!("{name}"))
            .profiles
    }

    #[test]
    fn what_a_scenario_does_not_assume_is_not_varied() {
        let names: Vec<String> = variations(&profiles(""))
            .into_iter()
            .map(|variation| variation.name)
            .collect();
        let rates = [
            "pre_launch.failure",
            "post_launch.failure",
            "faults.ResourceNotFound",
            "faults.EtagMismatch",
            "dead",
        ];
        let rates = rates
            .iter()
            .flat_map(|rate| ["halved", "doubled"].map(|how| format!("{rate} {how}")));
        let rules = [
            "rounding = \"ceil\"",
            "breach = \"exceed\"",
            "pacing = \"batches\"",
            "order = \"file\"",
        ];
        assert_eq!(
            names,
            rules
                .iter()
                .map(|rule| (*rule).to_owned())
                .chain(rates)
                .collect::<Vec<String>>()
        );
        let other = profiles("[rollout.robomaker]\norder = \"file\"\n");
        assert!(
            variations(&other)
                .iter()
                .all(|variation| !variation.name.starts_with("order"))
        );
    }

    #[test]
    fn every_profile_is_scaled_from_its_own_value_and_capped() {
        let profiles = profiles("[profile.bad]\n\"cohort.*.post_launch.failure\" = 0.7\n");
        let post = |profiles: &[Profile]| {
            profiles
                .iter()
                .map(|p| {
                    p.world.fleet.cohorts[0].scripts[ScriptStep::PostLaunch]
                        .as_ref()
                        .unwrap()
                        .failure
                })
                .collect::<Vec<_>>()
        };
        let doubled = post(&named(&profiles, "post_launch.failure doubled"));
        assert_eq!(
            doubled,
            [
                Probability::Beta {
                    mean: 0.02,
                    correlation: 0.1
                },
                Probability::Constant(1.0)
            ]
        );
        let halved = post(&named(&profiles, "post_launch.failure halved"));
        assert_eq!(
            halved,
            [
                Probability::Beta {
                    mean: 0.005,
                    correlation: 0.1
                },
                Probability::Constant(0.35)
            ]
        );
        let faults = |profiles: &[Profile]| {
            profiles[0].world.fleet.cohorts[0]
                .faults
                .iter()
                .map(|f| f.probability.mean())
                .collect::<Vec<_>>()
        };
        // The codes in their order: ResourceNotFound, EtagMismatch. Together they cannot be more than certain.
        assert_eq!(
            faults(&named(&profiles, "faults.ResourceNotFound doubled")),
            [0.7, 0.3]
        );
        assert_eq!(
            faults(&named(&profiles, "faults.EtagMismatch halved")),
            [0.6, 0.15]
        );
        let dead = |name| named(&profiles, name)[1].world.fleet.cohorts[0].dead;
        assert_eq!((dead("dead halved"), dead("dead doubled")), (1, 6));
    }
}
