//! When a robot is online: by its spells, and by hours in which it is offline whatever they say.

use std::cell::RefCell;
use std::ops::Range;

use rollcast::model::{Instant, Ms, NEVER, RecordedRobot};
use rollcast::sim::Presence;

/// A stretch of time, in [ms] after the job's creation as all times here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spell {
    pub online: bool,
    pub from: Ms,
    pub until: Ms,
}

/// Where a robot's spells come from.
pub enum Spells<'p> {
    /// From the dice.
    Drawn(Presence<'p>),
    /// From the rows of a robot of a log, played over and over.
    Recorded(Recorded<'p>),
}

pub struct Recorded<'p> {
    pub robot: &'p RecordedRobot,
    pub period: Ms,
    /// Where in the log the robot is when the job is created [ms].
    pub phase: Ms,
}

impl Recorded<'_> {
    /// How it is at a time, and when its next row is, or the log begins anew.
    fn at(&self, time: Ms) -> (bool, Ms) {
        let now = (time + self.phase) % self.period;
        let mut online = self.robot.online_at_first;
        for change in &self.robot.changes {
            if *change > now {
                return (online, time + change - now);
            }
            online = !online;
        }
        if self.robot.changes.is_empty() {
            return (online, NEVER);
        }
        (online, time + self.period - now)
    }
}

impl Spells<'_> {
    /// Whether the robot is online at a time by its spells alone, and when that may change.
    fn at(&mut self, time: Ms) -> (bool, Ms) {
        match self {
            Spells::Drawn(presence) => {
                let spell = presence.spell_at(Instant::at(time));
                (spell.online, spell.until.ms())
            }
            Spells::Recorded(recorded) => recorded.at(time),
        }
    }
}

/// When intervals begin or end after a time, if any does.
pub fn next_edge(intervals: &[Range<Ms>], time: Ms) -> Option<Ms> {
    let edges = intervals.iter().flat_map(|it| [it.start, it.end]);
    edges.filter(|edge| *edge > time).min()
}

/// The spells of a robot, found one after another as far as anybody has looked.
pub struct Path<'p> {
    found: RefCell<(Spells<'p>, Vec<Spell>)>,
    hours: Vec<Range<Ms>>,
}

impl<'p> Path<'p> {
    pub fn new(mut spells: Spells<'p>, hours: Vec<Range<Ms>>) -> Path<'p> {
        let first = find(&mut spells, &hours, 0);
        Path {
            found: RefCell::new((spells, vec![first])),
            hours,
        }
    }

    /// Looks on until a spell lasts beyond a time.
    fn look_to(&self, time: Ms) {
        let (source, spells) = &mut *self.found.borrow_mut();
        loop {
            let last = *spells.last().expect("there is a first spell");
            assert!(last.from < last.until, "{last:?} has no length");
            if time < last.until {
                return;
            }
            let next = find(source, &self.hours, last.until);
            assert!(next.online != last.online, "{next:?} after {last:?}");
            spells.push(next);
        }
    }

    /// The spell that the robot is in at a time.
    pub fn spell_at(&self, time: Ms) -> Spell {
        self.look_to(time);
        let (_, spells) = &*self.found.borrow();
        spells[spells.partition_point(|spell| spell.until <= time)]
    }

    pub fn online_at(&self, time: Ms) -> bool {
        self.spell_at(time).online
    }

    /// Whether it is an hour offline by the clock, and when that changes.
    pub fn hour_at(&self, time: Ms) -> (bool, Option<Ms>) {
        let off = self.hours.iter().any(|hours| hours.contains(&time));
        (off, next_edge(&self.hours, time))
    }

    /// How much of the time from a moment to another the robot is online [ms].
    pub fn online_within(&self, from: Ms, to: Ms) -> Ms {
        let (mut time, mut online) = (from, 0);
        while time < to {
            let spell = self.spell_at(time);
            let until = spell.until.min(to);
            online += if spell.online { until - time } else { 0 };
            time = until;
        }
        online
    }
}

/// The spell that begins at a time: from row to row and from hour to hour until something is different.
fn find(source: &mut Spells, hours: &[Range<Ms>], from: Ms) -> Spell {
    let mut look = |time: Ms| {
        let (online, until) = source.at(time);
        let off = hours.iter().any(|hours| hours.contains(&time));
        let until = next_edge(hours, time).map_or(until, |edge| edge.min(until));
        (online && !off, until)
    };
    let (online, mut until) = look(from);
    while until < NEVER {
        let (then, next) = look(until);
        if then != online {
            break;
        }
        until = next;
    }
    Spell {
        online,
        from,
        until,
    }
}
