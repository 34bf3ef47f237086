//! The table: for each kind of interval or verdict, and each number of replications, the worst statistic and all together.

use std::fmt::Write;

use crate::cases::SIZES;
use crate::tally::{Cell, Count, Kind};

/// The kinds that any cell has, intervals first.
fn kinds(cells: &[Cell]) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = cells
        .iter()
        .flat_map(|cell| cell.tally.0.keys().map(|(kind, _)| *kind))
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// What a cell says of a kind: the worst statistic and all of them; and in what share of seeds there was an interval.
fn field(cell: Option<&Cell>, kind: Kind) -> String {
    let Some((cell, (_, worst))) = cell.and_then(|cell| Some((cell, cell.worst(kind)?))) else {
        return "-".to_owned();
    };
    let mut all = Count::default();
    for (_, count) in cell.of(kind) {
        all.tried += count.tried;
        all.given += count.given;
        all.wrong += count.wrong;
    }
    let shown = |count: Count| match kind {
        Kind::Interval(_) => short(1.0 - count.wrong_share()),
        Kind::Verdict(_) => short(count.wrong_share()),
    };
    let given = match all.given as f64 / all.tried as f64 {
        1.0 => String::new(),
        given => format!(" ({:.0} %)", 100.0 * given),
    };
    format!("{} / {}{given}", shown(worst), shown(all))
}

/// A share in three digits without the zero before the point.
fn short(share: f64) -> String {
    let text = format!("{share:.3}");
    text.strip_prefix('0').map_or(text.clone(), str::to_owned)
}

fn rows(cells: &[Cell], case: &str) -> Vec<Vec<String>> {
    let cell = |n: u64| cells.iter().find(|cell| cell.case == case && cell.n == n);
    let row = |kind: Kind| {
        let what = match kind {
            Kind::Interval(name) => name.to_owned(),
            Kind::Verdict(name) => format!("false: {name}"),
        };
        std::iter::once(what)
            .chain(SIZES.map(|n| field(cell(n), kind)))
            .collect()
    };
    kinds(cells).into_iter().map(row).collect()
}

fn names(cells: &[Cell]) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = cells.iter().map(|cell| cell.case).collect();
    names.dedup();
    names
}

pub fn plain(cells: &[Cell]) -> String {
    let mut out = String::new();
    for name in names(cells) {
        writeln!(
            out,
            "{name:<44}{}",
            SIZES.map(|n| format!("{n:<22}")).concat()
        )
        .expect("memory takes every line");
        for row in rows(cells, name) {
            let fields: String = row[1..]
                .iter()
                .map(|field| format!("{field:<22}"))
                .collect();
            writeln!(out, "{:<44}{}", row[0], fields.trim_end()).expect("memory takes every line");
        }
        out.push('\n');
    }
    out
}

pub fn markdown(cells: &[Cell], seeds: u64) -> String {
    let mut out = String::new();
    for name in names(cells) {
        writeln!(
            out,
            "### {name}\n\n| over {seeds} seeds | {} |",
            SIZES.map(|n| format!("N = {n}")).join(" | ")
        )
        .expect("memory takes every line");
        writeln!(out, "|---|{}", "---|".repeat(SIZES.len())).expect("memory takes every line");
        for row in rows(cells, name) {
            writeln!(out, "| {} |", row.join(" | ")).expect("memory takes every line");
        }
        out.push('\n');
    }
    out
}
