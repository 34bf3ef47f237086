//! How a command ends: its results delivered, or a failure and its exit code.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use crate::cli::signals;
use crate::report::{Output, WIDTH_MAX, plural};
use crate::rollout::KNOBS;
use crate::scenario::{Diagnostic, Problems, Profile, Scenario, io_problem, visible};
use crate::units::count;

/// Why a command did not do all that it was asked for.
pub(super) enum Failure {
    /// What the user wrote is wrong; nothing was played or written.
    Input(Problems),
    /// A flag does not fit the scenario.
    Flag(String),
    /// The disk did not take the results, or the system did not give what is needed.
    Disk(String),
    /// A bug that a command outlived.
    Bug(String),
    /// An expectation failed; the results say which, and have been delivered.
    Expectation(String),
    /// An expectation is inconclusive; the results have been delivered.
    Inconclusive(String),
    /// Stopped by a signal; finished results have been delivered.
    Interrupted(String),
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Failure {
        Failure::Input(problems)
    }
}

impl Failure {
    /// Refuses a command that needs the two knobs for a scenario whose engine has none.
    ///
    /// # Errors
    /// The engine has no such knobs.
    pub(super) fn without_knobs(scenario: &Scenario, command: &str) -> Result<(), Failure> {
        let mut profiles = scenario.profiles.iter();
        match profiles.find(|profile| !profile.rules.has_knobs()) {
            None => Ok(()),
            Some(profile) => Err(Failure::Flag(format!(
                "{command} plays off {} and {}, which the rules of `{}` do not have; vary their own keys with sweep --vary",
                KNOBS[0].key(),
                KNOBS[1].key(),
                profile.rules.table().path()
            ))),
        }
    }

    /// Refuses to describe the rules of another engine in RoboMaker's notation.
    ///
    /// # Errors
    /// The rules are another engine's.
    pub(super) fn unless_robomaker(profile: &Profile) -> Result<(), Failure> {
        match profile.rules.robomaker() {
            Some(_) => Ok(()),
            None => Err(Failure::Flag(format!(
                "this is in RoboMaker's notation, which says nothing of the rules of `{}`",
                profile.rules.table().path()
            ))),
        }
    }

    pub(super) fn disk(folder: &Path, error: &io::Error) -> Failure {
        let problem = match error.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
                "there is a file in its place".to_owned()
            }
            _ => io_problem(error),
        };
        Failure::Disk(format!("cannot write to {}: {problem}", folder.display()))
    }

    pub(super) fn unread(folder: &Path, error: &io::Error) -> Failure {
        let problem = io_problem(error);
        Failure::Disk(format!("cannot read {}: {problem}", folder.display()))
    }

    /// Fails if something failed of `all`, or is inconclusive and nothing failed; the message follows `lead`.
    ///
    /// # Errors
    /// Something failed or is inconclusive.
    pub(super) fn unless_all_hold(
        lead: &str,
        failed: u64,
        open: u64,
        all: &str,
    ) -> Result<(), Failure> {
        if failed > 0 {
            let text = format!("{lead}failed: {} of {all}", count(failed));
            return Err(Failure::Expectation(text));
        }
        if open > 0 {
            let text = format!("{lead}inconclusive: {} of {all}", count(open));
            return Err(Failure::Inconclusive(text));
        }
        Ok(())
    }

    /// An interruption so early that there is nothing to keep.
    pub(super) fn nothing_finished(what: &str) -> Failure {
        Failure::Interrupted(format!("interrupted before {what}; nothing was written"))
    }

    /// Says what went wrong and gives the exit code.
    pub(super) fn report(self) -> ExitCode {
        let (text, code) = match self {
            Failure::Input(problems) => {
                say_styled(problems.render(colour()).trim_end());
                return ExitCode::from(2);
            }
            Failure::Flag(text) => (format!("error: {text}"), 2),
            Failure::Disk(text) => (format!("error: {text}"), 4),
            Failure::Bug(text) => (format!("this is a bug in rollcast: {text}"), 4),
            Failure::Expectation(text) => (text, 1),
            Failure::Inconclusive(text) => (text, 3),
            Failure::Interrupted(text) => (text, signals::exit_code()),
        };
        say(&text);
        ExitCode::from(code)
    }
}

/// Whether messages may be coloured.
fn colour() -> bool {
    io::stderr().is_terminal() && allows_colour()
}

/// Whether an answer may be coloured.
pub(super) fn colour_of_answer() -> bool {
    io::stdout().is_terminal() && allows_colour()
}

fn allows_colour() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Prints a message; a closed stream is not an error.
pub(super) fn say(text: &str) {
    say_styled(&visible(text));
}

/// Prints a message that is coloured, or known to have no characters but visible ones.
fn say_styled(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Prints warnings, unless `quiet`; those for `lint` to tell in a line.
pub(super) fn warn(warnings: &Problems, quiet: bool) {
    if quiet {
        return;
    }
    let (aside, shown): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
        warnings.0.iter().partition(|warning| warning.is_aside);
    if !shown.is_empty() {
        let shown = Problems(shown.into_iter().cloned().collect());
        say_styled(shown.render(colour()).trim_end());
    }
    if !aside.is_empty() {
        let n = plural(aside.len() as u64, "measured table");
        let are = if aside.len() == 1 { "is" } else { "are" };
        say(&format!(
            "note: {n} {are} known only between the ends; rollcast lint says more"
        ));
    }
}

/// The columns that an answer may take: those of a terminal as far as it can be folded, and a fixed number where it is piped.
pub(super) fn width_of_answer() -> usize {
    match terminal_size::terminal_size_of(io::stdout()) {
        Some((terminal_size::Width(width), _)) => usize::from(width),
        None => WIDTH_MAX,
    }
}

/// Writes the files, and gives the line that says where they are.
///
/// # Errors
/// The folder cannot be written to.
pub(super) fn write(output: Output, folder: &Path) -> Result<String, Failure> {
    signals::ask_first();
    let files = output
        .write()
        .map_err(|error| Failure::disk(folder, &error))?;
    Ok(format!("in {}: {}", folder.display(), files.join(", ")))
}

/// Prints a result; a reader that has seen enough is not an error.
///
/// # Errors
/// Standard output cannot be written to.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    print_styled(&visible(text))
}

/// As [`print`], for a text that is coloured and otherwise visible.
///
/// # Errors
/// As there.
pub(super) fn print_styled(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(text.as_bytes());
    printed(written.and_then(|()| stdout.flush()))
}

/// Prints the help that was asked for, or what is wrong with a command line, and gives the exit code.
///
/// # Errors
/// As above.
pub(super) fn print_help(asked: &clap::Error) -> Result<ExitCode, Failure> {
    let shown = asked.print();
    if !asked.use_stderr() {
        printed(shown.and_then(|()| io::stdout().flush()))?;
    }
    Ok(ExitCode::from(asked.exit_code() as u8))
}

fn printed(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Disk(format!(
            "cannot write to standard output: {}",
            io_problem(&error)
        ))),
        _ => Ok(()),
    }
}
