//! `rollcast run`: the answer for the rules in the file.

use std::path::Path;

use crate::cli::answers::{Answers, within};
use crate::cli::args;
use crate::cli::exit::Failure;
use crate::cli::memory;
use crate::cli::results::{Extent, Results, prepare};
use crate::cli::shard::{Refused, Task};
use crate::report::{self, Shards, plural};
use crate::scenario::{Problems, Scenario};
use crate::study::expect::{Expectation, Judged, expectations, judge};
use crate::study::{self, RunMemory, RunPlays};

pub(super) fn run(args: &args::Run) -> Result<(), Failure> {
    let common = &args.common;
    let (file, scenario, warnings) = common.read(Problems::default())?;
    args.trace.map_or(Ok(()), |replication| {
        within(replication, &scenario, "trace")
    })?;
    prepare(common, &warnings)?;
    let refused = args.refused();
    let whole = args.command(true, None);
    let task = Task::asked(&args.sharding, common, (&file, &scenario), whole, &refused)?;
    let memory = RunMemory::of(&scenario, rayon::current_num_threads());
    let needed = |replications| memory.bytes(replications);
    let all = scenario.replications;
    memory::ask(&args.memory, all, task.as_ref(), needed, common.quiet)?;
    if let Some(task) = task {
        return task.run(&scenario);
    }
    let mut results = Results::begin(common, &[(&file, &scenario)], scenario.replications)?;

    let request = common.request_file()?;
    let answers = Answers::of(
        &args.answers,
        &scenario,
        request.as_deref().map(|file| &file.request),
        &results.folder,
        &common.given(&[&file]),
        common.quiet,
    )?;

    let run = match &common.shards {
        Some(shards) => merged(shards, &scenario)?,
        None => study::run(&scenario, args.ending.until(&scenario), &results.progress),
    };
    results.played(run.replications > 0)?;

    let extent = Extent {
        finished: run.replications,
        asked: run.asked,
    };
    let command = args.command(extent.is_whole(), extent.cut_short());
    let provenance = results.provenance(extent, command);
    let limits = expectations(&file, Some(&scenario), &mut Problems::default());
    let expected = judge(&limits, &run.evidence());
    let summary = report::summary_json(&provenance, &run, &expected);
    let output = &mut results.output;
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
    results.add_charts(charts, &report::RUN_CHARTS);
    results.add_json("summary.json", summary.clone(), &provenance);
    results
        .output
        .outdate(["robots.csv", "links.csv", "link_load.csv", "jobs.csv"]);

    let json = common.json.then_some(summary);
    results.deliver(
        report::run_page(&scenario, &run, &expected),
        json,
        &provenance,
    )?;
    answers.write(common.quiet)?;
    extent.ended()?;
    met(&expected)
}

impl args::Run {
    /// The command that makes the results again.
    fn command(&self, is_whole: bool, cut_short: Option<u64>) -> String {
        let trace = self
            .trace
            .map(|replication| ("trace", replication.to_string()));
        let flags = self.ending.flag(is_whole).into_iter().chain(trace);
        self.common.command("run", flags, cut_short)
    }

    /// What a shard cannot take, whether it is given, and why.
    fn refused(&self) -> [Refused; 5] {
        let answers = &self.answers;
        let of_one = "it is of one replication; ask for it in a run of its own";
        [
            self.ending.refused(),
            (self.trace.is_some(), "--trace", of_one),
            (answers.describe.is_some(), "--describe", of_one),
            (answers.list.is_some(), "--list", of_one),
            (answers.describe_every.is_some(), "--describe-every", of_one),
        ]
    }
}

/// The run whose shards these are.
fn merged(shards: &Shards, scenario: &Scenario) -> Result<study::Run, Failure> {
    let plays = shards.run_plays(RunPlays::of(scenario));
    let plays = plays.map_err(|error| Failure::unread(Path::new("the shards"), &error))?;
    Ok(plays.run(scenario))
}

/// Fails if an expectation fails, or is inconclusive and none fails.
fn met(expected: &[Expectation]) -> Result<(), Failure> {
    let judged = expected.iter().map(|expectation| expectation.judged);
    let failed = judged.clone().filter(|judged| *judged == Judged::Fail);
    let open = judged.filter(|judged| matches!(judged, Judged::Inconclusive(_)));
    let all = plural(expected.len() as u64, "expectation");
    Failure::unless_all_hold("\n", failed.count() as u64, open.count() as u64, &all)
}
