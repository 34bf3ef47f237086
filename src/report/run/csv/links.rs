//! What links carried, as CSV.

use crate::report::csv::{Table, number, spread, spread_names, strings};
use crate::study::ProfileRun;

/// `links.csv`: a row a profile and link.
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

/// `link_load.csv`: a row a profile, link and interval.
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
