//! Expectations: what the results of a scenario have to be like, as its file says, and whether they are.
//!
//! An expectation is a [limit](crate::study::limit) and is judged like one: it passes if it is held with confidence, fails if it is
//! broken with confidence, and is inconclusive in between. Where the probability that the threshold is reached is known exactly,
//! that decides.

use crate::scenario::{Problems, REPLICATIONS_MAX, Scenario, ScenarioFile};
use crate::sim::Outcome;
use crate::stats::{self, MeanTails, QuantileRanks};
use crate::study::Metric;
use crate::study::compare::fewest;
use crate::study::limit::{
    self, Columns, Judge, Limit, Op, Profiles, Reach, Statistic, Verdict, replications_needed,
};
use crate::theory::exact::Exactness;

/// The confidence of each expectation on its own.
pub const EXPECT_CONFIDENCE: f64 = 0.95;

/// What came of an expectation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    Pass,
    Fail,
    /// Inconclusive. About this many replications would decide, four times in five; none if that is more than can be played, or up to chance.
    Inconclusive(Option<u64>),
    /// It is of a profile that was not played.
    NotPlayed,
}

impl Judged {
    /// One of each kind.
    pub const ALL: [Judged; 4] = [
        Judged::Pass,
        Judged::Fail,
        Judged::Inconclusive(None),
        Judged::NotPlayed,
    ];

    /// As files call it.
    pub fn name(self) -> &'static str {
        match self {
            Judged::Pass => "pass",
            Judged::Fail => "fail",
            Judged::Inconclusive(_) => "inconclusive",
            Judged::NotPlayed => "not_played",
        }
    }

    /// The replications that would decide, where that is a matter of their number.
    pub fn replications_to_decide(self) -> Option<u64> {
        match self {
            Judged::Inconclusive(replications) => replications,
            _ => None,
        }
    }
}

/// An expectation and what the results say of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    pub limit: Limit,
    /// Robots in the fleet of its profile.
    pub robots: u32,
    pub judged: Judged,
    /// The measure's value; none where its profile was not played.
    pub value: Option<f64>,
    /// It is at least the first, and at most the second, each with [`EXPECT_CONFIDENCE`]; none if inconclusive.
    pub ends: (Option<f64>, Option<f64>),
    /// Whether the value was computed, not simulated.
    pub exact: bool,
}

/// A played profile.
pub struct Evidence<'a> {
    pub profile: &'a str,
    /// By replication; at least one.
    pub outcomes: &'a [Outcome],
    pub threshold_reached: &'a Exactness,
    pub reach: Reach,
}

/// Reads what the file expects; all that is wrong with it is added to `problems`. Where the scenario itself is sound its fleets are
/// known too.
pub fn expectations(
    file: &ScenarioFile,
    scenario: Option<&Scenario>,
    problems: &mut Problems,
) -> Vec<Limit> {
    let profiles = Profiles::of(file, scenario);
    let phrases = file.expect(problems);
    let limits = phrases.iter().map(|phrase| limit::limit(phrase, &profiles));
    limits
        .filter_map(|limit| limit.map_err(|problem| problems.push(*problem)).ok())
        .collect()
}

/// Judges expectations by what was played.
pub fn judge(limits: &[Limit], played: &[Evidence]) -> Vec<Expectation> {
    limits.iter().map(|limit| judged(limit, played)).collect()
}

fn judged(limit: &Limit, played: &[Evidence]) -> Expectation {
    let mut played = played.iter();
    let Some(Evidence {
        outcomes,
        threshold_reached,
        reach,
        ..
    }) = played.find(|evidence| evidence.profile == limit.measure.profile)
    else {
        return not_played(limit);
    };
    let metrics = limit.measure.metrics().into_iter();
    let values: Vec<Vec<f64>> = metrics.map(|metric| metric.values(outcomes)).collect();
    let exact = known_exactly(limit, threshold_reached);
    judged_by(limit, reach, &values, exact)
}

/// An expectation of a profile that was not played.
pub(super) fn not_played(limit: &Limit) -> Expectation {
    Expectation {
        limit: limit.clone(),
        robots: 0,
        judged: Judged::NotPlayed,
        value: None,
        ends: (None, None),
        exact: false,
    }
}

/// The value of the limited measure, where it is known exactly.
pub(super) fn known_exactly(limit: &Limit, threshold_reached: &Exactness) -> Option<f64> {
    let exact = threshold_reached
        .as_ref()
        .ok()
        .filter(|tail| limit.measure.is_threshold_reached() && tail.kind() == "exact");
    exact.map(|tail| tail.value)
}

