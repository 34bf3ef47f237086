//! One replication under many settings: draws the fates once and plays each setting on them.

use crate::model::{FailureCode, Ms, OnStop, Order, ROBOT_TIMEOUT_MAX_MS, RoboMaker};
use crate::random::Chance;
use crate::sim::dice::Dice;
use crate::sim::fates::Fates;
use crate::sim::journey::{Draws, Journey};
use crate::sim::lineup::{Ending, Lineup};
use crate::sim::outcome::{EndedBy, Outcome};
use crate::sim::rollout::{Admission, Cut, Rollout};
use crate::sim::tally::Tally;

/// The rules of a rollout as numbers of robots and times: one choice of the knobs for a fleet of known size.
///
/// Sorted settings lie so that those that share a line-up, and then a trajectory, are neighbours.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Setting {
    pub order: Order,
    /// [ms]
    pub robot_timeout: Ms,
    pub admission: Admission,
    pub on_stop: OnStop,
    /// The number of failed robots that stops the job; more than there are for never.
    pub failures_to_stop: u32,
    /// Codes with which the job may fail while it prepares, with cumulated chances.
    pub job_faults: Vec<(FailureCode, Chance)>,
}

impl Setting {
    /// The setting that RoboMaker's rules make for a fleet of `n` robots.
    pub fn new(rules: &RoboMaker, n: u32) -> Setting {
        let mut below = 0.0;
        Setting {
            order: rules.order,
            robot_timeout: rules.robot_deployment_timeout,
            admission: Admission { window: rules.window(n), start: rules.preparing, deadline: rules.fleet_timeout },
            on_stop: rules.on_stop,
            failures_to_stop: rules.failures_to_breach(n),
            job_faults: rules
                .job_faults
                .iter()
                .map(|fault| {
                    below += fault.probability;
                    (fault.code, Chance::new(f64::min(below, 1.0)))
                })
                .collect(),
        }
    }

    /// Whether two settings differ in nothing but the threshold, so that one trajectory serves both.
    fn shares_trajectory(&self, other: &Setting) -> bool {
        let Setting { order, robot_timeout, admission, on_stop, failures_to_stop: _, job_faults } = self;
        (order, robot_timeout, admission, on_stop, job_faults)
            == (&other.order, &other.robot_timeout, &other.admission, &other.on_stop, &other.job_faults)
    }
}

/// A replication under one setting with every start kept.
#[derive(Clone, Debug)]
pub struct Recording {
    pub outcome: Outcome,
    /// When each place of the start order started [ms after the job's creation]; shorter than the fleet if robots never did.
    starts: Vec<Ms>,
    /// The places that were cut while running, ascending, and how long each had been running [ms].
    aborted: Vec<(u32, Ms)>,
}

/// What happened to one robot of a recorded replication, stage by stage.
#[derive(Clone, Debug, PartialEq)]
pub struct RobotRecord {
    /// The robot's number in the fleet.
    pub robot: u32,
    /// When its deployment started [ms after the job's creation], and how it went; `None` if it never did.
    pub deployment: Option<(Ms, Journey)>,
}

/// One robot deployment seen from the job: when it began and ended, and when the robot was up again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Passage {
    /// All times in [ms] after the job's creation.
    pub start: Ms,
    pub end: Ms,
    pub end_state: EndState,
    /// When the robot is up again; `None` if it was never taken down.
    pub up: Option<Ms>,
}

/// The class of a robot deployment's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndState {
    Updated,
    Failed,
    Aborted,
}

/// Plays one replication after another; keeps its memory between them.
pub struct Player<'d> {
    dice: &'d Dice,
    replication: u64,
    fates: Fates,
    line: Lineup,
    /// What the line-up was formed for.
    formed: Option<(Order, Ms)>,
    rollout: Rollout,
}

