//! `rollcast oc`: what settings do to a release, over the probability that a script fails.

mod read;

use crate::cli::args;
use crate::cli::exit::{Failure, add_charts, colour, deliver, say};
use crate::cli::plan::announce;
use crate::cli::progress::{Progress, use_threads};
use crate::cli::sweep::all_finished;
use crate::report::{self, Output, Provenance};
use crate::scenario::Problems;
use crate::study::Oc;

pub fn oc(args: &args::Oc) -> Result<(), Failure> {
    let common = &args.common;
    let (file, scenario, warnings) = common.read(Problems::default())?;
    Failure::without_knobs(&scenario, "oc")?;
    let (all, _) = file.check(&[])?;
    if !common.quiet && !warnings.0.is_empty() {
        say(warnings.render(colour()).trim_end());
    }
    let asked = read::read(args, &scenario, &all.profiles).map_err(Failure::Flag)?;
    use_threads(common.threads);
    let replications = scenario.replications;
    let profile = &scenario.profiles[0];
    let oc = Oc::new(
        profile,
        asked.script,
        asked.hypotheses,
        &asked.settings,
        &asked.probabilities,
    );
    let parts = oc.plan().parts_of(oc.wanted(), replications);
    if !common.quiet {
        let hint = "plan: coarse then fine: try fewer points first, as in --p 0.1%..50%/9, or fewer --replications";
        announce(oc.plan(), &parts, oc.wanted(), replications, |_| {
            hint.to_owned()
        });
    }
    let progress = Progress::new(parts.count() * replications, common.quiet);
    let folder = common.folder(&scenario);
    let mut output = Output::to(&folder).map_err(|error| Failure::disk(&folder, &error))?;

    let rows = oc.play(&parts, replications, &progress);
    progress.finish();
    if rows.is_empty() {
        return Err(Failure::nothing_finished(
            "the first replication was finished",
        ));
    }

    let finished = rows
        .iter()
        .map(|row| row.result.replications)
        .min()
        .unwrap_or(0);
    let command = common.command(
        "oc",
        &args.flags(),
        (finished < replications).then_some(finished),
    );
    let provenance = Provenance::new(&scenario, finished, command);
    output.add("oc.csv", report::oc_csv(&rows));
    let charts = report::oc_charts(&scenario, &oc, &rows, &provenance);
    add_charts(&mut output, &charts, &report::OC_CHARTS, common.png);
    output.add(
        "oc.json",
        report::oc_json(&provenance, &profile.name, &oc, None),
    );

    let answer = match common.json {
        true => report::oc_json(&provenance, &profile.name, &oc, Some(&rows)),
        false => report::oc_table(&scenario, &oc, &rows, finished),
    };
    deliver(output, &folder, &answer, common.quiet)?;
    all_finished(rows.len(), oc.rows(), finished, replications)
}
