//! Plain English: phrases that readers stumbled over, by kind, with what is written instead. Pages, comments of scenarios, help and messages
//! must not have them.

use std::fs;

use crate::common::sandbox::{Sandbox, checkout};

/// Phrases, and what to write instead.
struct Kind {
    name: &'static str,
    instead: &'static str,
    phrases: &'static [&'static str],
}

const KINDS: [Kind; 8] = [
    Kind {
        name: "chance",
        instead: "with the same random numbers",
        phrases: &["same luck", "all luck", "luck of its own", "met by luck"],
    },
    Kind {
        name: "verdicts",
        instead: "inconclusive",
        phrases: &[
            "replications do not tell",
            "replications cannot tell",
            "does not tell whether",
        ],
    },
    Kind {
        name: "lint",
        instead: "no findings",
        phrases: &["foolish"],
    },
    Kind {
        name: "other robots",
        instead: "no robot waits for another",
        phrases: &["in the way of", "whoever", "for nobody", "nobody minds"],
    },
    Kind {
        name: "repair",
        instead: "repair, fix",
        phrases: &["mend ", "mended", "mends "],
    },
    Kind {
        name: "lists",
        instead: "separated by, ignored, text",
        phrases: &["parted by", "left alone", "stands in double quotes"],
    },
    Kind {
        name: "old words",
        instead: "again, by this, how many",
        phrases: &[
            "anew",
            "thereby",
            "manieth",
            "by when",
            "in the place of",
            "goes nowhere",
            "beyond all",
        ],
    },
    Kind {
        name: "results",
        instead: "the results are, the results were",
        phrases: &[
            "comes to what",
            "come to what",
            "came to what",
            "it came to",
        ],
    },
];

/// What is counted, and what it is counted by: `a row a profile` is `one row per profile`.
const COUNTED: [&str; 5] = ["row", "line", "letters", "once", "downtime"];
const COUNTED_BY: [&str; 12] = [
    "robot",
    "setting",
    "rollout",
    "replication",
    "profile",
    "metric",
    "job",
    "cohort",
    "scenario",
    "point",
    "step",
    "command",
];

/// The phrases in a text, each with its kind.
fn found(text: &str) -> Vec<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let lower = text.to_lowercase();
    let mut found: Vec<String> = Vec::new();
    for Kind {
        name,
        instead,
        phrases,
    } in &KINDS
    {
        for phrase in *phrases {
            for (place, _) in lower.match_indices(phrase) {
                let is_word = !lower[..place].ends_with(char::is_alphanumeric);
                if is_word {
                    found.push(format!(
                        "{name}: \"{}\"; write: {instead}",
                        around(&lower, place)
                    ));
                }
            }
        }
    }
    let words: Vec<&str> = lower.split(' ').collect();
    for three in words.windows(3) {
        let last = three[2].trim_end_matches(|c: char| !c.is_alphanumeric());
        if COUNTED.contains(&three[0]) && three[1] == "a" && COUNTED_BY.contains(&last) {
            found.push(format!("rates: \"{}\"; write: per {last}", three.join(" ")));
        }
    }
    found
}

/// A place of a text with what stands around it.
fn around(text: &str, place: usize) -> &str {
    let begin = text[..place]
        .char_indices()
        .rev()
        .nth(30)
        .map_or(0, |(at, _)| at);
    let end = text[place..]
        .char_indices()
        .nth(40)
        .map_or(text.len(), |(at, _)| place + at);
    &text[begin..end]
}

/// The files below a folder of the checkout whose names end so.
fn files(folder: &str, ending: &str) -> Vec<String> {
    let mut names = Vec::new();
    let path = checkout().join(folder);
    if path.is_file() {
        return vec![folder.to_owned()];
    }
    for entry in fs::read_dir(path).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            names.extend(files(&name, ending));
        } else if name.ends_with(ending) {
            names.push(name);
        }
    }
    names.sort();
    names
}

fn read(name: &str) -> String {
    fs::read_to_string(checkout().join(name)).unwrap()
}

/// What a program may print: its texts in quotes, without those of its tests.
fn literals(source: &str) -> Vec<String> {
    let program = source.split("#[cfg(test)]").next().expect("a text");
    let mut literals = Vec::new();
    let mut chars = program.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '/' if chars.peek() == Some(&'/') => {
                chars.find(|c| *c == '\n');
            }
            '\'' => {
                // A character such as '"'; a lifetime has no end.
                let mut ahead = chars.clone();
                let first = ahead.next();
                if first == Some('\\') {
                    ahead.next();
                }
                if ahead.next() == Some('\'') {
                    chars = ahead;
                }
            }
            '"' => {
                let mut text = String::new();
                while let Some(c) = chars.next() {
                    match c {
                        '"' => break,
                        '\\' => match chars.next() {
                            Some('\n' | 'n') | None => text.push(' '),
                            Some(c) => text.push(c),
                        },
                        c => text.push(c),
                    }
                }
                literals.push(text);
            }
            _ => {}
        }
    }
    literals
}

