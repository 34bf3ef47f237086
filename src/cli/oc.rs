//! `rollcast oc`: what settings do to a release, over the probability that a script fails.

mod read;

use crate::cli::args;
use crate::cli::exit::Failure;
use crate::cli::plan::announce;
use crate::cli::results::{Extent, Results, prepare};
use crate::cli::shard::Task;
use crate::report;
use crate::scenario::Problems;
use crate::study::Oc;

pub(super) fn oc(args: &args::Oc) -> Result<(), Failure> {
    let common = &args.common;
    let (file, scenario, warnings) = common.read(Problems::default())?;
    Failure::without_knobs(&scenario, "oc")?;
    let (all, _) = file.check(&[])?;
    prepare(common, &warnings)?;
    let asked = read::read(args, &scenario, &all.profiles).map_err(Failure::Flag)?;
    let replications = scenario.replications;
    let profile = &scenario.profiles[0];
    let mut oc = Oc::new(
        profile,
        asked.script,
        asked.hypotheses,
        &asked.settings,
        &asked.probabilities,
    );
    let wanted = oc.wanted().to_vec();
    let whole = common.command("oc", args.flags(), None);
    let task = Task::asked(&args.sharding, common, (&file, &scenario), whole, &[])?;
    if let Some(task) = task {
        return task.plan(oc.plan(), &wanted);
    }
    common.lend(oc.plan_mut(), &wanted)?;
    let hint = "plan: coarse then fine: try fewer points first, as in --p 0.1%..50%/9, or fewer --replications";
    announce(common, oc.plan(), oc.wanted(), &scenario, |_| {
        hint.to_owned()
    });
    let parts = oc.plan().parts_of(oc.wanted(), replications);
    let mut results = Results::begin(common, &[(&file, &scenario)], parts.count() * replications)?;

    let rows = oc.play(&parts, replications, &results.progress);
    results.played(!rows.is_empty())?;

    let of_rows = rows.iter().map(|row| row.result.replications);
    let extent = Extent::least(of_rows, replications);
    let command = common.command("oc", args.flags(), extent.cut_short());
    let provenance = results.provenance(extent, command);
    results.output.add("oc.csv", report::oc_csv(&rows));
    let charts = report::oc_charts(&scenario, &oc, &rows, &provenance);
    results.add_charts(charts, &report::OC_CHARTS);
    results.add_json(
        "oc.json",
        report::oc_json(&provenance, &profile.name, &oc, None),
        &provenance,
    );

    let json = common
        .json
        .then(|| report::oc_json(&provenance, &profile.name, &oc, Some(&rows)));
    results.deliver(
        report::oc_page(&scenario, &oc, &rows, extent.finished),
        json,
        &provenance,
    )?;
    extent.ended_with_rows(rows.len(), oc.rows())
}
