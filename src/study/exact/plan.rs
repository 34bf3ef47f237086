//! Exact answers for all rows of a plan: a law for each world and robot timeout answers for all settings that share them.

use rayon::prelude::*;

use crate::sim::Dice;
use crate::study::exact::{Exactness, FailureLaw};
use crate::study::plan::{Plan, Play};

impl Plan {
    /// By row, the probability that the threshold is reached; where it depends on the luck of so many played replications, on that.
    pub fn exact_tails(&self, replications: u64) -> Vec<Exactness> {
        let same = |a: &Play, b: &Play| a.world == b.world && a.setting.robot_timeout == b.setting.robot_timeout;
        let groups: Vec<&[Play]> = self.plays.chunk_by(same).collect();
        let answers = |plays: &&[Play]| {
            let world = &self.worlds[plays[0].world];
            let law = FailureLaw::of(world, &Dice::new(world), plays[0].setting.robot_timeout, replications);
            let answer = |play: &Play| law.as_ref().map_err(Clone::clone).and_then(|law| law.reached(&play.setting));
            plays.iter().map(answer).collect::<Vec<Exactness>>()
        };
        let answers: Vec<Vec<Exactness>> = groups.par_iter().map(answers).collect();
        let mut rows: Vec<Option<Exactness>> = vec![None; self.counts().rows];
        for (play, answer) in self.plays.iter().zip(answers.into_iter().flatten()) {
            play.rows.iter().for_each(|row| rows[*row] = Some(answer.clone()));
        }
        rows.into_iter().map(|row| row.expect("every row has a play")).collect()
    }
}
