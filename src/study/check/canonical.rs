//! What happened in a replication as canonical text: a line a robot and job, then a line a metric. Two versions of the program that
//! mean the same by a scenario write the same text, byte by byte.
//!
//! A digest of the text tells whether two replications are the same; lines, and short checks of lines, tell where they part.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::model::{Instant, Stage};
use crate::scenario::Profile;
use crate::sim::{Outcome, Player, Verdict};
use crate::study::Metric;
use crate::study::check::centre::word;
use crate::study::run::{Traced, play_traced};

/// What the words of a robot's line are, in their order: who had which turn, then events in the order in which they happen.
pub(super) const WORDS: [&str; 19] = [
    "job",
    "turn",
    "cohort",
    "robot",
    "start",
    "contact",
    "validating",
    "download condition",
    "download",
    "extraction",
    "pre-launch",
    "launching",
    "post-launch",
    "end",
    "outcome",
    "bytes",
    "healing contact",
    "healing end",
    "healing",
];

/// How many of the words say whose line it is.
pub(super) const IDENTITY: usize = 4;

/// Whether a word is a time [ms from the beginning].
pub(super) fn is_time(word: usize) -> bool {
    !matches!(
        WORDS[word],
        "job" | "turn" | "cohort" | "robot" | "outcome" | "bytes" | "healing"
    )
}

/// What stands for a stage that a robot never came to.
const NOTHING: &str = "-";

/// The stages that a robot that was reached goes through.
const STAGES: &[Stage] = Stage::ALL.split_at(Stage::Validating as usize).1;

/// Plays the drawn replication and gives its outcome with the digest of its text, into which these metrics go.
pub(super) fn digest(
    player: &mut Player,
    profile: &Profile,
    metrics: &[&'static Metric],
) -> (Outcome, u64) {
    let mut hasher = Sha256::new();
    let mut text = String::new();
    let outcome = play_traced(player, profile, |traced| {
        text.clear();
        write_line(&mut text, profile, &traced);
        text.push('\n');
        hasher.update(text.as_bytes());
    });
    text.clear();
    for metric in metrics {
        text += &format!("{} {}\n", metric.name, word((metric.value)(&outcome)));
    }
    text += &format!("ended_by {}\n", outcome.ended_by.name());
    for (link, usage) in profile.world.links.iter().zip(&outcome.links) {
        text += &format!(
            "{} {} {} {}\n",
            link.name,
            usage.bytes,
            usage.peak.steps(),
            usage.saturated
        );
    }
    hasher.update(text.as_bytes());
    (outcome, first_word(&hasher.finalize()))
}

/// The lines of the robots of a replication.
pub(super) fn lines(player: &mut Player, profile: &Profile) -> Vec<String> {
    let mut lines = Vec::new();
    play_traced(player, profile, |traced| {
        let mut line = String::new();
        write_line(&mut line, profile, &traced);
        lines.push(line);
    });
    lines
}

/// Twelve bits of a line, as two letters.
pub(super) fn check(line: &str) -> [char; 2] {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let word = first_word(&Sha256::digest(line.as_bytes()));
    [word >> 58, word >> 52 & 63].map(|bits| char::from(LETTERS[bits as usize]))
}

/// The first eight bytes of a digest.
pub(super) fn first_word(digest: &[u8]) -> u64 {
    let word = digest
        .first_chunk()
        .expect("a bug: a digest shorter than a word");
    u64::from_be_bytes(*word)
}

fn write_line(
    line: &mut String,
    profile: &Profile,
    Traced {
        job,
        created,
        turn,
        record,
    }: &Traced,
) {
    let (cohort, index) = profile.world.fleet.member(record.robot);
    let of_job = |time: Instant| time.of_job(*created).ms();
    // A name with spaces would be several words.
    let name = cohort.name.replace(char::is_whitespace, "_");
    push(line, format_args!("{} {turn} {name} {index}", job.name()));
    match &record.deployment {
        None => (0..3 + STAGES.len()).for_each(|_| push_time(line, None)),
        Some(journey) => {
            push_time(line, Some(of_job(journey.start)));
            push_time(line, journey.contact.map(of_job));
            for stage in STAGES.iter().copied() {
                push_time(
                    line,
                    (journey.last >= stage).then(|| of_job(journey.from(stage))),
                );
            }
            push_time(line, Some(of_job(journey.end)));
        }
    }
    let journey = record.deployment.as_ref();
    let outcome = match journey.map(|journey| journey.verdict) {
        _ if record.is_open => "open",
        None => "never_started",
        Some(Verdict::Updated) => "updated",
        Some(Verdict::Aborted) => "aborted",
        Some(verdict) => verdict
            .code()
            .expect("a bug: a failed robot without a failure code")
            .name(),
    };
    let bytes = journey.map_or(0, |journey| journey.bytes);
    push(line, format_args!("{outcome} {bytes}"));
    let healed = record.healed.as_ref();
    push_time(line, healed.map(|healing| of_job(healing.contact)));
    push_time(
        line,
        healed.and_then(|healing| Some(of_job(healing.end?.time))),
    );
    push(
        line,
        format_args!("{}", healed.map_or(NOTHING, |healing| healing.outcome())),
    );
    line.truncate(line.trim_end().len());
}

/// Adds a word to a line.
fn push(line: &mut String, word: std::fmt::Arguments) {
    write!(line, "{word} ").expect("a bug: memory that takes no word");
}

fn push_time(line: &mut String, ms: Option<u64>) {
    match ms {
        Some(ms) => push(line, format_args!("{ms}")),
        None => push(line, format_args!("{NOTHING}")),
    }
}
