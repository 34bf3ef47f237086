//! A job that is played by steps, together with all that it is played on, so that its holder need not hold anything else.
//!
//! The event play borrows the fates and the line-up that it plays. Both lie in one cell here. All times are as the job counts.

use std::sync::Arc;

use self_cell::self_cell;

use crate::model::{Instant, Ms};
use crate::rollout::{EndedBy, Order, Setting};
use crate::sim::campaign::JobKind;
use crate::sim::draws::assignment::Assignment;
use crate::sim::draws::dice::Dice;
use crate::sim::draws::fates::Fates;
use crate::sim::play::lineup::{LinedUp, Lineup};
use crate::sim::play::player::no_start;
use crate::sim::play::traffic::{Log, Traffic};
use crate::sim::record::outcome::Outcome;
use crate::sim::record::recording::Recording;
use crate::sim::record::sight::{RobotSight, StatusCounts};
use crate::sim::session::sight::JobSight;

/// What a job is played on.
pub(super) struct Table {
    dice: Arc<Dice>,
    replication: u64,
    fates: Fates,
    line: Lineup,
    setting: Setting,
    assignment: Assignment,
    /// When its first robots start, if it comes to that.
    start: Instant,
}

impl Table {
    /// Lines up the robots of a job of this kind; `dice` are those of the release, and `fates` its fates in the replication if they are drawn
    /// already.
    pub(super) fn new(
        dice: &Arc<Dice>,
        replication: u64,
        kind: JobKind,
        assignment: Assignment,
        setting: Setting,
        fates: Option<Fates>,
    ) -> Table {
        let (dice, fates) = match kind {
            JobKind::Recovery => (
                dice.previous()
                    .expect("a bug: a recovery without an old version"),
                None,
            ),
            _ => (dice, fates),
        };
        let mut fates = fates.unwrap_or_else(|| {
            let mut fates = Fates::default();
            fates.draw(dice, replication);
            fates
        });
        fates.assign(dice, &assignment);
        let mut line = Lineup::default();
        line.form(dice, &fates, &setting.order, setting.robot_timeout);
        let start = dice.job_start(replication, assignment.job);
        Table {
            dice: Arc::clone(dice),
            replication,
            fates,
            line,
            setting,
            assignment,
            start,
        }
    }

    pub(super) fn lined_up(&self) -> LinedUp<'_> {
        let Table {
            dice,
            fates,
            line,
            assignment,
            ..
        } = self;
        LinedUp {
            dice,
            fates,
            line,
            watch: assignment.watch,
        }
    }

    /// What it was made of.
    pub(super) fn into_parts(self) -> (Assignment, Fates) {
        (self.assignment, self.fates)
    }

    /// Each robot as a recording of this job says that it ended, in start order.
    pub(super) fn ended_robots(&self, recording: &Recording) -> Vec<RobotSight> {
        let lined_up = self.lined_up();
        let starts = &recording.log.starts;
        (0..lined_up.n())
            .map(|place| {
                let has_started = starts
                    .get(place as usize)
                    .is_some_and(|start| *start < Instant::NEVER);
                RobotSight {
                    robot: lined_up.robot(place),
                    deployment: has_started.then(|| lined_up.journey(recording, place)),
                    in_flight: false,
                    progress: None,
                }
            })
            .collect()
    }

    fn line_up(&self) -> (u64, Order, Ms) {
        (
            self.replication,
            self.setting.order.clone(),
            self.setting.robot_timeout,
        )
    }
}

/// A job as it goes.
#[derive(Clone)]
enum Going<'t> {
    /// It ends before any robot starts.
    NoStart(Box<Outcome>),
    Goes {
        traffic: Box<Traffic<'t>>,
        /// As it was when the watch may turn out to have ended.
        kept: Option<Box<Traffic<'t>>>,
    },
    /// Its robots are watched no more, and its recording was handed out.
    Over,
}

self_cell!(
    struct Cell {
        owner: Table,
        #[covariant]
        dependent: Going,
    }
);

/// A job that is played by steps; see the module's description.
pub(super) struct Held(Cell);

