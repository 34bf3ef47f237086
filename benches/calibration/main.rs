//! How often intervals hold the truth, and verdicts are false.
//!
//! Plays small scenarios with many seeds, each as a user would: runs, comparisons, checks against a baseline, expectations, and stops
//! at a precision. What it counts against comes from a long simulation with another seed. Verdicts are tried where they err most: the
//! limit, or the margin, is the truth itself, so that every claim is false.
//!
//! `cargo bench --bench calibration` prints a table and exits with 1 where a goal is missed by more than two standard errors;
//! `-- --seeds 400 --truth 40000` is the short form, `-- --markdown` gives the table of `docs/calibration.md`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a bench prints what it measured")]

mod cases;
mod differences;
mod expectations;
mod shown;
mod table;
mod tally;

use std::process::ExitCode;
use std::time::Instant;

use crate::cases::{Case, SIZES};
use crate::tally::{Cell, Tally};

/// What was asked for.
struct Args {
    seeds: u64,
    /// Replications of the long simulation.
    truth: u64,
    markdown: bool,
    /// Every statistic that misses a goal, not only the worst of each kind.
    verbose: bool,
    /// Only the case of this name.
    only: Option<String>,
}

fn main() -> ExitCode {
    let args = args();
    let start = Instant::now();
    let mut cells = Vec::new();
    for name in cases::NAMES {
        if args.only.as_ref().is_some_and(|only| only != name) {
            continue;
        }
        let case = Case::read(name, args.truth);
        for n in SIZES {
            cells.push(Cell { case: name, n, tally: measured(&case, n, args.seeds) });
            eprintln!("{name}, {n} replications: {:.0} s so far", start.elapsed().as_secs_f64());
        }
    }
    print!("{}", if args.markdown { table::markdown(&cells, args.seeds) } else { table::plain(&cells) });
    let missed: Vec<String> = cells.iter().flat_map(|cell| cell.missed(args.verbose)).collect();
    missed.iter().for_each(|line| println!("{line}"));
    if missed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What all seeds of a case with so many replications count.
fn measured(case: &Case, n: u64, seeds: u64) -> Tally {
    tally::over_seeds(seeds, |seed, tally| {
        shown::run(case, n, seed, tally);
        differences::compare(case, n, seed, tally);
        differences::check(case, n, seed, tally);
        if n == SIZES[0] {
            shown::stop(case, seed, tally);
        }
    })
}

fn args() -> Args {
    let mut args = Args { seeds: 2000, truth: 200_000, markdown: false, verbose: false, only: None };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut number = || words.next().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{word} needs a number"));
        match word.as_str() {
            "--seeds" => args.seeds = number(),
            "--truth" => args.truth = number(),
            "--markdown" => args.markdown = true,
            "--verbose" => args.verbose = true,
            "--only" => args.only = words.next(),
            // What cargo adds.
            "--bench" => {}
            _ => panic!("unknown flag {word}: --seeds N, --truth N, --markdown, --verbose and --only CASE are known"),
        }
    }
    args
}
