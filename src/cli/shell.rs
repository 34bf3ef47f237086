//! `rollcast completions` and `rollcast man`: what shells and `man` want to know, from the command line's own shape.

use clap::CommandFactory;

use crate::cli::args::{self, Arguments};
use crate::cli::exit::{Failure, print};

pub(super) fn completions(args: &args::Completions) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(
        args.shell,
        &mut Arguments::command(),
        "rollcast",
        &mut script,
    );
    print(&String::from_utf8_lossy(&script))
}

/// The page of the program, or of one of its commands.
pub(super) fn man(args: &args::Man) -> Result<(), Failure> {
    let mut program = Arguments::command();
    program.build();
    let command = match &args.command {
        None => program,
        Some(name) => match program.find_subcommand(name) {
            Some(command) => command.clone(),
            None => {
                return Err(Failure::Flag(format!(
                    "there is no command `{name}`; `rollcast --help` lists them"
                )));
            }
        },
    };
    let mut page = Vec::new();
    let render = clap_mangen::Man::new(command).render(&mut page);
    render.expect("a bug: a manual page that memory does not take");
    print(&String::from_utf8_lossy(&page))
}
