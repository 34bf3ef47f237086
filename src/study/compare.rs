//! The comparison of two scenarios, profile by profile and statistic by statistic, on common random numbers.
//!
//! Both sides play the same replications with the same seed. What luck does to both cancels in the differences, so they are known far
//! better than either side's values. Nothing here knows how the two scenarios came about.

mod margin;
mod row;
mod verdict;

use rayon::prelude::*;

use crate::scenario::{Profile, Scenario};
use crate::sim::Outcome;
use crate::stats::LEVEL;
use crate::stats::{self, Contrast, Mostly, Told};
use crate::study::Watch;
use crate::study::limit::Reach;
use crate::study::metric::{Kind, METRICS, Metric};
use crate::study::plan::{Plan, WatchedLonger, Worlds};
use crate::study::scheme::Scheme;
use crate::study::summary::EVERYTHING;

pub(in crate::study) use row::{Both, Columns, statistics};

pub use margin::{Margin, Margins};
pub use row::Luck;
pub use verdict::Verdict;
pub(in crate::study) use verdict::{claims, playable};

/// The statistics of metrics of a kind that are compared.
pub fn compared_statistics(kind: Kind) -> Vec<&'static str> {
    statistics(kind)
}

/// The statistics that decide, and of which a false claim is to be rarer than 5 % for all of them and all profiles together.
pub const DECIDING: [(&str, &str); 6] = [
    ("threshold_reached", ""),
    ("time_to_95_s", "p50"),
    ("broken_count", "mean"),
    ("down_peak_count", "mean"),
    ("success_rate", "mean"),
    ("job_duration_s", "mean"),
];

/// The profiles that both scenarios have, and those that only one has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairing {
    /// Their places in both scenarios, in the order of A.
    pub both: Vec<(usize, usize)>,
    pub only_a: Vec<String>,
    pub only_b: Vec<String>,
}

impl Pairing {
    /// Pairs profiles by name.
    pub fn of(a: &Scenario, b: &Scenario) -> Pairing {
        let place = |scenario: &Scenario, name: &str| {
            scenario
                .profiles
                .iter()
                .position(|profile| profile.name == name)
        };
        let only = |of: &Scenario, other: &Scenario| {
            let names = of.profiles.iter().map(|profile| &profile.name);
            names
                .filter(|name| place(other, name).is_none())
                .cloned()
                .collect()
        };
        let both = a
            .profiles
            .iter()
            .enumerate()
            .filter_map(|(which, profile)| Some((which, place(b, &profile.name)?)));
        Pairing {
            both: both.collect(),
            only_a: only(a, b),
            only_b: only(b, a),
        }
    }
}

/// Two scenarios compared.
pub struct Comparison {
    /// Fewer than asked for, if it was interrupted.
    pub replications: u64,
    /// In the order of A; empty if no replication was finished.
    pub profiles: Vec<ProfileComparison>,
    pub watched_longer: Option<WatchedLonger>,
}

/// One profile on both sides.
pub struct ProfileComparison {
    pub name: String,
    /// By metric and statistic, in the order of columns.
    pub rows: Vec<Compared>,
}

/// One statistic on both sides.
pub struct Compared {
    pub metric: &'static Metric,
    pub statistic: &'static str,
    /// Infinite for the quantile of a time that never comes; NaN for a ratio of nothing.
    pub a: f64,
    pub b: f64,
    /// B less A; none where one of them has no value.
    pub difference: Option<f64>,
    /// None if inconclusive.
    pub lo: Option<f64>,
    pub hi: Option<f64>,
    /// What it is in most replications, where nothing bounds it in the others.
    pub mostly: Option<Mostly>,
    /// The largest difference that does not matter.
    pub margin: f64,
    /// Whether it is one of [`DECIDING`], or stands for one that never comes.
    pub decides: bool,
    /// Of no difference: as it is, adjusted over all that decides, and adjusted over everything.
    pub p_value: Option<f64>,
    pub p_holm: Option<f64>,
    pub p_bh: Option<f64>,
    pub verdict: Verdict,
}

impl Compared {
    /// The unit of the values and of their difference.
    pub fn unit(&self) -> &'static str {
        if margin::is_share(self.metric, self.statistic) {
            "share"
        } else {
            self.metric.unit()
        }
    }
}

impl ProfileComparison {
    /// The statistic of the metric called `name`.
    ///
    /// # Panics
    /// If it is not compared: names in the program are known.
    pub fn get(&self, name: &str, statistic: &str) -> &Compared {
        let found = self
            .rows
            .iter()
            .find(|row| row.metric.name == name && row.statistic == statistic);
        found.unwrap_or_else(|| panic!("a bug: {name} {statistic} is not compared"))
    }
}

