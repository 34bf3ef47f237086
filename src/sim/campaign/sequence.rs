//! Which job of a campaign comes next, when, for which robots and under which rules, from how each one ended and the state of the robots.
//!
//! It does not play. The player asks for the next job when the robots of the last one have been watched for as long as that one
//! says, and so learns whether there is one at all.

use crate::model::{Instant, Ms, WatchEnd};
use crate::rollout::{
    AfterFailure, CAMPAIGN_MS_MAX, Campaign, EndedBy, Rules, Setting, Sync, share_to_reach,
};
use crate::sim::campaign::JobKind;
use crate::sim::campaign::roster::Roster;
use crate::sim::draws::hand::Hand;
use crate::sim::record::outcome::Outcome;
use crate::sim::{Attempt, Dice, Past, RECOVERING};

/// How a job came to its end, or all jobs that deploy the release.
#[derive(Clone, Copy, Debug)]
pub(in crate::sim) struct JobEnd {
    pub(in crate::sim) ended_by: EndedBy,
    /// When the status turned terminal, or a latent fault was acted upon, as the first job counts.
    pub(in crate::sim) time: Instant,
    /// When the last robot deployment ended.
    pub(in crate::sim) drained: Instant,
}

impl JobEnd {
    pub(super) fn of(created: Instant, outcome: &Outcome) -> JobEnd {
        JobEnd {
            ended_by: outcome.ended_by,
            time: outcome.ended_at.of_job(created),
            drained: outcome.drained.of_job(created),
        }
    }

    fn is_success(&self) -> bool {
        self.ended_by == EndedBy::Success
    }
}

/// A job that comes next.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Job {
    pub(in crate::sim) kind: JobKind,
    /// As the first job counts.
    pub(in crate::sim) created: Instant,
    /// The robots that it is for, ascending; at least one.
    pub(in crate::sim) robots: Vec<u32>,
    pub(in crate::sim) rules: Rules,
    waits: Waits,
    /// Until when its robots are watched if no job follows it, as it counts.
    last_watch: WatchEnd,
}

/// How long after the end of its last robot deployment a job is followed by another one [ms], if it is.
#[derive(Clone, Copy, Debug)]
struct Waits {
    success: Option<Ms>,
    failure: Option<Ms>,
}

impl Job {
    pub(in crate::sim) fn setting(&self) -> Setting {
        self.rules.setting(self.robots.len() as u32)
    }

    fn watch_for(&self, wait: Option<Ms>) -> WatchEnd {
        wait.map_or(self.last_watch, WatchEnd::AfterDrained)
    }

    /// Until when robots that the job gives up are watched if it succeeds, as it counts.
    pub(in crate::sim) fn watch_after_success(&self) -> WatchEnd {
        self.watch_for(self.waits.success)
    }

    /// Until when they are watched after this end, if the last robot deployment ended at `drained`, as it counts.
    pub(in crate::sim) fn watch_after(&self, end: &JobEnd, drained: Instant) -> WatchEnd {
        let from_drained = end.drained - drained.of_job(self.created);
        self.watch_for(match end.is_success() {
            true => self.waits.success,
            false => self.waits.failure.map(|wait| from_drained + wait),
        })
    }

    /// Until when they are watched if no job follows after all, though one might have; `None` if they have been for as long already.
    pub(in crate::sim) fn watch_on(&self, drained: Instant, watched: WatchEnd) -> Option<WatchEnd> {
        let longer = self.last_watch.time(drained) > watched.time(drained);
        (longer && matches!(self.last_watch, WatchEnd::AtLeast(_))).then_some(self.last_watch)
    }

    /// The latest time until which they may be watched, however it ends, if the last robot deployment ends by `drained`, as it counts.
    pub(in crate::sim) fn watch_bound(&self, drained: Instant) -> Instant {
        let success = self.waits.success.unwrap_or(0);
        let found_late = if self.is_canary() { success } else { 0 };
        let failure = found_late + self.waits.failure.unwrap_or(0);
        self.last_watch
            .time(drained)
            .max(drained + success.max(failure))
    }

    /// Until when they are watched if a latent fault is found and that is the end of everything, where it is sooner than if it is not
    /// found: the watch may turn out to have ended before the fault was found.
    pub(in crate::sim) fn watch_cut_short(
        &self,
        end: &JobEnd,
        drained: Instant,
    ) -> Option<Instant> {
        let may_find = self.is_canary() && end.is_success() && self.waits.failure.is_none();
        let (short, long) = (
            self.last_watch.time(drained),
            self.watch_after_success().time(drained),
        );
        (may_find && short < long).then_some(short)
    }

    /// The end that a latent fault makes of this one: if it shows at `shown` first, by the end of the watch of a canary that has
    /// succeeded and drained at `drained`, as the job counts. It is acted upon once the job has drained.
    pub(in crate::sim) fn latent_end(
        &self,
        end: &JobEnd,
        shown: Option<Instant>,
        drained: Instant,
    ) -> Option<JobEnd> {
        let watched_until = self.watch_after_success().time(drained);
        let shown = shown
            .filter(|shown| self.is_canary() && end.is_success() && *shown <= watched_until)?;
        let time = shown.max(drained).of_job(self.created);
        Some(JobEnd {
            ended_by: EndedBy::LatentFault,
            time,
            drained: time,
        })
    }

