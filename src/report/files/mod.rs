//! Writing results to a folder: the folder is tried before the work, and all files of a command are replaced as one, or none.
//!
//! A reader finds the files of before or those of now, or can tell: the manifest ([`verify`]) is replaced last. One run at a time has the folder
//! of a set; files that flags ask for by name lie outside of it.

mod change;
mod lock;
mod manifest;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use change::{Change, Step, clear};
use lock::Lock;
use manifest::manifest;

use crate::report::provenance::Provenance;

pub use change::was_cut_off;
pub use manifest::{Verified, manifest_schema, verify};

/// The largest earlier file that is looked at [bytes].
const EARLIER_MAX: u64 = 100_000_000;

/// A folder that results are written to, and what is to be written.
pub struct Output {
    folder: PathBuf,
    /// Folders that did not exist before, outermost first: removed again if nothing is written.
    made: Vec<PathBuf>,
    /// Keeps other runs away from the folder of a set.
    lock: Option<Lock>,
    files: Vec<(String, Vec<u8>)>,
    /// Files of an earlier command that would contradict the new ones.
    outdated: Vec<String>,
    /// The file that names the set, and what made it.
    listed: Option<(String, Provenance)>,
}

impl Output {
    /// Makes the folder if it does not exist and tries to write to it, so that a long run does not fail at its end. Removes what was left
    /// there by commands that were killed.
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
            lock: None,
            files: Vec::new(),
            outdated: Vec::new(),
            listed: None,
        };
        fs::create_dir_all(folder)?;
        drop(Change::begin(folder)?);
        clear(folder);
        Ok(output)
    }

    /// As [`Output::to`], for a set of files: no other run may write one to the folder meanwhile.
    ///
    /// # Errors
    /// As there, or another run has the folder.
    pub fn of_set(folder: &Path) -> io::Result<Output> {
        let mut output = Output::to(folder)?;
        output.lock = Some(Lock::take(folder)?);
        Ok(output)
    }

    /// Adds a file to be written.
    pub fn add(&mut self, name: impl Into<String>, contents: impl Into<Vec<u8>>) {
        self.files.push((name.into(), contents.into()));
    }

    /// Has all files listed in a manifest, whose name is made from that of one of them.
    pub fn list(&mut self, name: impl Into<String>, provenance: &Provenance) {
        self.listed = Some((name.into(), provenance.clone()));
    }

    /// The names of the files to be written, but for the manifest.
    pub fn names(&self) -> Vec<String> {
        self.files.iter().map(|(name, _)| name.clone()).collect()
    }

    /// What the folder holds under the name of a file that is to be written.
    pub fn earlier(&self, name: &str) -> Option<Vec<u8>> {
        let path = self.folder.join(name);
        let file = fs::metadata(&path).ok()?;
        let is_read = file.is_file() && file.len() <= EARLIER_MAX;
        is_read.then(|| fs::read(path).ok())?
    }

    /// Names files that belong to the same results: those that are not written now are removed when the others are written.
    pub fn outdate(&mut self, names: impl IntoIterator<Item = impl Into<String>>) {
        self.outdated.extend(names.into_iter().map(Into::into));
    }

    /// Replaces all files as one, the manifest last. Gives their names.
    ///
    /// # Errors
    /// A file cannot be written or replaced; then all are as before, and nothing half written stays behind.
    pub fn write(self) -> io::Result<Vec<String>> {
        self.write_in_steps(&mut || Ok(()))
    }

    fn write_in_steps(mut self, step: &mut Step) -> io::Result<Vec<String>> {
        let names = self.names();
        if let Some((name, provenance)) = &self.listed {
            self.files.push(manifest(name, provenance, &self.files));
        }
        self.outdated.retain(|name| !names.contains(name));
        Change::begin(&self.folder)?.make(&self.files, &self.outdated, step)?;
        Ok(names)
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        self.lock = None;
        for folder in self.made.iter().rev() {
            // Fails while the folder holds something, as it should.
            let _ = fs::remove_dir(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use tempfile::tempdir;

    fn provenance(command: &str) -> Provenance {
        Provenance {
            rollcast: "0",
            model_version: 0,
            scenario: "test".to_owned(),
            scenario_hash: String::new(),
            time_zones: None,
            seed: 1,
            replications: 1,
            command: command.to_owned(),
        }
    }

    /// Sets the folder to be given a first set of files, or a second one that has one in common, a new one, and one less.
    fn set(folder: &Path, command: &str, files: &[&str]) -> Output {
        let mut output = Output::of_set(folder).unwrap();
        for name in files {
            output.add(*name, format!("{name} of {command}"));
        }
        output.outdate(["old.csv"]);
        output.list("a.json", &provenance(command));
        output
    }

    fn first(folder: &Path) -> Output {
        set(folder, "first", &["a.json", "b.csv", "old.csv"])
    }

    fn second(folder: &Path) -> Output {
        set(folder, "second", &["a.json", "b.csv", "new.csv"])
    }

    /// What is in a folder, hidden files too, but for those of `verified` names alone.
    fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
        let named = entries.map(|entry| entry.file_name().into_string().unwrap());
        named
            .map(|name| (name.clone(), fs::read(folder.join(name)).unwrap()))
            .collect()
    }

    #[test]
    fn between_any_two_steps_a_reader_finds_one_set_or_is_told() {
        let scratch = tempdir().unwrap();
        let folder = scratch.path();
        first(folder).write().unwrap();
        let before = contents(folder);
        let (mut whole, mut mixed) = (0, 0);
        let look = &mut || {
            let (sets, left_over) = verify(folder).unwrap();
            assert_eq!(sets.len(), 1);
            assert_eq!(left_over, Vec::<String>::new(), "the change goes on");
            let mut there = contents(folder);
            there.retain(|name, _| !name.starts_with('.'));
            match sets[0].faults.is_empty() {
                true => whole += usize::from(there == before),
                false => mixed += 1,
            }
            assert_eq!(sets[0].faults.is_empty(), there == before);
            Ok(())
        };
        second(folder).write_in_steps(look).unwrap();
        assert!(whole > 8 && mixed > 3, "{whole} {mixed}");
        let (sets, _) = verify(folder).unwrap();
        assert_eq!(sets[0].faults, Vec::<String>::new());
        assert_eq!(sets[0].command.as_deref(), Some("second"));
        let names: Vec<String> = contents(folder).into_keys().collect();
        assert_eq!(names, ["a.json", "a.manifest.json", "b.csv", "new.csv"]);
    }

    #[test]
    fn a_fault_at_any_step_leaves_all_as_it_was() {
        let scratch = tempdir().unwrap();
        let folder = scratch.path();
        first(folder).write().unwrap();
        let before = contents(folder);
        for at in 0.. {
            let mut steps = 0;
            let fail = &mut || {
                steps += 1;
                match steps == at + 1 {
                    true => Err(io::ErrorKind::StorageFull.into()),
                    false => Ok(()),
                }
            };
            if second(folder).write_in_steps(fail).is_ok() {
                assert!(at > 12, "{at} steps");
                break;
            }
            assert_eq!(contents(folder), before, "a fault at step {at}");
        }
    }

    #[test]
    fn what_a_killed_command_left_is_removed_and_a_change_that_goes_on_is_not() {
        let scratch = tempdir().unwrap();
        let folder = scratch.path();
        let names = [
            ".rollcast-0123456789abcdef-new-a.json",
            ".rollcast-0123456789abcdef-old-a.json",
            ".rollcast-fedcba9876543210",
        ];
        let others = [".rollcast-notes", ".rollcast-0123456789abcdef.txt"];
        for name in names.iter().chain(&others) {
            fs::write(folder.join(name), "").unwrap();
        }
        let going_on = Change::begin(folder).unwrap();
        assert_eq!(verify(folder).unwrap().1, names);
        assert!(was_cut_off(folder));
        drop(Output::to(folder).unwrap());
        assert!(!was_cut_off(folder));
        assert_eq!(contents(folder).len(), others.len() + 1);
        drop(going_on);
        assert_eq!(
            contents(folder).into_keys().collect::<Vec<_>>(),
            [others[1], others[0]]
        );
    }

    #[test]
    fn a_folder_has_one_set_written_to_it_at_a_time() {
        let scratch = tempdir().unwrap();
        let folder = scratch.path();
        let one = first(folder);
        assert!(Output::of_set(folder).is_err());
        assert!(
            Output::to(folder).is_ok(),
            "files by name are not of the set"
        );
        one.write().unwrap();
        drop(Output::of_set(folder).unwrap());
        assert_eq!(contents(folder).len(), 4);
    }

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
