//! The job: it starts robots as slots become free, hears of their ends, and stops.

use std::collections::BTreeSet;

use rollcast::model::{Breach, FailureCode, Ms, OnStop, RoboMaker, Rounding};
use rollcast::sim::{EndedBy, Stage};

use super::robot::{Class, Ending, Next, Robot};
use super::{Fates, History};

/// Something that happens to one robot. A robot that ends at the moment of its timeout has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    StageOver,
    RobotTimeout,
}

/// The state of a job.
struct Job<'r> {
    rules: &'r RoboMaker,
    window: usize,
    /// In start order.
    robots: Vec<Robot>,
    started: usize,
    in_flight: usize,
    failed: usize,
    /// By time, then by place in the start order.
    agenda: BTreeSet<(Ms, usize, Event)>,
    /// How and when the job ended.
    ended: Option<(EndedBy, Ms)>,
}

/// Plays a job whose robots start in the given `order`; `job_fault` is what strikes it while it prepares.
pub fn play(fates: &Fates, order: &[u32], rules: &RoboMaker, job_fault: Option<FailureCode>) -> History {
    let robot = |number: &u32| {
        let index = *number as usize;
        Robot::new(*number, fates.draws[index].clone(), fates.recovery[index])
    };
    let robots: Vec<Robot> = order.iter().map(robot).collect();
    if let Some(code) = job_fault {
        return History::of_job_fault(robots, code, rules.preparing);
    }
    let window = window(rules, robots.len());
    Job { rules, window, robots, started: 0, in_flight: 0, failed: 0, agenda: BTreeSet::new(), ended: None }.run()
}

/// The most robots that make up no more than the percentage of the fleet, or the fewest that make up no less; at least one.
fn window(rules: &RoboMaker, n: usize) -> usize {
    let percent = usize::from(rules.concurrent_deployment_percentage);
    let window = match rules.rounding {
        Rounding::Floor => (0..=n).rfind(|robots| robots * 100 <= n * percent),
        Rounding::Ceil => (0..=n).find(|robots| robots * 100 >= n * percent),
    };
    window.unwrap().max(1)
}

impl Job<'_> {
    fn run(mut self) -> History {
        self.fill_slots(self.rules.preparing);
        while let Some(&(now, place, event)) = self.agenda.first() {
            if self.ended.is_none() && now > self.rules.fleet_timeout {
                self.stop(EndedBy::FleetTimeout, self.rules.fleet_timeout);
                continue;
            }
            self.agenda.pop_first();
            match event {
                Event::StageOver => self.stage_over(place, now),
                Event::RobotTimeout => self.robot_timeout(place, now),
            }
        }
        let last_end = || self.robots.iter().map(|robot| robot.ending.unwrap().time).max().unwrap();
        let (ended_by, job_end) = self.ended.unwrap_or_else(|| (EndedBy::Success, last_end()));
        History { robots: self.robots, ended_by, job_end }
    }

    fn fill_slots(&mut self, now: Ms) {
        while self.in_flight < self.window && self.started < self.robots.len() {
            let place = self.started;
            self.started += 1;
            self.in_flight += 1;
            self.robots[place].started = Some(now);
            self.agenda.insert((now + self.rules.robot_deployment_timeout, place, Event::RobotTimeout));
            self.enter(place, Stage::CloudCheck, now);
        }
    }

    fn enter(&mut self, place: usize, stage: Stage, now: Ms) {
        self.robots[place].enter(stage, now);
        if let Some((after, _)) = self.robots[place].next() {
            self.agenda.insert((now + after, place, Event::StageOver));
        }
    }

    fn stage_over(&mut self, place: usize, now: Ms) {
        let (_, next) = self.robots[place].next().expect("a stage that is over has an end");
        match next {
            Next::Goes(stage) => self.enter(place, stage, now),
            Next::IsUpdated => self.end(place, Ending { time: now, class: Class::Updated, code: None, timed_out: false }),
            Next::Fails(code) => self.end(place, Ending { time: now, class: Class::Failed, code: Some(code), timed_out: false }),
        }
    }

    fn robot_timeout(&mut self, place: usize, now: Ms) {
        let code = match self.robots[place].silent() {
            true => FailureCode::RobotDeploymentNoResponse,
            false => FailureCode::RobotDeploymentAborted,
        };
        self.end(place, Ending { time: now, class: Class::Failed, code: Some(code), timed_out: true });
    }

    /// Takes note of an end. While the job goes on, a failure may stop it; if none does, the slot is filled again.
    fn end(&mut self, place: usize, ending: Ending) {
        self.robots[place].end(ending);
        self.agenda.retain(|(_, other, _)| *other != place);
        self.in_flight -= 1;
        if self.ended.is_some() {
            return;
        }
        if ending.class == Class::Failed {
            self.failed += 1;
            if self.breached() {
                self.stop(EndedBy::Breach, ending.time);
                return;
            }
        }
        self.fill_slots(ending.time);
    }

    fn breached(&self) -> bool {
        let (failures, limit) = (self.failed * 100, usize::from(self.rules.failure_threshold_percentage) * self.robots.len());
        match self.rules.breach {
            Breach::Reach => failures >= limit,
            Breach::Exceed => failures > limit,
        }
    }

    fn stop(&mut self, ended_by: EndedBy, now: Ms) {
        self.ended = Some((ended_by, now));
        if self.rules.on_stop == OnStop::Abort {
            for place in 0..self.started {
                if self.robots[place].ending.is_none() {
                    self.abort(place, now);
                }
            }
        }
    }

    /// Cuts a robot. Where a stage is over at this very moment, the robot is in the next one already.
    fn abort(&mut self, place: usize, now: Ms) {
        while self.agenda.remove(&(now, place, Event::StageOver)) {
            if let Some((_, Next::Goes(stage))) = self.robots[place].next() {
                self.enter(place, stage, now);
            }
        }
        let code = Some(FailureCode::RobotDeploymentAborted);
        self.robots[place].end(Ending { time: now, class: Class::Aborted, code, timed_out: false });
        self.agenda.retain(|(_, other, _)| *other != place);
        self.in_flight -= 1;
    }
}
