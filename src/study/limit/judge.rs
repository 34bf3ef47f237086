//! What replications say of a limit, with confidence: it is held, it is broken, or it is open.
//!
//! A probability is judged by the one-sided bounds of Clopper and Pearson, a mean by the ends of the interval of [`stats::mean`] with twice
//! the error, a quantile by order statistics, which is the bounds of Clopper and Pearson on the share of values at or below the limit's bound; a time that never
//! comes is above every bound. Each of the two claims, held and broken, errs at most as often as the confidence leaves.

use std::sync::OnceLock;

use crate::stats::{self, MeanTails, QuantileRanks};
use crate::study::limit::measure::{Happening, Measure, Statistic};
use crate::study::limit::{Columns, Limit, Op, Reach};

/// What can be said of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// With confidence, it is met.
    Held,
    /// Inconclusive.
    Open,
    /// With confidence, it is not.
    Broken,
}

impl Verdict {
    pub const ALL: [Verdict; 3] = [Verdict::Held, Verdict::Open, Verdict::Broken];

    pub fn name(self) -> &'static str {
        match self {
            Verdict::Held => "held",
            Verdict::Open => "open",
            Verdict::Broken => "broken",
        }
    }
}

/// A limit and what replications say of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Assessment {
    /// The measure's value.
    pub value: f64,
    /// What the measure is with confidence: at most this where the limit bounds it from above, at least this where from below.
    /// `None` where the replications give no such bound.
    pub assured: Option<f64>,
    /// With the same confidence, what it is on the other side at most or at least.
    pub other: Option<f64>,
    pub verdict: Verdict,
}

/// A limit for a number of robots and replications, ready to be applied to many settings.
pub struct Judge<'l> {
    limit: &'l Limit,
    reach: Reach,
    robots: u32,
    confidence: f64,
    /// In the unit of the metric.
    bound: f64,
    /// Of the one-sided bounds on a mean.
    tails: Option<MeanTails>,
    /// Of the one-sided bounds on a quantile.
    ranks: Option<QuantileRanks>,
    /// The one-sided bounds of a probability by the number of replications in which it happens, as far as they were asked for.
    by_hits: Vec<OnceLock<(f64, f64)>>,
}

/// With more replications than this, bounds of probabilities are computed anew each time.
const KEPT_MAX: usize = 100_000;

