//! Reports as their readers get them: well-formed, whole without anything else, the same every time, and never running what a scenario says.
//!
//! `.ci/browser.py` looks at the same pages in a browser: colours, widths, prints, names that a screen reader says.

use std::collections::HashSet;

use base64::Engine;
use rollcast::report::{self, Files, Page, Provenance, Report, Subject};
use rollcast::scenario::Scenario;
use rollcast::study::{self, Unwatched};
use sha2::{Digest, Sha256};

use crate::common::sandbox::Sandbox;
use crate::common::{checked, scenario_file, set_key};

/// Elements without an end tag.
const VOID: [&str; 4] = ["br", "meta", "wbr", "link"];

/// Looks like markup, in whatever place of a page it stands.
const HOSTILE: &str = r#"x"><img src=x onerror=alert(1)></script>&amp;"#;

/// An element of a document, in the order in which elements begin.
#[derive(Debug)]
struct Element<'h> {
    name: &'h str,
    attributes: Vec<(&'h str, String)>,
    /// The text right in it, entities resolved; scripts and styles as they are.
    text: String,
}

impl Element<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        let found = attributes.find(|(it, _)| *it == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// The elements of a document; panics where a tag, an attribute or an entity is not well-formed.
fn elements(html: &str) -> Vec<Element<'_>> {
    let mut rest = html.strip_prefix("<!DOCTYPE html>").expect("a doctype");
    let (mut all, mut open): (Vec<Element>, Vec<usize>) = (Vec::new(), Vec::new());
    while let Some((text, tail)) = rest.split_once('<') {
        if open.is_empty() {
            assert_eq!(text.trim(), "", "text outside the document");
        }
        // What is in a span is right in what the span is in too.
        for at in open.iter().rev() {
            all[*at].text += &resolved(text);
            if all[*at].name != "span" {
                break;
            }
        }
        let (tag, mut tail) = tail.split_once('>').expect("a tag that ends");
        if let Some(name) = tag.strip_prefix('/') {
            let at = open.pop().expect("an open element");
            assert_eq!(all[at].name, name, "an end tag");
            rest = tail;
            continue;
        }
        let is_closed = tag.ends_with('/');
        let (name, attributes) = tag_parts(tag.trim_end_matches('/'));
        let at = all.len();
        all.push(Element {
            name,
            attributes,
            text: String::new(),
        });
        if ["script", "style"].contains(&name) {
            let (text, after) = tail.split_once(&format!("</{name}>")).expect("an end tag");
            all[at].text = text.to_owned();
            tail = after;
        } else if !is_closed && !VOID.contains(&name) {
            open.push(at);
        }
        rest = tail;
    }
    assert!(open.is_empty(), "elements without an end");
    all
}

/// The name and the attributes of a tag.
fn tag_parts(tag: &str) -> (&str, Vec<(&str, String)>) {
    let (name, mut rest) = tag.split_once([' ', '\n']).unwrap_or((tag, ""));
    let is_name = |text: &str| {
        !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-:".contains(c))
    };
    assert!(is_name(name), "no tag: <{tag}>");
    let mut attributes: Vec<(&str, String)> = Vec::new();
    while !rest.trim_start().is_empty() {
        let (key, tail) = rest
            .trim_start()
            .split_once("=\"")
            .expect("a value in quotes");
        let (value, tail) = tail.split_once('"').expect("a value that ends");
        assert!(is_name(key), "no attribute: {key:?} in <{tag}>");
        assert!(attributes.iter().all(|(it, _)| *it != key), "{key} twice");
        attributes.push((key, resolved(value)));
        rest = tail;
    }
    (name, attributes)
}

fn resolved(text: &str) -> String {
    let mut parts = text.split('&');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (entity, tail) = part.split_once(';').expect("an entity that ends");
        out += match entity {
            "lt" => "<",
            "gt" => ">",
            "amp" => "&",
            "quot" => "\"",
            other => panic!("&{other}; is not written"),
        };
        out += tail;
    }
    out
}

/// The report of a run.
fn run_report(scenario: &Scenario, replications: u64) -> String {
    let run = study::run(scenario, replications, &Unwatched);
    let command = format!("rollcast run {}.toml", scenario.name);
    let provenance = Provenance::new(scenario, run.replications, command);
    let page = report::run_page(scenario, &run, &[]);
    let assumed = assumed(scenario);
    Report {
        title: &format!("{}: rollcast run", scenario.name),
        page: &page,
        charts: &report::run_charts(scenario, &run.profiles, &provenance),
        subjects: vec![Subject {
            name: &scenario.name,
            page: None,
            assumed: Some(&assumed),
            provenance: &provenance,
        }],
        files: Some(Files {
            folder: "results/run",
            way: Some(""),
            names: &["timeline.csv".to_owned()],
        }),
        command: &provenance.command,
    }
    .html()
}

