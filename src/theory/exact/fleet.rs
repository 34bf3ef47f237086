//! From the chances of robots to the number that fail in the fleet.
//!
//! Cohorts that share no draw are independent, so the fleet falls into blocks of cohorts that do, and the law of the fleet is the
//! convolution of theirs. Within a block the law is averaged over one draw or two; where there are more, or where that would take too
//! long, the mean over the luck of the played replications has to do.

use crate::numeric::math::{pow, sqrt};
use crate::sim::Dice;
use crate::stats::LEVEL;
use crate::stats::{CountLaw, Interval, student_t_factor};
use crate::theory::exact::chances::{Crowd, Crowds, Draw, any};
use crate::theory::exact::kinks::Kink;
use crate::theory::exact::nodes::Node;
use crate::theory::exact::tail::ExactTail;
use crate::theory::exact::why_not::WhyNot;

/// Terms below this are left out of laws that are averaged.
const NEGLIGIBLE: f64 = 1e-80;

/// Products of terms that an answer may cost: under a second.
const WORK_MAX: f64 = 4e8;

/// Replications that a mean over played luck takes at least, however long that is.
const REPLICATIONS_MIN: u64 = 30;

/// The probability that at least k robots fail.
#[derive(Clone, Debug)]
pub(super) enum FailureCounts {
    Exact(CountLaw),
    /// Means over the luck of the replications and their standard errors, by the number of robots from `first` on: fewer failed under
    /// all of it, more under none.
    GivenLuck {
        first: u64,
        seen: u64,
        tails: Vec<f64>,
        standard_errors: Vec<f64>,
    },
}

impl FailureCounts {
    /// The law with one more mishap, whose probability is given by cohort: exactly, or else given the luck of the first replications.
    pub(super) fn of(
        crowds: &Crowds,
        more: &[f64],
        dice: &Dice,
        replications: u64,
    ) -> Result<FailureCounts, WhyNot> {
        match crowds.with(more).law() {
            Some(law) => Ok(FailureCounts::Exact(law)),
            None => FailureCounts::given_luck(crowds, more, dice, replications)
                .ok_or(WhyNot::OneReplication),
        }
    }

    /// The mean over the luck drawn in the first replications: as many as there are, or as it is worth. Nothing from a single one.
    /// `more` are probabilities of a further mishap, by cohort.
    pub(super) fn given_luck(
        crowds: &Crowds,
        more: &[f64],
        dice: &Dice,
        replications: u64,
    ) -> Option<FailureCounts> {
        if replications < 2 {
            return None;
        }
        let work = crowds.work_at_mean(&all(crowds));
        // Running means and sums of squares: a column for each number of failures would not fit into memory.
        let (mut first, mut means, mut squares) = (0, Vec::new(), Vec::new());
        let (mut seen, mut spent) = (0, 0.0);
        while seen < replications && (spent <= WORK_MAX || seen < REPLICATIONS_MIN) {
            let mishaps = dice.mishap_probabilities(seen);
            let failures = mishaps
                .into_iter()
                .zip(more)
                .map(|(mishaps, more)| any(mishaps.into_iter().chain([*more])));
            let law = law_of(
                &crowds.crowds.iter().zip(failures).collect::<Vec<_>>(),
                NEGLIGIBLE,
            );
            seen += 1;
            if seen == 1 {
                first = law.first();
            }
            // So far all were sure below, and none above.
            let missing = first.saturating_sub(law.first()) as usize;
            means.splice(0..0, std::iter::repeat_n(1.0, missing));
            squares.splice(0..0, std::iter::repeat_n(0.0, missing));
            first -= missing as u64;
            let len = means
                .len()
                .max((law.first() - first) as usize + law.len() + 1);
            means.resize(len, 0.0);
            squares.resize(len, 0.0);
            for ((mean, squares), tail) in means
                .iter_mut()
                .zip(&mut squares)
                .zip(law.upper_tails(first..first + len as u64))
            {
                let deviation = tail - *mean;
                *mean += deviation / seen as f64;
                *squares += deviation * (tail - *mean);
            }
            spent += work + TAIL * len as f64;
        }
        let errors = squares
            .into_iter()
            .map(|squares| sqrt(squares / (seen as f64 - 1.0) / seen as f64));
        Some(FailureCounts::GivenLuck {
            first,
            seen,
            tails: means,
            standard_errors: errors.collect(),
        })
    }

    pub(super) fn at_least(&self, failures: u32) -> ExactTail {
        match self {
            FailureCounts::Exact(law) => ExactTail::exactly(law.upper_tail(failures.into())),
            FailureCounts::GivenLuck {
                first,
                seen,
                tails,
                standard_errors,
            } => {
                let (mean, error) = match u64::from(failures).checked_sub(*first) {
                    None => (1.0, 0.0),
                    Some(at) => [tails, standard_errors]
                        .map(|values| values.get(at as usize).copied().unwrap_or(0.0))
                        .into(),
                };
                ExactTail {
                    value: mean,
                    interval: Some(mean_of_chances(mean, error, *seen)),
                }
            }
        }
    }
}

/// The interval of a mean of chances, each between 0 and 1: Student's, and at each end as far as luck may reach that is so rare that it
/// was not among those seen.
fn mean_of_chances(mean: f64, standard_error: f64, seen: u64) -> Interval {
    let reach = student_t_factor(LEVEL, seen as f64 - 1.0) * standard_error;
    let unseen = 1.0 - pow((1.0 - LEVEL) / 2.0, 1.0 / seen as f64);
    Interval {
        lo: (mean - reach.max(unseen * mean)).max(0.0),
        hi: (mean + reach.max(unseen * (1.0 - mean))).min(1.0),
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
            None => groups.push(Group {
                failure: *failure,
                robots: crowd.robots,
                certain: crowd.certain.clone(),
            }),
        }
    }
    groups
}

