//! What the pages say is so: each command runs, what they name as results is there afterwards, the answers that they quote are those that
//! the program gives, their numbers stand in an answer or are computed, links lead somewhere, and pictures are of the scenarios as they are.

mod facts;
mod numbers;
mod pages;
mod player;
mod quotes;

use std::collections::BTreeSet;
use std::fs;

use self::facts::Fact;
use self::pages::{Step, anchor, named_results, names, page, parts, steps};
use self::player::Player;
use crate::common::sandbox::{checkout, files_in, shipped, words};
use crate::common::{checked, scenario_file};

/// Plays every page from top to bottom, as a reader would. With `ROLLCAST_OVERWRITE` set, what is quoted is written anew.
#[test]
fn every_command_of_the_pages_runs_and_says_what_is_quoted() {
    let overwrites = std::env::var_os("ROLLCAST_OVERWRITE").is_some();
    let mut player = Player::new();
    let (mut n_commands, mut n_quotes) = (0, 0);
    let mut wrong = Vec::new();
    for name in names() {
        let page = page(&name);
        let mut renewed = Vec::new();
        for part in parts(&page) {
            let mut lines: Vec<String> = part.lines.iter().map(|line| (*line).to_owned()).collect();
            let mut from = 0;
            for step in steps(&part) {
                let (command, quoted) = match step {
                    Step::Save { path, text } => {
                        fs::write(player.sandbox.path(path), text).unwrap();
                        continue;
                    }
                    Step::Run { command, quoted } => (command, quoted),
                };
                n_commands += 1;
                from += 1;
                let answer = player.answer(command, !quoted.is_empty());
                if quoted.is_empty() {
                    continue;
                }
                n_quotes += 1;
                let until = from + quoted.len();
                let mut now: Vec<String> = lines[from..until].to_vec();
                if overwrites {
                    now = quotes::renewed(&quoted, &answer);
                    lines.splice(from..until, now.iter().cloned());
                }
                let now_lines: Vec<&str> = now.iter().map(String::as_str).collect();
                if let Err(difference) = quotes::holds(&now_lines, &answer) {
                    wrong.push(format!("{name}: {command}: {difference}"));
                }
                from += now.len();
            }
            renewed.push((part.language, lines));
        }
        if overwrites {
            fs::write(checkout().join(&name), joined(&renewed)).unwrap();
        }
        for named in named_results(&page) {
            assert!(
                player.sandbox.path(named).exists(),
                "{name} names {named}, which no command writes"
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(n_commands > 50, "only {n_commands} commands are shown");
    assert!(n_quotes > 30, "only {n_quotes} answers are quoted");
}

/// Commands within sentences, in scenarios too: those of a shipped scenario are played, of others the flags are looked up.
#[test]
fn commands_in_sentences_run() {
    let player = Player::new();
    let mut commands = BTreeSet::new();
    for name in names() {
        let page = page(&name);
        for part in parts(&page).iter().filter(|part| part.language.is_none()) {
            commands.extend(pages::commands_of(&part.lines.join(" ")));
        }
    }
    for (_, path) in shipped() {
        let text = fs::read_to_string(&path).unwrap();
        commands.extend(pages::commands_of(&text.replace("\n#", " ")));
    }
    assert!(commands.len() > 15, "{commands:?}");
    for command in commands {
        let words = words(&command);
        let plays = ["run", "sweep", "oc", "compare"].contains(&words[1].as_str());
        if plays && command.contains("scenarios/") {
            player.run(&format!("{command} --replications 2 --quiet"));
            continue;
        }
        let help = player.run(&format!("rollcast {} --help", words[1]));
        for flag in words.iter().filter(|word| word.starts_with("--")) {
            assert!(help.contains(flag.as_str()), "{command}: {flag}\n{help}");
        }
        for path in words.iter().filter(|word| word.starts_with("scenarios")) {
            assert!(player.sandbox.path(path).exists(), "{command}: {path}");
        }
    }
}

/// A page of its parts, as [`parts`] cut it.
fn joined(parts: &[(Option<&str>, Vec<String>)]) -> String {
    let mut page = String::new();
    for (language, lines) in parts {
        if let Some(language) = language {
            page += &format!("```{language}\n");
        }
        for line in lines {
            page += &format!("{line}\n");
        }
        if language.is_some() {
            page += "```\n";
        }
    }
    page
}

#[test]
fn a_page_is_the_sum_of_its_parts() {
    for name in names() {
        let page = page(&name);
        let parts: Vec<_> = parts(&page)
            .into_iter()
            .map(|part| {
                let lines = part.lines.into_iter().map(str::to_owned).collect();
                (part.language, lines)
            })
            .collect();
        assert_eq!(joined(&parts), page, "{name}");
    }
}

/// Pages that tell a story with numbers; the others give rules, whose numbers are held where they are told.
const NUMBERED: [&str; 7] = [
    "README.md",
    "docs/README.md",
    "docs/choosing-percentages.md",
    "docs/first-fleet.md",
    "docs/questions.md",
    "docs/sharing.md",
    "docs/slow-rollouts.md",
];

#[test]
fn numbers_in_the_text_are_those_of_an_answer_or_a_fact() {
    let facts: Vec<Fact> = facts::computed()
        .into_iter()
        .chain(facts::given())
        .collect();
    let mut wrong = Vec::new();
    for Fact { page: name, text } in &facts {
        let said = page(name).split_whitespace().collect::<Vec<_>>().join(" ");
        if !said.contains(text.as_str()) {
            wrong.push(format!("{name} does not say: {text}"));
        }
    }
    for name in NUMBERED {
        let of_page: Vec<String> = facts
            .iter()
            .filter(|fact| fact.page == name)
            .map(|fact| fact.text.clone())
            .collect();
        for number in numbers::unknown(&page(name), &of_page) {
            wrong.push(format!("{name}: nothing says {number}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The steps of the workflow to paste, as CI runs them after the scenario of the README was blessed.
#[test]
fn the_workflow_of_the_readme_runs() {
    let readme = page("README.md");
    let mut player = Player::new();
    let mut workflow = None;
    for part in parts(&readme) {
        if part.language == Some("yaml") {
            workflow = Some(part.lines);
            continue;
        }
        for step in steps(&part) {
            match step {
                Step::Save { path, text } => fs::write(player.sandbox.path(path), text).unwrap(),
                Step::Run { command, .. } => {
                    if command.starts_with("mkdir") || command.contains("check rollout/") {
                        player.answer(command, true);
                    }
                }
            }
        }
    }
    let workflow = workflow.expect("a workflow");
    let steps: Vec<String> = workflow
        .iter()
        .filter_map(|line| line.trim().strip_prefix("run: "))
        .filter(|step| step.starts_with("rollcast "))
        .map(|step| step.replace("\"$GITHUB_STEP_SUMMARY\"", "summary.md"))
        .collect();
    assert_eq!(steps.len(), 2, "{steps:?}");
    for step in &steps {
        player.run(step);
    }
    let summary = fs::read_to_string(player.sandbox.path("summary.md")).unwrap();
    assert!(summary.starts_with("**1 scenario: 1 fine.**"), "{summary}");
}

/// The page on RoboMaker's notation shows a request, a description and the service's sample of one.
#[test]
fn the_description_beside_the_sample_is_what_the_command_writes() {
    let page = page("docs/robomaker.md");
    let json = |text: &str| -> serde_json::Value { serde_json::from_str(text).unwrap() };
    let parts = parts(&page);
    let shown: Vec<serde_json::Value> = parts
        .iter()
        .filter(|part| part.language == Some("json"))
        .map(|part| json(&part.lines.join("\n")))
        .collect();
    let [request, description, sample] = shown.as_slice() else {
        panic!("three documents are shown")
    };
    assert_eq!(
        *request,
        json(&self::page("scenarios/requests/warehouse.json"))
    );
    assert_eq!(
        *sample,
        json(&self::page("tests/robomaker/describe-deployment-job.json"))
    );
    let mut player = Player::new();
    let command = parts
        .iter()
        .flat_map(steps)
        .find_map(|step| match step {
            Step::Run { command, .. } if command.contains("--describe ") => Some(command),
            _ => None,
        })
        .expect("the command");
    player.answer(command, false);
    let written = fs::read_to_string(player.sandbox.path("results/describe.json")).unwrap();
    let mut written = json(&written);
    let all = written["robotDeploymentSummary"].take();
    let all = all.as_array().unwrap();
    assert_eq!(all.len(), 2000);
    let mut head = description.clone();
    let robots = head["robotDeploymentSummary"].take();
    assert_eq!(head, written);
    assert!(
        robots
            .as_array()
            .unwrap()
            .iter()
            .all(|robot| all.contains(robot)),
        "{robots}"
    );
}

/// Every picture in `docs/` carries the hash of the scenario and the model that it was made with.
#[test]
fn pictures_are_of_the_scenarios_as_they_are() {
    let mut pictures = 0;
    for (_, path) in files_in("docs", ".svg") {
        let svg = fs::read_to_string(&path).unwrap();
        let (made, _) = svg
            .split_once("<desc>")
            .and_then(|(_, rest)| rest.split_once("</desc>"))
            .expect("what made the picture");
        let command = &made[made.find(": rollcast ").expect("a command") + 2..];
        let words = words(
            &command
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&apos;", "'")
                .replace("&#39;", "'"),
        );
        let mut file = scenario_file(checkout().join("scenarios").join(&words[2]));
        for pair in words.windows(2).filter(|pair| pair[0] == "--set") {
            file.set("--set", &pair[1]).expect("it can be set");
        }
        let hash = checked(&file).hash;
        let expected = format!("model {}, scenario {hash}", rollcast::sim::MODEL_VERSION);
        assert!(
            made.contains(&expected),
            "{} is of {made}; now it is {expected}: run `{command}` and copy it",
            path.display()
        );
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(
            names().iter().any(|name_of| page(name_of).contains(name)),
            "no page shows {name}"
        );
        pictures += 1;
    }
    assert!(pictures > 0);
}

/// Targets of links, and headings that they name.
#[test]
fn links_between_files_lead_somewhere() {
    let mut pages = names();
    pages.push("ARCHITECTURE.md".to_owned());
    for name in pages {
        let text = page(&name);
        let folder = checkout().join(&name).parent().unwrap().to_owned();
        for target in text.split("](").skip(1) {
            let target = target.split(')').next().expect("a text");
            if target.starts_with("http") {
                continue;
            }
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let path = if file.is_empty() {
                checkout().join(&name)
            } else {
                folder.join(file)
            };
            assert!(
                path.exists(),
                "{name} links to {target}, which is not there"
            );
            if !heading.is_empty() {
                let text = fs::read_to_string(&path).unwrap();
                assert!(
                    text.lines()
                        .any(|line| line.starts_with('#') && anchor(line) == heading),
                    "{name} links to {target}, a heading that is not there"
                );
            }
        }
    }
}
