//! Results as bytes: the answer on the terminal, CSV, JSON and charts; a folder for each command.
//!
//! Exporters are pure, data in and text out; [`Output`] alone touches the disk. Nothing here knows how a result was simulated.
//!
//! Reading order: what all folders share comes first (`number`, `figures`, `words`; `csv`, `json`, `schema`, `chart`), then `run`, which
//! is the plainest of the commands, and the others, each with the files `table`, `csv`, `json` and `charts`.

mod chart;
mod check;
mod compare;
mod csv;
mod expect;
mod explain;
mod figures;
mod files;
mod given_up;
mod json;
mod levels;
mod lint;
mod map;
mod number;
mod oc;
mod robomaker;
mod run;
mod schema;
mod sweep;
mod tune;
mod words;

pub use self::csv::Detail;
pub use self::csv::{failures_csv, replications_csv, timeline_csv};
pub use chart::Chart;
pub use check::{
    baseline_schema, blessed, check_github, check_json, check_junit, check_markdown, check_schema,
    check_table,
};
pub use compare::{
    COMPARE_CHARTS, COMPARE_COLUMNS, compare_charts, compare_csv, compare_json, compare_schema,
    compare_table,
};
pub use explain::{ExplainedProfile, explain_json, explain_schema, explain_text};
pub use files::Output;
pub use json::{
    Provenance, map_json, map_schema, run_schema, summary_json, sweep_json, sweep_schema,
};
pub use lint::{lint_counts, lint_github, lint_json, lint_schema, lint_text};
pub use map::{GoodStopped, MAP_CHARTS, map_charts, map_csv, map_table};
pub use oc::{OC_CHARTS, oc_charts, oc_columns, oc_csv, oc_json, oc_schema, oc_table};
pub use robomaker::{Service, deployment_config, wire_json};
pub use run::{
    RUN_CHARTS, RobotsCsv, jobs_csv, link_load_csv, links_csv, run_charts, run_table, sweep_table,
};
pub use schema::schema_text;
pub use sweep::{SWEEP_CHARTS, sweep_charts, sweep_csv};
pub use tune::{
    TUNE_CHARTS, tune_charts, tune_columns, tune_csv, tune_json, tune_schema, tune_table,
};
pub use words::{Sides, plural};
