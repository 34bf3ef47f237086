//! Several files of a folder replaced as one.
//!
//! New files are first written in full under other names. Then each earlier file gets a second name, which changes nothing yet and fails where
//! a file cannot be replaced. Only then names change hands, and if one cannot, those that did are put back. The other names have a random
//! part, so that no two changes meet, and a lock that is held as long as the change goes on, so that what a killed program left is known.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::scenario::io_problem;

/// How the other names begin, before the random part.
const MARK: &str = ".rollcast-";

/// Digits of the random part.
const DIGITS: usize = 16;

/// What follows it, before the file's own name: of a new file, and of an earlier one.
const NEW: &str = "-new-";
const OLD: &str = "-old-";

/// Comes before each step that changes the disk; the step fails where it does.
pub(super) type Step<'s> = dyn FnMut() -> io::Result<()> + 's;

/// A change that goes on. Where it ends, no other names stay behind.
pub(super) struct Change<'f> {
    folder: &'f Path,
    id: String,
    _lock: File,
    /// Files that are to be replaced or removed, and whether they were there.
    kept: Vec<(&'f str, bool)>,
}

impl<'f> Change<'f> {
    /// Begins a change, which tries the folder.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub(super) fn begin(folder: &'f Path) -> io::Result<Change<'f>> {
        loop {
            let random = RandomState::new().build_hasher().finish();
            let id = format!("{random:0DIGITS$x}");
            let path = folder.join(format!("{MARK}{id}"));
            let lock = File::create_new(&path)?;
            // Where there are no locks, nothing is known to be left over, and nothing is removed.
            let _ = lock.lock();
            // Another command may have removed the file before it was locked, as left over.
            if path.exists() {
                return Ok(Change {
                    folder,
                    id,
                    _lock: lock,
                    kept: Vec::new(),
                });
            }
        }
    }

    /// Replaces files, the last one when all others are on the disk, and removes those that are `outdated`.
    ///
    /// # Errors
    /// A file cannot be written, replaced or removed; then all are as before.
    pub(super) fn make(
        mut self,
        files: &'f [(String, Vec<u8>)],
        outdated: &'f [String],
        step: &mut Step,
    ) -> io::Result<()> {
        let made = self.write(files, step);
        let made = made.and_then(|()| self.replace(files, outdated, step));
        let Err(error) = made else {
            return Ok(());
        };
        let left = self.put_back();
        if left.is_empty() {
            return Err(error);
        }
        // Their earlier contents are all that there is of them.
        std::mem::forget(self);
        Err(io::Error::other(format!(
            "{}; and cannot be put back: {}",
            io_problem(&error),
            left.join(", ")
        )))
    }

    fn write(&self, files: &[(String, Vec<u8>)], step: &mut Step) -> io::Result<()> {
        for (name, contents) in files {
            step()?;
            let mut file = File::create_new(self.path(NEW, name))?;
            file.write_all(contents)?;
            file.sync_all()?;
        }
        Ok(())
    }

    fn replace(
        &mut self,
        files: &'f [(String, Vec<u8>)],
        outdated: &'f [String],
        step: &mut Step,
    ) -> io::Result<()> {
        let names = files.iter().map(|(name, _)| name);
        for name in outdated.iter().chain(names.clone()) {
            step().and_then(|()| self.keep(name)).map_err(of(name))?;
        }
        for name in outdated {
            step()
                .and_then(|()| remove(&self.folder.join(name)))
                .map_err(of(name))?;
        }
        for (i, name) in names.enumerate() {
            if i + 1 == files.len() {
                sync(self.folder);
            }
            step()
                .and_then(|()| fs::rename(self.path(NEW, name), self.folder.join(name)))
                .map_err(of(name))?;
        }
        sync(self.folder);
        Ok(())
    }

    /// Gives a file that is to be replaced or removed a second name.
    fn keep(&mut self, name: &'f str) -> io::Result<()> {
        let path = self.folder.join(name);
        let was_there = match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => false,
            Err(error) => return Err(error),
            Ok(_) if path.is_dir() => return Err(ErrorKind::IsADirectory.into()),
            Ok(file) if file.is_file() || file.is_symlink() => true,
            Ok(_) => return Err(io::Error::other("it is no file")),
        };
        if was_there {
            let old = self.path(OLD, name);
            // Some file systems have no second names.
            fs::hard_link(&path, &old).or_else(|_| fs::rename(&path, &old))?;
        }
        self.kept.push((name, was_there));
        Ok(())
    }

    /// Makes all files what they were, and names those of which it cannot be done.
    fn put_back(&self) -> Vec<&'f str> {
        let is_stuck = |&&(name, was_there): &&(&str, bool)| {
            let path = self.folder.join(name);
            let back = match was_there {
                true => fs::rename(self.path(OLD, name), path),
                false => remove(&path),
            };
            back.is_err()
        };
        let stuck = self.kept.iter().filter(is_stuck);
        stuck.map(|(name, _)| *name).collect()
    }

    fn path(&self, what: &str, name: &str) -> PathBuf {
        self.folder.join(format!("{MARK}{}{what}{name}", self.id))
    }
}

