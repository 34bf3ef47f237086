//! The documentation against the program: the tables of columns, and which module may know which.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rollcast::study::{Direction, METRICS, SERIES};

/// The rows of the table under a heading of docs/outputs.md.
fn documented(heading: &str) -> BTreeMap<String, String> {
    let text = fs::read_to_string("docs/outputs.md").expect("docs/outputs.md");
    let section = text
        .split("\n## ")
        .find(|section| section.starts_with(heading))
        .expect("the section is there");
    let rows = section.lines().filter_map(|line| {
        let (name, about) = line
            .strip_prefix("| `")?
            .strip_suffix(" |")?
            .split_once("` | ")?;
        Some((name.to_owned(), about.to_owned()))
    });
    rows.collect()
}

#[test]
fn every_metric_is_documented_as_it_is_defined() {
    let mut documented = documented("Metrics");
    assert!(
        documented.remove("ended_by").is_some(),
        "ended_by is a column too"
    );
    let defined = METRICS
        .iter()
        .map(|metric| (metric.name.to_owned(), metric.about.to_owned()))
        .collect();
    assert_eq!(documented, defined);
}

#[test]
fn every_series_of_the_timeline_is_documented_as_it_is_defined() {
    let defined = SERIES
        .iter()
        .map(|(name, about)| ((*name).to_owned(), (*about).to_owned()))
        .collect();
    assert_eq!(documented("Timeline"), defined);
}

#[test]
fn every_metric_of_the_map_is_documented() {
    let text = fs::read_to_string("docs/outputs.md").expect("docs/outputs.md");
    let list = text
        .split_once("A map keeps ")
        .expect("the list is there")
        .1
        .split_once('.')
        .expect("a sentence")
        .0;
    let named: Vec<&str> = list.split('`').skip(1).step_by(2).collect();
    assert_eq!(named, rollcast::study::MAP_METRICS);
    assert!(
        rollcast::report::MAP_CHARTS
            .iter()
            .all(|chart| text.contains(&format!("{chart}.svg")))
    );
}

#[test]
fn every_column_of_a_comparison_is_documented() {
    let documented = documented("Comparisons");
    let mut columns = rollcast::report::COMPARE_COLUMNS.to_vec();
    columns.retain(|column| !column.ends_with(".lo") && !column.ends_with(".hi"));
    let missing: Vec<&&str> = columns
        .iter()
        .filter(|column| !documented.contains_key(**column))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    let verdicts = [
        "no_difference",
        "better`, `worse",
        "higher`, `lower",
        "inconclusive",
        "incomparable",
    ];
    assert_eq!(documented.len(), columns.len() + verdicts.len());
    assert!(
        verdicts
            .iter()
            .all(|verdict| documented.contains_key(*verdict))
    );
}

#[test]
fn which_way_each_metric_is_better_is_documented() {
    let text = fs::read_to_string("docs/outputs.md").expect("docs/outputs.md");
    for (heading, direction) in [
        ("Less is better", Direction::Lower),
        ("More is better", Direction::Higher),
        ("Neither", Direction::Neither),
    ] {
        let list = text
            .split_once(&format!("\n* {heading}: "))
            .expect("the list is there")
            .1;
        let list = list
            .split("\n*")
            .next()
            .and_then(|list| list.split("\n\n").next())
            .expect("a list");
        let mut named: Vec<&str> = list
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|name| *name != "p_never")
            .collect();
        let mut known: Vec<&str> = METRICS
            .iter()
            .filter(|metric| metric.direction() == direction)
            .map(|metric| metric.name)
            .collect();
        named.sort_unstable();
        known.sort_unstable();
        assert_eq!(named, known, "{heading}");
    }
}

#[test]
fn every_column_of_the_operating_characteristic_is_documented() {
    let documented = documented("The operating characteristic");
    let columns = rollcast::report::oc_columns();
    let mut names: Vec<&String> = columns
        .iter()
        .filter(|column| !column.ends_with(".lo") && !column.ends_with(".hi"))
        .collect();
    names.sort();
    assert!(names.into_iter().eq(documented.keys()));
    for (name, about) in &documented {
        assert_eq!(
            about.contains("(`.lo`, `.hi`)"),
            columns.contains(&format!("{name}.lo")),
            "{name}"
        );
    }
    let text = fs::read_to_string("docs/outputs.md").expect("docs/outputs.md");
    assert!(
        rollcast::report::OC_CHARTS
            .iter()
            .all(|chart| text.contains(&format!("{chart}.svg")))
    );
}

