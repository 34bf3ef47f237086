//! A robot of the fleet, and what became of it.

use std::rc::Rc;

use super::download::Download;
use super::fate::Fate;
use super::walk::Walk;
use rollcast::model::Stage;
use rollcast::model::{FailureCode, Instant, Ms};
use rollcast::sim::{Healing, HealingEnd};

/// The class of an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Updated,
    Failed,
    Aborted,
    /// It had not ended when it was watched no longer.
    Open,
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

pub struct Robot<'p> {
    pub number: u32,
    pub fate: Rc<Fate<'p>>,
    pub deployment: Option<Deployment<'p>>,
    /// What a robot does that the job gave up as silent.
    pub healing: Option<Walk<'p>>,
    pub healed: Option<HealingEnd>,
}

/// What a robot does in its slot.
pub struct Deployment<'p> {
    pub start: Ms,
    pub walk: Walk<'p>,
    pub ending: Option<Ending>,
}

impl<'p> Robot<'p> {
    pub fn new(number: u32, fate: &Rc<Fate<'p>>) -> Robot<'p> {
        Robot {
            number,
            fate: Rc::clone(fate),
            deployment: None,
            healing: None,
            healed: None,
        }
    }

    /// The deployment of a robot that started.
    pub fn deployment(&self) -> &Deployment<'p> {
        self.deployment.as_ref().expect("the robot started")
    }

    pub fn deployment_mut(&mut self) -> &mut Deployment<'p> {
        self.deployment.as_mut().expect("the robot started")
    }

    /// Whether the robot holds a slot.
    pub fn in_flight(&self) -> bool {
        self.deployment
            .as_ref()
            .is_some_and(|deployment| deployment.ending.is_none())
    }

    pub fn end(&mut self, ending: Ending) {
        let deployment = self.deployment.as_mut().expect("the robot started");
        assert!(
            deployment.ending.is_none(),
            "robot {} ends twice",
            self.number
        );
        deployment.walk.leave(ending.time);
        deployment.ending = Some(ending);
    }

    /// What the robot does now, or did last.
    fn walk(&self) -> Option<&Walk<'p>> {
        self.healing
            .as_ref()
            .or(self.deployment.as_ref().map(|deployment| &deployment.walk))
    }

    /// The download that the robot is in the middle of.
    pub fn download(&self) -> Option<&Download> {
        self.walk()?.downloading()
    }

    pub fn download_mut(&mut self) -> Option<&mut Download> {
        self.download()?;
        let deployment = self
            .deployment
            .as_mut()
            .map(|deployment| &mut deployment.walk);
        self.healing.as_mut().or(deployment)?.download.as_mut()
    }

    /// When the robot was taken down, and when it is up again.
    pub fn down(&self) -> Option<(Ms, Ms)> {
        let deployment = self.deployment.as_ref()?;
        let (contacted, ending) = (deployment.walk.contacted?, deployment.ending?);
        let recovery = if matches!(ending.class, Class::Updated | Class::Open) {
            0
        } else {
            self.fate.recovery
        };
        Some((contacted, ending.time + recovery))
    }

    /// How it came back after the job gave it up, if it was contacted then.
    pub fn comeback(&self) -> Option<Healing> {
        let contact = self.healing.as_ref()?.contacted?;
        Some(Healing {
            contact: Instant::at(contact),
            end: self.healed,
        })
    }

    /// When it began to run the release, and when something began to be deployed to it, in order of time.
    pub fn turns(&self) -> Vec<(Ms, bool)> {
        let mut turns = Vec::new();
        if let Some(deployment) = &self.deployment {
            turns.extend(deployment.walk.contacted.map(|contact| (contact, false)));
            turns.extend(
                deployment
                    .ending
                    .filter(|ending| ending.class == Class::Updated)
                    .map(|ending| (ending.time, true)),
            );
        }
        if let Some(comeback) = self.comeback() {
            turns.push((comeback.contact.ms(), false));
            turns.extend(
                comeback
                    .end
                    .filter(|end| end.updated)
                    .map(|end| (end.time.ms(), true)),
            );
        }
        turns
    }

    /// What of its time in the slot the robot waited for what.
    pub fn waits(&self) -> Waits {
        let (Deployment { walk, ending, .. }, path) = (self.deployment(), &self.fate.path);
        let mut waits = Waits::default();
        if let Some((from, to)) = walk.edges(Stage::Contact) {
            let until = walk.contacted.unwrap_or(to);
            waits.window = path.online_within(from, until);
            waits.offline = until - from - waits.window;
        }
        if let Some((from, to)) = walk.edges(Stage::Downloading) {
            waits.download = path.online_within(from, to);
            waits.offline += to - from - waits.download;
            let on_link = walk.download.as_ref().filter(|_| self.fate.link.is_some());
            waits.contention = on_link.map_or(0, |download| download.contention(waits.download));
        }
        if let (Some((done, _)), Some(ending)) = (walk.done, ending) {
            waits.offline += ending.time - done;
        }
        waits
    }

    /// The bytes that the robot received in its deployment.
    pub fn bytes(&self) -> u64 {
        self.deployment()
            .walk
            .download
            .as_ref()
            .map_or(0, |download| self.fate.bytes(download))
    }
}

/// How long a robot in its slot waited for what [ms].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waits {
    /// For contact, in its download, or to report, while it was offline.
    pub offline: Ms,
    /// For its maintenance window, while it was online.
    pub window: Ms,
    /// For its download, while it was online.
    pub download: Ms,
    /// For its download, because others downloaded over its link.
    pub contention: Ms,
}
