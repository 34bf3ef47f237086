//! The words of answers that are no everyday ones, each explained in a line.

use crate::units::folded;

/// The words, and what they mean.
pub const GLOSSARY: [(&str, &str); 6] = [
    (
        "slot",
        "a place among the robots that may be deployed to at the same time; a robot holds its slot from its turn to the end of its deployment",
    ),
    (
        "exposed",
        "the deployment command arrived at the robot and stopped its old software",
    ),
    (
        "broken",
        "exposed, and at the end running neither the new version nor an old one that was put back",
    ),
    (
        "threshold reached, stopped",
        "so many robots failed that the job stops; it counts as stopped if some robots had not had their turn by then",
    ),
    (
        "healed",
        "given up by the job as silent, and updated by itself later",
    ),
    (
        "down",
        "out of service: from the moment the command arrives until the robot is updated, or repaired after a failure",
    ),
];

/// The glossary as text for a terminal.
pub fn glossary_text() -> String {
    /// Columns of a line, and of its indentation.
    const WIDTH: usize = 80;
    let words = GLOSSARY.iter().map(|(word, meaning)| {
        let lines = folded(&format!("{word}: {meaning}"), WIDTH);
        lines.join("\n") + "\n"
    });
    words.collect()
}