impl Held {
    /// A job that has just been created, whose robots are not watched for longer than `watch_bound`.
    pub(super) fn new(table: Table, watch_bound: Instant) -> Held {
        Held(Cell::new(table, |table| Going::of(table, watch_bound)))
    }

    pub(super) fn table(&self) -> &Table {
        self.0.borrow_owner()
    }

    pub(super) fn into_table(self) -> Table {
        self.0.into_owner()
    }

    /// Takes it on until all has happened that happens up to and at a time.
    pub(super) fn advance(&mut self, time: Instant) {
        self.0.with_dependent_mut(|table, going| {
            if let Going::Goes { traffic, .. } = going
                && time >= table.start
            {
                while !traffic.advance(time) {
                    traffic.breach();
                }
            }
        });
    }

    /// When something happens next, after `now`, to which it was taken.
    pub(super) fn next_event(&mut self, now: Instant) -> Option<Instant> {
        self.0.with_dependent_mut(|table, going| match going {
            Going::NoStart(outcome) => Some(outcome.ended_at).filter(|end| *end > now),
            Going::Goes { .. } if now < table.start => Some(table.start),
            Going::Goes { traffic, .. } => traffic.next_event(),
            Going::Over => None,
        })
    }

    /// When its first robots started, if they have by `now`.
    pub(super) fn first_start(&self, now: Instant) -> Option<Instant> {
        let goes = matches!(self.0.borrow_dependent(), Going::Goes { .. });
        Some(self.table().start).filter(|start| goes && *start <= now)
    }

    /// How and when it ended, if it has by `now`.
    pub(super) fn ended(&self, now: Instant) -> Option<(EndedBy, Instant)> {
        let ended = match self.0.borrow_dependent() {
            Going::NoStart(outcome) => Some((outcome.ended_by, outcome.ended_at)),
            Going::Goes { traffic, .. } => traffic.ended(),
            Going::Over => None,
        };
        ended.filter(|(_, time)| *time <= now)
    }

    /// When the last deployment ended, if the job has ended by `now` and none goes on.
    pub(super) fn drained(&self, now: Instant) -> Option<Instant> {
        let drained = match self.0.borrow_dependent() {
            Going::NoStart(outcome) => Some(outcome.drained),
            Going::Goes { traffic, .. } => traffic.drained(),
            Going::Over => None,
        };
        drained.filter(|time| *time <= now)
    }

    /// Cancels it now, to which it was taken. Whether it had not ended yet.
    pub(super) fn cancel(&mut self, now: Instant) -> bool {
        if self.ended(now).is_some() {
            return false;
        }
        self.0.with_dependent_mut(|table, going| match going {
            Going::Goes { traffic, .. } if now >= table.start => traffic.cancel(),
            going => {
                let (n, links) = (table.lined_up().n(), table.dice.links.len());
                *going = Going::NoStart(Box::new(Outcome::of_no_start(
                    n,
                    links,
                    EndedBy::Cancel,
                    now,
                )));
                true
            }
        })
    }

    /// Once it has drained: silent robots are watched until then.
    pub(super) fn watch_until(&mut self, watch_end: Instant) {
        self.0.with_dependent_mut(|_, going| {
            if let Going::Goes { traffic, .. } = going {
                traffic.watch_until(watch_end);
            }
        });
    }

    /// Keeps it as it is now, since the watch may turn out to have ended now.
    pub(super) fn keep(&mut self) {
        self.0.with_dependent_mut(|_, going| {
            if let Going::Goes { traffic, kept } = going {
                *kept = Some(traffic.clone());
            }
        });
    }

    /// The watch has turned out to have ended when it was kept.
    pub(super) fn go_back(&mut self) {
        self.0.with_dependent_mut(|_, going| {
            if let Going::Goes { traffic, kept } = going {
                *traffic = kept
                    .take()
                    .expect("a bug: a watch turns out to have ended when nothing was kept");
            }
        });
    }

    /// The robots that the job has updated so far, each with when.
    pub(super) fn updated(&self) -> Vec<(u32, Instant)> {
        match self.0.borrow_dependent() {
            Going::NoStart(_) | Going::Over => Vec::new(),
            Going::Goes { traffic, .. } => traffic.updated().collect(),
        }
    }

