//! What is recorded of one replication under one setting.

use serde::{Deserialize, Serialize};

use crate::model::{Instant, Ms};
use crate::rollout::EndedBy;
use crate::sim::journey::{Journey, SlotTime, Verdict};
use crate::sim::link::Rate;

/// The shares of the fleet [%] whose time is recorded.
pub const MARKS: [u64; 4] = [50, 90, 95, 99];

/// The fewest of `n` robots that are at least the share of each mark.
pub(in crate::sim) fn marks_of(n: u32) -> [u32; 4] {
    MARKS.map(|share| (u64::from(n) * share).div_ceil(100) as u32)
}

/// How one replication of a job went, or of a campaign: over the whole fleet then, with each robot as its last deployment left it.
/// All times count from the creation of the only or first job; those after the job's end belong to robots that drain.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Robots of the job; of the fleet in a campaign's outcome.
    pub n: u32,
    /// By the job's word, as are the next three: healed robots are failed.
    pub updated: u32,
    pub failed: u32,
    pub aborted: u32,
    pub never_started: u32,
    /// Neither finished nor given up when they were watched no longer, and gone from those that the job is for; none under RoboMaker's rules.
    pub open: u32,
    pub left: u32,
    /// Of the open ones, those that had not started.
    pub waiting: u32,
    /// Robots that the command reached, in the job or when they came back by themselves.
    pub exposed: u32,
    /// Robots that run the release at the end of the watch: it was the last to be deployed to them, and reported so.
    pub running: u32,
    /// Robots that the robot timeout ended, silent ones included.
    pub timed_out: u32,
    pub no_response: u32,
    /// Failed robots by `FailureCode as usize`.
    pub failures: [u32; 24],
    pub ended_by: EndedBy,
    /// When the failures were there that reached the threshold, of a campaign in its canary or main job.
    pub breached: Option<Instant>,
    /// When the job's status turned terminal, or it was watched no longer; see [`Outcome::ended`].
    pub ended_at: Instant,
    /// When the last robot deployment ended, or was watched no longer; see [`Outcome::all_ended`].
    pub drained: Instant,
    /// When the share of [`MARKS`] ran the release, of all robots; `None` if it did not while robots were watched.
    pub time_to: [Option<Instant>; 4],
    /// The most robots down at one instant; a robot is down from the command's arrival until it is up again, that instant left out.
    pub down_peak: u32,
    /// Robot-milliseconds from the command's arrival to Finished, or to the end of a failed deployment plus recovery.
    pub downtime: Ms,
    /// Of all robots together.
    pub slot: SlotTime,
    pub bytes: u64,
    /// Robots given up as silent that came back while they were watched, and were updated or failed.
    pub healed: u32,
    pub healed_failed: u32,
    /// By link; until robots are watched no more.
    pub links: Vec<LinkUse>,
    pub aftermath: Aftermath,
}

/// What only a campaign knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aftermath {
    /// Jobs created.
    pub jobs: u32,
    /// Robots left over when the threshold ended the canary or the main job, whatever syncs made of them later; of a job played on its
    /// own, those never started.
    pub left_over: Option<u32>,
    /// Updated robots that have the release's latent fault.
    pub latent: u32,
    /// Robots on which a recovery job put the old version back.
    pub recovered: u32,
    /// These, and those that came back after it and put the old version back by themselves.
    pub put_back: u32,
    /// When every robot that was exposed runs the old version again, after a campaign that did not succeed.
    pub whole: Option<Instant>,
}

/// What went over a link, the downloads of healing robots included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkUse {
    pub bytes: u64,
    /// The highest rate that lasted at least a millisecond.
    pub peak: Rate,
    /// How long some download got less than its own rate [ms].
    pub saturated: Ms,
}

/// What became of a robot that was given up as silent and came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Healing {
    /// When it pulled the newest deployment, which stops the old software.
    pub contact: Instant,
    /// How that ended; `None` if it was not reported while the robot was watched.
    pub end: Option<HealingEnd>,
}

/// The end of a healing, as the robot reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HealingEnd {
    pub time: Instant,
    /// Whether it is updated; its deployment failed if not.
    pub updated: bool,
}

impl Healing {
    /// The healing that came of a journey, if the robot came back.
    pub(in crate::sim) fn of(journey: &Journey) -> Option<Healing> {
        let updated = match journey.verdict {
            Verdict::Updated => Some(true),
            Verdict::Failed(_) => Some(false),
            _ => None,
        };
        Some(Healing {
            contact: journey.contact?,
            end: updated.map(|updated| HealingEnd {
                time: journey.end,
                updated,
            }),
        })
    }

