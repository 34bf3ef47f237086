//! What a chart draws as a table, for readers who do not see it.

use super::quantity::Quantity;
use crate::units::duration;

/// Rows of a curve at most, about: enough to follow it by ear.
const ROWS: usize = 20;

/// A table of what a chart draws; every row has as many cells as there are heads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataTable {
    /// What the table is of: the chart's panel, or empty where there is one.
    pub caption: String,
    /// Names of the columns.
    pub heads: Vec<String>,
    /// Numbers as a reader writes them.
    pub rows: Vec<Vec<String>>,
}

/// About twenty of `n` places, evenly spread, the first and the last among them.
pub(super) fn thinned(n: usize) -> Vec<usize> {
    if n <= ROWS {
        return (0..n).collect();
    }
    (0..ROWS).map(|i| i * (n - 1) / (ROWS - 1)).collect()
}

/// A value as a cell. A time without an end is one that never comes.
pub(super) fn cell(quantity: Quantity, value: f64) -> String {
    match quantity {
        Quantity::Duration if value == f64::INFINITY => "never".to_owned(),
        Quantity::Duration if value >= 60.0 => duration(value.round() * 1000.0),
        _ => quantity.value(value),
    }
}

/// A value with the ends of its interval, where it has one.
pub(super) fn with_interval(
    quantity: Quantity,
    value: f64,
    interval: Option<(f64, f64)>,
) -> String {
    let value = cell(quantity, value);
    match interval {
        Some((lo, hi)) => {
            let [lo, hi] = [lo, hi].map(|end| cell(quantity, end));
            format!("{value} ({lo} to {hi})")
        }
        None => value,
    }
}

/// Names in a sentence: `a`, `a and b`, `a, b and c`.
pub(super) fn listed<S: AsRef<str>>(names: &[S]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A panel for each title, in a sentence; nothing where the only panel has none.
pub(super) fn panels<S: AsRef<str>>(titles: &[S]) -> String {
    match listed(titles) {
        titles if titles.is_empty() => String::new(),
        titles => format!(", in a panel for each of: {titles}"),
    }
}

/// A note as a sentence of its own, after another; nothing for no note.
pub(super) fn sentence(note: &str) -> String {
    let mut letters = note.chars();
    match letters.next() {
        Some(first) => format!(" {}{}.", first.to_uppercase(), letters.as_str()),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinned_places_keep_both_ends_and_repeat_none() {
        for n in 0..200 {
            let places = thinned(n);
            assert_eq!(places.len(), n.min(ROWS));
            assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "{n}");
            assert!(n == 0 || (places[0], places[places.len() - 1]) == (0, n - 1));
        }
    }

    #[test]
    fn names_are_listed_as_in_a_sentence() {
        assert_eq!(listed(&["a"]), "a");
        assert_eq!(listed(&["a", "b", "c"]), "a, b and c");
        assert_eq!(sentence("line: median"), " Line: median.");
        assert_eq!(
            with_interval(
                Quantity::Duration,
                f64::INFINITY,
                Some((60.0, f64::INFINITY))
            ),
            "never (1 min to never)"
        );
    }
}
