//! Hours offline behind a time axis: the darker, the more robots are offline by the clock.

use std::collections::BTreeMap;

use crate::chart::Shade;
use crate::model::Ms;
use crate::scenario::{Profile, Scenario};
use crate::study::{ProfileRun, offline_hours};

/// The shades of a scenario's profiles.
pub(super) struct Shades(Vec<(String, Vec<Shade>)>);

impl Shades {
    pub(super) fn of(scenario: &Scenario) -> Shades {
        let profiles = scenario.profiles.iter();
        Shades(profiles.map(|it| (it.name.clone(), shades(it))).collect())
    }

    pub(super) fn of_profile(&self, name: &str) -> Vec<Shade> {
        let known = self.0.iter().find(|(profile, _)| profile == name);
        known.map_or_else(Vec::new, |(_, shades)| shades.clone())
    }

    /// Those that several profiles have in common; none where they differ.
    pub(super) fn of_all(&self, profiles: &[ProfileRun]) -> Vec<Shade> {
        let mut each = profiles.iter().map(|it| self.of_profile(&it.name));
        let first = each.next().unwrap_or_default();
        match each.all(|other| other == first) {
            true => first,
            false => Vec::new(),
        }
    }

    /// What they are.
    pub(super) fn note(&self) -> String {
        let mut depths = self.0.iter().flat_map(|(_, shades)| shades);
        match depths.all(|shade| shade.depth == 1.0) {
            true => "shaded: robots are offline by the clock".to_owned(),
            false => "shaded: robots are offline by the clock, the darker the more".to_owned(),
        }
    }
}

/// When robots of a profile are offline by the clock [s], and what share of them.
fn shades(profile: &Profile) -> Vec<Shade> {
    let mut changes: BTreeMap<Ms, i64> = BTreeMap::new();
    for (robots, hours) in profile.world.fleet.cohorts.iter().flat_map(offline_hours) {
        for hours in hours.intervals() {
            *changes.entry(hours.start).or_default() += i64::from(robots);
            *changes.entry(hours.end).or_default() -= i64::from(robots);
        }
    }
    let mut shades: Vec<Shade> = Vec::new();
    let (mut offline, mut since) = (0, 0);
    for (at, change) in changes {
        if offline > 0 && change != 0 {
            shades.push(Shade {
                from: since as f64 / 1000.0,
                to: at as f64 / 1000.0,
                depth: offline as f64 / f64::from(profile.world.fleet.robots()),
            });
        }
        if change != 0 {
            (offline, since) = (offline + change, at);
        }
    }
    shades
}
