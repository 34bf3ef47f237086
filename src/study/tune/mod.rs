//! Tuning: the setting that is best under limits, what else would do, and what each limit costs.
//!
//! Reading order: an [`Aim`] is what `[tune]` asks for, checked. A [`Tuning`] walks every setting and gives a [`Sheet`] each: the
//! objective, what can be said of each limit, and what the Pareto front compares. From the sheets come the [`Choice`] or what is in
//! its way, the [`Pareto`] classes, and the [`Price`] of each limit. The winner of many settings is flattered by having been chosen,
//! so it is played again on fresh replications, under the open points of the rules and with other rates than assumed ([`Trials`]).
//!
//! Two settings are compared on the same replications, by the rules for differences: [`Sampled`](crate::stats::Sampled).

mod aim;
mod blocked;
mod choice;
mod front;
mod instruments;
mod meaning;
mod price;
mod solve;
mod trials;
mod tuning;
mod variation;
mod walk;

pub use aim::{Aim, Asked};
pub use blocked::{Blocked, blocked};
pub use choice::{Choice, choose};
pub use front::{Pareto, pareto};
pub use price::{Price, Relaxation, prices};
pub use solve::{Answer, Tuned};
pub use trials::{Trial, Trials, Varied, trials};
pub use tuning::{Combination, TuneSetting, Tuning};
pub use variation::{Variation, variations};
pub use walk::{Sheet, Walk};
