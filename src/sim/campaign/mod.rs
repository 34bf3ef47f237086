//! Jobs in sequence: a canary, the main job, syncs, and a recovery when something stopped them.
//!
//! Each job is played as any other, for its own robots and from its own creation on. In between, the [`Roster`] knows how each
//! robot stands: whether it is registered and in sync, and what of its past comes again. Which job comes next is the [`Sequence`]'s
//! to say. What a whole campaign comes to is put together from its deployments in [`total`].
//!
//! While another job may follow, robots that a job gave up as silent are watched until that one is created: who has healed by then is
//! in sync. If none follows after all, and after the last job, they are watched as after any other.

mod roster;
mod sequence;
mod total;

use serde::{Deserialize, Serialize};

use crate::model::{Instant, WatchEnd};
use crate::rollout::{Campaign, Rules};
use crate::sim::draws::assignment::Assignment;
use crate::sim::play::player::Player;
use crate::sim::record::outcome::Outcome;
use crate::sim::record::recording::{Deployment, Recording};
pub(super) use roster::Roster;
pub(super) use sequence::{Job, JobEnd, Sequence, first_shown};
pub(super) use total::campaign_play;

/// Which job of a campaign it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobPlay {
    pub kind: JobKind,
    /// When it was created, as the first job counts.
    pub created: Instant,
    /// Over its own robots, as it counts.
    pub outcome: Outcome,
}

/// A campaign that was played.
#[derive(Clone, Debug, PartialEq)]
pub struct CampaignPlay {
    /// Over the whole fleet, as the first job counts.
    pub outcome: Outcome,
    /// In their order.
    pub jobs: Vec<JobPlay>,
    /// The deployments, each with its job: job by job, in start order, as the first job counts.
    pub deployed: Vec<(JobKind, Deployment)>,
}

impl Player<'_> {
    /// Plays the drawn replication as a campaign whose main job has these rules.
    pub fn play_campaign(&mut self, rules: &Rules, campaign: &Campaign) -> CampaignPlay {
        self.record_campaign(rules, campaign, |_, _, _| {})
    }

    /// As `play_campaign`, handing each job to `on_job` while its robots can still be read.
    pub fn record_campaign(
        &mut self,
        rules: &Rules,
        campaign: &Campaign,
        on_job: impl FnMut(&Player, &JobPlay, &Recording),
    ) -> CampaignPlay {
        self.recall();
        let roster = Roster::new(self.dice, &self.fates.hand);
        let mut sequence = Sequence::new(rules, campaign, self.dice, &self.fates.hand, &roster);
        let mut run = CampaignRun {
            player: self,
            roster,
            jobs: Vec::new(),
            deployed: Vec::new(),
            latest: None,
            on_job,
        };
        while let Some(job) = sequence.next(&run.roster) {
            let end = run.play(job);
            sequence.ended(end);
        }
        run.watch_on();
        run.hand_over();
        let CampaignRun {
            player,
            roster,
            jobs,
            deployed,
            ..
        } = run;
        player.recall();
        campaign_play(
            player.dice,
            &player.fates.hand,
            &roster,
            &sequence,
            jobs,
            deployed,
        )
    }
}

/// A campaign as it is played, job by job.
struct CampaignRun<'p, 'd, F> {
    player: &'p mut Player<'d>,
    roster: Roster,
    jobs: Vec<JobPlay>,
    deployed: Vec<(JobKind, Deployment)>,
    /// The latest job that deploys the release, until `on_job` has got it.
    latest: Option<Latest>,
    on_job: F,
}

/// A job that may be watched on, if none follows it.
struct Latest {
    job: Job,
    assignment: Assignment,
    recording: Recording,
    /// If it may be watched on: until when, and the roster before it.
    watched_on: Option<(WatchEnd, Roster)>,
    /// The first of its deployments.
    first: usize,
}