    /// Whether a latent fault is looked for on its robots.
    pub(in crate::sim) fn is_canary(&self) -> bool {
        self.kind == JobKind::Canary
    }

    /// The deployment of each robot that is in turn.
    pub(in crate::sim) fn attempts(&self, roster: &mut Roster) -> Vec<(u32, Attempt)> {
        if self.kind != JobKind::Recovery {
            return roster.target(&self.robots);
        }
        // Scripts of the old version are known to run.
        let of_old_version = Attempt {
            number: RECOVERING,
            jobs_before: RECOVERING,
            past: Past::default(),
        };
        self.robots
            .iter()
            .map(|robot| {
                let mut attempt = of_old_version;
                attempt.past.fault = roster.attempt(*robot).past.fault;
                (*robot, attempt)
            })
            .collect()
    }
}

/// When a latent fault first shows on robots that were updated at these times, if it does.
pub(in crate::sim) fn first_shown(
    dice: &Dice,
    hand: &Hand,
    updated: impl Iterator<Item = (u32, Instant)>,
) -> Option<Instant> {
    updated
        .filter_map(|(robot, time)| Some(time + hand.latent(dice, robot)?))
        .min()
}

/// Whether the n-th sync follows a job that failed.
fn follows_failure(sync: &Sync, number: u32) -> bool {
    match sync.after_failure {
        AfterFailure::Never => false,
        AfterFailure::Syncs => number > 1,
        AfterFailure::Always => true,
    }
}

/// The time that the first sync to find a robot that `joins` later than `now` follows by an interval.
fn before_joining(now: Instant, joins: Instant, interval: Ms) -> Instant {
    match interval {
        0 => joins,
        _ => now + ((joins - now).div_ceil(interval) - 1) * interval,
    }
}

/// What is to be decided next.
#[derive(Clone, Copy, Debug)]
enum Next {
    Canary,
    Main {
        created: Instant,
    },
    /// The n-th sync, after a time by which all is over that came before.
    Sync {
        number: u32,
        after: Instant,
    },
    Recovery,
    Over,
}

/// The jobs of a campaign as they follow each other; see the module's description.
pub(in crate::sim) struct Sequence {
    rules: Rules,
    campaign: Campaign,
    /// Until when robots are watched that no later job is for, as the first job counts.
    last_watch: WatchEnd,
    /// The robots of the canary, ascending.
    canaries: Vec<u32>,
    next: Next,
    last: Option<JobKind>,
    /// Of the jobs that deploy the release.
    end: JobEnd,
    /// When there was nothing left to be put back, if no robot was exposed.
    whole: Option<Instant>,
}

impl Sequence {
    /// The sequence of a replication in which the robots stand so before any job; `rules` are those of the main job.
    pub(in crate::sim) fn new(
        rules: &Rules,
        campaign: &Campaign,
        dice: &Dice,
        hand: &Hand,
        roster: &Roster,
    ) -> Sequence {
        let canaries = campaign
            .canary
            .as_ref()
            .map(|canary| roster.canary(dice, hand, &canary.robots));
        Sequence {
            rules: rules.clone(),
            campaign: campaign.clone(),
            last_watch: dice.watch,
            canaries: canaries.unwrap_or_default(),
            next: Next::Canary,
            last: None,
            end: JobEnd {
                ended_by: EndedBy::NoJob,
                time: Instant::CREATION,
                drained: Instant::CREATION,
            },
            whole: None,
        }
    }

    /// How the jobs that deploy the release came to their end.
    pub(in crate::sim) fn end(&self) -> JobEnd {
        match self.last {
            Some(_) => self.end,
            None => JobEnd {
                ended_by: EndedBy::NoJob,
                time: Instant::CREATION,
                drained: Instant::CREATION,
            },
        }
    }

    /// When there was nothing left to be put back after a campaign that did not succeed, if that took no job.
    pub(in crate::sim) fn whole(&self) -> Option<Instant> {
        self.whole
    }

    /// The next job, if there is one: when the last one is over, and its robots have been watched, as they stand then.
    pub(in crate::sim) fn next(&mut self, roster: &Roster) -> Option<Job> {
        loop {
            let job = match self.next {
                Next::Canary => self.canary(),
                Next::Main { created } => self.main(created, roster),
                Next::Sync { number, after } => self.sync(number, after, roster),
                Next::Recovery => self.recovery(roster),
                Next::Over => return None,
            };
            if let Some(job) = job {
                self.last = Some(job.kind);
                return Some(job);
            }
        }
    }

