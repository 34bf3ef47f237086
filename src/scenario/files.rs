//! Text files as they are on the disk; of a scenario's data files each is read once.

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
            problem: error.to_string(),
        }
    }
}

type ReadText = Result<Rc<Source>, ReadError>;

/// Text files that a scenario names.
pub(super) struct TextFiles {
    /// The folder that their names are relative to.
    folder: PathBuf,
    /// By name and the most bytes allowed.
    texts: Memo<(String, u64), ReadText>,
    /// By the name of the source.
    digests: Memo<String, [u8; 32]>,
}

impl TextFiles {
    pub(super) fn new(folder: PathBuf) -> TextFiles {
        TextFiles {
            folder,
            texts: Memo::default(),
            digests: Memo::default(),
        }
    }

    /// The text of a file of at most `bytes_max` bytes.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub(super) fn text(&self, name: &str, bytes_max: u64) -> ReadText {
        self.texts.get((name.to_owned(), bytes_max), || {
            let path = self.folder.join(name);
            let text = read_text(&path, bytes_max)?;
            Ok(Rc::new(Source {
                name: path.display().to_string(),
                text,
            }))
        })
    }

    /// The SHA-256 of a source.
    pub(super) fn digest(&self, source: &Source) -> [u8; 32] {
        self.digests.get(source.name.clone(), || {
            Sha256::digest(source.text.as_bytes()).into()
        })
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
    String::from_utf8(bytes).map_err(|error| {
        let sound = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = sound.iter().filter(|byte| **byte == b'\n').count() + 1;
        invalid(format!("line {line} is not UTF-8 text"))
    })
}
