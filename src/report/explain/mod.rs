//! A scenario explained.

mod json;
mod text;

pub use json::{explain_json, explain_schema};
pub use text::{ExplainedProfile, explain_page};