/// Plays the paired profiles of both scenarios, as often as A says, and compares them.
///
/// # Panics
/// If the seeds differ: what is paired shares its random numbers.
pub fn compare(
    a: &Scenario,
    b: &Scenario,
    pairing: &Pairing,
    margins: &Margins,
    watch: &impl Watch,
) -> Comparison {
    assert_eq!(a.seed, b.seed, "a comparison is of scenarios with one seed");
    let plan = plan(a, b, pairing);
    let plays = plan.plays_by_row();
    let played = plan.play_part(
        &(0..plan.counts().settings),
        &EVERYTHING,
        0..a.replications,
        watch,
    );
    let replications = played.len() as u64;
    if played.is_empty() {
        return Comparison {
            replications,
            profiles: Vec::new(),
            watched_longer: None,
        };
    }
    let column = |row: usize, metric: &Metric| -> Vec<f64> {
        let place = METRICS
            .iter()
            .position(|known| known.name == metric.name)
            .expect("a bug: a metric of this name");
        played
            .iter()
            .map(|values| values[plays[row] * METRICS.len() + place])
            .collect()
    };
    let jobs: Vec<(usize, usize)> = (0..pairing.both.len())
        .flat_map(|pair| (0..METRICS.len()).map(move |m| (pair, m)))
        .collect();
    let reaches: Vec<[Reach; 2]> = pairing
        .both
        .iter()
        .map(|(in_a, in_b)| [Reach::of(&a.profiles[*in_a]), Reach::of(&b.profiles[*in_b])])
        .collect();
    let both: Vec<Vec<(&'static str, Both)>> = jobs
        .par_iter()
        .map(|&(pair, metric)| {
            let rows = [2 * pair, 2 * pair + 1];
            let mut both = of_metric(
                &METRICS[metric],
                |side, metric| column(rows[side], metric),
                Luck::Shared,
                reaches[pair],
            );
            // Both sides mean the same and were played as one.
            if plays[rows[0]] == plays[rows[1]] {
                both.iter_mut()
                    .for_each(|(_, both)| both.difference = Some(Contrast::Exact(0.0)));
            }
            both
        })
        .collect();

    let profiles = both.chunks(METRICS.len()).map(|metrics| {
        let rows = METRICS.iter().zip(metrics);
        rows.flat_map(|(metric, statistics)| {
            statistics
                .iter()
                .map(move |(statistic, both)| (metric, *statistic, both.clone()))
        })
        .collect()
    });
    let profiles: Vec<Vec<(&'static Metric, &'static str, Both)>> = profiles.collect();
    let judged = judge(&profiles, margins, Some(replications));
    let names = pairing
        .both
        .iter()
        .map(|(which, _)| a.profiles[*which].name.clone());
    let profiles = names
        .zip(judged)
        .map(|(name, rows)| ProfileComparison { name, rows })
        .collect();
    Comparison {
        replications,
        profiles,
        watched_longer: plan.watched_longer(),
    }
}

/// Compares some metrics of one profile on both sides, each with its outcomes by replication and what its metrics can be, as [`compare`] does;
/// the claims are of these metrics. How many replications would decide is left out, and p-values above 5 % are 1.
pub fn compare_outcomes(
    metrics: &[&'static Metric],
    a: (&[Outcome], Reach),
    b: (&[Outcome], Reach),
    luck: Luck,
    margins: &Margins,
) -> Vec<Compared> {
    let outcomes = [a.0, b.0];
    let column = |side: usize, metric: &Metric| {
        outcomes[side]
            .iter()
            .map(|outcome| (metric.value)(outcome))
            .collect()
    };
    let rows = metrics.iter().flat_map(|metric| {
        let both = of_metric(metric, column, luck, [a.1, b.1]).into_iter();
        both.map(move |(statistic, both)| (*metric, statistic, both))
    });
    judge(&[rows.collect()], margins, None)
        .pop()
        .expect("a bug: a profile that was compared")
}

/// The statistics of a metric on both sides; `column` gives the values of a metric by side.
fn of_metric(
    metric: &'static Metric,
    column: impl Fn(usize, &Metric) -> Vec<f64>,
    luck: Luck,
    reaches: [Reach; 2],
) -> Vec<(&'static str, Both)> {
    let of_all = |columns: &Columns| {
        let statistics = statistics(metric.kind).into_iter();
        statistics
            .map(|statistic| (statistic, columns.compared(statistic)))
            .collect()
    };
    if metric.kind == Kind::Ratio {
        let parts = [0, 1].map(|side| {
            ["updated_count", "started_count"].map(|name| column(side, Metric::named(name)))
        });
        let ratio = parts
            .each_ref()
            .map(|side| side.each_ref().map(Vec::as_slice));
        return of_all(&Columns::of_ratio(metric, ratio, luck, reaches));
    }
    let [a, b] = [0, 1].map(|side| column(side, metric));
    of_all(&Columns::new(metric, &a, &b, luck, reaches))
}

/// Both sides of each pair, A's row before B's. Where both mean the same they are played once.
fn plan(a: &Scenario, b: &Scenario, pairing: &Pairing) -> Plan {
    let mut worlds = Worlds::default();
    let mut case =
        |profile: &Profile| (worlds.number(0, profile.world.clone()), Scheme::of(profile));
    let rows = pairing
        .both
        .iter()
        .flat_map(|(in_a, in_b)| [&a.profiles[*in_a], &b.profiles[*in_b]]);
    let rows = rows.map(&mut case).collect();
    Plan::new(worlds.distinct, rows)
}

/// Gives every difference its verdict, those of all profiles in mind; with `n` replications, also how many would decide.
pub(in crate::study) fn judge(
    profiles: &[Vec<(&'static Metric, &'static str, Both)>],
    margins: &Margins,
    n: Option<u64>,
) -> Vec<Vec<Compared>> {
    let deciding: Vec<Vec<bool>> = profiles.iter().map(|rows| deciding(rows)).collect();
    let p_value = |(_, _, both): &(&'static Metric, &'static str, Both)| {
        let contrast = both.difference.as_ref()?;
        let interval = contrast.at(1.0 - LEVEL).interval()?;
        // Where only verdicts are asked for, a p-value above 5 % may as well be 1: after either correction it is no less.
        let matters = n.is_some() || stats::is_beyond(interval, 0.0);
        Some(if matters {
            contrast.least_error_beyond(0.0)
        } else {
            1.0
        })
    };
    let p_values: Vec<Vec<Option<f64>>> = profiles
        .par_iter()
        .map(|rows| rows.par_iter().map(p_value).collect::<Vec<_>>())
        .collect();
    let flat = || p_values.iter().flatten().zip(deciding.iter().flatten());
    let all: Vec<f64> = flat().filter_map(|(p_value, _)| *p_value).collect();
    let decisive: Vec<f64> = flat()
        .filter(|(_, decides)| **decides)
        .filter_map(|(p_value, _)| *p_value)
        .collect();
    let mut bh = stats::benjamini_hochberg(&all).into_iter();
    let mut holm = stats::holm(&decisive).into_iter();
    let mut row = |(metric, statistic, both): &(&'static Metric, &'static str, Both),
                   p_value: Option<f64>,
                   decides: bool| {
        let p_bh = p_value.and_then(|_| bh.next());
        let p_holm = p_value.filter(|_| decides).and_then(|_| holm.next());
        let margin = margins.of(metric, statistic, both.a);
        let contrast = both.difference.as_ref();
        let told = contrast.map(|contrast| contrast.at(1.0 - LEVEL));
        let interval = told.and_then(Told::interval);
        Compared {
            metric,
            statistic,
            a: both.a,
            b: both.b,
            difference: contrast.map(Contrast::estimate),
            lo: interval.map(|interval| interval.lo),
            hi: interval.map(|interval| interval.hi),
            mostly: match told {
                Some(Told::Mostly(mostly)) => Some(mostly),
                _ => None,
            },
            margin,
            decides,
            p_value,
            p_holm,
            p_bh,
            verdict: verdict::verdict(
                contrast,
                margin,
                metric.direction(),
                p_value.zip(p_holm.or(p_bh)),
                n,
            ),
        }
    };
    let profiles = profiles.iter().zip(&p_values).zip(&deciding);
    let profiles = profiles.map(|((rows, p_values), deciding)| {
        let rows = rows.iter().zip(p_values).zip(deciding);
        rows.map(|((compared, p_value), decides)| row(compared, *p_value, *decides))
            .collect()
    });
    profiles.collect()
}

/// Which rows of a profile decide: [`DECIDING`], and where a quantile of those never comes on a side, how often it does not.
fn deciding(rows: &[(&'static Metric, &'static str, Both)]) -> Vec<bool> {
    let never = |name: &str, statistic: &str| {
        let row = rows
            .iter()
            .find(|(metric, of, _)| metric.name == name && *of == statistic);
        row.is_some_and(|(_, _, both)| both.difference.is_none())
    };
    let decides = |name: &str, of: &str| {
        DECIDING.iter().any(|(metric, statistic)| {
            *metric == name
                && if never(metric, statistic) {
                    of == "p_never"
                } else {
                    of == *statistic
                }
        })
    };
    rows.iter()
        .map(|(metric, statistic, _)| decides(metric.name, statistic))
        .collect()
}
