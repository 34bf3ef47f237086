//! Differences between settings, with the same luck and with luck of their own, and the verdicts on them.

use rollcast::scenario::BASE;
use rollcast::sim::Outcome;
use rollcast::study::check::{GateProfile, GateVerdict, gate_outcomes};
use rollcast::study::{
    self, Compared, Kind, Luck, Margins, Metric, Verdict, compare_outcomes, compared_statistics,
};

use crate::cases::Side;
use crate::shown::is_time;
use crate::tally::Tally;

/// The metrics that are compared: counts, a ratio, times, sums of times, bytes and events, those that decide among them.
const COMPARED: [&str; 13] = [
    "updated_count",
    "started_count",
    "broken_count",
    "down_peak_count",
    "success_rate",
    "success_rate_started",
    "job_duration_s",
    "time_to_50_s",
    "time_to_95_s",
    "downtime_robot_s",
    "slot_s_total",
    "bytes_total",
    "threshold_reached",
];

fn compared_metrics() -> [&'static Metric; COMPARED.len()] {
    COMPARED.map(Metric::named)
}

/// B less A as it is, where both have the statistic.
fn difference(a: &Side, b: &Side, metric: &Metric, statistic: &str) -> Option<f64> {
    let difference = b.truth.get(metric, statistic) - a.truth.get(metric, statistic);
    difference.is_finite().then_some(difference)
}

/// Margins that are the true differences, where there are any.
pub fn margins(a: &Side, b: &Side) -> Margins {
    let mut flags = Vec::new();
    for metric in compared_metrics() {
        for statistic in compared_statistics(metric.kind) {
            let Some(difference) =
                difference(a, b, metric, statistic).filter(|difference| *difference != 0.0)
            else {
                continue;
            };
            let amount = difference.abs();
            let value = match metric.unit() {
                _ if statistic == "p_never" => format!("{:.12}%", 100.0 * amount),
                "share" => format!("{:.12}%", 100.0 * amount),
                "s" | "robot s" => format!("{amount:.9}s"),
                "bytes" => format!("{amount:.6}B"),
                _ => format!("{amount:.12}"),
            };
            flags.push(format!(
                "{}={value}",
                study::statistic_name(metric.name, statistic)
            ));
        }
    }
    Margins::from_flags(&flags).unwrap_or_else(|found| panic!("{}", found.render(false)))
}

/// Two sides with a sample of each.
#[derive(Clone, Copy)]
pub struct Pair<'a> {
    pub a: (&'a Side, &'a [Outcome]),
    pub b: (&'a Side, &'a [Outcome]),
    pub luck: Luck,
}

/// Counts what a comparison shows and claims.
pub fn compare(pair: Pair, margins: &Margins, tally: &mut Tally) {
    let Pair {
        a: (a, of_a),
        b: (b, of_b),
        luck,
    } = pair;
    for row in &compare_outcomes(
        &compared_metrics(),
        (of_a, a.reach),
        (of_b, b.reach),
        luck,
        margins,
    ) {
        shown(row, (a, b), luck, tally);
        claimed(row, (a, b), tally);
    }
}

/// Counts the interval of a difference.
fn shown(row: &Compared, (a, b): (&Side, &Side), luck: Luck, tally: &mut Tally) {
    let Some(truth) = difference(a, b, row.metric, row.statistic) else {
        return;
    };
    let kinds = match (row.metric.kind, row.statistic) {
        (Kind::Ratio, _) => (
            "difference of ratios, paired",
            "difference of ratios, not paired",
        ),
        (Kind::Event, _) | (_, "p_never") => (
            "difference of proportions, paired",
            "difference of proportions, not paired",
        ),
        (_, "mean") if is_time(row.metric) => (
            "difference of mean times, paired",
            "difference of mean times, not paired",
        ),
        (_, "mean") => (
            "difference of mean counts, paired",
            "difference of mean counts, not paired",
        ),
        _ => (
            "difference of quantiles, paired",
            "difference of quantiles, not paired",
        ),
    };
    tally.interval(
        if luck == Luck::Shared {
            kinds.0
        } else {
            kinds.1
        },
        name(row, b),
        (row.lo, row.hi),
        truth,
    );
}

fn name(row: &Compared, b: &Side) -> String {
    format!(
        "{} ({})",
        study::statistic_name(row.metric.name, row.statistic),
        b.name
    )
}

/// Whether an interval lies beyond the truth: an end that is the truth, as in samples full of ties, is not.
fn is_beyond(row: &Compared, truth: f64) -> bool {
    let noise = 1e-9 * truth.abs();
    row.lo.is_some_and(|lo| lo > truth + noise) || row.hi.is_some_and(|hi| hi < truth - noise)
}

/// Counts the claims of a comparison whose margins are the true differences.
fn claimed(row: &Compared, (a, b): (&Side, &Side), tally: &mut Tally) {
    let Some(truth) = difference(a, b, row.metric, row.statistic) else {
        return;
    };
    if row.verdict == Verdict::Incomparable {
        return;
    }
    tally.verdict(
        "better or worse",
        name(row, b),
        row.verdict.is_different() && is_beyond(row, truth),
    );
    if truth == 0.0 {
        return;
    }
    let noise = 1e-9 * truth.abs();
    let within = row
        .lo
        .zip(row.hi)
        .is_some_and(|(lo, hi)| lo > -truth.abs() + noise && hi < truth.abs() - noise);
    tally.verdict(
        "no difference",
        name(row, b),
        row.verdict == Verdict::NoDifference && within,
    );
}

/// Counts what a check of B against a baseline of A shows and claims, where margins are the true differences.
pub fn check(pair: Pair, margins: &Margins, tally: &mut Tally) {
    let Pair {
        a: (before, was),
        b: (now, is),
        luck,
    } = pair;
    let profile: GateProfile = gate_outcomes(
        &compared_metrics(),
        was,
        (BASE, is, now.reach),
        luck,
        margins,
    );
    for gated in &profile.gate {
        let row = &gated.compared;
        let Some(truth) = difference(before, now, row.metric, row.statistic) else {
            continue;
        };
        let is_worse = match gated.direction {
            study::Direction::Lower => truth > 0.0,
            study::Direction::Higher => truth < 0.0,
            study::Direction::Neither => truth != 0.0,
        };
        let names = match luck {
            Luck::Shared => ("no worse, paired", "regression or improvement, paired"),
            Luck::Own => (
                "no worse, not paired",
                "regression or improvement, not paired",
            ),
        };
        if is_worse {
            tally.verdict(
                names.0,
                name(row, now),
                gated.standing == GateVerdict::NoWorse && !reaches(row, truth),
            );
        }
        let claims = matches!(
            gated.standing,
            GateVerdict::Regression | GateVerdict::Changed | GateVerdict::Improved
        );
        tally.verdict(names.1, name(row, now), claims && is_beyond(row, truth));
    }
}

/// Whether an interval ends at the truth itself, as in samples full of ties: then it does not leave it out.
fn reaches(row: &Compared, truth: f64) -> bool {
    let noise = 1e-9 * truth.abs();
    let end = if truth > 0.0 { row.hi } else { row.lo };
    end.is_some_and(|end| (end - truth).abs() <= noise)
}
