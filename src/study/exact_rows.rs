//! Exact answers for all rows of a plan: a law for each world and robot timeout answers for all settings that share them.

use rayon::prelude::*;

use crate::sim::Dice;
use crate::study::plan::{Plan, Play};
use crate::study::scheme::Scheme;
use crate::theory::exact::{Exactness, FailureLaw, WhyNot};

impl Plan {
    /// By row, the probability that the threshold is reached; where it depends on the luck, on that of the `replications` played.
    pub fn exact_tails(&self, replications: u64) -> Vec<Exactness> {
        let timeout = |play: &Play| match &play.scheme {
            Scheme::Job(setting) => Some(setting.robot_timeout),
            Scheme::Campaign(_) => None,
        };
        let same = |a: &Play, b: &Play| a.world == b.world && timeout(a) == timeout(b);
        let groups: Vec<&[Play]> = self.plays.chunk_by(same).collect();
        let answers = |plays: &&[Play]| {
            let world = &self.worlds[plays[0].world];
            let Some(timeout) = timeout(&plays[0]) else {
                return vec![Err(WhyNot::Campaign); plays.len()];
            };
            let law = FailureLaw::of(world, &Dice::new(world), timeout, replications);
            let answer = |play: &Play| match &play.scheme {
                Scheme::Job(setting) => law
                    .as_ref()
                    .map_err(Clone::clone)
                    .and_then(|law| law.reached(setting)),
                Scheme::Campaign(_) => Err(WhyNot::Campaign),
            };
            plays.iter().map(answer).collect::<Vec<Exactness>>()
        };
        let answers: Vec<Vec<Exactness>> = groups.par_iter().map(answers).collect();
        let mut rows: Vec<Option<Exactness>> = vec![None; self.counts().rows];
        for (play, answer) in self.plays.iter().zip(answers.into_iter().flatten()) {
            play.rows
                .iter()
                .for_each(|row| rows[*row] = Some(answer.clone()));
        }
        rows.into_iter()
            .map(|row| row.expect("every row has a play"))
            .collect()
    }
}
