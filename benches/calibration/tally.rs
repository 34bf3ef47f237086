//! What is counted, and what it is held against.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use rollcast::study::Metric;

use crate::shown::is_time;

/// The least coverage of every interval.
const COVERAGE_MIN: f64 = 0.93;

/// How often a claim may be false, of one that may be at 5 %.
const FALSE_MAX: f64 = 1.5 * 0.05;

/// Standard errors by which a goal may be missed without anything being wrong.
const ERRORS: f64 = 2.0;

/// Whether goals are known to be missed: where a few rollouts in a hundred are others, most samples do not show them, and the mean of a time
/// rests on its sample alone. Its intervals may miss their goal everywhere, verdicts where such rollouts are disasters. And pairs hardly ever add
/// quite the same to a ratio, so that the rule for those that mostly agree does not apply.
fn is_known(case: &str, kind: Kind, statistic: &str) -> bool {
    let is_mean_time =
        |(metric, of): (&str, &str)| of.starts_with("mean") && is_time(Metric::named(metric));
    let may_miss = matches!(kind, Kind::Interval(_)) || case != "interval_cov";
    kind == Kind::Interval(RATIOS_OF_PAIRS)
        || may_miss && statistic.split_once('.').is_some_and(is_mean_time)
}

/// The kind of those.
const RATIOS_OF_PAIRS: &str = "difference of ratios, paired";

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An interval of this kind, of which so many hold the truth.
    Interval(&'static str),
    /// A verdict of this kind, tried where it is false.
    Verdict(&'static str),
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Interval(name) | Kind::Verdict(name) => name,
        }
    }
}

/// How often something was tried, came about, and was right or false.
#[derive(Clone, Copy, Debug, Default)]
pub struct Count {
    /// Seeds in which there was a statistic.
    pub tried: u64,
    /// Intervals that were given; of verdicts, all that were tried.
    pub given: u64,
    /// Intervals that do not hold the truth, and claims that are false.
    pub wrong: u64,
}

impl Count {
    pub fn wrong_share(self) -> f64 {
        self.wrong as f64 / self.given.max(1) as f64
    }

    /// By how many standard errors of the goal it is missed; negative where it is met.
    pub fn missed_by(self, kind: Kind) -> f64 {
        let most = match kind {
            Kind::Interval(_) => 1.0 - COVERAGE_MIN,
            Kind::Verdict(_) => FALSE_MAX,
        };
        let error = (most * (1.0 - most) / self.given.max(1) as f64).sqrt();
        (self.wrong_share() - most) / error
    }

    fn add(&mut self, other: Count) {
        self.tried += other.tried;
        self.given += other.given;
        self.wrong += other.wrong;
    }
}

/// Counts by kind and statistic.
#[derive(Default)]
pub struct Tally(pub BTreeMap<(Kind, String), Count>);

impl Tally {
    /// Counts an interval whose open ends are `None`; with both open there is none.
    pub fn interval(
        &mut self,
        kind: &'static str,
        statistic: String,
        ends: (Option<f64>, Option<f64>),
        truth: f64,
    ) {
        /// The noise of adding up in another order.
        const NOISE: f64 = 1e-9;
        // What never comes has no noise.
        let noise = if truth.is_finite() {
            NOISE * truth.abs().max(NOISE)
        } else {
            0.0
        };
        let holds = |(lo, hi): (Option<f64>, Option<f64>)| {
            lo.is_none_or(|lo| lo <= truth + noise) && hi.is_none_or(|hi| hi >= truth - noise)
        };
        let given = ends != (None, None);
        let wrong = given && !holds(ends);
        self.count(
            Kind::Interval(kind),
            statistic,
            Count {
                tried: 1,
                given: given.into(),
                wrong: wrong.into(),
            },
        );
    }

