//! Running the built binary from the outside: scratch folders, transcripts, and expected outputs that rewrite themselves with
//! `ROLLCAST_OVERWRITE=1 cargo test`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

/// The checkout.
pub fn checkout() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a folder of the checkout whose names have an ending, by their names without it, in order.
pub fn files_in(folder: &str, ending: &str) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(checkout().join(folder)).unwrap_or_else(|e| panic!("{folder}: {e}"));
    let mut files: Vec<(String, PathBuf)> = entries
        .filter_map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name()?.to_str()?.strip_suffix(ending)?.to_owned();
            Some((name, path))
        })
        .collect();
    files.sort();
    files
}

/// The shipped scenarios, by name.
pub fn shipped() -> Vec<(String, PathBuf)> {
    files_in("scenarios", ".toml")
}

/// A scratch folder of one test, the working directory of its commands; removed at its end.
pub struct Sandbox {
    pub folder: TempDir,
}

impl Sandbox {
    /// A folder with a copy of what is in `from`, a folder of the checkout.
    pub fn new(from: &str) -> Sandbox {
        let sandbox = Sandbox::empty();
        sandbox.add(from, ".");
        sandbox
    }

    pub fn empty() -> Sandbox {
        let folder = tempfile::Builder::new().prefix("rollcast-").tempdir();
        Sandbox {
            folder: folder.unwrap(),
        }
    }

    /// Copies what is in `from`, a folder of the checkout, to `to`.
    pub fn add(&self, from: &str, to: &str) {
        copy(&checkout().join(from), &self.path(to));
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The binary with the scratch folder as its working directory, ready to be given arguments.
    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rollcast"));
        command
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .env_remove("COLUMNS")
            .env_remove("CLICOLOR_FORCE");
        command
    }

    pub fn rollcast(&self, arguments: &[&str]) -> Output {
        self.command().args(arguments).output().unwrap()
    }

    /// The names of the files and folders below `folder`, sorted; empty if there is none.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path(folder)) else {
            return Vec::new();
        };
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Plays the commands of a transcript, the lines that begin with `$ `, and requires the rest of it to be what they print:
    /// standard output, then standard error below `[stderr]`, then the exit code if it is not 0.
    pub fn transcript(&self, name: &str) {
        let path = checkout().join(format!("tests/cli/{name}.console"));
        let script = fs::read_to_string(&path).unwrap();
        let mut actual = String::new();
        for line in script.lines().filter(|line| line.starts_with("$ ")) {
            actual += &format!("{line}\n{}\n", self.shown(&words(&line[2..])));
        }
        assert!(!actual.is_empty(), "{name}.console has no commands");
        expect(&path, &actual);
    }

    /// What one command of a transcript prints: of rollcast, or of a few that show files.
    fn shown(&self, words: &[String]) -> String {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["ls", folder] => self
                .names(folder)
                .iter()
                .map(|name| format!("{name}\n"))
                .collect(),
            ["cat", file] => fs::read_to_string(self.path(file)).unwrap(),
            ["head", count, file] => {
                let count: usize = count[1..].parse().unwrap();
                let text = fs::read(self.path(file)).unwrap();
                String::from_utf8_lossy(&text)
                    .lines()
                    .take(count)
                    .map(|line| format!("{line}\n"))
                    .collect()
            }
            ["rollcast", arguments @ ..] => {
                let output = self.rollcast(arguments);
                let mut shown = String::from_utf8(output.stdout).unwrap();
                let stderr = String::from_utf8(output.stderr).unwrap();
                if !stderr.is_empty() {
                    shown += &format!("[stderr]\n{stderr}");
                }
                match output.status.code() {
                    Some(0) => {}
                    Some(code) => shown += &format!("[exit {code}]\n"),
                    None => panic!("{words:?} was killed"),
                }
                shown
            }
            other => panic!("a transcript cannot say {other:?}"),
        }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The words of a command line.
pub fn words(line: &str) -> Vec<String> {
    shlex::split(line).unwrap_or_else(|| panic!("{line} has a quote too many"))
}

/// Requires `actual` to be what the file holds; with `ROLLCAST_OVERWRITE` set, writes the file instead.
pub fn expect(path: &Path, actual: &str) {
    if std::env::var_os("ROLLCAST_OVERWRITE").is_some() {
        fs::write(path, actual).unwrap();
        return;
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    if expected == actual {
        return;
    }
    let same = expected
        .lines()
        .zip(actual.lines())
        .take_while(|(expected, actual)| expected == actual)
        .count();
    let from = |text: &str| {
        text.lines()
            .skip(same)
            .take(12)
            .collect::<Vec<_>>()
            .join("\n")
    };
    panic!(
        "{}: differs from line {} on\n--- expected\n{}\n--- actual\n{}\n--- ROLLCAST_OVERWRITE=1 accepts what is",
        path.display(),
        same + 1,
        from(&expected),
        from(actual),
    );
}

/// Starts a program whose outputs are read at its end.
pub fn piped(command: &mut Command) -> Child {
    command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits until something is so; fails if the program ends before.
pub fn wait(child: &mut Child, so: impl Fn(&Child) -> bool) {
    while !so(child) {
        assert!(child.try_wait().unwrap().is_none(), "ended too early");
        std::thread::yield_now();
    }
}

/// Sends a signal, called as `kill` does.
pub fn signal(child: &Child, name: &str) {
    let kill = format!("kill -{name} {}", child.id());
    let killed = Command::new("sh").args(["-c", &kill]).status().unwrap();
    assert!(killed.success());
}

/// What a program printed.
pub fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}