impl<'d> Player<'d> {
    pub fn new(dice: &'d Dice) -> Player<'d> {
        Player {
            dice,
            replication: 0,
            fates: Fates::default(),
            line: Lineup::default(),
            formed: None,
            rollout: Rollout::default(),
        }
    }

    /// Draws the fates of a replication, to be played next.
    pub fn draw(&mut self, replication: u64) {
        self.replication = replication;
        self.fates.draw(self.dice, replication);
        self.formed = None;
    }

    /// All that the dice hold for a robot in the drawn replication.
    pub fn draws(&self, robot: u32) -> Draws {
        self.fates.draws(self.dice, robot)
    }

    /// The drawn start order: the robot at each place.
    pub fn start_order(&mut self, order: Order) -> &[u32] {
        self.form(order, ROBOT_TIMEOUT_MAX_MS);
        &self.line.order
    }

    /// Plays the drawn replication under one setting.
    pub fn play(&mut self, setting: &Setting) -> Outcome {
        self.play_all(std::slice::from_ref(setting)).pop().expect("an outcome a setting")
    }

    /// Plays the drawn replication under each of `settings`, which are sorted, and gives their outcomes in the same order.
    pub fn play_all(&mut self, settings: &[Setting]) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(settings.len());
        for same in settings.chunk_by(Setting::shares_trajectory) {
            let setting = &same[0];
            if let Some(code) = self.job_fault(setting) {
                let outcome = job_fault_outcome(self.dice.robots(), code, setting.admission.start);
                outcomes.resize(outcomes.len() + same.len(), outcome);
                continue;
            }
            self.form(setting.order, setting.robot_timeout);
            let thresholds: Vec<u32> = same.iter().map(|setting| setting.failures_to_stop).collect();
            let cuts = self.rollout.play(self.dice, &self.line, setting.admission, setting.on_stop, &thresholds, |_, _| ());
            let mut tally = Tally::default();
            for cut in &cuts {
                tally.advance(self.dice, &self.fates, &self.line, cut.started);
                outcomes.push(self.outcome(cut, &tally));
            }
        }
        outcomes
    }

    /// Plays the drawn replication under one setting and keeps every start.
    pub fn record(&mut self, setting: &Setting) -> Recording {
        self.form(setting.order, setting.robot_timeout);
        if let Some(code) = self.job_fault(setting) {
            let outcome = job_fault_outcome(self.dice.robots(), code, setting.admission.start);
            return Recording { outcome, starts: Vec::new(), aborted: Vec::new() };
        }
        let mut starts = Vec::with_capacity(self.line.order.len());
        let thresholds = [setting.failures_to_stop];
        let on_start = |_, start| starts.push(start);
        let cuts = self.rollout.play(self.dice, &self.line, setting.admission, setting.on_stop, &thresholds, on_start);
        let cut = &cuts[0];
        let mut tally = Tally::default();
        tally.advance(self.dice, &self.fates, &self.line, cut.started);
        let outcome = self.outcome(cut, &tally);
        let mut aborted = cut.aborted.clone();
        aborted.sort_unstable();
        Recording { outcome, starts, aborted }
    }

    /// What happened to each robot of a recording of the drawn replication, in start order.
    pub fn robots(&self, recording: &Recording) -> impl Iterator<Item = RobotRecord> {
        let robot_timeout = self.line.robot_timeout;
        let mut aborted = recording.aborted.iter().peekable();
        self.line.order.iter().enumerate().map(move |(place, robot)| {
            let deployment = recording.starts.get(place).map(|start| {
                let draws = self.fates.draws(self.dice, *robot);
                let journey = match aborted.next_if(|(at, _)| *at as usize == place) {
                    Some((_, elapsed)) => Journey::walk_aborted(&draws, robot_timeout, *elapsed),
                    None => Journey::walk(&draws, robot_timeout),
                };
                (*start, journey)
            });
            RobotRecord { robot: *robot, deployment }
        })
    }

