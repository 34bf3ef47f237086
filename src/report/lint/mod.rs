//! Findings about a scenario: for people, for programs, and for the annotations of a workflow.

mod github;
mod json;
mod text;

pub use github::lint_github;
pub use json::{lint_json, lint_schema};
pub use text::{lint_counts, lint_page, lint_text};
