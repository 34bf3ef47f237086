//! The statistical layer: whether a scenario is worse than its baseline by more than a margin.
//!
//! What the baseline keeps of each replication is compared with what comes now, paired where both share a seed. A few statistics make
//! the gate: one regresses if the interval of its difference lies wholly beyond the margin on the bad side, with all claims of the
//! gate in mind (Holm); it is no worse if the interval does not reach beyond the margin on that side, which needs no correction, since
//! all have to be; else it is inconclusive. Where nearly all replications came to the same, no worse needs the wider interval of
//! [`unseen`], and a regression is one of nearly all replications. All other statistics are reported (Benjamini and Hochberg), and decide nothing.

use crate::scenario::BASE;
use crate::stats::{self, Difference, Interval, KolmogorovSmirnov};
use crate::study::check::baseline::{Baseline, BaselineProfile};
use crate::study::check::take::{ProfileTake, Take};
use crate::study::check::unseen::{Unseen, unseen};
use crate::study::compare::{self, Both, Columns, Compared, Known, Luck, Margins, compared, playable, statistics};
use crate::study::metric::{Direction, Kind, METRICS, Metric};
use crate::study::summary::LEVEL;

/// What became of a statistic of the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Sure not to be worse by more than the margin.
    NoWorse,
    /// Better by more than the margin.
    Improved,
    /// Worse by more than the margin.
    Regression,
    /// Different by more than the margin, of a metric that is neither better nor worse.
    Changed,
    /// About so many replications on either side would decide; none if that is more than can be played.
    Inconclusive(Option<u64>),
}

impl Standing {
    /// One of each kind.
    pub const ALL: [Standing; 5] =
        [Standing::NoWorse, Standing::Improved, Standing::Regression, Standing::Changed, Standing::Inconclusive(None)];

    /// As files call it.
    pub fn name(self) -> &'static str {
        match self {
            Standing::NoWorse => "no_worse",
            Standing::Improved => "improved",
            Standing::Regression => "regression",
            Standing::Changed => "changed",
            Standing::Inconclusive(_) => "inconclusive",
        }
    }

    /// Whether it says that there is a difference.
    fn is_a_difference(self) -> bool {
        matches!(self, Standing::Regression | Standing::Changed | Standing::Improved)
    }

    /// Whether it closes the gate.
    pub fn fails(self) -> bool {
        matches!(self, Standing::Regression | Standing::Changed)
    }
}

/// A statistic of the gate.
pub struct Gated {
    pub compared: Compared,
    /// Which way it is better here: of the base, a threshold that is reached is a good release stopped.
    pub direction: Direction,
    /// Of a difference within the margin, adjusted over the gate.
    pub p_holm: f64,
    pub standing: Standing,
}

/// A profile at the gate.
pub struct GateProfile {
    pub name: String,
    pub gate: Vec<Gated>,
    /// The other statistics.
    pub report: Vec<Compared>,
    /// Of the metrics that are numbers or times, and not the same in all replications.
    pub distributions: Vec<Distribution>,
}

/// The distribution of a metric over replications, before and now.
pub struct Distribution {
    pub metric: &'static Metric,
    /// The greatest distance between the two empirical distribution functions.
    pub distance: f64,
    pub p_value: f64,
    /// Adjusted over all distributions of the report.
    pub p_bh: f64,
    /// Whether it is another one though neither mean nor median is known to be, and no other statistic by more than the margin.
    pub is_hidden: bool,
}

/// What the statistical layer finds.
pub struct Gate {
    pub luck: Luck,
    /// Replications of the baseline and of now.
    pub replications: (u64, u64),
    pub profiles: Vec<GateProfile>,
}

/// A statistic before it is judged.
struct Row {
    metric: &'static Metric,
    statistic: &'static str,
    both: Both,
}