/// The scenario explained, without its values.
fn assumed(scenario: &Scenario) -> Page {
    let profiles = scenario
        .profiles
        .iter()
        .map(|profile| report::ExplainedProfile {
            name: profile.name.clone(),
            changes: vec![(profile.name.clone(), None, Some(profile.name.clone()))],
            facts: study::Explained::of(profile, scenario.replications),
        });
    report::explain_page(scenario, &[], &profiles.collect::<Vec<_>>(), 1)
}

/// A scenario whose every name looks like markup. The reader of files refuses such names, but a report does not rely on that.
fn hostile() -> Scenario {
    let mut scenario = shipped("warehouse");
    for profile in &mut scenario.profiles {
        HOSTILE.clone_into(&mut profile.name);
        HOSTILE.clone_into(&mut profile.world.release.version);
        for cohort in &mut profile.world.fleet.cohorts {
            HOSTILE.clone_into(&mut cohort.name);
        }
        for link in &mut profile.world.links {
            HOSTILE.clone_into(&mut link.name);
        }
    }
    HOSTILE.clone_into(&mut scenario.name);
    scenario
}

fn shipped(name: &str) -> Scenario {
    checked(&scenario_file(format!("scenarios/{name}.toml")))
}

/// What holds for every report.
fn require_whole(html: &str) {
    let all = elements(html);
    let ids: Vec<&str> = all.iter().filter_map(|it| it.get("id")).collect();
    let known: HashSet<&str> = ids.iter().copied().collect();
    assert_eq!(known.len(), ids.len(), "ids are there once: {ids:?}");
    let mut level = 0;
    for element in &all {
        let what = format!("<{}> {:?}", element.name, element.attributes);
        for (key, value) in &element.attributes {
            assert!(!key.starts_with("on"), "{what} has a handler");
            assert!(
                !["src", "style", "srcset", "xlink:href"].contains(key),
                "{what}"
            );
            assert!(!value.contains("url("), "{what} loads something");
        }
        for id in element
            .get("aria-labelledby")
            .into_iter()
            .flat_map(str::split_whitespace)
        {
            assert!(known.contains(id), "{what} is named by nothing");
        }
        let is_known = match element.get("href").map(|it| it.split_at(1)) {
            Some(("#", id)) => known.contains(id),
            Some(_) => !element.get("href").unwrap_or_default().contains(':'),
            None => element.name != "a",
        };
        assert!(is_known, "{what} leads nowhere");
        match element.name {
            "h1" | "h2" | "h3" | "h4" => {
                let next: u32 = element.name[1..].parse().expect("a level");
                assert!(next <= level + 1, "{what} skips a level");
                assert!((next == 1) == (level == 0), "one h1, the first heading");
                level = next;
            }
            "html" => assert_eq!(element.get("lang"), Some("en")),
            "svg" => assert_eq!(element.get("role"), Some("img")),
            "th" => assert!(
                element.get("scope").is_some() && !element.text.is_empty(),
                "{what}"
            ),
            "img" | "iframe" | "object" | "embed" | "form" | "base" | "link" => panic!("{what}"),
            _ => {}
        }
    }
    let count = |name| all.iter().filter(|it| it.name == name).count();
    let captions: Vec<&Element> = all.iter().filter(|it| it.name == "caption").collect();
    assert!(count("table") > 0 && captions.len() == count("table"));
    assert!(captions.iter().all(|it| !it.text.is_empty()));
    assert_eq!(count("summary"), count("figure"));
    assert_eq!((count("main"), count("title") - count("svg")), (1, 1));
    for sheet in all.iter().filter(|it| it.name == "style") {
        assert!(!sheet.text.contains("url(") && !sheet.text.contains("@import"));
    }
    assert!(!html.contains("http:") && !html.contains("https:") && !html.contains("//www"));
    require_policy(&all);
}

