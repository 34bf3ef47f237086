//! The answer of a comparison: what decides, on both sides, with the difference and what it amounts to.

use crate::report::differences::{Scale, has_no_interval_yet};
use crate::report::page::{Page, Row, Table};
use crate::report::titles::capital;
use crate::report::words::{Sides, clock, headline_of, may_miss, never, plural, watched_longer};
use crate::scenario::BASE;
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

/// What a statistic is that differs.
const CHANGED: [Verdict; 4] = [
    Verdict::Worse,
    Verdict::Better,
    Verdict::Higher,
    Verdict::Lower,
];

/// The same row in a sentence.
const NEVER_REACHED: &str = "rollouts that never get there";

/// The answer of a comparison of at least one replication.
pub fn compare_page(
    sides: &Sides,
    margins: &Margins,
    pairing: &Pairing,
    comparison: &Comparison,
) -> Page {
    // At most nine digits: 0.07 · 100 is a little over 7 in floating point.
    let margin = (margins.default_share() * 1e9).round() / 1e7;
    let mut page = Page::new(sentence(sides, comparison));
    page.asked(format!("A  {}: {}", sides.name_a, headline_of(sides.a)));
    page.asked(format!("B  {}: {}", sides.name_b, headline_of(sides.b)));
    page.asked(format!(
        "{} of each with the same random numbers, seed {}; ± and [ ] are 95 % intervals of differences; those up to {margin} % do not matter; verdicts allow for the number of rows; means, unless a row says otherwise",
        plural(comparison.replications, "replication"),
        sides.a.seed,
    ));
    page.asked(unseen(comparison));
    for profile in &comparison.profiles {
        let heads = [profile.name.as_str(), "A", "B", "B less A", "verdict"];
        let rows = rows(profile, &nevers(sides, &profile.name));
        page.table(Table::new(heads).prose().rows(rows));
        page.text(by_clock(sides, profile).unwrap_or_default());
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

/// What differs, profile by profile; the base goes without its name.
fn sentence(sides: &Sides, comparison: &Comparison) -> String {
    let parts = comparison.profiles.iter().map(|profile| {
        let differences = differences(profile, &nevers(sides, &profile.name));
        match profile.name.as_str() {
            BASE => capital(&differences),
            name => format!("{name}: {differences}"),
        }
    });
    parts.collect::<Vec<String>>().join("; ") + "."
}

/// How often most robots do not get there, where the median time is none on a side, and the other differences.
fn differences(profile: &ProfileComparison, nevers: &[String; 2]) -> String {
    let rows = deciding(profile);
    let parts = CHANGED.into_iter().filter_map(|verdict| {
        let rows = rows.iter().filter(|(_, row)| row.verdict == verdict);
        let rows = rows.map(|(label, row)| format!("{label} {}", Scale::of(row).absolute(row)));
        let rows: Vec<String> = rows.collect();
        (!rows.is_empty()).then(|| format!("{} in {}", verdict.name(), rows.join(" and ")))
    });
    let parts: Vec<String> = parts.collect();
    let undecided = [Verdict::Inconclusive(None), Verdict::Incomparable].map(|verdict| {
        let rows = rows.iter().map(|(_, row)| *row);
        counted(rows, verdict).map_or_else(String::new, |words| format!(", {words}"))
    });
    let undecided = undecided.concat();
    let further = further(profile);
    let differences = match (parts.is_empty(), undecided.is_empty()) {
        (true, true) if further.is_empty() => "B differs from A in nothing that matters".to_owned(),
        (true, true) => "B differs from A in no row below".to_owned(),
        (true, false) if further.is_empty() => format!("no difference is shown{undecided}"),
        (true, false) => format!("no difference is shown in the rows below{undecided}"),
        (false, _) => format!("B is {}{undecided}", parts.join(", ")),
    };
    let never = never_there(profile, nevers).map_or_else(String::new, |words| words + "; ");
    never + &differences + &further
}

/// How many statistics beside those that decide differ, in a clause; empty if none does.
fn further(profile: &ProfileComparison) -> String {
    let further = profile.rows.iter().filter(|row| !row.decides);
    let changed = CHANGED.map(Verdict::name);
    let differ = further.filter(|row| changed.contains(&row.verdict.name()));
    match differ.count() as u64 {
        0 => String::new(),
        1 => "; 1 further statistic differs".to_owned(),
        n => format!("; {} differ", plural(n, "further statistic")),
    }
}

/// The rows that decide with their labels: that of a time which never comes on a side is how often it does not.
fn deciding(profile: &ProfileComparison) -> Vec<(&'static str, &Compared)> {
    let rows = DECIDING.into_iter().zip(LABELS);
    let rows = rows.map(|((metric, statistic), label)| {
        let row = profile.get(metric, statistic);
        match is_never(row) {
            true => (NEVER_REACHED, profile.get(metric, "p_never")),
            false => (label, row),
        }
    });
    rows.collect()
}

/// Whether a row is a median that is none on a side, since the time never comes in most rollouts.
fn is_never(row: &Compared) -> bool {
    row.verdict == Verdict::Incomparable && row.statistic == "p50"
}

/// In how many rollouts most robots never run the release, the side first where the median time is none.
fn never_there(profile: &ProfileComparison, [in_a, in_b]: &[String; 2]) -> Option<String> {
    let row = Some(profile.get("time_to_95_s", "p50")).filter(|row| is_never(row))?;
    let never_in = profile.get("time_to_95_s", "p_never");
    let [a, b] = [(never_in.a, "A"), (never_in.b, "B")]
        .map(|(value, side)| (Scale::of(never_in).value(value), side));
    let ((often, side), (other_often, other), words) = match row.a.is_infinite() {
        true => (a, b, in_a),
        false => (b, a, in_b),
    };
    let never = match words.as_str() {
        "never" => "never run the release".to_owned(),
        late => format!("run the release {late}"),
    };
    if (never_in.a, never_in.b) == (1.0, 1.0) {
        return Some(format!("95 % of the robots {never} on either side"));
    }
    Some(format!(
        "95 % of the robots {never} in {often} of rollouts of {side} and {other_often} of {other}"
    ))
}

fn is_open(row: &Compared) -> bool {
    matches!(row.verdict, Verdict::Inconclusive(_))
}

/// The words for a time that never comes under a profile, on both sides.
fn nevers(sides: &Sides, profile: &str) -> [String; 2] {
    [sides.a, sides.b].map(|side| {
        let profile = side.profile(profile);
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
        if is_never(row) {
            rows.push(fields(NEVER, profile.get(metric, "p_never"), nevers));
        }
    }
    rows
}

/// When most robots run the release by the clock, on the sides whose files say when the job is created; `None` if neither does.
fn by_clock(sides: &Sides, profile: &ProfileComparison) -> Option<String> {
    let row = profile.get("time_to_95_s", "p50");
    let clocks = [("A", sides.a, row.a), ("B", sides.b, row.b)].map(|(name, side, seconds)| {
        let clock = clock(side.profile(&profile.name)?, seconds)?;
        Some(format!("{clock} in {name}"))
    });
    let clocks: Vec<String> = clocks.into_iter().flatten().collect();
    let name = &profile.name;
    let told = clocks.join(", ");
    (!clocks.is_empty()).then(|| format!("{name}: 95 % by the clock {told} (median)"))
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
    let rows = deciding(profile).into_iter().map(|(_, row)| row);
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
    let rows = || comparison.profiles.iter().flat_map(|profile| &profile.rows);
    let words = Verdict::ALL.into_iter();
    let words: Vec<String> = words.filter_map(|it| counted(rows(), it)).collect();
    let all = count(rows().count() as u64);
    format!("compare.csv has all {all} statistics: {}", words.join(", "))
}

/// How many rows have a kind of verdict, in words; `None` if there are none.
pub(super) fn counted<'r>(
    rows: impl Iterator<Item = &'r Compared>,
    verdict: Verdict,
) -> Option<String> {
    let word = match verdict {
        Verdict::NoDifference => "without a difference",
        Verdict::Incomparable => "not comparable",
        plain => plain.name(),
    };
    let n = rows.filter(|row| row.verdict.name() == verdict.name());
    let n = n.count() as u64;
    (n > 0).then(|| format!("{} {word}", count(n)))
}
