//! Differences between settings, with the same luck and with luck of their own, and the verdicts on them.

use rollcast::scenario::Scenario;
use rollcast::study::check::{Baseline, Case as Check, GateProfile, Standing};
use rollcast::study::{self, Compared, Kind, METRICS, Margins, Metric, Pairing, Unwatched, Verdict, compared_statistics};

use crate::cases::{Case, Side};
use crate::shown::is_time;
use crate::tally::Tally;

/// What is added to a seed for luck that nobody else has.
const OTHER_LUCK: u64 = 1 << 32;

/// The changes that are checked against a baseline, which costs more than to compare.
const CHECKED: usize = 1;

/// B less A as it is, where both have the statistic.
fn difference(a: &Side, b: &Side, metric: &Metric, statistic: &str) -> Option<f64> {
    let difference = b.truth.get(metric, statistic) - a.truth.get(metric, statistic);
    difference.is_finite().then_some(difference)
}

/// Margins that are the true differences, where there are any.
fn margins(a: &Side, b: &Side) -> Margins {
    let mut flags = Vec::new();
    for metric in &METRICS {
        for statistic in compared_statistics(metric.kind) {
            let Some(difference) = difference(a, b, metric, statistic).filter(|difference| *difference != 0.0) else { continue };
            let amount = difference.abs();
            let value = match metric.unit() {
                _ if statistic == "p_never" => format!("{:.12}%", 100.0 * amount),
                "share" => format!("{:.12}%", 100.0 * amount),
                "s" | "robot s" => format!("{amount:.9}s"),
                "bytes" => format!("{amount:.6}B"),
                _ => format!("{amount:.12}"),
            };
            flags.push(format!("{}={value}", study::statistic_name(metric.name, statistic)));
        }
    }
    Margins::from_flags(&flags).unwrap_or_else(|found| panic!("{}", found.render(false)))
}

/// Counts what a comparison with each change shows and claims.
pub fn compare(case: &Case, n: u64, seed: u64, tally: &mut Tally) {
    for other in &case.others {
        let (a, b) = (case.a.with_seed(seed, n), other.with_seed(seed, n));
        let comparison = study::compare(&a, &b, &Pairing::of(&a, &b), &margins(&case.a, other), &Unwatched);
        for row in &comparison.profiles[0].rows {
            shown(row, (&case.a, other), true, tally);
            claimed(row, (&case.a, other), tally);
        }
    }
}

/// Counts the interval of a difference.
fn shown(row: &Compared, (a, b): (&Side, &Side), paired: bool, tally: &mut Tally) {
    let Some(truth) = difference(a, b, row.metric, row.statistic) else { return };
    let kinds = match (row.metric.kind, row.statistic) {
        (Kind::Ratio, _) => ("difference of ratios, paired", "difference of ratios, not paired"),
        (Kind::Event, _) | (_, "p_never") => ("difference of proportions, paired", "difference of proportions, not paired"),
        (_, "mean") if is_time(row.metric) => ("difference of mean times, paired", "difference of mean times, not paired"),
        (_, "mean") => ("difference of mean counts, paired", "difference of mean counts, not paired"),
        _ => ("difference of quantiles, paired", "difference of quantiles, not paired"),
    };
    tally.interval(if paired { kinds.0 } else { kinds.1 }, name(row, b), (row.lo, row.hi), truth);
}

fn name(row: &Compared, b: &Side) -> String {
    format!("{} ({})", study::statistic_name(row.metric.name, row.statistic), b.name)
}

/// Whether an interval lies beyond the truth: an end that is the truth, as in samples full of ties, is not.
fn is_beyond(row: &Compared, truth: f64) -> bool {
    let noise = 1e-9 * truth.abs();
    row.lo.is_some_and(|lo| lo > truth + noise) || row.hi.is_some_and(|hi| hi < truth - noise)
}

/// Counts the claims of a comparison whose margins are the true differences.
fn claimed(row: &Compared, (a, b): (&Side, &Side), tally: &mut Tally) {
    let Some(truth) = difference(a, b, row.metric, row.statistic) else { return };
    if row.verdict == Verdict::Incomparable {
        return;
    }
    tally.verdict("better or worse", name(row, b), row.verdict.is_different() && is_beyond(row, truth));
    if truth == 0.0 {
        return;
    }
    let noise = 1e-9 * truth.abs();
    let within = row.lo.zip(row.hi).is_some_and(|(lo, hi)| lo > -truth.abs() + noise && hi < truth.abs() - noise);
    tally.verdict("no difference", name(row, b), row.verdict == Verdict::NoDifference && within);
}

/// Counts what a check shows and claims: B against a baseline of A and A against one of B, with the same luck and with its own.
pub fn check(case: &Case, n: u64, seed: u64, tally: &mut Tally) {
    for other in case.others.iter().take(CHECKED) {
        for (before, now) in [(&case.a, other), (other, &case.a)] {
            let baseline = checked(before.with_seed(seed, n), n, None, &Margins::default())
                .bless(String::new(), &Unwatched)
                .expect("nobody interrupts");
            for (paired, luck) in [(true, seed), (false, seed + OTHER_LUCK)] {
                let check = checked(now.with_seed(luck, n), n, Some(baseline.clone()), &margins(before, now));
                let checked = check.check(true, &Unwatched).expect("nobody interrupts");
                let profiles = checked.gate.map_or_else(Vec::new, |gate| gate.profiles);
                profiles.iter().for_each(|profile| gated(profile, (before, now), paired, tally));
            }
        }
    }
}

fn checked(scenario: Scenario, replications: u64, baseline: Option<Baseline>, margins: &Margins) -> Check {
    Check { file: String::new(), scenario, limits: Vec::new(), margins: margins.clone(), replications, baseline }
}

/// Counts the intervals and the claims of a gate whose margins are the true differences.
fn gated(profile: &GateProfile, (before, now): (&Side, &Side), paired: bool, tally: &mut Tally) {
    for row in &profile.report {
        shown(row, (before, now), paired, tally);
    }
    for gated in &profile.gate {
        let row = &gated.compared;
        shown(row, (before, now), paired, tally);
        let Some(truth) = difference(before, now, row.metric, row.statistic) else { continue };
        let is_worse = match gated.direction {
            study::Direction::Lower => truth > 0.0,
            study::Direction::Higher => truth < 0.0,
            study::Direction::Neither => truth != 0.0,
        };
        let names = if paired {
            ("no worse, paired", "regression or improvement, paired")
        } else {
            ("no worse, not paired", "regression or improvement, not paired")
        };
        if is_worse {
            tally.verdict(names.0, name(row, now), gated.standing == Standing::NoWorse);
        }
        let claims = matches!(gated.standing, Standing::Regression | Standing::Changed | Standing::Improved);
        tally.verdict(names.1, name(row, now), claims && is_beyond(row, truth));
    }
}
