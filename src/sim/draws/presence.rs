//! Where a robot is in time: when it is online, and when it may be contacted.
//!
//! A robot's spells online and offline are a path in absolute time, a pure function of the dice: whatever is asked, and whatever was
//! asked before, finds the robot in the same state at the same time. Every search is given a limit, since what is looked for may
//! never come, and answers [`Instant::NEVER`] beyond it.

use crate::model::{Cohort, Instant, Interrupted, LocalSteps, Ms, PresenceLog, Windows};
use crate::random::Words;
use crate::sim::draws::dice::SpellsDice;
use crate::sim::draws::millis::whole_ms;

/// A stretch of time in which a robot is online, or offline, without interruption: from `from` until, and not with, `until`. One offline
/// may have begun before `from` where hours offline took over from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spell {
    pub online: bool,
    pub from: Instant,
    pub until: Instant,
}

impl Spell {
    fn without_end(online: bool) -> Spell {
        Spell {
            online,
            from: Instant::CREATION,
            until: Instant::NEVER,
        }
    }

    /// As a job counts that is created at `origin`.
    fn since(self, origin: Instant) -> Spell {
        Spell {
            online: self.online,
            from: self.from.since(origin),
            until: self.until.since(origin),
        }
    }
}

/// The presence of one robot in one replication. Questions about later and later times are the cheap ones.
#[derive(Clone)]
pub struct Presence<'a> {
    pattern: Pattern<'a>,
    windows: Option<&'a Windows>,
    /// When it is offline whatever its pattern.
    offline_hours: Option<&'a Windows>,
    local_steps: LocalSteps,
    interrupted: Interrupted,
    /// The creation of the job for which it is asked, as the first job counts; nothing before it is asked for.
    origin: Instant,
}

/// Spells online and offline, but for hours by the clock.
#[derive(Clone)]
pub(in crate::sim) enum Pattern<'a> {
    /// One spell without end.
    Constant {
        online: bool,
    },
    Changing(SpellPath<'a>),
    /// Those of a robot of a log that begins `phase` [ms] before the beginning.
    Recorded {
        log: &'a PresenceLog,
        robot: usize,
        phase: Ms,
    },
}

impl Pattern<'_> {
    /// The spell at `time`, as the first job counts.
    fn at(&mut self, time: Instant) -> Spell {
        match self {
            Pattern::Constant { online } => Spell::without_end(*online),
            Pattern::Changing(spells) => spells.at(time),
            Pattern::Recorded { log, robot, phase } => {
                let (online, from, until) = log.spell_at(*robot, time, *phase);
                Spell {
                    online,
                    from,
                    until,
                }
            }
        }
    }

    /// The spell at `time` under hours offline besides: an offline one lasts until neither keeps the robot away.
    fn at_under(&mut self, hours: &Windows, time: Instant) -> Spell {
        let spell = self.at(time);
        let (closed, next) = hours.around(time.ms());
        if spell.online && closed.is_none() {
            let before = hours.closed_before(time.ms()).map_or(0, |hours| hours.end);
            let next = next.map_or(Instant::NEVER, Instant::at);
            return Spell {
                online: true,
                from: spell.from.max(Instant::at(before)),
                until: spell.until.min(next),
            };
        }
        let begins = [
            (!spell.online).then_some(spell.from),
            closed.map(|hours| Instant::at(hours.start)),
        ];
        let from = begins.into_iter().flatten().min().unwrap_or(time);
        let mut until = time;
        while until < Instant::NEVER {
            if let (Some(closed), _) = hours.around(until.ms()) {
                until = Instant::at(closed.end);
                continue;
            }
            let spell = self.at(until);
            if spell.online {
                break;
            }
            until = spell.until;
        }
        Spell {
            online: false,
            from,
            until,
        }
    }
}

/// A spell of a path, and which one it is, counted from 0.
#[derive(Clone, Copy, Debug)]
pub(in crate::sim) struct NumberedSpell {
    number: u32,
    spell: Spell,
}

/// The spells of a robot, one at a time.
#[derive(Clone)]
pub(in crate::sim) struct SpellPath<'a> {
    laws: &'a SpellsDice,
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

