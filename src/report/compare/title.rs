//! The title of a comparison's chart: what B changes for the base, and how sure that is.

use crate::report::compare::table::counted;
use crate::report::titles::{capital, share};
use crate::scenario::BASE;
use crate::study::{Compared, ProfileComparison, Verdict};

/// The statistics that a title may be about, in the order in which it looks for one that has an answer, with what takes so long.
const LEADS: [(&str, &str, &str); 3] = [
    ("time_to_95_s", "p50", "to 95 % of robots (median)"),
    ("time_to_50_s", "p50", "to 50 % of robots (median)"),
    ("job_duration_s", "mean", "to the end of the job (mean)"),
];

/// What B changes for a profile, of whose rows some are `shown`.
pub(super) fn title(profile: &ProfileComparison, shown: &[(&str, &str, &str)]) -> String {
    let rows = || {
        let shown = shown.iter();
        shown.map(|(_, metric, statistic)| profile.get(metric, statistic))
    };
    let changed = Verdict::ALL
        .into_iter()
        .filter(|verdict| *verdict != Verdict::NoDifference);
    let counts: Vec<String> = changed.filter_map(|it| counted(rows(), it)).collect();
    let rest = match counts.is_empty() {
        true => "nothing else that matters differs".to_owned(),
        false => format!("of {} statistics {}", shown.len(), counts.join(", ")),
    };
    let lead = lead(profile);
    match profile.name.as_str() {
        BASE => format!("{}; {rest}", capital(&lead)),
        name => format!("{name}: {lead}; {rest}"),
    }
}

/// What B changes for the first time that comes on a side.
fn lead(profile: &ProfileComparison) -> String {
    for (metric, statistic, way) in LEADS {
        let row = profile.get(metric, statistic);
        match (row.a.is_finite(), row.b.is_finite()) {
            (true, true) => return said(way, row),
            (false, false) => {}
            (_, b) if statistic == "p50" => return never(profile.get(metric, "p_never"), way, b),
            (_, true) => return format!("only B comes {way}"),
            (_, false) => return format!("only A comes {way}"),
        }
    }
    "A and B never get there".to_owned()
}

/// How often a time never comes, the side first where it never comes in most rollouts: A, or B unless `b_gets_there`.
fn never(row: &Compared, way: &str, b_gets_there: bool) -> String {
    let ((side, often), (other, rarely)) = match b_gets_there {
        true => (("A", row.a), ("B", row.b)),
        false => (("B", row.b), ("A", row.a)),
    };
    let way = way.trim_end_matches(" (median)");
    let (often, rarely) = (share(often), share(rarely));
    format!("{side} never gets {way} in {often} of rollouts, {other} in {rarely}")
}

/// A time of B beside that of A.
fn said(way: &str, row: &Compared) -> String {
    let change = row.difference.map(|difference| difference / row.a);
    match (row.verdict, change) {
        (Verdict::Better | Verdict::Worse | Verdict::Higher | Verdict::Lower, Some(change)) => {
            let than = if change > 0.0 { "longer" } else { "less" };
            format!("B takes {} {than} {way}", share(change.abs()))
        }
        (Verdict::Inconclusive(_), _) => format!("whether B is faster {way} is inconclusive"),
        _ => format!("B takes about as long as A {way}"),
    }
}
