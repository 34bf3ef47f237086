//! `rollcast run`: the answer for the rules in the file.

use crate::cli::answers::{Answers, within};
use crate::cli::args;
use crate::cli::exit::{Failure, add_charts, colour, deliver, say};
use crate::cli::progress::{Progress, use_threads};
use crate::report::{self, Output, Provenance, plural};
use crate::scenario::Problems;
use crate::study;
use crate::study::expect::{Expectation, Judged, expectations, judge};
use crate::units::count;

pub fn run(args: &args::Run) -> Result<(), Failure> {
    let common = &args.common;
    let (file, scenario, warnings) = common.read(Problems::default())?;
    args.trace.map_or(Ok(()), |replication| {
        within(replication, &scenario, "trace")
    })?;
    if !common.quiet && !warnings.0.is_empty() {
        say(warnings.render(colour()).trim_end());
    }
    let folder = common.folder(&scenario);
    // Before the folder is made: an interruption from here on takes it away again.
    let progress = Progress::new(scenario.replications, common.quiet);
    let mut output = Output::to(&folder).map_err(|error| Failure::disk(&folder, &error))?;

    let request = common.request_file()?;
    let given = [Some(common.file.as_path()), common.request.as_deref()];
    let answers = Answers::of(
        &args.answers,
        &scenario,
        request.as_deref().map(|file| &file.request),
        &folder,
        &given,
        common.quiet,
    )?;

    use_threads(common.threads);
    let run = study::run(&scenario, args.ending.until(&scenario), &progress);
    progress.finish();
    if run.replications == 0 {
        return Err(Failure::nothing_finished(
            "the first replication was finished",
        ));
    }

    let trace = args.trace.map(|replication| replication.to_string());
    let precision = args.ending.flag(run.replications == run.asked);
    let flags = [("precision", &precision), ("trace", &trace)];
    let flags: Vec<(&str, &str)> = flags
        .into_iter()
        .filter_map(|(flag, value)| Some((flag, value.as_deref()?)))
        .collect();
    let finished = (run.replications < run.asked).then_some(run.replications);
    let provenance = Provenance::new(
        &scenario,
        run.replications,
        common.command("run", &flags, finished),
    );
    let limits = expectations(&file, Some(&scenario), &mut Problems::default());
    let expected = judge(&limits, &run.evidence());
    let summary = report::summary_json(&provenance, &run, &expected);
    output.add("replications.csv", report::replications_csv(&run.profiles));
    output.add("failures.csv", report::failures_csv(&run.profiles));
    output.add("timeline.csv", report::timeline_csv(&run.profiles));
    if run.profiles.iter().any(|profile| !profile.links.is_empty()) {
        output.add("links.csv", report::links_csv(&run.profiles));
        output.add("link_load.csv", report::link_load_csv(&run.profiles));
    }
    if run.profiles.iter().any(|profile| !profile.jobs.is_empty()) {
        output.add("jobs.csv", report::jobs_csv(&run.profiles));
    }
    if let Some(replication) = args.trace {
        let mut robots = report::RobotsCsv::new(replication);
        for profile in &scenario.profiles {
            study::trace(profile, replication, |traced| robots.add(profile, &traced));
        }
        output.add("robots.csv", robots.finish());
    }
    let charts = report::run_charts(&scenario, &run.profiles, &provenance);
    add_charts(&mut output, &charts, &report::RUN_CHARTS, common.png);
    output.add("summary.json", summary.clone());
    output.outdate(["robots.csv", "links.csv", "link_load.csv", "jobs.csv"]);

    let answer = if common.json {
        summary
    } else {
        report::run_table(&scenario, &run, &expected)
    };
    deliver(output, &folder, &answer, common.quiet)?;
    answers.write(common.quiet)?;
    interrupted(run.replications, run.asked)?;
    met(&expected)
}

/// Says so if an expectation fails, or is inconclusive and none fails.
fn met(expected: &[Expectation]) -> Result<(), Failure> {
    let counted = |judged: fn(&Judged) -> bool| {
        expected
            .iter()
            .filter(|expectation| judged(&expectation.judged))
            .count() as u64
    };
    let failed = counted(|judged| *judged == Judged::Fail);
    let open = counted(|judged| matches!(judged, Judged::Inconclusive(_)));
    let of_all = |n: u64| {
        format!(
            "{} of {}",
            count(n),
            plural(expected.len() as u64, "expectation")
        )
    };
    match (failed, open) {
        (0, 0) => Ok(()),
        (0, open) => Err(Failure::Inconclusive(format!(
            "\ninconclusive: {}",
            of_all(open)
        ))),
        (failed, _) => Err(Failure::Expectation(format!(
            "\nfailed: {}",
            of_all(failed)
        ))),
    }
}

/// Says so if fewer replications were finished than asked for.
pub fn interrupted(finished: u64, wanted: u64) -> Result<(), Failure> {
    if finished == wanted {
        return Ok(());
    }
    let text = format!(
        "interrupted: the results are those of the first {} of {} replications",
        count(finished),
        count(wanted)
    );
    Err(Failure::Interrupted(text))
}
