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
        let facts = before.facts().into_iter().zip(self.facts());
        let mut changes: Vec<Change> = facts
            .filter(|(was, is)| was != is)
            .map(|((what, was), (_, is))| change("", what, &was, &is))
            .collect();
        let gone = before
            .profiles
            .iter()
            .filter(|it| self.profile(&it.profile).is_none());
        changes.extend(gone.map(|gone| change(&gone.profile, "profile", &plays(gone), NOTHING)));
        for now in &self.profiles {
            match before.profile(&now.profile) {
                Some(before) => changes.extend(now.changes_since(before)),
                None => changes.push(change(&now.profile, "profile", NOTHING, &plays(now))),
            }
        }
        changes
    }

    /// What it says of the scenario as a whole.
    fn facts(&self) -> [(&'static str, String); 5] {
        let zones = self.time_zones.as_deref().unwrap_or(NOTHING);
        [
            ("model version", self.model_version.to_string()),
            ("scenario", self.scenario_hash.clone()),
            ("seed", self.seed.to_string()),
            ("replications", self.replications.to_string()),
            ("time zones", zones.to_owned()),
        ]
    }
}

impl BaselineProfile {
    /// What it says otherwise than before: each metric whose mean or median differs, and if none does, how many replications differ.
    fn changes_since(&self, before: &BaselineProfile) -> Vec<Change> {
        let gone = before
            .centres
            .keys()
            .filter(|metric| !self.centres.contains_key(*metric));
        let metrics: Vec<&String> = self.centres.keys().chain(gone).collect();
        let mut changes: Vec<Change> = before
            .facts(&metrics)
            .into_iter()
            .zip(self.facts(&metrics))
            .filter(|(was, is)| was != is)
            .map(|((what, was), (_, is))| change(&self.profile, what, &was, &is))
            .collect();
        let differing = self
            .digests
            .0
            .iter()
            .zip(&before.digests.0)
            .filter(|(now, before)| now != before)
            .count();
        if changes.is_empty() && differing > 0 {
            let all = self.digests.0.len().min(before.digests.0.len());
            let differ = format!("{differing} of them differ");
            changes.push(change(
                &self.profile,
                "replications",
                &all.to_string(),
                &differ,
            ));
        }
        changes
    }

    /// What it says that a user reads.
    fn facts<'m>(&self, metrics: &[&'m String]) -> Vec<(&'m str, String)> {
        let reached = self.threshold_reached.clone();
        let fixed = [
            ("robots", Some(self.robots.to_string())),
            ("threshold_reached, exact", reached),
        ];
        let centres = metrics
            .iter()
            .map(|metric| (metric.as_str(), self.centres.get(*metric).cloned()));
        let all = fixed.into_iter().chain(centres);
        all.map(|(what, is)| (what, is.unwrap_or_else(|| NOTHING.to_owned())))
            .collect()
    }
}

fn change(profile: &str, what: &str, was: &str, is: &str) -> Change {
    Change {
        profile: profile.to_owned(),
        what: what.to_owned(),
        was: was.to_owned(),
        is: is.to_owned(),
    }
}

fn plays(profile: &BaselineProfile) -> String {
    crate::units::count(profile.robots.into()) + " robots"
}
