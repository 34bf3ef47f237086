//! One weekly window as it is written: days and times of day, without a zone or a date yet.

use super::error::{HoursError, HoursKey};

const DAY_S: u32 = 86_400;
const WINDOW_S_MIN: u32 = 60;
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// One weekly window in local time, at least a minute and at most a day long by the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Hours {
    /// Whether the window opens on this day, Monday first.
    pub(super) opens_on: [bool; 7],
    /// \[s since the local midnight at which the day begins\]
    pub(super) from_s: u32,
    /// As `from_s`, and later than it: beyond [`DAY_S`] the window closes on the next day.
    pub(super) to_s: u32,
}

impl Hours {
    /// Reads a window that is open from `from` up to but not including `to`, on each of `days`.
    ///
    /// Days are `mon`, `mon-fri`, `fri-mon` (over the week's end), `mon,wed,fri`, `daily`; times are `22:00` or `22:00:30`, and `to`
    /// may be `24:00`. A `to` before `from` is on the next day; the days are those on which the window opens.
    ///
    /// # Errors
    ///
    /// All that is wrong: days or times that cannot be read, `from` equal to `to`, a window shorter than a minute.
    pub fn parse(days: &str, from: &str, to: &str) -> Result<Self, Vec<HoursError>> {
        let mut errors = Vec::new();
        let opens_on = parse_days(days).map_err(|error| errors.push(error));
        let from_s = parse_time(HoursKey::From, from).map_err(|error| errors.push(error));
        let to_s = parse_time(HoursKey::To, to).map_err(|error| errors.push(error));
        let (Ok(from_s), Ok(mut to_s)) = (from_s, to_s) else {
            return Err(errors);
        };
        if from_s == to_s {
            errors.push(HoursError::SameTime {
                text: from.to_owned(),
            });
        } else {
            to_s += if to_s < from_s { DAY_S } else { 0 };
            if to_s - from_s < WINDOW_S_MIN {
                errors.push(HoursError::TooShort {
                    length_s: to_s - from_s,
                });
            }
        }
        match opens_on {
            Ok(opens_on) if errors.is_empty() => Ok(Self {
                opens_on,
                from_s,
                to_s,
            }),
            _ => Err(errors),
        }
    }
}

impl HoursKey {
    /// What is wrong with `text` as this part of a window, whatever the other parts are.
    pub fn refusal(self, text: &str) -> Option<HoursError> {
        match self {
            HoursKey::Days => parse_days(text).err(),
            HoursKey::From | HoursKey::To => parse_time(self, text).err(),
        }
    }
}

fn parse_days(text: &str) -> Result<[bool; 7], HoursError> {
    let day = |text: &str| {
        let index = DAYS.iter().position(|day| *day == text);
        index.ok_or_else(|| HoursError::Day {
            text: text.to_owned(),
            near: day_near(text),
        })
    };
    if text.trim() == "daily" {
        return Ok([true; 7]);
    }
    let mut opens_on = [false; 7];
    for part in text.split(',') {
        let (first, last) = match part.split_once('-') {
            None => (day(part.trim())?, day(part.trim())?),
            Some((first, last)) => (day(first.trim())?, day(last.trim())?),
        };
        if part.contains('-') && first == last {
            return Err(HoursError::RangeOfOne { day: DAYS[first] });
        }
        for offset in 0..=(last + 7 - first) % 7 {
            opens_on[(first + offset) % 7] = true;
        }
    }
    Ok(opens_on)
}

/// `mon` for `Monday` or `mo`.
fn day_near(text: &str) -> Option<&'static str> {
    const NAMES: [&str; 7] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    let index = NAMES
        .iter()
        .position(|name| text.len() >= 2 && name.starts_with(&text.to_lowercase()))?;
    Some(DAYS[index])
}

/// Seconds since midnight, up to and including 24:00 for a closing.
fn parse_time(key: HoursKey, text: &str) -> Result<u32, HoursError> {
    let field = |text: &str| {
        (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| text.parse::<u32>().ok())?
    };
    let mut fields = text.split(':').map(field);
    let s = match (fields.next(), fields.next(), fields.next(), fields.next()) {
        (Some(Some(h)), Some(Some(m @ 0..60)), None, None) => Some(h * 3600 + m * 60),
        (Some(Some(h)), Some(Some(m @ 0..60)), Some(Some(s @ 0..60)), None) => {
            Some(h * 3600 + m * 60 + s)
        }
        _ => None,
    };
    match s {
        Some(DAY_S) if key == HoursKey::From => Err(HoursError::OpensAt24),
        Some(s @ 0..=DAY_S) => Ok(s),
        _ => Err(HoursError::Time {
            key,
            text: text.to_owned(),
        }),
    }
}
