//! Tick labels that are names: which of them are written, and on how many lines.

use super::frame::LABEL_FONT;

const LINES: usize = 3;
/// With so much room a label is shortened rather than left out [pixels].
const SHORTENED: f64 = 64.0;
/// Air between neighbouring labels [pixels].
const AIR: f64 = 12.0;

/// Labels under columns `cell` pixels apart: index and lines of those that are written.
///
/// All of them if they fit, on up to three lines; else numbers thinned to round ones, and names shortened, or, where that would leave
/// too little of them, thinned evenly.
pub(super) fn columns<S: AsRef<str>>(labels: &[S], cell: f64) -> Vec<(usize, Vec<String>)> {
    let spaced = spaced(labels, cell, |label| LABEL_FONT.width(label) + AIR);
    if are_numbers(labels) || spaced.len() == labels.len() {
        return spaced
            .into_iter()
            .map(|i| (i, vec![labels[i].as_ref().to_owned()]))
            .collect();
    }
    let mut every = 1;
    loop {
        let room = every as f64 * cell - AIR;
        let wrapped = wrapped(labels, every, room);
        if !is_any_cut(&wrapped) {
            return wrapped;
        }
        if room >= SHORTENED || every >= labels.len() {
            let labels = told_apart(labels, |label| {
                let lines = LABEL_FONT.wrap(label, room, LINES);
                !lines.concat().contains('…')
            });
            return self::wrapped(&labels, every, room);
        }
        every += 1;
    }
}

/// One label in `every`, with its place and its lines.
fn wrapped<S: AsRef<str>>(labels: &[S], every: usize, room: f64) -> Vec<(usize, Vec<String>)> {
    let kept = labels.iter().enumerate().step_by(every);
    kept.map(|(i, label)| (i, LABEL_FONT.wrap(label.as_ref(), room, LINES)))
        .collect()
}

/// Whether the end of any line is cut off.
fn is_any_cut(labels: &[(usize, Vec<String>)]) -> bool {
    let mut lines = labels.iter().flat_map(|(_, lines)| lines);
    lines.any(|line| line.ends_with('…'))
}

/// How much of labels can be read under columns `cell` pixels apart. Numbers may always be thinned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Legibility {
    /// Some are left out.
    Thinned,
    /// Some are shortened.
    Shortened,
    Whole,
}

/// What [`columns`] makes of labels.
pub(super) fn legibility<S: AsRef<str>>(labels: &[S], cell: f64) -> Legibility {
    let written = columns(labels, cell);
    let mut lines = written.iter().flat_map(|(_, lines)| lines);
    match lines.any(|line| line.contains('…')) {
        _ if are_numbers(labels) => Legibility::Whole,
        _ if written.len() < labels.len() => Legibility::Thinned,
        true => Legibility::Shortened,
        false => Legibility::Whole,
    }
}

/// Which of `labels` are written when cells are `cell` pixels wide and a label `needs` a number of pixels.
///
/// All if they fit; else, if they are numbers, those at multiples of a round step (10, 20, ... rather than 1, 11, ...);
/// else evenly spaced ones.
pub(super) fn spaced<S: AsRef<str>>(
    labels: &[S],
    cell: f64,
    needs: impl Fn(&str) -> f64,
) -> Vec<usize> {
    let room = labels.iter().map(|l| needs(l.as_ref())).fold(0.0, f64::max);
    let all: Vec<usize> = (0..labels.len()).collect();
    if are_apart(&all, cell, room) {
        return all;
    }
    let numbers: Option<Vec<f64>> = labels.iter().map(|l| number(l.as_ref())).collect();
    for step in [
        1.0, 2.0, 5.0, 10.0, 20.0, 25.0, 50.0, 100.0, 200.0, 500.0, 1000.0,
    ] {
        let Some(numbers) = &numbers else { break };
        let mut kept = all.clone();
        kept.retain(|&i| numbers[i] % step == 0.0);
        if kept.len() >= 3 && are_apart(&kept, cell, 1.5 * room) {
            return kept;
        }
    }
    let every = (room / cell.max(0.01)).ceil().max(1.0) as usize;
    all.into_iter().step_by(every).collect()
}

/// Whether neighbours among these columns are `room` pixels apart.
fn are_apart(columns: &[usize], cell: f64, room: f64) -> bool {
    let mut neighbours = columns.windows(2);
    neighbours.all(|pair| (pair[1] - pair[0]) as f64 * cell >= room)
}

