//! The instant at which a job starts: the zero of a simulation's time.

use std::{fmt, ops::Range};

use jiff::{
    Timestamp,
    civil::DateTime,
    fmt::temporal::{Pieces, PiecesOffset, TimeZoneAnnotation, TimeZoneAnnotationKind},
    tz::{AmbiguousOffset, Offset},
};

use super::{error::StartError, zone::Zone};

/// 2000-01-01 to 2200-01-01 UTC \[ms since 1970\]. Offsets are whole minutes from then on, and no sum of dates can overflow.
const START_UNIX_MS: Range<i64> = 946_684_800_000..7_258_118_400_000;

/// The instant at which a job starts, with the offset and zone in which it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Start {
    unix_ms: i64,
    offset: Offset,
    zone: Option<&'static str>,
}

impl Start {
    /// Reads `2026-03-28T21:00:00+01:00`, `2026-03-28T20:00Z`, `2026-03-28T21:00[Europe/Berlin]`, or both offset and zone.
    ///
    /// # Errors
    ///
    /// Not a date with a time and an offset or zone; an unknown zone, or an offset that is not the zone's; a local time that the
    /// zone skips or has twice (a start is one instant, and an offset says which); finer than a millisecond; not in 2000 to 2199.
    pub fn parse(text: &str) -> Result<Self, StartError> {
        let text_owned = || text.to_owned();
        let malformed = |reason: String| StartError::Malformed {
            text: text_owned(),
            reason,
        };
        let pieces =
            Pieces::parse(text).map_err(|_| malformed("it is no date with a time".to_owned()))?;
        let time = pieces
            .time()
            .ok_or_else(|| malformed("the time is missing".to_owned()))?;
        let local = pieces.date().to_datetime(time);
        let zone = match pieces.time_zone_annotation().map(TimeZoneAnnotation::kind) {
            None => None,
            Some(TimeZoneAnnotationKind::Named(name)) => Some(Zone::parse(name.as_str())?),
            Some(_) => return Err(malformed("the brackets hold no zone".to_owned())),
        };
        let at = |offset: Offset| {
            offset
                .to_timestamp(local)
                .map_err(|_| StartError::OutOfRange { text: text_owned() })
        };
        let (instant, offset) = match (pieces.offset(), &zone) {
            (None, None) => return Err(StartError::NoZone { text: text_owned() }),
            (None, Some(zone)) => match zone.rules.to_ambiguous_timestamp(local).offset() {
                AmbiguousOffset::Unambiguous { offset } => (at(offset)?, offset),
                AmbiguousOffset::Gap { .. } => {
                    return Err(StartError::Skipped {
                        text: text_owned(),
                        zone: zone.name,
                    });
                }
                AmbiguousOffset::Fold { before, after } => {
                    return Err(StartError::Twice {
                        text: text_owned(),
                        zone: zone.name,
                        first: before,
                        second: after,
                    });
                }
            },
            // By RFC 9557, section 2.2, `Z` gives the instant and leaves the local offset open: no zone can contradict it.
            (Some(PiecesOffset::Zulu), Some(zone)) => {
                let instant = at(Offset::UTC)?;
                (instant, zone.rules.to_offset(instant))
            }
            (Some(written), zone) => {
                let offset = written.to_numeric_offset();
                let instant = at(offset)?;
                if offset.seconds() % 60 != 0 {
                    return Err(malformed("an offset has whole minutes".to_owned()));
                }
                if let Some(zone) = zone
                    && zone.rules.to_offset(instant) != offset
                {
                    let (zone, offset) = (zone.name, zone.rules.to_offset(instant));
                    return Err(StartError::OffsetConflict {
                        text: text_owned(),
                        zone,
                        offset,
                    });
                }
                (instant, offset)
            }
        };
        if instant.subsec_nanosecond() % 1_000_000 != 0 {
            return Err(StartError::TooFine { text: text_owned() });
        }
        if !START_UNIX_MS.contains(&instant.as_millisecond()) {
            return Err(StartError::OutOfRange { text: text_owned() });
        }
        Ok(Self {
            unix_ms: instant.as_millisecond(),
            offset,
            zone: zone.map(|zone| zone.name),
        })
    }

