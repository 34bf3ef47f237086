//! Profiles that are no other hypothesis than the base.

use crate::scenario::{BASE, Scenario, ScenarioFile};
use crate::study::lint::Remark;

/// Of the scenario as a whole.
pub(super) fn remarks(file: &ScenarioFile, scenario: &Scenario) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let Some(base) = scenario.profiles.iter().find(|profile| profile.name == BASE) else { return remarks };
    for profile in scenario.profiles.iter().filter(|profile| profile.name != BASE) {
        let name = &profile.name;
        let same = (&profile.world, &profile.rules, &profile.campaign) == (&base.world, &base.rules, &base.campaign);
        if same {
            remarks.push(
                Remark::warning(
                    "profile-changes-nothing",
                    format!("profile {name} is the base"),
                    format!("profile.{name}"),
                    "changes nothing",
                )
                .why("what it says is what the base says, so every result of it is the base's, to the byte")
                .help("change a value in it, or leave it out"),
            );
            continue;
        }
        for (key, _) in file.changes(name).into_iter().filter(|(key, is_new)| !is_new && !key.contains('"')) {
            let title = format!("`{key}` of profile {name} has the value of the base");
            remarks.push(
                Remark::warning("change-without-effect", title, format!("profile.{name}.\"{key}\""), "the same there")
                    .why("it changes nothing")
                    .help("leave it out, or write what it was meant to be"),
            );
        }
    }
    remarks
}
