//! From the chances of robots to the number that fail in the fleet.
//!
//! Cohorts that share no draw are independent, so the fleet falls into blocks of cohorts that do, and the law of the fleet is the
//! convolution of theirs. Within a block the law is averaged over one draw or two; where there are more, or where that would take too
//! long, the mean over the luck of the played replications has to do.

use crate::random::math::{beta_quantile, beta_quantile_upper, beta_sf, exp, normal_cdf, normal_sf, sqrt};
use crate::sim::Dice;
use crate::stats::{CountLaw, beta_nodes};
use crate::study::exact::ExactTail;
use crate::study::exact::chances::{Crowd, Crowds, Draw, Odds, any};

/// Terms below this are left out of laws that are averaged.
const NEGLIGIBLE: f64 = 1e-80;

/// Products of terms that an answer may cost: under a second.
const WORK_MAX: f64 = 4e8;

/// Replications that a mean over played luck takes at least, however long that is.
const REPLICATIONS_MIN: u64 = 30;

/// A probability that sums to more than 1 has a bend there; nothing is lost if this is all that lies beyond.
const BEYOND_MAX: f64 = 1e-15;

/// With which probability at least so many robots fail.
#[derive(Clone, Debug)]
pub(super) enum Counts {
    Exact(CountLaw),
    /// Means over played luck and their standard errors, by the number of robots from `first` on: fewer are certain, more never fail.
    GivenLuck {
        first: u64,
        tails: Vec<f64>,
        standard_errors: Vec<f64>,
    },
}

impl Counts {
    /// The mean over the luck drawn in the first replications: as many as there are, or as it is worth. Nothing from a single one.
    /// `more` are probabilities of a further mishap, by cohort.
    pub(super) fn given_luck(crowds: &Crowds, more: &[f64], dice: &Dice, replications: u64) -> Option<Counts> {
        if replications < 2 {
            return None;
        }
        let work = crowds.work_at_mean(&all(crowds));
        // Running means and sums of squares: a column for each number of failures would not fit into memory.
        let (mut first, mut means, mut squares) = (0, Vec::new(), Vec::new());
        let (mut seen, mut spent) = (0, 0.0);
        while seen < replications && (spent <= WORK_MAX || seen < REPLICATIONS_MIN) {
            let mishaps = dice.mishap_probabilities(seen);
            let failures = mishaps.into_iter().zip(more).map(|(mishaps, more)| any(mishaps.into_iter().chain([*more])));
            let law = law_of(&crowds.crowds.iter().zip(failures).collect::<Vec<_>>(), NEGLIGIBLE);
            seen += 1;
            if seen == 1 {
                first = law.first();
            }
            // So far all were sure below, and none above.
            let missing = first.saturating_sub(law.first()) as usize;
            means.splice(0..0, std::iter::repeat_n(1.0, missing));
            squares.splice(0..0, std::iter::repeat_n(0.0, missing));
            first -= missing as u64;
            let len = means.len().max((law.first() - first) as usize + law.len() + 1);
            means.resize(len, 0.0);
            squares.resize(len, 0.0);
            for ((mean, squares), tail) in means.iter_mut().zip(&mut squares).zip(law.upper_tails(first..first + len as u64)) {
                let deviation = tail - *mean;
                *mean += deviation / seen as f64;
                *squares += deviation * (tail - *mean);
            }
            spent += work + TAIL * len as f64;
        }
        let seen = seen as f64;
        let errors = squares.into_iter().map(|squares| sqrt(squares / (seen - 1.0) / seen));
        Some(Counts::GivenLuck { first, tails: means, standard_errors: errors.collect() })
    }

    pub(super) fn at_least(&self, failures: u32) -> ExactTail {
        match self {
            Counts::Exact(law) => ExactTail { value: law.upper_tail(failures.into()), standard_error: None },
            Counts::GivenLuck { first, tails, standard_errors } => {
                let Some(at) = u64::from(failures).checked_sub(*first) else {
                    return ExactTail { value: 1.0, standard_error: Some(0.0) };
                };
                let at = |values: &[f64]| values.get(at as usize).copied().unwrap_or(0.0);
                ExactTail { value: at(tails), standard_error: Some(at(standard_errors)) }
            }
        }
    }
}

/// The numbers of all crowds.
fn all(crowds: &Crowds) -> Vec<usize> {
    (0..crowds.crowds.len()).collect()
}

