//! Where a robot is in time: when it is online, and when it may be contacted.
//!
//! A robot's spells online and offline are a path in absolute time, a pure function of the dice: whatever is asked, and whatever was
//! asked before, finds the robot in the same state at the same time. Every search is given a limit, since what is looked for may
//! never come, and answers [`Instant::NEVER`] beyond it.

use crate::model::{Instant, Interrupted, Ms, Windows};
use crate::random::Words;
use crate::sim::draws::dice::ConnectivityDice;
use crate::sim::draws::millis::whole_ms;

/// A stretch of time in which a robot is online, or offline, without interruption: from `from` until, and not with, `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spell {
    pub online: bool,
    pub from: Instant,
    pub until: Instant,
}

/// The presence of one robot in one replication. Questions about later and later times are the cheap ones.
#[derive(Clone)]
pub struct Presence<'a> {
    pattern: Pattern<'a>,
    windows: Option<&'a Windows>,
    /// The creation of the job for which it is asked, as the first job counts; nothing before it is asked for.
    origin: Instant,
}

#[derive(Clone)]
enum Pattern<'a> {
    /// One spell without end.
    Constant {
        online: bool,
    },
    Changing(Spells<'a>),
}

/// A spell of a path, and which one it is, counted from 0.
#[derive(Clone, Copy, Debug)]
pub(in crate::sim) struct NumberedSpell {
    number: u32,
    spell: Spell,
}

/// The spells of a robot, one at a time.
#[derive(Clone)]
pub(in crate::sim) struct Spells<'a> {
    laws: &'a ConnectivityDice,
    words: &'a Words,
    robot: u32,
    /// No spell before this one is asked for.
    first: NumberedSpell,
    now: NumberedSpell,
}

/// A spell of at least a millisecond, so that time goes on.
pub(in crate::sim) fn spell_ms(drawn: f64) -> Ms {
    whole_ms(drawn).max(1)
}

impl<'a> Spells<'a> {
    /// The whole path.
    pub(in crate::sim) fn new(
        laws: &'a ConnectivityDice,
        words: &'a Words,
        robot: u32,
        online_at_first: bool,
    ) -> Spells<'a> {
        let length = spell_ms(
            laws.residual(online_at_first)
                .value(words.at(u64::from(robot))),
        );
        let spell = Spell {
            online: online_at_first,
            from: Instant::CREATION,
            until: Instant::CREATION + length,
        };
        Spells::from(laws, words, robot, NumberedSpell { number: 0, spell })
    }

    /// The path from a spell on.
    pub(in crate::sim) fn from(
        laws: &'a ConnectivityDice,
        words: &'a Words,
        robot: u32,
        first: NumberedSpell,
    ) -> Spells<'a> {
        Spells {
            laws,
            words,
            robot,
            first,
            now: first,
        }
    }

    /// The spell at `time`, as the first job counts.
    fn at(&mut self, time: Instant) -> Spell {
        if time < self.now.spell.from {
            self.now = self.first;
        }
        while time >= self.now.spell.until {
            self.advance();
        }
        self.now.spell
    }

    fn advance(&mut self) {
        let NumberedSpell { number, spell } = &mut self.now;
        *number += 1;
        let online = !spell.online;
        let word = self
            .words
            .at(u64::from(*number) << 32 | u64::from(self.robot));
        let from = spell.until;
        *spell = Spell {
            online,
            from,
            until: from + spell_ms(self.laws.spell(online).value(word)),
        };
    }
}

impl<'a> Presence<'a> {
    /// Always online, but contacted within the windows only, if there are any.
    pub(in crate::sim) fn always(windows: Option<&'a Windows>) -> Presence<'a> {
        Presence {
            pattern: Pattern::Constant { online: true },
            windows,
            origin: Instant::CREATION,
        }
    }

    /// Never online.
    pub(in crate::sim) fn never() -> Presence<'a> {
        Presence {
            pattern: Pattern::Constant { online: false },
            windows: None,
            origin: Instant::CREATION,
        }
    }

