//! The pages that a reader sees, and what is in them: blocks, and what a block has a shell do.

use std::fs;

use crate::common::sandbox::checkout;

/// The README and every page of `docs/`, in the order in which commands are played.
pub fn names() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(checkout().join("docs"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".md"))
        .map(|name| format!("docs/{name}"))
        .collect();
    names.sort();
    names.insert(0, "README.md".to_owned());
    names
}

pub fn page(name: &str) -> String {
    fs::read_to_string(checkout().join(name)).unwrap()
}

/// A part of a page between two fences, or between two blocks.
pub struct Part<'a> {
    /// What stands behind the fence, if this is a block.
    pub language: Option<&'a str>,
    pub lines: Vec<&'a str>,
}

impl Part<'_> {
    pub fn is_console(&self) -> bool {
        self.language == Some("console")
    }
}

/// A page cut at its fences: text and blocks in turn. The lines of all parts, with the fences, are the page.
pub fn parts(page: &str) -> Vec<Part<'_>> {
    let mut parts = vec![Part {
        language: None,
        lines: Vec::new(),
    }];
    for line in page.lines() {
        let part = parts.last_mut().expect("there is one");
        match line.strip_prefix("```") {
            Some(_) if part.language.is_some() => parts.push(Part {
                language: None,
                lines: Vec::new(),
            }),
            Some(language) => parts.push(Part {
                language: Some(language),
                lines: Vec::new(),
            }),
            None => part.lines.push(line),
        }
    }
    parts
}

/// What a reader does with a block.
pub enum Step<'a> {
    /// Saves it under the name in its first line.
    Save { path: &'a str, text: String },
    /// Has a shell run a command; what the page quotes of its answer stands below it.
    Run {
        command: &'a str,
        quoted: Vec<&'a str>,
    },
}

pub fn steps<'a>(part: &Part<'a>) -> Vec<Step<'a>> {
    if part.is_console() {
        let mut steps = Vec::new();
        for line in &part.lines {
            if let Some(command) = line.strip_prefix("$ ") {
                let command = command.split("   #").next().expect("a text").trim_end();
                let quoted = Vec::new();
                steps.push(Step::Run { command, quoted });
            } else if let Some(Step::Run { quoted, .. }) = steps.last_mut() {
                quoted.push(*line);
            } else {
                panic!("{line} stands above the first command");
            }
        }
        return steps;
    }
    let path = part
        .lines
        .first()
        .and_then(|line| line.strip_prefix("# "))
        .filter(|path| path.ends_with(".toml") && !path.contains(' '));
    match path {
        Some(path) => vec![Step::Save {
            path,
            text: part.lines.join("\n") + "\n",
        }],
        None => Vec::new(),
    }
}

/// The paths below `results/` that a page speaks of; patterns such as `results/NAME/` are not paths.
pub fn named_results(page: &str) -> impl Iterator<Item = &str> {
    let tokens = page.split(|c: char| c.is_whitespace() || "`()[]\"'<>,;".contains(c));
    let tokens = tokens.map(|token| token.trim_end_matches(['.', ':', '/']));
    tokens.filter(|token| {
        token.strip_prefix("results/").is_some_and(|rest| {
            !rest.is_empty()
                && !rest.contains(['*', '{', '$'])
                && !rest.contains("NAME")
                && !rest.starts_with("<name>")
                && rest != "baseline"
        })
    })
}

/// The commands of the program in backticks, one space between words.
pub fn commands_of(text: &str) -> Vec<String> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .map(|code| code.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|code| code.starts_with("rollcast "))
        .collect()
}

/// The heading as a link names it.
pub fn anchor(heading: &str) -> String {
    heading
        .trim_start_matches('#')
        .trim()
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[test]
fn blocks_are_cut_into_commands_and_what_is_quoted() {
    let text = "text\n```console\n$ rollcast run a.toml\nfirst line\n...\n$ ls\n```\n\n```toml\n# a/b.toml\nx = 1\n```\nsee `results/a/summary.json` and results/NAME/.\n";
    let parts = parts(text);
    assert_eq!(parts.len(), 5);
    let console = steps(&parts[1]);
    let [
        Step::Run { command, quoted },
        Step::Run {
            command: second, ..
        },
    ] = console.as_slice()
    else {
        panic!("two commands")
    };
    assert_eq!((*command, *second), ("rollcast run a.toml", "ls"));
    assert_eq!(quoted, &["first line", "..."]);
    let saved = steps(&parts[3]);
    let [Step::Save { path, text: toml }] = saved.as_slice() else {
        panic!("a file")
    };
    assert_eq!((*path, toml.as_str()), ("a/b.toml", "# a/b.toml\nx = 1\n"));
    assert_eq!(
        named_results(text).collect::<Vec<_>>(),
        ["results/a/summary.json"]
    );
    assert_eq!(anchor("## A line, that is full?"), "a-line-that-is-full");
}
