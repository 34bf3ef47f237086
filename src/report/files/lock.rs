//! One run at a time in a folder.

use std::fs::{self, File, Metadata, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The file that a run locks, there only while it goes on.
const NAME: &str = ".rollcast-lock";

/// Keeps other runs from a folder until it is dropped, or the program ends in whatever way. Where the file system has no locks it keeps
/// nobody away.
pub(super) struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// Locks a folder.
    ///
    /// # Errors
    /// Another run has locked it, or it cannot be written to.
    pub(super) fn take(folder: &Path) -> io::Result<Lock> {
        let path = folder.join(NAME);
        loop {
            let mut options = File::options();
            let file = options
                .write(true)
                .create(true)
                .truncate(false)
                .open(&path)?;
            if let Err(TryLockError::WouldBlock) = file.try_lock() {
                return Err(io::Error::other(
                    "another run is writing there; wait for it, or give another folder",
                ));
            }
            // The run before may have removed the file between the two.
            match fs::metadata(&path) {
                Ok(there) if is_same(&there, &file.metadata()?) => {
                    return Ok(Lock { path, _file: file });
                }
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(unix)]
fn is_same(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

/// Elsewhere a file that is open keeps its name.
#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    true
}