    pub(in crate::sim) fn changing(
        spells: Spells<'a>,
        windows: Option<&'a Windows>,
    ) -> Presence<'a> {
        Presence {
            pattern: Pattern::Changing(spells),
            windows,
            origin: Instant::CREATION,
        }
    }

    /// The presence as a job counts that is created at `origin`.
    pub(in crate::sim) fn since(self, origin: Instant) -> Presence<'a> {
        Presence { origin, ..self }
    }

    /// The spell that the robot is in at `time`; what of it was before the job's creation is left out.
    pub fn spell_at(&mut self, time: Instant) -> Spell {
        match &mut self.pattern {
            Pattern::Constant { online } => Spell {
                online: *online,
                from: Instant::CREATION,
                until: Instant::NEVER,
            },
            Pattern::Changing(spells) => {
                let Spell {
                    online,
                    from,
                    until,
                } = spells.at(time.of_job(self.origin));
                Spell {
                    online,
                    from: from.since(self.origin),
                    until: until.since(self.origin),
                }
            }
        }
    }

    /// Which spell the robot is in at `time`, if it comes and goes.
    pub(in crate::sim) fn numbered_spell_at(&mut self, time: Instant) -> Option<NumberedSpell> {
        match &mut self.pattern {
            Pattern::Constant { .. } => None,
            Pattern::Changing(spells) => {
                spells.at(time.of_job(self.origin));
                Some(spells.now)
            }
        }
    }

    /// Whether an interrupted download begins anew.
    pub(in crate::sim) fn restarts(&self) -> bool {
        matches!(&self.pattern, Pattern::Changing(spells) if spells.laws.interrupted == Interrupted::Restarts)
    }

    pub fn online(&mut self, time: Instant) -> bool {
        self.spell_at(time).online
    }

    /// The first time from `time` on at which the robot is online.
    pub fn next_online(&mut self, time: Instant, limit: Instant) -> Instant {
        let spell = self.spell_at(time);
        let next = if spell.online { time } else { spell.until };
        if next > limit { Instant::NEVER } else { next }
    }

    /// The first time from `time` on at which the robot can be contacted: online, and its window open.
    pub fn contact(&mut self, time: Instant, limit: Instant) -> Instant {
        let mut now = time;
        while now <= limit {
            now = self.next_online(now, limit);
            match self.windows {
                None => return now,
                Some(windows) => {
                    let Some(open) = windows.next_open(now.of_job(self.origin).ms()) else {
                        break;
                    };
                    let open = Instant::at(open).since(self.origin);
                    if open == now {
                        return now;
                    }
                    now = open;
                }
            }
        }
        Instant::NEVER
    }

    /// The time between `from` and `to` that the robot is online [ms].
    pub fn online_within(&mut self, from: Instant, to: Instant) -> Ms {
        let mut online = 0;
        let mut now = from;
        while now < to {
            let spell = self.spell_at(now);
            let until = spell.until.min(to);
            online += if spell.online { until - now } else { 0 };
            now = until;
        }
        online
    }

    /// What is missing at `time` of a download that takes `length` [ms] online and began at `from`, as the time it takes online [ms].
    pub(in crate::sim) fn missing_at(&mut self, from: Instant, length: Ms, time: Instant) -> Ms {
        if !self.restarts() {
            return length.saturating_sub(self.online_within(from, time));
        }
        let spell = self.spell_at(time);
        // All that came before the last interruption is lost.
        let since = if spell.online {
            time - spell.from.max(from)
        } else {
            0
        };
        length.saturating_sub(since)
    }

    /// When a download that takes `length` [ms] online is complete, if it begins at `from` and is interrupted whenever the robot
    /// is offline.
    pub fn downloaded(&mut self, from: Instant, length: Ms, limit: Instant) -> Instant {
        let mut now = from;
        let mut missing = length;
        while now <= limit && missing > 0 {
            let spell = self.spell_at(now);
            if spell.online {
                if spell.until - now >= missing {
                    return if now + missing > limit {
                        Instant::NEVER
                    } else {
                        now + missing
                    };
                }
                missing = if self.restarts() {
                    length
                } else {
                    missing - (spell.until - now)
                };
            }
            now = spell.until;
        }
        if missing == 0 { now } else { Instant::NEVER }
    }
}
