//! A session: one replication held in memory, which is advanced, looked at and canceled.
//!
//! It goes by steps whatever the world, so that what it has seen so far never depends on what comes: slower than
//! [`Player::play`](crate::sim::Player::play) and [`Player::play_campaign`](crate::sim::Player::play_campaign), and equal to them in
//! every number.

mod held;
mod open;
mod running;
mod sight;

use std::sync::Arc;

use crate::model::Instant;
use crate::rollout::{Campaign, Rules};
use crate::sim::campaign::{CampaignPlay, Job, JobKind, JobPlay, Roster, Sequence, campaign_play};
use crate::sim::draws::assignment::Assignment;
use crate::sim::draws::dice::Dice;
use crate::sim::draws::fates::Fates;
use crate::sim::draws::hand::Hand;
use crate::sim::record::recording::{Deployment, Recording};
use crate::sim::record::sight::{RobotSight, StatusCounts};
use held::Table;
pub use open::{ADDED_MAX, Busy, Deploys, OpenSession};
use running::Running;
pub use sight::JobSight;

/// A replication as it goes: of a job alone, or of a campaign. Time counts from the creation of the only or first job.
///
/// ```
/// use std::sync::Arc;
/// use rollcast::model::Instant;
/// use rollcast::scenario::ScenarioFile;
/// use rollcast::sim::{Dice, JobKind, Session};
///
/// let file = ScenarioFile::read("scenarios/canary.toml".as_ref()).unwrap();
/// let (scenario, _) = file.check(&[]).unwrap();
/// let profile = &scenario.profiles[0];
/// let dice = Arc::new(Dice::new(&profile.world));
/// let mut session = Session::new(dice, 0, &profile.rules, profile.campaign.as_ref());
/// session.advance(Instant::at(60_000));
/// assert!(session.jobs()[0].counts.deploying > 0);
/// assert!(session.cancel());
/// assert_eq!(session.finish().jobs[0].outcome.ended_at, Instant::at(60_000));
/// ```
pub struct Session {
    dice: Arc<Dice>,
    replication: u64,
    /// What is drawn once of the release's dice.
    hand: Hand,
    /// Whether there is one job, without a campaign around it.
    is_alone: bool,
    now: Instant,
    sequence: Sequence,
    roster: Roster,
    phase: Phase,
    past: Vec<PastJob>,
    /// The deployments of past jobs, as the first one counts.
    deployed: Vec<(JobKind, Deployment)>,
    /// The release's fates, while no job is played on them.
    fates: Option<Fates>,
}

enum Phase {
    /// Nothing goes on until a job is created.
    Awaits(Box<Job>),
    Runs(Box<Running>),
    Over,
}

/// A job whose robots are watched no more.
struct PastJob {
    job: Job,
    assignment: Assignment,
    recording: Recording,
    /// When the robots are up again that it took down, ascending.
    ups: Vec<Instant>,
}

impl Session {
    /// A replication of a job alone for the whole fleet, or of a campaign whose main job has these rules, at its beginning.
    pub fn new(
        dice: Arc<Dice>,
        replication: u64,
        rules: &Rules,
        campaign: Option<&Campaign>,
    ) -> Session {
        let mut hand = Hand::default();
        hand.draw(&dice, replication);
        // A job alone is a campaign of one job to which all robots are registered.
        let alone = Campaign::default();
        let roster = match campaign {
            Some(_) => Roster::new(&dice, &hand),
            None => Roster::of_registered(dice.robots()),
        };
        let mut sequence = Sequence::new(rules, campaign.unwrap_or(&alone), &dice, &hand, &roster);
        let phase = sequence
            .next(&roster)
            .map_or(Phase::Over, |job| Phase::Awaits(Box::new(job)));
        let mut session = Session {
            dice,
            replication,
            hand,
            is_alone: campaign.is_none(),
            now: Instant::CREATION,
            sequence,
            roster,
            phase,
            past: Vec::new(),
            deployed: Vec::new(),
            fates: None,
        };
        session.step(Instant::CREATION);
        session
    }

