//! The chances of one robot of a fleet, by what the scenario gives as probabilities: time plays no part.

use crate::model::{Cohort, FaultStage, World};
use crate::theory::view::{dead_share, without_share};

/// What becomes of a robot chosen at random.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct RobotChances {
    pub(super) fails: f64,
    /// It fails before the command reaches it.
    pub(super) unexposed: f64,
}

impl RobotChances {
    pub(super) fn of(world: &World) -> RobotChances {
        let mut sum = RobotChances {
            fails: 0.0,
            unexposed: 0.0,
        };
        for cohort in &world.fleet.cohorts {
            let share = f64::from(cohort.robots) / f64::from(world.fleet.robots());
            let RobotChances { fails, unexposed } = RobotChances::of_cohort(world, cohort);
            sum.unexposed += share * unexposed;
            sum.fails += share * fails;
        }
        sum
    }

    /// Of a robot of a cohort.
    pub(super) fn of_cohort(world: &World, cohort: &Cohort) -> RobotChances {
        let (certain, cloud) = (
            certain(world, cohort),
            faults(cohort, |stage| stage == FaultStage::CloudCheck),
        );
        RobotChances {
            fails: certain + (1.0 - certain) * mishap(cohort),
            unexposed: certain + (1.0 - certain) * cloud,
        }
    }
}

/// The share that never answers or has no bundle.
fn certain(world: &World, cohort: &Cohort) -> f64 {
    1.0 - (1.0 - without_share(cohort, &world.release)) * (1.0 - dead_share(cohort))
}

/// The mean probability of any mishap: means of independent ones multiply.
fn mishap(cohort: &Cohort) -> f64 {
    let well = cohort
        .scripts
        .iter()
        .map(|(_, script)| 1.0 - (script.failure.mean() + script.hang.mean()).min(1.0))
        .product::<f64>();
    1.0 - well * (1.0 - faults(cohort, |_| true))
}

fn faults(cohort: &Cohort, at: impl Fn(FaultStage) -> bool) -> f64 {
    cohort
        .faults
        .iter()
        .filter(|fault| at(fault.stage))
        .map(|fault| fault.probability.mean())
        .sum::<f64>()
        .min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::ScenarioFile;
    use crate::sim::{Dice, Player};

    /// The means of a rollout that nothing stops.
    #[test]
    fn chances_are_shares_of_robots_that_nothing_stops() {
        let text = "name = \"robot\"\n[release]\nversion = 1\nbundle = { X86_64 = \"1 MB\" }\n\
             [rollout.robomaker]\nconcurrent_deployment_percentage = 100\nfailure_threshold_percentage = 100\n\
             [[cohort]]\nname = \"a\"\nrobots = 100\narchitecture = { X86_64 = 0.9, ARM64 = 0.1 }\ndead = 0.05\n\
             download_rate = \"1 MB/s\"\npre_launch = { duration = \"1s\", failure = 0.1, hang = 0.05 }\n\
             post_launch = { duration = \"1s\", failure = { beta = { mean = 0.2, correlation = 0.1 } } }\n\
             faults = { BadPermissionError = 0.1, EtagMismatch = 0.03 }\n\
             [[cohort]]\nname = \"b\"\nrobots = 50\narchitecture = \"X86_64\"\ndownload_rate = \"1 MB/s\"\n";
        let file = ScenarioFile::parse("robot.toml", text.to_owned(), Default::default())
            .unwrap_or_else(|_| panic!("text"));
        let (scenario, _) = file
            .check(&[])
            .unwrap_or_else(|found| panic!("{}", found.render(false)));
        let profile = &scenario.profiles[0];
        let chances = RobotChances::of(&profile.world);
        let dice = Dice::new(&profile.world);
        let mut player = Player::new(&dice);
        let (mut failed, mut unexposed, replications) = (0.0, 0.0, 2_000);
        for replication in 0..replications {
            player.draw(replication);
            let outcome = player.play(&profile.rules.setting(150));
            failed += f64::from(outcome.failed);
            unexposed += f64::from(150 - outcome.exposed);
        }
        let share = |robots: f64| robots / 150.0 / replications as f64;
        assert!(
            (share(failed) - chances.fails).abs() < 0.005,
            "{} {chances:?}",
            share(failed)
        );
        assert!(
            (share(unexposed) - chances.unexposed).abs() < 0.002,
            "{} {chances:?}",
            share(unexposed)
        );
    }
}
