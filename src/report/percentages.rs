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

/// What a place without a value means, and a place whose time is infinite.
pub(super) const ABSENT: &str = "not played";
pub(super) const NEVER: &str = "never, in the median";

/// Round times [s] between the least and the greatest of some times.
pub(super) fn round_times(times: &[f64]) -> Vec<f64> {
    let finite = || times.iter().copied().filter(|time| time.is_finite());
    let (least, most) = (
        finite().fold(f64::INFINITY, f64::min),
        finite().fold(0.0, f64::max),
    );
    let on_map = |times: &[f64]| {
        times
            .iter()
            .map(|time| 60.0 * time)
            .filter(|time| least < *time && *time < most)
            .collect()
    };
    let lists: [Vec<f64>; 3] = TIMES.map(on_map);
    let [_, _, fewest] = &lists;
    lists
        .iter()
        .find(|list| list.len() <= LINES_MAX)
        .unwrap_or(fewest)
        .clone()
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
    Some(
        profile
            .rules
            .at(levels)
            .failures_to_stop(profile.main_robots()?),
    )
}

/// The axis of concurrencies.
pub(super) fn x_axis(scenario: &Scenario, percentages: &[u8]) -> MapAxis {
    axis(
        scenario,
        percentages,
        &format!(
            "Concurrent deployments (% of {}; robots below)",
            whole(scenario)
        ),
        window,
    )
}

/// The axis of thresholds.
pub(super) fn y_axis(scenario: &Scenario, percentages: &[u8]) -> MapAxis {
    axis(
        scenario,
        percentages,
        &format!("Failure threshold (% of {}; robots below)", whole(scenario)),
        failures,
    )
}

/// What percentages are a share of.
pub(super) fn whole(scenario: &Scenario) -> &'static str {
    let whole_fleet =
        |profile: &Profile| profile.main_robots() == Some(profile.world.fleet.robots());
    if scenario.profiles.iter().all(whole_fleet) {
        "the fleet"
    } else {
        "the main job's robots"
    }
}

/// An axis of percentages, with numbers of robots where those are the same in all profiles.
fn axis(
    scenario: &Scenario,
    percentages: &[u8],
    label: &str,
    robots: impl Fn(&Profile, u8) -> Option<u32>,
) -> MapAxis {
    let same = |percent| {
        let robots = |profile| robots(profile, percent);
        let first = robots(&scenario.profiles[0])?;
        scenario
            .profiles
            .iter()
            .all(|profile| robots(profile) == Some(first))
            .then_some(first)
    };
    let known = TICKS
        .into_iter()
        .map(|percent| same(percent).map(|robots| (percent, robots)));
    let all: Option<Vec<(u8, u32)>> = known.collect();
    let lines = |percent: u8| {
        let robots = all.as_ref().and_then(|all| {
            all.iter()
                .find(|(known, _)| *known == percent && ROBOTS.contains(known))
        });
        std::iter::once(percent.to_string())
            .chain(robots.map(|(_, robots)| count((*robots).into())))
            .collect()
    };
    let on_axis = |percent: &u8| percentages.first() <= Some(percent);
    MapAxis {
        label: if all.is_some() {
            label.to_owned()
        } else {
            label.replace("; robots below", "")
        },
        at: percentages
            .iter()
            .map(|percent| f64::from(*percent))
            .collect(),
        scale: Scale::Log,
        ticks: TICKS
            .into_iter()
            .filter(on_axis)
            .map(|percent| (f64::from(percent), lines(percent)))
            .collect(),
    }
}
