//! What the answer on the terminal says of the jobs of a campaign.

use crate::report::figures::{mean_time, plus_minus, proportion, time_quantiles};
use crate::report::words::plural;
use crate::sim::JobKind;
use crate::study::{JobSummary, ProfileRun, summary_of};
use crate::units::{decimal, duration, share};

/// Syncs shown; all of them are in `jobs.csv`.
const SYNCS_MAX: u32 = 3;

/// The rows, each a label and a field a profile; none where there is but one job.
pub fn rows(profiles: &[&ProfileRun]) -> Vec<Vec<String>> {
    let mut kinds: Vec<JobKind> = profiles.iter().flat_map(|run| &run.jobs).map(|job| job.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds.retain(|kind| !matches!(kind, JobKind::Sync(number) if *number > SYNCS_MAX));
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
    let summary = |run: &&ProfileRun, name: &str| summary_of(&run.summaries, name).get("mean");
    if profiles.iter().any(|run| summary_of(&run.summaries, "latent_count").get("max").value > 0.0) {
        let found = |run: &&ProfileRun| proportion(summary_of(&run.summaries, "latent_found").get(""));
        rows.push(row("latent fault found", profiles.iter().map(found)));
        let updated = |run: &&ProfileRun| plus_minus(summary(run, "latent_count"), 1.0, 1, " robots");
        rows.push(row("updated with latent fault", profiles.iter().map(updated)));
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

/// When the fleet ran the old version again, of the replications in which it had to.
fn whole(run: &ProfileRun) -> String {
    let summary = summary_of(&run.summaries, "time_to_whole_s");
    let times: Vec<f64> =
        run.outcomes.iter().filter_map(|outcome| outcome.aftermath.whole).map(|ms| ms as f64 / 1000.0).collect();
    match crate::stats::Moments::of(&times) {
        None if summary.get("p_never").value == 1.0 => "nothing to recover from".to_owned(),
        None => time_quantiles(summary),
        Some(moments) => {
            let interval = moments.mean_interval(crate::study::LEVEL);
            let mean = crate::study::Estimate {
                value: moments.mean,
                lo: interval.map(|interval| interval.lo),
                hi: interval.map(|interval| interval.hi),
            };
            format!("after {}, in {}", mean_time(mean, 1.0), share(times.len() as f64 / run.outcomes.len() as f64, 1))
        }
    }
}
