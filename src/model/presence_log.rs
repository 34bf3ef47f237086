//! Recorded presence: when the robots of a log were online.

use crate::model::{Instant, Ms, RandomSpells};
use crate::random::Law;

/// When robots were online, as a log has it. It is played over and over: what it ends with goes on as it begins.
///
/// ```
/// use rollcast::model::{Instant, PresenceLog, RecordedRobot};
///
/// let robot = RecordedRobot { name: "amr-01".to_owned(), online_at_first: true, changes: vec![1_000] };
/// let log = PresenceLog::new(2_000, vec![robot]);
/// // Online for a second, offline for a second, again and again.
/// let (online, from, until) = log.spell_at(0, Instant::at(3_500), 0);
/// assert_eq!((online, from.ms(), until.ms()), (false, 3_000, 4_000));
/// assert_eq!(log.share_online(), 0.5);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresenceLog {
    period: Ms,
    robots: Vec<RecordedRobot>,
    /// Their numbers in the order of their names.
    by_name: Vec<usize>,
}

/// A robot of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedRobot {
    pub name: String,
    pub online_at_first: bool,
    /// When it went offline or came back in turn, after the beginning of the log [ms], ascending, above 0 and before its end.
    pub changes: Vec<Ms>,
}

impl PresenceLog {
    /// A log that lasts `period` [ms], of at least one robot.
    ///
    /// # Panics
    /// If there is no robot, or changes are not in order within the period.
    pub fn new(period: Ms, robots: Vec<RecordedRobot>) -> PresenceLog {
        assert!(!robots.is_empty(), "a log of no robots");
        let ordered = |changes: &[Ms]| {
            let ends = [0].into_iter().chain(changes.iter().copied());
            ends.zip(changes.iter().copied().chain([period]))
                .all(|(a, b)| a < b)
        };
        assert!(
            robots.iter().all(|robot| ordered(&robot.changes)),
            "changes of a log out of order"
        );
        let mut by_name: Vec<usize> = (0..robots.len()).collect();
        by_name.sort_by_key(|robot| &robots[*robot].name);
        PresenceLog {
            period,
            robots,
            by_name,
        }
    }

    /// How long it lasts [ms].
    pub fn period(&self) -> Ms {
        self.period
    }

    pub fn robots(&self) -> &[RecordedRobot] {
        &self.robots
    }

    /// The number in the log of the robot of this name; the first if there are several.
    pub fn robot(&self, name: &str) -> Option<usize> {
        let before = |robot: &usize| self.robots[*robot].name.as_str() < name;
        let first = *self.by_name.get(self.by_name.partition_point(before))?;
        (self.robots[first].name == name).then_some(first)
    }

    /// Whether the robot of a number in the log is online at a time, and from when until when: the log begins `phase` [ms] before the
    /// beginning. What was before that is left out; a robot that never changes stays as it is.
    pub fn spell_at(&self, robot: usize, time: Instant, phase: Ms) -> (bool, Instant, Instant) {
        let RecordedRobot {
            online_at_first,
            changes,
            ..
        } = &self.robots[robot];
        let (Some(first), Some(last)) = (changes.first(), changes.last()) else {
            return (*online_at_first, Instant::CREATION, Instant::NEVER);
        };
        let shifted = time.ms() + phase;
        let base = shifted - shifted % self.period;
        let passed = changes.partition_point(|change| *change <= shifted % self.period);
        // Where the log ends as it begins, a spell goes on across its end.
        let goes_on = changes.len().is_multiple_of(2);
        let from = match (passed, goes_on) {
            (0, true) => (base + last).saturating_sub(self.period),
            (0, false) => base,
            (passed, _) => base + changes[passed - 1],
        };
        let until = match (changes.get(passed), goes_on) {
            (Some(change), _) => base + change,
            (None, true) => base + self.period + first,
            (None, false) => base + self.period,
        };
        let unshifted = |ms: Ms| Instant::at(ms.saturating_sub(phase));
        let online = *online_at_first ^ !passed.is_multiple_of(2);
        (online, unshifted(from), unshifted(until))
    }

    /// How long each of its robots' spells online lasts, cut at the ends of the log [ms].
    fn online_spells(&self) -> impl Iterator<Item = Ms> {
        let robots = self.robots.iter();
        let spells = robots.flat_map(|robot| robot.spells(self.period));
        spells.filter_map(|(online, length)| online.then_some(length))
    }

    /// The share of time that its robots are online, on average.
    pub fn share_online(&self) -> f64 {
        let online: Ms = self.online_spells().sum();
        online as f64 / (self.period as f64 * self.robots.len() as f64)
    }

    /// The share of its robots that are never online.
    pub fn share_never_online(&self) -> f64 {
        let never = self.robots.iter().filter(|it| it.is_never_online());
        never.count() as f64 / self.robots.len() as f64
    }

    /// How long its robots are online at a time, on average [ms].
    pub fn online_mean(&self) -> f64 {
        let count = self.online_spells().count().max(1);
        self.online_spells().sum::<Ms>() as f64 / count as f64
    }

    /// How long its robots are offline at a time as the log is played over and over [ms]; those that are never online are left out.
    pub fn offline_spells(&self) -> Vec<f64> {
        let changing = self.robots.iter().filter(|it| !it.changes.is_empty());
        let mut lengths = Vec::new();
        for robot in changing {
            let mut spells: Vec<(bool, Ms)> = robot.spells(self.period).collect();
            // Where the log ends as it begins, its last spell goes on with the first.
            if spells.len() % 2 == 1 {
                let last = spells.pop().expect("a bug: a robot without spells");
                spells[0].1 += last.1;
            }
            let offline = spells.into_iter().filter(|(online, _)| !online);
            lengths.extend(offline.map(|(_, ms)| ms as f64));
        }
        lengths
    }

    /// The laws of its spells as a drawn process has them: those that it saw whole, and cut ones where it saw no others. None if robots
    /// are always in one state, or spells are too short to be drawn.
    pub fn laws(&self) -> Option<RandomSpells> {
        // By whether online: those that the log saw whole, and those that it cut.
        let mut seen = [(); 2].map(|()| [Vec::new(), Vec::new()]);
        for robot in &self.robots {
            for (i, (online, length)) in robot.spells(self.period).enumerate() {
                let is_cut = i == 0 || i == robot.changes.len();
                seen[usize::from(online)][usize::from(is_cut)].push(length as f64);
            }
        }
        let [off, on] = seen.map(|[whole, cut]| if whole.is_empty() { cut } else { whole });
        RandomSpells::new(Law::samples(on).ok()?, Law::samples(off).ok()?).ok()
    }
}

impl RecordedRobot {
    pub fn is_never_online(&self) -> bool {
        !self.online_at_first && self.changes.is_empty()
    }

    /// Its spells in a log that lasts `period` [ms] from the first to the last, cut at its ends: whether online, and how long [ms].
    pub fn spells(&self, period: Ms) -> impl Iterator<Item = (bool, Ms)> {
        let edges = [0].into_iter().chain(self.changes.iter().copied());
        let lengths = edges
            .zip(self.changes.iter().copied().chain([period]))
            .map(|(from, to)| to - from);
        let states = [self.online_at_first, !self.online_at_first]
            .into_iter()
            .cycle();
        states.zip(lengths)
    }
}
