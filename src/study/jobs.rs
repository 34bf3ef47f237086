//! The jobs of a campaign, each over the replications in which it was created.

use crate::sim::{JobKind, JobPlay};
use crate::stats::{Estimate, Support};
use crate::study::limit::Reach;
use crate::study::summary::{MetricSummary, Spread, summarize};

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
pub(super) fn job_summaries(replications: &[Vec<JobPlay>], reach: &Reach) -> Vec<JobSummary> {
    let mut kinds: Vec<JobKind> = replications.iter().flatten().map(|job| job.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
        .into_iter()
        .map(|kind| job_summary(kind, replications, reach))
        .collect()
}

fn job_summary(kind: JobKind, replications: &[Vec<JobPlay>], reach: &Reach) -> JobSummary {
    let plays: Vec<&JobPlay> = replications
        .iter()
        .flatten()
        .filter(|job| job.kind == kind)
        .collect();
    let outcomes = plays.iter().map(|play| &play.outcome);
    let created = plays.iter().map(|play| play.created.ms() as f64 / 1000.0);
    let any_time = reach.or_certain(Support::Loose(0.0, f64::INFINITY));
    let robots = outcomes.clone().map(|outcome| f64::from(outcome.n));
    JobSummary {
        kind,
        replications: plays.len(),
        share: reach.proportion(plays.len(), replications.len()),
        created_s: Spread::of(created.collect(), any_time),
        robots: Spread::of(robots.collect(), reach.job_robots(kind)),
        summaries: summarize(outcomes, reach),
    }
}
