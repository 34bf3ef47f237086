//! Every random number of a simulation, from the key to the quantity.
//!
//! A number is a pure function of what it is for: [`Key`] names the purpose, [`Words`] turns the key and an index into 64 random
//! bits, and those bits become either a yes or no ([`Chance`]) or a quantity ([`QuantileTable`], compiled from a [`Law`]). No
//! generator state exists, so neither the order of draws, nor threads, nor a changed setting can shift a number.
//!
//! Everything here gives the same bits on every platform: the draws use only integers, `+` and `×`, and the tables are built with
//! the functions of [`math`], the one place that knows `exp`, `ln` and their relatives. What a quantity is measured in is left to
//! the caller.

mod chance;
mod compile;
pub(crate) mod lanes;
mod law;
mod law_error;
mod measured;
mod mixture;
mod parametric;
mod piece;
mod residual;
mod segment;
mod shape;

mod table;
mod word;

pub use chance::Chance;
pub use law::Law;
pub use law_error::{Allowed, LawError};
pub use table::QuantileTable;
pub use word::{Key, WordRng, Words};
