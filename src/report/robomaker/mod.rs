//! A replication in the service's own notation: the answers that its API would have given.
//!
//! What the service leaves open is rollcast's choice: a job's config names all three percentages and times that count, no matter who set
//! them; robots are listed in the fleet's order; names that no request gives are made of the scenario's.

mod config;
mod job;
mod names;
mod service;

use serde::Serialize;

pub use config::deployment_config;
pub(super) use config::{PastedConfig, of_robomaker};
pub use job::{AskedJob, robot_deployment, robot_status};
pub use names::Names;
pub use service::Service;

/// A value of the service's notation as its clients print it.
pub fn wire_json(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).expect("a bug: the service's types are JSON") + "\n"
}
