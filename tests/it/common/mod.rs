//! What the tests of the engine share: worlds built by hand, random scenarios, replications in parallel, ranges of acceptance.

pub mod acceptance;
pub mod campaigns;
pub mod coverage;
pub mod sandbox;
pub mod scenarios;
pub mod tails;
pub mod walk;
pub mod worlds;

use rayon::prelude::*;
use rollcast::model::World;
use rollcast::rollout::Setting;
use rollcast::scenario::{Scenario, ScenarioFile};
use rollcast::sim::{Dice, Draws, Outcome, Player};

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

/// A scenario file that can be read.
pub fn scenario_file(path: &str) -> ScenarioFile {
    ScenarioFile::read(path.as_ref()).unwrap_or_else(|found| panic!("{}", found.render(false)))
}

/// What a file says that is sound.
pub fn checked(file: &ScenarioFile) -> Scenario {
    file.check(&[])
        .unwrap_or_else(|found| panic!("{}", found.render(false)))
        .0
}