/// Labels, of which those that do not fit will be shortened at their ends. These lose the beginning that they share with another label, so
/// that they stay different: whole entries of a list or table, else whole words.
pub(super) fn told_apart<S: AsRef<str>>(labels: &[S], fits: impl Fn(&str) -> bool) -> Vec<String> {
    let labels: Vec<&str> = labels.iter().map(AsRef::as_ref).collect();
    let told = labels.iter().map(|label| {
        let shared = labels.iter().map(|other| shared(label, other)).max();
        let beginning = &label[..shared.unwrap_or(0)];
        let entry = beginning.rfind(", ").map(|at| at + 2);
        let word = beginning
            .rfind(' ')
            .or_else(|| beginning.rfind(|c: char| c.is_ascii_punctuation()))
            .map(|at| at + 1);
        match entry.or(word) {
            Some(from) if !fits(label) => format!("…{}", &label[from..]),
            _ => (*label).to_owned(),
        }
    });
    told.collect()
}

/// Where two texts begin to differ; 0 if one is the beginning of the other.
fn shared(a: &str, b: &str) -> usize {
    let mut pairs = a.char_indices().zip(b.chars());
    pairs
        .find(|((_, a), b)| a != b)
        .map_or(0, |((at, _), _)| at)
}

fn are_numbers<S: AsRef<str>>(labels: &[S]) -> bool {
    labels.iter().all(|label| number(label.as_ref()).is_some())
}

/// The number a label stands for: `10` or `10 %`, but not `30 min`, which may stand beside `1 h`.
fn number(label: &str) -> Option<f64> {
    label.trim_end_matches('%').trim_end().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_numbers_are_labelled_where_they_are_round() {
        let labels: Vec<String> = (1..=100).map(|p| format!("{p} %")).collect();
        let names: Vec<String> = columns(&labels, 7.0)
            .into_iter()
            .flat_map(|(_, lines)| lines)
            .collect();
        assert_eq!(names, ["20 %", "40 %", "60 %", "80 %", "100 %"]);
    }

    #[test]
    fn names_take_more_lines_before_any_is_left_out() {
        let labels = [
            "sliding window",
            "batches, abort at once",
            "canary then all",
        ];
        let kept = columns(&labels, 110.0);
        assert_eq!(kept.len(), 3);
        assert_eq!(kept[1].1.join(" "), labels[1]);
        let narrow = columns(&labels, 40.0);
        assert!(
            narrow.len() == 2
                && narrow
                    .iter()
                    .all(|(_, lines)| !lines.concat().contains('…')),
            "{narrow:?}"
        );
    }

    #[test]
    fn long_names_are_shortened_where_they_differ() {
        let labels = [["slow", "fast"], ["fast", "slow"]]
            .map(|order| format!("{{ cohorts = {order:?}, all_of_them = true }}"));
        let kept: Vec<String> = columns(&labels, 100.0)
            .into_iter()
            .map(|(_, lines)| lines.join(" "))
            .collect();
        assert_eq!(kept.len(), 2, "one is left out");
        assert!(
            kept[0].starts_with("…[\"slow\",")
                && kept[1].starts_with("…[\"fast\",")
                && kept[0].ends_with('…'),
            "{kept:?}"
        );
    }

    #[test]
    fn names_that_do_not_fit_lose_the_beginning_they_share() {
        let told = |labels: &[&str]| told_apart(labels, |label| label.len() < 12);
        assert_eq!(
            told(&["2026-03-28T21:00", "2026-03-28T23:00"]),
            ["…28T21:00", "…28T23:00"]
        );
        let scripts = [
            "20 s",
            "{ duration = 1, failure = 0.1 }",
            "{ duration = 1, failure = 0.2 }",
            "{ hang = 0.1, duration = 1 }",
        ];
        assert_eq!(
            told(&scripts),
            [
                "20 s",
                "…failure = 0.1 }",
                "…failure = 0.2 }",
                "…hang = 0.1, duration = 1 }"
            ]
        );
        assert_eq!(told(&["10 Mbit/s", "10 MB/s"]), ["10 Mbit/s", "10 MB/s"]);
        assert_eq!(told(&["the only one there is"]), ["the only one there is"]);
    }

    #[test]
    fn names_are_thinned_evenly() {
        let labels: Vec<String> = (0..9).map(|i| format!("site {i}")).collect();
        assert_eq!(spaced(&labels, 20.0, |_| 55.0), [0, 3, 6]);
        assert_eq!(spaced(&labels, 60.0, |_| 55.0).len(), 9);
    }
}
