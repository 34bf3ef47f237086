//! The statistical layer: whether a scenario is worse than its baseline by more than a margin.
//!
//! What the baseline keeps of each replication is compared with what comes now, paired where both share a seed. A few statistics make
//! the gate: one regresses if the interval of its difference lies wholly beyond the margin on the bad side, with all claims of the
//! gate in mind (Holm); it is no worse if the interval does not reach beyond the margin on that side, which needs no correction, since
//! all have to be; else it is inconclusive. All other statistics are reported (Benjamini and Hochberg), and decide nothing.

use crate::scenario::BASE;
use crate::sim::Outcome;
use crate::stats::{self, Contrast, Interval, KolmogorovSmirnov, LEVEL, Told};
use crate::study::check::baseline::{Baseline, BaselineProfile};
use crate::study::check::take::{ProfileTake, Take};
use crate::study::compare::{self, Both, Compared, Luck, Margins, SideColumns, claims, fewest};
use crate::study::limit::Reach;
use crate::study::metric::{Direction, Kind, METRICS, Metric};

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
    /// About this many replications on either side would decide; none if that is more than can be played.
    Inconclusive(Option<u64>),
}

impl Standing {
    /// One of each kind.
    pub const ALL: [Standing; 5] = [
        Standing::NoWorse,
        Standing::Improved,
        Standing::Regression,
        Standing::Changed,
        Standing::Inconclusive(None),
    ];

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

/// Compares what a scenario came to with its baseline, in the profiles that differ: in the others nothing is left to chance.
pub(super) fn gate(
    baseline: &Baseline,
    differing: &[(String, u64)],
    seed: u64,
    take: &Take,
    margins: &Margins,
) -> Gate {
    let n = baseline.replications.min(take.replications);
    let (luck, replications) = match baseline.seed == seed {
        true => (Luck::Shared, (n, n)),
        false => (Luck::Own, (baseline.replications, take.replications)),
    };
    let profiles = take.profiles.iter();
    let pairs: Vec<Values> = profiles
        .filter(|now| differing.iter().any(|(name, _)| *name == now.name))
        .filter_map(|now| Some((baseline.profile(&now.name)?, now)))
        .map(|(before, now)| Values::of(before, now, replications, luck))
        .collect();
    Gate {
        luck,
        replications,
        profiles: judged(&pairs, Some(n), margins),
    }
}

/// Compares some metrics of what came of a profile with what came of it before, each by replication; nothing is known exactly, and how many
/// replications would decide is left out.
pub fn gate_outcomes(
    metrics: &[&'static Metric],
    before: &[Outcome],
    now: (&str, &[Outcome], Reach),
    luck: Luck,
    margins: &Margins,
) -> GateProfile {
    let (name, outcomes, reach) = now;
    let columns = metrics
        .iter()
        .map(|metric| (*metric, metric.values(before), metric.values(outcomes)))
        .collect();
    let values = Values {
        name,
        reach,
        robots_before: before[0].n,
        luck,
        exact: None,
        columns,
    };
    judged(&[values], None, margins)
        .pop()
        .expect("a bug: a profile that was compared")
}

/// Judges profiles, with the claims on all of them in mind; with `n` replications, also how many would decide.
fn judged(pairs: &[Values], n: Option<u64>, margins: &Margins) -> Vec<GateProfile> {
    let rows: Vec<Vec<Both>> = pairs.iter().map(Values::rows).collect();
    let judged = compare::judge(&rows, margins, n);
    let claimed = judged.iter().flatten().zip(rows.iter().flatten());
    let p_values: Vec<f64> = claimed
        .filter(|(row, _)| row.decides)
        .map(|(row, both)| both.p_value(row.margin).unwrap_or(1.0))
        .collect();
    let mut adjusted = p_values.iter().copied().zip(stats::holm(&p_values));
    let tests: Vec<Vec<(&'static Metric, KolmogorovSmirnov)>> =
        pairs.iter().map(Values::distributions).collect();
    let p_values = tests.iter().flatten().map(|(_, test)| test.p_value);
    let mut p_bh = stats::benjamini_hochberg(&p_values.collect::<Vec<f64>>()).into_iter();
    let mut profiles = Vec::new();
    for (((values, judged), rows), tests) in pairs.iter().zip(judged).zip(&rows).zip(tests) {
        let distributions = tests.into_iter().map(|(metric, test)| {
            let p_bh = p_bh
                .next()
                .expect("a bug: a distribution without a p-value");
            Distribution {
                metric,
                distance: test.distance,
                p_value: test.p_value,
                p_bh,
                is_hidden: p_bh <= 1.0 - LEVEL && !is_told(&judged, metric),
            }
        });
        let mut profile = GateProfile {
            name: values.name.to_owned(),
            gate: Vec::new(),
            report: Vec::new(),
            distributions: distributions.collect(),
        };
        for (compared, both) in judged.into_iter().zip(rows) {
            if !compared.decides {
                profile.report.push(compared);
                continue;
            }
            let p_values = adjusted.next().expect("a bug: a claim without a p-value");
            let direction = direction(&profile.name, compared.metric);
            let standing = standing(&compared, both.difference.as_ref(), direction, p_values, n);
            profile.gate.push(Gated {
                compared,
                direction,
                p_holm: p_values.1,
                standing,
            });
        }
        profiles.push(profile);
    }
    profiles
}

/// Which way a metric is better in a profile.
fn direction(profile: &str, metric: &Metric) -> Direction {
    match (profile, metric.name) {
        (BASE, "threshold_reached" | "stopped") => Direction::Lower,
        _ => metric.direction(),
    }
}

/// Whether a metric is known to be another one: its mean or median, or another statistic by more than the margin.
fn is_told(rows: &[Compared], metric: &Metric) -> bool {
    let mut rows = rows.iter().filter(|row| row.metric.name == metric.name);
    rows.any(|row| {
        let is_level = ["mean", "p50"].contains(&row.statistic);
        let is_sure = row.p_bh.is_some_and(|p_bh| p_bh <= 1.0 - LEVEL);
        row.verdict.is_different() || is_level && is_sure
    })
}

/// The values of a profile before and now.
struct Values<'a> {
    name: &'a str,
    /// What could come of it now.
    reach: Reach,
    /// Robots in the fleet of the baseline.
    robots_before: u32,
    luck: Luck,
    /// The probabilities that the threshold is reached, where both are known exactly.
    exact: Option<(f64, f64)>,
    /// Of the metrics that are kept.
    columns: Vec<(&'static Metric, Vec<f64>, Vec<f64>)>,
}

impl<'a> Values<'a> {
    fn of(
        before: &BaselineProfile,
        now: &'a ProfileTake,
        replications: (u64, u64),
        luck: Luck,
    ) -> Values<'a> {
        let exact = before.threshold_exactly().zip(now.threshold_exactly());
        let outcomes = &now.outcomes[..replications.1 as usize];
        let kept = METRICS.iter().filter_map(|metric| {
            let mut was = before.values(metric.name)?;
            was.truncate(replications.0 as usize);
            Some((metric, was, metric.values(outcomes)))
        });
        Values {
            name: &now.name,
            reach: now.reach,
            robots_before: before.robots,
            luck,
            exact,
            columns: kept.collect(),
        }
    }

    fn rows(&self) -> Vec<Both> {
        METRICS
            .iter()
            .flat_map(|metric| self.compared(metric))
            .collect()
    }

    /// The statistics of a metric before and now; none of one that is not kept.
    fn compared(&self, metric: &'static Metric) -> Vec<Both> {
        if let Some((a, b)) = self.exact.filter(|_| metric.name == "threshold_reached") {
            let difference = Contrast::Exact(exactly(a, b));
            return vec![Both::of(metric, "", [a, b], Some(difference))];
        }
        let parts = metric
            .parts()
            .into_iter()
            .map(|part| self.column(part.name));
        let Some(columns) = parts.collect::<Option<Vec<(&[f64], &[f64])>>>() else {
            return Vec::new();
        };
        // A scenario without chance, against a baseline that shows none: what there was has been seen.
        let varied = columns
            .iter()
            .any(|(was, _)| was.iter().any(|value| *value != was[0]));
        let reach = [self.reach.before(self.robots_before, varied), self.reach];
        let (was, is) = columns
            .into_iter()
            .map(|(was, is)| (was.to_vec(), is.to_vec()))
            .unzip();
        SideColumns::new(metric, [was, is], self.luck, reach).compared()
    }

    /// What the test of Kolmogorov and Smirnov says of each metric that is a number or a time, as if both sides had luck of their own:
    /// where they share it they are nearer to each other than that, and the test finds less.
    fn distributions(&self) -> Vec<(&'static Metric, KolmogorovSmirnov)> {
        let tested = self.columns.iter().filter(|(metric, was, is)| {
            matches!(metric.kind, Kind::Number | Kind::Time)
                && !was.is_empty()
                && !is.is_empty()
                && was.iter().chain(is).any(|value| *value != was[0])
        });
        tested
            .filter_map(|(metric, was, is)| Some((*metric, stats::kolmogorov_smirnov(was, is)?)))
            .collect()
    }

    fn column(&self, name: &str) -> Option<(&[f64], &[f64])> {
        let mut columns = self.columns.iter();
        let (_, was, is) = columns.find(|(metric, _, _)| metric.name == name)?;
        Some((was, is))
    }
}

/// The difference of two probabilities that were computed, which are the same up to the noise of floating point.
fn exactly(a: f64, b: f64) -> f64 {
    const NOISE: f64 = 1e-12;
    if (b - a).abs() <= NOISE { 0.0 } else { b - a }
}

fn standing(
    row: &Compared,
    difference: Option<&Contrast>,
    direction: Direction,
    (p_value, p_holm): (f64, f64),
    n: Option<u64>,
) -> Standing {
    let Some(contrast) = difference else {
        return Standing::Inconclusive(None);
    };
    let interval = match contrast.at(1.0 - LEVEL) {
        Told::Interval(interval) => interval,
        Told::Open(n_min) => return Standing::Inconclusive(n_min.map(|n| n as u64)),
        Told::Mostly(_) => {
            let needed = n.and_then(|n| to_decide(contrast, direction, row.margin, 1.0, n));
            return Standing::Inconclusive(needed);
        }
    };
    if p_holm <= 1.0 - LEVEL {
        return match (direction, contrast.estimate() > 0.0) {
            (Direction::Neither, _) => Standing::Changed,
            (Direction::Lower, true) | (Direction::Higher, false) => Standing::Regression,
            (Direction::Lower, false) | (Direction::Higher, true) => Standing::Improved,
        };
    }
    if contrast.bounds_unseen() && worse(interval, direction).hi <= row.margin {
        return Standing::NoWorse;
    }
    let claims = claims(p_value, p_holm);
    Standing::Inconclusive(n.and_then(|n| to_decide(contrast, direction, row.margin, claims, n)))
}

/// How much worse it is, at least and at most.
fn worse(interval: Interval, direction: Direction) -> Interval {
    match direction {
        Direction::Lower => interval,
        Direction::Higher => Interval {
            lo: -interval.hi,
            hi: -interval.lo,
        },
        Direction::Neither => Interval {
            lo: interval.lo,
            hi: interval.hi.max(-interval.lo),
        },
    }
}

/// About how many replications would decide, with `claims` claims at the gate.
fn to_decide(
    contrast: &Contrast,
    direction: Direction,
    margin: f64,
    claims: f64,
    n: u64,
) -> Option<u64> {
    let error = 1.0 - LEVEL;
    fewest(n, |n| {
        let contrast = contrast.as_if(n as usize);
        let [one, all] = [error, error / claims].map(|error| contrast.at(error).interval());
        contrast.bounds_unseen()
            && one.is_some_and(|interval| worse(interval, direction).hi <= margin)
            || all.is_some_and(|interval| stats::is_beyond(interval, margin))
    })
}
