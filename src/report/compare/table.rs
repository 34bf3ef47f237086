//! The answer of a comparison: what decides, on both sides, with the difference and what it amounts to.

use crate::report::figures::{bracketed, differs_at_most, plus_minus, time_unit};
use crate::report::run::table::Columns;
use crate::report::words::{Sides, headline_of, may_miss, never, plural, watched_longer};
use crate::stats::Estimate;
use crate::study::{Compared, Comparison, DECIDING, Margins, Pairing, ProfileComparison, Verdict};
use crate::units::{count, decimal};

/// What the rows of [`DECIDING`] are called.
const LABELS: [&str; DECIDING.len()] = [
    "threshold reached",
    "time to 95 %",
    "broken",
    "most down at once",
    "success rate",
    "job duration",
];

/// What stands in a statistic's place where it never comes.
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
        out += &columns(profile, &nevers(sides, &profile.name)).render();
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

/// What is said on both sides of a time that does not come under a profile.
fn nevers(sides: &Sides, profile: &str) -> [String; 2] {
    [sides.a, sides.b].map(|side| {
        let profile = side.profiles.iter().find(|known| known.name == profile);
        never(profile.and_then(|profile| profile.world.cutting_watch()))
    })
}

/// What the comparison may not have seen, unless both sides are certain.
fn unseen(comparison: &Comparison) -> String {
    let mut rows = comparison.profiles.iter().flat_map(|profile| &profile.rows);
    let simulated =
        rows.any(|row| row.difference.is_some() && (row.lo != row.hi || row.lo.is_none()));
    if simulated {
        format!("{}\n", may_miss(comparison.replications))
    } else {
        String::new()
    }
}

fn columns(profile: &ProfileComparison, nevers: &[String; 2]) -> Columns {
    let head = [profile.name.as_str(), "A", "B", "B less A", ""]
        .map(str::to_owned)
        .to_vec();
    let mut columns = Columns { rows: vec![head] };
    for ((metric, statistic), label) in DECIDING.into_iter().zip(LABELS) {
        let row = profile.get(metric, statistic);
        columns.rows.push(fields(label, row, nevers));
        if row.verdict == Verdict::Incomparable && statistic != "mean" {
            columns
                .rows
                .push(fields(NEVER, profile.get(metric, "p_never"), nevers));
        }
    }
    columns
}

fn fields(label: &str, row: &Compared, nevers: &[String; 2]) -> Vec<String> {
    let scale = Scale::of(row);
    let value = |value: f64, never: &String| {
        if value.is_infinite() {
            never.clone()
        } else {
            scale.value(value)
        }
    };
    let [a, b] = nevers;
    vec![
        label.to_owned(),
        value(row.a, a),
        value(row.b, b),
        scale.difference(row),
        verdict(row),
    ]
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

/// Whether more replications would give its difference an interval.
pub(in crate::report) fn has_no_interval_yet(row: &Compared) -> bool {
    row.difference.is_some() && row.lo.is_none() && row.mostly.is_none()
}

/// In which unit the values of a row are written.
pub(in crate::report) struct Scale {
    unit: f64,
    name: &'static str,
    decimals: usize,
}

/// In which unit the values of a row are best written.
pub(in crate::report) fn scaled(row: &Compared) -> Scale {
    Scale::of(row)
}

impl Scale {
    fn of(row: &Compared) -> Scale {
        let largest = [row.a, row.b]
            .into_iter()
            .filter(|value| value.is_finite())
            .fold(0.0, f64::max);
        match row.unit() {
            "share" => Scale {
                unit: 0.01,
                name: " %",
                decimals: 1,
            },
            "s" => {
                let (unit, name) = time_unit(largest);
                Scale {
                    unit,
                    name,
                    decimals: 2,
                }
            }
            _ => Scale {
                unit: 1.0,
                name: "",
                decimals: 1,
            },
        }
    }

    pub(in crate::report) fn value(&self, value: f64) -> String {
        if value.is_finite() {
            format!("{}{}", decimal(value / self.unit, self.decimals), self.name)
        } else {
            "never".to_owned()
        }
    }

    /// A margin, finer than values are written.
    pub(in crate::report) fn margin(&self, margin: f64) -> String {
        format!(
            "{}{}",
            decimal(margin / self.unit, self.decimals + 1),
            self.name
        )
    }

    /// The difference with its interval, and as a share of A where that says something; what it mostly is, where that is all that is known.
    pub(in crate::report) fn difference(&self, row: &Compared) -> String {
        let Some(difference) = row.mostly.map(|mostly| mostly.value).or(row.difference) else {
            return "-".to_owned();
        };
        if (difference, row.lo, row.hi) == (0.0, Some(0.0), Some(0.0)) {
            return "0".to_owned();
        }
        let half_width = row.lo.zip(row.hi).map_or(0.0, |(lo, hi)| (hi - lo) / 2.0);
        let (unit, name) = match row.unit() {
            // A difference of minutes between hours is one of minutes.
            "s" => time_unit(difference.abs().max(half_width)),
            "share" => (self.unit, " points"),
            _ => (self.unit, self.name),
        };
        if (row.lo, row.hi) == (None, None) {
            let known = match (row.mostly, row.verdict.replications_to_decide()) {
                (Some(mostly), _) => differs_at_most(mostly.others_at_most),
                (None, Some(_)) => "no interval yet".to_owned(),
                (None, None) => "no interval, as it may be that it never comes".to_owned(),
            };
            return format!(
                "{}{name}, {known}",
                signed(decimal(difference / unit, self.decimals))
            );
        }
        let estimate = Estimate {
            value: difference,
            lo: row.lo,
            hi: row.hi,
        };
        if row.unit() == "share" {
            return signed(bracketed(estimate, unit, self.decimals, name));
        }
        let shown = signed(plus_minus(estimate, unit, self.decimals, name));
        if row.a == 0.0 || is_zero(&shown) {
            shown
        } else {
            format!("{shown}, {}", percent(difference / row.a))
        }
    }
}

/// A number, and what may stand behind it, with a plus where it is above zero.
fn signed(text: String) -> String {
    if is_zero(&text) || text.starts_with('-') {
        text
    } else {
        format!("+{text}")
    }
}

/// Whether the number that a text begins with is zero as it is written.
fn is_zero(text: &str) -> bool {
    text.split(' ')
        .next()
        .unwrap_or_default()
        .chars()
        .all(|c| matches!(c, '0' | '.' | '-'))
}

/// A relative difference.
pub(in crate::report) fn percent(relative: f64) -> String {
    signed(decimal(relative * 100.0, 1)) + " %"
}

/// What the verdicts on everything are, in numbers.
fn everything(comparison: &Comparison) -> String {
    let rows = || comparison.profiles.iter().flat_map(|profile| &profile.rows);
    let named = |verdict: Verdict| {
        rows()
            .filter(|row| row.verdict.name() == verdict.name())
            .count()
    };
    let kinds = [
        (Verdict::Better, "better"),
        (Verdict::Worse, "worse"),
        (Verdict::Higher, "higher"),
        (Verdict::Lower, "lower"),
        (Verdict::NoDifference, "no different"),
        (Verdict::Inconclusive(None), "inconclusive"),
        (Verdict::Incomparable, "not comparable"),
    ];
    let counts = kinds.map(|(verdict, word)| (named(verdict), word));
    let words: Vec<String> = counts
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, word)| format!("{} {word}", count(n as u64)))
        .collect();
    format!(
        "compare.csv has all {} statistics: {}\n",
        count(rows().count() as u64),
        words.join(", ")
    )
}
