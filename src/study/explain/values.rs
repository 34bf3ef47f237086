//! Every value of a scenario as it stands: what the file or a flag says, and the defaults of what nobody said.

use std::collections::HashMap;

use crate::key::{Absent, Key, Takes};
use crate::model::{Cohort, ScriptStep};
use crate::rollout::{Campaign, EngineTable, Rules};
use crate::scenario::keys::campaign::{CANARY, RECOVERY, RECOVERY_THRESHOLD, SYNC};
use crate::scenario::keys::cohort::{COHORT, SCRIPT, TIMED};
use crate::scenario::keys::document::{DOCUMENT, LINK};
use crate::scenario::keys::release::RELEASE;
use crate::scenario::{Profile, ScenarioFile, Written};
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
pub fn explained_values(file: &ScenarioFile, profile: &Profile) -> Vec<ExplainedValue> {
    let mut values = Values {
        written: file.with_profile(&profile.name),
        rows: Vec::new(),
    };
    let watch = if values.has("observe_after") {
        "observe_for"
    } else {
        "observe_after"
    };
    let before_tables = DOCUMENT
        .keys
        .iter()
        .take_while(|key| key.takes != Takes::Table);
    values.keys("", before_tables.filter(|key| key.name != watch));
    values.keys("release", RELEASE.keys);
    rollout(&mut values, profile.rules.table());
    campaign(&mut values, profile.campaign.as_ref(), &profile.rules);
    for link in &profile.world.links {
        let keys = LINK.keys.iter().filter(|key| key.name != "name");
        values.keys(&named("link", &link.name), keys);
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

    /// Keys of a table as they are told.
    fn keys<'k>(&mut self, table: &str, keys: impl IntoIterator<Item = &'k Key>) {
        for key in keys {
            let default = match key.absent {
                Absent::Is(text) | Absent::Means(text) => Some(text),
                Absent::Required(_) | Absent::Depends(_) => None,
            };
            self.of(table, &[(key.name, default)]);
        }
    }

    fn has(&self, key: &str) -> bool {
        self.written.value(key).is_some()
    }
}

fn rollout(values: &mut Values, engine: &EngineTable) {
    for key in engine.keys {
        let default = match (key.takes, key.absent) {
            (Takes::Duration(..), Absent::Is(text)) => duration(
                Quantity::Duration
                    .parse(text)
                    .expect("a bug: a default that is no duration"),
            ),
            (_, Absent::Is(text) | Absent::Means(text)) => text.to_owned(),
            (_, Absent::Required(_) | Absent::Depends(_)) => continue,
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
    let config = |threshold| [concurrency, (engine.threshold, Some(threshold)), timeout];
    if campaign.canary.is_some() {
        let has_cohorts = values.has("campaign.canary.cohorts");
        let keys = CANARY.keys.iter();
        values.keys(
            CANARY.name,
            keys.filter(|key| !(has_cohorts && key.name == "pick")),
        );
        values.of(CANARY.name, &config(&threshold));
    }
    if campaign.sync.is_some() {
        values.keys(SYNC.name, SYNC.keys);
    }
    if campaign.recovery.is_some() {
        values.keys(RECOVERY.name, RECOVERY.keys);
        values.of(RECOVERY.name, &config(RECOVERY_THRESHOLD));
    }
}

fn cohort(values: &mut Values, cohort: &Cohort) {
    let table = named("cohort", &cohort.name);
    for key in COHORT.keys {
        let path = format!("{table}.{}", key.name);
        let is_script = ScriptStep::ALL.iter().any(|step| step.name() == key.name);
        match key.name {
            "name" => {}
            "download_rate" => values.of(&table, &[(key.name, Some("as in the inventory"))]),
            "extract_rate" => values.of(&table, &[(key.name, None)]),
            "extract_duration" if values.has(&format!("{table}.extract_rate")) => {}
            "validating" | "launching" if values.has(&path) => values.keys(&path, TIMED.keys),
            _ if is_script && values.has(&path) => values.keys(&path, SCRIPT.keys),
            _ => values.keys(&table, [key]),
        }
    }
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
