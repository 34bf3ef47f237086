//! Simulated time against the wall's.
//!
//! The wall clock is handed in, so that nothing but the program itself waits for it.

use std::time::{Duration, Instant, SystemTime};

use crate::model::Ms;

/// How far a server's time goes [ms]: 360 days. Weekly hours are known for 400.
pub const TIME_MAX_MS: Ms = 360 * 86_400_000;

/// The clock on the wall.
pub trait WallClock: Send {
    /// Since some moment of the past; never less than before.
    fn elapsed(&self) -> Duration;
    /// Now [ms since 1970-01-01 UTC].
    fn unix_ms(&self) -> i64;
}

/// The system's clock.
#[derive(Debug)]
pub struct SystemClock(Instant);

impl Default for SystemClock {
    fn default() -> SystemClock {
        SystemClock(Instant::now())
    }
}

impl WallClock for SystemClock {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn unix_ms(&self) -> i64 {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        since.map_or(0, |since| since.as_millis() as i64)
    }
}

/// How simulated time goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// It stands still until it is advanced.
    Manual,
    /// By itself, so many times as fast as the wall's.
    Running(f64),
}

impl Pace {
    /// The simulated time that goes by in a span of the wall's [ms].
    pub fn span(self, wall: Duration) -> Ms {
        match self {
            Pace::Manual => 0,
            Pace::Running(speed) => {
                (wall.as_secs_f64() * 1e3 * speed).min(TIME_MAX_MS as f64) as Ms
            }
        }
    }
}

/// Simulated time [ms after the beginning]; it never goes back.
#[derive(Debug)]
pub struct Clock {
    pace: Pace,
    /// A moment of both clocks.
    anchor: (Ms, Duration),
}

impl Clock {
    /// A clock that shows a time at a moment of the wall's.
    pub fn new(pace: Pace, time: Ms, wall: Duration) -> Clock {
        Clock {
            pace,
            anchor: (time, wall),
        }
    }

    pub fn pace(&self) -> Pace {
        self.pace
    }

    /// What it shows at a moment of the wall's.
    pub fn time(&self, wall: Duration) -> Ms {
        let (time, anchored) = self.anchor;
        let gone = self.pace.span(wall.saturating_sub(anchored));
        time.saturating_add(gone).min(TIME_MAX_MS.max(time))
    }

    /// Goes on from a later time at a moment of the wall's.
    pub fn jump(&mut self, time: Ms, wall: Duration) {
        self.anchor = (time.max(self.time(wall)), wall);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_clock_is_as_fast_as_it_says_and_jumps_ahead_only() {
        let at = Duration::from_millis;
        let mut clock = Clock::new(Pace::Running(600.0), 5_000, at(100));
        assert_eq!(clock.time(at(100)), 5_000);
        assert_eq!(clock.time(at(600)), 305_000);
        clock.jump(1_000_000, at(600));
        assert_eq!(clock.time(at(601)), 1_000_600);
        clock.jump(7, at(601));
        assert_eq!(clock.time(at(601)), 1_000_600);
        assert_eq!(clock.time(at(3_600_000_000)), TIME_MAX_MS);
    }

    #[test]
    fn a_manual_clock_stands_still() {
        let mut clock = Clock::new(Pace::Manual, 0, Duration::ZERO);
        assert_eq!(clock.time(Duration::from_secs(9)), 0);
        clock.jump(42, Duration::from_secs(9));
        assert_eq!(clock.time(Duration::from_secs(99)), 42);
    }
}
