//! The numbers of a replication, read off its history.

use std::collections::BTreeSet;

use super::History;
use super::download::STEPS_PER_BYTE;
use super::links::Link;
use super::robot::{Class, Ending, Robot};
use rollcast::model::Stage;
use rollcast::model::{FailureCode, Instant, Ms};
use rollcast::rollout::RoboMaker;
use rollcast::sim::{Aftermath, LinkUse, MARKS, Outcome, Rate, SlotTime};

impl<'p> History<'p> {
    /// The numbers that the engine under test must give.
    pub fn outcome(&self) -> Outcome {
        let n = self.robots.len() as u32;
        let class = |class| self.count(|ending| ending.class == class);
        let sum = |of: &dyn Fn(&Robot<'p>) -> u64| self.ended().map(|(robot, _)| of(robot)).sum();
        let healed = |updated| {
            self.robots
                .iter()
                .filter(|r| r.healed.is_some_and(|healed| healed.updated == updated))
                .count() as u32
        };
        let is_exposed = |robot: &Robot| robot.down().is_some() || robot.comeback().is_some();
        Outcome {
            n,
            updated: class(Class::Updated),
            failed: class(Class::Failed),
            aborted: class(Class::Aborted),
            never_started: n - (self.ended().count() + self.waiting) as u32,
            open: class(Class::Open) + self.waiting as u32,
            left: 0,
            waiting: self.waiting as u32,
            exposed: self.ended().filter(|(robot, _)| is_exposed(robot)).count() as u32,
            running: self.running_at(self.watch_end),
            timed_out: self.count(|ending| ending.timed_out),
            no_response: self
                .count(|ending| ending.code == Some(FailureCode::RobotDeploymentNoResponse)),
            healed: healed(true),
            healed_failed: healed(false),
            failures: FailureCode::ALL.map(|code| {
                self.count(|ending| ending.class == Class::Failed && ending.code == Some(code))
            }),
            ended_by: self.ended_by,
            breached: (self.ended_by == RoboMaker::BREACH).then_some(Instant::at(self.job_end)),
            ended_at: Instant::at(self.job_end),
            drained: Instant::at(
                self.ended()
                    .map(|(_, ending)| ending.time)
                    .max()
                    .unwrap_or(0)
                    .max(self.job_end),
            ),
            time_to: MARKS.map(|percent| self.time_to(percent).map(Instant::at)),
            down_peak: self.down_peak(),
            downtime: sum(&|robot| robot.down().map_or(0, |(from, up)| up - from)),
            slot: SlotTime {
                total: self
                    .ended()
                    .map(|(robot, ending)| ending.time - robot.deployment().start)
                    .sum(),
                offline: sum(&|robot| robot.waits().offline),
                window: sum(&|robot| robot.waits().window),
                download: sum(&|robot| robot.waits().download),
                contention: sum(&|robot| robot.waits().contention),
                scripts: sum(&|robot| {
                    Stage::SCRIPTS
                        .iter()
                        .map(|script| robot.deployment().walk.spent(*script))
                        .sum()
                }),
                hanging: sum(&|robot| robot.deployment().walk.hung()),
            },
            bytes: sum(&|robot| robot.bytes()),
            links: self.links.iter().map(link_use).collect(),
            aftermath: Aftermath {
                jobs: 1,
                ..Aftermath::default()
            },
        }
    }

    /// The robots that started, each with how it ended.
    pub fn ended(&self) -> impl Iterator<Item = (&Robot<'p>, Ending)> {
        self.robots.iter().filter_map(|robot| {
            assert!(!robot.in_flight(), "robot {} never ends", robot.number);
            robot
                .deployment
                .as_ref()?
                .ending
                .map(|ending| (robot, ending))
        })
    }

    fn count(&self, which: impl Fn(&Ending) -> bool) -> u32 {
        self.ended().filter(|(_, ending)| which(ending)).count() as u32
    }

    /// The robots that run the release when all of a moment has happened.
    fn running_at(&self, now: Ms) -> u32 {
        let runs = |robot: &&Robot| {
            let turns = robot.turns();
            let so_far = turns.iter().take_while(|(time, _)| *time <= now);
            so_far.last().is_some_and(|(_, runs)| *runs)
        };
        self.robots.iter().filter(runs).count() as u32
    }

    /// The first moment at which so many per cent of the fleet, or more, run the release.
    fn time_to(&self, percent: u64) -> Option<Ms> {
        let n = self.robots.len() as u64;
        let moments: BTreeSet<Ms> = self
            .robots
            .iter()
            .flat_map(Robot::turns)
            .map(|(time, _)| time)
            .collect();
        moments
            .into_iter()
            .find(|moment| u64::from(self.running_at(*moment)) * 100 >= percent * n)
    }

    /// The most robots down at one instant. A robot is down from the command's arrival until it is up again, that moment left out.
    fn down_peak(&self) -> u32 {
        let is_open = |robot: &Robot| {
            robot
                .deployment()
                .ending
                .is_some_and(|ending| ending.class == Class::Open)
        };
        // A robot that is open when nobody is watched any longer is down then, too.
        let down = |robot: &Robot| {
            robot
                .down()
                .map(|(from, up)| (from, if is_open(robot) { up + 1 } else { up }))
        };
        let down: Vec<(Ms, Ms)> = self.robots.iter().filter_map(down).collect();
        let down_at = |time: Ms| {
            down.iter()
                .filter(|(from, up)| *from <= time && time < *up)
                .count() as u32
        };
        down.iter()
            .map(|(from, _)| down_at(*from))
            .max()
            .unwrap_or(0)
    }
}

fn link_use(link: &Link) -> LinkUse {
    LinkUse {
        bytes: u64::try_from(link.carried / STEPS_PER_BYTE).expect("bytes fit"),
        peak: Rate::from_steps(u64::try_from(link.peak).expect("a rate fits")),
        saturated: link.saturated,
    }
}
