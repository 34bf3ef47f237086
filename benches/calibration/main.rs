//! How often intervals hold the truth, and verdicts are false.
//!
//! Plays small scenarios so often that they can be cut into as many samples as seeds are asked for, and gives each sample to the functions
//! that make the answers of `run`, `compare` and `check`, and that judge expectations and stop at a precision. What it counts against comes
//! from a long simulation with another seed. Verdicts are tried where they err most: the limit, or the margin, is the truth itself, so that
//! every claim is false.
//!
//! `cargo bench --bench calibration` prints a table and exits with 1 where a goal is missed by more than two standard errors, but for means of times
//! and paired differences of ratios, which are known to miss it and are listed;
//! `-- --seeds 400 --truth 40000` is the short form of CI, `-- --markdown` gives the table of `docs/calibration.md`.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench prints what it measured"
)]

mod cases;
mod differences;
mod expectations;
mod shown;
mod table;
mod tally;

use std::process::ExitCode;
use std::time::Instant;

use rollcast::study::{Luck, Margins};

use crate::cases::{Case, Played, SIZES, Side};
use crate::differences::Pair;
use crate::expectations::Cases;
use crate::shown::STOP_MAX;
use crate::tally::{Cell, Tally};

/// The change that is checked against a baseline too.
const CHECKED: &str = "threshold";

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
        let pool_of_others = args.seeds * SIZES[SIZES.len() - 1];
        let plan = Played {
            truth: args.truth,
            pool: args.seeds * STOP_MAX,
            pool_of_others,
        };
        let case = Case::read(name, &plan);
        let cases = Cases::at(&case.a.truth);
        for n in SIZES {
            cells.push(Cell {
                case: name,
                n,
                tally: measured(&case, &cases, n, args.seeds),
            });
            eprintln!(
                "{name}, {n} replications: {:.0} s so far",
                start.elapsed().as_secs_f64()
            );
        }
    }
    print!(
        "{}",
        if args.markdown {
            table::markdown(&cells, args.seeds)
        } else {
            table::plain(&cells)
        }
    );
    cells
        .iter()
        .flat_map(|cell| cell.known(args.verbose))
        .for_each(|line| println!("{line}"));
    let missed: Vec<String> = cells
        .iter()
        .flat_map(|cell| cell.missed(args.verbose))
        .collect();
    missed.iter().for_each(|line| println!("{line}"));
    if missed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// What all samples of a case with so many replications count.
fn measured(case: &Case, cases: &Cases, n: u64, seeds: u64) -> Tally {
    let a = &case.a;
    let judges = cases.judges(a.reach, n);
    let margins: Vec<[Margins; 2]> = case
        .others
        .iter()
        .map(|b| [differences::margins(a, b), differences::margins(b, a)])
        .collect();
    tally::over_samples(seeds, |which, tally| {
        shown::run(a, &judges, a.sample(which, n), tally);
        let other_luck = (which + 1) % seeds;
        for (b, [margins, back]) in case.others.iter().zip(&margins) {
            let side = |side, which| (side, Side::sample(side, which, n));
            let paired = Pair {
                a: side(a, which),
                b: side(b, which),
                luck: Luck::Shared,
            };
            let own = Pair {
                a: side(a, which),
                b: side(b, other_luck),
                luck: Luck::Own,
            };
            differences::compare(paired, margins, tally);
            differences::compare(own, margins, tally);
            if b.name == CHECKED {
                for pair in [paired, own] {
                    differences::check(pair, margins, tally);
                    differences::check(
                        Pair {
                            a: pair.b,
                            b: pair.a,
                            ..pair
                        },
                        back,
                        tally,
                    );
                }
            }
        }
        if n == SIZES[0] {
            shown::stop(a, a.sample(which, STOP_MAX), tally);
        }
    })
}

fn args() -> Args {
    let mut args = Args {
        seeds: 2000,
        truth: 200_000,
        markdown: false,
        verbose: false,
        only: None,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut number = || {
            words
                .next()
                .and_then(|text| text.parse().ok())
                .unwrap_or_else(|| panic!("{word} needs a number"))
        };
        match word.as_str() {
            "--seeds" => args.seeds = number(),
            "--truth" => args.truth = number(),
            "--markdown" => args.markdown = true,
            "--verbose" => args.verbose = true,
            "--only" => args.only = words.next(),
            // What cargo adds.
            "--bench" => {}
            _ => panic!(
                "unknown flag {word}: --seeds N, --truth N, --markdown, --verbose and --only CASE are known"
            ),
        }
    }
    args
}