/// Compares what a scenario came to with its baseline, in the profiles that differ: in the others nothing is left to chance.
pub fn gate(baseline: &Baseline, differing: &[(String, u64)], seed: u64, take: &Take, margins: &Margins) -> Gate {
    let luck = if baseline.seed == seed { Luck::Shared } else { Luck::Own };
    let replications = match luck {
        Luck::Shared => {
            let both = baseline.replications.min(take.replications);
            (both, both)
        }
        Luck::Own => (baseline.replications, take.replications),
    };
    let pairs: Vec<Values> = take
        .profiles
        .iter()
        .filter(|now| differing.iter().any(|(name, _)| *name == now.name))
        .filter_map(|now| {
            let before = baseline.profiles.iter().find(|before| before.profile == now.name)?;
            Some(Values::of(before, now, replications, luck))
        })
        .collect();
    let rows: Vec<Vec<Row>> = pairs.iter().map(Values::rows).collect();
    let plain: Vec<Vec<(&'static Metric, &'static str, Both)>> =
        rows.iter().map(|rows| rows.iter().map(|row| (row.metric, row.statistic, row.both)).collect()).collect();
    let n = replications.0.min(replications.1);
    let judged = compare::judge(&plain, margins, n);

    let direction = |profile: &str, metric: &Metric| match (profile, metric.name) {
        (BASE, "threshold_reached" | "stopped") => Direction::Lower,
        _ => metric.direction(),
    };
    let beyond = |values: &Values, row: &Compared| {
        let outside = |error: f64| {
            let both = values.at(row.metric, row.statistic, 1.0 - error).expect("it was compared before");
            let interval = both.difference.difference().map(|difference| difference.interval);
            interval.is_some_and(|interval| interval.lo > row.margin || interval.hi < -row.margin)
        };
        let least = values.unseen(row.metric, row.statistic).map_or(0.0, |unseen| unseen.least_error);
        stats::least_error(outside).max(least)
    };
    let p_values: Vec<f64> = pairs
        .iter()
        .zip(&judged)
        .flat_map(|(values, rows)| rows.iter().filter(|row| row.decides).map(move |row| beyond(values, row)))
        .collect();
    let mut adjusted = p_values.iter().copied().zip(stats::holm(&p_values));
    let tests: Vec<Vec<(&'static Metric, KolmogorovSmirnov)>> = pairs.iter().map(Values::distributions).collect();
    let p_values: Vec<f64> = tests.iter().flatten().map(|(_, test)| test.p_value).collect();
    let mut p_bh = stats::benjamini_hochberg(&p_values).into_iter();
    let profiles = pairs.iter().zip(judged).zip(&rows).zip(tests).map(|(((values, judged), rows), tests)| {
        let is_told = |metric: &Metric| {
            let mut rows = judged.iter().filter(|row| row.metric.name == metric.name);
            let is_level = |row: &Compared| ["mean", "p50"].contains(&row.statistic);
            let is_sure = |row: &Compared| row.p_bh.is_some_and(|p_bh| p_bh <= 1.0 - LEVEL);
            rows.any(|row| row.verdict.is_different() || is_level(row) && is_sure(row))
        };
        let distribution = |(metric, test): (&'static Metric, KolmogorovSmirnov)| {
            let p_bh = p_bh.next().expect("a p-value for each distribution");
            let is_hidden = p_bh <= 1.0 - LEVEL && !is_told(metric);
            Distribution { metric, distance: test.distance, p_value: test.p_value, p_bh, is_hidden }
        };
        let distributions = tests.into_iter().map(distribution).collect();
        let mut profile = GateProfile { name: values.now.name.clone(), gate: Vec::new(), report: Vec::new(), distributions };
        for (mut compared, row) in judged.into_iter().zip(rows) {
            if compared.decides {
                let (p_value, p_holm) = adjusted.next().expect("a p-value for each of the gate");
                let direction = direction(&profile.name, compared.metric);
                let unseen = values.unseen(compared.metric, compared.statistic);
                let standing = standing(&compared, (row.both.difference, unseen), direction, (p_value, p_holm), n);
                if let Some(Unseen { interval, .. }) = unseen.filter(|_| !standing.is_a_difference()) {
                    let finite = |end: f64| Some(end).filter(|end| end.is_finite());
                    (compared.lo, compared.hi) = (finite(interval.lo), finite(interval.hi));
                }
                profile.gate.push(Gated { compared, direction, p_holm, standing });
            } else {
                profile.report.push(compared);
            }
        }
        profile
    });
    Gate { luck, replications, profiles: profiles.collect() }
}

/// The values of a profile before and now.
struct Values<'a> {
    now: &'a ProfileTake,
    luck: Luck,
    /// The probabilities that the threshold is reached, where both are known exactly.
    exact: Option<(f64, f64)>,
    /// Of the metrics that are kept.
    columns: Vec<(&'static Metric, Vec<f64>, Vec<f64>)>,
}

impl<'a> Values<'a> {
    fn of(before: &BaselineProfile, now: &'a ProfileTake, replications: (u64, u64), luck: Luck) -> Values<'a> {
        let column = |metric: &'static Metric| {
            let mut was = before.values(metric.name)?;
            was.truncate(replications.0 as usize);
            let is = now.outcomes[..replications.1 as usize].iter().map(|outcome| (metric.value)(outcome));
            Some((metric, was, is.collect()))
        };
        let exact = before.threshold_exactly().zip(now.threshold_exactly());
        Values { now, luck, exact, columns: METRICS.iter().filter_map(column).collect() }
    }

    fn rows(&self) -> Vec<Row> {
        let row = |metric: &'static Metric, statistic| Some(Row { metric, statistic, both: self.at(metric, statistic, LEVEL)? });
        METRICS.iter().flat_map(|metric| statistics(metric.kind).into_iter().filter_map(move |of| row(metric, of))).collect()
    }

    /// What is left open of the difference of a mean that nearly all replications agree on.
    fn unseen(&self, metric: &Metric, statistic: &str) -> Option<Unseen> {
        let (a, b) = self.column(metric.name).filter(|_| metric.kind == Kind::Number && statistic == "mean")?;
        let known = self.at(metric, statistic, LEVEL)?.difference.difference()?;
        unseen(metric, (a, b), (self.luck, &self.now.reach, LEVEL), &known)
    }

    /// What the test of Kolmogorov and Smirnov says of each metric that is a number or a time, as if both sides had luck of their own:
    /// where they share it they are nearer to each other than that, and the test finds less.
    fn distributions(&self) -> Vec<(&'static Metric, KolmogorovSmirnov)> {
        let varies = |was: &[f64], is: &[f64]| was.iter().chain(is).any(|value| *value != was[0]);
        let tested = self.columns.iter().filter(|(metric, was, is)| {
            matches!(metric.kind, Kind::Number | Kind::Time) && !was.is_empty() && !is.is_empty() && varies(was, is)
        });
        tested.filter_map(|(metric, was, is)| Some((*metric, stats::kolmogorov_smirnov(was, is)?))).collect()
    }

    fn column(&self, name: &str) -> Option<(&[f64], &[f64])> {
        let (_, was, is) = self.columns.iter().find(|(metric, _, _)| metric.name == name)?;
        Some((was, is))
    }

    /// A statistic before and now, with its interval at `level`; none of a metric that is not kept.
    fn at(&self, metric: &Metric, statistic: &str, level: f64) -> Option<Both> {
        if let Some((a, b)) = self.exact.filter(|_| metric.name == "threshold_reached") {
            return Some(Both { a, b, difference: Known::Difference(exactly(a, b)) });
        }
        let empty: &[f64] = &[];
        let (a, b, ratio) = match metric.kind {
            Kind::Ratio => {
                let (updated, started) = (self.column("updated_count")?, self.column("started_count")?);
                (empty, empty, [[updated.0, started.0], [updated.1, started.1]])
            }
            _ => {
                let (a, b) = self.column(metric.name)?;
                (a, b, [[empty; 2]; 2])
            }
        };
        Some(compared(metric.kind, statistic, &Columns { a, b, ratio, luck: self.luck }, level))
    }
}

/// The difference of two probabilities that were computed, which are the same up to the noise of floating point.
fn exactly(a: f64, b: f64) -> Difference {
    const NOISE: f64 = 1e-12;
    let estimate = if (b - a).abs() <= NOISE { 0.0 } else { b - a };
    let p_value = if estimate == 0.0 { 1.0 } else { 0.0 };
    Difference { estimate, interval: Interval { lo: estimate, hi: estimate }, p_value }
}

fn standing(
    row: &Compared,
    (known, unseen): (Known, Option<Unseen>),
    direction: Direction,
    (p_value, p_holm): (f64, f64),
    n: u64,
) -> Standing {
    let (interval, estimate) = match known.difference() {
        Some(difference) => (unseen.map_or(difference.interval, |unseen| unseen.interval), difference.estimate),
        None => {
            let n_min = if let Known::Estimate(_, n_min) = known { n_min } else { None };
            return Standing::Inconclusive(n_min.map(|n| n as u64));
        }
    };
    let margin = row.margin;
    // How much worse it is, at least and at most.
    let worse = match direction {
        Direction::Lower => interval,
        Direction::Higher => Interval { lo: -interval.hi, hi: -interval.lo },
        Direction::Neither => Interval { lo: interval.lo, hi: interval.hi.max(-interval.lo) },
    };
    let is_worse = match direction {
        Direction::Lower => estimate > 0.0,
        Direction::Higher => estimate < 0.0,
        Direction::Neither => true,
    };
    if p_holm <= 1.0 - LEVEL {
        return match (direction, is_worse) {
            (Direction::Neither, _) => Standing::Changed,
            (_, true) => Standing::Regression,
            (_, false) => Standing::Improved,
        };
    }
    if worse.hi <= margin {
        return Standing::NoWorse;
    }
    if let Known::Concordant(_) = known {
        return Standing::Inconclusive(stats::concordant_pairs_n_min(margin, LEVEL).and_then(playable));
    }
    // What the other claims of the gate cost.
    let claims = (p_holm / p_value).max(1.0);
    let df = (n as f64 - 1.0).max(1.0);
    let wider = stats::student_t_factor(1.0 - (1.0 - LEVEL) / claims, df) / stats::student_t_factor(LEVEL, df);
    let worse_by = if is_worse { estimate.abs() } else { -estimate.abs() };
    let room = (margin - worse_by).abs();
    let needed = match unseen {
        // What was not seen may be so rare as one in so many.
        Some(_) if worse_by < margin => Some(n as f64 * interval.half_width() / room),
        _ => {
            let half_width = known.difference().map_or(f64::INFINITY, |difference| difference.interval.half_width());
            let half_width = half_width * if worse_by > margin { wider } else { 1.0 };
            (room > 0.0).then(|| n as f64 * (half_width / room) * (half_width / room))
        }
    };
    Standing::Inconclusive(needed.map(|needed| needed.max(n as f64 + 1.0)).and_then(playable))
}
