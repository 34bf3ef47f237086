//! The shards of a study in a folder: whether all are there and belong together, and what was played.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::report::shard::Head;
use crate::report::shard::file::{Opened, damage, decoded, is_damage};
use crate::scenario::{Texts, io_problem};
use crate::study::{Plan, RunPlays, Wanted};

/// All shards of a study.
#[derive(Debug)]
pub struct Shards {
    head: Head,
    texts: Texts,
    files: Arc<Files>,
}

/// Why shards cannot be merged.
pub enum Unusable {
    /// They are not the shards of one study.
    Refused(String),
    /// The disk does not give them.
    Disk(io::Error),
}

impl From<io::Error> for Unusable {
    fn from(error: io::Error) -> Unusable {
        Unusable::Disk(error)
    }
}

impl Shards {
    /// Reads and checks the shards in a folder.
    ///
    /// # Errors
    /// The folder cannot be read, has no shards, or has not all shards of a study and none of another; all that is wrong.
    pub fn open(folder: &Path) -> Result<Shards, Unusable> {
        let mut problems = Vec::new();
        let whole = whole(folder, &mut problems)?;
        let heads = whole.iter().map(|(_, opened)| opened.head.of_study());
        let Some(head) = commonest(heads) else {
            problems.push(format!("no whole shard is in {}", folder.display()));
            return Err(Unusable::Refused(problems.join("\n")));
        };
        let differs = head.differs(&head.of_this_program());
        if !differs.is_empty() {
            let text = format!("another program wrote the shards: {differs}");
            return Err(Unusable::Refused(text));
        }
        let mut shards = of_study(&head, whole, &mut problems);
        let missing: Vec<u32> = (0..head.of).filter(|it| !shards.contains_key(it)).collect();
        if !missing.is_empty() {
            problems.push(lacking(&missing, head.of));
        }
        if !problems.is_empty() {
            return Err(Unusable::Refused(problems.join("\n")));
        }
        let texts = shards.get_mut(&0).and_then(|first| first.texts.take());
        Ok(Shards {
            texts: texts.ok_or_else(|| damage("the first shard has no texts"))?,
            head,
            files: Arc::new(Files {
                shards: shards.into_values().collect(),
                failed: Mutex::new(None),
            }),
        })
    }

    /// The command that makes the whole study.
    pub fn command(&self) -> &str {
        &self.head.command
    }

    /// What the scenario is made of.
    pub fn texts(&self) -> &Texts {
        &self.texts
    }

    /// What was played of a run.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn run_plays(&self, mut plays: RunPlays) -> io::Result<RunPlays> {
        for shard in &self.files.shards {
            let mut bytes = Vec::new();
            shard.played(0)?.read_to_end(&mut bytes)?;
            plays.append(decoded(&bytes)?);
            if plays.replications() != shard.block().end {
                return Err(damage("another build of the program wrote it"));
            }
        }
        Ok(plays)
    }

    /// Lets a plan take from here what was played of it.
    ///
    /// # Errors
    /// It cannot be read, or is not of such a plan.
    pub fn lend(&self, plan: &mut Plan, wanted: &[Wanted]) -> io::Result<()> {
        let (settings, width) = (plan.counts().settings, wanted.len());
        let mut drained = vec![0; settings];
        for shard in &self.files.shards {
            let values = (settings * width) as u64 * shard.length() * 8;
            if shard.played.end - shard.played.start != values + 8 * settings as u64 {
                return Err(damage("another build of the program wrote it"));
            }
            let mut reader = shard.played(values)?;
            for longest in &mut drained {
                *longest = (*longest).max(u64::from_le_bytes(eight(&mut reader)?));
            }
        }
        let files = Arc::clone(&self.files);
        plan.keep(Box::new(move |plays| files.values(&plays, width)), drained);
        Ok(())
    }

    /// What kept a plan from taking what was played.
    pub fn failed(&self) -> Option<io::Error> {
        self.files.failed().take()
    }
}

