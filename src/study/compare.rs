//! The comparison of two scenarios, profile by profile and statistic by statistic, on common random numbers.
//!
//! Both sides play the same replications with the same seed. What luck does to both cancels in the differences, so they are known far
//! better than either side's values. Nothing here knows how the two scenarios came about.

mod margin;
mod row;
mod verdict;

use rayon::prelude::*;

use crate::scenario::Scenario;
use crate::sim::Outcome;
use crate::stats::LEVEL;
use crate::stats::{self, Contrast, Mostly, Told};
use crate::study::Watch;
use crate::study::limit::Reach;
use crate::study::metric::{METRICS, Metric};
use crate::study::plan::{Plan, WatchedLonger, Worlds};
use crate::study::scheme::Scheme;
use crate::study::summary::EVERYTHING;

pub(in crate::study) use row::{Both, SideColumns};

pub use margin::{Margin, Margins};
pub use row::{Luck, compared_statistics};
pub use verdict::Verdict;
pub(in crate::study) use verdict::{claims, fewest};

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
        let in_b = |name: &String| b.profiles.iter().position(|profile| profile.name == *name);
        let names = a.profiles.iter().map(|profile| &profile.name).enumerate();
        Pairing {
            both: names
                .filter_map(|(which, name)| Some((which, in_b(name)?)))
                .collect(),
            only_a: only(a, b),
            only_b: only(b, a),
        }
    }
}

