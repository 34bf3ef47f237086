//! Results as bytes: the answer on the terminal, CSV, JSON and charts; a folder for each command.
//!
//! Exporters are pure, data in and text out; [`Output`] alone touches the disk. Nothing here knows how a result was simulated.
//!
//! Reading order: what the folders share comes first, from single numbers (`number`, `figures`, `differences`) to texts (`words`,
//! `columns`, `expect`, `workflow_command`), files (`csv`, `json`, `schema`, `provenance`, `files`) and charts (`chart`, `percentages`); then `run`, the
//! plainest of the commands, and the others in the order of their questions: `sweep`, `map`, `compare`, `oc`, `tune`, `check`, `lint`,
//! `explain`. A folder has a file for each form of its result: `table` or `text`, `csv`, `json`, `charts`.

mod chart;
mod check;
mod columns;
mod compare;
mod csv;
mod differences;
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
mod percentages;
mod provenance;
mod robomaker;
mod run;
mod schema;
mod sweep;
mod titles;
mod tune;
mod words;
mod workflow_command;

pub use self::csv::Detail;
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
pub use lint::{lint_counts, lint_github, lint_json, lint_schema, lint_text};
pub use map::{GoodStopped, MAP_CHARTS, map_charts, map_csv, map_json, map_schema, map_table};
pub use oc::{OC_CHARTS, oc_charts, oc_columns, oc_csv, oc_json, oc_schema, oc_table};
pub use provenance::Provenance;
pub use robomaker::{Service, deployment_config, wire_json};
pub use run::{
    RUN_CHARTS, RobotsCsv, failures_csv, jobs_csv, link_load_csv, links_csv, replications_csv,
    run_charts, run_schema, run_table, summary_json, timeline_csv,
};
pub use schema::schema_text;
pub use sweep::{SWEEP_CHARTS, sweep_charts, sweep_csv, sweep_json, sweep_schema, sweep_table};
pub use tune::{
    TUNE_CHARTS, tune_charts, tune_columns, tune_csv, tune_json, tune_schema, tune_table,
};
pub use words::{Sides, plural};