    /// The time it was taken to.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// Whether all jobs are over and no robot is watched any more: nothing happens any more.
    pub fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Over)
    }

    /// Takes it on until all has happened that happens up to and at a time. A time that is past changes nothing.
    pub fn advance(&mut self, time: Instant) {
        while let Some(next) = self.next_event().filter(|next| *next <= time) {
            self.step(next);
        }
        if time > self.now {
            self.step(time);
        }
    }

    /// Takes it on to the next time at which anything happens, and to the end of that: `None` if nothing happens any more.
    pub fn advance_to_next_event(&mut self) -> Option<Instant> {
        let next = self.next_event()?;
        self.step(next);
        Some(next)
    }

    /// Cancels the job that runs now: its robots that wait never start, and what becomes of those in flight is for its rules to say. A
    /// campaign goes on as after any job that was canceled. Whether there was a job that had not ended.
    pub fn cancel(&mut self) -> bool {
        let Phase::Runs(running) = &mut self.phase else {
            return false;
        };
        let is_canceled = running.held.cancel(running.time(self.now));
        self.step(self.now);
        is_canceled
    }

    /// The jobs that were created so far, in their order.
    pub fn jobs(&self) -> Vec<JobSight> {
        let mut jobs: Vec<JobSight> = self.past.iter().map(|past| self.past_sight(past)).collect();
        if let Phase::Runs(running) = &self.phase {
            let Running { job, held, .. } = &**running;
            jobs.push(held.sight(job.kind, job.created, self.now));
        }
        jobs
    }

    /// Each robot of a job as it is now, in start order; none if there is no such job yet. Those of a job that is past are as it left them.
    pub fn robots(&mut self, kind: JobKind) -> Vec<RobotSight> {
        if let Phase::Runs(running) = &mut self.phase
            && running.job.kind == kind
        {
            let time = running.time(self.now);
            return running.held.robots(time);
        }
        let Some(PastJob {
            job,
            assignment,
            recording,
            ..
        }) = self.past.iter().find(|past| past.job.kind == kind)
        else {
            return Vec::new();
        };
        let table = Table::new(
            &self.dice,
            self.replication,
            kind,
            assignment.clone(),
            job.setting(),
            self.fates.take(),
        );
        let sights = table.ended_robots(recording);
        if kind != JobKind::Recovery {
            self.fates = Some(table.into_parts().1);
        }
        sights
    }

    /// Plays to the end: of a job alone, the outcome of all is that of the job.
    pub fn finish(mut self) -> CampaignPlay {
        while self.advance_to_next_event().is_some() {}
        let Session {
            dice,
            hand,
            is_alone,
            sequence,
            roster,
            past,
            deployed,
            ..
        } = self;
        let jobs: Vec<JobPlay> = past
            .into_iter()
            .map(|past| JobPlay {
                kind: past.job.kind,
                created: past.job.created,
                outcome: past.recording.outcome,
            })
            .collect();
        match jobs.first() {
            Some(job) if is_alone => CampaignPlay {
                outcome: job.outcome.clone(),
                jobs,
                deployed,
            },
            _ => campaign_play(&dice, &hand, &roster, &sequence, jobs, deployed),
        }
    }

    /// When anything happens next, after now.
    fn next_event(&mut self) -> Option<Instant> {
        match &mut self.phase {
            Phase::Awaits(job) => Some(job.created),
            Phase::Runs(running) => running.next_event(self.now),
            Phase::Over => None,
        }
    }

    /// Takes it on to `time`, where nothing happens in between, and through all that happens then.
    fn step(&mut self, time: Instant) {
        self.now = time;
        loop {
            self.phase = match std::mem::replace(&mut self.phase, Phase::Over) {
                Phase::Awaits(job) if job.created <= time => {
                    Phase::Runs(Box::new(self.create(*job)))
                }
                Phase::Runs(mut running) => {
                    running.advance(time, &self.dice, &self.hand);
                    if !running.is_over(time) {
                        self.phase = Phase::Runs(running);
                        return;
                    }
                    self.conclude(running)
                }
                stage => {
                    self.phase = stage;
                    return;
                }
            };
        }
    }

    fn create(&mut self, job: Job) -> Running {
        let assignment = self.assignment(&job);
        let table = Table::new(
            &self.dice,
            self.replication,
            job.kind,
            assignment,
            job.setting(),
            self.fates.take(),
        );
        Running::new(job, table)
    }

    fn assignment(&mut self, job: &Job) -> Assignment {
        let robots = job.attempts(&mut self.roster);
        Assignment {
            job: self.past.len() as u32,
            created: job.created,
            robots,
            watch: job.watch_after_success(),
        }
    }

    /// The robots of a job have been watched for as long as it takes to know whether another one follows.
    fn conclude(&mut self, mut running: Box<Running>) -> Phase {
        let recording = running.recording();
        let mut roster = self.roster.clone();
        let deployments = absorb(&mut roster, &running, &recording);
        let next = running.end().and_then(|end| {
            self.sequence.ended(end);
            self.sequence.next(&roster)
        });
        if next.is_none() && running.watch_on() {
            return Phase::Runs(running);
        }
        self.roster = roster;
        self.close(*running, recording, deployments);
        next.map_or(Phase::Over, |job| Phase::Awaits(Box::new(job)))
    }

    fn close(&mut self, running: Running, recording: Recording, deployments: Vec<Deployment>) {
        let Running { job, held, .. } = running;
        let kind = job.kind;
        let mut ups: Vec<Instant> = deployments
            .iter()
            .filter_map(|deployment| Some(deployment.down?.1))
            .collect();
        ups.sort_unstable();
        self.deployed
            .extend(deployments.into_iter().map(|deployment| (kind, deployment)));
        let (assignment, fates) = held.into_table().into_parts();
        if kind != JobKind::Recovery {
            self.fates = Some(fates);
        }
        self.past.push(PastJob {
            job,
            assignment,
            recording,
            ups,
        });
    }

    fn past_sight(&self, past: &PastJob) -> JobSight {
        let PastJob {
            job,
            recording,
            ups,
            ..
        } = past;
        let outcome = &recording.outcome;
        JobSight {
            kind: job.kind,
            created: job.created,
            robots: outcome.n,
            first_start: recording
                .log
                .starts
                .first()
                .map(|start| start.of_job(job.created)),
            ended: Some((outcome.ended_by, outcome.ended_at.of_job(job.created))),
            drained: Some(outcome.drained.of_job(job.created)),
            counts: StatusCounts {
                pending: outcome.waiting,
                deploying: outcome.open - outcome.waiting,
                updated: outcome.updated,
                failed: outcome.failed,
                aborted: outcome.aborted,
                never_started: outcome.never_started,
                down: (ups.len() - ups.partition_point(|up| *up <= self.now)) as u32,
            },
        }
    }
}

/// Takes note in a roster of what a job did to its robots; one that puts the old version back leaves no trace there. Its deployments
/// as the first job counts.
fn absorb(roster: &mut Roster, running: &Running, recording: &Recording) -> Vec<Deployment> {
    let (lined_up, created) = (running.held.table().lined_up(), running.job.created);
    match running.job.kind {
        JobKind::Recovery => lined_up
            .deployments(recording)
            .map(|deployment| deployment.of_job(created))
            .collect(),
        _ => roster.absorb(lined_up, recording, created),
    }
}
