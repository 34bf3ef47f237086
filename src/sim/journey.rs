//! One robot's way through a deployment: what the dice gave it, stage by stage, and when that takes it where.
//!
//! Where a robot meets nobody, its whole journey is known when it starts, so a journey is reckoned once, from its start, and
//! the rollout handles it as a single event. The stages are the service's progress steps, with the cloud's check and the contact
//! before them and DownloadingExtracting split in two.

use crate::model::{FailureCode, Ms};

/// A stage of a robot deployment, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(usize)]
pub enum Stage {
    CloudCheck,
    Contact,
    Validating,
    DownloadCondition,
    Downloading,
    Extracting,
    PreLaunch,
    Launching,
    PostLaunch,
}

/// The number of stages.
pub const STAGES: usize = 9;

impl Stage {
    pub const ALL: [Stage; STAGES] = [
        Stage::CloudCheck,
        Stage::Contact,
        Stage::Validating,
        Stage::DownloadCondition,
        Stage::Downloading,
        Stage::Extracting,
        Stage::PreLaunch,
        Stage::Launching,
        Stage::PostLaunch,
    ];

    /// The stages in which a script of the launch configuration runs.
    pub const SCRIPTS: [Stage; 3] = [Stage::DownloadCondition, Stage::PreLaunch, Stage::PostLaunch];
}

/// Further away than any timeout: the time of what never happens.
pub const NEVER: Ms = 1 << 50;

/// What goes wrong in a stage, if the robot gets there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// The stage ends in failure after a time [ms] of its own.
    Fails { code: FailureCode, after: Ms },
    /// The stage lasts until somebody ends it.
    Hangs,
    /// The robot never answers.
    Silent,
}

/// What the dice hold for one robot: the same whatever the setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Draws {
    /// How long each stage lasts when nothing goes wrong [ms]; 0 for a stage that does not exist.
    pub length: [Ms; STAGES],
    pub mishap: [Option<Mishap>; STAGES],
    /// Size of the bundle for this robot's architecture [bytes]; 0 if there is none.
    pub bundle: u64,
}

/// How a robot deployment ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Updated,
    Failed(FailureCode),
    /// Ended by the robot timeout while the robot was reporting: failed with RobotDeploymentAborted.
    TimedOut,
    /// Ended by the robot timeout while the robot was silent: failed with RobotDeploymentNoResponse.
    NoResponse,
    /// Cut while running because the job stopped.
    Aborted,
}

impl Verdict {
    /// Whether the robot counts toward the failure threshold.
    pub fn failed(self) -> bool {
        !matches!(self, Verdict::Updated | Verdict::Aborted)
    }

    /// The code the robot shows, if any.
    pub fn code(self) -> Option<FailureCode> {
        match self {
            Verdict::Updated => None,
            Verdict::Failed(code) => Some(code),
            Verdict::TimedOut | Verdict::Aborted => Some(FailureCode::RobotDeploymentAborted),
            Verdict::NoResponse => Some(FailureCode::RobotDeploymentNoResponse),
        }
    }
}

/// A robot deployment from its start: when each stage that was reached began, and how it all ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Journey {
    /// Stage `s` runs from `edge[s]` to `edge[s + 1]` [ms after the start]; stages never reached have no width.
    edge: [Ms; STAGES + 1],
    /// The stage in which the deployment ended.
    pub last: Stage,
    pub verdict: Verdict,
    /// Whether the robot never answered.
    silent: bool,
    /// Bytes received.
    pub bytes: u64,
}

impl Journey {
    /// Walks through the stages, and ends at `robot_timeout` [ms] what has not ended by itself until then. An end at the very
    /// moment of the timeout still counts.
    pub fn walk(draws: &Draws, robot_timeout: Ms) -> Journey {
        let mut journey = Journey::unlimited(draws, robot_timeout);
        journey.cut(robot_timeout);
        journey
    }

    /// The same journey stopped from above `at` [ms] after its start, while it is still going on.
    pub fn walk_aborted(draws: &Draws, robot_timeout: Ms, at: Ms) -> Journey {
        let mut journey = Journey::unlimited(draws, robot_timeout);
        journey.last = Stage::ALL
            .into_iter()
            .rfind(|stage| *stage <= journey.last && journey.from(*stage) <= at)
            .expect("the first stage begins with the journey");
        journey.verdict = Verdict::Aborted;
        journey.cut(at);
        journey
    }

    /// The journey with its last stage as long as it would take if nobody ended it.
    fn unlimited(draws: &Draws, robot_timeout: Ms) -> Journey {
        let mut journey = Journey {
            edge: [0; STAGES + 1],
            last: Stage::PostLaunch,
            verdict: Verdict::Updated,
            silent: false,
            bytes: draws.bundle,
        };
        let mut now: Ms = 0;
        for (s, stage) in Stage::ALL.into_iter().enumerate() {
            let mishap = draws.mishap[s];
            now += match mishap {
                None => draws.length[s],
                Some(Mishap::Fails { after, .. }) => after,
                Some(Mishap::Hangs | Mishap::Silent) => NEVER,
            };
            journey.edge[s + 1] = now;
            journey.verdict = match mishap {
                Some(Mishap::Silent) => Verdict::NoResponse,
                _ if now > robot_timeout => Verdict::TimedOut,
                Some(Mishap::Fails { code, .. }) => Verdict::Failed(code),
                _ => continue,
            };
            journey.silent = mishap == Some(Mishap::Silent);
            journey.last = stage;
            journey.edge[s + 2..].fill(now);
            break;
        }
        journey
    }

    /// Ends every stage by `at`, and counts the bytes received until then in proportion to time: none where the rate is zero.
    fn cut(&mut self, at: Ms) {
        let (from, to) = (self.from(Stage::Downloading), self.to(Stage::Downloading));
        self.bytes = match to {
            _ if at <= from || self.last < Stage::Downloading => 0,
            to if to <= at => self.bytes,
            to if to - from >= NEVER => 0,
            to => {
                let received = u128::from(self.bytes) * u128::from(at - from) / u128::from(to - from);
                received as u64
            }
        };
        for edge in &mut self.edge {
            *edge = (*edge).min(at);
        }
    }

    /// When the stage began [ms after the start].
    pub fn from(&self, stage: Stage) -> Ms {
        self.edge[stage as usize]
    }

    /// When the stage ended [ms after the start].
    pub fn to(&self, stage: Stage) -> Ms {
        self.edge[stage as usize + 1]
    }

    /// When the deployment ended [ms after its start].
    pub fn end(&self) -> Ms {
        self.edge[STAGES]
    }

    /// How long the stage lasted [ms].
    pub fn spent(&self, stage: Stage) -> Ms {
        self.to(stage) - self.from(stage)
    }

    /// Whether the command arrived and the old software was stopped.
    pub fn exposed(&self) -> bool {
        self.last > Stage::CloudCheck && !self.silent
    }

    /// The time the robot's slot waited for a robot that was offline [ms].
    pub fn offline(&self) -> Ms {
        if self.silent { self.spent(Stage::Contact) } else { 0 }
    }

    /// The time spent in scripts of the launch configuration [ms].
    pub fn scripts(&self) -> Ms {
        Stage::SCRIPTS.into_iter().map(|stage| self.spent(stage)).sum()
    }
}
