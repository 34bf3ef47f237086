//! What charts over the two percentages share: their axes, round times for iso-lines, and what a place without a value means.

use crate::chart::{MapAxis, Scale};
use crate::rollout::Levels;
use crate::scenario::{Profile, Scenario};
use crate::units::count;

/// Percentages labelled on the axes, if they are in range.
const TICKS: [u8; 7] = [1, 2, 5, 10, 20, 50, 100];

/// Percentages with the number of robots below.
const ROBOTS: [u8; 3] = [1, 10, 100];

/// Times with an iso-line, from many to few [min]: the first list with no more than [`LINES_MAX`] on the map.
const TIMES: [&[f64]; 3] = [
    &[
        1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 12.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0, 60.0, 90.0, 120.0,
        180.0, 240.0, 360.0, 480.0, 720.0, 1080.0, 1440.0, 2160.0, 2880.0, 4320.0, 7200.0,
        10_080.0, 14_400.0, 20_160.0, 28_800.0, 43_200.0,
    ],
    &[
        1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 180.0, 360.0, 720.0, 1440.0, 2880.0, 7200.0,
        14_400.0, 28_800.0, 43_200.0,
    ],
    &[1.0, 10.0, 60.0, 360.0, 1440.0, 10_080.0, 43_200.0],
];
/// Iso-lines on a map at most.
pub(super) const LINES_MAX: usize = 10;

/// What a place without a value means.
pub(super) const ABSENT: &str = "not played";

/// What a place whose time is infinite means, given the words for that.
pub(super) fn in_the_median(never: &str) -> String {
    format!("{never}, in the median")
}

/// Round times [s] between the least and the greatest of some times.
pub(super) fn round_times(times: &[f64]) -> Vec<f64> {
    let finite: Vec<f64> = times
        .iter()
        .copied()
        .filter(|time| time.is_finite())
        .collect();
    let least = finite.iter().copied().fold(f64::INFINITY, f64::min);
    let most = finite.iter().copied().fold(0.0, f64::max);
    let lists = TIMES.map(|minutes| {
        let times = minutes.iter().map(|time| 60.0 * time);
        let on_map = times.filter(|time| least < *time && *time < most);
        on_map.collect::<Vec<f64>>()
    });
    let [.., fewest] = &lists;
    let mut lists = lists.iter();
    let chosen = lists.find(|list| list.len() <= LINES_MAX);
    chosen.unwrap_or(fewest).clone()
}

/// Whether there are percentages between those that were played.
pub(super) fn is_coarse(percentages: &[u8]) -> bool {
    percentages.windows(2).any(|pair| pair[1] - pair[0] > 1)
}

fn window(profile: &Profile, percent: u8) -> Option<u32> {
    let levels = Levels {
        concurrency: percent,
        ..profile.rules.levels()
    };
    Some(profile.rules.at(levels).window(profile.main_robots()?))
}

fn failures(profile: &Profile, percent: u8) -> Option<u32> {
    let levels = Levels {
        threshold: percent,
        ..profile.rules.levels()
    };
    let rules = profile.rules.at(levels);
    Some(rules.failures_to_stop(profile.main_robots()?))
}

/// The axis of concurrencies.
pub(super) fn x_axis(scenario: &Scenario, percentages: &[u8]) -> MapAxis {
    let whole = whole(scenario);
    let label = format!("Concurrent deployments (% of {whole}; robots below)");
    axis(scenario, percentages, &label, window)
}

/// The axis of thresholds.
pub(super) fn y_axis(scenario: &Scenario, percentages: &[u8]) -> MapAxis {
    let whole = whole(scenario);
    let label = format!("Failure threshold (% of {whole}; robots below)");
    axis(scenario, percentages, &label, failures)
}

/// What percentages are a share of.
pub(super) fn whole(scenario: &Scenario) -> &'static str {
    let mut profiles = scenario.profiles.iter();
    match profiles.all(|it| it.main_robots() == Some(it.world.fleet.robots())) {
        true => "the fleet",
        false => "the main job's robots",
    }
}

/// An axis of percentages, with numbers of robots where those are the same in all profiles.
fn axis(
    scenario: &Scenario,
    percentages: &[u8],
    label: &str,
    robots: impl Fn(&Profile, u8) -> Option<u32>,
) -> MapAxis {
    let known: Option<Vec<u32>> = TICKS
        .into_iter()
        .map(|percent| {
            let mut profiles = scenario.profiles.iter();
            let first = robots(profiles.next()?, percent)?;
            profiles
                .all(|profile| robots(profile, percent) == Some(first))
                .then_some(first)
        })
        .collect();
    let ticks = TICKS.into_iter().enumerate();
    let ticks = ticks.filter(|(_, percent)| percentages.first() <= Some(percent));
    let ticks = ticks.map(|(which, percent)| {
        let known = known.as_ref().filter(|_| ROBOTS.contains(&percent));
        let mut lines = vec![percent.to_string()];
        lines.extend(known.map(|known| count(known[which].into())));
        (f64::from(percent), lines)
    });
    MapAxis {
        label: match known {
            Some(_) => label.to_owned(),
            None => label.replace("; robots below", ""),
        },
        at: percentages.iter().copied().map(f64::from).collect(),
        scale: Scale::Log,
        ticks: ticks.collect(),
    }
}
