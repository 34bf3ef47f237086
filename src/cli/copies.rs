//! Copies of an answer that a flag asks for by name: a page to send, or Markdown.

use std::path::{Path, PathBuf};

use crate::cli::args;
use crate::cli::exit::{Failure, print, say};
use crate::cli::paths::{Target, named, refuse_clashes};
use crate::cli::signals;
use crate::report::Output;

/// Stands for standard output in the place of a file's name.
const STDOUT: &str = "-";

/// A form in which an answer may be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Html,
    Markdown,
}

/// Files for copies, whose folders were tried before the work.
pub(super) struct Copies {
    files: Vec<(Form, Target, Output)>,
    /// The form that is printed in the place of the table.
    printed: Option<Form>,
}

/// Refuses to write a copy over a file that is no such copy: a scenario, a table, a result.
fn refuse_another_file(form: Form, flag: &str, target: &Target) -> Result<(), Failure> {
    let endings: &[&str] = match form {
        Form::Html => &[".html", ".htm"],
        Form::Markdown => &[".md", ".markdown"],
    };
    let path = target.path();
    let name = target.name.to_lowercase();
    if !path.exists() || endings.iter().any(|ending| name.ends_with(ending)) {
        return Ok(());
    }
    Err(Failure::Flag(format!(
        "{flag} {}: there is such a file, and its name does not end in {}: give the copy another name",
        path.display(),
        endings[0]
    )))
}

impl Copies {
    /// Tries the folders of what the flags ask for; from now on a signal does not end the program at once, which would leave something there.
    /// A flag may ask for something to be printed `instead` of the table.
    ///
    /// # Errors
    /// A name that no file can have, a file that was `given` to the command, one name for two copies, two answers to be printed; a folder
    /// that cannot be written to.
    pub(super) fn begin(
        args: &args::Copies,
        instead: Option<&str>,
        given: &[PathBuf],
    ) -> Result<Copies, Failure> {
        let asked = [
            (Form::Html, "--html", &args.html, "report.html"),
            (Form::Markdown, "--markdown", &args.markdown, "answer.md"),
        ];
        let mut copies = Copies {
            files: Vec::new(),
            printed: None,
        };
        let mut printed = instead.map(str::to_owned);
        let mut targets = Vec::new();
        for (form, flag, path, example) in asked {
            match path {
                None => {}
                Some(path) if path.as_os_str() != STDOUT => {
                    let target = Target::of(flag, path, example)?;
                    refuse_another_file(form, flag, &target)?;
                    targets.push((form, target));
                }
                Some(_) => {
                    let this = format!("{flag} {STDOUT}");
                    if let Some(other) = printed {
                        return Err(Failure::Flag(format!(
                            "{other} and {this} cannot both be printed: write {flag} to a file, as in {flag} {example}"
                        )));
                    }
                    printed = Some(this);
                    copies.printed = Some(form);
                }
            }
        }
        let files = targets.iter().map(|(_, target)| target);
        refuse_clashes(files, (Path::new(""), &[]), given)?;
        for (form, target) in targets {
            signals::ask_first();
            let output = Output::to(&target.folder)
                .map_err(|error| Failure::disk(&target.folder, &error))?;
            copies.files.push((form, target, output));
        }
        Ok(copies)
    }

    /// Prints the answer, or a copy of it in its place, and then writes the copies to files and says where they are. A copy is made for
    /// the file that it is written to.
    ///
    /// # Errors
    /// A folder or standard output cannot be written to.
    pub(super) fn deliver(
        self,
        answer: impl FnOnce() -> Result<(), Failure>,
        copy: impl Fn(Form, Option<&Target>) -> String,
        quiet: bool,
    ) -> Result<(), Failure> {
        match self.printed {
            Some(form) => print(&copy(form, None))?,
            None => answer()?,
        }
        for (form, target, mut output) in self.files {
            output.add(target.name.clone(), copy(form, Some(&target)));
            output
                .write()
                .map_err(|error| Failure::disk(&target.folder, &error))?;
            if !quiet {
                say(&format!("in {}: {}", named(&target.folder), target.name));
            }
        }
        Ok(())
    }
}
