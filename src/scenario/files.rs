//! Text files as they are on the disk; of a scenario's data files each is read once.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use sha2::{Digest, Sha256};

use crate::scenario::diagnostic::Source;
use crate::scenario::memo::Memo;

/// Why a file cannot be read.
#[derive(Clone, Debug)]
pub(super) struct ReadError {
    pub kind: ErrorKind,
    pub problem: String,
}

impl From<std::io::Error> for ReadError {
    fn from(error: std::io::Error) -> ReadError {
        ReadError {
            kind: error.kind(),
            problem: io_problem(&error),
        }
    }
}

/// What keeps a file or folder from being read or written.
pub fn io_problem(error: &std::io::Error) -> String {
    if let Some(own) = error.get_ref() {
        return own.to_string();
    }
    let words = match error.kind() {
        ErrorKind::NotFound => "there is no such file or folder",
        ErrorKind::PermissionDenied => "the system does not allow it",
        ErrorKind::IsADirectory => "it is a folder",
        ErrorKind::NotADirectory => "a part of its path is a file, not a folder",
        ErrorKind::AlreadyExists => "it is there already",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "the disk is full",
        ErrorKind::FileTooLarge => "the file would be larger than is allowed",
        ErrorKind::ReadOnlyFilesystem => "the disk is read-only",
        ErrorKind::InvalidFilename => "its name is too long, or not one that a file can have",
        _ => {
            return match error.raw_os_error() {
                Some(number) => format!("the system reports its error {number}"),
                None => "the system reports an error".to_owned(),
            };
        }
    };
    words.to_owned()
}

type ReadText = Result<Rc<Source>, ReadError>;

/// Text files that a scenario names.
pub(super) struct TextFiles {
    /// The folder that their names are relative to.
    folder: PathBuf,
    /// The folder that they must lie in, if there is one.
    sandbox: Option<PathBuf>,
    /// Texts in the place of files, by their names, if no file is to be read.
    given: Option<BTreeMap<String, String>>,
    /// By name and the most bytes allowed.
    texts: Memo<(String, u64), ReadText>,
    /// By the name of the source.
    digests: Memo<String, [u8; 32]>,
}

impl TextFiles {
    pub(super) fn new(folder: PathBuf) -> TextFiles {
        TextFiles {
            folder,
            sandbox: None,
            given: None,
            texts: Memo::default(),
            digests: Memo::default(),
        }
    }

    /// From now on files must lie in a folder, whose path has no links.
    pub(super) fn confine(&mut self, sandbox: PathBuf) {
        self.sandbox = Some(sandbox);
    }

    /// From now on no file is read: these are their texts, by name.
    pub(super) fn give(&mut self, texts: BTreeMap<String, String>) {
        self.given = Some(texts);
    }

    /// The texts that were read, by name.
    pub(super) fn read(&self) -> BTreeMap<String, String> {
        let all = self.texts.all().into_iter();
        all.filter_map(|((name, _), text)| Some((name, text.ok()?.text.clone())))
            .collect()
    }

    /// The text of a file of at most `bytes_max` bytes.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub(super) fn text(&self, name: &str, bytes_max: u64) -> ReadText {
        self.texts.get((name.to_owned(), bytes_max), || {
            let path = self.folder.join(name);
            let text = match (&self.given, &self.sandbox) {
                (Some(given), _) => given
                    .get(name)
                    .cloned()
                    .ok_or_else(|| std::io::Error::from(ErrorKind::NotFound))?,
                (None, Some(sandbox)) => read_text(&within(sandbox, &path)?, bytes_max)?,
                (None, None) => read_text(&path, bytes_max)?,
            };
            Ok(Rc::new(Source {
                name: path.display().to_string(),
                text,
            }))
        })
    }

    /// The files that were asked for, found or not.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        let all = self.texts.all().into_iter();
        all.map(|((name, _), _)| self.folder.join(name)).collect()
    }

    /// The SHA-256 of a source.
    pub(super) fn digest(&self, source: &Source) -> [u8; 32] {
        self.digests.get(source.name.clone(), || {
            Sha256::digest(source.text.as_bytes()).into()
        })
    }
}

/// The path of a file that lies in a folder, all links followed.
///
/// # Errors
/// It lies elsewhere, whether or not there is such a file; it is not there; it is no file.
fn within(sandbox: &Path, path: &Path) -> Result<PathBuf, ReadError> {
    let refused = |problem: String| ReadError {
        kind: ErrorKind::PermissionDenied,
        problem,
    };
    let outside = || refused(format!("it lies outside `{}`", sandbox.display()));
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder.canonicalize(),
        _ => Path::new(".").canonicalize(),
    };
    if !folder.is_ok_and(|folder| folder.starts_with(sandbox)) {
        return Err(outside());
    }
    let path = path.canonicalize()?;
    match path.starts_with(sandbox) {
        true if path.is_file() => Ok(path),
        true => Err(refused("it is not a file".to_owned())),
        false => Err(outside()),
    }
}

/// Reads a text of at most `bytes_max` bytes; a device or pipe that never ends is not read to its end.
///
/// # Errors
/// Why it cannot be read.
pub(super) fn read_text(path: &Path, bytes_max: u64) -> Result<String, ReadError> {
    let invalid = |problem| ReadError {
        kind: ErrorKind::InvalidData,
        problem,
    };
    let mut bytes = Vec::new();
    File::open(path)?
        .take(bytes_max + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bytes_max {
        return Err(invalid(format!(
            "it is larger than {}",
            crate::units::size(bytes_max as f64)
        )));
    }
    decoded(bytes).map_err(|problem| invalid(format!("{problem} > utf8.txt` turns it into UTF-8")))
}

/// Bytes as a text: UTF-8, or UTF-16 as spreadsheets and Windows write it.
///
/// # Errors
/// What they are instead, and how to turn them into UTF-8, up to the name of the file to write.
fn decoded(bytes: Vec<u8>) -> Result<String, String> {
    let word: fn([u8; 2]) -> u16 = match bytes.as_slice() {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        [first, 0, ..] if *first != 0 => u16::from_le_bytes,
        [0, second, ..] if *second != 0 => u16::from_be_bytes,
        _ => {
            return String::from_utf8(bytes).map_err(|error| {
                let sound = &error.as_bytes()[..error.utf8_error().valid_up_to()];
                let line = sound.iter().filter(|byte| **byte == b'\n').count() + 1;
                format!("line {line} is not UTF-8 text; if it is Latin-1, `iconv -f latin1 -t utf-8 FILE")
            });
        }
    };
    let (pairs, rest) = bytes.as_chunks::<2>();
    let text: Result<String, _> =
        char::decode_utf16(pairs.iter().map(|pair| word(*pair))).collect();
    text.ok()
        .filter(|_| rest.is_empty())
        .ok_or_else(|| "it looks like UTF-16 and is not; `iconv -f utf-16 -t utf-8 FILE".to_owned())
}
