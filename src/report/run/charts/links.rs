//! How loaded the links are over time.

use crate::chart::{
    Arrangement, Axis, Heading, LineChart, LinePanel, Mark, Picture, Point, Quantity, Series,
};
use crate::report::chart::{joined, time_label};
use crate::report::run::charts::drawn::Drawn;
use crate::report::run::charts::titles;
use crate::report::words::plural;
use crate::study::{LoadSummary, ProfileRun};
use crate::units::rate;

/// Links drawn at most, the busiest: a panel each.
const LINKS_MAX: usize = 4;

/// The load of the busiest links as a share of their capacity, so that links of all sizes share an axis.
pub(super) fn link_load(drawn: &Drawn) -> Picture {
    let shown = drawn.profiles;
    let names = busiest_first(shown);
    let left_out = names.len().saturating_sub(LINKS_MAX);
    let alone = names.len() == 1;
    let busiest = &names[..names.len().min(LINKS_MAX)];
    let until = loaded_until(shown, busiest);
    let busiest = if until > 0.0 { busiest } else { &[] };
    let title = match names.first() {
        Some(busiest) => titles::link_load(shown, busiest),
        None => "No link is shared".to_owned(),
    };
    let subtitle = match left_out {
        0 => drawn.subtitle.clone(),
        _ => format!(
            "{}; the other {} in link_load.csv",
            drawn.subtitle,
            plural(left_out as u64, "link")
        ),
    };
    let panels = busiest.iter().map(|name| LinePanel {
        shades: drawn.shades.of_all(shown),
        ..panel(shown, name, until, alone)
    });
    let panels: Vec<LinePanel> = panels.collect();
    let heading = Heading::new(title, subtitle);
    let x = Axis::new(time_label(shown), Quantity::Duration);
    let y = Axis::new("Share of the capacity in use", Quantity::Share).including(0.0, 1.0);
    LineChart {
        arrangement: Arrangement::Stacked,
        ..drawn.over_time(heading, x, y, panels)
    }
    .picture()
}

/// The names of all links, the most used first.
fn busiest_first(profiles: &[ProfileRun]) -> Vec<&str> {
    let mut uses: Vec<(&str, f64)> = Vec::new();
    for profile in profiles {
        let drained = profile.statistic("drained_s", "mean").value;
        for link in &profile.links {
            let used = link.bytes.mean.value / (link.capacity as f64 * drained);
            match uses.iter_mut().find(|(name, _)| *name == link.name) {
                Some((_, most)) => *most = most.max(used),
                None => uses.push((&link.name, used)),
            }
        }
    }
    uses.sort_by(|a, b| b.1.total_cmp(&a.1));
    uses.into_iter().map(|(name, _)| name).collect()
}

/// One link: a line per profile, and its capacity.
fn panel(profiles: &[ProfileRun], name: &str, until: f64, alone: bool) -> LinePanel {
    let mut series: Vec<Series> = Vec::new();
    let mut capacities: Vec<(u64, &str)> = Vec::new();
    for (look, profile) in profiles.iter().enumerate() {
        let Some(link) = profile.links.iter().position(|link| link.name == name) else {
            continue;
        };
        capacities.push((profile.links[link].capacity, &profile.name));
        let points = points(profile, link, until);
        series.push(Series::steps(&profile.name, points).looking(look));
    }
    LinePanel {
        title: match alone {
            true => String::new(),
            false => name.to_owned(),
        },
        series: joined(series),
        marks: vec![Mark::Y(1.0, capacity_label(&capacities))],
        shades: Vec::new(),
    }
}

/// The full capacity, by profile where profiles differ.
fn capacity_label(capacities: &[(u64, &str)]) -> String {
    let same = capacities
        .iter()
        .all(|(capacity, _)| *capacity == capacities[0].0);
    let capacities = capacities.iter().map(|(capacity, profile)| match same {
        true => rate(*capacity as f64),
        false => format!("{} ({profile})", rate(*capacity as f64)),
    });
    let shown = if same { 1 } else { usize::MAX };
    format!(
        "capacity {}",
        capacities.take(shown).collect::<Vec<String>>().join(", ")
    )
}

/// The shares of a link's capacity in use until a time [s].
fn points(profile: &ProfileRun, link: usize, until: f64) -> Vec<Point> {
    let capacity = profile.links[link].capacity as f64;
    let points = instants(&profile.loads)
        .zip(&profile.loads.bands[link])
        .take_while(|(time, _)| *time <= until);
    let points = points.map(|(time, band)| {
        let [lo, mid, hi] = [band.p05, band.p50, band.p95].map(|load| load / capacity);
        Point::banded(time, lo, mid, hi)
    });
    points.collect()
}

/// When each interval of the loads begins [s].
fn instants(loads: &LoadSummary) -> impl Iterator<Item = f64> {
    let step = loads.step;
    (0..).map(move |interval| (step * interval) as f64 / 1000.0)
}

/// When the last of these links loses its load in all but a few replications [s]: a chart shows nothing after that.
fn loaded_until(profiles: &[ProfileRun], names: &[&str]) -> f64 {
    let mut until: f64 = 0.0;
    for profile in profiles {
        let shown = profile
            .links
            .iter()
            .zip(&profile.loads.bands)
            .filter(|(link, _)| names.contains(&link.name.as_str()));
        for (_, bands) in shown {
            let after = bands
                .iter()
                .rposition(|band| band.p95 > 0.0)
                .map_or(0, |last| last + 1);
            until = until.max(instants(&profile.loads).nth(after).unwrap_or(0.0));
        }
    }
    until
}
