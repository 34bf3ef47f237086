//! The documentation against the program: the tables of columns, and which module may know which.

use std::collections::{BTreeMap, BTreeSet};
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
const ROOMS: [&str; 16] = [
    "units", "key", "numeric", "random", "stats", "model", "rollout", "wire", "scenario", "sim",
    "theory", "study", "chart", "report", "serve", "cli",
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
const WRITING: [&str; 8] = [
    "model", "rollout", "wire", "scenario", "sim", "study", "report", "serve",
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

/// A file of the sources by its module, with the modules' items that it imports and those that it hands on.
#[derive(Default)]
struct File {
    imports: BTreeSet<String>,
    hands_on: BTreeMap<String, String>,
}

/// The single paths of a `use` tree.
fn paths(prefix: &str, tree: &str, out: &mut Vec<String>) {
    let tree = tree.trim();
    let Some((before, inner)) = tree.split_once('{') else {
        if !tree.is_empty() {
            out.push(format!("{prefix}{tree}"));
        }
        return;
    };
    let inner = inner.strip_suffix('}').expect("a tree of paths is closed");
    let prefix = format!("{prefix}{before}");
    let (mut depth, mut from) = (0, 0);
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                paths(&prefix, &inner[from..at], out);
                from = at + 1;
            }
            _ => {}
        }
    }
    paths(&prefix, &inner[from..], out);
}

/// The path from the crate on that a path in a module means, if it is one of this crate.
fn absolute(module: &str, path: &str, modules: &BTreeSet<String>) -> Option<String> {
    let path = path.split(" as ").next().expect("a path").trim();
    let parent = |module: &str| {
        module
            .rsplit_once("::")
            .map_or("", |(parent, _)| parent)
            .to_owned()
    };
    if let Some(rest) = path.strip_prefix("crate::") {
        return Some(rest.to_owned());
    }
    if let Some(rest) = path.strip_prefix("self::") {
        return Some(format!("{module}::{rest}"));
    }
    if path.starts_with("super::") {
        let (mut base, mut rest) = (module.to_owned(), path);
        while let Some(further) = rest.strip_prefix("super::") {
            (base, rest) = (parent(&base), further);
        }
        return Some(
            format!("{base}::{rest}")
                .trim_start_matches("::")
                .to_owned(),
        );
    }
    let child = format!("{module}::{}", path.split("::").next().expect("a path"));
    modules
        .contains(&child)
        .then(|| format!("{module}::{path}"))
}

/// The file that a path leads to: through what files hand on, to the one that has the item.
fn leads_to(files: &BTreeMap<String, File>, path: &str) -> Option<String> {
    if files.contains_key(path) {
        return Some(path.to_owned());
    }
    let (module, item) = path.rsplit_once("::")?;
    match files.get(module) {
        Some(file) => match file.hands_on.get(item).filter(|further| *further != path) {
            Some(further) => leads_to(files, further),
            None => Some(module.to_owned()),
        },
        None => leads_to(files, module),
    }
}

fn read_files(folder: &Path, module: &str, out: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_stem()
            .and_then(|name| name.to_str())
            .expect("a name")
            .to_owned();
        let inner = if module.is_empty() {
            name.clone()
        } else {
            format!("{module}::{name}")
        };
        if path.is_dir() {
            read_files(&path, &inner, out);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let module = if name == "mod" {
                module.to_owned()
            } else {
                inner
            };
            let text = fs::read_to_string(&path).expect("a source");
            let text = text
                .split("#[cfg(test)]\nmod ")
                .next()
                .expect("a source")
                .to_owned();
            out.push((module, text));
        }
    }
}

/// The trees of a text's `use` statements, and whether each hands its items on.
fn uses(text: &str) -> Vec<(bool, String)> {
    let mut lines = text.lines().map(str::trim);
    let mut uses = Vec::new();
    while let Some(line) = lines.next() {
        let is_public =
            line.starts_with("pub use ") || (line.starts_with("pub(") && line.contains(") use "));
        if !is_public && !line.starts_with("use ") {
            continue;
        }
        let mut tree = line.split_once("use ").expect("it is there").1.to_owned();
        while !tree.ends_with(';') {
            tree += lines.next().expect("a statement ends");
        }
        uses.push((is_public, tree.trim_end_matches(';').to_owned()));
    }
    uses
}

/// Every file with what it imports, tests apart.
fn imports() -> BTreeMap<String, File> {
    let mut texts = Vec::new();
    read_files(Path::new("src"), "", &mut texts);
    let modules: BTreeSet<String> = texts.iter().map(|(module, _)| module.clone()).collect();
    let mut files = BTreeMap::new();
    for (module, text) in texts {
        let mut file = File::default();
        for (is_handed_on, tree) in uses(&text) {
            let mut all = Vec::new();
            paths("", &tree, &mut all);
            for path in all
                .iter()
                .filter_map(|path| absolute(&module, path, &modules))
            {
                let item = path.rsplit("::").next().expect("an item").to_owned();
                if is_handed_on {
                    file.hands_on.insert(item, path);
                } else {
                    file.imports.insert(path);
                }
            }
        }
        files.insert(module, file);
    }
    files
}

/// Inside a room, too, files form a stair: whatever a file imports can be read before it.
#[test]
fn no_files_import_each_other_in_a_circle() {
    let files = imports();
    let mut left: BTreeMap<&String, BTreeSet<String>> = files
        .iter()
        .map(|(module, file)| {
            let others = file
                .imports
                .iter()
                .filter_map(|path| leads_to(&files, path));
            (module, others.filter(|other| other != module).collect())
        })
        .collect();
    // What imports nothing that is left is in no circle, nor what nothing left imports.
    loop {
        let still: BTreeSet<String> = left.keys().map(|module| (*module).clone()).collect();
        let imported: BTreeSet<String> = left.values().flatten().cloned().collect();
        let before = left.len();
        left.retain(|module, others| {
            others.retain(|other| still.contains(other));
            !others.is_empty() && imported.contains(*module)
        });
        if left.len() == before {
            break;
        }
    }
    assert!(left.is_empty(), "circles: {left:#?}");
}
