//! A check: `words` says what it found, each format in its own way.

mod bless;
mod github;
mod json;
mod junit;
mod table;
mod words;

pub use bless::{Blessed, bless_page};
pub use github::check_github;
pub use json::{baseline_schema, check_json, check_schema};
pub use junit::check_junit;
pub use table::check_page;
