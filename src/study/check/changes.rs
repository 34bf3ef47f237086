//! What a new baseline says otherwise than the one before it: what a user who blesses it accepts.

use crate::study::check::baseline::{Baseline, BaselineProfile};

/// Something that a new baseline says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Empty for what is of the whole scenario.
    pub profile: String,
    /// A metric, or another thing.
    pub what: String,
    pub was: String,
    pub is: String,
}

/// What stands for something that only one of two baselines has.
const NOTHING: &str = "-";

impl Baseline {
    /// What this baseline says otherwise than an earlier one: first of the scenario, then of each profile.
    pub fn changes_since(&self, before: &Baseline) -> Vec<Change> {
        let texts = |baseline: &Baseline| {
            let zones = baseline.time_zones.as_deref().unwrap_or(NOTHING);
            [
                baseline.model_version.to_string(),
                baseline.scenario_hash.clone(),
                baseline.seed.to_string(),
                baseline.replications.to_string(),
                zones.to_owned(),
            ]
        };
        let names = [
            "model version",
            "scenario",
            "seed",
            "replications",
            "time zones",
        ];
        let of_scenario = names
            .into_iter()
            .zip(texts(before))
            .zip(texts(self))
            .filter(|((_, was), is)| was != is);
        let mut changes: Vec<Change> = of_scenario
            .map(|((what, was), is)| Change {
                profile: String::new(),
                what: what.to_owned(),
                was,
                is,
            })
            .collect();
        let has = |baseline: &Baseline, name: &str| {
            baseline
                .profiles
                .iter()
                .any(|profile| profile.profile == name)
        };
        for gone in before
            .profiles
            .iter()
            .filter(|profile| !has(self, &profile.profile))
        {
            changes.push(change(gone, "profile", &plays(gone), NOTHING));
        }
        for now in &self.profiles {
            match before
                .profiles
                .iter()
                .find(|profile| profile.profile == now.profile)
            {
                Some(before) => changes.extend(now.changes_since(before)),
                None => changes.push(change(now, "profile", NOTHING, &plays(now))),
            }
        }
        changes
    }
}

impl BaselineProfile {
    /// What it says otherwise than before: each metric whose mean or median differs, and if none does, how many replications differ.
    fn changes_since(&self, before: &BaselineProfile) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut compare = |what: &str, was: Option<&str>, is: Option<&str>| {
            if was != is {
                changes.push(change(
                    self,
                    what,
                    was.unwrap_or(NOTHING),
                    is.unwrap_or(NOTHING),
                ));
            }
        };
        let robots = |profile: &BaselineProfile| profile.robots.to_string();
        compare("robots", Some(&robots(before)), Some(&robots(self)));
        let exact = |profile: &BaselineProfile| profile.threshold_reached.clone();
        compare(
            "threshold_reached, exact",
            exact(before).as_deref(),
            exact(self).as_deref(),
        );
        let gone = before
            .centres
            .keys()
            .filter(|metric| !self.centres.contains_key(*metric));
        for metric in self.centres.keys().chain(gone) {
            let of = |profile: &BaselineProfile| profile.centres.get(metric).cloned();
            compare(metric, of(before).as_deref(), of(self).as_deref());
        }
        let differing = self
            .digests
            .0
            .iter()
            .zip(&before.digests.0)
            .filter(|(now, before)| now != before)
            .count();
        if changes.is_empty() && differing > 0 {
            let all = self.digests.0.len().min(before.digests.0.len());
            changes.push(change(
                self,
                "replications",
                &all.to_string(),
                &format!("{differing} of them differ"),
            ));
        }
        changes
    }
}

fn change(profile: &BaselineProfile, what: &str, was: &str, is: &str) -> Change {
    Change {
        profile: profile.profile.clone(),
        what: what.to_owned(),
        was: was.to_owned(),
        is: is.to_owned(),
    }
}

fn plays(profile: &BaselineProfile) -> String {
    crate::units::count(profile.robots.into()) + " robots"
}
