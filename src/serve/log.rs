//! The file of the log: one line of JSON after the other, each on the disk before what it says is answered.
//!
//! Whoever opens a log holds a lock on it, which the system gives up when the program ends in whatever way. A last line without its
//! line break was being written when the program or the machine was stopped: nobody was told of it, and it is cut off.

use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::scenario::io_problem;
use crate::serve::record::{Entry, Header};

/// How every log begins.
const FIRST: &[u8] = b"{\"rollcast\":";

/// A log that this program writes to.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    file: File,
}

/// A log as it was found.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) log: Log,
    /// None if it is new.
    pub(super) header: Option<Header>,
    pub(super) entries: Vec<Entry>,
    /// How long a torn last line was that was cut off [bytes].
    pub(super) torn: Option<usize>,
}

/// Why a log cannot be gone on with.
#[derive(Debug)]
pub enum LogError {
    /// Another program holds it.
    InUse(PathBuf),
    Disk(PathBuf, io::Error),
    /// It is another kind of file.
    NotALog(PathBuf),
    /// A whole line, counted from 1, says nothing that this version knows, or what cannot have been accepted.
    Line(PathBuf, usize, String),
    /// What differs: what, in the log, and now.
    Differs(PathBuf, Vec<(&'static str, String, String)>),
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LogError::InUse(path) => write!(
                f,
                "another server writes to the log {}: stop it, or give another --log",
                path.display()
            ),
            LogError::Disk(path, error) => {
                let problem = io_problem(error);
                write!(f, "cannot use the log {}: {problem}", path.display())
            }
            LogError::NotALog(path) => write!(
                f,
                "{} is no log of `rollcast serve`: give the name of another file, or of a new one",
                path.display()
            ),
            LogError::Line(path, line, what) => write!(
                f,
                "line {line} of the log {} {what}: put a copy of the log back, or cut it off before this line",
                path.display()
            ),
            LogError::Differs(path, differences) => {
                write!(
                    f,
                    "the log {} is of another replication than the one to be served:",
                    path.display()
                )?;
                for (what, logged, now) in differences {
                    write!(f, " {what} is {logged} in the log and {now} now;")?;
                }
                write!(f, " give another --log, or what the log is of")
            }
        }
    }
}

impl std::error::Error for LogError {}

impl Log {
    /// Opens a log, which is made if there is none, and reads it.
    ///
    /// # Errors
    /// See [`LogError`]; nothing is changed then.
    pub(super) fn open(path: &Path) -> Result<Found, LogError> {
        let disk = |error| LogError::Disk(path.to_owned(), error);
        // Reading a pipe or a terminal would wait for whoever writes to it.
        if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
            return Err(LogError::NotALog(path.to_owned()));
        }
        let mut options = File::options();
        let mut file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(disk)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LogError::InUse(path.to_owned())),
            // Where a file system has no locks, nobody is kept away.
            Err(TryLockError::Error(_)) => {}
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(disk)?;
        let begins = bytes.starts_with(FIRST) || FIRST.starts_with(&bytes);
        if !begins {
            return Err(LogError::NotALog(path.to_owned()));
        }
        let whole = bytes
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        let mut lines = bytes[..whole]
            .split_inclusive(|byte| *byte == b'\n')
            .enumerate();
        let header = lines
            .next()
            .map(|(at, line)| parsed(path, at, line))
            .transpose()?;
        let entries = lines
            .map(|(at, line)| parsed(path, at, line))
            .collect::<Result<_, _>>()?;
        let torn = Some(bytes.len() - whole).filter(|torn| *torn > 0);
        if torn.is_some() {
            file.set_len(whole as u64).map_err(disk)?;
            file.sync_all().map_err(disk)?;
        }
        file.seek(SeekFrom::Start(whole as u64)).map_err(disk)?;
        let log = Log {
            path: path.to_owned(),
            file,
        };
        Ok(Found {
            log,
            header,
            entries,
            torn,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the first line of a new log.
    ///
    /// # Errors
    /// The disk does not take it.
    pub(super) fn begin(&mut self, header: &Header) -> Result<(), LogError> {
        let written = self.write(header).and_then(|()| self.sync_folder());
        written.map_err(|error| LogError::Disk(self.path.clone(), error))
    }

    /// Writes a line, and returns when it is on the disk.
    ///
    /// # Errors
    /// The disk does not take it: the log may end in a part of the line, and must not be written to again.
    pub(super) fn append(&mut self, entry: &Entry) -> io::Result<()> {
        self.write(entry)
    }

    fn write(&mut self, line: &impl Serialize) -> io::Result<()> {
        let mut bytes = serde_json::to_vec(line).expect("a bug: what stands in a log is JSON");
        bytes.push(b'\n');
        self.file.write_all(&bytes)?;
        self.file.sync_data()
    }

    /// Puts the name of a new file on the disk too.
    #[cfg(unix)]
    fn sync_folder(&self) -> io::Result<()> {
        let folder = self.path.parent().filter(|it| !it.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }

    #[cfg(not(unix))]
    fn sync_folder(&self) -> io::Result<()> {
        Ok(())
    }
}

fn parsed<T: DeserializeOwned>(path: &Path, at: usize, line: &[u8]) -> Result<T, LogError> {
    serde_json::from_slice(line).map_err(|error| {
        LogError::Line(path.to_owned(), at + 1, format!("cannot be read: {error}"))
    })
}