    /// Counts a verdict that would be false.
    pub fn verdict(&mut self, kind: &'static str, statistic: String, claimed: bool) {
        self.count(
            Kind::Verdict(kind),
            statistic,
            Count {
                tried: 1,
                given: 1,
                wrong: claimed.into(),
            },
        );
    }

    /// Adds what another one counted.
    pub fn add(&mut self, other: Tally) {
        other
            .0
            .into_iter()
            .for_each(|((kind, statistic), count)| self.count(kind, statistic, count));
    }

    fn count(&mut self, kind: Kind, statistic: String, count: Count) {
        self.0.entry((kind, statistic)).or_default().add(count);
    }
}

/// Counts over samples, on all threads; each sample is on one.
pub fn over_samples(samples: u64, work: impl Fn(u64, &mut Tally) + Sync) -> Tally {
    let next = AtomicU64::new(0);
    let worker = || {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .build()
            .expect("a thread starts");
        pool.install(|| {
            let mut tally = Tally::default();
            loop {
                let which = next.fetch_add(1, Ordering::Relaxed);
                if which >= samples {
                    return tally;
                }
                work(which, &mut tally);
            }
        })
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let tallies: Vec<Tally> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        workers
            .into_iter()
            .map(|worker| worker.join().expect("a worker does not panic"))
            .collect()
    });
    let mut all = Tally::default();
    tallies.into_iter().for_each(|tally| all.add(tally));
    all
}

/// The counts of a case with so many replications.
pub struct Cell {
    pub case: &'static str,
    pub n: u64,
    pub tally: Tally,
}

impl Cell {
    /// The statistics of a kind with their counts.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = (&str, Count)> {
        let of_kind = self.tally.0.iter().filter(move |((of, _), _)| *of == kind);
        of_kind.map(|((_, statistic), count)| (statistic.as_str(), *count))
    }

    /// The statistic of a kind that is furthest from its goal.
    pub fn worst(&self, kind: Kind) -> Option<(&str, Count)> {
        let given = self.of(kind).filter(|(_, count)| count.given > 0);
        given.max_by(|(_, a), (_, b)| a.missed_by(kind).total_cmp(&b.missed_by(kind)))
    }

    /// A line for each kind of which a goal is missed by more than what luck explains; with `all`, for each statistic.
    pub fn missed(&self, all: bool) -> Vec<String> {
        self.missing(all, "missed", |kind, statistic| {
            !is_known(self.case, kind, statistic)
        })
    }

    /// The same of goals that are known to be missed.
    pub fn known(&self, all: bool) -> Vec<String> {
        self.missing(all, "known", |kind, statistic| {
            is_known(self.case, kind, statistic)
        })
    }

    fn missing(&self, all: bool, word: &str, counts: impl Fn(Kind, &str) -> bool) -> Vec<String> {
        let mut kinds: Vec<Kind> = self.tally.0.keys().map(|(kind, _)| *kind).collect();
        kinds.dedup();
        let mut lines = Vec::new();
        for kind in kinds {
            let mut missing: Vec<(&str, Count)> = self
                .of(kind)
                .filter(|(statistic, _)| counts(kind, statistic))
                .collect();
            missing.retain(|(_, count)| count.given > 0 && count.missed_by(kind) > ERRORS);
            missing.sort_by(|(_, a), (_, b)| b.missed_by(kind).total_cmp(&a.missed_by(kind)));
            let of_kind = missing.len();
            missing.truncate(if all { of_kind } else { 1 });
            for (statistic, count) in missing {
                let what = match kind {
                    Kind::Interval(_) => {
                        format!("holds the truth in {:.3}", 1.0 - count.wrong_share())
                    }
                    Kind::Verdict(_) => format!("is false in {:.3}", count.wrong_share()),
                };
                let (case, n, kind, given) = (self.case, self.n, kind.name(), count.given);
                let line = format!(
                    "{word}: {case}, {n} replications: {kind} of {statistic} {what} of {given}; {of_kind} of this kind"
                );
                lines.push(line);
            }
        }
        lines
    }
}
