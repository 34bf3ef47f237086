//! Profiles that are no other hypothesis than the base.

use crate::scenario::{BASE, Change, Diagnostic, Scenario, ScenarioFile};
use crate::study::lint::{Finding, Remark};

/// Of the scenario as a whole.
pub(super) fn findings(file: &ScenarioFile, scenario: &Scenario) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Some(base) = scenario.profile(BASE) else {
        return findings;
    };
    let written = file.with_profile(BASE);
    for profile in scenario
        .profiles
        .iter()
        .filter(|profile| profile.name != BASE)
    {
        let name = &profile.name;
        let same = (&profile.world, &profile.rules, &profile.campaign)
            == (&base.world, &base.rules, &base.campaign);
        if same {
            let title = format!("profile {name} is the base");
            let remark = Remark::warning(
                "profile-changes-nothing",
                title,
                format!("profile.{name}"),
                "changes nothing",
            )
            .why("it has the values of the base, so all its results are the base's, to the byte")
            .help("change a value in it, or leave it out");
            findings.push(finding(remark.rule, remark.placed(&written)));
            continue;
        }
        for Change { key, place, .. } in file
            .changes(name)
            .into_iter()
            .filter(|change| !change.is_new)
        {
            let title = format!("`{key}` of profile {name} has the value of the base");
            let diagnostic = Diagnostic::warning(title, &place, "the same there")
                .why("it changes nothing")
                .help("leave it out, or write what it was meant to be");
            findings.push(finding("change-without-effect", diagnostic));
        }
    }
    findings
}

fn finding(rule: &'static str, diagnostic: Diagnostic) -> Finding {
    Finding {
        rule,
        diagnostic,
        profiles: Vec::new(),
    }
}
