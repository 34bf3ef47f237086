//! What users type, and the only place that prints: results to standard output, everything else to standard error.

mod args;
mod exit;
mod progress;
mod run;
mod sweep;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Command};
use exit::Failure;

/// Runs the command line and gives the exit code: 0 fine, 2 the input is wrong, 4 the disk or a bug, 130 interrupted.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => error.exit(),
    };
    let result = match arguments.command {
        Command::Run(command) => run::run(&command),
        Command::Sweep(command) => sweep::sweep(&command),
    };
    result.map_or_else(Failure::report, |()| ExitCode::SUCCESS)
}
