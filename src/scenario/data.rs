//! Data files that a scenario names: each read from the disk once, however many profiles and settings mention it.

use std::cell::RefCell;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::scenario::diagnostic::Source;

/// The largest data file read [bytes].
const DATA_FILE_MAX: u64 = 16_000_000;

/// Why a file cannot be read.
#[derive(Clone, Debug)]
pub struct ReadError {
    pub kind: ErrorKind,
    pub problem: String,
}

impl From<std::io::Error> for ReadError {
    fn from(error: std::io::Error) -> ReadError {
        ReadError { kind: error.kind(), problem: error.to_string() }
    }
}

type ReadText = Result<Rc<Source>, ReadError>;

/// The data files of a scenario.
pub struct DataFiles {
    /// The folder that file names in the scenario are relative to.
    folder: PathBuf,
    /// What reading each name gave, in the order of their first mention.
    read: RefCell<Vec<(String, ReadText)>>,
}

impl DataFiles {
    pub fn new(folder: PathBuf) -> DataFiles {
        DataFiles { folder, read: RefCell::default() }
    }

    /// The text of a file.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn text(&self, name: &str) -> ReadText {
        let mut read = self.read.borrow_mut();
        if let Some((_, text)) = read.iter().find(|(known, _)| known == name) {
            return text.clone();
        }
        let path = self.folder.join(name);
        let text = read_text(&path, DATA_FILE_MAX);
        let source = text.map(|text| Rc::new(Source { name: path.display().to_string(), text }));
        read.push((name.to_owned(), source.clone()));
        source
    }
}

/// Reads a text of at most so many bytes; a device or pipe that never ends is not read to its end.
///
/// # Errors
/// Why it cannot be read.
pub fn read_text(path: &Path, bytes_max: u64) -> Result<String, ReadError> {
    let invalid = |problem| ReadError { kind: ErrorKind::InvalidData, problem };
    let mut bytes = Vec::new();
    File::open(path)?.take(bytes_max + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bytes_max {
        return Err(invalid(format!("it is larger than {}", crate::units::size(bytes_max as f64))));
    }
    String::from_utf8(bytes).map_err(|error| {
        let sound = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = sound.iter().filter(|byte| **byte == b'\n').count() + 1;
        invalid(format!("line {line} is not UTF-8 text"))
    })
}
