//! Patterns of texts against what the reader makes of them: quantities, starts, windows, names.

use super::document::Document;
use super::{schema, with};
use crate::common::sandbox::checkout;
use crate::common::walk::{Schema, Step};
use rollcast::model::{Hours, Start};
use rollcast::units::Quantity;
use serde_json::json;

#[test]
fn quantities_are_written_as_the_reader_reads_them() {
    let schema = schema();
    let kinds = [
        (Quantity::Duration, "duration"),
        (Quantity::Size, "size"),
        (Quantity::Rate, "rate"),
    ];
    let numbers = [
        "1", "0", "1.5", "1.", ".5", "007", ".", "", "1..2", "-1", "+1", "1e3", "1,5", "١",
    ];
    let units = [
        "ms", "s", "min", "h", "d", "m", "B", "kB", "TB", "GiB", "bit", "Gbit", "Mb", "bit/s",
        "GiB/s", "kB /s", "Mbps", "",
    ];
    let between = ["", " ", "\t ", "\u{a0}"];
    let mut parts = Vec::new();
    for number in numbers {
        for unit in units {
            parts.extend(
                between
                    .iter()
                    .map(|between| format!("{number}{between}{unit}")),
            );
        }
    }
    let pairs = parts.iter().step_by(3).flat_map(|first| {
        parts
            .iter()
            .step_by(7)
            .map(move |second| format!("{first} {second}"))
    });
    let glued = parts.iter().step_by(5).flat_map(|first| {
        parts
            .iter()
            .step_by(11)
            .map(move |second| format!("{first}{second}"))
    });
    let around = parts.iter().map(|part| format!(" {part}\n"));
    let texts: Vec<String> = parts
        .iter()
        .cloned()
        .chain(pairs)
        .chain(glued)
        .chain(around)
        .collect();
    for (quantity, name) in kinds {
        let pattern = Schema::new(schema.part(&format!("/definitions/{name}")).clone());
        let mut read = 0;
        for text in &texts {
            let is_read = quantity.parse(text).is_ok();
            read += usize::from(is_read);
            // The pattern does not tell that there is anything at all, nor that the reader takes a point after a unit for a part of it.
            let is_beyond = text.trim().is_empty()
                || text
                    .as_bytes()
                    .windows(2)
                    .any(|pair| pair[0].is_ascii_alphabetic() && pair[1] == b'.');
            let is_valid = pattern.is_valid(&json!(text));
            assert!(is_valid || !is_read, "{name}: the schema refuses {text:?}");
            assert!(
                is_read || !is_valid || is_beyond,
                "{name}: the schema takes {text:?}"
            );
        }
        assert!(read > 50, "only {read} of {name}");
    }
}

#[test]
fn starts_and_windows_are_written_as_the_reader_reads_them() {
    let schema = schema();
    let valid = |pointer: &str| Schema::new(schema.part(pointer).clone());
    let start = valid("/properties/start");
    let dates = [
        "2026-03-28",
        "20260328",
        "+002026-03-28",
        "1999-12-31",
        "2026-3-28",
        "28.3.2026",
        "-002026-03-28",
    ];
    let times = [
        "T21:00",
        "t21",
        " 21:00:30",
        "T2100",
        "T21:00:00.5",
        "T21:00:00,250",
        "",
        "T9:00",
        "_21:00",
    ];
    let zones = [
        "Z",
        "z",
        "+01:00",
        "-0500",
        "+01",
        "[Europe/Berlin]",
        "Z[UTC]",
        "+01:00[Europe/Berlin]",
        "[!UTC][u-ca=iso8601]",
        "",
        " UTC",
    ];
    let mut read = 0;
    for text in dates.iter().flat_map(|date| {
        times
            .iter()
            .flat_map(move |time| zones.map(|zone| format!("{date}{time}{zone}")))
    }) {
        let is_read = Start::parse(&text).is_ok();
        read += usize::from(is_read);
        assert!(
            start.is_valid(&json!(text)) || !is_read,
            "the schema refuses the start {text:?}"
        );
        let has_no_zone = text.ends_with(['0', '8'])
            && !text.contains(['+', 'Z', 'z', '['])
            && !text.contains("-05");
        assert!(
            !has_no_zone || !start.is_valid(&json!(text)),
            "the schema takes the start {text:?}"
        );
    }
    assert!(read > 100, "only {read} starts");

    let window = "/properties/cohort/items/properties/maintenance/items/properties";
    let [days, from, to] = ["days", "from", "to"].map(|key| valid(&format!("{window}/{key}")));
    let texts = [
        "mon",
        "daily",
        " daily ",
        "mon-fri",
        "fri - mon",
        "mon,wed",
        "mon , wed-thu",
        "Mon",
        "mon-",
        "daily,mon",
        "mon;tue",
        "",
        "mo",
    ];
    for text in texts {
        assert_eq!(
            days.is_valid(&json!(text)),
            Hours::parse(text, "10:00", "11:00").is_ok(),
            "{text:?}"
        );
    }
    for text in [
        "22:00", "22:00:30", "00:00", "23:59", "24:00", "24:00:00", "24:00:01", "25:00", "9:00",
        "22:60", "22:00:60", " 22:00", "22",
    ] {
        assert_eq!(
            from.is_valid(&json!(text)),
            Hours::parse("mon", text, "11:11:11").is_ok(),
            "from {text:?}"
        );
        assert_eq!(
            to.is_valid(&json!(text)),
            Hours::parse("mon", "11:11:11", text).is_ok(),
            "to {text:?}"
        );
    }
}

#[test]
fn names_have_the_letters_that_the_reader_allows() {
    let schema = schema();
    let pilot = Document::read(&checkout().join("tests/schema/pilot.toml"));
    let place = |path: &[&str]| -> Vec<Step> {
        path.iter()
            .map(|step| {
                step.parse()
                    .map_or(Step::Key((*step).to_owned()), Step::Index)
            })
            .collect()
    };
    let beyond = [
        "größe",
        "名前",
        "Ⅷ",
        "x٣",
        "",
        "a b",
        &"ß".repeat(100),
        &"ß".repeat(101),
    ]
    .map(str::to_owned);
    let ascii = (0..128u8).map(|byte| format!("a{}b", char::from(byte)));
    for name in ascii.chain(beyond) {
        for path in [place(&["cohort", "1", "name"]), place(&["name"])] {
            let changed = with(&pilot, &path, json!(name));
            assert_eq!(
                schema.is_valid(&changed),
                pilot.check(&changed).is_ok(),
                "{name:?} at {path:?}"
            );
        }
    }
}