/// Everything from outside is forbidden, and the styles and scripts that are there are allowed, by their hashes alone.
fn require_policy(all: &[Element]) {
    let policy = all
        .iter()
        .find(|it| it.get("http-equiv") == Some("Content-Security-Policy"));
    let policy = policy.and_then(|it| it.get("content")).expect("a policy");
    let directives: Vec<Vec<&str>> = policy
        .split("; ")
        .map(|it| it.split(' ').collect())
        .collect();
    assert_eq!(directives[0], ["default-src", "'none'"]);
    for (directive, name) in [("style-src", "style"), ("script-src", "script")] {
        let mut sources = directives.iter().filter(|it| it[0] == directive);
        let sources: HashSet<&str> = sources.next().expect(directive)[1..]
            .iter()
            .copied()
            .collect();
        let hashes = all.iter().filter(|it| it.name == name).map(|it| {
            let digest = Sha256::digest(&it.text);
            let hash = base64::engine::general_purpose::STANDARD.encode(digest);
            format!("'sha256-{hash}'")
        });
        let mut hashes: HashSet<String> = hashes.collect();
        if hashes.is_empty() {
            hashes.insert("'none'".to_owned());
        }
        assert_eq!(sources, hashes.iter().map(String::as_str).collect());
    }
    assert!(
        !policy.contains("unsafe") && !policy.contains('*'),
        "{policy}"
    );
}

#[test]
fn reports_of_the_scenarios_are_whole() {
    for name in [
        "warehouse",
        "night-shift",
        "canary",
        "thin-uplink",
        "no-way",
    ] {
        require_whole(&run_report(&shipped(name), 10));
    }
}

#[test]
fn what_looks_like_markup_is_shown() {
    let scenario = hostile();
    let html = run_report(&scenario, 20);
    require_whole(&html);
    assert!(!html.contains("<img") && !html.contains("onerror=alert(1)></script>"));
    let shown = elements(&html);
    let shows = |name: &str, text: &str| {
        let mut those = shown.iter().filter(|it| it.name == name);
        those.any(|it| it.text.contains(text))
    };
    for name in ["p", "li", "th", "text", "desc", "h3", "caption"] {
        assert!(shows(name, HOSTILE), "<{name}> has no text of the scenario");
    }
}

#[test]
fn a_title_a_command_and_files_are_texts_too() {
    let scenario = shipped("canary");
    let provenance = Provenance {
        scenario: HOSTILE.to_owned(),
        ..Provenance::new(&scenario, 1, HOSTILE.to_owned())
    };
    let page = assumed(&scenario);
    let subject = || Subject {
        name: HOSTILE,
        page: Some(&page),
        assumed: Some(&page),
        provenance: &provenance,
    };
    let report = Report {
        title: HOSTILE,
        page: &page,
        charts: &[],
        subjects: vec![subject(), subject()],
        files: Some(Files {
            folder: HOSTILE,
            way: Some(HOSTILE),
            names: &[HOSTILE.to_owned()],
        }),
        command: HOSTILE,
    };
    let html = report.html();
    require_whole(&html);
    let shown = elements(&html);
    let texts = |name: &str| {
        let those = shown
            .iter()
            .filter(|it| it.name == name && it.text == HOSTILE);
        those.count()
    };
    // The title of the window and of the page, each scenario's heading, its link and its row, the command and the folder, the file.
    let counted = ["title", "h1", "h2", "th", "code", "a"].map(texts);
    assert_eq!(counted, [1, 1, 2, 2, 2, 3]);
}

#[test]
fn reports_are_the_same_bytes_on_any_number_of_threads() {
    let scenario = hostile();
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("threads").install(|| run_report(&scenario, 20))
    };
    let one = with(1);
    assert!(one == with(2) && one == with(5));
    let mut file = scenario_file("scenarios/canary.toml");
    let before = run_report(&checked(&file), 10);
    set_key(&mut file, "seed=99");
    assert!(before != run_report(&checked(&file), 10));
}

/// More replications move points of curves, and add none.
#[test]
fn a_report_can_be_sent() {
    let bytes = run_report(&shipped("warehouse"), 20).len();
    assert!(bytes < 400_000, "{bytes}");
}

#[test]
fn a_report_without_tables_to_sort_has_no_script() {
    assert!(!run_report(&shipped("canary"), 10).contains("<script"));
}

