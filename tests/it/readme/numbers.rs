//! Numbers in the text of pages. One is known if, in its section, it stands in a block or in a picture, or in a scenario that the page
//! names, rounded as the text says it; or if it is part of a fact that a test computes (`facts.rs`). Numbers in words are not looked at.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::pages::{Part, parts};
use crate::common::sandbox::checkout;

/// A number as it is written: its value, and the place of its last digit.
struct Number {
    value: f64,
    last_digit: f64,
    text: String,
}

/// The numbers of a text. Digits of a name, such as p95, X86_64 or UTF-16, are none.
fn numbers(text: &str) -> Vec<Number> {
    let mut numbers = Vec::new();
    let mut before = ' ';
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if !first.is_ascii_digit() {
            before = first;
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let end = rest
            .find(|c: char| !(c.is_ascii_digit() || c == ',' || c == '.'))
            .unwrap_or(rest.len());
        let token = rest[..end].trim_end_matches([',', '.']);
        if !(before.is_alphabetic() || before == '_') {
            let digits = token.replace(',', "");
            if let Ok(value) = digits.parse::<f64>() {
                let decimals = digits.split_once('.').map_or(0, |(_, rest)| rest.len());
                numbers.push(Number {
                    value,
                    last_digit: (0..decimals).fold(1.0, |digit, _| digit / 10.0),
                    text: token.to_owned(),
                });
            }
        }
        before = '0';
        rest = &rest[end..];
    }
    numbers
}

/// What a section may speak of.
#[derive(Default)]
struct Known(Vec<f64>);

impl Known {
    fn take(&mut self, text: &str) {
        self.0
            .extend(numbers(text).iter().map(|number| number.value));
    }

    /// The numbers of code, where names have some too: p95 is the 95 % quantile.
    fn take_code(&mut self, text: &str) {
        self.take(&text.replace(|c: char| c.is_alphabetic() || c == '_', " "));
    }

    /// The numbers of a scenario; its shares are said in percent too.
    fn take_scenario(&mut self, name: &str) {
        let text = fs::read_to_string(checkout().join("scenarios").join(name)).unwrap();
        for number in numbers(&text) {
            self.0.push(number.value);
            self.0.push(number.value * 100.0);
        }
    }

    /// The numbers that are drawn in a picture, below the page's folder.
    fn take_picture(&mut self, path: &Path) {
        let svg = fs::read_to_string(path).unwrap();
        for text in svg.split("<text ").skip(1) {
            let text = text.split_once('>').expect("a tag ends").1;
            self.take(text.split_once('<').expect("a text ends").0);
        }
    }

    /// Whether a number is one of them, to its last digit; `about` to its last that is not 0.
    fn has(&self, number: &Number, is_about: bool) -> bool {
        let mut place = number.last_digit;
        while is_about && number.value != 0.0 && number.value % (place * 10.0) == 0.0 {
            place *= 10.0;
        }
        let room = place / 2.0 * (1.0 + 1e-9);
        self.0
            .iter()
            .any(|known| (known - number.value).abs() <= room)
    }
}

/// A line without what is no text: code, targets of links, numbers of a list.
fn prose(line: &str) -> String {
    let mut text = String::new();
    for (place, piece) in line.split('`').enumerate() {
        text += if place % 2 == 0 { piece } else { "…" };
    }
    let mut prose = String::new();
    for (place, piece) in text.split("](").enumerate() {
        prose += if place == 0 {
            piece
        } else {
            piece.split_once(')').map_or("", |(_, rest)| rest)
        };
    }
    let item = prose.trim_start().trim_start_matches('*');
    let digits = item.trim_start_matches(|c: char| c.is_ascii_digit());
    match digits.strip_prefix(". ") {
        Some(rest) if digits.len() < item.len() => rest.to_owned(),
        _ => prose,
    }
}

/// The scenarios that a page names.
fn scenarios(page: &str) -> BTreeSet<&str> {
    let named = page.split("scenarios/").skip(1);
    named
        .filter_map(|rest| rest.split_once(".toml").map(|(name, _)| name))
        .filter(|name| name.chars().all(|c| c.is_alphanumeric() || c == '-'))
        .collect()
}

/// The sections of a page: the parts between headings, text and blocks apart.
fn sections(page: &str) -> Vec<(Vec<&str>, Vec<&str>)> {
    let mut sections = vec![(Vec::new(), Vec::new())];
    for Part { language, lines } in parts(page) {
        for line in lines {
            if language.is_none() && line.starts_with("## ") {
                sections.push((Vec::new(), Vec::new()));
            }
            let (text, blocks) = sections.last_mut().expect("there is one");
            if language.is_some() {
                blocks.push(line);
            } else {
                text.push(line);
            }
        }
    }
    sections
}

/// The numbers of a page's text that nothing vouches for, each with its line.
pub fn unknown(page: &str, facts: &[String]) -> Vec<String> {
    let mut of_scenarios = Known::default();
    for name in scenarios(page) {
        of_scenarios.take_scenario(&format!("{name}.toml"));
    }
    let mut unknown = Vec::new();
    for (text, blocks) in sections(page) {
        let mut known = Known(of_scenarios.0.clone());
        for line in blocks {
            known.take_code(line);
        }
        for line in &text {
            for code in line.split('`').skip(1).step_by(2) {
                known.take_code(code);
            }
            for target in line.split("](").skip(1) {
                let target = target.split(')').next().expect("a text");
                if target.ends_with(".svg") {
                    let name = target.trim_start_matches("docs/");
                    known.take_picture(&checkout().join("docs").join(name));
                }
            }
        }
        // A fact may go on from one line to the next.
        let mut text = text
            .iter()
            .map(|line| prose(line))
            .collect::<Vec<_>>()
            .join(" ");
        for fact in facts {
            text = text.replace(fact.as_str(), "…");
        }
        let mut from = 0;
        for number in numbers(&text) {
            let place = from + text[from..].find(&number.text).expect("it is of the text");
            let is_about = text[..place].ends_with("about ");
            if !known.has(&number, is_about) {
                let begin = text[..place]
                    .char_indices()
                    .rev()
                    .nth(40)
                    .map_or(0, |(at, _)| at);
                let end = text[place..]
                    .char_indices()
                    .nth(40)
                    .map_or(text.len(), |(at, _)| place + at);
                unknown.push(format!("{}: {}", number.text, &text[begin..end]));
            }
            from = place + number.text.len();
        }
    }
    unknown
}

#[test]
fn a_number_that_nothing_vouches_for_is_found() {
    let page = "# A 12\n\n```console\n$ x\nbroken 411.3\n```\n\nIt breaks 411 of p95, `7` and 7, about 400, [8](9.md).\n\n## B\n\n411 again, and 1,234 in fact.\n";
    let found = unknown(page, &["1,234 in fact".to_owned()]);
    let found: Vec<&str> = found
        .iter()
        .map(|line| line.split(':').next().expect("a number"))
        .collect();
    assert_eq!(found, ["12", "8", "411"]);
}
