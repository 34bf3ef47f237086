//! The README's commands do what it says: each runs, and what it names as results is there afterwards.

#[path = "cli/support.rs"]
mod support;

use std::fs;
use std::process::Command;

use support::{Sandbox, checkout};

/// Replications of commands here: files and messages do not depend on it, a debug build's patience does.
const REPLICATIONS: &str = "20";

#[test]
fn every_command_of_the_readme_runs_and_leaves_what_it_names() {
    let readme = fs::read_to_string(checkout().join("README.md")).unwrap();
    let commands = commands(&readme);
    assert!(!commands.is_empty(), "the README shows no command");
    let sandbox = Sandbox::empty("readme");
    sandbox.add("scenarios", "scenarios");
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_rollcast")).parent().unwrap();
    let searched = std::env::var_os("PATH").unwrap();
    let path = std::env::join_paths([binary.to_owned()].into_iter().chain(std::env::split_paths(&searched))).unwrap();
    for command in &commands {
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(quick(command)).current_dir(&sandbox.folder).env("PATH", &path);
        let output = shell.output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{command}: {}\n{stderr}", output.status);
        if let Some((folder, files)) = stderr.rsplit_once("\nin ").and_then(|(_, written)| written.trim().split_once(": ")) {
            for file in files.split(", ") {
                assert!(sandbox.path(folder).join(file).exists(), "{command}: says that it wrote {file}");
            }
        }
    }
    for named in named_results(&readme) {
        assert!(sandbox.path(named).exists(), "the README names {named}, which none of its commands writes");
    }
}

/// The commands of rollcast in the blocks of the README that a shell takes.
fn commands(readme: &str) -> Vec<String> {
    let mut commands = Vec::new();
    for block in readme.split("\n```").skip(1).step_by(2) {
        let (language, text) = block.split_once('\n').unwrap_or((block, ""));
        if !["console", "sh", "bash", "shell"].contains(&language.trim()) {
            continue;
        }
        let text = text.replace("\\\n", " ");
        let prompted = text.lines().any(|line| line.starts_with("$ "));
        for line in text.lines().filter(|line| !prompted || line.starts_with("$ ")) {
            let line = line.strip_prefix("$ ").unwrap_or(line);
            match line.strip_prefix("cargo run --release -- ").or(line.strip_prefix("rollcast ")) {
                Some(arguments) => commands.push(format!("rollcast {arguments}")),
                None => continue,
            }
        }
    }
    commands
}

/// The command with few replications, unless it says something of single ones.
fn quick(command: &str) -> String {
    let plays = ["rollcast run ", "rollcast sweep "].iter().any(|start| command.starts_with(start));
    if !plays || command.contains("--trace") || command.contains("--help") {
        return command.to_owned();
    }
    if command.contains("--replications") {
        let (before, after) = command.split_once("--replications").unwrap();
        let rest = after.trim_start_matches(['=', ' ']).trim_start_matches(|c: char| c.is_ascii_digit());
        return format!("{before}--replications {REPLICATIONS}{rest}");
    }
    let (rollcast, rest) = command.split_once(' ').unwrap();
    let (play, rest) = rest.split_once(' ').unwrap();
    format!("{rollcast} {play} --replications {REPLICATIONS} {rest}")
}

/// The paths below `results/` that the README speaks of; patterns such as `results/NAME/` are not paths.
fn named_results(readme: &str) -> impl Iterator<Item = &str> {
    let tokens = readme.split(|c: char| c.is_whitespace() || "`()[]\"'<>,;".contains(c));
    let tokens = tokens.map(|token| token.trim_end_matches(['.', ':', '/']));
    tokens.filter(|token| {
        token
            .strip_prefix("results/")
            .is_some_and(|rest| !rest.is_empty() && !rest.contains(['*', '{', '$']) && rest != "NAME" && rest != "baseline")
    })
}

#[test]
fn commands_are_found_in_blocks_with_and_without_prompts() {
    let readme = "text\n```console\n$ rollcast run a.toml \\\n    --json\nrollcast is output here\n```\n\n```toml\nrollcast = 1\n```\n\n```sh\ncargo build\ncargo run --release -- sweep b.toml --replications 5000 | head\n```\nsee `results/a/summary.json` and results/NAME/.\n";
    let found = commands(readme);
    assert_eq!(found, ["rollcast run a.toml      --json", "rollcast sweep b.toml --replications 5000 | head"]);
    assert_eq!(quick(&found[0]), "rollcast run --replications 20 a.toml      --json");
    assert_eq!(quick(&found[1]), "rollcast sweep b.toml --replications 20 | head");
    assert_eq!(named_results(readme).collect::<Vec<_>>(), ["results/a/summary.json"]);
}
