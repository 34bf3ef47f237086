//! The jobs of a campaign as CSV.

use crate::report::csv::{
    Detail, Table, estimate, spread, spread_names, statistic_names, statistics, strings,
};
use crate::study::ProfileRun;

/// `jobs.csv`: a row a profile and job that was created in some replication.
pub fn jobs_csv(profiles: &[ProfileRun]) -> Vec<u8> {
    let mut header = strings([
        "profile",
        "job",
        "replications",
        "share",
        "share.lo",
        "share.hi",
    ]);
    header.extend(
        ["created_s", "robots_count"]
            .iter()
            .flat_map(|name| spread_names(name)),
    );
    if let Some(job) = profiles.iter().flat_map(|profile| &profile.jobs).next() {
        header.extend(
            job.summaries
                .iter()
                .flat_map(|summary| statistic_names(summary, Detail::All)),
        );
    }
    let mut table = Table::new(&header);
    for profile in profiles {
        for job in &profile.jobs {
            let mut row = vec![
                profile.name.clone(),
                job.kind.name(),
                job.replications.to_string(),
            ];
            row.extend(estimate(job.share));
            row.extend([job.created_s, job.robots].into_iter().flat_map(spread));
            row.extend(
                job.summaries
                    .iter()
                    .flat_map(|summary| statistics(summary, Detail::All)),
            );
            table.row(&row);
        }
    }
    table.finish()
}
