//! What the tests of the engine share: worlds built by hand, random scenarios, scenario files, replications in parallel, ranges of
//! acceptance.

pub mod acceptance;
pub mod campaigns;
pub mod coverage;
pub mod poisson_binomial;
pub mod sandbox;
pub mod scenarios;
pub mod tails;
pub mod walk;
pub mod worlds;

use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rollcast::model::World;
use rollcast::rollout::Setting;
use rollcast::scenario::{Scenario, ScenarioFile};
use rollcast::sim::{Dice, Draws, Outcome, Player};
use rollcast::study::{Finding, Scheme, lint};

/// Plays replications `0..count` of a world in parallel; results come in replication order.
pub fn replicate<T: Send>(
    world: &World,
    count: u64,
    play: impl Fn(&mut Player) -> T + Sync,
) -> Vec<T> {
    let dice = Dice::new(world);
    let worker = || Player::new(&dice);
    let replication = |player: &mut Player, replication| {
        player.draw(replication);
        play(player)
    };
    (0..count)
        .into_par_iter()
        .map_init(worker, replication)
        .collect()
}

/// The outcomes of replications `0..count` under one setting.
pub fn play(world: &World, setting: &Setting, count: u64) -> Vec<Outcome> {
    replicate(world, count, |player| player.play(setting))
}

/// The outcome of the first replication under one setting.
pub fn play_once(world: &World, setting: &Setting) -> Outcome {
    play(world, setting, 1).remove(0)
}

/// Everything the dice hold for a fleet of `n` in the drawn replication, by robot.
pub fn all_draws(player: &Player, n: u32) -> Vec<Draws> {
    (0..n).map(|robot| player.draws(robot)).collect()
}

/// Runs `check` on every seed below `count`, in parallel.
pub fn for_each_seed(count: u64, check: impl Fn(u64) + Sync + Send) {
    (0..count).into_par_iter().for_each(check);
}

/// The text of a file of the checkout, where tests run.
pub fn text_of(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A scenario file that can be read.
pub fn scenario_file(path: impl AsRef<Path>) -> ScenarioFile {
    ScenarioFile::read(path.as_ref()).unwrap_or_else(|found| panic!("{}", found.render(false)))
}

/// A scenario file of a text, with its data in `folder`.
pub fn parsed(text: impl Into<String>, folder: impl Into<PathBuf>) -> ScenarioFile {
    ScenarioFile::parse("test.toml", text.into(), folder.into())
        .unwrap_or_else(|found| panic!("{}", found.render(false)))
}

/// Edits a file as `--set` does.
pub fn set_key(file: &mut ScenarioFile, edit: &str) {
    file.set("--set", edit)
        .unwrap_or_else(|found| panic!("{}", found.render(false)));
}

/// What a file says that is sound.
pub fn checked(file: &ScenarioFile) -> Scenario {
    file.check(&[])
        .unwrap_or_else(|found| panic!("{}", found.render(false)))
        .0
}

/// What a file says that is sound, and what lint finds in it.
pub fn linted(file: &ScenarioFile) -> (Scenario, Vec<Finding>) {
    let (scenario, warnings) = file
        .check(&[])
        .unwrap_or_else(|found| panic!("{}", found.render(false)));
    let findings = lint(file, &scenario, &warnings);
    (scenario, findings)
}

/// The finding of a rule.
pub fn finding<'f>(findings: &'f [Finding], rule: &str) -> &'f Finding {
    findings
        .iter()
        .find(|finding| finding.rule == rule)
        .unwrap_or_else(|| panic!("no {rule} among {findings:#?}"))
}

/// The outcomes of the first replications of a profile.
pub fn played(scenario: &Scenario, profile: usize, replications: u64) -> Vec<Outcome> {
    let profile = &scenario.profiles[profile];
    let scheme = Scheme::of(profile);
    replicate(&profile.world, replications, |player| scheme.play(player))
}

/// The next word of a generator: SplitMix64 (Steele, Lea and Flood 2014).
pub fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A text in one line, wherever it was folded.
pub fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}
