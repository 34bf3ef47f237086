//! The numbers of a replication, read off its history.

use rollcast::model::{FailureCode, Ms};
use rollcast::sim::{MARKS, Outcome, Stage};

use super::History;
use super::robot::{Class, Ending, Robot};

impl History {
    /// The numbers that the engine under test must give.
    pub fn outcome(&self) -> Outcome {
        let n = self.robots.len() as u32;
        let class = |class| self.count(|ending| ending.class == class);
        let sum = |of: &dyn Fn(&Robot) -> u64| self.ended().map(|(robot, _)| of(robot)).sum();
        Outcome {
            n,
            updated: class(Class::Updated),
            failed: class(Class::Failed),
            aborted: class(Class::Aborted),
            never_started: n - self.ended().count() as u32,
            exposed: self.ended().filter(|(robot, _)| robot.contacted.is_some()).count() as u32,
            timed_out: self.count(|ending| ending.timed_out),
            no_response: self.count(|ending| ending.code == Some(FailureCode::RobotDeploymentNoResponse)),
            failures: FailureCode::ALL
                .map(|code| self.count(|ending| ending.class == Class::Failed && ending.code == Some(code))),
            ended_by: self.ended_by,
            job_duration: self.job_end,
            drained: self.ended().map(|(_, ending)| ending.time).max().unwrap_or(0).max(self.job_end),
            time_to: MARKS.map(|percent| self.time_to(percent)),
            down_peak: self.down_peak(),
            downtime: sum(&|robot| robot.up().map_or(0, |up| up - robot.contacted.unwrap())),
            slot: sum(&|robot| robot.ending.unwrap().time - robot.started.unwrap()),
            slot_offline: sum(&|robot| if robot.contacted.is_none() { robot.spent(Stage::Contact) } else { 0 }),
            slot_download: sum(&|robot| robot.spent(Stage::Downloading)),
            slot_scripts: sum(&|robot| {
                robot.spent(Stage::DownloadCondition) + robot.spent(Stage::PreLaunch) + robot.spent(Stage::PostLaunch)
            }),
            bytes: sum(&Robot::bytes),
        }
    }

    /// The robots that started, each with how it ended.
    fn ended(&self) -> impl Iterator<Item = (&Robot, Ending)> {
        self.robots.iter().filter_map(|robot| {
            assert_eq!(robot.started.is_some(), robot.ending.is_some(), "robot {} never ends", robot.number);
            robot.ending.map(|ending| (robot, ending))
        })
    }

    fn count(&self, which: impl Fn(&Ending) -> bool) -> u32 {
        self.ended().filter(|(_, ending)| which(ending)).count() as u32
    }

    /// When so many per cent of the fleet, or more, were updated.
    fn time_to(&self, percent: u64) -> Option<Ms> {
        let mut updates: Vec<Ms> =
            self.ended().filter(|(_, ending)| ending.class == Class::Updated).map(|(_, ending)| ending.time).collect();
        updates.sort_unstable();
        let enough = (1..=self.robots.len()).find(|robots| *robots as u64 * 100 >= percent * self.robots.len() as u64)?;
        updates.get(enough - 1).copied()
    }

    /// The most robots down at one instant. A robot is down from the command's arrival until it is up again, that moment left out.
    fn down_peak(&self) -> u32 {
        let down: Vec<(Ms, Ms)> = self.robots.iter().filter_map(|robot| Some((robot.contacted?, robot.up()?))).collect();
        let down_at = |time: Ms| down.iter().filter(|(from, up)| *from <= time && time < *up).count() as u32;
        down.iter().map(|(from, _)| down_at(*from)).max().unwrap_or(0)
    }
}
