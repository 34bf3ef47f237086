//! The answer of a comparison: what decides, on both sides, with the difference and what it amounts to.

use crate::report::differences::{Scale, has_no_interval_yet};
use crate::report::page::{Page, Row, Table};
use crate::report::words::{Sides, headline_of, may_miss, never, plural, watched_longer};
use crate::study::{Compared, Comparison, DECIDING, Margins, Pairing, ProfileComparison, Verdict};
use crate::units::count;

/// What the rows of [`DECIDING`] are called.
const LABELS: [&str; DECIDING.len()] = [
    "threshold reached",
    "time to 95 %, median",
    "broken",
    "most down at once",
    "success rate",
    "job duration",
];

/// Label of the row that says how often a time never comes.
const NEVER: &str = "it does not come in";

/// The answer of a comparison of at least one replication.
pub fn compare_page(
    sides: &Sides,
    margins: &Margins,
    pairing: &Pairing,
    comparison: &Comparison,
) -> Page {
    // At most nine digits: 0.07 · 100 is a little over 7 in floating point.
    let margin = (margins.default_share() * 1e9).round() / 1e7;
    let mut page = Page::new(sentence(comparison));
    page.asked(format!("A  {}: {}", sides.name_a, headline_of(sides.a)));
    page.asked(format!("B  {}: {}", sides.name_b, headline_of(sides.b)));
    page.asked(format!(
        "{} of each with the same random numbers, seed {}; ± and [ ] are 95 % intervals of differences; those up to {margin} % do not matter; means, unless a row says otherwise",
        plural(comparison.replications, "replication"),
        sides.a.seed,
    ));
    page.asked(unseen(comparison));
    for profile in &comparison.profiles {
        let heads = [profile.name.as_str(), "A", "B", "B less A", "verdict"];
        let rows = rows(profile, &nevers(sides, &profile.name));
        page.table(Table::new(heads).prose().rows(rows));
        page.text(to_decide(profile));
    }
    for (names, side) in [(&pairing.only_a, "A"), (&pairing.only_b, "B")] {
        if !names.is_empty() {
            let names = names.join(", ");
            page.text(format!("not compared, because only {side} has it: {names}"));
        }
    }
    page.text(everything(comparison));
    page.text(watched_longer(&comparison.watched_longer));
    page
}

/// What differs, profile by profile.
fn sentence(comparison: &Comparison) -> String {
    let parts: Vec<String> = comparison.profiles.iter().map(differences).collect();
    parts.join("; ") + "."
}

fn differences(profile: &ProfileComparison) -> String {
    let rows = DECIDING.into_iter().zip(LABELS);
    let rows = rows.map(|((metric, statistic), label)| (label, profile.get(metric, statistic)));
    let rows: Vec<(&str, &Compared)> = rows.collect();
    let words = [
        Verdict::Worse,
        Verdict::Better,
        Verdict::Higher,
        Verdict::Lower,
    ];
    let parts = words.into_iter().filter_map(|verdict| {
        let rows = rows.iter().filter(|(_, row)| row.verdict == verdict);
        let rows = rows.map(|(label, row)| format!("{label} {}", Scale::of(row).absolute(row)));
        let rows: Vec<String> = rows.collect();
        (!rows.is_empty()).then(|| format!("{} in {}", verdict.name(), rows.join(" and ")))
    });
    let parts: Vec<String> = parts.collect();
    let open = rows.iter().filter(|(_, row)| is_open(row)).count();
    let name = &profile.name;
    match (parts.is_empty(), open) {
        (true, 0) => format!("{name}: B differs from A in nothing that matters"),
        (true, n) => format!(
            "{name}: no difference is shown, {} inconclusive",
            count(n as u64)
        ),
        (false, 0) => format!("{name}: B is {}", parts.join(", ")),
        (false, n) => format!(
            "{name}: B is {}, {} inconclusive",
            parts.join(", "),
            count(n as u64)
        ),
    }
}

fn is_open(row: &Compared) -> bool {
    matches!(row.verdict, Verdict::Inconclusive(_))
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
        true => may_miss(comparison.replications),
        false => String::new(),
    }
}

fn rows(profile: &ProfileComparison, nevers: &[String; 2]) -> Vec<Row> {
    let mut rows = Vec::new();
    for ((metric, statistic), label) in DECIDING.into_iter().zip(LABELS) {
        let row = profile.get(metric, statistic);
        rows.push(fields(label, row, nevers));
        if row.verdict == Verdict::Incomparable && statistic != "mean" {
            rows.push(fields(NEVER, profile.get(metric, "p_never"), nevers));
        }
    }
    rows
}

fn fields(label: &str, row: &Compared, [never_in_a, never_in_b]: &[String; 2]) -> Row {
    let scale = Scale::of(row);
    let values = [(row.a, never_in_a), (row.b, never_in_b)];
    let [a, b] = values.map(|(value, never)| match value.is_infinite() {
        true => never.clone(),
        false => scale.value(value),
    });
    let fields = [a, b, scale.difference(row), verdict(row)];
    match label == NEVER {
        true => Row::under(label, fields),
        false => Row::new(label, fields),
    }
}

/// A verdict in a word.
fn verdict(row: &Compared) -> String {
    match row.verdict {
        Verdict::NoDifference => "no difference".to_owned(),
        Verdict::Incomparable => "not comparable".to_owned(),
        Verdict::Inconclusive(_) => "inconclusive".to_owned(),
        plain => plain.name().to_owned(),
    }
}

/// What would decide the inconclusive rows of a profile; empty where there are none.
fn to_decide(profile: &ProfileComparison) -> String {
    let rows = DECIDING
        .into_iter()
        .map(|(metric, statistic)| profile.get(metric, statistic));
    let open: Vec<&Compared> = rows.filter(|row| is_open(row)).collect();
    let needed = open
        .iter()
        .filter_map(|row| row.verdict.replications_to_decide())
        .max();
    let hardly = open.iter().any(|row| {
        matches!(row.verdict, Verdict::Inconclusive(None))
            && row.margin == 0.0
            && row.mostly.is_none()
    });
    let mut parts = Vec::new();
    if let Some(n) = needed {
        let decide = match open.iter().any(|row| has_no_interval_yet(row)) {
            true => "would give an interval to, or decide, what is inconclusive",
            false => "would decide what is inconclusive",
        };
        parts.push(format!("about {} {decide}", plural(n, "replication")));
    }
    if hardly {
        parts.push("a share of 0 is no margin, --margin may give one in its unit".to_owned());
    }
    match parts.is_empty() {
        true => String::new(),
        false => format!("{}: {}", profile.name, parts.join("; ")),
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
    format!("compare.csv has all {all} statistics: {words}")
}