impl Drop for Change<'_> {
    fn drop(&mut self) {
        let own = format!("{MARK}{}", self.id);
        remove_all(
            self.folder,
            names(self.folder).filter(|name| name.starts_with(&own)),
        );
    }
}

/// The files that changes left behind in a folder which were cut off: those whose lock nobody holds.
pub(super) fn left_over(folder: &Path) -> Vec<String> {
    cut_off(folder).0
}

/// What is left over, with the locks on it: as long as they are held, no change of such a name begins.
fn cut_off(folder: &Path) -> (Vec<String>, Vec<File>) {
    let mut locks = Vec::new();
    let names: BTreeSet<String> = names(folder).collect();
    let ids: BTreeSet<&str> = names.iter().filter_map(|name| id(name)).collect();
    let is_going_on = |id: &&str| match File::open(folder.join(format!("{MARK}{id}"))) {
        Ok(lock) => {
            let is_held = lock.try_lock_shared().is_err();
            locks.push(lock);
            is_held
        }
        Err(error) => error.kind() != ErrorKind::NotFound,
    };
    let going_on: BTreeSet<&str> = ids.into_iter().filter(is_going_on).collect();
    let is_left = |name: &&String| id(name).is_some_and(|id| !going_on.contains(id));
    (names.iter().filter(is_left).cloned().collect(), locks)
}

/// Whether a change of a folder was cut off before all of its files had their names.
pub fn was_cut_off(folder: &Path) -> bool {
    left_over(folder).iter().any(|name| name.contains(NEW))
}

/// Removes what is left over.
pub(super) fn clear(folder: &Path) {
    let (names, _locks) = cut_off(folder);
    remove_all(folder, names.into_iter());
}

/// The random part of a name, if it is of a change.
fn id(name: &str) -> Option<&str> {
    let (id, rest) = name.strip_prefix(MARK)?.split_at_checked(DIGITS)?;
    let is_ours = rest.is_empty() || rest.starts_with(NEW) || rest.starts_with(OLD);
    let is_random = id.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_ours && is_random).then_some(id)
}

fn names(folder: &Path) -> impl Iterator<Item = String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok())
}

fn remove_all(folder: &Path, names: impl Iterator<Item = String>) {
    let mut names: Vec<String> = names.collect();
    names.sort();
    // The lock, whose name is the shortest, goes last: until then it tells that the change goes on.
    for name in names.iter().rev() {
        // What cannot be removed now is left to the next command.
        let _ = fs::remove_file(folder.join(name));
    }
}

fn remove(path: &Path) -> io::Result<()> {
    fs::remove_file(path).or_else(|error| match error.kind() {
        ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })
}

/// Puts what names a folder has on the disk, where the system can.
fn sync(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

/// Says of which file an error is.
fn of(name: &str) -> impl Fn(io::Error) -> io::Error {
    move |error| {
        io::Error::other(match error.kind() {
            ErrorKind::IsADirectory => format!("{name} is a folder"),
            _ => format!("{name}: {}", io_problem(&error)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::tempdir;

    #[test]
    fn no_change_begins_under_a_name_that_is_about_to_be_removed() {
        let scratch = tempdir().unwrap();
        let name = format!("{MARK}0123456789abcdef");
        let begun = File::create(scratch.path().join(&name)).unwrap();
        let (names, locks) = cut_off(scratch.path());
        assert_eq!(names, [name]);
        assert!(begun.try_lock().is_err());
        drop(locks);
        assert!(begun.try_lock().is_ok());
        assert_eq!(left_over(scratch.path()), Vec::<String>::new());
    }
}
