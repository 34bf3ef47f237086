//! The tables of docs/scenario.md, which are written from what is told of keys: `ROLLCAST_OVERWRITE=1 cargo test --test it schema::`.

use std::fs;

use rollcast::key::{Absent, Key, Keys, Takes};
use rollcast::rollout::RoboMaker;
use rollcast::scenario::keys::campaign::{
    CANARY, RECOVERY, RECOVERY_THRESHOLD, SYNC, deployment_config,
};
use rollcast::scenario::keys::cohort::{
    COHORT, CONNECTIVITY, HOURS, INVENTORY, INVENTORY_COLUMNS, SCRIPT, TRACE,
};
use rollcast::scenario::keys::document::{DOCUMENT, LINK};
use rollcast::scenario::keys::law::{QUANTILES, SAMPLES};
use rollcast::scenario::keys::release::{LATENT, RELEASE};
use rollcast::scenario::keys::results::{CHECK, TUNE};
use rollcast::units::Quantity;

use crate::common::sandbox::{checkout, expect};

/// The tables of keys in docs/scenario.md: what the first cell of each is, and its keys.
fn key_tables() -> Vec<(&'static str, Vec<Key>)> {
    let with = |keys: &Keys, more: Vec<Key>| [keys.keys.to_vec(), more].concat();
    vec![
        ("key", DOCUMENT.keys.to_vec()),
        ("`[release]`", RELEASE.keys.to_vec()),
        ("`latent`", LATENT.keys.to_vec()),
        ("`[rollout.robomaker]`", RoboMaker::ENGINE.keys.to_vec()),
        (
            "`[campaign.canary]`",
            with(&CANARY, deployment_config(None)),
        ),
        ("`[campaign.sync]`", SYNC.keys.to_vec()),
        (
            "`[campaign.recovery]`",
            with(&RECOVERY, deployment_config(Some(RECOVERY_THRESHOLD))),
        ),
        ("`[[link]]`", LINK.keys.to_vec()),
        ("`[[cohort]]`", COHORT.keys.to_vec()),
        ("script", SCRIPT.keys.to_vec()),
        ("`connectivity`", CONNECTIVITY.keys.to_vec()),
        ("hours", HOURS.keys.to_vec()),
        ("`{ trace }`", TRACE.keys.to_vec()),
        ("`robots`", INVENTORY.keys.to_vec()),
        ("`columns`", INVENTORY_COLUMNS.keys.to_vec()),
        ("`samples`", SAMPLES.keys.to_vec()),
        ("`quantiles`", QUANTILES.keys.to_vec()),
        ("`[tune]`", TUNE.keys.to_vec()),
        ("`[check]`", CHECK.keys.to_vec()),
    ]
}

fn key_row(key: &Key) -> String {
    let words: Vec<String> = key
        .words()
        .iter()
        .map(|word| format!("`\"{word}\"`"))
        .collect();
    let kind = match key.takes {
        Takes::Choice(_) => format!(": {}", words.join(", ")),
        Takes::Law(Quantity::Duration) => "; a law of durations".to_owned(),
        Takes::Law(_) => "; a law of rates".to_owned(),
        _ => String::new(),
    };
    let default = match key.absent {
        Absent::Required(_) => "required".to_owned(),
        Absent::Means(text) | Absent::Depends(text) => text.to_owned(),
        Absent::Is(text) if text.parse::<f64>().is_ok() || key.takes == Takes::Flag => {
            text.to_owned()
        }
        Absent::Is(text) => format!("`\"{text}\"`"),
    };
    let name = match key.takes {
        Takes::Tables => format!("[[{}]]", key.name),
        _ => key.name.to_owned(),
    };
    format!("| `{name}` | {}{kind} | {default} |\n", key.text())
}

#[test]
fn every_key_of_the_scenario_is_documented_as_it_is_told() {
    let path = checkout().join("docs/scenario.md");
    let mut text = fs::read_to_string(&path).unwrap();
    for (title, keys) in key_tables() {
        let header = format!("\n| {title} | meaning |");
        let start = text
            .find(&header)
            .unwrap_or_else(|| panic!("docs/scenario.md has no table {title}"))
            + 1;
        let length: usize = text[start..]
            .split_inclusive('\n')
            .take_while(|line| line.starts_with('|'))
            .map(str::len)
            .sum();
        let rows: String = keys.iter().map(key_row).collect();
        let table = format!("| {title} | meaning | default |\n|---|---|---|\n{rows}");
        text.replace_range(start..start + length, &table);
    }
    expect(&path, &text);
}
