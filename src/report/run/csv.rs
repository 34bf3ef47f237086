//! A run as CSV: replications, failures and the timeline of every run; jobs and links of those that have any.

mod robots;

use crate::report::csv::{
    Detail, Table, estimate, number, spread, spread_names, statistic_names, statistics, strings,
};
use crate::study::{METRICS, ProfileRun, SERIES};

pub use robots::RobotsCsv;

/// `replications.csv`: a row per profile and replication.
pub fn replications_csv(profiles: &[ProfileRun]) -> Vec<u8> {
    let mut header = strings(["profile", "replication"]);
    for metric in &METRICS {
        header.push(metric.name.to_owned());
        if metric.name == "stopped" {
            header.push("ended_by".to_owned());
        }
    }
    let mut table = Table::new(&header);
    for profile in profiles {
        for (replication, outcome) in profile.outcomes.iter().enumerate() {
            let mut row = vec![profile.name.clone(), replication.to_string()];
            for metric in &METRICS {
                row.push(number((metric.value)(outcome)));
                if metric.name == "stopped" {
                    row.push(outcome.ended_by.name().to_owned());
                }
            }
            table.row(&row);
        }
    }
    table.finish()
}

/// `failures.csv`: a row per profile, level and code that occurred.
pub fn failures_csv(profiles: &[ProfileRun]) -> Vec<u8> {
    let mut header = strings(["profile", "level", "code"]);
    header.extend(spread_names("count"));
    header.extend(strings(["any", "any.lo", "any.hi"]));
    let mut table = Table::new(&header);
    for profile in profiles {
        for (level, counts) in [
            ("robot", &profile.failures.robots),
            ("job", &profile.failures.jobs),
        ] {
            for count in counts {
                let mut row = vec![
                    profile.name.clone(),
                    level.to_owned(),
                    count.code.name().to_owned(),
                ];
                row.extend(spread(count.count));
                row.extend(estimate(count.any));
                table.row(&row);
            }
        }
    }
    table.finish()
}

/// `timeline.csv`: a row per profile and instant.
pub fn timeline_csv(profiles: &[ProfileRun]) -> Vec<u8> {
    let mut header = strings(["profile", "time_s"]);
    for (name, _) in SERIES {
        header.extend(["p05", "p50", "p95"].map(|quantile| format!("{name}.{quantile}")));
    }
    let mut table = Table::new(&header);
    for profile in profiles {
        for (instant, bands) in profile.timeline.bands.iter().enumerate() {
            let time = (profile.timeline.step * instant as u64) as f64 / 1000.0;
            let mut row = vec![profile.name.clone(), number(time)];
            row.extend(
                bands
                    .iter()
                    .flat_map(|band| [band.p05, band.p50, band.p95])
                    .map(|count| count.to_string()),
            );
            table.row(&row);
        }
    }
    table.finish()
}

/// `links.csv`: a row per profile and link.
pub fn links_csv(profiles: &[ProfileRun]) -> Vec<u8> {
    let mut header = strings(["profile", "link", "capacity_bit_s"]);
    header.extend(
        ["bytes_total", "peak_bit_s", "saturated_s"]
            .iter()
            .flat_map(|name| spread_names(name)),
    );
    let mut table = Table::new(&header);
    for profile in profiles {
        for link in &profile.links {
            let mut row = vec![
                profile.name.clone(),
                link.name.clone(),
                link.capacity.to_string(),
            ];
            row.extend(
                [link.bytes, link.peak_bit_s, link.saturated_s]
                    .into_iter()
                    .flat_map(spread),
            );
            table.row(&row);
        }
    }
    table.finish()
}

/// `link_load.csv`: a row per profile, link and interval.
pub fn link_load_csv(profiles: &[ProfileRun]) -> Vec<u8> {
    let mut header = strings(["profile", "link", "time_s"]);
    header.extend(["p05", "p50", "p95"].map(|quantile| format!("load_bit_s.{quantile}")));
    let mut table = Table::new(&header);
    for profile in profiles {
        for (link, bands) in profile.links.iter().zip(&profile.loads.bands) {
            for (interval, band) in bands.iter().enumerate() {
                let time = (profile.loads.step * interval as u64) as f64 / 1000.0;
                let mut row = vec![profile.name.clone(), link.name.clone(), number(time)];
                row.extend([band.p05, band.p50, band.p95].map(number));
                table.row(&row);
            }
        }
    }
    table.finish()
}

/// `jobs.csv`: a row per profile and job that was created in some replication.
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