    /// The robots of which it is known that they are updated by themselves, each with when, except the first `skipped` comebacks;
    /// and how many come back of which it is known how.
    pub(super) fn healed_after(&self, skipped: usize) -> (Vec<(u32, Instant)>, usize) {
        match self.0.borrow_dependent() {
            Going::NoStart(_) | Going::Over => (Vec::new(), 0),
            Going::Goes { traffic, .. } => (
                traffic.healed_after(skipped).collect(),
                traffic.n_comebacks(),
            ),
        }
    }

    /// The recording of it as if its robots were watched until now.
    pub(super) fn recording_so_far(&self) -> Recording {
        self.0.borrow_dependent().clone().recording(self.table())
    }

    /// The recording of it as if its robots were watched until `now`, to which it was taken, where nothing bounds the watch.
    pub(super) fn recording_until(&self, now: Instant) -> Recording {
        let mut going = self.0.borrow_dependent().clone();
        if let Going::Goes { traffic, .. } = &mut going {
            traffic.watch_until(now);
        }
        going.recording(self.table())
    }

    /// Some of its robots get another deployment, and are not watched any more.
    pub(super) fn forget(&mut self, is_meant: &impl Fn(u32) -> bool) {
        self.0.with_dependent_mut(|_, going| {
            if let Going::Goes { traffic, .. } = going {
                traffic.forget(is_meant);
            }
        });
    }

    /// It, created at `created`, at a time as the first job counts, to which it was taken.
    pub(super) fn sight(&self, kind: JobKind, created: Instant, now: Instant) -> JobSight {
        let time = now.since(created);
        let first_start = self.first_start(time);
        let (ended, drained) = (self.ended(time), self.drained(time));
        JobSight {
            kind,
            created,
            robots: self.table().lined_up().n(),
            first_start: first_start.map(|start| start.of_job(created)),
            ended: ended.map(|(ended_by, time)| (ended_by, time.of_job(created))),
            drained: drained.map(|time| time.of_job(created)),
            counts: self.counts(time),
        }
    }

    /// Its recording, when its robots are watched no more: nothing but the table is left of it then.
    pub(super) fn take_recording(&mut self) -> Recording {
        self.0.with_dependent_mut(|table, going| {
            std::mem::replace(going, Going::Over).recording(table)
        })
    }

    /// Robots by status now.
    pub(super) fn counts(&self, now: Instant) -> StatusCounts {
        match self.0.borrow_dependent() {
            Going::NoStart(outcome) if self.ended(now).is_some() => StatusCounts {
                never_started: outcome.n,
                ..StatusCounts::default()
            },
            Going::NoStart(outcome) => StatusCounts {
                pending: outcome.n,
                ..StatusCounts::default()
            },
            Going::Goes { traffic, .. } => traffic.counts(now),
            Going::Over => StatusCounts::default(),
        }
    }

    /// Each robot as it is now, in start order.
    pub(super) fn robots(&mut self, now: Instant) -> Vec<RobotSight> {
        self.0.with_dependent_mut(|table, going| match going {
            Going::NoStart(_) | Going::Over => {
                let robots = table.line.order.iter();
                robots.map(|robot| RobotSight::waiting(*robot)).collect()
            }
            Going::Goes { traffic, .. } => traffic.robots(now),
        })
    }
}

impl<'t> Going<'t> {
    fn of(table: &'t Table, watch_bound: Instant) -> Going<'t> {
        let Table {
            dice,
            replication,
            fates,
            setting,
            start,
            ..
        } = table;
        if let Some(outcome) = no_start(dice, fates, *replication, setting) {
            return Going::NoStart(Box::new(outcome));
        }
        let log = Some(Log::default());
        let mut traffic = Box::new(Traffic::new(table.lined_up(), setting, *start, log));
        traffic.bound_watch(watch_bound);
        Going::Goes {
            traffic,
            kept: None,
        }
    }

    fn recording(self, table: &Table) -> Recording {
        match self {
            Going::NoStart(outcome) => {
                Recording::of_no_start(*outcome, table.dice.links.len(), table.line_up())
            }
            Going::Goes { traffic, .. } => Recording::of(traffic.passed(), table.line_up()),
            Going::Over => unreachable!("a bug: a job is recorded twice"),
        }
    }
}
