//! What the answer on the terminal says of the jobs of a campaign.

use std::collections::BTreeSet;

use crate::report::figures::{plus_minus, proportion};
use crate::report::page::Row;
use crate::report::run::arrival::never;
use crate::report::run::table::waits::Described;
use crate::report::times::time;
use crate::report::words::plural;
use crate::sim::JobKind;
use crate::stats;
use crate::stats::{Estimate, LEVEL};
use crate::study::{JobSummary, summary_of};
use crate::units::{count, duration};

/// Syncs shown; all of them are in `jobs.csv`.
const SYNCS_MAX: u32 = 3;

/// The rows, each a label and a field per profile; none where there is only one job.
pub(super) fn rows(profiles: &[Described]) -> Vec<Row> {
    let runs = || profiles.iter().map(|(_, run)| *run);
    let kinds: BTreeSet<JobKind> = runs()
        .flat_map(|run| &run.jobs)
        .map(|job| job.kind)
        .collect();
    let (left_out, shown): (Vec<JobKind>, Vec<JobKind>) = kinds
        .into_iter()
        .partition(|kind| matches!(kind, JobKind::Sync(number) if *number > SYNCS_MAX));
    if shown.is_empty() {
        return Vec::new();
    }
    let mut rows = vec![Row::section("jobs: robots, updated, threshold reached")];
    for kind in shown {
        let fields = runs().map(|run| match run.jobs.iter().find(|job| job.kind == kind) {
            Some(job) => field(job),
            None => "never created".to_owned(),
        });
        rows.push(Row::under(kind.name().replace('_', " "), fields));
    }
    if !left_out.is_empty() {
        let label = format!("{} more", plural(left_out.len() as u64, "sync"));
        rows.push(Row::under(label, runs().map(|_| "in jobs.csv".to_owned())));
    }
    if runs().any(|run| run.statistic("latent_count", "max").value > 0.0) {
        let found = runs().map(|run| proportion(run.statistic("latent_found", "")));
        rows.push(Row::new("latent fault found", found));
        let updated = runs().map(|run| {
            let mean = run.statistic("latent_count", "mean");
            plus_minus(mean, 1.0, 1, " robots")
        });
        rows.push(Row::new("updated, with a latent fault", updated));
    }
    let mut jobs = runs().flat_map(|run| &run.jobs);
    if jobs.any(|job| job.kind == JobKind::Recovery) {
        rows.push(Row::new("whole again", profiles.iter().map(whole)));
    }
    rows
}

/// How often a job is created and when, for how many robots, and how it ends.
fn field(job: &JobSummary) -> String {
    let when = match job.created_s.p50 {
        0.0 => String::new(),
        created => format!("after {}, ", duration(created * 1000.0)),
    };
    let often = match job.share.value < 1.0 {
        true => format!("in {}: ", proportion(job.share)),
        false => String::new(),
    };
    let unit = match job.robots.mean.value {
        1.0 => " robot",
        _ => " robots",
    };
    let robots = plus_minus(job.robots.mean, 1.0, 1, unit);
    let updated = plus_minus(
        summary_of(&job.summaries, "updated_count").get("mean"),
        1.0,
        1,
        "",
    );
    let reached = proportion(summary_of(&job.summaries, "threshold_reached").get(""));
    format!("{often}{when}{robots}, {updated}, {reached}")
}

/// When the fleet ran the old version again, over the replications with a recovery.
fn whole((profile, run): &Described) -> String {
    let Some(recovery) = run.jobs.iter().find(|job| job.kind == JobKind::Recovery) else {
        return "nothing to recover from".to_owned();
    };
    // Where no robot was exposed, the fleet is whole from the stop on.
    let had_to = run.outcomes.iter().filter(|outcome| outcome.exposed > 0);
    let mut times: Vec<f64> = had_to
        .filter_map(|outcome| outcome.aftermath.whole)
        .map(|whole| whole.ms() as f64)
        .collect();
    stats::sort_total(&mut times);
    let recoveries = match recovery.replications {
        1 => "1 recovery".to_owned(),
        n => format!("{} recoveries", count(n as u64)),
    };
    let Some(median) = stats::quantile(&times, 0.5) else {
        let never = never(profile, run);
        return format!("{never} after {recoveries}");
    };
    let interval = stats::quantile_interval(&times, 0.5, LEVEL);
    let median = Estimate {
        value: median / 1000.0,
        lo: interval.lo.map(|ms| ms / 1000.0),
        hi: interval.hi.map(|ms| ms / 1000.0),
    };
    format!(
        "after {} (median), {} of {recoveries}",
        time(median),
        count(times.len() as u64)
    )
}
