//! Every value of a scenario as it stands: what the file or a flag says, and the defaults of what nobody said.

use std::collections::HashMap;

use crate::model::Cohort;
use crate::rollout::{Campaign, EngineTable, Rules, Takes};
use crate::scenario::{Profile, Scenario, ScenarioFile, Written};
use crate::units::{Quantity, duration};

/// A value of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedValue {
    pub key: String,
    /// With its unit; as it was written, where it was.
    pub text: String,
    pub is_default: bool,
}

/// All values of a profile, the base's among them, in the order of the documentation.
pub fn explained_values(
    file: &ScenarioFile,
    scenario: &Scenario,
    profile: &Profile,
) -> Vec<ExplainedValue> {
    let mut values = Values {
        written: file.with_profile(&profile.name),
        rows: Vec::new(),
    };
    values.of(
        "",
        &[
            ("name", None),
            ("seed", Some("1")),
            ("replications", Some("1000")),
        ],
    );
    let observe_for = (!values.has("observe_after")).then_some("0s");
    let start = scenario.has_windows().then_some("");
    values.of(
        "",
        &[
            ("start", start),
            ("observe_for", observe_for),
            ("observe_after", None),
        ],
    );
    values.of(
        "release",
        &[
            ("version", None),
            ("bundle", None),
            ("luck", Some("shared")),
            ("latent", Some("none")),
        ],
    );
    rollout(&mut values, profile.rules.table());
    campaign(&mut values, profile.campaign.as_ref(), &profile.rules);
    for link in &profile.world.links {
        values.of(&named("link", &link.name), &[("capacity", None)]);
    }
    for it in &profile.world.fleet.cohorts {
        cohort(&mut values, it);
    }
    values.rows
}

struct Values {
    written: Written,
    rows: Vec<ExplainedValue>,
}

impl Values {
    /// Keys of a table with their defaults; what has none is left out where nobody wrote it.
    fn of(&mut self, table: &str, keys: &[(&str, Option<&str>)]) {
        for (key, default) in keys {
            let key = if table.is_empty() {
                (*key).to_owned()
            } else {
                format!("{table}.{key}")
            };
            let written = self.written.value(&key);
            let is_default = written.is_none();
            let Some(text) =
                written.or_else(|| default.filter(|text| !text.is_empty()).map(str::to_owned))
            else {
                continue;
            };
            let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
            let unit = match key.rsplit('.').next() {
                Some(last) if last.ends_with("_percentage") => " %",
                Some("robots") if is_number => " robots",
                _ => "",
            };
            self.rows.push(ExplainedValue {
                text: format!("{text}{unit}"),
                key,
                is_default,
            });
        }
    }

    fn has(&self, key: &str) -> bool {
        self.written.value(key).is_some()
    }
}

fn rollout(values: &mut Values, engine: &EngineTable) {
    for key in engine.keys {
        let default = match (key.takes, key.default) {
            (_, "") => key.without.to_owned(),
            (Takes::Duration { .. }, text) => duration(
                Quantity::Duration
                    .parse(text)
                    .expect("a bug: a default that is no duration"),
            ),
            (_, text) => text.to_owned(),
        };
        values.of(&engine.path(), &[(key.name, Some(default.as_str()))]);
    }
}

