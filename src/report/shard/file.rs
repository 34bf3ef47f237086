//! The file of one shard, written whole or not at all, and read back.

use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Read, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::report::shard::Head;
use crate::scenario::Texts;

/// The first line of every shard.
const FORMAT: &str = "rollcast shard, format 1\n";

/// The longest line of a head that is read [bytes].
const HEAD_MAX: u64 = 1 << 24;

/// Bytes of the checksum.
const CHECKSUM: u64 = 32;

/// A shard that is being written, under another name until it is whole.
pub struct ShardFile {
    file: Option<BufWriter<File>>,
    hasher: Sha256,
    partial: PathBuf,
    path: PathBuf,
}

impl ShardFile {
    /// Begins the file of a shard in a folder, which is made if it does not exist. The first shard takes the texts.
    ///
    /// # Errors
    /// The folder cannot be made or written to.
    pub fn begin(folder: &Path, head: &Head, texts: &Texts) -> io::Result<ShardFile> {
        fs::create_dir_all(folder)?;
        // The machines that write to a folder have process numbers in common, so a random name it is.
        let unique = RandomState::new().build_hasher().finish();
        let partial = folder.join(format!(".{}.{unique:016x}.partial", head.name()));
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&partial)?;
        let mut file = ShardFile {
            file: Some(BufWriter::new(file)),
            hasher: Sha256::new(),
            partial,
            path: folder.join(head.name()),
        };
        file.write(FORMAT.as_bytes())?;
        file.write(&serde_json::to_vec(head)?)?;
        file.write(b"\n")?;
        let texts = encoded(&(head.shard == 0).then_some(texts));
        file.write(&(texts.len() as u64).to_le_bytes())?;
        file.write(&texts)?;
        Ok(file)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hasher.update(bytes);
        let file = self.file.as_mut();
        file.expect("a bug: a shard written after its end")
            .write_all(bytes)
    }

    /// Adds what was played.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn add(&mut self, played: &impl Serialize) -> io::Result<()> {
        self.write(&encoded(played))
    }

    /// Adds the columns of a setting.
    ///
    /// # Errors
    /// They cannot be written.
    pub fn add_columns(&mut self, columns: &[Vec<f64>]) -> io::Result<()> {
        columns.iter().try_for_each(|column| {
            let bytes: Vec<u8> = column.iter().flat_map(|it| it.to_le_bytes()).collect();
            self.write(&bytes)
        })
    }

    /// Adds numbers.
    ///
    /// # Errors
    /// They cannot be written.
    pub fn add_numbers(&mut self, numbers: &[u64]) -> io::Result<()> {
        let bytes: Vec<u8> = numbers.iter().flat_map(|it| it.to_le_bytes()).collect();
        self.write(&bytes)
    }

    /// Gives the file its name when all of it is on the disk.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        let checksum = self.hasher.finalize_reset();
        self.write(&checksum)?;
        let file = self.file.take();
        let file = file.expect("a bug: a shard that ends twice").into_inner()?;
        file.sync_all()?;
        drop(file);
        fs::rename(&self.partial, &self.path)
    }
}

impl Drop for ShardFile {
    fn drop(&mut self) {
        // Not there any more if it was finished.
        let _ = fs::remove_file(&self.partial);
    }
}

fn encoded(it: &impl Serialize) -> Vec<u8> {
    postcard::to_allocvec(it).expect("a bug: a type that cannot be written")
}

/// What a folder has in the place of a shard.
pub enum Existing {
    /// Nothing, or what is no whole shard.
    Nothing,
    /// The shard itself.
    Same,
    /// Another shard, and what differs.
    Another(String),
}

impl Existing {
    /// In the place of the shard with this head.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn of(folder: &Path, head: &Head) -> io::Result<Existing> {
        match Opened::at(&folder.join(head.name())) {
            Ok(opened) if opened.head == *head => Ok(Existing::Same),
            Ok(opened) => Ok(Existing::Another(opened.head.differs(head))),
            Err(error) if is_damage(&error) || error.kind() == ErrorKind::NotFound => {
                Ok(Existing::Nothing)
            }
            Err(error) => Err(error),
        }
    }
}

/// Whether the contents of a file are at fault, and not the disk.
pub(super) fn is_damage(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::InvalidData | ErrorKind::UnexpectedEof
    )
}

pub(super) fn damage(problem: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, problem)
}

/// A whole shard.
#[derive(Debug)]
pub(super) struct Opened {
    pub path: PathBuf,
    pub head: Head,
    pub texts: Option<Texts>,
    /// Where in the file what was played is.
    pub played: Range<u64>,
}

impl Opened {
    /// Reads a shard to its end and checks it.
    ///
    /// # Errors
    /// The file cannot be read, or is no whole shard.
    pub(super) fn at(path: &Path) -> io::Result<Opened> {
        let mut file = File::open(path)?;
        let end = file.metadata()?.len();
        let end = end.checked_sub(CHECKSUM).ok_or(ErrorKind::UnexpectedEof)?;
        let mut reader = BufReader::new(Hashed {
            file: (&file).take(end),
            hasher: Sha256::new(),
        });
        let mut line = Vec::new();
        (&mut reader)
            .take(FORMAT.len() as u64)
            .read_to_end(&mut line)?;
        if line != FORMAT.as_bytes() {
            return Err(damage("it is no shard of this version"));
        }
        let mut json = Vec::new();
        (&mut reader).take(HEAD_MAX).read_until(b'\n', &mut json)?;
        let mut length = [0; 8];
        reader.read_exact(&mut length)?;
        let length = u64::from_le_bytes(length);
        let mut texts = Vec::new();
        (&mut reader).take(length).read_to_end(&mut texts)?;
        let begin = (line.len() + json.len() + 8 + texts.len()) as u64;
        io::copy(&mut reader, &mut io::sink())?;
        let computed = reader.into_inner().hasher.finalize();
        let mut checksum = [0; CHECKSUM as usize];
        file.read_exact(&mut checksum)?;
        if computed[..] != checksum {
            return Err(damage("its checksum is not that of its contents"));
        }
        Ok(Opened {
            path: path.to_owned(),
            head: serde_json::from_slice(&json)
                .map_err(|_| damage("it is no shard of this version"))?,
            texts: decoded(&texts)?,
            played: begin..end,
        })
    }
}

/// What is written in postcard's notation.
pub(super) fn decoded<'b, T: Deserialize<'b>>(bytes: &'b [u8]) -> io::Result<T> {
    postcard::from_bytes(bytes).map_err(|_| damage("another build of the program wrote it"))
}

/// A file whose checksum is made as it is read.
struct Hashed<'f> {
    file: io::Take<&'f File>,
    hasher: Sha256,
}

impl Read for Hashed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(buffer)?;
        self.hasher.update(&buffer[..n]);
        Ok(n)
    }
}