/// The whole shards in a folder, each with the number in its name; `problems` are those of the others.
fn whole(folder: &Path, problems: &mut Vec<String>) -> io::Result<Vec<(u32, Opened)>> {
    let mut whole = Vec::new();
    for ((index, _), name) in named(folder)? {
        match Opened::at(&folder.join(&name)) {
            Ok(opened) => whole.push((index, opened)),
            Err(error) if is_damage(&error) => {
                problems.push(format!("{name} is damaged: {}", io_problem(&error)));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(whole)
}

/// The shards of a study by their numbers; `problems` are what the others are.
fn of_study(
    head: &Head,
    whole: Vec<(u32, Opened)>,
    problems: &mut Vec<String>,
) -> BTreeMap<u32, Opened> {
    let mut shards = BTreeMap::new();
    for (index, opened) in whole {
        let head = head.clone();
        let differs = opened.head.differs(&Head {
            shard: index,
            ..head
        });
        if differs.is_empty() {
            shards.insert(index, opened);
        } else {
            let name = opened.path.file_name().unwrap_or_default();
            let name = name.to_string_lossy();
            problems.push(format!("{name} is not of this study: {differs}; remove it"));
        }
    }
    shards
}

/// The shards in a folder by number and by how many there are, with the names of their files.
fn named(folder: &Path) -> io::Result<BTreeMap<(u32, u32), String>> {
    let mut named = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let numbers = name
            .strip_prefix("shard-")
            .and_then(|rest| rest.split_once("-of-"));
        let numbers = numbers.and_then(|(index, of)| Some((index.parse().ok()?, of.parse().ok()?)));
        named.extend(numbers.map(|numbers| (numbers, name)));
    }
    Ok(named)
}

/// The one that is there most often, the least of several.
fn commonest(heads: impl Iterator<Item = Head>) -> Option<Head> {
    let mut counts: BTreeMap<Head, usize> = BTreeMap::new();
    heads.for_each(|head| *counts.entry(head).or_default() += 1);
    let most = counts.values().copied().max()?;
    let mut counts = counts.into_iter();
    counts.find(|(_, n)| *n == most).map(|(head, _)| head)
}

/// Which shards are missing, and how a scheduler is told to play them.
fn lacking(missing: &[u32], of: u32) -> String {
    let runs = missing.chunk_by(|a, b| a + 1 == *b);
    let runs = runs.flat_map(|run| match run {
        [first, _, .., last] => vec![format!("{first}-{last}")],
        few => few.iter().map(u32::to_string).collect(),
    });
    let runs: Vec<String> = runs.collect();
    let are = if missing.len() == 1 { "is" } else { "are" };
    let array = runs.join(",");
    let said = match runs.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => array.clone(),
    };
    format!("{said} of {of} {are} missing: resubmit with --array={array}")
}

/// Whole shards in their order.
#[derive(Debug)]
struct Files {
    shards: Vec<Opened>,
    failed: Mutex<Option<io::Error>>,
}

impl Files {
    fn failed(&self) -> std::sync::MutexGuard<'_, Option<io::Error>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The values of some settings, by replication, setting and metric; nothing if the disk does not give them.
    fn values(&self, plays: &Range<usize>, width: usize) -> Vec<Vec<f64>> {
        let mut played = Vec::new();
        for shard in &self.shards {
            match shard.values(plays, width) {
                Ok(mut values) => played.append(&mut values),
                Err(error) => {
                    *self.failed() = Some(error);
                    return Vec::new();
                }
            }
        }
        played
    }
}

impl Opened {
    /// Its replications.
    fn block(&self) -> Range<u64> {
        self.head.shard().replications(self.head.replications)
    }

    /// How many they are.
    fn length(&self) -> u64 {
        let block = self.block();
        block.end - block.start
    }

    /// What was played, from a byte of it on.
    fn played(&self, from: u64) -> io::Result<impl Read> {
        let mut file = File::open(&self.path)?;
        let begin = self.played.start + from;
        file.seek(SeekFrom::Start(begin))?;
        Ok(BufReader::with_capacity(
            1 << 18,
            file.take(self.played.end - begin),
        ))
    }

    /// As [`Files::values`], of its replications.
    fn values(&self, plays: &Range<usize>, width: usize) -> io::Result<Vec<Vec<f64>>> {
        let length = self.length();
        let mut reader = self.played((plays.start * width) as u64 * length * 8)?;
        let size = plays.len() * width;
        let mut values: Vec<Vec<f64>> = (0..length).map(|_| Vec::with_capacity(size)).collect();
        for _ in 0..size {
            for replication in &mut values {
                replication.push(f64::from_le_bytes(eight(&mut reader)?));
            }
        }
        Ok(values)
    }
}

fn eight(reader: &mut impl Read) -> io::Result<[u8; 8]> {
    let mut bytes = [0; 8];
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}
