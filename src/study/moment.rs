//! The jobs of one replication as they are at a time: the answer to a question about a rollout.
//!
//! A robot is seen as it is, not as it last reported. All times are from the creation of the only or first job [ms].

use std::sync::Arc;

use crate::model::{Instant, Ms, Stage};
use crate::rollout::{EndedBy, Rules};
use crate::scenario::Profile;
use crate::sim::{Dice, JobKind, JobSight, Progress, RobotSight, Session, Verdict};

/// A job of a replication, by a time.
#[derive(Clone, Debug)]
pub struct JobFacts {
    pub kind: JobKind,
    pub created: Ms,
    /// How many robots it is for.
    pub robots: u32,
    pub rules: Rules,
    /// When its first robots started, if they have.
    pub first_start: Option<Ms>,
    /// How and when its status turned terminal, if it has.
    pub ended: Option<(EndedBy, Ms)>,
    /// When it and the deployments of all its robots were over, if they are.
    pub over: Option<Ms>,
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
    /// What is seen of a job that has these rules.
    pub fn of(sight: &JobSight, rules: Rules) -> JobFacts {
        JobFacts {
            kind: sight.kind,
            created: sight.created.ms(),
            robots: sight.robots,
            rules,
            first_start: sight.first_start.map(Instant::ms),
            ended: sight.ended.map(|(ended_by, time)| (ended_by, time.ms())),
            over: sight.drained.map(Instant::ms),
        }
    }

    /// Where the job is at a time, that of its creation or later and not later than what is known of it.
    pub fn phase(&self, time: Ms) -> JobPhase {
        match (self.ended, self.first_start) {
            (Some((ended_by, ended)), _) if time >= ended => JobPhase::Ended(ended_by),
            (_, Some(start)) if time >= start => JobPhase::InProgress,
            _ if time > self.created => JobPhase::Preparing,
            _ => JobPhase::Pending,
        }
    }

    /// Whether it and the deployments of all its robots are over at a time that is not later than what is known of it.
    pub fn is_over(&self, time: Ms) -> bool {
        self.over.is_some_and(|over| over <= time)
    }
}

impl RobotAt {
    /// What is seen of a robot of a job, whose deployments have such stages.
    pub fn of(sight: &RobotSight, job: &JobFacts, has: impl Fn(Stage) -> bool) -> RobotAt {
        let RobotSight {
            robot,
            ref deployment,
            in_flight,
            progress,
        } = *sight;
        let Some(journey) = deployment else {
            return RobotAt {
                robot,
                start: None,
                end: None,
                phase: match job.ended {
                    Some(_) => RobotPhase::NeverStarted,
                    None => RobotPhase::Waiting,
                },
                stage: None,
                progress,
            };
        };
        let mut reached = Stage::ALL
            .into_iter()
            .filter(|stage| *stage >= Stage::Validating && *stage <= journey.last && has(*stage));
        RobotAt {
            robot,
            start: Some(job.created + journey.start.ms()),
            end: (!in_flight).then_some(job.created + journey.end.ms()),
            phase: match in_flight {
                true => RobotPhase::Deploying,
                false => RobotPhase::Ended(journey.verdict),
            },
            stage: reached.next_back(),
            progress,
        }
    }
}

/// A replication of a profile that is taken on and looked at.
pub struct ProfileSession<'a> {
    profile: &'a Profile,
    session: Session,
}

impl<'a> ProfileSession<'a> {
    /// A replication at its beginning; `dice` are those of the profile's world.
    pub fn new(profile: &'a Profile, dice: &Arc<Dice>, replication: u64) -> ProfileSession<'a> {
        let session = Session::new(
            Arc::clone(dice),
            replication,
            &profile.rules,
            profile.campaign.as_ref(),
        );
        ProfileSession { profile, session }
    }

    /// Takes it on to a time; one that is past changes nothing.
    pub fn advance(&mut self, time: Ms) {
        self.session.advance(Instant::at(time));
    }

    /// Takes it on, event by event, until its jobs are such, or it is over. Whether they are such.
    pub fn advance_until(&mut self, are_such: impl Fn(&[JobFacts]) -> bool) -> bool {
        loop {
            if are_such(&self.jobs()) {
                return true;
            }
            if self.session.advance_to_next_event().is_none() {
                return false;
            }
        }
    }

    /// Takes it on to its end.
    pub fn finish(&mut self) {
        while self.session.advance_to_next_event().is_some() {}
    }

    /// The jobs created so far, in their order.
    pub fn jobs(&self) -> Vec<JobFacts> {
        let jobs = self.session.jobs();
        jobs.iter()
            .map(|job| JobFacts::of(job, self.rules_of(job.kind)))
            .collect()
    }

    /// The robots of a job as they are now, in the fleet's order.
    pub fn robots(&mut self, job: &JobFacts) -> Vec<RobotAt> {
        let mut sights = self.session.robots(job.kind);
        sights.sort_unstable_by_key(|sight| sight.robot);
        let fleet = &self.profile.world.fleet;
        sights
            .iter()
            .map(|sight| {
                let cohort = fleet.member(sight.robot).0;
                RobotAt::of(sight, job, |stage| stage.is_of(cohort))
            })
            .collect()
    }

    /// The rules of a job.
    fn rules_of(&self, kind: JobKind) -> Rules {
        let Profile {
            rules, campaign, ..
        } = self.profile;
        let campaign = campaign.as_ref();
        let (canary, recovery) = (
            campaign.and_then(|campaign| campaign.canary.as_ref()),
            campaign.and_then(|campaign| campaign.recovery.as_ref()),
        );
        match (kind, canary, recovery) {
            (JobKind::Canary, Some(canary), _) => canary.rules(rules),
            (JobKind::Recovery, _, Some(recovery)) => recovery.rules(rules),
            _ => rules.clone(),
        }
    }
}
