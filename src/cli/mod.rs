//! What users type, and the only place that prints: results to standard output, everything else to standard error.

mod advice;
mod answers;
mod args;
mod check;
mod compare;
mod copies;
mod exit;
mod explain;
mod init;
mod lint;
mod map;
mod memory;
mod merge;
mod oc;
mod paths;
mod plan;
mod progress;
mod results;
mod run;
mod schema;
#[cfg(feature = "serve")]
mod serve;
mod shard;
mod shell;
mod signals;
mod sweep;
mod tune;
mod verify;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Command, ShardCommand};
use exit::Failure;

use crate::report::glossary_text;
use crate::scenario::io_problem;

/// Runs the command line and gives the exit code: 0 fine, 1 something expected is not so or lint found errors, 2 the input is wrong, 3 the replications do not tell,
/// 4 the disk, the system or a bug, 130 interrupted, 143 and 129 by SIGTERM and SIGHUP.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    // Numbers that do not add up panic rather than leave the program; that is a bug, and has its exit code.
    std::panic::catch_unwind(|| dispatch(arguments)).unwrap_or_else(|_| {
        exit::say("this is a bug in rollcast: nothing of this run was written");
        ExitCode::from(4)
    })
}

fn dispatch(arguments: Vec<OsString>) -> ExitCode {
    signals::watch()
        .map_err(|error| Failure::Disk(format!("cannot watch signals: {}", io_problem(&error))))
        .and_then(|()| match Arguments::try_parse_from(arguments) {
            Ok(arguments) => play(arguments.command).map(|()| ExitCode::SUCCESS),
            Err(asked) => exit::print_help(&asked),
        })
        .unwrap_or_else(Failure::report)
}

fn play(command: Command) -> Result<(), Failure> {
    match command {
        Command::Run(command) => run::run(&command),
        Command::Sweep(command) => sweep::sweep(&command),
        Command::Check(command) => check::check(&command),
        Command::Compare(command) => compare::compare(&command),
        Command::Oc(command) => oc::oc(&command),
        Command::Tune(command) => tune::tune(&command),
        Command::Shard(ShardCommand::Plan(command)) => shard::plan::plan(&command),
        Command::Merge(command) => merge::merge(&command),
        Command::Explain(command) => explain::explain(&command),
        Command::Init(command) => init::init(&command),
        Command::Schema(command) => schema::schema(&command),
        Command::Verify(command) => verify::verify(&command),
        #[cfg(feature = "serve")]
        Command::Serve(command) => serve::serve(&command),
        Command::Words => exit::print(&glossary_text()),
        Command::Completions(command) => shell::completions(&command),
        Command::Man(command) => shell::man(&command),
        Command::Lint(command) => lint::lint(&command),
    }
}