    /// What of it is seen until the end of a watch, if anything is.
    pub(in crate::sim) fn seen_until(self, watch_end: Instant) -> Option<Healing> {
        let end = self.end.filter(|end| end.time <= watch_end);
        (self.contact <= watch_end).then_some(Healing { end, ..self })
    }

    /// This healing after a job created at `created`, as the first job counts.
    pub(in crate::sim) fn of_job(self, created: Instant) -> Healing {
        Healing {
            contact: self.contact.of_job(created),
            end: self.end.map(|end| HealingEnd {
                time: end.time.of_job(created),
                ..end
            }),
        }
    }

    /// What it came to, as in outputs.
    pub fn outcome(&self) -> &'static str {
        match self.end {
            Some(HealingEnd { updated: true, .. }) => "healed",
            Some(HealingEnd { updated: false, .. }) => "healed_failed",
            None => "unfinished",
        }
    }

    /// When the robot reported that it is updated, if it did.
    pub fn updated(&self) -> Option<Instant> {
        self.end.filter(|end| end.updated).map(|end| end.time)
    }
}

impl Outcome {
    pub fn started(&self) -> u32 {
        self.n - self.never_started - self.waiting
    }

    /// Exposed, and running neither the release at the end of the watch nor the old version that the engine itself put back.
    pub fn broken(&self) -> u32 {
        self.exposed - self.running - self.aftermath.put_back
    }

    /// When the job's status turned terminal, if it ever did.
    pub fn ended(&self) -> Option<Instant> {
        (self.ended_by != EndedBy::Never).then_some(self.ended_at)
    }

    /// When the last robot deployment ended, if all did.
    pub fn all_ended(&self) -> Option<Instant> {
        (self.ended_by != EndedBy::Never && self.open == 0).then_some(self.drained)
    }

    pub fn threshold_reached(&self) -> bool {
        self.breached.is_some()
    }

    /// Whether the threshold stopped the job while robots were left over.
    pub fn stopped(&self) -> bool {
        self.threshold_reached() && self.aftermath.left_over.unwrap_or(self.never_started) > 0
    }

    /// The outcome of a job that ended before any robot started.
    pub(in crate::sim) fn of_no_start(
        n: u32,
        links: usize,
        ended_by: EndedBy,
        time: Instant,
    ) -> Outcome {
        Outcome {
            n,
            never_started: n,
            ended_by,
            ended_at: time,
            drained: time,
            links: vec![LinkUse::default(); links],
            aftermath: Aftermath {
                jobs: 1,
                ..Aftermath::default()
            },
            ..Outcome::default()
        }
    }

    /// Robots are neither lost nor counted twice. Stays on in release builds: numbers that do not add up must not leave.
    pub(in crate::sim) fn check(&self) {
        let accounted =
            self.updated + self.failed + self.aborted + self.never_started + self.open + self.left;
        assert_eq!(accounted, self.n, "a bug: robots do not add up in {self:?}");
        assert!(
            self.waiting <= self.open,
            "a bug: waiting robots in {self:?}"
        );
        assert!(
            self.exposed >= self.updated && self.exposed <= self.started(),
            "a bug: exposed robots in {self:?}"
        );
        let put_back = self.aftermath.put_back;
        assert!(
            self.running + put_back <= self.exposed,
            "a bug: running robots in {self:?}"
        );
        // Only putting the old version back takes a robot the release that a job or the robot itself deployed.
        let deployed = self.updated + self.healed;
        assert!(
            self.running <= deployed && deployed <= self.n,
            "a bug: more robots run the release than got it in {self:?}"
        );
        assert!(
            self.aftermath.jobs > 1 || self.running == deployed,
            "a bug: robots stopped running in {self:?}"
        );
        assert_eq!(
            self.failures.iter().sum::<u32>(),
            self.failed,
            "a bug: failure codes in {self:?}"
        );
        assert!(
            self.ended_at <= self.drained,
            "a bug: time goes back in {self:?}"
        );
        assert!(
            self.healed + self.healed_failed <= self.no_response,
            "a bug: healed robots in {self:?}"
        );
        let slot = self.slot;
        let parts = slot.offline + slot.window + slot.download + slot.scripts;
        assert!(
            parts <= slot.total && slot.contention <= slot.download,
            "a bug: time in slots in {self:?}"
        );
        assert!(
            slot.hanging <= slot.scripts,
            "a bug: time in scripts in {self:?}"
        );
    }
}
