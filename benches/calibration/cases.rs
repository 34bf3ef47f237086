//! The scenarios, what is changed in them, and what is true of both.

use std::collections::BTreeMap;
use std::path::Path;

use rollcast::scenario::{Scenario, ScenarioFile};
use rollcast::sim::Outcome;
use rollcast::stats;
use rollcast::study::limit::Reach;
use rollcast::study::{self, METRICS, Metric, ProfileRun, QUANTILES, Unwatched};

/// Replications of a study.
pub const SIZES: [u64; 3] = [20, 50, 200];

/// The cases, files of `tests/cases`: a mean that varies in a few replications, a disaster in 1 % of them, and in 3 %.
pub const NAMES: [&str; 3] = ["interval_cov", "interval_rare", "interval_heavy"];

/// The seeds of the long simulation and of the samples.
const TRUTH_SEED: u64 = 1 << 40;
const POOL_SEED: u64 = 1;

/// Where everything stands beside each other, A first: another threshold, which changes few replications; a slower download, which
/// changes all of them by about as much; more robots at a time.
fn changes(name: &str) -> [(&'static str, &'static str); 3] {
    match name {
        "interval_cov" => [
            (
                "threshold",
                "rollout.robomaker.failure_threshold_percentage=20",
            ),
            (
                "slower",
                r#"cohort.*.download_rate={ lognormal = { median = "3.8 Mbit/s", sigma = 1.2 } }"#,
            ),
            (
                "concurrency",
                "rollout.robomaker.concurrent_deployment_percentage=30",
            ),
        ],
        _ => [
            (
                "threshold",
                "rollout.robomaker.failure_threshold_percentage=30",
            ),
            ("slower", r#"cohort.*.download_rate="7.8 Mbit/s""#),
            (
                "concurrency",
                "rollout.robomaker.concurrent_deployment_percentage=30",
            ),
        ],
    }
}

/// A scenario with what is true of it, and replications that are cut into samples.
pub struct Side {
    pub name: &'static str,
    pub truth: Truth,
    pub reach: Reach,
    pool: Vec<Outcome>,
}

impl Side {
    fn new(name: &'static str, file: &Path, set: Option<&str>, truth: u64, pool: u64) -> Side {
        let read = ScenarioFile::read(file).and_then(|mut file| {
            file.set("--set", set.unwrap_or("seed=1"))?;
            file.check(&[])
        });
        let (mut scenario, _) = read.unwrap_or_else(|found| panic!("{}", found.render(false)));
        let truth = Truth::of(&played(&mut scenario, TRUTH_SEED, truth));
        let ProfileRun {
            outcomes: pool,
            reach,
            ..
        } = played(&mut scenario, POOL_SEED, pool);
        Side {
            name,
            truth,
            reach,
            pool,
        }
    }

    /// Sample `which` of `n` replications; a sample of the same place in another side has the same luck.
    pub fn sample(&self, which: u64, n: u64) -> &[Outcome] {
        let (from, n) = ((which * n) as usize, n as usize);
        &self.pool[from..from + n]
    }
}

/// Plays the base of a scenario.
fn played(scenario: &mut Scenario, seed: u64, replications: u64) -> ProfileRun {
    scenario.seed = seed;
    scenario
        .profiles
        .iter_mut()
        .for_each(|profile| profile.world.seed = seed);
    study::run(scenario, replications, &Unwatched)
        .profiles
        .swap_remove(0)
}

/// Replications that a case needs.
pub struct Played {
    /// For what is true.
    pub truth: u64,
    /// To be cut into samples, of A and of what it is compared with.
    pub pool: u64,
    pub pool_of_others: u64,
}

/// A case: A, and what it is compared with.
pub struct Case {
    pub a: Side,
    pub others: Vec<Side>,
}

impl Case {
    /// Reads a case and plays it and its changes.
    pub fn read(name: &str, plan: &Played) -> Case {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/cases/{name}.toml"));
        let other = |(name, set): (&'static str, &'static str)| {
            Side::new(name, &path, Some(set), plan.truth, plan.pool_of_others)
        };
        Case {
            a: Side::new("A", &path, None, plan.truth, plan.pool),
            others: changes(name).into_iter().map(other).collect(),
        }
    }
}

/// The statistics of a long simulation, by name.
#[derive(Default)]
pub struct Truth(BTreeMap<String, f64>);

impl Truth {
    fn of(profile: &ProfileRun) -> Truth {
        let mut truth = BTreeMap::new();
        for metric in &METRICS {
            let mut values: Vec<f64> = profile.outcomes.iter().map(metric.value).collect();
            let name = |statistic: &str| study::statistic_name(metric.name, statistic);
            match metric.kind {
                study::Kind::Event => {
                    truth.insert(name(""), mean(&values));
                }
                // The ratio of the means.
                study::Kind::Ratio => {}
                kind => {
                    if kind == study::Kind::Number {
                        truth.insert(name("mean"), mean(&values));
                    } else {
                        let never = values.iter().filter(|value| value.is_infinite()).count();
                        truth.insert(name("p_never"), never as f64 / values.len() as f64);
                    }
                    stats::sort_total(&mut values);
                    for (quantile, q) in QUANTILES {
                        truth.insert(
                            name(quantile),
                            stats::quantile(&values, q).expect("there are replications"),
                        );
                    }
                }
            }
        }
        if let Some(tail) = profile
            .threshold_reached
            .as_ref()
            .ok()
            .filter(|tail| tail.kind() == "exact")
        {
            truth.insert("threshold_reached".to_owned(), tail.value);
        }
        truth.insert(
            "success_rate_started.mean".to_owned(),
            truth["updated_count.mean"] / truth["started_count.mean"],
        );
        for count in profile.failures.robots.iter() {
            truth.insert(format!("{}.count", count.code), count.count.mean.value);
            truth.insert(format!("{}.any", count.code), count.any.value);
        }
        Truth(truth)
    }

    /// A statistic; none of what the long simulation never saw.
    pub fn of_name(&self, name: &str) -> Option<f64> {
        self.0.get(name).copied()
    }

    /// A statistic of a metric.
    pub fn get(&self, metric: &Metric, statistic: &str) -> f64 {
        self.0[&study::statistic_name(metric.name, statistic)]
    }

    /// Whether a metric was the same in every replication.
    pub fn is_constant(&self, metric: &Metric) -> bool {
        match metric.kind {
            study::Kind::Event => [0.0, 1.0].contains(&self.get(metric, "")),
            study::Kind::Ratio => self.get(metric, "mean") == 1.0,
            study::Kind::Number => ["p01", "p99"]
                .iter()
                .all(|of| self.get(metric, of) == self.get(metric, "mean")),
            study::Kind::Time => {
                [0.0, 1.0].contains(&self.get(metric, "p_never"))
                    && self.get(metric, "p01") == self.get(metric, "p99")
            }
        }
    }
}

fn mean(values: &[f64]) -> f64 {
    stats::Moments::of(values)
        .expect("there are replications")
        .mean
}
