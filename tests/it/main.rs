//! The tests of rollcast, one module a feature. They are one program, so that their build links the library once.

mod common;
mod reference;

mod advice;
mod answers;
mod campaigns;
mod charts;
mod charts_of_scenarios;
mod check;
mod cli;
mod closed_forms;
mod compare;
mod connectivity;
mod differences;
mod docs;
mod exact;
mod expect;
mod explain;
mod files;
mod formats;
mod html;
mod laws;
mod limits;
mod links;
mod lint;
mod map;
mod nobody;
mod oc;
mod offline;
mod open_session;
mod operating;
mod oracles;
mod output_schemas;
mod pathwise;
mod plain_words;
mod precision;
mod readme;
mod reference_engine;
mod requests;
mod residual;
mod running;
mod scenario;
mod schema;
mod serve;
#[cfg(feature = "serve")]
mod serve_command;
