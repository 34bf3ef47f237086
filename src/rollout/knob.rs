//! The knobs that studies play off against each other: how many robots at a time, and how many failures stop.

/// A knob of an engine: a whole number of percent of the job's robots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Knob {
    /// Its key in the engine's table, as in files and outputs.
    pub name: &'static str,
    /// The engine's table.
    pub table: &'static str,
    pub least: u8,
    pub most: u8,
    /// What it says, with its unit.
    pub about: &'static str,
}

impl Knob {
    /// Its key in a scenario.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}.{}", self.table, self.name)
    }
}

/// What the two are set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Levels {
    pub concurrency: u8,
    pub threshold: u8,
}
