//! The jobs of a campaign, each over the replications in which it was created.

use crate::sim::{JobKind, JobPlay, Outcome};
use crate::stats;
use crate::study::summary::{Estimate, LEVEL, MetricSummary, Spread, summarize};

/// A job of a campaign over replications.
pub struct JobSummary {
    pub kind: JobKind,
    /// Replications in which it was created, and their share.
    pub replications: usize,
    pub share: Estimate,
    /// When it was created [s after the beginning].
    pub created_s: Spread,
    /// The robots that it was for.
    pub robots: Spread,
    /// Of every metric, over its own robots and from its creation on.
    pub summaries: Vec<MetricSummary>,
}

/// The jobs that were created in any replication, in their order.
pub(super) fn job_summaries(replications: &[Vec<JobPlay>]) -> Vec<JobSummary> {
    let mut kinds: Vec<JobKind> = replications.iter().flatten().map(|job| job.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds.into_iter().map(|kind| job_summary(kind, replications)).collect()
}

fn job_summary(kind: JobKind, replications: &[Vec<JobPlay>]) -> JobSummary {
    let plays: Vec<&JobPlay> = replications.iter().flatten().filter(|job| job.kind == kind).collect();
    let outcomes: Vec<Outcome> = plays.iter().map(|play| play.outcome.clone()).collect();
    let (created, all) = (plays.len() as u64, replications.len() as u64);
    JobSummary {
        kind,
        replications: plays.len(),
        share: Estimate::new(created as f64 / all as f64, Some(stats::wilson(created, all, LEVEL))),
        created_s: Spread::of(plays.iter().map(|play| play.created as f64 / 1000.0).collect()),
        robots: Spread::of(outcomes.iter().map(|outcome| f64::from(outcome.n)).collect()),
        summaries: summarize(outcomes.iter()),
    }
}