/// The law of the number that fail of several crowds, each with the probability that one of its robots does.
fn law_of(crowds: &[(&Crowd, f64)], negligible: f64) -> CountLaw {
    groups(crowds)
        .iter()
        .map(|group| group.law(negligible))
        .reduce(|sum, law| sum.plus(&law))
        .unwrap_or_else(|| CountLaw::certain(0))
}

impl Group {
    /// The law of the number that fail.
    fn law(&self, negligible: f64) -> CountLaw {
        let mut mixture = None;
        for (certain, weight) in self.certain.terms() {
            let others = CountLaw::binomial_above(self.robots - certain, self.failure, negligible);
            others.shifted(certain).mix_into(&mut mixture, weight);
        }
        mixture.expect("a bug: a law without a term")
    }
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
                block_of
                    .iter_mut()
                    .filter(|block| **block == gone)
                    .for_each(|block| *block = kept);
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
        let mut draws: Vec<usize> = block
            .iter()
            .flat_map(|crowd| self.crowds[*crowd].draws())
            .collect();
        draws.sort_unstable();
        draws.dedup();
        let nothing: Vec<&[f64]> = vec![&[]; self.draws.len()];
        match draws.as_slice() {
            [] => Some(self.law_given(block, &nothing, 1e-300)),
            [draw] => {
                let work = self.work_at_mean(block);
                let mut mixture = None;
                for (weight, values) in
                    &self.nodes(block, *draw, &self.kinks(block, *draw, &nothing), work)?
                {
                    let luck = with(&nothing, *draw, values);
                    self.law_given(block, &luck, NEGLIGIBLE)
                        .mix_into(&mut mixture, *weight);
                }
                mixture
            }
            [outer, inner] => self.law_over_two(block, *outer, *inner),
            _ => None,
        }
    }

    /// The law of some crowds, averaged over two draws.
    fn law_over_two(&self, block: &[usize], outer: usize, inner: usize) -> Option<CountLaw> {
        let nothing: Vec<&[f64]> = vec![&[]; self.draws.len()];
        let work = self.work_at_mean(block);
        let outers = self.nodes(block, outer, &self.outer_kinks(block, outer, inner)?, work)?;
        let inners =
            |luck: &[&[f64]]| self.nodes(block, inner, &self.kinks(block, inner, luck), work);
        let fixed = inners(&nothing)?;
        let pairs: usize = outers
            .iter()
            .map(|(w, _)| fixed.iter().filter(|(v, _)| w * v > PAIR_MIN).count())
            .sum();
        if pairs as f64 * work > WORK_MAX {
            return None;
        }
        let moving = self.kinks_move(block, inner);
        let mut mixture = None;
        for (weight, values) in &outers {
            let luck = with(&nothing, outer, values);
            let moved = if moving { Some(inners(&luck)?) } else { None };
            for (other, values) in moved
                .as_ref()
                .unwrap_or(&fixed)
                .iter()
                .filter(|(other, _)| weight * other > PAIR_MIN)
            {
                let luck = with(&luck, inner, values);
                self.law_given(block, &luck, NEGLIGIBLE)
                    .mix_into(&mut mixture, weight * other);
            }
        }
        mixture
    }

    fn nodes(&self, block: &[usize], draw: usize, kinks: &[Kink], work: f64) -> Option<Vec<Node>> {
        let robots = block.iter().map(|crowd| self.crowds[*crowd].robots).sum();
        self.draws[draw].nodes(robots, WORK_MAX / work, kinks)
    }

    /// The law of the number of robots of some crowds that fail, given the luck.
    fn law_given(&self, block: &[usize], luck: &[&[f64]], negligible: f64) -> CountLaw {
        let crowds = block
            .iter()
            .map(|crowd| (&self.crowds[*crowd], self.crowds[*crowd].failure(luck)));
        law_of(&crowds.collect::<Vec<_>>(), negligible)
    }

    /// About the products of terms that the law of some crowds takes, given the luck.
    fn work_at_mean(&self, block: &[usize]) -> f64 {
        let means: Vec<Vec<f64>> = self.draws.iter().map(Draw::means).collect();
        let luck: Vec<&[f64]> = means.iter().map(Vec::as_slice).collect();
        let crowds = block
            .iter()
            .map(|crowd| (&self.crowds[*crowd], self.crowds[*crowd].failure(&luck)));
        let (mut work, mut terms) = (0.0, 0.0);
        for group in groups(&crowds.collect::<Vec<_>>()) {
            let own =
                CountLaw::binomial_above(group.robots, group.failure, NEGLIGIBLE).len() as f64;
            work += own * group.certain.len() as f64 * TERM + terms * own;
            terms += own + group.certain.len() as f64;
        }
        work
    }
}

/// The luck with the values of one draw more.
fn with<'a>(luck: &[&'a [f64]], draw: usize, values: &'a [f64]) -> Vec<&'a [f64]> {
    let mut luck = luck.to_vec();
    luck[draw] = values;
    luck
}

/// How many products take as long as one term of a binomial law.
const TERM: f64 = 8.0;

/// So does a tail and its part in a mean.
const TAIL: f64 = 8.0;

/// Pairs of nodes lighter than this are left out.
const PAIR_MIN: f64 = 1e-40;
