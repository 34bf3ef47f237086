//! Exact answers for all rows of a plan: settings that share a world and a robot timeout share a law of failures.

use rayon::prelude::*;

use crate::model::Ms;
use crate::sim::Dice;
use crate::study::plan::{Plan, Play};
use crate::study::scheme::Scheme;
use crate::theory::exact::{Exactness, FailureLaw, WhyNot};

impl Plan {
    /// By row, the probability that the threshold is reached; where it depends on rates drawn for each replication, given those of the
    /// `replications` played.
    pub fn exact_tails(&self, replications: u64) -> Vec<Exactness> {
        let groups: Vec<&[Play]> = self
            .plays
            .chunk_by(|a, b| a.world == b.world && timeout(a) == timeout(b))
            .collect();
        let answers: Vec<Vec<Exactness>> = groups
            .par_iter()
            .map(|plays| self.answers(plays, replications))
            .collect();
        let mut rows: Vec<Option<Exactness>> = vec![None; self.counts().rows];
        for (play, answer) in self.plays.iter().zip(answers.into_iter().flatten()) {
            play.rows
                .iter()
                .for_each(|row| rows[*row] = Some(answer.clone()));
        }
        rows.into_iter()
            .map(|row| row.expect("a bug: a row without a play"))
            .collect()
    }

    /// The answers for plays that share a world and a robot timeout.
    fn answers(&self, plays: &[Play], replications: u64) -> Vec<Exactness> {
        let Some(timeout) = timeout(&plays[0]) else {
            return vec![Err(WhyNot::Campaign); plays.len()];
        };
        let world = &self.worlds[plays[0].world];
        let law = FailureLaw::of(world, &Dice::new(world), timeout, replications);
        let answers = plays.iter().map(|play| match &play.scheme {
            Scheme::Job(setting) => law.as_ref().map_err(Clone::clone)?.reached(setting),
            Scheme::Campaign(_) => Err(WhyNot::Campaign),
        });
        answers.collect()
    }
}

fn timeout(play: &Play) -> Option<Ms> {
    match &play.scheme {
        Scheme::Job(setting) => Some(setting.robot_timeout),
        Scheme::Campaign(_) => None,
    }
}
