//! Writing results to a folder: the folder is tried before the work, and files appear whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A folder that results are written to, and what is to be written.
pub struct Output {
    folder: PathBuf,
    /// Folders that did not exist before, outermost first: removed again if nothing is written.
    made: Vec<PathBuf>,
    files: Vec<(String, Vec<u8>)>,
    /// Files of an earlier command that would contradict the new ones.
    outdated: Vec<String>,
}

impl Output {
    /// Makes the folder if it does not exist and tries to write to it, so that a long run does not fail at its end.
    ///
    /// # Errors
    /// The folder cannot be made or written to.
    pub fn to(folder: &Path) -> io::Result<Output> {
        let ancestors = folder
            .ancestors()
            .filter(|ancestor| !ancestor.as_os_str().is_empty());
        let mut made: Vec<PathBuf> = ancestors
            .take_while(|ancestor| !ancestor.exists())
            .map(Path::to_owned)
            .collect();
        made.reverse();
        let output = Output {
            folder: folder.to_owned(),
            made,
            files: Vec::new(),
            outdated: Vec::new(),
        };
        fs::create_dir_all(folder)?;
        let probe = folder.join(partial("probe"));
        fs::write(&probe, b"")?;
        fs::remove_file(&probe)?;
        Ok(output)
    }

    /// Adds a file to be written.
    pub fn add(&mut self, name: impl Into<String>, contents: impl Into<Vec<u8>>) {
        self.files.push((name.into(), contents.into()));
    }

    /// The names of the files to be written.
    pub fn names(&self) -> Vec<String> {
        self.files.iter().map(|(name, _)| name.clone()).collect()
    }

    /// What the folder holds under the name of a file that is to be written.
    pub fn earlier(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.folder.join(name)).ok()
    }

    /// Names files that belong to the same results: those that are not written now are removed when the others are written.
    pub fn outdate(&mut self, names: impl IntoIterator<Item = impl Into<String>>) {
        self.outdated.extend(names.into_iter().map(Into::into));
    }

    /// Writes all files under other names first, and gives them their own only when every one is on the disk. Gives their names.
    ///
    /// # Errors
    /// A file cannot be written; then none is replaced, and nothing half written stays behind.
    pub fn write(mut self) -> io::Result<Vec<String>> {
        let result = self.files.iter().try_for_each(|(name, contents)| {
            let mut file = fs::File::create(self.folder.join(partial(name)))?;
            file.write_all(contents)?;
            file.sync_all()
        });
        let result = result.and_then(|()| {
            // Renaming is known to fail only where a folder has the file's name.
            match self
                .files
                .iter()
                .find(|(name, _)| self.folder.join(name).is_dir())
            {
                Some((name, _)) => Err(io::Error::new(
                    io::ErrorKind::IsADirectory,
                    format!("{name} is a folder"),
                )),
                None => Ok(()),
            }
        });
        let result = result.and_then(|()| {
            self.files.iter().try_for_each(|(name, _)| {
                fs::rename(self.folder.join(partial(name)), self.folder.join(name))
            })
        });
        if let Err(error) = result {
            for (name, _) in &self.files {
                // The file may not exist; only the first error matters.
                let _ = fs::remove_file(self.folder.join(partial(name)));
            }
            return Err(error);
        }
        for name in self
            .outdated
            .iter()
            .filter(|name| self.files.iter().all(|(written, _)| written != *name))
        {
            match fs::remove_file(self.folder.join(name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(std::mem::take(&mut self.files)
            .into_iter()
            .map(|(name, _)| name)
            .collect())
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        for folder in self.made.iter().rev() {
            // Fails while the folder holds something, as it should.
            let _ = fs::remove_dir(folder);
        }
    }
}

fn partial(name: &str) -> String {
    format!(".{name}.{}.partial", std::process::id())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::tempdir;

    #[test]
    fn a_file_of_earlier_results_stays_beside_new_ones() {
        let scratch = tempdir().unwrap();
        let folder = scratch.path();
        for written in ["robots.csv", "summary.json"] {
            let mut output = Output::to(folder).unwrap();
            output.add(written, "");
            output.outdate(["robots.csv"]);
            output.write().unwrap();
        }
        let left: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left, ["summary.json"]);
    }

    #[test]
    fn a_file_that_cannot_be_written_leaves_the_others_as_they_were() {
        let scratch = tempdir().unwrap();
        let folder = scratch.path();
        let mut output = Output::to(folder).unwrap();
        output.add("a.csv", "old");
        output.write().unwrap();
        let mut output = Output::to(folder).unwrap();
        output.add("a.csv", "new");
        output.add("no/such/folder.csv", "new");
        assert!(output.write().is_err());
        assert_eq!(fs::read_to_string(folder.join("a.csv")).unwrap(), "old");
        assert_eq!(
            fs::read_dir(folder).unwrap().count(),
            1,
            "something half written stayed behind"
        );
    }

    #[test]
    fn a_folder_in_the_place_of_a_file_leaves_the_others_as_they_were() {
        let scratch = tempdir().unwrap();
        let folder = scratch.path();
        fs::create_dir_all(folder.join("b.csv")).unwrap();
        let mut output = Output::to(folder).unwrap();
        output.add("a.csv", "new");
        output.add("b.csv", "new");
        assert!(output.write().is_err());
        assert!(!folder.join("a.csv").exists());
    }

    #[test]
    fn folders_made_for_nothing_are_taken_away() {
        let scratch = tempdir().unwrap();
        let folder = scratch.path();
        drop(Output::to(&folder.join("new/newer")).unwrap());
        assert!(!folder.join("new").exists());
        drop(Output::to(folder).unwrap());
        assert!(folder.exists(), "it was there before");
        let mut output = Output::to(&folder.join("new/newer")).unwrap();
        output.add("a.csv", "kept");
        output.write().unwrap();
        assert!(folder.join("new/newer/a.csv").exists());
    }
}
