//! What files belong together: a list with the hash of each, written last, against which a folder is verified.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::report::files::change::left_over;
use crate::report::json::pretty;
use crate::report::provenance::Provenance;
use crate::report::schema::schema;
use crate::scenario::io_problem;

/// How the names of manifests end, after that of the set.
const ENDING: &str = ".manifest.json";

/// The largest manifest that is read [bytes].
const MANIFEST_MAX: u64 = 16_000_000;

/// The files of a command, which belong together.
#[derive(JsonSchema, Serialize)]
struct Manifest<'a> {
    /// What made them.
    provenance: &'a Provenance,
    /// Each of them.
    files: Vec<Listed>,
}

/// A file as it was written.
#[derive(Deserialize, JsonSchema, PartialEq, Serialize)]
struct Listed {
    /// Its name; it lies beside the manifest.
    name: String,
    /// Its length.
    bytes: u64,
    /// Its SHA-256, in 64 hexadecimal digits.
    sha256: String,
}

/// A manifest as it is found.
#[derive(Deserialize)]
struct Found {
    provenance: Value,
    files: Vec<Listed>,
}

/// A set of files, held to its manifest.
pub struct Verified {
    pub manifest: String,
    /// The command that made the set, where the manifest can be read.
    pub command: Option<String>,
    /// How many files it has.
    pub files: usize,
    /// What is not as it was written, in words.
    pub faults: Vec<String>,
}

/// The manifest of files: its name, from that of the file that names the set, and its text.
pub(super) fn manifest(
    name: &str,
    provenance: &Provenance,
    files: &[(String, Vec<u8>)],
) -> (String, Vec<u8>) {
    let listed = files.iter().map(|(name, contents)| {
        Listed::of(name, contents.as_slice()).expect("a bug: memory that cannot be read")
    });
    let manifest = Manifest {
        provenance,
        files: listed.collect(),
    };
    let set = name.strip_suffix(".json").unwrap_or(name);
    (format!("{set}{ENDING}"), pretty(&manifest).into_bytes())
}

/// The schema of manifests.
pub fn manifest_schema() -> Value {
    schema::<Manifest>("The files of a rollcast command")
}

/// Holds every set of files in a folder to its manifest, and names what changes left behind there that were cut off.
///
/// # Errors
/// The folder cannot be read.
pub fn verify(folder: &Path) -> io::Result<(Vec<Verified>, Vec<String>)> {
    let names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name()));
    let names: Vec<_> = names.collect::<io::Result<_>>()?;
    let names = names.into_iter().filter_map(|name| name.into_string().ok());
    let mut manifests: Vec<String> = names.filter(|name| is_manifest(name)).collect();
    manifests.sort();
    let sets = manifests.into_iter().map(|name| verified(folder, name));
    Ok((sets.collect(), left_over(folder)))
}

/// Whether a name is that of a manifest in its place.
fn is_manifest(name: &str) -> bool {
    name.ends_with(ENDING) && !name.starts_with('.')
}

fn verified(folder: &Path, manifest: String) -> Verified {
    let (command, files, faults) = match found(&folder.join(&manifest)) {
        Ok(Found { provenance, files }) => {
            let command = provenance.get("command").and_then(Value::as_str);
            let faults = files.iter().filter_map(|file| file.fault(folder)).collect();
            (command.map(str::to_owned), files.len(), faults)
        }
        Err(problem) => (None, 0, vec![format!("{manifest} {problem}")]),
    };
    Verified {
        manifest,
        command,
        files,
        faults,
    }
}

fn found(path: &Path) -> Result<Found, String> {
    let read = open(path).and_then(|file| {
        let mut text = Vec::new();
        file.take(MANIFEST_MAX).read_to_end(&mut text)?;
        Ok(text)
    });
    let text = read.map_err(|error| format!("cannot be read: {}", io_problem(&error)))?;
    serde_json::from_slice(&text).map_err(|_| "is no manifest".to_owned())
}

/// Opens a file, but nothing that could be without end.
fn open(path: &Path) -> io::Result<File> {
    match fs::metadata(path)?.is_file() {
        true => File::open(path),
        false => Err(io::Error::other("it is no file")),
    }
}

impl Listed {
    fn of(name: &str, mut contents: impl Read) -> io::Result<Listed> {
        let mut hash = Sha256::new();
        Ok(Listed {
            name: name.to_owned(),
            bytes: io::copy(&mut contents, &mut hash)?,
            sha256: format!("{:x}", hash.finalize()),
        })
    }

    /// In what the file in a folder is not this one.
    fn fault(&self, folder: &Path) -> Option<String> {
        let name = &self.name;
        if Path::new(name).file_name() != Some(name.as_ref()) {
            return Some(format!("{name} lies in another folder"));
        }
        match open(&folder.join(name)).and_then(|file| Listed::of(name, file)) {
            Ok(there) if there == *self => None,
            Ok(_) => Some(format!("{name} is another file")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Some(format!("{name} is missing"))
            }
            Err(error) => Some(format!("{name} cannot be read: {}", io_problem(&error))),
        }
    }
}