/// What a command says of flags that it refuses.
fn refused(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let output = sandbox.rollcast(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    String::from_utf8(output.stderr).expect("text")
}

/// Names that would do for a copy do not make one of a file that the command reads.
#[test]
fn a_copy_replaces_an_earlier_copy_and_no_file_that_was_read() {
    let sandbox = Sandbox::new("tests/cli");
    let rename = |from: &str, to: &str| {
        std::fs::rename(sandbox.path(from), sandbox.path(to)).expect("a file to rename");
    };
    rename("data/rate.csv", "data/rate.md");
    rename("three.toml", "three.HTML");
    let table = "cohort.*.download_rate={ quantiles = \"data/rate.md\" }";
    let with_table = [
        "small.toml",
        "--set",
        table,
        "--quiet",
        "--replications",
        "1",
    ];
    for (command, more) in [
        ("run", &["--markdown", "data/rate.md"][..]),
        (
            "check",
            &["--html", "x.html", "--markdown", "data/../data/rate.md"],
        ),
        ("compare", &["three.HTML", "--html", "three.HTML"]),
    ] {
        let said = refused(&sandbox, &[&[command], &with_table[..], more].concat());
        assert!(said.contains("is what the command was given"), "{said}");
    }
    for name in ["EARLIER.Htm", "EARLIER.HTML"] {
        std::fs::write(sandbox.path(name), "an earlier copy").expect("a copy");
        let arguments = [&["run"], &with_table[..], &["--html", name]].concat();
        assert!(sandbox.rollcast(&arguments).status.success());
        let copy = std::fs::read_to_string(sandbox.path(name)).expect("a copy");
        assert!(copy.starts_with("<!DOCTYPE html>"));
    }
}

#[test]
fn one_answer_is_printed() {
    let sandbox = Sandbox::new("tests/cli");
    for (arguments, other) in [
        (["run", "small.toml", "--json", "--html", "-"], "--json"),
        (
            ["explain", "small.toml", "--json", "--markdown", "-"],
            "--json",
        ),
        (
            ["lint", "small.toml", "--format=json", "--markdown", "-"],
            "--format json",
        ),
        (
            ["check", "small.toml", "--format=junit", "--html", "-"],
            "--format junit",
        ),
        (
            ["run", "small.toml", "--html=-", "--markdown", "-"],
            "--html -",
        ),
    ] {
        let said = refused(&sandbox, &arguments);
        let [.., flag, _] = arguments;
        let expected =
            format!("error: {other} and {flag} - cannot both be printed: write {flag} to a file");
        assert!(said.starts_with(&expected), "{said}");
    }
}

/// Both sides of a comparison may be one file.
#[test]
fn a_report_on_a_comparison_tells_its_sides_apart() {
    let sandbox = Sandbox::new("tests/cli");
    let change = "cohort.*.recovery=1h";
    let output = sandbox.rollcast(&[
        "compare",
        "small.toml",
        "--set-b",
        change,
        "--replications=10",
        "--html",
        "-",
    ]);
    let html = String::from_utf8(output.stdout).expect("text");
    require_whole(&html);
    let all = elements(&html);
    let headings = all.iter().filter(|it| it.name == "h2");
    let headings: Vec<&str> = headings.map(|it| it.text.as_str()).collect();
    let (a, b) = ("A: small", format!("B: small with {change}"));
    assert!(
        headings.contains(&a) && headings.contains(&b.as_str()),
        "{headings:?}"
    );
}

#[test]
fn what_looks_like_markup_is_shown_in_markdown() {
    let mut scenario = hostile();
    let name = "1. <b>@all</b> | # [x](y) `code` *strong*";
    name.clone_into(&mut scenario.name);
    name.clone_into(&mut scenario.profiles[0].world.fleet.cohorts[0].name);
    let markdown = assumed(&scenario).markdown();
    let written = "&lt;b>@<!-- -->all&lt;/b> \\| \\# \\[x\\](y) \\`code\\` \\*strong\\*";
    assert!(markdown.contains(&format!("1. {written}")), "{markdown}");
    let run = study::run(&scenario, 5, &Unwatched);
    let tables = report::run_page(&scenario, &run, &[]).markdown();
    for text in [markdown, tables] {
        assert!(!text.contains("<b>") && !text.contains("<img") && !text.contains("@all"));
        for line in text.lines() {
            let begins = |mark: &str| line.trim_start().starts_with(mark);
            assert!(!["#", ">", "+", "1. "].into_iter().any(begins), "{line}");
        }
        // A row has as many cells as the head of its table.
        let lines: Vec<&str> = text.lines().collect();
        for table in lines.split(|line| !line.starts_with('|')) {
            let cells = |line: &str| line.replace("\\|", "").matches('|').count();
            assert!(
                table.iter().all(|line| cells(line) == cells(table[0])),
                "{table:#?}"
            );
        }
    }
}
