//! The title of a comparison's chart: what B changes for the base, and how sure that is.

use crate::report::titles::{capital, share};
use crate::study::{Compared, ProfileComparison, Verdict};

/// The statistics that a title may be about, in the order in which it looks for one that has an answer, with the words for more and
/// for less of it.
const LEADS: [(&str, &str, &str, &str); 3] = [
    (
        "time_to_95_s",
        "p50",
        "takes {} longer to 95 % of robots (median)",
        "takes {} less to 95 % of robots (median)",
    ),
    (
        "time_to_50_s",
        "p50",
        "takes {} longer to 50 % of robots (median)",
        "takes {} less to 50 % of robots (median)",
    ),
    (
        "job_duration_s",
        "mean",
        "takes {} longer to the end of the job (mean)",
        "takes {} less to the end of the job (mean)",
    ),
];

/// What B changes for a profile, of whose rows some are `shown`.
pub(super) fn title(profile: &ProfileComparison, shown: &[(&str, &str, &str)]) -> String {
    let rows = shown
        .iter()
        .map(|(_, metric, statistic)| profile.get(metric, statistic));
    let (mut better, mut worse, mut open) = (0, 0, 0);
    for row in rows {
        match row.verdict {
            Verdict::Better => better += 1,
            Verdict::Worse => worse += 1,
            Verdict::Inconclusive(_) => open += 1,
            _ => {}
        }
    }
    let lead = LEADS
        .into_iter()
        .map(|lead| (lead, profile.get(lead.0, lead.1)))
        .find(|(_, row)| row.verdict != Verdict::Incomparable)
        .map_or_else(
            || "B and A never get there".to_owned(),
            |(lead, row)| said(lead, row),
        );
    let of = match profile.name.as_str() {
        crate::scenario::BASE => String::new(),
        name => format!("{name}: "),
    };
    let counts = [(better, "better"), (worse, "worse"), (open, "inconclusive")];
    let counts = counts.iter().filter(|(n, _)| *n > 0);
    let counts: Vec<String> = counts.map(|(n, word)| format!("{n} {word}")).collect();
    match counts.is_empty() {
        true => capital(&format!("{of}{lead}; nothing else differs")),
        false => capital(&format!(
            "{of}{lead}; of {} statistics {}",
            shown.len(),
            counts.join(", ")
        )),
    }
}

/// A time of B beside that of A.
fn said((_, _, more, less): (&str, &str, &str, &str), row: &Compared) -> String {
    let change = row.difference.map(|difference| difference / row.a);
    match (row.verdict, change) {
        (Verdict::Better | Verdict::Worse | Verdict::Higher | Verdict::Lower, Some(change)) => {
            let words = if change > 0.0 { more } else { less };
            format!("B {}", words.replace("{}", &share(change.abs())))
        }
        (Verdict::Inconclusive(_), _) => "whether B is faster is inconclusive".to_owned(),
        _ => "B takes about as long as A".to_owned(),
    }
}
