//! What the README and the page on slow rollouts say is so: each command runs, what they name as results is there afterwards, the
//! answers that they quote are those that the program gives, and the pictures are of the scenarios as they are.

use std::fs;
use std::process::Command;

use crate::common::sandbox::{Sandbox, checkout, words};
use crate::common::{checked, scenario_file};

/// Replications of commands here: files and messages do not depend on it, a debug build's patience does.
const REPLICATIONS: &str = "20";

/// The pages that show commands.
const PAGES: [&str; 4] = [
    "README.md",
    "docs/choosing-percentages.md",
    "docs/robomaker.md",
    "docs/slow-rollouts.md",
];

fn page(name: &str) -> String {
    fs::read_to_string(checkout().join(name)).unwrap()
}

/// A scratch folder with the scenarios.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.add("scenarios", "scenarios");
    sandbox.add("results/baseline", "results/baseline");
    sandbox
}

/// Has a shell run a command in which `rollcast` is the binary under test.
fn run(sandbox: &Sandbox, command: &str) -> (String, String) {
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_rollcast"))
        .parent()
        .unwrap();
    let searched = std::env::var_os("PATH").unwrap();
    let path = std::env::join_paths(
        [binary.to_owned()]
            .into_iter()
            .chain(std::env::split_paths(&searched)),
    )
    .unwrap();
    let output = Command::new("sh")
        .arg("-c")
        .arg(command)
        .current_dir(&sandbox.folder)
        .env("PATH", &path)
        .output()
        .unwrap();
    let (stdout, stderr) = (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    );
    // That no setting meets the limits is an answer too, and so is that few replications leave open what is expected.
    let is_answer = |code| match code {
        1 => command.starts_with("rollcast tune "),
        3 => command.contains(&format!("--replications {REPLICATIONS} ")),
        _ => code == 0,
    };
    let answered = output.status.code().is_some_and(is_answer);
    assert!(answered, "{command}: {}\n{stderr}", output.status);
    (stdout, stderr)
}

#[test]
fn every_command_of_the_pages_runs_and_leaves_what_it_names() {
    for name in PAGES {
        let page = page(name);
        let commands = commands(&page);
        assert!(!commands.is_empty(), "{name} shows no command");
        let sandbox = sandbox();
        for command in &commands {
            let (_, stderr) = run(&sandbox, &quick(command));
            if let Some((folder, files)) = stderr
                .rsplit_once("\nin ")
                .and_then(|(_, written)| written.lines().next()?.split_once(": "))
            {
                for file in files.split(", ") {
                    assert!(
                        sandbox.path(folder).join(file).exists(),
                        "{command}: says that it wrote {file}"
                    );
                }
            }
        }
        for named in named_results(&page) {
            assert!(
                sandbox.path(named).exists(),
                "{name} names {named}, which none of its commands writes"
            );
        }
    }
}

/// The steps of the workflow to paste, as CI runs them.
#[test]
fn the_workflow_of_the_readme_runs() {
    let readme = page("README.md");
    let (_, workflow) = readme.split_once("```yaml\n").expect("a workflow");
    let (workflow, _) = workflow.split_once("```").expect("its end");
    let sandbox = sandbox();
    let steps = workflow.lines().filter_map(|line| {
        line.trim()
            .strip_prefix("run: ")
            .filter(|step| step.starts_with("rollcast "))
    });
    let steps: Vec<String> = steps
        .map(|step| step.replace("\"$GITHUB_STEP_SUMMARY\"", "summary.md"))
        .collect();
    assert_eq!(steps.len(), 2, "{steps:?}");
    for step in &steps {
        run(&sandbox, step);
    }
    assert!(
        fs::read_to_string(sandbox.path("summary.md"))
            .unwrap()
            .starts_with("### rollcast check: 10 scenarios: 10 fine")
    );
}

/// Lines below a command in a block, `...` for some left out; and the answer in the README, which stands alone.
#[test]
fn answers_quoted_are_those_that_the_program_gives() {
    let sandbox = sandbox();
    let mut quoted_lines = 0;
    for name in PAGES {
        for (command, lines) in quotes(&page(name)) {
            let (answer, _) = run(&sandbox, &command);
            if !lines.contains(&"...") {
                let said: Vec<&str> = answer.lines().filter(|line| !line.is_empty()).collect();
                assert_eq!(lines, said, "{name}: {command}");
            }
            let mut rest = answer.lines();
            for line in lines.iter().filter(|line| **line != "...") {
                assert!(
                    rest.any(|said| said.trim_end() == line.trim_end()),
                    "{name}: {command} does not say\n{line}\nbut\n{answer}"
                );
                quoted_lines += 1;
            }
        }
    }
    assert!(quoted_lines > 40, "only {quoted_lines} lines are quoted");
}

/// Commands and the lines quoted of their answers: those below the command, or a block that begins as an answer does.
fn quotes(page: &str) -> Vec<(String, Vec<&str>)> {
    let mut quotes = Vec::new();
    for block in page.split("\n```").skip(1).step_by(2) {
        let (_, text) = block.split_once('\n').unwrap_or((block, ""));
        let mut lines = text.lines();
        let Some(first) = lines.next() else { continue };
        if let Some(arguments) = first.strip_prefix("$ cargo run --release -- ") {
            let lines: Vec<&str> = lines.filter(|line| !line.starts_with("$ ")).collect();
            if !lines.is_empty() {
                quotes.push((format!("rollcast {arguments}"), lines));
            }
        } else if let Some((scenario, _)) = first.split_once(": version ") {
            quotes.push((
                format!("rollcast run scenarios/{scenario}.toml"),
                text.lines().filter(|line| !line.is_empty()).collect(),
            ));
        }
    }
    quotes
}

