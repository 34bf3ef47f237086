//! Data files that a scenario names, and what was made of them: each is read and understood once, however many profiles and settings
//! mention it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs::File;
use std::hash::Hash;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::model::{ListedRobot, Windows};
use crate::scenario::diagnostic::Source;
use crate::scenario::inventory::{Clash, Inventory, Listing};
use crate::scenario::measured::{Measured, MeasuredKey};
use crate::scenario::windows::Maintenance;

/// Why a file cannot be read.
#[derive(Clone, Debug)]
pub struct ReadError {
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

/// The data files of a scenario.
pub struct DataFiles {
    /// The folder that file names in the scenario are relative to.
    folder: PathBuf,
    /// By name and the most bytes allowed.
    texts: Memo<(String, u64), ReadText>,
    /// By the name of the source.
    digests: Memo<String, [u8; 32]>,
    /// Laws measured, once they are sound.
    pub measured: Memo<MeasuredKey, Measured>,
    /// By name.
    pub inventories: Memo<String, Rc<Inventory>>,
    pub listings: Memo<Listing, Arc<[ListedRobot]>>,
    /// The robots that several of these inventories list.
    pub clashes: Memo<Vec<String>, Rc<[Clash]>>,
    /// By the name of the zone.
    pub windows: Memo<(Maintenance, &'static str), Arc<Windows>>,
}

impl DataFiles {
    pub fn new(folder: PathBuf) -> DataFiles {
        DataFiles {
            folder,
            texts: Memo::default(),
            digests: Memo::default(),
            measured: Memo::default(),
            inventories: Memo::default(),
            listings: Memo::default(),
            clashes: Memo::default(),
            windows: Memo::default(),
        }
    }

    /// The text of a file of at most so many bytes.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn text(&self, name: &str, bytes_max: u64) -> ReadText {
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
    pub fn digest(&self, source: &Source) -> [u8; 32] {
        self.digests.get(source.name.clone(), || {
            Sha256::digest(source.text.as_bytes()).into()
        })
    }
}

/// Values by what they were made of, made when they are first asked for.
pub struct Memo<K, V>(RefCell<HashMap<K, V>>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Memo<K, V> {
        Memo(RefCell::default())
    }
}

impl<K: Eq + Hash, V: Clone> Memo<K, V> {
    /// The value for `key`.
    pub fn get(&self, key: K, make: impl FnOnce() -> V) -> V {
        if let Some(value) = self.known(&key) {
            return value;
        }
        let value = make();
        self.put(key, value.clone());
        value
    }

    /// The value for `key` if it was made before.
    pub fn known(&self, key: &K) -> Option<V> {
        self.0.borrow().get(key).cloned()
    }

    pub fn put(&self, key: K, value: V) {
        self.0.borrow_mut().insert(key, value);
    }
}

/// Reads a text of at most so many bytes; a device or pipe that never ends is not read to its end.
///
/// # Errors
/// Why it cannot be read.
pub fn read_text(path: &Path, bytes_max: u64) -> Result<String, ReadError> {
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
