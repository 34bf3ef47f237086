//! Weekly hours before it is known by which clock: maintenance windows, and hours offline.

use crate::model::{FLEET_TIMEOUT_MAX_MS, Hours, Ms, ROBOT_TIMEOUT_MAX_MS, Start, Windows, Zone};
use crate::rollout::CAMPAIGN_MS_MAX;
use crate::scenario::keys::document::OBSERVE_AFTER_MAX_MS;

/// As far as hours are known: the last job of a campaign, its last robot's deployment, the watch after it, and a day to spare.
const HORIZON_MS: Ms = CAMPAIGN_MS_MAX
    + FLEET_TIMEOUT_MAX_MS
    + ROBOT_TIMEOUT_MAX_MS
    + OBSERVE_AFTER_MAX_MS
    + 86_400_000;

/// Weekly hours without a zone yet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct WeeklyHours {
    pub start: Start,
    pub hours: Vec<Hours>,
}

impl WeeklyHours {
    /// Those of robots that stand in a zone.
    pub(super) fn windows(&self, zone: &Zone) -> Windows {
        Windows::compile(
            self.start,
            HORIZON_MS,
            self.hours.iter().map(|hours| (*hours, zone)),
        )
    }
}
