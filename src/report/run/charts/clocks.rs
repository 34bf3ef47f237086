//! Clock times beside a time axis, where the file says when a job is created.

use crate::chart::Clock;
use crate::model::Start;
use crate::scenario::Scenario;
use crate::study::ProfileRun;

const HOUR_MS: u64 = 3_600_000;

/// How far a chart is searched for changes of the clocks [h]: half a year has one at most.
const HOURS_MAX: u64 = 24 * 183;

/// The clock of each profile; none unless all have one.
fn of_each(scenario: &Scenario, profiles: &[ProfileRun]) -> Vec<Clock> {
    let hours = hours(profiles);
    let clocks = profiles.iter().map(|profile| {
        let start = scenario.profile(&profile.name)?.start?;
        Some(clock(start, hours))
    });
    clocks.collect::<Option<Vec<Clock>>>().unwrap_or_default()
}

/// The clock of the first profile, for panels of all of them, named where others have another.
pub(super) fn of_first(scenario: &Scenario, profiles: &[ProfileRun]) -> Option<Clock> {
    let each = of_each(scenario, profiles);
    let first = each.first()?.clone();
    let of = match each.iter().all(|other| *other == first) {
        true => String::new(),
        false => profiles[0].name.clone(),
    };
    Some(Clock { of, ..first })
}

/// How long profiles last [h].
fn hours(profiles: &[ProfileRun]) -> u64 {
    let outcomes = profiles.iter().flat_map(|profile| &profile.outcomes);
    let last = outcomes.map(|outcome| outcome.drained.ms()).max();
    (2 * last.unwrap_or(0) / HOUR_MS + 1).min(HOURS_MAX)
}

/// What clocks show after a start.
fn clock(start: Start, hours: u64) -> Clock {
    let local = start.clock();
    let mut changes: Vec<(f64, f64)> = Vec::new();
    for hour in 0..=hours {
        let after = hour * HOUR_MS;
        let zero = local.week_ms(after) as f64 / 1000.0 - after as f64 / 1000.0;
        let zero = zero.rem_euclid(7.0 * 86_400.0);
        if changes.last().is_none_or(|(_, before)| *before != zero) {
            changes.push((after as f64 / 1000.0, zero));
        }
    }
    Clock {
        changes,
        of: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_changed_in_the_zone_of_the_start() {
        let start = |text| Start::parse(text).expect("a start");
        let spring = clock(start("2026-03-28T13:00[Europe/Berlin]"), 48);
        let saturday = 5.0 * 86_400.0 + 13.0 * 3600.0;
        let changed = (13.0 * 3600.0, saturday + 3600.0);
        assert_eq!(spring.changes, [(0.0, saturday), changed]);
        let fixed = clock(start("2026-03-28T13:00Z"), 48);
        assert_eq!(fixed.changes, [(0.0, saturday)]);
    }
}