/// Crowds whose robots fail with the same probability are one.
struct Group {
    failure: f64,
    robots: u64,
    certain: CountLaw,
}

fn groups(crowds: &[(&Crowd, f64)]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (crowd, failure) in crowds {
        match groups.iter_mut().find(|group| group.failure == *failure) {
            Some(group) => {
                group.robots += crowd.robots;
                group.certain = group.certain.plus(&crowd.certain);
            }
            None => groups.push(Group { failure: *failure, robots: crowd.robots, certain: crowd.certain.clone() }),
        }
    }
    groups
}

/// The law of the number that fail of several crowds, each with the probability that one of its robots does.
fn law_of(crowds: &[(&Crowd, f64)], negligible: f64) -> CountLaw {
    let law = |group: &Group| {
        let mut mixture = None;
        for (certain, weight) in group.certain.terms() {
            let others = CountLaw::binomial_above(group.robots - certain, group.failure, negligible);
            others.shifted(certain).mix_into(&mut mixture, weight);
        }
        mixture.expect("a law has a term")
    };
    groups(crowds).iter().map(law).reduce(|sum, law| sum.plus(&law)).unwrap_or_else(|| CountLaw::certain(0))
}

impl Crowds {
    /// The law of the number of robots that fail in the fleet, over all luck; nothing where that is too much.
    pub(super) fn law(&self) -> Option<CountLaw> {
        let mut law: Option<CountLaw> = None;
        for block in self.blocks() {
            let block = self.law_of_block(&block)?;
            law = Some(law.map_or_else(|| block.clone(), |law| law.plus(&block)));
        }
        Some(law.unwrap_or_else(|| CountLaw::certain(0)))
    }

    /// The crowds that depend on each other's draws, directly or through others.
    fn blocks(&self) -> Vec<Vec<usize>> {
        // By draw, the block it is in; crowds without a draw are one block.
        let mut block_of: Vec<usize> = (0..self.draws.len()).collect();
        for crowd in &self.crowds {
            let mut draws = crowd.draws();
            let Some(first) = draws.next() else { continue };
            for draw in draws {
                let (kept, gone) = (block_of[first], block_of[draw]);
                block_of.iter_mut().filter(|block| **block == gone).for_each(|block| *block = kept);
            }
        }
        let without = self.draws.len();
        let mut blocks = vec![Vec::new(); without + 1];
        for (number, crowd) in self.crowds.iter().enumerate() {
            blocks[crowd.draws().next().map_or(without, |draw| block_of[draw])].push(number);
        }
        blocks.retain(|block| !block.is_empty());
        blocks
    }

    fn law_of_block(&self, block: &[usize]) -> Option<CountLaw> {
        let mut draws: Vec<usize> = block.iter().flat_map(|crowd| self.crowds[*crowd].draws()).collect();
        draws.sort_unstable();
        draws.dedup();
        if block.iter().any(|crowd| self.bends(&self.crowds[*crowd])) {
            return None;
        }
        let robots = block.iter().map(|crowd| self.crowds[*crowd].robots).sum();
        let work = self.work_at_mean(block);
        let nodes = |draw: usize| self.draws[draw].nodes(robots, WORK_MAX / work);
        let law = |luck: &[&[f64]], negligible| {
            let crowds = block.iter().map(|crowd| (&self.crowds[*crowd], self.crowds[*crowd].failure(luck)));
            law_of(&crowds.collect::<Vec<_>>(), negligible)
        };
        let mut luck: Vec<&[f64]> = vec![&[]; self.draws.len()];
        let mut mixture = None;
        match draws.as_slice() {
            [] => return Some(law(&luck, 1e-300)),
            [draw] => {
                for (weight, values) in &nodes(*draw)? {
                    luck[*draw] = values;
                    law(&luck, NEGLIGIBLE).mix_into(&mut mixture, *weight);
                }
            }
            [one, other] => {
                let (ones, others) = (nodes(*one)?, nodes(*other)?);
                let heavy = |weight: f64| weight > PAIR_MIN;
                let pairs = ones.iter().map(|(w, _)| others.iter().filter(|(v, _)| heavy(w * v)).count()).sum::<usize>();
                if pairs as f64 * work > WORK_MAX {
                    return None;
                }
                for (weight, values) in &ones {
                    for (with, others) in others.iter().filter(|(with, _)| heavy(weight * with)) {
                        luck[*one] = values;
                        luck[*other] = others;
                        law(&luck, NEGLIGIBLE).mix_into(&mut mixture, weight * with);
                    }
                }
            }
            _ => return None,
        }
        mixture
    }

