//! `rollcast sweep --map`: every pair of RoboMaker's two percentages.

use crate::cli::args;
use crate::cli::exit::{Failure, add_charts, colour, deliver, say};
use crate::cli::plan::announce;
use crate::cli::progress::{Progress, use_threads};
use crate::cli::sweep::all_finished;
use crate::report::{self, GoodStopped, Output, Provenance};
use crate::scenario::{Problems, ScenarioFile};
use crate::study::Map;
use crate::study::expect::expectations;
use crate::study::tune::Asked;

pub fn map(args: &args::Sweep, step: u8) -> Result<(), Failure> {
    let common = &args.common;
    if !args.vary.is_empty() {
        let text = "--map plays RoboMaker's two percentages and nothing else, so it does not go with --vary; change another value for \
                    the whole map with --set";
        return Err(Failure::Flag(text.to_owned()));
    }
    let (file, scenario, warnings) = common.read(Problems::default())?;
    Failure::without_knobs(&scenario, "--map")?;
    if !common.quiet && !warnings.0.is_empty() {
        say(warnings.render(colour()).trim_end());
    }
    use_threads(common.threads);
    let replications = scenario.replications;
    let map = Map::new(&scenario, step);
    let parts = map.plan().parts_of(map.wanted(), replications);
    if !common.quiet {
        let hint = "plan: coarse then fine: try --map=5 first, or fewer --replications";
        args.ending.announce(announce(
            map.plan(),
            &parts,
            map.wanted(),
            replications,
            |_| hint.to_owned(),
        ));
    }
    let until = args.ending.until(&scenario);
    let progress = Progress::new(map.plan().ticks(map.wanted(), &until), common.quiet);
    let folder = common.folder(&scenario);
    let mut output = Output::to(&folder).map_err(|error| Failure::disk(&folder, &error))?;

    let rows_wanted = map.rows();
    let run = map.play(until, &progress);
    progress.finish();
    if run.rows.is_empty() {
        return Err(Failure::nothing_finished(
            "the first replication was finished",
        ));
    }

    let finished = run
        .rows
        .iter()
        .map(|row| row.result.replications)
        .min()
        .unwrap_or(0);
    let flag = if step == 1 {
        "--map".to_owned()
    } else {
        format!("--map={step}")
    };
    let precision = args.ending.flag(finished == run.asked);
    let flags: Vec<(&str, &str)> = precision
        .iter()
        .map(|precision| ("precision", precision.as_str()))
        .collect();
    let command = common.command("sweep", &flags, (finished < run.asked).then_some(finished));
    let provenance = Provenance::new(&scenario, finished, format!("{command} {flag}"));
    output.add("map.csv", report::map_csv(&scenario, &run));
    let charts = report::map_charts(&scenario, &run, &provenance);
    add_charts(&mut output, &charts, &report::MAP_CHARTS, common.png);
    output.add(
        "map.json",
        report::map_json(&provenance, &scenario, &run, false),
    );

    let answer = match common.json {
        true => report::map_json(&provenance, &scenario, &run, true),
        false => report::map_table(&scenario, &run, good_stopped(&file), finished),
    };
    deliver(output, &folder, &answer, common.quiet)?;
    all_finished(run.rows.len(), rows_wanted, finished, run.asked)
}

/// How often a setting that is called the best may stop the base: as the file expects or limits it.
fn good_stopped(file: &ScenarioFile) -> GoodStopped {
    let expected = expectations(file, None, &mut Problems::default());
    let tuned = Asked::read(file, None, &mut Problems::default())
        .map_or_else(Vec::new, |asked| asked.aim.limits);
    GoodStopped::of(expected.iter().chain(&tuned))
}
