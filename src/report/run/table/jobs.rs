//! What the answer on the terminal says of the jobs of a campaign.

use crate::report::figures::{plus_minus, proportion, time_quantile};
use crate::report::words::plural;
use crate::sim::JobKind;
use crate::stats;
use crate::stats::{Estimate, LEVEL};
use crate::study::{JobSummary, ProfileRun, summary_of};
use crate::units::{count, duration};

/// Syncs shown; all of them are in `jobs.csv`.
const SYNCS_MAX: u32 = 3;

/// The rows, each a label and a field per profile; none where there is only one job.
pub(super) fn rows(profiles: &[&ProfileRun]) -> Vec<Vec<String>> {
    let mut kinds: Vec<JobKind> = profiles
        .iter()
        .flat_map(|run| &run.jobs)
        .map(|job| job.kind)
        .collect();
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
        rows.push(row(
            &format!("  {}", kind.name().replace('_', " ")),
            profiles.iter().map(field),
        ));
    }
    if left_out > 0 {
        let label = format!("  {} more", plural(left_out as u64, "sync"));
        rows.push(row(
            &label,
            profiles.iter().map(|_| "in jobs.csv".to_owned()),
        ));
    }
    let summary = |run: &&ProfileRun, name: &str| summary_of(&run.summaries, name).get("mean");
    if profiles
        .iter()
        .any(|run| summary_of(&run.summaries, "latent_count").get("max").value > 0.0)
    {
        let found =
            |run: &&ProfileRun| proportion(summary_of(&run.summaries, "latent_found").get(""));
        rows.push(row("latent fault found", profiles.iter().map(found)));
        let updated =
            |run: &&ProfileRun| plus_minus(summary(run, "latent_count"), 1.0, 1, " robots");
        rows.push(row(
            "updated, with a latent fault",
            profiles.iter().map(updated),
        ));
    }
    if profiles
        .iter()
        .any(|run| run.jobs.iter().any(|job| job.kind == JobKind::Recovery))
    {
        rows.push(row("whole again", profiles.iter().map(|run| whole(run))));
    }
    rows
}

fn row(label: &str, fields: impl Iterator<Item = String>) -> Vec<String> {
    std::iter::once(label.to_owned()).chain(fields).collect()
}

/// How often a job is created and when, for how many robots, and how it ends.
fn field(job: &JobSummary) -> String {
    let get = |name| summary_of(&job.summaries, name);
    let when = match job.created_s.p50 {
        0.0 => String::new(),
        created => format!("after {}, ", duration(created * 1000.0)),
    };
    let often = if job.share.value < 1.0 {
        format!("in {}: ", proportion(job.share))
    } else {
        String::new()
    };
    let robots = match job.robots.mean.value {
        1.0 => plus_minus(job.robots.mean, 1.0, 1, " robot"),
        _ => plus_minus(job.robots.mean, 1.0, 1, " robots"),
    };
    format!(
        "{often}{when}{robots}, {}, {}",
        plus_minus(get("updated_count").get("mean"), 1.0, 1, ""),
        proportion(get("threshold_reached").get(""))
    )
}

/// When the fleet ran the old version again, over the replications with a recovery.
fn whole(run: &ProfileRun) -> String {
    let Some(recovery) = run.jobs.iter().find(|job| job.kind == JobKind::Recovery) else {
        return "nothing to recover from".to_owned();
    };
    let many = |n: usize| {
        format!(
            "{} {}",
            count(n as u64),
            if n == 1 { "recovery" } else { "recoveries" }
        )
    };
    // Where no robot was exposed, the fleet is whole from the stop on.
    let had_to = run.outcomes.iter().filter(|outcome| outcome.exposed > 0);
    let mut times: Vec<f64> = had_to
        .filter_map(|outcome| outcome.aftermath.whole)
        .map(|whole| whole.ms() as f64)
        .collect();
    stats::sort_total(&mut times);
    let recoveries = recovery.replications;
    match stats::quantile(&times, 0.5) {
        None => format!("never after {}", many(recoveries)),
        Some(median) => {
            let seconds = |ms: f64| ms / 1000.0;
            let interval = stats::quantile_interval(&times, 0.5, LEVEL);
            let median = Estimate {
                value: seconds(median),
                lo: interval.lo.map(seconds),
                hi: interval.hi.map(seconds),
            };
            format!(
                "after {} (median), {} of {}",
                time_quantile(median),
                count(times.len() as u64),
                many(recoveries)
            )
        }
    }
}
