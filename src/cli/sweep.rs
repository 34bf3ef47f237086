//! `rollcast sweep`: every setting of one or more knobs.

use crate::cli::args;
use crate::cli::exit::Failure;
use crate::cli::map::map;
use crate::cli::memory;
use crate::cli::plan::announce;
use crate::cli::results::{Extent, Results, prepare};
use crate::cli::shard::Task;
use crate::report::{self, Detail};
use crate::scenario::{Knob, Problems};
use crate::study::{self, SweepRow};

pub(super) fn sweep(args: &args::Sweep) -> Result<(), Failure> {
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
    let mut sweep = study::grid(&file, knobs, &common.profile)?;
    prepare(common, &warnings)?;
    let wanted = sweep.wanted();
    let whole = args.command(true, None);
    let refused = [args.ending.refused()];
    let task = Task::asked(&args.sharding, common, (&file, &scenario), whole, &refused)?;
    let needed = |replications| sweep.plan().memory(wanted, replications);
    let all = scenario.replications;
    memory::ask(&args.memory, all, task.as_ref(), needed, common.quiet)?;
    if let Some(task) = task {
        return task.plan(sweep.plan(), wanted);
    }
    common.lend(sweep.plan_mut(), wanted)?;
    let hint = "plan: coarse then fine: try fewer values first, as in --vary KEY=5..100/5, or fewer --replications";
    let plan = sweep.plan();
    let announced = announce(common, plan, wanted, &scenario, |_| hint.to_owned());
    args.ending.announce(announced);
    let until = args.ending.until(&scenario);
    let mut results = Results::begin(common, &[(&file, &scenario)], plan.ticks(wanted, &until))?;

    let run = sweep.play(until, &results.progress);
    let rows = &run.rows;
    results.played(!rows.is_empty())?;

    let extent = Extent::least(rows.iter().map(SweepRow::replications), run.asked);
    let command = args.command(extent.is_whole(), extent.cut_short());
    let provenance = results.provenance(extent, command);
    let detail = if args.all_statistics {
        Detail::All
    } else {
        Detail::Brief
    };
    results
        .output
        .add("sweep.csv", report::sweep_csv(&sweep.knobs, rows, detail));
    let charts = report::sweep_charts(&scenario, &sweep, rows, &provenance);
    results.add_charts(charts, &report::SWEEP_CHARTS);
    results.add_json(
        "sweep.json",
        report::sweep_json(&provenance, &sweep.knobs, &run, false),
        &provenance,
    );

    let json = common
        .json
        .then(|| report::sweep_json(&provenance, &sweep.knobs, &run, true));
    results.deliver(
        report::sweep_page(&scenario, &sweep.knobs, &run, extent.finished),
        json,
        &provenance,
    )?;
    extent.ended_with_rows(rows.len(), sweep.rows())
}

impl args::Sweep {
    /// The command that makes the results again.
    pub(super) fn command(&self, is_whole: bool, cut_short: Option<u64>) -> String {
        let varied = self.vary.iter().map(|text| ("vary", text.clone()));
        let flags = self.ending.flag(is_whole).into_iter().chain(varied);
        let mut command = self.common.command("sweep", flags, cut_short);
        match self.map {
            None => {}
            Some(1) => command += " --map",
            Some(step) => command += &format!(" --map={step}"),
        }
        if self.all_statistics {
            command += " --all-statistics";
        }
        command
    }
}
