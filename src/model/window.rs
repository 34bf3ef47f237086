//! Weekly maintenance windows: when a robot may be contacted, in the time zone where it stands.
//!
//! A fleet works by the clock on the wall, a simulation by milliseconds since the job's start. Between them stand time zones, and
//! two nights a year on which a window is not as long as it reads. [`Windows::compile`] settles all that once, before the run:
//! what is left is a sorted list of intervals in integer time. The zone data is part of the program, and nothing is read
//! from the machine, so the same scenario gives the same result everywhere; [`tzdb_version`] says which data it was.
//!
//! # The two odd nights
//!
//! * *An hour is skipped* (Europe/Berlin, 2026-03-29: 02:00 jumps to 03:00). A border inside the skipped time moves forward by what
//!   was skipped: 02:30 means 03:30. A window that would thereby close no later than it opens does not open that day: 02:30 to
//!   03:15, for example.
//! * *An hour runs twice* (2026-10-25: 03:00 falls back to 02:00). A window stays open from the first to the last moment at which
//!   the clock shows a time inside it: 02:30 to 05:00 opens at the first 02:30, 22:00 to 02:30 closes at the second. But 22:00 to
//!   02:00 closes at the first 02:00, since the clock never shows a time before 02:00 after that; and a window that opens at
//!   02:00 takes over from it without a gap or an overlap.
//!   A window all of which comes twice is open twice: 02:30 to 02:45 for a quarter of an hour each time.
//!
//! So 22:00 to 05:00 is 7 hours long, 6 in that spring night and 8 in that autumn night. What a file looks like, and where in it an
//! error is, is left to the reader; what a robot does while its window is closed, to the rollout.

mod error;
mod hours;
mod start;
mod zone;

use std::ops::Range;

use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{DateTime, Time},
    tz::{AmbiguousOffset, TimeZone},
};

pub use error::{HoursError, HoursKey, StartError, ZoneError};
pub use hours::Hours;
pub use start::{LocalClock, Start};
pub use zone::{Zone, tzdb_version};

/// The longest horizon that [`Windows::compile`] takes \[ms\]: 400 days.
pub const HORIZON_MS_MAX: u64 = 400 * 86_400_000;

/// The times at which a robot's windows are open \[ms since the job's start\].
///
/// Every question takes O(log n) for n intervals, about one for each day on which a window opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Windows {
    /// Sorted, not empty, neither overlapping nor touching, and within the horizon.
    intervals: Vec<Range<u64>>,
    horizon_ms: u64,
}

impl Windows {
    /// The union of weekly windows, each in its zone, from the start up to but not including `horizon_ms` \[ms\]. What lies
    /// beyond is cut off, and a robot without any window is never open.
    ///
    /// # Panics
    ///
    /// If the horizon is longer than [`HORIZON_MS_MAX`].
    pub fn compile<'z>(
        start: Start,
        horizon_ms: u64,
        windows: impl IntoIterator<Item = (Hours, &'z Zone)>,
    ) -> Self {
        assert!(
            horizon_ms <= HORIZON_MS_MAX,
            "a horizon of {horizon_ms} ms is longer than {HORIZON_MS_MAX} ms"
        );
        let since_start = |at: Timestamp| {
            (at.as_millisecond() - start.unix_ms()).clamp(0, horizon_ms as i64) as u64
        };
        let mut intervals = Vec::new();
        for (hours, zone) in windows {
            // A window opened yesterday may be open still, two days ago if a zone has skipped a day since, as Pacific/Apia in
            // 2011. And at the end a clock that fell back over midnight has been in tomorrow already.
            let [first, last] =
                [0, horizon_ms].map(|ms| zone.rules.to_datetime(start.instant_after(ms)).date());
            let (first, last) = (first.saturating_sub(2.days()), last.saturating_add(1.day()));
            for date in first.series(1.day()).take_while(|date| *date <= last) {
                if hours.opens_on[date.weekday().to_monday_zero_offset() as usize] {
                    let local = |s: u32| {
                        date.to_datetime(Time::midnight())
                            .saturating_add(SignedDuration::from_secs(s.into()))
                    };
                    let (from, to) = (local(hours.from_s), local(hours.to_s));
                    // Not in this order where a skipped hour leaves nothing of the window; merging drops those.
                    for (opens, closes) in passes(from, to, &zone.rules) {
                        intervals.push(since_start(opens)..since_start(closes));
                    }
                }
            }
        }
        Self {
            intervals: merge(intervals),
            horizon_ms,
        }
    }

    /// The disjoint half-open intervals, sorted \[ms since the start\].
    pub fn intervals(&self) -> &[Range<u64>] {
        &self.intervals
    }