/// The names of the profiles that only one scenario has.
fn only(of: &Scenario, other: &Scenario) -> Vec<String> {
    let names = of.profiles.iter().map(|profile| &profile.name);
    names
        .filter(|name| other.profile(name).is_none())
        .cloned()
        .collect()
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
    /// What a difference comes to, given its p-values: as it is, adjusted over all that decides, and adjusted over everything.
    fn of(
        both: &Both,
        margin: f64,
        decides: bool,
        [p_value, p_holm, p_bh]: [Option<f64>; 3],
        n: Option<u64>,
    ) -> Compared {
        let Both {
            metric,
            statistic,
            a,
            b,
            difference,
        } = both;
        let contrast = difference.as_ref();
        let told = contrast.map(|contrast| contrast.at(1.0 - LEVEL));
        let interval = told.and_then(Told::interval);
        let p_values = p_value.zip(p_holm.or(p_bh));
        Compared {
            metric,
            statistic,
            a: *a,
            b: *b,
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
            verdict: verdict::verdict(contrast, margin, metric.direction(), p_values, n),
        }
    }

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
    let reaches: Vec<[Reach; 2]> = pairing
        .both
        .iter()
        .map(|(in_a, in_b)| [&a.profiles[*in_a], &b.profiles[*in_b]].map(Reach::of))
        .collect();
    let metrics: Vec<(usize, &'static Metric)> = (0..pairing.both.len())
        .flat_map(|pair| METRICS.iter().map(move |metric| (pair, metric)))
        .collect();
    let both: Vec<Vec<Both>> = metrics
        .par_iter()
        .map(|(pair, metric)| {
            let plays = [plays[2 * pair], plays[2 * pair + 1]];
            let sides = plays.map(|play| {
                let parts = metric.parts().into_iter();
                parts.map(|part| column(&played, play, part)).collect()
            });
            let mut both = SideColumns::new(metric, sides, Luck::Shared, reaches[*pair]).compared();
            // Both sides mean the same and were played as one.
            if plays[0] == plays[1] {
                both.iter_mut()
                    .for_each(|both| both.difference = Some(Contrast::Exact(0.0)));
            }
            both
        })
        .collect();

    let profiles: Vec<Vec<Both>> = both
        .chunks(METRICS.len())
        .map(<[Vec<Both>]>::concat)
        .collect();
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
    let reach = [a.1, b.1];
    let rows = metrics.iter().flat_map(|metric| {
        let sides = [a.0, b.0].map(|outcomes| {
            let parts = metric.parts().into_iter();
            parts.map(|part| part.values(outcomes)).collect()
        });
        SideColumns::new(metric, sides, luck, reach).compared()
    });
    judge(&[rows.collect()], margins, None)
        .pop()
        .expect("a bug: a profile that was compared")
}

/// The values of a metric in a play, by replication.
fn column(played: &[Vec<f64>], play: usize, metric: &'static Metric) -> Vec<f64> {
    let place = METRICS.iter().position(|known| std::ptr::eq(known, metric));
    let place = play * METRICS.len() + place.expect("a bug: a metric that is not in the table");
    played.iter().map(|values| values[place]).collect()
}

/// Both sides of each pair, A's row before B's. Where both mean the same they are played once.
fn plan(a: &Scenario, b: &Scenario, pairing: &Pairing) -> Plan {
    let mut worlds = Worlds::default();
    let profiles = pairing
        .both
        .iter()
        .flat_map(|(in_a, in_b)| [&a.profiles[*in_a], &b.profiles[*in_b]]);
    let rows = profiles
        .map(|profile| (worlds.number(0, profile.world.clone()), Scheme::of(profile)))
        .collect();
    Plan::new(worlds.distinct, rows)
}

/// Gives every difference its verdict, those of all profiles in mind; with `n` replications, also how many would decide.
pub(in crate::study) fn judge(
    profiles: &[Vec<Both>],
    margins: &Margins,
    n: Option<u64>,
) -> Vec<Vec<Compared>> {
    let deciding: Vec<Vec<bool>> = profiles.iter().map(|rows| deciding(rows)).collect();
    let p_values: Vec<Vec<Option<f64>>> = profiles
        .par_iter()
        .map(|rows| {
            rows.par_iter()
                .map(|both| p_value(both, n.is_some()))
                .collect()
        })
        .collect();
    let flat = p_values.iter().flatten().zip(deciding.iter().flatten());
    let all: Vec<f64> = p_values.iter().flatten().flatten().copied().collect();
    let decisive = flat.filter(|(_, decides)| **decides);
    let decisive: Vec<f64> = decisive.filter_map(|(p_value, _)| *p_value).collect();
    let mut bh = stats::benjamini_hochberg(&all).into_iter();
    let mut holm = stats::holm(&decisive).into_iter();
    let profiles = profiles.iter().zip(&p_values).zip(&deciding);
    let judged = profiles.map(|((rows, p_values), deciding)| {
        let rows = rows.iter().zip(p_values).zip(deciding);
        let compared = rows.map(|((both, p_value), decides)| {
            let p_bh = p_value.and_then(|_| bh.next());
            let p_holm = p_value.filter(|_| *decides).and_then(|_| holm.next());
            let margin = margins.of(both.metric, both.statistic, both.a);
            Compared::of(both, margin, *decides, [*p_value, p_holm, p_bh], n)
        });
        compared.collect()
    });
    judged.collect()
}

/// The p-value of no difference, if there is one. Unless it is shown, one above 5 % may as well be 1: after either correction it is no less.
fn p_value(both: &Both, is_shown: bool) -> Option<f64> {
    let interval = both.difference.as_ref()?.at(1.0 - LEVEL).interval()?;
    match is_shown || stats::is_beyond(interval, 0.0) {
        true => both.p_value(0.0),
        false => Some(1.0),
    }
}

/// Which rows of a profile decide: [`DECIDING`], and where a quantile of those never comes on a side, how often it does not.
fn deciding(rows: &[Both]) -> Vec<bool> {
    let deciding = DECIDING.map(|(metric, statistic)| {
        let mut never = rows.iter().filter(|row| row.difference.is_none());
        match never.any(|row| row.metric.name == metric && row.statistic == statistic) {
            true => (metric, "p_never"),
            false => (metric, statistic),
        }
    });
    rows.iter()
        .map(|row| deciding.contains(&(row.metric.name, row.statistic)))
        .collect()
}