impl<'l> Judge<'l> {
    pub fn new(limit: &'l Limit, reach: Reach, replications: usize, confidence: f64) -> Judge<'l> {
        let robots = reach.robots();
        // The ends of a two-sided interval are one-sided bounds of half its error.
        let two_sided = two_sided(confidence);
        let (mut tails, mut ranks, mut kept) = (None, None, 0);
        match limit.measure.statistic {
            Statistic::Mean if replications > 1 => {
                tails = Some(MeanTails::new(replications, two_sided));
            }
            Statistic::Quantile(q) => {
                ranks = Some(stats::quantile_interval_ranks(q, replications, two_sided));
            }
            Statistic::Probability(_) if replications <= KEPT_MAX => kept = replications + 1,
            _ => {}
        }
        let by_hits = std::iter::repeat_with(OnceLock::new).take(kept).collect();
        Judge {
            limit,
            reach,
            robots,
            confidence,
            bound: limit.bound.of(robots),
            tails,
            ranks,
            by_hits,
        }
    }

    /// What the values of a setting say.
    pub fn assess(&self, columns: &Columns) -> Assessment {
        let measure = &self.limit.measure;
        let value = measure.value(columns, self.robots);
        if self.reach.is_certain() && !value.is_nan() {
            return self.exactly(value);
        }
        match &measure.statistic {
            Statistic::Mean => self.by_ends(value, self.mean(columns)),
            Statistic::Quantile(_) => self.quantile(value, columns.of(measure.metric).sorted()),
            Statistic::Probability(happening) => {
                self.probability(happening, columns.of(measure.metric).values)
            }
        }
    }

    /// What a value that is known exactly says.
    pub fn exactly(&self, value: f64) -> Assessment {
        let verdict = if self.limit.op.allows(value, self.bound) {
            Verdict::Held
        } else {
            Verdict::Broken
        };
        Assessment {
            value,
            assured: Some(value),
            other: Some(value),
            verdict,
        }
    }

    /// The one-sided bounds on a mean, where there are any.
    fn mean(&self, columns: &Columns) -> (Option<f64>, Option<f64>) {
        let sample = self.limit.measure.mean_sample(columns, &self.reach);
        let interval = sample.zip(self.tails.as_ref()).and_then(|(sample, tails)| {
            let (sample, support, (lo, hi)) = sample;
            Some(sample.interval(support, tails).known()?.clipped(lo, hi))
        });
        interval.map(|ends| (ends.lo, ends.hi)).unzip()
    }

    /// By the one-sided bounds from below and above.
    fn by_ends(&self, value: f64, (least, most): (Option<f64>, Option<f64>)) -> Assessment {
        let (assured, other) = match self.limit.op {
            Op::AtMost => (most, least),
            Op::AtLeast => (least, most),
        };
        let allowed =
            [assured, other].map(|end| end.map(|end| self.limit.op.allows(end, self.bound)));
        let verdict = match allowed {
            [Some(true), _] => Verdict::Held,
            [_, Some(false)] => Verdict::Broken,
            _ => Verdict::Open,
        };
        Assessment {
            value,
            assured,
            other,
            verdict,
        }
    }

    fn probability(&self, happening: &Happening, values: &[f64]) -> Assessment {
        let n = values.len();
        let hits = happening.hits(values, self.robots);
        let (least, most) = match self.by_hits.get(hits) {
            Some(known) => *known.get_or_init(|| self.proportion_ends(hits, n)),
            None => self.proportion_ends(hits, n),
        };
        self.by_ends(hits as f64 / n as f64, (Some(least), Some(most)))
    }

    /// The one-sided bounds on a probability.
    fn proportion_ends(&self, hits: usize, n: usize) -> (f64, f64) {
        let (hits, n, level) = (hits as u64, n as u64, self.confidence);
        let least = stats::clopper_pearson_lower(hits, n, level);
        (least, stats::clopper_pearson_upper(hits, n, level))
    }

    /// With a share q of the law at or below the quantile, k of n values are at or below it with known chances; a value beyond
    /// the bound at a rank that these allow decides.
    fn quantile(&self, value: f64, sorted: &[f64]) -> Assessment {
        let QuantileRanks { lo, hi } = self.ranks.expect("a bug: a quantile without ranks");
        let [lo, hi] = [lo, hi].map(|rank| rank.map(|rank| sorted[rank - 1]));
        self.by_ends(value, (lo, hi))
    }
}

/// The level of the two-sided interval whose ends are one-sided bounds with this confidence.
fn two_sided(confidence: f64) -> f64 {
    // At a confidence of one half a bound is the estimate itself: no interval has a level of 0.
    (2.0 * confidence - 1.0).max(1e-9)
}

/// The fewest replications with which a limit can come out as held, in the best case; it can never if that is beyond `most`.
pub fn replications_needed(limit: &Limit, robots: u32, confidence: f64, most: u64) -> Option<u64> {
    if !can_hold(limit, robots, confidence, most) {
        return None;
    }
    let (mut fails, mut found) = (0, most);
    while found - fails > 1 {
        let middle = fails + (found - fails) / 2;
        if can_hold(limit, robots, confidence, middle) {
            found = middle;
        } else {
            fails = middle;
        }
    }
    Some(found)
}

/// Whether a limit comes out as held with `n` replications in the best case.
fn can_hold(limit: &Limit, robots: u32, confidence: f64, n: u64) -> bool {
    let bound = match limit.measure.statistic {
        Statistic::Mean => return n >= 2,
        Statistic::Quantile(q) => q,
        Statistic::Probability(_) => limit.bound.of(robots),
    };
    // The best case is that all values are on the right side of the bound.
    let is_share_above = match limit.measure.statistic {
        Statistic::Quantile(_) => limit.op == Op::AtMost,
        _ => limit.op == Op::AtLeast,
    };
    match is_share_above {
        true => stats::clopper_pearson_lower(n, n, confidence) >= bound,
        false => stats::clopper_pearson_upper(0, n, confidence) <= bound,
    }
}

impl Measure {
    /// Whether exact tails can stand in for replications: the probability that the failure threshold is reached.
    pub fn is_threshold_reached(&self) -> bool {
        self.metric.name == "threshold_reached"
            && self.statistic == Statistic::Probability(Happening::Event)
    }
}