    /// The last job came to this end.
    pub(in crate::sim) fn ended(&mut self, end: JobEnd) {
        self.next = match self.last {
            Some(JobKind::Canary) if end.is_success() => {
                let soak = self
                    .campaign
                    .canary
                    .as_ref()
                    .map_or(0, |canary| canary.soak);
                Next::Main {
                    created: end.drained + soak,
                }
            }
            Some(JobKind::Canary) => Next::Recovery,
            Some(JobKind::Main) => Next::Sync {
                number: 1,
                after: end.drained,
            },
            Some(JobKind::Sync(number)) => Next::Sync {
                number: number + 1,
                after: end.drained,
            },
            Some(JobKind::Recovery) | None => return,
        };
        self.end = end;
    }

    fn canary(&mut self) -> Option<Job> {
        self.next = Next::Main {
            created: Instant::CREATION,
        };
        let canary = self
            .campaign
            .canary
            .as_ref()
            .filter(|_| !self.canaries.is_empty())?;
        let waits = Waits {
            success: Some(canary.soak),
            failure: self.recovery_delay(),
        };
        let rules = canary.rules(&self.rules);
        let robots = self.canaries.clone();
        if canary.rejoin {
            self.canaries.clear();
        }
        Some(self.job(JobKind::Canary, Instant::CREATION, robots, rules, waits))
    }

    /// The main job is for all but the canary's robots.
    fn main(&mut self, created: Instant, roster: &Roster) -> Option<Job> {
        let robots = roster.registered(created, |robot| {
            self.canaries.binary_search(&robot).is_err()
        });
        if robots.is_empty() {
            // A canary for all robots leaves none to the main job; where there was no job at all, a sync may still find a robot.
            self.end = JobEnd {
                ended_by: EndedBy::Success,
                time: created,
                drained: created,
            };
            self.next = Next::Sync {
                number: 1,
                after: created,
            };
            return None;
        }
        Some(self.job(
            JobKind::Main,
            created,
            robots,
            self.rules.clone(),
            self.waits_for_sync(1),
        ))
    }

    fn sync(&mut self, number: u32, after: Instant, roster: &Roster) -> Option<Job> {
        self.next = Next::Recovery;
        let sync = self
            .campaign
            .sync
            .as_ref()
            .filter(|sync| number <= sync.times)?;
        let goes_on = self.end.is_success() || follows_failure(sync, number);
        let enough = share_to_reach(roster.robots(), sync.until);
        let mut now = after;
        loop {
            now += sync.interval;
            if !goes_on || roster.running() >= enough || now.ms() > CAMPAIGN_MS_MAX {
                return None;
            }
            let robots = roster.not_in_sync(now);
            if !robots.is_empty() {
                return Some(self.job(
                    JobKind::Sync(number),
                    now,
                    robots,
                    self.rules.clone(),
                    self.waits_for_sync(number + 1),
                ));
            }
            // A sync without robots is not created: it is tried again every interval, and finds the next robot that joins.
            now = before_joining(now, roster.next_joins(now)?, sync.interval);
        }
    }

    /// After jobs that did not succeed, the old version for all robots that were exposed.
    fn recovery(&mut self, roster: &Roster) -> Option<Job> {
        self.next = Next::Over;
        let last = self.last?;
        let recovery = self
            .campaign
            .recovery
            .as_ref()
            .filter(|_| !self.end.is_success() && self.recovers_from(last))?;
        let robots = roster.exposed();
        let created = self.end.drained + recovery.delay;
        if robots.is_empty() {
            self.whole = Some(self.end.time);
            return None;
        }
        let waits = Waits {
            success: None,
            failure: None,
        };
        (created.ms() <= CAMPAIGN_MS_MAX).then(|| {
            self.job(
                JobKind::Recovery,
                created,
                robots,
                recovery.rules(&self.rules),
                waits,
            )
        })
    }

    fn job(
        &self,
        kind: JobKind,
        created: Instant,
        robots: Vec<u32>,
        rules: Rules,
        waits: Waits,
    ) -> Job {
        Job {
            kind,
            created,
            robots,
            rules,
            waits,
            last_watch: self.last_watch.since(created),
        }
    }

    /// How long it takes until the n-th sync, or the job in its place.
    fn waits_for_sync(&self, number: u32) -> Waits {
        let sync = self
            .campaign
            .sync
            .as_ref()
            .filter(|sync| number <= sync.times);
        let recovery = self
            .recovery_delay()
            .filter(|_| number == 1 && self.recovers_from(JobKind::Main));
        Waits {
            success: sync.map(|sync| sync.interval),
            failure: sync
                .filter(|sync| follows_failure(sync, number))
                .map(|sync| sync.interval)
                .or(recovery),
        }
    }

    /// Whether a recovery follows when a job of a kind did not succeed: not if syncs go on, and the release is in the
    /// field for good once the main job has succeeded.
    fn recovers_from(&self, kind: JobKind) -> bool {
        match kind {
            JobKind::Canary => true,
            JobKind::Main => self
                .campaign
                .sync
                .as_ref()
                .is_none_or(|sync| !follows_failure(sync, 1)),
            JobKind::Sync(_) | JobKind::Recovery => false,
        }
    }

    fn recovery_delay(&self) -> Option<Ms> {
        self.campaign
            .recovery
            .as_ref()
            .map(|recovery| recovery.delay)
    }
}