/// Judges an expectation by the values of its measure's metrics, a column a metric, or by what is known exactly.
pub(super) fn judged_by(
    limit: &Limit,
    reach: &Reach,
    values: &[Vec<f64>],
    exact: Option<f64>,
) -> Expectation {
    let robots = reach.robots();
    let metrics: Vec<&'static Metric> = limit.measure.metrics();
    let columns = Columns::new(&metrics, values);
    let judge = Judge::new(limit, *reach, values[0].len(), EXPECT_CONFIDENCE);
    let assessment = exact.map_or_else(|| judge.assess(&columns), |value| judge.exactly(value));
    let judged = match assessment.verdict {
        Verdict::Held => Judged::Pass,
        Verdict::Broken => Judged::Fail,
        Verdict::Open => Judged::Inconclusive(to_decide(limit, reach, values)),
    };
    let ends = match limit.op {
        Op::AtMost => (assessment.other, assessment.assured),
        Op::AtLeast => (assessment.assured, assessment.other),
    };
    Expectation {
        limit: limit.clone(),
        robots,
        judged,
        value: Some(assessment.value),
        ends,
        exact: exact.is_some(),
    }
}

/// With about how many replications an inconclusive result is decided four times in five, if the share of them that is on the right
/// side, or the mean, is what it seems.
fn to_decide(limit: &Limit, reach: &Reach, values: &[Vec<f64>]) -> Option<u64> {
    let robots = reach.robots();
    let n = values[0].len() as u64;
    let bound = limit.bound.of(robots);
    match &limit.measure.statistic {
        Statistic::Mean if n < 2 => {
            replications_needed(limit, robots, EXPECT_CONFIDENCE, REPLICATIONS_MAX)
        }
        Statistic::Mean => {
            let metrics = limit.measure.metrics();
            let columns = Columns::new(&metrics, values);
            let (sample, support, _) = limit.measure.mean_sample(&columns, reach)?;
            fewest(n, |n| {
                // No nearer to the bound than the estimate, or by its own error in one of five cases.
                let sample = sample.as_if(n as usize);
                let tails = MeanTails::new(n as usize, 2.0 * EXPECT_CONFIDENCE - 1.0);
                let Some(interval) = sample.interval(support, &tails).known() else {
                    return false;
                };
                let nearer = POWER_ERRORS * sample.standard_error();
                match limit.op.allows(sample.mean(), bound) == (limit.op == Op::AtMost) {
                    true => interval.hi + nearer <= bound,
                    false => interval.lo - nearer >= bound,
                }
            })
        }
        Statistic::Quantile(q) => {
            let before = values[0].iter().filter(|value| match limit.op {
                Op::AtMost => **value <= bound,
                Op::AtLeast => **value < bound,
            });
            let share = before.count() as f64 / n as f64;
            fewest(n, |n| {
                let QuantileRanks { lo, hi } =
                    stats::quantile_interval_ranks(*q, n as usize, 2.0 * EXPECT_CONFIDENCE - 1.0);
                let hits = mostly(share, *q, n) as usize;
                hi.is_some_and(|hi| hits >= hi) || lo.is_some_and(|lo| hits < lo)
            })
        }
        Statistic::Probability(happening) => {
            let share = happening.hits(&values[0], robots) as f64 / n as f64;
            fewest(n, |n| {
                let hits = mostly(share, bound, n);
                let most = stats::clopper_pearson_upper(hits, n, EXPECT_CONFIDENCE);
                let least = stats::clopper_pearson_lower(hits, n, EXPECT_CONFIDENCE);
                match limit.op {
                    Op::AtMost => most <= bound || least > bound,
                    Op::AtLeast => least >= bound || most < bound,
                }
            })
        }
    }
}

/// Standard errors by which an estimate comes out no nearer to a bound four times in five.
const POWER_ERRORS: f64 = 0.8416;

/// Hits of n at a share that are no nearer to a bound four times in five.
fn mostly(share: f64, bound: f64, n: u64) -> u64 {
    let away = POWER_ERRORS * (share * (1.0 - share) * n as f64).sqrt();
    let hits = share * n as f64;
    let hits = if share < bound {
        (hits + away).ceil()
    } else {
        (hits - away).floor()
    };
    hits.clamp(0.0, n as f64) as u64
}