    /// The deployments of a recording of the drawn replication, in start order.
    pub fn passages(&self, recording: &Recording) -> impl Iterator<Item = Passage> + Clone {
        let mut aborted = recording.aborted.iter().peekable();
        self.line.ends.iter().zip(&recording.starts).enumerate().map(move |(place, (end, start))| {
            let cut = aborted.next_if(|(at, _)| *at as usize == place);
            let (end_state, ended) = match cut {
                Some((_, elapsed)) => (EndState::Aborted, start + elapsed),
                None if end.failed() => (EndState::Failed, end.after(*start).time()),
                None => (EndState::Updated, end.after(*start).time()),
            };
            let recovery = || self.dice.cohorts[self.dice.cohort_of(self.line.order[place])].recovery;
            let up = end.exposed().then(|| if end_state == EndState::Updated { ended } else { ended + recovery() });
            Passage { start: *start, end: ended, end_state, up }
        })
    }

    fn form(&mut self, order: Order, robot_timeout: Ms) {
        if self.formed != Some((order, robot_timeout)) {
            self.line.form(self.dice, &self.fates, order, robot_timeout);
            self.formed = Some((order, robot_timeout));
        }
    }

    /// The code with which the job fails before any robot starts, if it does.
    fn job_fault(&self, setting: &Setting) -> Option<FailureCode> {
        if setting.job_faults.is_empty() {
            return None;
        }
        let word = self.dice.job_fault_word(self.replication);
        let struck = setting.job_faults.iter().find(|(_, below)| below.happens(word));
        struck.map(|(code, _)| *code)
    }

    /// How the deployment at a place ends when nobody cuts it.
    fn ending(&self, place: u32) -> Ending {
        if let Some(ending) = self.line.rough_at(place) {
            return *ending;
        }
        let robot = self.line.order[place as usize];
        let fate = self.fates.fates[robot as usize];
        let journey = Journey::walk(&self.fates.draws(self.dice, robot), self.line.robot_timeout);
        Ending::of(&journey, place, fate.cohort)
    }

    fn outcome(&self, cut: &Cut, tally: &Tally) -> Outcome {
        let mut tally = tally.clone();
        for (place, elapsed) in &cut.aborted {
            let ending = self.ending(*place);
            tally.remove(self.dice, &ending);
            let draws = self.fates.draws(self.dice, self.line.order[*place as usize]);
            let aborted = Journey::walk_aborted(&draws, self.line.robot_timeout, *elapsed);
            tally.add(self.dice, &Ending::of(&aborted, *place, ending.cohort));
        }
        let n = self.dice.robots();
        let outcome = Outcome {
            n,
            updated: tally.updated,
            failed: tally.failures.iter().sum(),
            aborted: tally.aborted,
            never_started: n - cut.started,
            exposed: tally.exposed,
            timed_out: tally.timed_out,
            no_response: tally.no_response,
            failures: tally.failures,
            ended_by: cut.ended_by,
            job_duration: cut.time,
            drained: cut.drained,
            time_to: cut.time_to,
            down_peak: cut.down_peak,
            downtime: tally.downtime,
            slot: tally.slot,
            slot_offline: tally.slot_offline,
            slot_download: tally.slot_download,
            slot_scripts: tally.slot_scripts,
            bytes: tally.bytes,
        };
        outcome.check();
        outcome
    }
}

/// The outcome of a job that failed while it prepared.
fn job_fault_outcome(n: u32, code: FailureCode, time: Ms) -> Outcome {
    Outcome {
        n,
        updated: 0,
        failed: 0,
        aborted: 0,
        never_started: n,
        exposed: 0,
        timed_out: 0,
        no_response: 0,
        failures: [0; 24],
        ended_by: EndedBy::JobFault(code),
        job_duration: time,
        drained: time,
        time_to: [None; 4],
        down_peak: 0,
        downtime: 0,
        slot: 0,
        slot_offline: 0,
        slot_download: 0,
        slot_scripts: 0,
        bytes: 0,
    }
}
