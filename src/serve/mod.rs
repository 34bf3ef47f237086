//! The endpoint that stands in for RoboMaker: its operations over one replication, for the clients that were made for the service.
//!
//! An [`Account`] is what the accepted commands made of a scenario at a simulated time. A [`Service`] takes it on by a clock, and keeps it in a
//! log. An [`Endpoint`] turns requests into operations. What the service's rules leave open is chosen as in
//! docs/endpoint.md.

mod account;
mod advance;
mod applications;
mod clock;
mod endpoint;
mod fleets;
#[cfg(feature = "serve")]
pub mod http;
mod jobs;
mod lists;
mod log;
mod operations;
#[cfg(feature = "serve")]
mod page;
mod page_token;
mod record;
mod resources;
mod retired;
mod service;
mod snapshot;
mod views;

pub use account::{Account, COHORT_TAG};
pub use advance::{Advance, ClockAnswer};
pub use clock::{Clock, Pace, SystemClock, TIME_MAX_MS, WallClock};
pub use endpoint::{Endpoint, Reply};
pub use log::LogError;
pub use operations::Answer;
#[cfg(feature = "serve")]
pub use page::Site;
pub use record::{Command, Entry, Header};
pub use service::{Options, Replayed, Service};
pub use snapshot::{ByStatus, FleetView, JobView, Snapshot};
