//! `rollcast compare`: two scenarios, or one with changes, with the same random numbers.

use std::path::Path;

use crate::cli::args;
use crate::cli::exit::{Failure, say};
use crate::cli::paths::beside;
use crate::cli::results::{Extent, Results, prepare};
use crate::report::{self, Provenance, Sides};
use crate::scenario::{Problems, Scenario, ScenarioFile};
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
        files,
        a,
        b,
        margins,
        warnings,
        notes,
    } = read(args)?;
    prepare(common, &warnings)?;
    if !common.quiet {
        notes.iter().for_each(|note| say(&format!("note: {note}")));
    }
    let pairing = Pairing::of(&a, &b);
    let mut results = Results::begin(common, &[(&files.0, &a), (&files.1, &b)], a.replications)?;

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
    results.call_subjects([
        format!("A: {}", sides.name_a),
        format!("B: {}", sides.name_b),
    ]);
    let charts = report::compare_charts(&sides, &comparison, &provenance);
    results.add_charts(charts, &report::COMPARE_CHARTS);
    let json = report::compare_json(&provenance, &sides, &margins, &pairing, &comparison);
    results.add_json("compare.json", json.clone(), &provenance);

    let json = common.json.then_some(json);
    results.deliver(
        report::compare_page(&sides, &margins, &pairing, &comparison),
        json,
        &provenance,
    )?;
    extent.ended()
}

/// What is to be compared.
struct Read {
    /// Of A and of B.
    files: (ScenarioFile, ScenarioFile),
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
    let side_a = (common.file.as_path(), ("--set-a", args.set_a.as_slice()));
    let side_b = (path_b, ("--set-b", args.set_b.as_slice()));
    let margins = Margins::from_flags(&args.margin);
    let [read_a, read_b] = [side_a, side_b].map(|(path, set)| {
        let read = common.read_side(path, set, common.seed, Problems::default());
        read.map_err(|found| of_file(found, path))
    });
    let (margins, (file_a, a, mut warnings), (mut file_b, mut b, warnings_b)) =
        match (margins, read_a, read_b) {
            (Ok(margins), Ok(a), Ok(b)) => (margins, a, b),
            (margins, a, b) => {
                let found = [margins.err(), a.err(), b.err()];
                let mut problems = Problems::default();
                found
                    .into_iter()
                    .flatten()
                    .for_each(|found| problems.extend(found));
                return Err(problems);
            }
        };

    let mut notes = Vec::new();
    if a.seed != b.seed {
        notes.push(format!(
            "the seeds of the scenarios are {} and {}; both are played with {0}, that of A",
            a.seed, b.seed
        ));
        let (path, set) = side_b;
        (file_b, b, _) = common.read_side(path, set, Some(a.seed), Problems::default())?;
    }
    if a.replications != b.replications {
        let (of_a, of_b) = (count(a.replications), count(b.replications));
        notes.push(format!("the scenarios are to be played {of_a} and {of_b} times; both are played {of_a} times, as A says"));
    }
    warnings.extend(warnings_b);
    Ok(Read {
        files: (file_a, file_b),
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
    let file_a = &args.common.file;
    let files_tell = a.name == b.name && other(args) != file_a;
    let sides = [
        (a, file_a.as_path(), &args.set_a),
        (b, other(args), &args.set_b),
    ];
    let [name_a, name_b] = sides.map(|(scenario, file, set)| {
        let name = match files_tell {
            true => beside(file_a, file),
            false => scenario.name.clone(),
        };
        match set.as_slice() {
            [] => name,
            set => format!("{name} with {}", set.join(", ")),
        }
    });
    Sides {
        a,
        b,
        name_a,
        name_b,
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
