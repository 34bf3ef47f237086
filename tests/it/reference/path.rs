//! When a robot is online.

use std::cell::RefCell;

use rollcast::model::{Instant, Ms};
use rollcast::sim::Presence;

/// A stretch of time, in [ms] after the job's creation as all times here.
#[derive(Clone, Copy, Debug)]
pub struct Spell {
    pub online: bool,
    pub from: Ms,
    pub until: Ms,
}

fn spell_at(presence: &mut Presence, time: Ms) -> Spell {
    let spell = presence.spell_at(Instant::at(time));
    Spell {
        online: spell.online,
        from: spell.from.ms(),
        until: spell.until.ms(),
    }
}

/// The spells of a robot, read from the dice one after another as far as anybody has looked.
pub struct Path<'p> {
    read: RefCell<(Presence<'p>, Vec<Spell>)>,
}

impl<'p> Path<'p> {
    pub fn new(mut presence: Presence<'p>) -> Path<'p> {
        let first = spell_at(&mut presence, 0);
        assert_eq!(first.from, 0);
        Path {
            read: RefCell::new((presence, vec![first])),
        }
    }

    /// Reads on until a spell lasts beyond a time.
    fn read_to(&self, time: Ms) {
        let (presence, spells) = &mut *self.read.borrow_mut();
        loop {
            let last = *spells.last().expect("there is a first spell");
            assert!(last.from < last.until, "{last:?} has no length");
            if time < last.until {
                return;
            }
            let next = spell_at(presence, last.until);
            assert!(
                next.from == last.until && next.online != last.online,
                "{next:?} after {last:?}"
            );
            spells.push(next);
        }
    }

    /// The spell that the robot is in at a time.
    pub fn spell_at(&self, time: Ms) -> Spell {
        self.read_to(time);
        let (_, spells) = &*self.read.borrow();
        spells[spells.partition_point(|spell| spell.until <= time)]
    }

    pub fn online_at(&self, time: Ms) -> bool {
        self.spell_at(time).online
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
