//! What a rollout engine decides, and nothing else: who starts when, what stops a rollout, and what becomes of the robots in flight then.
//!
//! A rule is told what happened and is asked two things: [`Admission`], how many may start now, and its stop rule, whether a trajectory
//! ends here. It knows nothing of worlds, draws or files. Reading order: what rules are made of, [`Admission`] and [`Stop`]; how a rollout may
//! end, [`EndedBy`]; the [`Setting`] that is played, which every engine makes of its knobs; an engine, [`RoboMaker`], with the
//! [`Knob`]s that it offers; and the [`Campaign`] of
//! jobs around the main one. Whoever plays or studies rules takes [`Rules`], and [`KNOBS`] for what they are called.

mod admission;
mod campaign;
mod ended;
mod knob;
mod robomaker;
mod setting;
mod stop;

pub use admission::{Admission, Order, Pacing};
pub use campaign::{
    AfterFailure, CAMPAIGN_MS_MAX, Campaign, Canary, CanaryRobots, DeploymentConfig, Pick, Recovery, Sync, share_of,
    share_to_reach,
};
pub use ended::{EndedBy, JobEnding};
pub use knob::{Knob, Levels};
pub use robomaker::{Breach, RoboMaker, Rounding};
pub use setting::Setting;
pub use stop::{OnStop, Stop};

/// The rules of a scenario: those of the engine that it names.
pub type Rules = RoboMaker;

/// The knobs that [`Levels`] are of, in its order.
pub const KNOBS: [Knob; 2] = [Rules::CONCURRENCY, Rules::THRESHOLD];