impl<F: FnMut(&Player, &JobPlay, &Recording)> CampaignRun<'_, '_, F> {
    /// Plays the next job.
    fn play(&mut self, job: Job) -> JobEnd {
        self.hand_over();
        let robots = job.attempts(&mut self.roster);
        let watch = job.watch_after_success();
        let assignment = Assignment {
            job: self.jobs.len() as u32,
            created: job.created,
            robots,
            watch,
        };
        match job.kind {
            JobKind::Recovery => self.put_back(&job, &assignment),
            _ => self.deploy(job, assignment),
        }
    }

    /// Plays a job that deploys the release.
    fn deploy(&mut self, job: Job, mut assignment: Assignment) -> JobEnd {
        let Job { kind, created, .. } = job;
        let setting = job.setting();
        self.player.assign(&assignment);
        let mut recording = self.player.record(&setting);
        let drained = recording.outcome.drained;
        let mut end = JobEnd::of(created, &recording.outcome);
        if let Some(found) = job.latent_end(&end, self.latent_shown(kind, &recording), drained) {
            end = found;
        }
        let watch = job.watch_after(&end, drained);
        if watch != assignment.watch {
            // How long one watches depends on how the job ended.
            assignment.watch = watch;
            self.player.assign(&assignment);
            recording = self.player.record(&setting);
        }
        let watched_on = job
            .watch_on(drained, watch)
            .map(|watch| (watch, self.roster.clone()));
        self.jobs.push(JobPlay {
            kind,
            created,
            outcome: recording.outcome.clone(),
        });
        let first = self.deployed.len();
        self.absorb(kind, created, &recording);
        self.latest = Some(Latest {
            job,
            assignment,
            recording,
            watched_on,
            first,
        });
        end
    }

    /// When a latent fault first shows on robots that a canary updated, or that have healed, as the canary counts.
    fn latent_shown(&self, kind: JobKind, recording: &Recording) -> Option<Instant> {
        if kind != JobKind::Canary {
            return None;
        }
        let updated = self
            .player
            .deployments(recording)
            .filter_map(|deployment| Some((deployment.robot, deployment.updated()?)));
        first_shown(self.player.dice, &self.player.fates.hand, updated)
    }

    /// Takes note of what a job did to its robots.
    fn absorb(&mut self, kind: JobKind, created: Instant, recording: &Recording) {
        let deployments = self
            .roster
            .absorb(self.player.lined_up(), recording, created);
        self.deployed
            .extend(deployments.into_iter().map(|deployment| (kind, deployment)));
    }

    /// After a job that no other follows, though one might have, the watch goes on to its end.
    fn watch_on(&mut self) {
        let Some(mut latest) = self.latest.take() else {
            return;
        };
        if let Some((watch, before)) = latest.watched_on.take() {
            latest.assignment.watch = watch;
            self.player.assign(&latest.assignment);
            latest.recording = self.player.record(&latest.job.setting());
            self.roster = before;
            self.deployed.truncate(latest.first);
            self.absorb(latest.job.kind, latest.job.created, &latest.recording);
            self.jobs
                .last_mut()
                .expect("a bug: a job to be watched on was not played")
                .outcome = latest.recording.outcome.clone();
        }
        self.latest = Some(latest);
    }

    /// Hands the latest job that deploys the release to `on_job`.
    fn hand_over(&mut self) {
        if let Some((latest, job)) = self.latest.take().zip(self.jobs.last()) {
            (self.on_job)(self.player, job, &latest.recording);
        }
    }

    /// Plays a job that puts the old version back.
    fn put_back(&mut self, job: &Job, assignment: &Assignment) -> JobEnd {
        let Job { kind, created, .. } = *job;
        let previous = self
            .player
            .previous()
            .expect("a bug: a recovery without an old version");
        previous.assign(assignment);
        let recording = previous.record(&job.setting());
        let deployments = previous.deployments(&recording);
        self.deployed
            .extend(deployments.map(|deployment| (kind, deployment.of_job(created))));
        let play = JobPlay {
            kind,
            created,
            outcome: recording.outcome.clone(),
        };
        (self.on_job)(previous, &play, &recording);
        let end = JobEnd::of(created, &play.outcome);
        self.jobs.push(play);
        end
    }
}