    /// The start that a count since 1970 may mean, as one would write it: of seconds, or of milliseconds where seconds would be out of range.
    ///
    /// ```
    /// use rollcast::model::Start;
    ///
    /// assert_eq!(Start::of_unix(1_551_131_969).as_deref(), Some("2019-02-25T21:59:29Z"));
    /// assert_eq!(Start::of_unix(1_551_131_969_002).as_deref(), Some("2019-02-25T21:59:29.002Z"));
    /// assert_eq!(Start::of_unix(12), None);
    /// ```
    pub fn of_unix(count: i64) -> Option<String> {
        let instants = [count.checked_mul(1000)?, count];
        let ms = instants.into_iter().find(|ms| START_UNIX_MS.contains(ms))?;
        Some(Timestamp::from_millisecond(ms).ok()?.to_string())
    }

    /// The instant \[ms since 1970-01-01 UTC\].
    pub fn unix_ms(self) -> i64 {
        self.unix_ms
    }

    /// The clocks in the zone of the start.
    pub fn clock(self) -> LocalClock {
        let zone = self.zone.and_then(|name| Zone::parse(name).ok());
        LocalClock { start: self, zone }
    }

    /// The instant `ms` \[ms\] after the start, for times up to [`HORIZON_MS_MAX`](super::HORIZON_MS_MAX).
    pub(super) fn instant_after(self, ms: u64) -> Timestamp {
        Timestamp::from_millisecond(self.unix_ms + ms as i64)
            .expect("a bug: a start is checked and a horizon bounded")
    }
}

/// As [`Start::parse`] reads it: `2026-03-28T21:00:00+01:00[Europe/Berlin]`.
impl fmt::Display for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}",
            self.instant_after(0).display_with_offset(self.offset)
        )?;
        self.zone.map_or(Ok(()), |zone| write!(f, "[{zone}]"))
    }
}

/// The clocks of a zone, told by times after a [`Start`]; where that has no zone, its offset stays.
#[derive(Clone, Debug)]
pub struct LocalClock {
    start: Start,
    zone: Option<Zone>,
}

impl LocalClock {
    /// What clocks show a time after the start \[ms\]: the day of the week, the date, the hour and the minute.
    ///
    /// ```
    /// use rollcast::model::Start;
    ///
    /// let start = Start::parse("2026-03-28T21:00[Europe/Berlin]").unwrap();
    /// assert_eq!(start.clock().at(8 * 3_600_000), "Sun 29 Mar 06:00");
    /// ```
    pub fn at(&self, ms: u64) -> String {
        self.local(ms).strftime("%a %-d %b %H:%M").to_string()
    }

    /// How long after a Monday at 00:00 clocks are, a time after the start \[ms\].
    ///
    /// ```
    /// use rollcast::model::Start;
    ///
    /// let start = Start::parse("2026-03-29T01:00[Europe/Berlin]").unwrap();
    /// // A Sunday, whose clocks go from 01:59 to 03:00.
    /// assert_eq!(start.clock().week_ms(3_600_000), (6 * 24 + 3) * 3_600_000);
    /// ```
    pub fn week_ms(&self, ms: u64) -> u64 {
        let local = self.local(ms);
        let day = local.weekday().to_monday_zero_offset() as u64;
        let [hour, minute, second, rest] = [
            local.hour() as u64,
            local.minute() as u64,
            local.second() as u64,
            local.millisecond() as u64,
        ];
        (((day * 24 + hour) * 60 + minute) * 60 + second) * 1000 + rest
    }

    fn local(&self, ms: u64) -> DateTime {
        let instant = self.start.instant_after(ms);
        let zone = self.zone.as_ref();
        let offset = zone.map_or(self.start.offset, |zone| zone.rules.to_offset(instant));
        offset.to_datetime(instant)
    }
}
