//! What can be wrong with a start, a zone or a window, and the words for it.

use std::{error::Error, fmt};

use jiff::tz::Offset;

/// No time zone has this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneError {
    pub text: String,
    pub nearest: Option<&'static str>,
}

/// Why a text is not a [`Start`](super::Start).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartError {
    Malformed {
        text: String,
        reason: String,
    },
    NoZone {
        text: String,
    },
    Zone(ZoneError),
    /// `offset` is the zone's own at that instant.
    OffsetConflict {
        text: String,
        zone: &'static str,
        offset: Offset,
    },
    Skipped {
        text: String,
        zone: &'static str,
    },
    Twice {
        text: String,
        zone: &'static str,
        first: Offset,
        second: Offset,
    },
    TooFine {
        text: String,
    },
    OutOfRange {
        text: String,
    },
}

/// The part of a window that an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoursKey {
    Days,
    From,
    To,
}

/// Why texts are not [`Hours`](super::Hours).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HoursError {
    Day {
        text: String,
        near: Option<&'static str>,
    },
    RangeOfOne {
        day: &'static str,
    },
    Time {
        key: HoursKey,
        text: String,
    },
    OpensAt24,
    SameTime {
        text: String,
    },
    TooShort {
        length_s: u32,
    },
}

impl HoursError {
    /// Where to point: where both times are at fault, at `to`.
    pub fn key(&self) -> HoursKey {
        match self {
            Self::Day { .. } | Self::RangeOfOne { .. } => HoursKey::Days,
            Self::Time { key, .. } => *key,
            Self::OpensAt24 => HoursKey::From,
            Self::SameTime { .. } | Self::TooShort { .. } => HoursKey::To,
        }
    }
}

impl fmt::Display for ZoneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no time zone is called `{}`; ", self.text)?;
        match self.nearest {
            Some(name) => write!(f, "did you mean `{name}`?"),
            None => f.write_str("write an IANA name such as `Europe/Berlin` or `UTC`"),
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { text, reason } => write!(
                f,
                "`{text}` is not a start ({reason}); write a date and time such as `2026-03-28T21:00:00+01:00` or \
                 `2026-03-28T21:00[Europe/Berlin]`"
            ),
            Self::NoZone { text } => write!(
                f,
                "`{text}` does not say in which time zone; add an offset (`{text}+01:00`), a zone (`{text}[Europe/Berlin]`), or \
                 `Z` for UTC"
            ),
            Self::Zone(error) => error.fmt(f),
            Self::OffsetConflict { text, zone, offset } => {
                write!(
                    f,
                    "`{text}`: {zone} is at {} then; write that, or leave out the offset or the zone",
                    Hm(*offset)
                )
            }
            Self::Skipped { text, zone } => {
                write!(
                    f,
                    "`{text}`: clocks in {zone} skip this time; write a time before or after"
                )
            }
            Self::Twice {
                text,
                zone,
                first,
                second,
            } => write!(
                f,
                "`{text}`: clocks in {zone} show this time twice; write the offset before the brackets, {} for the first time or {} \
                 for the second",
                Hm(*first),
                Hm(*second)
            ),
            Self::TooFine { text } => write!(
                f,
                "`{text}` is finer than a millisecond; write at most three decimals"
            ),
            Self::OutOfRange { text } => write!(
                f,
                "`{text}` is too far away; write a year from 2000 to 2199"
            ),
        }
    }
}

impl fmt::Display for HoursError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day {
                text,
                near: Some(day),
            } => write!(f, "`{text}` is not a day; write `{day}`"),
            Self::Day { text, near: None } => write!(
                f,
                "`{text}` is not a day; write mon, tue, wed, thu, fri, sat or sun, a range such as `mon-fri`, a list such as \
                 `mon,wed,fri`, or `daily`"
            ),
            Self::RangeOfOne { day } => {
                write!(
                    f,
                    "`{day}-{day}` may mean a day or a week; write `{day}` for the one or `daily` for the other"
                )
            }
            Self::Time { text, .. } => {
                write!(
                    f,
                    "`{text}` is not a time of day; write two digits each, such as `07:00` or `22:30`"
                )
            }
            Self::OpensAt24 => {
                f.write_str("a window cannot open at 24:00; write `00:00` and the day after")
            }
            Self::SameTime { text } => {
                write!(
                    f,
                    "the window opens and closes at {text}; for the whole day write from `00:00` to `24:00`"
                )
            }
            Self::TooShort { length_s } => {
                write!(
                    f,
                    "the window is {length_s} s long; make it a minute or longer"
                )
            }
        }
    }
}

/// An offset in the way it is typed: `+05:45`.
struct Hm(Offset);

impl fmt::Display for Hm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = self.0.seconds() / 60;
        let sign = if minutes < 0 { '-' } else { '+' };
        write!(
            f,
            "{sign}{:02}:{:02}",
            minutes.abs() / 60,
            minutes.abs() % 60
        )
    }
}

impl From<ZoneError> for StartError {
    fn from(error: ZoneError) -> Self {
        Self::Zone(error)
    }
}

impl Error for ZoneError {}
impl Error for StartError {}
impl Error for HoursError {}