impl<'a> SpellPath<'a> {
    /// The whole path.
    pub(in crate::sim) fn new(
        laws: &'a SpellsDice,
        words: &'a Words,
        robot: u32,
        online_at_first: bool,
    ) -> SpellPath<'a> {
        let length = spell_ms(
            laws.residual(online_at_first)
                .value(words.at(u64::from(robot))),
        );
        let spell = Spell {
            online: online_at_first,
            from: Instant::CREATION,
            until: Instant::CREATION + length,
        };
        SpellPath::from(laws, words, robot, NumberedSpell { number: 0, spell })
    }

    /// The path from a spell on.
    pub(in crate::sim) fn from(
        laws: &'a SpellsDice,
        words: &'a Words,
        robot: u32,
        first: NumberedSpell,
    ) -> SpellPath<'a> {
        SpellPath {
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
    /// The presence of a robot of a cohort, by its index there, whose spells are these.
    pub(in crate::sim) fn new(
        cohort: &'a Cohort,
        index: u32,
        pattern: Pattern<'a>,
    ) -> Presence<'a> {
        let connectivity = cohort.connectivity.as_ref();
        Presence {
            pattern,
            windows: cohort.windows_of(index),
            offline_hours: cohort.offline_hours_of(index),
            local_steps: connectivity.map_or(LocalSteps::GoOn, |it| it.local_steps),
            interrupted: connectivity.map_or(Interrupted::Resumes, |it| it.interrupted),
            origin: Instant::CREATION,
        }
    }

    /// Always or never online, and contacted at any time.
    pub(in crate::sim) fn constant(online: bool) -> Presence<'a> {
        Presence {
            pattern: Pattern::Constant { online },
            windows: None,
            offline_hours: None,
            local_steps: LocalSteps::GoOn,
            interrupted: Interrupted::Resumes,
            origin: Instant::CREATION,
        }
    }

    /// The presence as a job counts that is created at `origin`.
    pub(in crate::sim) fn since(self, origin: Instant) -> Presence<'a> {
        Presence { origin, ..self }
    }

    /// The spell that the robot is in at `time`; what of it was before the job's creation is left out.
    #[inline]
    pub fn spell_at(&mut self, time: Instant) -> Spell {
        match (&mut self.pattern, self.offline_hours) {
            (Pattern::Changing(spells), None) => {
                spells.at(time.of_job(self.origin)).since(self.origin)
            }
            (Pattern::Constant { online }, None) => Spell::without_end(*online),
            _ => self.spell_by_clock_or_log(time),
        }
    }

    /// As `spell_at`, for a robot with hours offline or a log.
    #[inline(never)]
    fn spell_by_clock_or_log(&mut self, time: Instant) -> Spell {
        let time = time.of_job(self.origin);
        let spell = match self.offline_hours {
            Some(hours) => self.pattern.at_under(hours, time),
            None => self.pattern.at(time),
        };
        match spell.until {
            Instant::NEVER => Spell {
                from: spell.from.since(self.origin),
                ..spell
            },
            _ => spell.since(self.origin),
        }
    }

    /// If its spells are recorded, the number in the log of the robot whose spells they are, and where in the log the beginning of the first
    /// job is [ms].
    pub fn recorded(&self) -> Option<(usize, Ms)> {
        match self.pattern {
            Pattern::Recorded { robot, phase, .. } => Some((robot, phase)),
            Pattern::Constant { .. } | Pattern::Changing(_) => None,
        }
    }

    /// Which drawn spell the robot is in at `time`, if it has any.
    pub(in crate::sim) fn numbered_spell_at(&mut self, time: Instant) -> Option<NumberedSpell> {
        match &mut self.pattern {
            Pattern::Changing(spells) => {
                spells.at(time.of_job(self.origin));
                Some(spells.now)
            }
            Pattern::Constant { .. } | Pattern::Recorded { .. } => None,
        }
    }

    /// Whether an interrupted download begins anew.
    pub(in crate::sim) fn restarts(&self) -> bool {
        self.interrupted == Interrupted::Restarts
    }

    /// When a step on the robot itself is over that takes `length` [ms] and begins at `from`; hours offline
    /// do not count where local steps stop.
    pub(in crate::sim) fn worked(&self, from: Instant, length: Ms) -> Instant {
        let Some(hours) = self.hours_that_stop() else {
            return from + length;
        };
        let mut now = from.of_job(self.origin);
        let mut missing = length;
        while missing > 0 {
            match hours.around(now.ms()) {
                (Some(closed), _) => now = Instant::at(closed.end),
                (None, Some(next)) if next - now.ms() < missing => {
                    missing -= next - now.ms();
                    now = Instant::at(next);
                }
                (None, _) => {
                    now += missing;
                    missing = 0;
                }
            }
        }
        now.since(self.origin)
    }

    /// How long a step on the robot itself has been at work from `from` to `to` [ms].
    pub(in crate::sim) fn worked_within(&self, from: Instant, to: Instant) -> Ms {
        let [begin, end] = [from, to].map(|time| time.of_job(self.origin).ms());
        let stopped = self.hours_that_stop().map_or(0, |hours| {
            let hours = hours.intervals().iter();
            let overlaps = hours.map(|it| it.end.min(end).saturating_sub(it.start.max(begin)));
            overlaps.sum()
        });
        to - from - stopped
    }

    /// The hours offline in which steps on the robot itself wait, if they do.
    fn hours_that_stop(&self) -> Option<&'a Windows> {
        self.offline_hours
            .filter(|_| self.local_steps == LocalSteps::Stop)
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
