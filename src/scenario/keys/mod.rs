//! The keys of a scenario file.

pub mod document;
