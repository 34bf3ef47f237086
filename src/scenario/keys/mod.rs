//! The keys of a scenario file, told once: the reader, the schema, `explain` and the tables of docs/scenario.md come from here.
//!
//! The keys of an engine's rules are told by the engine.

pub mod campaign;
pub mod cohort;
pub mod document;
pub mod law;
pub mod release;
pub mod results;

use crate::key::{Key, Keys};
use crate::rollout::ENGINES;

/// The key of another table that a key may mean which its own does not have, with its path: one of the same name, or one whose name has
/// the same words and more.
pub fn elsewhere(name: &str) -> Option<String> {
    let engines = ENGINES
        .iter()
        .map(|engine| (engine.table.path(), engine.table.keys));
    let tables = [
        ("", document::DOCUMENT),
        ("release", release::RELEASE),
        ("cohort", cohort::COHORT),
        ("link", document::LINK),
        ("cohort.connectivity", cohort::CONNECTIVITY),
        ("campaign.canary", campaign::CANARY),
        ("campaign.sync", campaign::SYNC),
        ("campaign.recovery", campaign::RECOVERY),
        ("tune", results::TUNE),
        ("check", results::CHECK),
    ];
    let tables = tables.map(|(path, Keys { keys, .. })| (path.to_owned(), keys));
    let all: Vec<(String, &[Key])> = engines.chain(tables).collect();
    let words = |name: &str| name.split('_').map(str::to_lowercase).collect::<Vec<_>>();
    let typed = words(name);
    let means = |key: &Key, exactly: bool| match exactly {
        true => key.name == name,
        false => typed.len() > 1 && typed.iter().all(|word| words(key.name).contains(word)),
    };
    [true, false].into_iter().find_map(|exactly| {
        all.iter().find_map(|(path, keys)| {
            let key = keys.iter().find(|key| means(key, exactly))?;
            Some(match path.as_str() {
                "" => key.name.to_owned(),
                path => format!("{path}.{}", key.name),
            })
        })
    })
}