fn campaign(values: &mut Values, campaign: Option<&Campaign>, rules: &Rules) {
    let Some(campaign) = campaign.filter(|_| rules.has_knobs()) else {
        return;
    };
    let [concurrency, threshold] =
        [rules.levels().concurrency, rules.levels().threshold].map(|level| level.to_string());
    let timeout = duration(rules.robot_timeout() as f64);
    let engine = rules.table();
    let concurrency = (engine.concurrency, Some(concurrency.as_str()));
    let timeout = (engine.timeout, Some(timeout.as_str()));
    if campaign.canary.is_some() {
        let table = "campaign.canary";
        let pick = Some("random").filter(|_| !values.has("campaign.canary.cohorts"));
        values.of(
            table,
            &[
                ("robots", None),
                ("share", None),
                ("cohorts", None),
                ("pick", pick),
            ],
        );
        values.of(
            table,
            &[
                concurrency,
                (engine.threshold, Some(threshold.as_str())),
                timeout,
            ],
        );
        values.of(table, &[("soak", Some("0s")), ("rejoin", Some("false"))]);
    }
    if campaign.sync.is_some() {
        let keys = [
            ("times", Some("1")),
            ("until", Some("1")),
            ("interval", Some("0s")),
            ("after_failure", Some("never")),
        ];
        values.of("campaign.sync", &keys);
    }
    if campaign.recovery.is_some() {
        let table = "campaign.recovery";
        values.of(
            table,
            &[
                ("version", Some("the old one")),
                ("bundle", Some("as in release")),
                ("delay", Some("0s")),
            ],
        );
        values.of(
            table,
            &[concurrency, (engine.threshold, Some("100")), timeout],
        );
    }
}

fn cohort(values: &mut Values, cohort: &Cohort) {
    let table = named("cohort", &cohort.name);
    let architecture = Some("").filter(|_| cohort.inventory.is_empty());
    values.of(
        &table,
        &[
            ("robots", None),
            ("architecture", architecture),
            ("dead", Some("0")),
            ("joins", Some("from the beginning")),
        ],
    );
    values.of(
        &table,
        &[
            ("link", Some("none")),
            ("download_rate", Some("as in the inventory")),
        ],
    );
    let when = [
        ("connectivity", Some("always online")),
        ("maintenance", Some("at any time")),
        ("zone", None),
    ];
    values.of(&table, &when);
    let extract = Some("no time").filter(|_| !values.has(&format!("{table}.extract_rate")));
    values.of(
        &table,
        &[("extract_rate", None), ("extract_duration", extract)],
    );
    for step in [
        "validating",
        "download_condition",
        "pre_launch",
        "launching",
        "post_launch",
    ] {
        let key = format!("{table}.{step}");
        let is_script = !["validating", "launching"].contains(&step);
        if !values.has(&key) {
            values.of(
                &table,
                &[(
                    step,
                    Some(if is_script { "no such step" } else { "no time" }),
                )],
            );
            continue;
        }
        values.of(&key, &[("duration", None)]);
        if is_script {
            let keys = [
                ("failure", "0"),
                ("hang", "0"),
                ("fails_after", "as long as its duration"),
                ("repeat", "1"),
            ];
            values.of(&key, &keys.map(|(key, default)| (key, Some(default))));
        }
    }
    values.of(
        &table,
        &[("faults", Some("none")), ("recovery", Some("0s"))],
    );
}

fn named(what: &str, name: &str) -> String {
    if name.contains('.') {
        format!("{what}.\"{name}\"")
    } else {
        format!("{what}.{name}")
    }
}

/// What a profile changes: key, the base's value, its own; `None` where there is none.
pub fn explained_changes(
    base: &[ExplainedValue],
    own: &[ExplainedValue],
) -> Vec<(String, Option<String>, Option<String>)> {
    let texts = |rows: &'_ [ExplainedValue]| -> HashMap<String, String> {
        rows.iter()
            .map(|row| (row.key.clone(), row.text.clone()))
            .collect()
    };
    let (before, after) = (texts(base), texts(own));
    let mut keys: Vec<&String> = base.iter().map(|row| &row.key).collect();
    keys.extend(
        own.iter()
            .map(|row| &row.key)
            .filter(|key| !before.contains_key(*key)),
    );
    let changes = keys.into_iter().map(|key| {
        (
            key.clone(),
            before.get(key).cloned(),
            after.get(key).cloned(),
        )
    });
    changes
        .filter(|(_, before, after)| before != after)
        .collect()
}
