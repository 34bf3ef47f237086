//! What is computed of a rollout without playing it.
//!
//! Reading order: [`clock`] has the weekly hours that robots keep and [`trace`] what comes in at rates that change; [`lattice`] adds up laws and
//! [`steps`] has the steps of a deployment by them; [`view`] sees a profile's jobs as numbers of
//! robots, of which [`turns`] bounds how many get their turn and [`demand`] says what they ask of links; [`exact`] is the probability that the
//! failure threshold is reached, [`recursion`] what a stop rule does where durations do not depend on outcomes, and [`sprt`] what is best possible.

pub(crate) mod clock;
pub(crate) mod demand;
pub(crate) mod exact;
pub(crate) mod lattice;
mod recursion;
mod sprt;
pub(crate) mod steps;
mod trace;
pub(crate) mod turns;
pub(crate) mod view;

pub use demand::LinkDemand;
pub use exact::{ExactTail, Exactness, FailureLaw, WhyNot};
pub use recursion::{Operating, operating};
pub use sprt::OptimumLine;
pub use steps::{Course, Step};
