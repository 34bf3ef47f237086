//! The jobs of a campaign, each over the replications in which it was created.

use crate::sim::{JobKind, JobPlay, Outcome};
use crate::stats::{self, Support};
use crate::stats::{Estimate, LEVEL};
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
    let outcomes: Vec<Outcome> = plays.iter().map(|play| play.outcome.clone()).collect();
    let (created, all) = (plays.len() as u64, replications.len() as u64);
    let share = created as f64 / all as f64;
    let (share, time) = match reach.is_certain() {
        true => (Estimate::exact(share), Support::Certain),
        false => {
            let interval = stats::clopper_pearson(created, all, LEVEL);
            (
                Estimate::new(share, Some(interval)),
                Support::Loose(0.0, f64::INFINITY),
            )
        }
    };
    let robots = reach.job_robots(kind);
    JobSummary {
        kind,
        replications: plays.len(),
        share,
        created_s: Spread::of(
            plays
                .iter()
                .map(|play| play.created.ms() as f64 / 1000.0)
                .collect(),
            time,
        ),
        robots: Spread::of(
            outcomes
                .iter()
                .map(|outcome| f64::from(outcome.n))
                .collect(),
            robots,
        ),
        summaries: summarize(outcomes.iter(), reach),
    }
}
