//! Paths in outputs: as one would write them in the folder where the scenario lies, so that a scenario comes to the same bytes wherever
//! it is played from.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf};

use crate::cli::exit::Failure;

/// The path of a file as one would write it in the folder of a scenario; what is no file, as a pipe, keeps its name.
pub(super) fn beside(scenario: &Path, path: &Path) -> String {
    relative(scenario, path)
        .unwrap_or_else(|_| path.to_owned())
        .to_string_lossy()
        .replace(MAIN_SEPARATOR, "/")
}

fn relative(scenario: &Path, path: &Path) -> io::Result<PathBuf> {
    const NO_FILE: io::ErrorKind = io::ErrorKind::NotFound;
    if !fs::metadata(path)?.is_file() {
        return Err(NO_FILE.into());
    }
    let (from, to) = (folder(scenario)?, folder(path)?);
    let (from, to): (Vec<Component>, Vec<Component>) =
        (from.components().collect(), to.components().collect());
    let shared = from
        .iter()
        .zip(&to)
        .take_while(|(from, to)| from == to)
        .count();
    if shared == 0 {
        return Err(NO_FILE.into());
    }
    let up = from[shared..].iter().map(|_| Component::ParentDir);
    let mut relative: PathBuf = up.chain(to[shared..].iter().copied()).collect();
    relative.push(path.file_name().ok_or(NO_FILE)?);
    Ok(relative)
}

/// The folder that a file lies in, from the root on.
fn folder(path: &Path) -> io::Result<PathBuf> {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    fs::canonicalize(parent.unwrap_or(Path::new(".")))
}

/// A file that a flag asks for by name.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub folder: PathBuf,
    pub name: String,
}

impl Target {
    /// The file that a flag names; where there is a link, the file that it leads to.
    pub(super) fn of(flag: &str, path: &Path, example: &str) -> Result<Target, Failure> {
        Target::at(path).ok_or_else(|| {
            Failure::Flag(format!(
                "{flag} {}: write the name of a file, as in {example}",
                path.display()
            ))
        })
    }

    pub(super) fn at(path: &Path) -> Option<Target> {
        let path = match path.is_symlink() {
            true => fs::canonicalize(path).ok()?,
            false => path.to_owned(),
        };
        // Something that is no file, such as a pipe, would be replaced by a file.
        if path.exists() && !path.is_file() {
            return None;
        }
        let name = path.file_name()?.to_str()?.to_owned();
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."))
            .to_owned();
        Some(Target { folder, name })
    }

    /// The way to a folder that holds these files from that of this one, with a slash at its end; empty if it is the same folder.
    pub(super) fn way(&self, folder: &Path, files: &[String]) -> Option<String> {
        let file = files.first()?;
        let path = relative(&self.path(), &folder.join(file)).ok()?;
        let path = path.to_string_lossy().replace(MAIN_SEPARATOR, "/");
        path.strip_suffix(file.as_str()).map(str::to_owned)
    }

    /// Its path as one would write it.
    pub(super) fn path(&self) -> PathBuf {
        match self.folder == Path::new(".") {
            true => PathBuf::from(&self.name),
            false => self.folder.join(&self.name),
        }
    }
}

/// A folder as one would say it.
pub(super) fn named(folder: &Path) -> String {
    match folder == Path::new(".") {
        true => "the current folder".to_owned(),
        false => folder.display().to_string(),
    }
}

/// Refuses files that would be written over each other, over results of the run, or over what was given to it.
pub(super) fn refuse_clashes<'f>(
    files: impl Iterator<Item = &'f Target>,
    (results, names): (&Path, &[&str]),
    given: &[PathBuf],
) -> Result<(), Failure> {
    let results = fs::canonicalize(results).unwrap_or(results.to_owned());
    let given: Vec<PathBuf> = given
        .iter()
        .filter_map(|path| fs::canonicalize(path).ok())
        .collect();
    let mut seen = HashSet::new();
    for file in files {
        let folder = fs::canonicalize(&file.folder).unwrap_or(file.folder.clone());
        let name = file.name.clone();
        let what = if given.contains(&folder.join(&name)) {
            "is what the command was given"
        } else if folder == results && names.contains(&name.as_str()) {
            "is a result of the run"
        } else if !seen.insert((folder, name)) {
            "would be two answers"
        } else {
            continue;
        };
        return Err(Failure::Flag(format!(
            "{} {what}: give the answer another name",
            file.path().display()
        )));
    }
    Ok(())
}
