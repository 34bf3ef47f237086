//! Paths in outputs: as one would write them in the folder where the scenario lies, so that a scenario comes to the same bytes wherever
//! it is played from.

use std::fs;
use std::io;
use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf};

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
