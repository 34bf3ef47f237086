//! Results as bytes: the answer on the terminal, CSV, JSON and charts, one file per format.
//!
//! Exporters are pure, data in and text out; [`Output`] alone touches the disk. Nothing here knows how a result was simulated.

mod capacity;
mod charts;
mod check_bless;
mod check_github;
mod check_json;
mod check_junit;
mod check_markdown;
mod check_table;
mod check_words;
mod compare_json;
mod compare_table;
mod csv;
mod expect;
mod explain;
mod explain_json;
mod figures;
mod files;
mod given_up;
mod jobs;
mod json;
mod levels;
mod lint;
mod map_table;
mod number;
mod oc_table;
mod robomaker;
mod schema;
mod table;
mod tune_edges;
mod tune_json;
mod tune_table;
mod tune_words;
mod waits;
mod words;

pub use self::csv::{
    COMPARE_COLUMNS, Detail, RobotsCsv, compare_csv, failures_csv, jobs_csv, link_load_csv,
    links_csv, map_csv, oc_columns, oc_csv, replications_csv, sweep_csv, timeline_csv,
    tune_columns, tune_csv,
};
pub use charts::{
    COMPARE_CHARTS, Chart, MAP_CHARTS, OC_CHARTS, RUN_CHARTS, SWEEP_CHARTS, TUNE_CHARTS,
    compare_charts, map_charts, oc_charts, run_charts, sweep_charts, tune_charts,
};
pub use check_bless::blessed;
pub use check_github::check_github;
pub use check_json::{baseline_schema, check_json, check_schema};
pub use check_junit::check_junit;
pub use check_markdown::check_markdown;
pub use check_table::check_table;
pub use compare_json::{compare_json, compare_schema};
pub use compare_table::compare_table;
pub use explain::{ExplainedProfile, explain_text};
pub use explain_json::{explain_json, explain_schema};
pub use files::Output;
pub use json::{
    Provenance, map_json, map_schema, oc_json, oc_schema, run_schema, summary_json, sweep_json,
    sweep_schema,
};
pub use lint::{lint_counts, lint_github, lint_json, lint_schema, lint_text};
pub use map_table::{GoodStopped, map_table};
pub use oc_table::oc_table;
pub use robomaker::{Service, deployment_config, wire_json};
pub use schema::schema_text;
pub use table::{run_table, sweep_table};
pub use tune_json::{tune_json, tune_schema};
pub use tune_table::tune_table;
pub use words::{Sides, plural};