#[test]
fn every_column_of_a_tuning_is_documented() {
    let documented: Vec<String> = documented("Tuning").into_keys().collect();
    let mut columns = rollcast::report::tune_columns(1);
    columns.retain(|column| !column.ends_with(".lo") && !column.ends_with(".hi"));
    columns.sort();
    assert_eq!(documented, columns);
    let text = fs::read_to_string("docs/outputs.md").expect("docs/outputs.md");
    assert!(
        rollcast::report::TUNE_CHARTS
            .iter()
            .all(|chart| text.contains(&format!("{chart}.svg")))
    );
}

/// Which modules each module may name, as in ARCHITECTURE.md.
const ROOMS: [&str; 14] = [
    "units", "numeric", "random", "stats", "model", "rollout", "wire", "scenario", "sim", "theory",
    "study", "chart", "report", "cli",
];

fn sources(path: &Path, out: &mut Vec<String>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("a folder of the sources") {
            sources(&entry.expect("an entry").path(), out);
        }
    } else {
        out.push(fs::read_to_string(path).expect("a source file"));
    }
}

#[test]
fn rooms_know_only_those_before_them() {
    for (place, room) in ROOMS.iter().enumerate() {
        let mut files = Vec::new();
        let folder = Path::new("src").join(room);
        let path = if folder.is_dir() {
            folder
        } else {
            folder.with_extension("rs")
        };
        sources(&path, &mut files);
        assert!(!files.is_empty(), "{room} has no sources");
        let knows = |other: &str| {
            files
                .iter()
                .any(|file| file.contains(&format!("crate::{other}::")))
        };
        for later in &ROOMS[place + 1..] {
            assert!(!knows(later), "{room} knows {later}");
        }
        // What draws charts could be a library of its own.
        let robots = [
            "model", "rollout", "wire", "scenario", "sim", "theory", "study",
        ];
        assert!(
            *room != "chart" || !robots.into_iter().any(knows),
            "charts know of rollouts"
        );
    }
}

#[test]
fn the_changelog_names_the_version_and_the_model_version() {
    let changelog = fs::read_to_string("CHANGELOG.md").expect("CHANGELOG.md");
    assert!(changelog.contains(&format!("## {}", env!("CARGO_PKG_VERSION"))));
    assert!(changelog.contains(&format!("Model version {}", rollcast::sim::MODEL_VERSION)));
}

/// Rooms whose texts go into hashes, baselines, digests, canonical lines and reports.
const WRITING: [&str; 7] = [
    "model", "rollout", "wire", "scenario", "sim", "study", "report",
];

/// What a type looks like to a debugger is no format: it changes with the compiler, and with a field's name. Only assertions and panics,
/// which are for whoever mends the program, may show it.
#[test]
fn nothing_written_prints_a_type_as_a_debugger_does() {
    for room in WRITING {
        let mut files = Vec::new();
        sources(&Path::new("src").join(room), &mut files);
        for text in files {
            let program = text
                .split("#[cfg(test)]")
                .next()
                .expect("a text has a beginning");
            // A statement may take several lines.
            for statement in program.split(';') {
                let debugs =
                    statement.match_indices("?}").count() + statement.matches("dbg!").count();
                let for_the_author = ["assert", "panic!", "expect(", "unreachable!"]
                    .iter()
                    .any(|word| statement.contains(word));
                assert!(debugs == 0 || for_the_author, "{room}: {statement}");
            }
        }
    }
}

/// A mutant whose text is not there, or there twice, would not be made.
#[test]
fn every_mutant_edits_one_place() {
    let mutants = fs::read_to_string("benches/mutants/mutants.toml").unwrap();
    let mutants: toml::Table = mutants.parse().unwrap();
    let edits = mutants["mutant"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|mutant| {
            let file = mutant["file"].as_str().unwrap();
            let also = mutant
                .get("also")
                .and_then(toml::Value::as_array)
                .into_iter()
                .flatten();
            std::iter::once(mutant).chain(also).map(move |edit| {
                let file = edit.get("file").map_or(file, |file| file.as_str().unwrap());
                (file, edit["search"].as_str().unwrap())
            })
        });
    for (file, search) in edits {
        let source = fs::read_to_string(file).unwrap();
        assert_eq!(source.matches(search).count(), 1, "{file}: {search}");
    }
}
