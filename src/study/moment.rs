//! The jobs of one replication as they are at a time: what somebody who asks about a rollout would be told.
//!
//! A robot is seen as it is, not as it last reported. All times are from the creation of the only or first job [ms].

use std::collections::HashMap;

use crate::model::Ms;
use crate::rollout::{EndedBy, Rules};
use crate::scenario::Profile;
use crate::sim::{Dice, JobKind, JobPlay, Outcome, Player, Progress, Recording, RobotRecord, Stage, Verdict};
use crate::study::run::play_jobs;

/// A job of a replication.
pub struct JobFacts {
    pub kind: JobKind,
    pub created: Ms,
    /// When its first robots start, if it comes to that.
    pub first_start: Ms,
    pub rules: Rules,
    /// Over its own robots, in time from its creation on.
    pub outcome: Outcome,
}

/// Where a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobPhase {
    Pending,
    Preparing,
    InProgress,
    Ended(EndedBy),
}

/// A robot of a job at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RobotAt {
    /// Its number in the fleet.
    pub robot: u32,
    /// When its deployment started and ended, if that is past.
    pub start: Option<Ms>,
    pub end: Option<Ms>,
    pub phase: RobotPhase,
    /// The stage it is in, or ended in, of those from Validating on.
    pub stage: Option<Stage>,
    /// While it downloads or extracts the bundle.
    pub progress: Option<Progress>,
}

/// Where a robot's deployment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RobotPhase {
    /// For a slot.
    Waiting,
    Deploying,
    Ended(Verdict),
    /// The job ended before its turn.
    NeverStarted,
}

impl JobFacts {
    /// Where the job is at a time, that of its creation or later.
    pub fn phase(&self, time: Ms) -> JobPhase {
        if time >= self.created + self.outcome.job_duration {
            JobPhase::Ended(self.outcome.ended_by)
        } else if time >= self.first_start {
            JobPhase::InProgress
        } else if time > self.created {
            JobPhase::Preparing
        } else {
            JobPhase::Pending
        }
    }

    /// When the job and the deployments of all its robots are over.
    pub fn over(&self) -> Ms {
        self.created + self.outcome.drained
    }
}

/// The jobs of a replication of a profile, in their order.
pub fn job_facts(profile: &Profile, replication: u64) -> Vec<JobFacts> {
    let mut jobs = Vec::new();
    play(profile, replication, |player, job, _| {
        jobs.push(JobFacts {
            kind: job.kind,
            created: job.created,
            first_start: job.created + player.job_start(),
            rules: rules_of(profile, job.kind),
            outcome: job.outcome.clone(),
        });
    });
    jobs
}

/// Looks at jobs of a replication of a profile at ascending times each, none before the job's creation: hands over the job's robots
/// at each of them in the fleet's order, job by job.
pub fn robots_at(
    profile: &Profile,
    replication: u64,
    times: &HashMap<JobKind, Vec<Ms>>,
    mut each: impl FnMut(JobKind, Ms, &[RobotAt]),
) {
    play(profile, replication, |player, job, recording| {
        let Some(times) = times.get(&job.kind) else { return };
        let mut robots: Vec<RobotRecord> = player.robots(recording).collect();
        robots.sort_by_key(|record| record.robot);
        let mut playing = player.begin_again(&rules_of(profile, job.kind).setting(job.outcome.n));
        for time in times {
            let now = time - job.created;
            playing.advance(now);
            let progress: HashMap<u32, Progress> =
                playing.robots().iter().filter_map(|sight| Some((sight.robot, sight.progress?))).collect();
            let at = |record: &RobotRecord| RobotAt {
                progress: progress.get(&record.robot).copied(),
                ..robot_at(profile, job, record, now)
            };
            each(job.kind, *time, &robots.iter().map(at).collect::<Vec<RobotAt>>());
        }
    });
}

/// The rules of a job of a profile.
fn rules_of(profile: &Profile, kind: JobKind) -> Rules {
    let campaign = profile.campaign.as_ref();
    let own = match kind {
        JobKind::Canary => campaign.and_then(|campaign| Some(campaign.canary.as_ref()?.rules(&profile.rules))),
        JobKind::Recovery => campaign.and_then(|campaign| Some(campaign.recovery.as_ref()?.rules(&profile.rules))),
        JobKind::Main | JobKind::Sync(_) => None,
    };
    own.unwrap_or_else(|| profile.rules.clone())
}

fn play(profile: &Profile, replication: u64, each: impl FnMut(&Player, &JobPlay, &Recording)) {
    let dice = Dice::new(&profile.world);
    let mut player = Player::new(&dice);
    player.draw(replication);
    play_jobs(&mut player, profile, each);
}

/// A robot that was recorded, at a time after the job's creation; without its progress.
fn robot_at(profile: &Profile, job: &JobPlay, record: &RobotRecord, now: Ms) -> RobotAt {
    let mut at = RobotAt { robot: record.robot, start: None, end: None, phase: RobotPhase::Waiting, stage: None, progress: None };
    let Some((start, journey)) = record.deployment.as_ref().filter(|(start, _)| *start <= now) else {
        if record.deployment.is_none() && now >= job.outcome.job_duration {
            at.phase = RobotPhase::NeverStarted;
        }
        return at;
    };
    let cohort = profile.world.fleet.member(record.robot).0;
    let reached = |stage: &Stage| {
        *stage >= Stage::Validating && *stage <= journey.last && start + journey.from(*stage) <= now && stage.is_of(cohort)
    };
    let end = start + journey.end();
    at.start = Some(job.created + start);
    at.end = (end <= now).then_some(job.created + end);
    at.phase = if end <= now { RobotPhase::Ended(journey.verdict) } else { RobotPhase::Deploying };
    at.stage = Stage::ALL.into_iter().rfind(reached);
    at
}
