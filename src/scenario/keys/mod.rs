//! The keys of a scenario file, told once: the reader, the schema, `explain` and the tables of docs/scenario.md come from here.
//!
//! The keys of an engine's rules are told by the engine.

pub mod campaign;
pub mod cohort;
pub mod document;
pub mod release;
pub mod results;
