//! What a rollout engine decides, and nothing else: who starts when, what stops a rollout, and what becomes of the robots in flight then.
//!
//! It knows nothing of worlds, draws or files. Reading order: what rules are made of, [`Admission`], which gets the counts of a job's robots and is asked
//! who starts now and when to ask again, and [`Stop`], which watches a trajectory and says where it would fire; how a rollout may
//! end, [`EndedBy`]; the [`Setting`] that is played, which an [`Engine`] makes of its rules; the [`Key`]s that an engine's table in a scenario has, and the
//! [`KNOBS`] that studies play off; an engine, [`RoboMaker`]; and the [`Campaign`] of jobs around the main one. What plays or studies rules takes
//! [`Rules`]: those of one of the [`ENGINES`].

mod admission;
mod campaign;
mod deployment_config;
mod ended;
mod engine;
mod given;
mod knob;
mod robomaker;
mod rules;
mod setting;
mod stop;

pub use admission::{Admission, Order, Pacing, Seen, TurnRate, Turns, Unreachable};
pub use campaign::{
    AfterFailure, CAMPAIGN_MS_MAX, Campaign, Canary, CanaryRobots, Pick, Recovery, Sync, share_of,
    share_to_reach,
};
pub use deployment_config::DeploymentConfig;
pub use ended::{EndedBy, EngineEnding};
pub use engine::{Engine, EngineTable};
pub use given::Given;
pub use knob::{Knob, Levels};
pub use robomaker::{Breach, RoboMaker, Rounding};
pub use rules::{ENGINES, EngineChoice, Rules};
pub use setting::Setting;
pub use stop::{OnStop, Stop};

/// The knobs that [`Levels`] are of, in its order: those of the one engine that has such knobs.
pub const KNOBS: [Knob; 2] = [RoboMaker::CONCURRENCY, RoboMaker::THRESHOLD];

/// Their levels in that engine's own samples, and whose these are.
pub const SAMPLE: (&str, Levels) = RoboMaker::SAMPLE;