    /// About the products of terms that the law of some crowds takes, given the luck.
    fn work_at_mean(&self, block: &[usize]) -> f64 {
        let mean = |draw: &Draw| draw.laws.iter().map(|(a, b)| a / (a + b)).collect::<Vec<f64>>();
        let means: Vec<Vec<f64>> = self.draws.iter().map(mean).collect();
        let luck: Vec<&[f64]> = means.iter().map(Vec::as_slice).collect();
        let crowds = block.iter().map(|crowd| (&self.crowds[*crowd], self.crowds[*crowd].failure(&luck)));
        let (mut work, mut terms) = (0.0, 0.0);
        for group in groups(&crowds.collect::<Vec<_>>()) {
            let own = CountLaw::binomial_above(group.robots, group.failure, NEGLIGIBLE).len() as f64;
            work += own * group.certain.len() as f64 * TERM + terms * own;
            terms += own + group.certain.len() as f64;
        }
        work
    }

    /// Whether the probabilities of a mishap add up to more than 1 for some luck, so that the chance to fail has a bend.
    fn bends(&self, crowd: &Crowd) -> bool {
        crowd.mishaps.iter().any(|odds| {
            let known: f64 = odds.iter().map(|odds| if let Odds::Known(p) = odds { *p } else { 0.0 }).sum();
            let drawn: Vec<(f64, f64)> = odds
                .iter()
                .filter_map(|odds| if let Odds::Drawn(draw, law) = odds { Some(self.draws[*draw].laws[*law]) } else { None })
                .collect();
            let share = (1.0 - known) / drawn.len() as f64;
            let alone = drawn.len() == 1 && known == 0.0;
            !alone && known < 1.0 && drawn.iter().any(|(a, b)| beta_sf(*a, *b, share) > BEYOND_MAX)
        })
    }
}

/// A term of a binomial law takes as long as so many products.
const TERM: f64 = 8.0;

/// So does a tail and its part in a mean.
const TAIL: f64 = 8.0;

/// Pairs of nodes lighter than this are left out.
const PAIR_MIN: f64 = 1e-40;

impl Draw {
    /// Nodes for the mean over the draw, each with its weight and the value of each law; nothing if there are more than `nodes_max`.
    fn nodes(&self, robots: u64, nodes_max: f64) -> Option<Vec<(f64, Vec<f64>)>> {
        let nodes: Vec<(f64, Vec<f64>)> = match self.laws.as_slice() {
            [(a, b)] => beta_nodes(*a, *b, robots).into_iter().map(|node| (node.weight, vec![node.p])).collect(),
            laws => normal_nodes(laws, robots, nodes_max)?,
        };
        (nodes.len() as f64 <= nodes_max).then_some(nodes)
    }
}

/// Nodes where several laws are read with one uniform number: by the trapezoidal rule in its normal score.
fn normal_nodes(laws: &[(f64, f64)], robots: u64, nodes_max: f64) -> Option<Vec<(f64, Vec<f64>)>> {
    /// Scores further out have a probability below 1e-60.
    const FARTHEST: f64 = 16.5;
    let n = robots as f64;
    // What is averaged is as narrow as a binomial law beside the luck, or as the steepest luck.
    let narrowest = laws.iter().map(|(a, b)| sqrt((a + b) / (n + a + b)).min(a.min(*b))).fold(1.0, f64::min);
    let step = 0.3 * narrowest;
    let steps = (FARTHEST / step).ceil();
    if 2.0 * steps + 1.0 > nodes_max {
        return None;
    }
    let node = |i: i64| {
        let score = i as f64 * step;
        let weight = step * exp(-0.5 * score * score) / sqrt(std::f64::consts::TAU);
        let value = |(a, b): &(f64, f64)| match score < 0.0 {
            true => beta_quantile(*a, *b, normal_cdf(score)),
            false => beta_quantile_upper(*a, *b, normal_sf(score)),
        };
        (weight, laws.iter().map(value).collect())
    };
    Some((-(steps as i64)..=steps as i64).map(node).collect())
}
