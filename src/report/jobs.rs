//! What the answer on the terminal says of the jobs of a campaign.

use crate::report::figures::{plus_minus, proportion};
use crate::report::words::plural;
use crate::sim::JobKind;
use crate::study::{JobSummary, ProfileRun, summary_of};
use crate::units::{count, decimal, duration, share};

/// Syncs shown; all of them are in `jobs.csv`.
const SYNCS_MAX: u32 = 3;

/// The rows, each a label and a field a profile; none where there is but one job.
pub fn rows(profiles: &[&ProfileRun]) -> Vec<Vec<String>> {
    let mut kinds: Vec<JobKind> = profiles.iter().flat_map(|run| &run.jobs).map(|job| job.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let all = kinds.len();
    kinds.retain(|kind| !matches!(kind, JobKind::Sync(number) if *number > SYNCS_MAX));
    let left_out = all - kinds.len();
    if kinds.is_empty() {
        return Vec::new();
    }
    let mut rows = vec![vec!["jobs: robots, updated, threshold reached".to_owned()]];
    for kind in kinds {
        let field = |run: &&ProfileRun| match run.jobs.iter().find(|job| job.kind == kind) {
            Some(job) => field(job),
            None => "never created".to_owned(),
        };
        rows.push(row(&format!("  {}", kind.name().replace('_', " ")), profiles.iter().map(field)));
    }
    if left_out > 0 {
        let label = format!("  {} more", plural(left_out as u64, "sync"));
        rows.push(row(&label, profiles.iter().map(|_| "in jobs.csv".to_owned())));
    }
    let summary = |run: &&ProfileRun, name: &str| summary_of(&run.summaries, name).get("mean");
    if profiles.iter().any(|run| summary_of(&run.summaries, "latent_count").get("max").value > 0.0) {
        let found = |run: &&ProfileRun| proportion(summary_of(&run.summaries, "latent_found").get(""));
        rows.push(row("latent fault found", profiles.iter().map(found)));
        let updated = |run: &&ProfileRun| plus_minus(summary(run, "latent_count"), 1.0, 1, " robots");
        rows.push(row("updated, with a latent fault", profiles.iter().map(updated)));
    }
    if profiles.iter().any(|run| run.jobs.iter().any(|job| job.kind == JobKind::Recovery)) {
        rows.push(row("whole again", profiles.iter().map(|run| whole(run))));
    }
    rows
}

fn row(label: &str, fields: impl Iterator<Item = String>) -> Vec<String> {
    std::iter::once(label.to_owned()).chain(fields).collect()
}

/// How often a job is created and when, for how many robots, and what comes of it.
fn field(job: &JobSummary) -> String {
    let get = |name| summary_of(&job.summaries, name);
    let when = match job.created_s.p50 {
        0.0 => String::new(),
        created => format!("after {}, ", duration(created * 1000.0)),
    };
    let often = if job.share.value < 1.0 { format!("in {}: ", share(job.share.value, 1)) } else { String::new() };
    let robots = job.robots.mean.value;
    let robots = if robots.fract() == 0.0 { plural(robots as u64, "robot") } else { format!("{} robots", decimal(robots, 1)) };
    format!(
        "{often}{when}{robots}, {}, {}",
        decimal(get("updated_count").get("mean").value, 1),
        share(get("threshold_reached").get("").value, 1)
    )
}

/// When the fleet ran the old version again, of the replications in which it had to: those with a recovery.
fn whole(run: &ProfileRun) -> String {
    let Some(recovery) = run.jobs.iter().find(|job| job.kind == JobKind::Recovery) else {
        return "nothing to recover from".to_owned();
    };
    let many = |n: usize| format!("{} {}", count(n as u64), if n == 1 { "recovery" } else { "recoveries" });
    // Where nobody was exposed, the fleet is whole from the stop on.
    let had_to = run.outcomes.iter().filter(|outcome| outcome.exposed > 0);
    let mut times: Vec<f64> = had_to.filter_map(|outcome| outcome.aftermath.whole).map(|ms| ms as f64).collect();
    crate::stats::sort_total(&mut times);
    let recoveries = recovery.replications;
    match crate::stats::quantile(&times, 0.5) {
        None => format!("never after {}", many(recoveries)),
        Some(median) => format!(
            "after {} (median), {} of {}",
            duration(median),
            share(times.len() as f64 / recoveries as f64, 1),
            many(recoveries)
        ),
    }
}
