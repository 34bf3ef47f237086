//! One robot on its way through the stages of a deployment.

use rollcast::model::{FailureCode, Ms};
use rollcast::sim::{Draws, Mishap, NEVER, Stage};

/// A stage that the robot was in.
#[derive(Clone, Debug)]
pub struct Visit {
    pub stage: Stage,
    /// [ms] after the job's creation, as all times here.
    pub from: Ms,
    /// `None` while the robot is there.
    pub to: Option<Ms>,
}

/// The class of an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Updated,
    Failed,
    Aborted,
}

/// How a deployment ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    pub time: Ms,
    pub class: Class,
    pub code: Option<FailureCode>,
    /// Whether it was the robot timeout that ended it.
    pub timed_out: bool,
}

/// What a robot does next by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    Goes(Stage),
    IsUpdated,
    Fails(FailureCode),
}

/// A robot of the fleet, and what became of it.
#[derive(Clone, Debug)]
pub struct Robot {
    pub number: u32,
    pub draws: Draws,
    pub recovery: Ms,
    pub started: Option<Ms>,
    /// When the command arrived.
    pub contacted: Option<Ms>,
    pub visits: Vec<Visit>,
    pub ending: Option<Ending>,
}

impl Robot {
    pub fn new(number: u32, draws: Draws, recovery: Ms) -> Robot {
        Robot { number, draws, recovery, started: None, contacted: None, visits: Vec::new(), ending: None }
    }

    /// Where the robot is.
    pub fn stage(&self) -> Stage {
        self.visits.last().expect("a robot that started is somewhere").stage
    }

    fn mishap(&self) -> Option<Mishap> {
        self.draws.mishap[self.stage() as usize]
    }

    pub fn silent(&self) -> bool {
        self.stage() == Stage::Contact && self.mishap() == Some(Mishap::Silent)
    }

    /// Enters a stage, and goes on to the next one at once while that takes no time.
    pub fn enter(&mut self, stage: Stage, now: Ms) {
        self.leave(now);
        self.visits.push(Visit { stage, from: now, to: None });
        if stage == Stage::Contact && !self.silent() {
            self.contacted = Some(now);
        }
        if let Some((0, Next::Goes(next))) = self.next() {
            self.enter(next, now);
        }
    }

    fn leave(&mut self, now: Ms) {
        if let Some(visit) = self.visits.last_mut() {
            visit.to = Some(now);
        }
    }

    /// How long after it entered its stage the robot does something by itself, and what; `None` if it never will.
    pub fn next(&self) -> Option<(Ms, Next)> {
        let usual = self.draws.length[self.stage() as usize];
        match (self.mishap(), self.stage()) {
            (Some(Mishap::Hangs | Mishap::Silent), _) => None,
            (Some(Mishap::Fails { code, after }), _) => Some((after, Next::Fails(code))),
            (None, Stage::PostLaunch) => Some((usual, Next::IsUpdated)),
            (None, stage) => Some((usual, Next::Goes(following(stage)))),
        }
    }

    pub fn end(&mut self, ending: Ending) {
        assert!(self.ending.is_none(), "robot {} ends twice", self.number);
        self.leave(ending.time);
        self.ending = Some(ending);
    }

    /// The time spent in a stage until the end.
    pub fn spent(&self, stage: Stage) -> Ms {
        let visits = self.visits.iter().filter(|visit| visit.stage == stage);
        visits.map(|visit| visit.to.expect("the deployment has ended") - visit.from).sum()
    }

    /// The bytes received until the end: all once the download is over, before that in proportion to time.
    pub fn bytes(&self) -> u64 {
        let Some(visit) = self.visits.iter().find(|visit| visit.stage == Stage::Downloading) else { return 0 };
        let (spent, whole) =
            (visit.to.expect("the deployment has ended") - visit.from, self.draws.length[Stage::Downloading as usize]);
        if spent == whole {
            self.draws.bundle
        } else if whole >= NEVER {
            0
        } else {
            (u128::from(self.draws.bundle) * u128::from(spent) / u128::from(whole)) as u64
        }
    }

    /// When a robot that was taken down is up again.
    pub fn up(&self) -> Option<Ms> {
        let ending = self.ending?;
        let recovery = if ending.class == Class::Updated { 0 } else { self.recovery };
        self.contacted.map(|_| ending.time + recovery)
    }
}

fn following(stage: Stage) -> Stage {
    match stage {
        Stage::CloudCheck => Stage::Contact,
        Stage::Contact => Stage::Validating,
        Stage::Validating => Stage::DownloadCondition,
        Stage::DownloadCondition => Stage::Downloading,
        Stage::Downloading => Stage::Extracting,
        Stage::Extracting => Stage::PreLaunch,
        Stage::PreLaunch => Stage::Launching,
        Stage::Launching | Stage::PostLaunch => Stage::PostLaunch,
    }
}
