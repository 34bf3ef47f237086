//! How a scenario names tables: the file, and which of its columns count.

/// A table as the scenario names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct TableName {
    pub file: String,
    /// The column of quantiles, where it is a table of them.
    pub quantile: Option<String>,
    pub column: Option<String>,
    pub unit: Option<String>,
}

/// What the times of a log or trace count [ms].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum TimeUnit {
    Second = 1000,
    Millisecond = 1,
}

/// A log of presence.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct LogName {
    pub file: String,
    pub robot: String,
    pub time: String,
    pub time_unit: Option<TimeUnit>,
    pub up: String,
}

/// A trace of rates.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct TraceName {
    pub file: String,
    pub column: String,
    pub unit: Option<String>,
    pub time: String,
    pub time_unit: Option<TimeUnit>,
    /// How long each rate holds [ms], in a table without times.
    pub step: Option<u64>,
}
