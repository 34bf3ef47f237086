//! Results as bytes: the answer on the terminal, CSV, JSON and charts; a folder for each command.
//!
//! Exporters are pure, data in and text out; [`Output`] and [`ShardFile`] alone touch the disk. Nothing here knows how a result was simulated.
//!
//! Reading order: what the folders share comes first, from single numbers (`number`, `figures`, `times`, `differences`) to texts (`words`,
//! `glossary`, `expect`, `workflow_command`), the `page` that every answer is and the ways to write it, files (`csv`, `json`, `schema`,
//! `provenance`, `files`, `shard`) and charts (`chart`, `percentages`); then `run`, the plainest of the commands, and the others in the order of their
//! questions: `sweep`, `map`, `compare`, `oc`, `tune`, `check`, `lint`, `explain`. A folder has a file for each form of its result: `table`
//! or `text`, `csv`, `json`, `charts`.

mod chart;
mod check;
mod compare;
mod csv;
mod differences;
mod expect;
mod explain;
mod figures;
mod files;
mod given_up;
mod glossary;
mod json;
mod levels;
mod lint;
mod map;
mod number;
mod oc;
mod page;
mod percentages;
mod provenance;
mod robomaker;
mod run;
mod schema;
mod shard;
mod sweep;
mod times;
mod titles;
mod tune;
mod words;
mod workflow_command;

pub use self::csv::Detail;
pub use chart::Chart;
pub use check::{
    Blessed, baseline_schema, bless_page, check_github, check_json, check_junit, check_page,
    check_schema,
};
pub use compare::{
    COMPARE_CHARTS, COMPARE_COLUMNS, compare_charts, compare_csv, compare_json, compare_page,
    compare_schema,
};
pub use explain::{ExplainedProfile, explain_json, explain_page, explain_schema};
pub use files::{Output, Verified, manifest_schema, verify, was_cut_off};
pub use glossary::{GLOSSARY, glossary_text};
pub use lint::{lint_counts, lint_github, lint_json, lint_page, lint_schema, lint_text};
pub use map::{GoodStopped, MAP_CHARTS, map_charts, map_csv, map_json, map_page, map_schema};
pub use oc::{OC_CHARTS, oc_charts, oc_columns, oc_csv, oc_json, oc_page, oc_schema};
pub use page::{
    Files, Page, Report, Row, STYLE, Subject, Table, WIDTH_MAX, WIDTH_MIN, source_of_policy,
};
pub use provenance::Provenance;
pub use robomaker::{
    AskedJob, Names, Service, deployment_config, robot_deployment, robot_status, wire_json,
};
pub use run::{
    RUN_CHARTS, RobotsCsv, failures_csv, jobs_csv, link_load_csv, links_csv, replications_csv,
    run_charts, run_page, run_schema, summary_json, timeline_csv,
};
pub use schema::schema_text;
pub use shard::{Existing, Head, ShardFile, Shards, Unusable};
pub use sweep::{SWEEP_CHARTS, sweep_charts, sweep_csv, sweep_json, sweep_page, sweep_schema};
pub use tune::{
    TUNE_CHARTS, tune_charts, tune_columns, tune_csv, tune_json, tune_page, tune_schema,
};
pub use words::{Sides, plural};
