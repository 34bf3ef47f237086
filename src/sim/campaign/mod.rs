//! Jobs in sequence: a canary, the main job, syncs, and a recovery when something stopped them.
//!
//! Each job is played as any other, for its own robots and from its own creation on. In between, the [`Roster`] knows how each
//! robot stands: whether it is registered and in sync, and what of its past comes again. What a whole campaign comes to is put
//! together from its deployments in [`total`].
//!
//! While another job may follow, robots that a job gave up as silent are watched until that one is created: who has healed by then is
//! in sync. If none follows after all, and after the last job, they are watched as after any other.

mod roster;
mod total;

use crate::model::{Ms, WatchEnd};
use crate::rollout::{AfterFailure, CAMPAIGN_MS_MAX, Campaign, EndedBy, Rules, Setting, Sync, share_to_reach};
use crate::sim::assignment::Assignment;
use crate::sim::attempt::{Attempt, Past, RECOVERING};
use crate::sim::outcome::Outcome;
use crate::sim::player::Player;
use crate::sim::recording::{EndState, Passage, Recording};
use roster::Roster;

/// Which job of a campaign it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobKind {
    Canary,
    Main,
    /// Counted from 1.
    Sync(u32),
    Recovery,
}

impl JobKind {
    pub fn is_sync(self) -> bool {
        matches!(self, JobKind::Sync(_))
    }

    /// As in outputs.
    pub fn name(self) -> String {
        match self {
            JobKind::Canary => "canary".to_owned(),
            JobKind::Main => "main".to_owned(),
            JobKind::Sync(number) => format!("sync_{number}"),
            JobKind::Recovery => "recovery".to_owned(),
        }
    }
}

/// A job of a campaign that was played.
#[derive(Clone, Debug, PartialEq)]
pub struct JobPlay {
    pub kind: JobKind,
    /// When it was created [ms after the beginning].
    pub created: Ms,
    /// Over its own robots, in time from its creation on.
    pub outcome: Outcome,
}

/// A robot deployment of a campaign.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Deployed {
    pub kind: JobKind,
    /// In time from the campaign's beginning on.
    pub passage: Passage,
}

/// A campaign that was played.
#[derive(Clone, Debug, PartialEq)]
pub struct CampaignPlay {
    /// Over the whole fleet, in time from the beginning on.
    pub outcome: Outcome,
    /// In their order.
    pub jobs: Vec<JobPlay>,
    /// Job by job, in start order.
    pub deployed: Vec<Deployed>,
}

impl Player<'_> {
    /// Plays the drawn replication as a campaign whose main job has these rules.
    pub fn play_campaign(&mut self, rules: &Rules, campaign: &Campaign) -> CampaignPlay {
        self.record_campaign(rules, campaign, |_, _, _| {})
    }

    /// The same, and hands each job to `on_job` while its robots can be asked for.
    pub fn record_campaign(
        &mut self,
        rules: &Rules,
        campaign: &Campaign,
        on_job: impl FnMut(&Player, &JobPlay, &Recording),
    ) -> CampaignPlay {
        self.recall();
        let roster = Roster::new(self);
        let mut sequence =
            Sequence { player: self, campaign, roster, jobs: Vec::new(), deployed: Vec::new(), latest: None, on_job };
        let mut end = sequence.release(rules);
        if sequence.jobs.is_empty() {
            end = End { ended_by: EndedBy::NoJob, time: 0, drained: 0 };
        }
        let whole = sequence.recover(end, rules);
        sequence.watch_on();
        sequence.hand_over();
        let Sequence { player, roster, jobs, deployed, .. } = sequence;
        player.recall();
        let outcome = total::outcome(player, &roster, &jobs, &deployed, end, whole);
        CampaignPlay { outcome, jobs, deployed }
    }
}

/// How a job came to its end, or all jobs that deploy the release.
#[derive(Clone, Copy, Debug)]
struct End {
    ended_by: EndedBy,
    /// When the status turned terminal, or a latent fault was acted upon [ms after the beginning].
    time: Ms,
    /// When the last robot deployment ended.
    drained: Ms,
}

impl End {
    fn of(created: Ms, outcome: &Outcome) -> End {
        End { ended_by: outcome.ended_by, time: created + outcome.job_duration, drained: created + outcome.drained }
    }

    fn is_success(&self) -> bool {
        self.ended_by == EndedBy::Success
    }
}

/// How long after the end of its last robot deployment a job is followed by another one [ms], if it is.
#[derive(Clone, Copy)]
struct Waits {
    success: Option<Ms>,
    failure: Option<Ms>,
}

/// Whether the so manieth sync follows a job that failed.
fn follows_failure(sync: &Sync, number: u32) -> bool {
    match sync.after_failure {
        AfterFailure::Never => false,
        AfterFailure::Syncs => number > 1,
        AfterFailure::Always => true,
    }
}

/// The time that the first sync to find a robot that `joins` later than `now` follows by an interval.
fn before_joining(now: Ms, joins: Ms, interval: Ms) -> Ms {
    match interval {
        0 => joins,
        _ => now + ((joins - now).div_ceil(interval) - 1) * interval,
    }
}

