//! The answer of a comparison: what decides, on both sides, with the difference and what it amounts to.

use crate::report::columns::in_columns;
use crate::report::differences::{Scale, has_no_interval_yet};
use crate::report::words::{Sides, headline_of, may_miss, never, plural, watched_longer};
use crate::study::{Compared, Comparison, DECIDING, Margins, Pairing, ProfileComparison, Verdict};
use crate::units::count;

/// What the rows of [`DECIDING`] are called.
const LABELS: [&str; DECIDING.len()] = [
    "threshold reached",
    "time to 95 %",
    "broken",
    "most down at once",
    "success rate",
    "job duration",
];

/// Label of the row that says how often a time never comes.
const NEVER: &str = "  it does not come in";

/// The answer of a comparison of at least one replication.
pub fn compare_table(
    sides: &Sides,
    margins: &Margins,
    pairing: &Pairing,
    comparison: &Comparison,
) -> String {
    // At most nine digits: 0.07 · 100 is a little over 7 in floating point.
    let margin = (margins.default_share() * 1e9).round() / 1e7;
    let mut out = format!(
        "A  {}: {}\nB  {}: {}\n{} of each on the same luck, seed {}; ± and [ ] are 95 % intervals of differences; those up to {margin} % do not matter\n{}",
        sides.name_a,
        headline_of(sides.a),
        sides.name_b,
        headline_of(sides.b),
        plural(comparison.replications, "replication"),
        sides.a.seed,
        unseen(comparison),
    );
    for profile in &comparison.profiles {
        out.push('\n');
        out += &in_columns(&rows(profile, &nevers(sides, &profile.name)));
    }
    out.push('\n');
    for (names, side) in [(&pairing.only_a, "A"), (&pairing.only_b, "B")] {
        if !names.is_empty() {
            out += &format!(
                "not compared, because only {side} has it: {}\n",
                names.join(", ")
            );
        }
    }
    out += &everything(comparison);
    out += &watched_longer(&comparison.watched_longer);
    out
}

/// The words for a time that never comes under a profile, on both sides.
fn nevers(sides: &Sides, profile: &str) -> [String; 2] {
    [sides.a, sides.b].map(|side| {
        let profile = side.profiles.iter().find(|known| known.name == profile);
        never(profile.and_then(|profile| profile.world.cutting_watch()))
    })
}

/// Which events are too rare for the comparison to show, unless both sides are certain.
fn unseen(comparison: &Comparison) -> String {
    let mut rows = comparison.profiles.iter().flat_map(|profile| &profile.rows);
    match rows.any(|row| row.difference.is_some() && (row.lo != row.hi || row.lo.is_none())) {
        true => format!("{}\n", may_miss(comparison.replications)),
        false => String::new(),
    }
}

fn rows(profile: &ProfileComparison, nevers: &[String; 2]) -> Vec<Vec<String>> {
    let head = [profile.name.as_str(), "A", "B", "B less A", ""];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for ((metric, statistic), label) in DECIDING.into_iter().zip(LABELS) {
        let row = profile.get(metric, statistic);
        rows.push(fields(label, row, nevers));
        if row.verdict == Verdict::Incomparable && statistic != "mean" {
            rows.push(fields(NEVER, profile.get(metric, "p_never"), nevers));
        }
    }
    rows
}

fn fields(label: &str, row: &Compared, [never_in_a, never_in_b]: &[String; 2]) -> Vec<String> {
    let scale = Scale::of(row);
    let values = [(row.a, never_in_a), (row.b, never_in_b)];
    let [a, b] = values.map(|(value, never)| match value.is_infinite() {
        true => never.clone(),
        false => scale.value(value),
    });
    vec![label.to_owned(), a, b, scale.difference(row), verdict(row)]
}

/// A verdict in words.
fn verdict(row: &Compared) -> String {
    match row.verdict {
        Verdict::Inconclusive(None) if row.margin == 0.0 && row.mostly.is_none() => {
            "inconclusive; a share of 0 is no margin, --margin may give one in its unit".to_owned()
        }
        Verdict::NoDifference => "no difference that matters".to_owned(),
        Verdict::Inconclusive(Some(n)) if has_no_interval_yet(row) => {
            format!(
                "inconclusive; {} would give an interval",
                plural(n, "replication")
            )
        }
        Verdict::Inconclusive(Some(n)) => {
            format!("inconclusive; about {} replications would decide", count(n))
        }
        Verdict::Incomparable => "not comparable".to_owned(),
        plain => plain.name().to_owned(),
    }
}

/// How many statistics have each verdict.
fn everything(comparison: &Comparison) -> String {
    let rows = comparison.profiles.iter().flat_map(|profile| &profile.rows);
    let rows: Vec<&str> = rows.map(|row| row.verdict.name()).collect();
    let words = [
        (Verdict::Better, "better"),
        (Verdict::Worse, "worse"),
        (Verdict::Higher, "higher"),
        (Verdict::Lower, "lower"),
        (Verdict::NoDifference, "no different"),
        (Verdict::Inconclusive(None), "inconclusive"),
        (Verdict::Incomparable, "not comparable"),
    ];
    let words = words.into_iter().filter_map(|(verdict, word)| {
        let n = rows.iter().filter(|name| **name == verdict.name()).count();
        (n > 0).then(|| format!("{} {word}", count(n as u64)))
    });
    let all = count(rows.len() as u64);
    let words = words.collect::<Vec<String>>().join(", ");
    format!("compare.csv has all {all} statistics: {words}\n")
}
