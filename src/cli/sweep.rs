//! `rollcast sweep`: every setting of one or more knobs.

use crate::cli::args;
use crate::cli::exit::{Failure, add_charts, colour, deliver, say};
use crate::cli::map::map;
use crate::cli::plan::announce;
use crate::cli::progress::{Progress, use_threads};
use crate::report::{self, Detail, Output, Provenance};
use crate::scenario::{Knob, Problems};
use crate::study::{self, SweepRow};
use crate::units::count;

pub fn sweep(args: &args::Sweep) -> Result<(), Failure> {
    if let Some(step) = args.map {
        return map(args, step);
    }
    let common = &args.common;
    let (flag_knobs, problems) = match Knob::from_flags(&args.vary) {
        Ok(knobs) => (knobs, Problems::default()),
        Err(problems) => (Vec::new(), problems),
    };
    let (file, scenario, warnings) = common.read(problems)?;
    let knobs = if args.vary.is_empty() {
        file.sweep(&mut Problems::default())
    } else {
        flag_knobs
    };
    if knobs.is_empty() {
        let text = "the scenario has no [sweep]; say what to vary: --vary rollout.robomaker.concurrent_deployment_percentage=5..100/5";
        return Err(Failure::Flag(text.to_owned()));
    }
    let sweep = study::grid(&file, knobs, &common.profile)?;
    if !common.quiet && !warnings.0.is_empty() {
        say(warnings.render(colour()).trim_end());
    }
    let replications = scenario.replications;
    use_threads(common.threads);
    let parts = sweep.plan().parts_of(sweep.wanted(), replications);
    if !common.quiet {
        let hint = "plan: coarse then fine: try fewer values first, as in --vary KEY=5..100/5, or fewer --replications";
        args.ending.announce(announce(
            sweep.plan(),
            &parts,
            sweep.wanted(),
            replications,
            |_| hint.to_owned(),
        ));
    }
    let until = args.ending.until(&scenario);
    let progress = Progress::new(sweep.plan().ticks(sweep.wanted(), &until), common.quiet);
    let folder = common.folder(&scenario);
    let mut output = Output::to(&folder).map_err(|error| Failure::disk(&folder, &error))?;

    let run = sweep.play(until, &progress);
    let rows = &run.rows;
    progress.finish();
    if rows.is_empty() {
        return Err(Failure::nothing_finished(
            "the first replication was finished",
        ));
    }

    let finished = rows.iter().map(SweepRow::replications).min().unwrap_or(0);
    let precision = args.ending.flag(finished == run.asked);
    let flags = precision
        .iter()
        .map(|precision| ("precision", precision.as_str()));
    let flags: Vec<(&str, &str)> = flags
        .chain(args.vary.iter().map(|text| ("vary", text.as_str())))
        .collect();
    let mut command = common.command("sweep", &flags, (finished < run.asked).then_some(finished));
    if args.all_statistics {
        command += " --all-statistics";
    }
    let provenance = Provenance::new(&scenario, finished, command);
    let detail = if args.all_statistics {
        Detail::All
    } else {
        Detail::Brief
    };
    output.add("sweep.csv", report::sweep_csv(&sweep.knobs, rows, detail));
    let charts = report::sweep_charts(&scenario, &sweep, rows, &provenance);
    add_charts(&mut output, &charts, &report::SWEEP_CHARTS, common.png);
    output.add(
        "sweep.json",
        report::sweep_json(&provenance, &sweep.knobs, &run, false),
    );

    let answer = match common.json {
        true => report::sweep_json(&provenance, &sweep.knobs, &run, true),
        false => report::sweep_table(&scenario, &sweep.knobs, &run, finished),
    };
    deliver(output, &folder, &answer, common.quiet)?;
    all_finished(rows.len(), sweep.rows(), finished, run.asked)
}

/// Says so if not all rows have all replications.
pub fn all_finished(
    rows: usize,
    rows_wanted: usize,
    finished: u64,
    replications: u64,
) -> Result<(), Failure> {
    if rows == rows_wanted && finished == replications {
        return Ok(());
    }
    let text = format!(
        "interrupted: {} of {} rows have results, from at least {} of {} replications",
        count(rows as u64),
        count(rows_wanted as u64),
        count(finished),
        count(replications)
    );
    Err(Failure::Interrupted(text))
}
