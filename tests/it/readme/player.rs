//! Plays the commands of the pages in one folder, each no more often than it has to be.

use std::collections::HashMap;
use std::process::Command;

use crate::common::sandbox::Sandbox;

/// Replications of commands of which nothing is quoted: files and messages do not depend on it, a debug build's patience does.
pub const REPLICATIONS: &str = "20";

/// Commands that are not of the program, and what is done instead.
const NOT_PLAYED: [(&str, &str); 4] = [
    ("cargo test", "continuous integration does that"),
    ("git add rollout results/baseline", "there is no repository"),
    ("git stash", "there is no repository"),
    ("git stash pop", "there is no repository"),
];

/// A scratch folder with the scenarios, and the answers that were given in it.
pub struct Player {
    pub sandbox: Sandbox,
    answers: HashMap<String, String>,
}

impl Player {
    pub fn new() -> Player {
        let sandbox = Sandbox::empty();
        sandbox.add("scenarios", "scenarios");
        sandbox.add("results/baseline", "results/baseline");
        Player {
            sandbox,
            answers: HashMap::new(),
        }
    }

    /// The answer to a command of a page; with few replications where nothing is quoted of it.
    pub fn answer(&mut self, command: &str, is_quoted: bool) -> String {
        let mut answer = String::new();
        for part in command.split(" && ") {
            let part = match part.strip_prefix("cargo run --release -- ") {
                Some(arguments) => format!("rollcast {arguments}"),
                None => part.to_owned(),
            };
            if NOT_PLAYED.iter().any(|(known, _)| *known == part) {
                continue;
            }
            assert!(
                part.starts_with("rollcast ") || part.starts_with("mkdir "),
                "{command}: neither played nor known"
            );
            let part = if is_quoted { part } else { quick(&part) };
            if let Some(known) = self.answers.get(&part) {
                answer += known;
                continue;
            }
            let said = self.run(&part);
            answer += &said;
            self.answers.insert(part, said);
        }
        answer
    }

    /// Has a shell run a command in which `rollcast` is the binary under test, and sees to it that what it says it wrote is there.
    pub fn run(&self, command: &str) -> String {
        let binary = std::path::Path::new(env!("CARGO_BIN_EXE_rollcast"))
            .parent()
            .unwrap();
        let searched = std::env::var_os("PATH").unwrap();
        let folders = [binary.to_owned()]
            .into_iter()
            .chain(std::env::split_paths(&searched));
        let output = Command::new("sh")
            .arg("-c")
            .arg(command)
            .current_dir(&self.sandbox.folder)
            .env("PATH", std::env::join_paths(folders).unwrap())
            .env_remove("COLUMNS")
            .output()
            .unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        let is_answer = output.status.code().is_some_and(|code| match code {
            // That no setting meets the limits is an answer too, and so is that few replications leave open what is expected.
            1 => command.starts_with("rollcast tune "),
            3 => command.contains(&format!("--replications {REPLICATIONS} ")),
            _ => code == 0,
        });
        assert!(is_answer, "{command}: {}\n{stdout}{stderr}", output.status);
        let written = stderr
            .rsplit_once("\nin ")
            .and_then(|(_, written)| written.lines().next()?.split_once(": "));
        if let Some((folder, files)) = written {
            let folder = folder.replace("the current folder", ".");
            for file in files.split(", ") {
                assert!(
                    self.sandbox.path(&folder).join(file).exists(),
                    "{command}: says that it wrote {file}"
                );
            }
        }
        stdout
    }
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
            rest.replace("--step=5", "")
        );
    }
    let plays = ["run", "sweep", "oc", "compare", "check"]
        .iter()
        .any(|play| command.starts_with(&format!("rollcast {play} ")));
    let is_short = command.contains("--trace")
        || command.contains("--help")
        || command.contains("rollout/")
        || command.contains("clockwork");
    if !plays || is_short {
        return command.to_owned();
    }
    if let Some((before, after)) = command.split_once("--replications") {
        let rest = after
            .trim_start_matches(['=', ' '])
            .trim_start_matches(|c: char| c.is_ascii_digit());
        return format!(
            "{before}--replications {REPLICATIONS} {}",
            rest.trim_start()
        );
    }
    let (play, rest) = command["rollcast ".len()..]
        .split_once(' ')
        .expect("it has a scenario");
    format!("rollcast {play} --replications {REPLICATIONS} {rest}").replace("--map=5", "--map=50")
}

#[test]
fn commands_are_made_short() {
    for (long, short) in [
        (
            "rollcast run a.toml --json",
            "rollcast run --replications 20 a.toml --json",
        ),
        (
            "rollcast sweep b.toml --replications 5000 | head",
            "rollcast sweep b.toml --replications 20 | head",
        ),
        ("rollcast lint a.toml", "rollcast lint a.toml"),
        (
            "rollcast run a.toml --trace 0",
            "rollcast run a.toml --trace 0",
        ),
    ] {
        assert_eq!(quick(long), short);
    }
}
