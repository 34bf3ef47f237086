//! What tables say of broken robots without a recovery: they count as up once they are given up.

use crate::scenario::Profile;
use crate::study::counted_as_up;

/// The line, if robots of some cohort may break and have no recovery. Each profile comes with whether any robot broke.
pub(super) fn line<'p>(profiles: impl Iterator<Item = (&'p Profile, bool)>) -> String {
    let mut cohorts: Vec<&str> = Vec::new();
    for (profile, has_broken) in profiles {
        for cohort in counted_as_up(profile, |_| has_broken) {
            if !cohorts.contains(&cohort) {
                cohorts.push(cohort);
            }
        }
    }
    match cohorts.len() {
        0 => String::new(),
        _ => format!(
            "down at once and downtime count robots of {} as up when they are given up: set `recovery`",
            cohorts.join(", ")
        ),
    }
}
