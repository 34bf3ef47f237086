//! `rollcast sweep --map`: every pair of RoboMaker's two percentages.

use crate::cli::args;
use crate::cli::exit::Failure;
use crate::cli::memory;
use crate::cli::plan::announce;
use crate::cli::results::{Extent, Results, prepare};
use crate::cli::shard::Task;
use crate::report::{self, GoodStopped};
use crate::scenario::{Problems, ScenarioFile};
use crate::study::Map;
use crate::study::expect::expectations;
use crate::study::tune::Asked;

pub(super) fn map(args: &args::Sweep, step: u8) -> Result<(), Failure> {
    let common = &args.common;
    if !args.vary.is_empty() {
        let text = "--map plays RoboMaker's two percentages and nothing else, so it does not go with --vary; change another value for \
                    the whole map with --set";
        return Err(Failure::Flag(text.to_owned()));
    }
    let (file, scenario, warnings) = common.read(Problems::default())?;
    Failure::without_knobs(&scenario, "--map")?;
    prepare(common, &warnings)?;
    let mut map = Map::new(&scenario, step);
    let wanted = map.wanted();
    let whole = args.command(true, None);
    let refused = [args.ending.refused()];
    let task = Task::asked(&args.sharding, common, (&file, &scenario), whole, &refused)?;
    let needed = |replications| map.plan().memory(wanted, replications);
    let all = scenario.replications;
    memory::ask(&args.memory, all, task.as_ref(), needed, common.quiet)?;
    if let Some(task) = task {
        return task.plan(map.plan(), wanted);
    }
    common.lend(map.plan_mut(), wanted)?;
    let hint = "plan: coarse then fine: try --map=5 first, or fewer --replications";
    let plan = map.plan();
    let announced = announce(common, plan, wanted, &scenario, |_| hint.to_owned());
    args.ending.announce(announced);
    let until = args.ending.until(&scenario);
    let mut results = Results::begin(common, &[(&file, &scenario)], plan.ticks(wanted, &until))?;

    let rows_wanted = map.rows();
    let run = map.play(until, &results.progress);
    results.played(!run.rows.is_empty())?;

    let of_rows = run.rows.iter().map(|row| row.result.replications);
    let extent = Extent::least(of_rows, run.asked);
    let command = args.command(extent.is_whole(), extent.cut_short());
    let provenance = results.provenance(extent, command);
    results
        .output
        .add("map.csv", report::map_csv(&scenario, &run));
    let charts = report::map_charts(&scenario, &run, &provenance);
    results.add_charts(charts, &report::MAP_CHARTS);
    results.add_json(
        "map.json",
        report::map_json(&provenance, &scenario, &run, false),
        &provenance,
    );

    let json = common
        .json
        .then(|| report::map_json(&provenance, &scenario, &run, true));
    results.deliver(
        report::map_page(&scenario, &run, good_stopped(&file), extent.finished),
        json,
        &provenance,
    )?;
    extent.ended_with_rows(run.rows.len(), rows_wanted)
}

/// How often a setting that is called the best may stop the base: as the file expects or limits it.
fn good_stopped(file: &ScenarioFile) -> GoodStopped {
    let expected = expectations(file, None, &mut Problems::default());
    let tuned = Asked::read(file, None, &mut Problems::default())
        .map_or_else(Vec::new, |asked| asked.aim.limits);
    GoodStopped::of(expected.iter().chain(&tuned))
}
