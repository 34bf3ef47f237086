//! `rollcast verify`: whether the files in a folder are those that a command wrote.

use crate::cli::args;
use crate::cli::exit::{Failure, print, say};
use crate::report::{Verified, plural, verify as verified};
use crate::scenario::io_problem;

pub(super) fn verify(args: &args::Verify) -> Result<(), Failure> {
    let folder = args.folder.display();
    let (sets, left_over) = verified(&args.folder).map_err(|error| {
        let problem = io_problem(&error);
        Failure::Flag(format!("cannot read {folder}: {problem}"))
    })?;
    print(&sets.iter().map(text).collect::<String>())?;
    if !left_over.is_empty() {
        let names = left_over.join(", ");
        say(&format!(
            "note: left over from a command that was cut off, and removed by the next: {names}"
        ));
    }
    if sets.is_empty() {
        return Err(Failure::Flag(format!(
            "there is no manifest in {folder}: no run finished writing there"
        )));
    }
    match sets.iter().all(|set| set.faults.is_empty()) {
        true => Ok(()),
        false => Err(Failure::Flag(format!(
            "the files in {folder} do not belong together; run the command again"
        ))),
    }
}

fn text(set: &Verified) -> String {
    let files = plural(set.files as u64, "file");
    let written = match &set.command {
        Some(command) => format!("{files} of `{command}`"),
        None => files,
    };
    let manifest = &set.manifest;
    match set.faults.as_slice() {
        [] => format!("{manifest}: {written}, all as written\n"),
        faults => format!("{manifest}: {written}\n  {}\n", faults.join("\n  ")),
    }
}
