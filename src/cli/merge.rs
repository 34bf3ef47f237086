//! `rollcast merge`: the study whose shards are in a folder, delivered as if it had been played here.

use std::io::ErrorKind;

use crate::cli::args::{self, Command};
use crate::cli::exit::Failure;
use crate::cli::{oc, run, sweep};
use crate::report::{Shards, Unusable};

pub(super) fn merge(args: &args::Merge) -> Result<(), Failure> {
    let shards = Shards::open(&args.folder).map_err(|unusable| match unusable {
        Unusable::Refused(text) => Failure::Flag(text),
        Unusable::Disk(error) => match Failure::unread(&args.folder, &error) {
            Failure::Disk(text) if error.kind() == ErrorKind::NotFound => Failure::Flag(text),
            failure => failure,
        },
    })?;
    match args.command(shards) {
        Command::Run(command) => run::run(&command),
        Command::Sweep(command) => sweep::sweep(&command),
        Command::Oc(command) => oc::oc(&command),
        other => unreachable!("a bug: shards of {other:?}"),
    }
}