    /// The share of time in which one is open.
    pub fn share_open(&self) -> f64 {
        let open: u64 = self
            .intervals
            .iter()
            .map(|open| open.end - open.start)
            .sum();
        open as f64 / self.horizon_ms as f64
    }

    /// The one open at `ms` \[ms since the start\], if one is, and when the next opens after it.
    pub fn around(&self, ms: u64) -> (Option<&Range<u64>>, Option<u64>) {
        let next = self.over(ms);
        let open = self.intervals.get(next).filter(|open| open.contains(&ms));
        let next = next + usize::from(open.is_some());
        (open, self.intervals.get(next).map(|next| next.start))
    }

    /// The last that is over at `ms`.
    pub fn closed_before(&self, ms: u64) -> Option<&Range<u64>> {
        self.intervals[..self.over(ms)].last()
    }

    /// Up to when the windows are known \[ms since the start\].
    pub fn horizon_ms(&self) -> u64 {
        self.horizon_ms
    }

    /// Whether a window is open at `ms` \[ms since the start\]; never from the horizon on.
    pub fn open_at(&self, ms: u64) -> bool {
        self.open_or_next(ms).is_some_and(|open| open.contains(&ms))
    }

    /// The first time not before `ms` at which a window is open: `ms` itself if one is \[ms since the start\].
    /// None if that is beyond the horizon.
    pub fn next_open(&self, ms: u64) -> Option<u64> {
        self.open_or_next(ms).map(|open| open.start.max(ms))
    }

    /// The first time not before `ms` at which none is open: `ms` itself if none is. None if that is beyond the horizon.
    pub fn next_closed(&self, ms: u64) -> Option<u64> {
        let closed = self.around(ms).0.map_or(ms, |open| open.end);
        Some(closed).filter(|closed| *closed < self.horizon_ms)
    }

    /// The first time after `ms` at which an open window closes \[ms since the start\]: the one open at `ms`, else the next.
    /// None if that is not before the horizon.
    pub fn closes_after(&self, ms: u64) -> Option<u64> {
        self.open_or_next(ms)
            .map(|open| open.end)
            .filter(|end| *end < self.horizon_ms)
    }

    /// How many are over at `ms`.
    fn over(&self, ms: u64) -> usize {
        self.intervals.partition_point(|open| open.end <= ms)
    }

    fn open_or_next(&self, ms: u64) -> Option<&Range<u64>> {
        self.intervals.get(self.over(ms))
    }
}

/// From when until when a window is open: once, or twice where all of it comes twice.
fn passes(from: DateTime, to: DateTime, rules: &TimeZone) -> Vec<(Timestamp, Timestamp)> {
    if is_twice(from, rules) && is_twice(to.saturating_sub(1.nanosecond()), rules) {
        let length = to.duration_since(from);
        let both = rules.to_ambiguous_timestamp(from);
        let begins = [both.earlier(), both.later()];
        return begins
            .map(|opens| {
                let opens = opens.expect("a bug: a start lies in 2000 to 2199");
                (opens, opens + length)
            })
            .to_vec();
    }
    vec![(opening(from, rules), closing(to, rules))]
}

/// Whether the clock shows a time twice.
fn is_twice(local: DateTime, rules: &TimeZone) -> bool {
    matches!(
        rules.to_ambiguous_timestamp(local).offset(),
        AmbiguousOffset::Fold { .. }
    )
}

/// A skipped time moves forward by what was skipped; of a time that comes twice, the first.
fn opening(local: DateTime, rules: &TimeZone) -> Timestamp {
    rules
        .to_ambiguous_timestamp(local)
        .compatible()
        .expect("a bug: a start lies in 2000 to 2199")
}

/// A skipped time moves forward by what was skipped; of a time that comes twice, the one after which the clock never again shows a
/// time before it. That is the second, save where the repeated time begins: there the clock falls back to `local` itself.
fn closing(local: DateTime, rules: &TimeZone) -> Timestamp {
    if is_twice(local, rules) && !is_twice(local.saturating_sub(1.nanosecond()), rules) {
        return opening(local, rules);
    }
    rules
        .to_ambiguous_timestamp(local)
        .later()
        .expect("a bug: a start lies in 2000 to 2199")
}

/// Intervals that touch become one too: a robot is not turned away between a window to 24:00 and one from 00:00.
fn merge(mut intervals: Vec<Range<u64>>) -> Vec<Range<u64>> {
    intervals.retain(|open| !open.is_empty());
    intervals.sort_unstable_by_key(|open| open.start);
    intervals.dedup_by(|next, open| {
        let joins = next.start <= open.end;
        if joins {
            open.end = open.end.max(next.end);
        }
        joins
    });
    intervals
}
