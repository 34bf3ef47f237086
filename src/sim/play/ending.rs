//! How a robot deployment ends: as one number for a calendar, and with all that counts of it.

use crate::model::{FLEET_TIMEOUT_MAX_MS, Instant, Ms, ROBOT_TIMEOUT_MAX_MS, ROBOTS_MAX};
use crate::sim::draws::dice::Dice;
use crate::sim::draws::fate::Fate;
use crate::sim::journey::{Journey, SlotTime, Verdict};

/// An end as one number: its instant above the robot's place in the start order above its flags. Comparing two of them compares
/// time first, then place, which is the order in which simultaneous events are handled.
///
/// 33 bits hold 99 days of milliseconds, 28 bits hold 268 million robots.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(in crate::sim) struct EndKey(u64);

impl EndKey {
    const PLACE_SHIFT: u32 = 3;
    const PLACE_BITS: u32 = 28;
    const TIME_SHIFT: u32 = EndKey::PLACE_SHIFT + EndKey::PLACE_BITS;
    const TIME_MAX: Ms = (1 << (64 - EndKey::TIME_SHIFT)) - 1;
    const FAILED: u64 = 1;
    const EXPOSED: u64 = 2;
    const WAITED: u64 = 4;

    pub(super) fn new(time: Instant, place: u32, verdict: Verdict, waited: Option<Ms>) -> EndKey {
        let flags = u64::from(verdict.failed()) * EndKey::FAILED
            + u64::from(waited.is_some()) * EndKey::EXPOSED
            + u64::from(waited.is_some_and(|waited| waited > 0)) * EndKey::WAITED;
        EndKey(time.ms() << EndKey::TIME_SHIFT | u64::from(place) << EndKey::PLACE_SHIFT | flags)
    }

    pub(in crate::sim) fn of(ending: &Ending) -> EndKey {
        let waited = ending.contact.map(|contact| contact - ending.start);
        EndKey::new(ending.end, ending.place, ending.verdict, waited)
    }

    /// Not before any end at `time`; not before any at all if the time is beyond all of them.
    pub(in crate::sim) fn last_at(time: Instant) -> EndKey {
        EndKey(
            time.ms().min(EndKey::TIME_MAX) << EndKey::TIME_SHIFT | ((1 << EndKey::TIME_SHIFT) - 1),
        )
    }

    /// The end of a journey from the job's creation on, if it starts at `start` instead.
    #[inline]
    pub(in crate::sim) fn of_start(self, start: Instant) -> EndKey {
        EndKey(self.0 + (start.ms() << EndKey::TIME_SHIFT))
    }

    #[inline]
    pub(in crate::sim) fn key(self) -> u64 {
        self.0
    }

    #[inline]
    pub(in crate::sim) fn from_key(key: u64) -> EndKey {
        EndKey(key)
    }

    #[inline]
    pub(in crate::sim) fn time(self) -> Instant {
        Instant::at(self.0 >> EndKey::TIME_SHIFT)
    }

    #[inline]
    pub(in crate::sim) fn place(self) -> u32 {
        (self.0 >> EndKey::PLACE_SHIFT) as u32 & ((1 << EndKey::PLACE_BITS) - 1)
    }

    #[inline]
    pub(in crate::sim) fn failed(self) -> bool {
        self.0 & EndKey::FAILED != 0
    }

    #[inline]
    pub(in crate::sim) fn exposed(self) -> bool {
        self.0 & EndKey::EXPOSED != 0
    }

    /// Whether the command arrived later than the deployment began.
    #[inline]
    pub(in crate::sim) fn waited(self) -> bool {
        self.0 & EndKey::WAITED != 0
    }
}

// Every robot has a place, and no deployment ends later than a robot timeout after the latest start.
const _: () = assert!(ROBOTS_MAX <= 1 << EndKey::PLACE_BITS);
const _: () = assert!(FLEET_TIMEOUT_MAX_MS + ROBOT_TIMEOUT_MAX_MS <= EndKey::TIME_MAX);

/// What counts of a robot's deployment once it is over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::sim) struct Ending {
    pub(in crate::sim) place: u32,
    pub(in crate::sim) cohort: u16,
    pub(in crate::sim) verdict: Verdict,
    pub(in crate::sim) start: Instant,
    pub(in crate::sim) contact: Option<Instant>,
    pub(in crate::sim) end: Instant,
    pub(in crate::sim) slot: SlotTime,
    pub(in crate::sim) bytes: u64,
}

impl Ending {
    /// From the command's arrival to the end, and through the recovery of a robot that was not updated.
    pub(in crate::sim) fn downtime(&self, dice: &Dice) -> Ms {
        match (self.contact, self.verdict) {
            (None, _) => 0,
            (Some(contact), Verdict::Updated | Verdict::Open) => self.end - contact,
            (Some(contact), _) => {
                self.end - contact + dice.cohorts[usize::from(self.cohort)].cohort.recovery
            }
        }
    }

    /// The ending of a robot that is updated just as its fate says, if it starts at `start` and is contacted at once.
    pub(in crate::sim) fn smooth(dice: &Dice, fate: &Fate, place: u32, start: Instant) -> Ending {
        Ending {
            place,
            cohort: fate.cohort,
            verdict: Verdict::Updated,
            start,
            contact: Some(start),
            end: start + Ms::from(fate.end),
            slot: fate.slot(),
            bytes: dice.bundle_of(fate),
        }
    }

    pub(in crate::sim) fn of(journey: &Journey, place: u32, cohort: u16) -> Ending {
        Ending {
            place,
            cohort,
            verdict: journey.verdict,
            start: journey.start,
            contact: journey.contact,
            end: journey.end,
            slot: journey.slot,
            bytes: journey.bytes,
        }
    }
}

/// The ending of a place, among endings that stand by place.
pub(in crate::sim) fn ending_at(endings: &[Ending], place: u32) -> Option<&Ending> {
    endings
        .binary_search_by_key(&place, |ending| ending.place)
        .ok()
        .map(|i| &endings[i])
}

impl Fate {
    /// The time in the slot of a robot that is updated just as its times say.
    #[inline]
    pub(in crate::sim) fn slot(&self) -> SlotTime {
        SlotTime {
            total: self.end.into(),
            download: self.download.into(),
            scripts: self.scripts.into(),
            ..SlotTime::default()
        }
    }
}