/// The sentences of the help: documentation of what clap reads.
fn help(source: &str) -> String {
    source
        .lines()
        .filter_map(|line| line.trim().strip_prefix("///"))
        .collect::<Vec<_>>()
        .join(" ")
}

fn assert_plain(texts: impl Iterator<Item = (String, String)>) {
    let mut wrong = Vec::new();
    let mut n_texts = 0;
    for (name, text) in texts {
        n_texts += 1;
        for phrase in found(&text) {
            wrong.push(format!("{name}: {phrase}"));
        }
    }
    assert!(n_texts > 0, "no text was looked at");
    wrong.dedup();
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn pages_are_in_plain_words() {
    let pages = files("docs", ".md")
        .into_iter()
        .chain(["README.md".to_owned()]);
    assert_plain(pages.map(|name| (name.clone(), text_of(&read(&name)))));
}

/// A page without its blocks, which are held as what prints them.
fn text_of(page: &str) -> String {
    page.split("\n```")
        .step_by(2)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn every_column_of_a_table_has_a_head() {
    let mut n_tables = 0;
    for name in files("docs", ".md")
        .into_iter()
        .chain(["README.md".to_owned(), "ARCHITECTURE.md".to_owned()])
    {
        let page = text_of(&read(&name));
        let lines: Vec<&str> = page.lines().collect();
        for pair in lines.windows(2) {
            let is_rule = pair[1].starts_with("|-") && pair[1].chars().all(|c| "|-: ".contains(c));
            if !is_rule {
                continue;
            }
            n_tables += 1;
            let heads = pair[0].trim_start_matches('|').trim_end_matches('|');
            assert!(
                heads.split('|').all(|head| !head.trim().is_empty()),
                "{name}: {}",
                pair[0]
            );
        }
    }
    assert!(n_tables > 20, "only {n_tables} tables");
}

#[test]
fn scenarios_and_templates_are_in_plain_words() {
    let scenarios = files("scenarios", ".toml")
        .into_iter()
        .chain(files("src/cli/templates", ".toml"));
    assert_plain(scenarios.map(|name| (name.clone(), read(&name).replace('#', " "))));
}

#[test]
fn the_help_is_in_plain_words() {
    let name = "src/cli/args.rs";
    assert_plain([(name.to_owned(), help(&read(name)))].into_iter());
}

/// The rooms whose texts are read on the terminal.
const SAYING: [&str; 7] = [
    "src/scenario",
    "src/wire",
    "src/rollout",
    "src/study",
    "src/theory",
    "src/report",
    "src/cli",
];

#[test]
fn messages_and_answers_are_in_plain_words() {
    let texts = SAYING
        .iter()
        .flat_map(|room| files(room, ".rs"))
        .flat_map(|name| {
            let texts = literals(&read(&name));
            texts.into_iter().map(move |text| (name.clone(), text))
        });
    assert_plain(texts);
}

/// The table of the README and the program explain the same words alike.
#[test]
fn the_glossary_of_the_readme_is_what_rollcast_says() {
    let readme = read("README.md");
    let rows = readme
        .lines()
        .skip_while(|line| *line != "| word | meaning |");
    let rows = rows
        .skip(2)
        .map_while(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let rows: Vec<String> = rows.map(|row| row.replacen(" | ", ": ", 1)).collect();
    let said = Sandbox::empty().rollcast(&["words"]).stdout;
    let said = String::from_utf8(said).expect("text");
    let words: Vec<&str> = said.split_whitespace().collect();
    assert_eq!(rows.join(" "), words.join(" "));
}

#[test]
fn phrases_of_each_kind_are_found() {
    for (text, kind) in [
        ("on the same\n luck", "chance"),
        ("the replications do not tell", "verdicts"),
        ("nothing foolish found", "lint"),
        ("a row a profile, then", "rates"),
        ("Mend what fails", "repair"),
    ] {
        let found = found(text);
        assert!(
            found.len() == 1 && found[0].starts_with(kind),
            "{text}: {found:?}"
        );
    }
    assert!(found("recommend a robot, amended; once a day").is_empty());
    assert!(found("what is in the way; it does not tell good from bad").is_empty());
    assert_eq!(
        literals("let a = 'x'; // \"no\"\nlet b: &'static str = \"one \\\n two\"; '\"' \"three\""),
        ["one   two", "three"]
    );
}