/// A campaign as it is played.
struct Sequence<'p, 'd, 'c, F> {
    player: &'p mut Player<'d>,
    campaign: &'c Campaign,
    roster: Roster,
    jobs: Vec<JobPlay>,
    deployed: Vec<Deployed>,
    /// The latest job that deploys the release, until `on_job` has been told of it.
    latest: Option<Latest>,
    on_job: F,
}

/// A job that may be watched on, if none follows it.
struct Latest {
    kind: JobKind,
    assignment: Assignment,
    setting: Setting,
    recording: Recording,
    /// The roster before it, if it may be watched on.
    before: Option<Roster>,
    /// The first of its deployments.
    first: usize,
}

impl<F: FnMut(&Player, &JobPlay, &Recording)> Sequence<'_, '_, '_, F> {
    /// Plays the jobs that deploy the release.
    fn release(&mut self, rules: &Rules) -> End {
        let campaign = self.campaign;
        let mut created = 0;
        let mut members = Vec::new();
        if let Some(canary) = &campaign.canary {
            members = self.roster.canary(self.player, &canary.robots);
            let waits = Waits { success: Some(canary.soak), failure: self.recovery_delay() };
            let Some(end) = self.job(JobKind::Canary, created, &members, &canary.rules(rules), waits) else {
                return self.main(rules, created, &members);
            };
            if !end.is_success() {
                return end;
            }
            created = end.drained + canary.soak;
            if canary.rejoin {
                members.clear();
            }
        }
        self.main(rules, created, &members)
    }

    /// Plays the main job, for all but some, and the syncs after it.
    fn main(&mut self, rules: &Rules, created: Ms, others: &[u32]) -> End {
        let robots = self.roster.registered(created, |robot| others.binary_search(&robot).is_err());
        let waits = self.waits_for_sync(1);
        let end = self.job(JobKind::Main, created, &robots, rules, waits);
        // A canary for all robots leaves nobody to the main job; where there was no job at all, a sync may still meet somebody.
        let mut end = end.unwrap_or(End { ended_by: EndedBy::Success, time: created, drained: created });
        let Some(sync) = &self.campaign.sync else { return end };
        let enough = share_to_reach(self.roster.robots(), sync.until);
        let mut now = end.drained;
        let mut number = 1;
        while number <= sync.times {
            now += sync.interval;
            let goes_on = end.is_success() || follows_failure(sync, number);
            if !goes_on || self.roster.running() >= enough || now > CAMPAIGN_MS_MAX {
                break;
            }
            let robots = self.roster.not_in_sync(now);
            let waits = self.waits_for_sync(number + 1);
            if let Some(next) = self.job(JobKind::Sync(number), now, &robots, rules, waits) {
                end = next;
                now = next.drained;
                number += 1;
            } else {
                // A sync for nobody is not created: it is tried again every interval, and finds the next robot that joins.
                let Some(joins) = self.roster.next_joins(now) else { break };
                now = before_joining(now, joins, sync.interval);
            }
        }
        end
    }

    /// How long it takes until the so manieth sync, or what comes in its place.
    fn waits_for_sync(&self, number: u32) -> Waits {
        let sync = self.campaign.sync.as_ref().filter(|sync| number <= sync.times);
        let after = |which: &dyn Fn(&&Sync) -> bool| sync.filter(|sync| which(sync)).map(|sync| sync.interval);
        let recovery = self.recovery_delay().filter(|_| number == 1 && self.recovers_from(JobKind::Main));
        Waits { success: after(&|_| true), failure: after(&|sync| follows_failure(sync, number)).or(recovery) }
    }

    /// Whether a recovery follows when a job of a kind did not succeed: not if somebody goes on with syncs, and the release is in the
    /// field for good once the main job has succeeded.
    fn recovers_from(&self, kind: JobKind) -> bool {
        match kind {
            JobKind::Canary => true,
            JobKind::Main => self.campaign.sync.as_ref().is_none_or(|sync| !follows_failure(sync, 1)),
            JobKind::Sync(_) | JobKind::Recovery => false,
        }
    }

    fn recovery_delay(&self) -> Option<Ms> {
        self.campaign.recovery.as_ref().map(|recovery| recovery.delay)
    }

    /// Plays a job that deploys the release, if there is anybody for whom to.
    fn job(&mut self, kind: JobKind, created: Ms, robots: &[u32], rules: &Rules, waits: Waits) -> Option<End> {
        if robots.is_empty() {
            return None;
        }
        self.hand_over();
        let job = self.jobs.len() as u32;
        let setting = rules.setting(robots.len() as u32);
        let robots = self.roster.target(robots);
        let last_watch = self.player.last_watch().since(created);
        let watch = |wait: Option<Ms>| wait.map_or(last_watch, WatchEnd::AfterDrained);
        let mut assignment = Assignment { job, created, robots, watch: watch(waits.success) };
        self.player.assign(&assignment);
        let mut recording = self.player.record(&setting);
        let mut end = End::of(created, &recording.outcome);
        let latent = end.is_success() && kind == JobKind::Canary;
        if let Some(time) = latent.then(|| self.latent_found(created, &recording)).flatten() {
            end = End { ended_by: EndedBy::LatentFault, time, drained: time };
        }
        let from_drained = end.drained - created - recording.outcome.drained;
        let wait = if end.is_success() { waits.success } else { waits.failure.map(|wait| from_drained + wait) };
        if watch(wait) != assignment.watch {
            // How long one watches depends on how the job ended.
            assignment.watch = watch(wait);
            self.player.assign(&assignment);
            recording = self.player.record(&setting);
        }
        let may_be_watched_on = last_watch.time(recording.outcome.drained) > assignment.watch.time(recording.outcome.drained);
        let before = (may_be_watched_on && matches!(last_watch, WatchEnd::AtLeast(_))).then(|| self.roster.clone());
        self.jobs.push(JobPlay { kind, created, outcome: recording.outcome.clone() });
        let first = self.deployed.len();
        self.absorb(kind, created, &recording);
        self.latest = Some(Latest { kind, assignment, setting, recording, before, first });
        Some(end)
    }

    /// Takes note of what a job did to its robots.
    fn absorb(&mut self, kind: JobKind, created: Ms, recording: &Recording) {
        for (place, passage) in (0..).zip(self.player.passages(recording)) {
            let passage = passage.later(created);
            self.roster.absorb(self.player, recording, place, &passage);
            self.deployed.push(Deployed { kind, passage });
        }
    }

    /// After a job that no other follows, though one might have, the watch goes on to its end.
    fn watch_on(&mut self) {
        let Some(Latest { kind, mut assignment, setting, before: Some(before), first, .. }) =
            self.latest.take_if(|latest| latest.before.is_some())
        else {
            return;
        };
        let created = assignment.created;
        assignment.watch = self.player.last_watch().since(created);
        self.player.assign(&assignment);
        let recording = self.player.record(&setting);
        self.roster = before;
        self.deployed.truncate(first);
        self.absorb(kind, created, &recording);
        self.jobs.last_mut().expect("a bug: a job to be watched on was not played").outcome = recording.outcome.clone();
        self.latest = Some(Latest { kind, assignment, setting, recording, before: None, first });
    }

    /// Tells `on_job` of the latest job that deploys the release.
    fn hand_over(&mut self) {
        if let Some((latest, job)) = self.latest.take().zip(self.jobs.last()) {
            (self.on_job)(self.player, job, &latest.recording);
        }
    }

    /// When a latent fault that shows on a robot of a job by the end of its watch is acted upon, if one does: once the job has drained
    /// [ms after the beginning].
    fn latent_found(&self, created: Ms, recording: &Recording) -> Option<Ms> {
        let watched_until = self.player.watch().time(recording.outcome.drained);
        let shown = self.player.passages(recording).filter_map(|passage| {
            let healed = passage.healed.and_then(|healing| healing.updated());
            let updated = if passage.end_state == EndState::Updated { Some(passage.end) } else { healed };
            Some(updated? + self.player.latent(passage.robot)?)
        });
        let first = shown.min().filter(|shown| *shown <= watched_until)?;
        Some(created + first.max(recording.outcome.drained))
    }

    /// After a job that did not succeed, puts the old version back on all robots that were exposed; when they all run it, if they do
    /// [ms after the beginning].
    fn recover(&mut self, end: End, rules: &Rules) -> Option<Ms> {
        let last = self.jobs.last()?.kind;
        let recovery = self.campaign.recovery.as_ref().filter(|_| !end.is_success() && self.recovers_from(last))?;
        let robots = self.roster.exposed();
        let created = end.drained + recovery.delay;
        if robots.is_empty() {
            return Some(end.time);
        }
        if created > CAMPAIGN_MS_MAX {
            return None;
        }
        let setting = recovery.rules(rules).setting(robots.len() as u32);
        self.hand_over();
        // Scripts of the old version are known to run.
        let attempt = |robot: &u32| {
            let past = Past { fault: self.roster.attempt(*robot).past.fault, ..Past::default() };
            (*robot, Attempt { number: RECOVERING, jobs_before: RECOVERING, past })
        };
        let watch = self.player.last_watch().since(created);
        let job = self.jobs.len() as u32;
        let assignment = Assignment { job, created, robots: robots.iter().map(attempt).collect(), watch };
        let previous = self.player.previous().expect("a bug: a recovery without an old version");
        previous.assign(&assignment);
        let recording = previous.record(&setting);
        let passages: Vec<Passage> = previous.passages(&recording).map(|passage| passage.later(created)).collect();
        let outcome = recording.outcome.clone();
        let play = JobPlay { kind: JobKind::Recovery, created, outcome };
        (self.on_job)(previous, &play, &recording);
        self.jobs.push(play);
        let deployed = |passage| Deployed { kind: JobKind::Recovery, passage };
        self.deployed.extend(passages.iter().copied().map(deployed));
        let all_started = passages.len() == robots.len();
        all_started.then(|| passages.iter().map(|passage| self.roster.runs_again(self.player, passage)).max()).flatten()
    }
}
