//! `rollcast compare`: two scenarios, or one with changes, with the same random numbers.

use std::path::Path;

use crate::cli::args;
use crate::cli::exit::{Failure, say};
use crate::cli::paths::beside;
use crate::cli::results::{Extent, Results, prepare};
use crate::report::{self, Provenance, Sides};
use crate::scenario::{Problems, Scenario};
use crate::study::{self, Margins, Pairing};
use crate::units::count;

pub(super) fn compare(args: &args::Compare) -> Result<(), Failure> {
    let common = &args.common;
    if args.other.is_none() && args.set_a.is_empty() && args.set_b.is_empty() {
        let text = "there is nothing to compare with: give a second scenario, or change one side of this one, as in --set-b \
                    rollout.robomaker.concurrent_deployment_percentage=10";
        return Err(Failure::Flag(text.to_owned()));
    }
    let Read {
        a,
        b,
        margins,
        warnings,
        notes,
    } = read(args)?;
    prepare(common, &warnings);
    if !common.quiet {
        notes.iter().for_each(|note| say(&format!("note: {note}")));
    }
    let pairing = Pairing::of(&a, &b);
    let mut results = Results::begin(common, &a, a.replications)?;

    let comparison = study::compare(&a, &b, &pairing, &margins, &results.progress);
    results.played(comparison.replications > 0)?;

    let extent = Extent {
        finished: comparison.replications,
        asked: a.replications,
    };
    let provenance = Provenance {
        scenario_hash: format!("{} and {}", a.hash, b.hash),
        ..results.provenance(extent, command(args, extent.cut_short()))
    };
    let sides = sides(args, &a, &b);
    results
        .output
        .add("compare.csv", report::compare_csv(&comparison));
    let charts = report::compare_charts(&sides, &comparison, &provenance);
    results.add_charts(&charts, &report::COMPARE_CHARTS);
    let json = report::compare_json(&provenance, &sides, &margins, &pairing, &comparison);
    results.output.add("compare.json", json.clone());

    let answer = if common.json {
        json
    } else {
        report::compare_table(&sides, &margins, &pairing, &comparison)
    };
    results.deliver(&answer)?;
    extent.ended()
}

/// What is to be compared.
struct Read {
    a: Scenario,
    b: Scenario,
    margins: Margins,
    warnings: Problems,
    notes: Vec<String>,
}

/// Reads both sides and the margins. Both sides are played with one seed and equally often: as the flags say, else as A does.
fn read(args: &args::Compare) -> Result<Read, Problems> {
    let common = &args.common;
    let path_b = other(args);
    let mut problems = Problems::default();
    let mut keep = |found: Problems| problems.extend(found);
    let margins = Margins::from_flags(&args.margin).map_err(&mut keep);
    let read_a = common.read_side(
        &common.file,
        ("--set-a", &args.set_a),
        common.seed,
        Problems::default(),
    );
    let a = read_a.map_err(|found| keep(of_file(found, &common.file)));
    let read_b =
        |seed| common.read_side(path_b, ("--set-b", &args.set_b), seed, Problems::default());
    let b = read_b(common.seed).map_err(|found| keep(of_file(found, path_b)));
    let (Ok(margins), Ok((_, a, warnings_a)), Ok((_, mut b, warnings_b))) = (margins, a, b) else {
        return Err(problems);
    };

    let mut notes = Vec::new();
    if a.seed != b.seed {
        notes.push(format!(
            "the seeds of the scenarios are {} and {}; both are played with {0}, that of A",
            a.seed, b.seed
        ));
        b = read_b(Some(a.seed))?.1;
    }
    if a.replications != b.replications {
        let (of_a, of_b) = (count(a.replications), count(b.replications));
        notes.push(format!("the scenarios are to be played {of_a} and {of_b} times; both are played {of_a} times, as A says"));
    }
    let mut warnings = warnings_a;
    warnings.extend(warnings_b);
    Ok(Read {
        a,
        b,
        margins,
        warnings,
        notes,
    })
}

/// Names the file that a flag for both sides does not fit.
fn of_file(mut problems: Problems, file: &Path) -> Problems {
    for problem in &mut problems.0 {
        if problem
            .place
            .as_ref()
            .is_some_and(|(place, _)| place.source.name == "--profile")
        {
            problem.title = format!("{}: {}", file.display(), problem.title);
        }
    }
    problems
}

/// The file of B.
fn other(args: &args::Compare) -> &Path {
    args.other.as_deref().unwrap_or(&args.common.file)
}

/// What the two sides are called: by their scenarios, or if those share a name by their files, and by what flags change on one side.
fn sides<'a>(args: &args::Compare, a: &'a Scenario, b: &'a Scenario) -> Sides<'a> {
    let files_tell = a.name == b.name && other(args) != args.common.file;
    let name = |scenario: &Scenario, file: &Path, set: &[String]| {
        let name = if files_tell {
            beside(&args.common.file, file)
        } else {
            scenario.name.clone()
        };
        if set.is_empty() {
            name
        } else {
            format!("{name} with {}", set.join(", "))
        }
    };
    Sides {
        a,
        b,
        name_a: name(a, &args.common.file, &args.set_a),
        name_b: name(b, other(args), &args.set_b),
    }
}

/// The command that makes the comparison again.
fn command(args: &args::Compare, finished: Option<u64>) -> String {
    let flags = [
        ("set-a", &args.set_a),
        ("set-b", &args.set_b),
        ("margin", &args.margin),
    ];
    let more = flags
        .into_iter()
        .flat_map(|(flag, values)| values.iter().map(move |value| (flag, value.clone())));
    args.common
        .command_with("compare", args.other.as_deref(), more, finished)
}