/// The page on RoboMaker's notation shows a request, a description and the service's sample of one.
#[test]
fn the_description_beside_the_sample_is_what_the_command_writes() {
    let page = page("docs/robomaker.md");
    let json = |text: &str| -> serde_json::Value { serde_json::from_str(text).unwrap() };
    let shown: Vec<serde_json::Value> = page
        .split("\n```json\n")
        .skip(1)
        .map(|block| json(block.split("\n```").next().unwrap()))
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
    let sandbox = sandbox();
    let command = commands(&page)
        .into_iter()
        .find(|command| command.contains("--describe "))
        .expect("the command");
    run(&sandbox, &quick(&command));
    let mut written = json(&fs::read_to_string(sandbox.path("results/describe.json")).unwrap());
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
    for entry in fs::read_dir(checkout().join("docs")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "svg") {
            continue;
        }
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
            PAGES.iter().any(|name_of| page(name_of).contains(name)),
            "no page shows {name}"
        );
        pictures += 1;
    }
    assert!(pictures > 0);
}

#[test]
fn links_between_files_lead_somewhere() {
    let pages = [
        "README.md",
        "ARCHITECTURE.md",
        "docs/ci.md",
        "docs/lint.md",
        "docs/model.md",
        "docs/outputs.md",
        "docs/robomaker.md",
        "docs/scenario.md",
        "docs/slow-rollouts.md",
        "docs/choosing-percentages.md",
        "docs/ci.md",
    ];
    for name in pages {
        let folder = checkout().join(name).parent().unwrap().to_owned();
        for target in page(name)
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split([')', '#']).next())
        {
            let outside = target.starts_with("http") || target.is_empty();
            assert!(
                outside || folder.join(target).exists(),
                "{name} links to {target}, which is not there"
            );
        }
    }
}

/// The commands of rollcast in the blocks of a page that a shell takes.
fn commands(page: &str) -> Vec<String> {
    let mut commands = Vec::new();
    for block in page.split("\n```").skip(1).step_by(2) {
        let (language, text) = block.split_once('\n').unwrap_or((block, ""));
        if !["console", "sh", "bash", "shell"].contains(&language.trim()) {
            continue;
        }
        let text = text.replace("\\\n", " ");
        let prompted = text.lines().any(|line| line.starts_with("$ "));
        for line in text
            .lines()
            .filter(|line| !prompted || line.starts_with("$ "))
        {
            let line = line.strip_prefix("$ ").unwrap_or(line);
            match line
                .strip_prefix("cargo run --release -- ")
                .or(line.strip_prefix("rollcast "))
            {
                Some(arguments) => commands.push(format!("rollcast {arguments}")),
                None => continue,
            }
        }
    }
    commands
}

/// The command with few replications, unless it says something of single ones.
fn quick(command: &str) -> String {
    if command.contains("tune.limits") {
        return command.replace("rollcast tune ", "rollcast tune --step=50 ");
    }
    if let Some(rest) = command.strip_prefix("rollcast tune ") {
        // Few replications cannot show that limits hold, so there are none; nor do files depend on how finely it walks.
        return format!(
            "rollcast tune --replications {REPLICATIONS} --step=50 --set tune.limits=[] {}",
            rest.replace("--step=5 ", "")
        );
    }
    let plays = [
        "rollcast run ",
        "rollcast sweep ",
        "rollcast oc ",
        "rollcast compare ",
    ]
    .iter()
    .any(|start| command.starts_with(start));
    if !plays || command.contains("--trace") || command.contains("--help") {
        return command.to_owned();
    }
    if command.contains("--replications") {
        let (before, after) = command.split_once("--replications").unwrap();
        let rest = after
            .trim_start_matches(['=', ' '])
            .trim_start_matches(|c: char| c.is_ascii_digit());
        return format!("{before}--replications {REPLICATIONS}{rest}");
    }
    let (rollcast, rest) = command.split_once(' ').unwrap();
    let (play, rest) = rest.split_once(' ').unwrap();
    format!("{rollcast} {play} --replications {REPLICATIONS} {rest}")
}

/// The paths below `results/` that a page speaks of; patterns such as `results/NAME/` are not paths.
fn named_results(page: &str) -> impl Iterator<Item = &str> {
    let tokens = page.split(|c: char| c.is_whitespace() || "`()[]\"'<>,;".contains(c));
    let tokens = tokens.map(|token| token.trim_end_matches(['.', ':', '/']));
    tokens.filter(|token| {
        token.strip_prefix("results/").is_some_and(|rest| {
            !rest.is_empty()
                && !rest.contains(['*', '{', '$'])
                && rest != "NAME"
                && rest != "baseline"
        })
    })
}

#[test]
fn commands_are_found_in_blocks_with_and_without_prompts() {
    let readme = "text\n```console\n$ rollcast run a.toml \\\n    --json\nrollcast is output here\n```\n\n```toml\nrollcast = 1\n```\n\n```sh\ncargo build\ncargo run --release -- sweep b.toml --replications 5000 | head\n```\nsee `results/a/summary.json` and results/NAME/.\n";
    let found = commands(readme);
    assert_eq!(
        found,
        [
            "rollcast run a.toml      --json",
            "rollcast sweep b.toml --replications 5000 | head"
        ]
    );
    assert_eq!(
        quick(&found[0]),
        "rollcast run --replications 20 a.toml      --json"
    );
    assert_eq!(
        quick(&found[1]),
        "rollcast sweep b.toml --replications 20 | head"
    );
    assert_eq!(
        named_results(readme).collect::<Vec<_>>(),
        ["results/a/summary.json"]
    );
}
