//! A plain reference engine: one event per step per robot, one setting at a time, written to be obviously right.
//!
//! It shares nothing with the engine under test but what the dice hold: how long each stage takes a robot, what goes wrong in it,
//! when the robot is online, and the start order. In reading order: a robot's [`fate`], its [`path`] through time and its
//! [`download`]; its [`walk`] through the stages of a deployment, or of healing; the [`links`] that downloads share; the [`job`]
//! that starts robots and stops; the [`campaign`] of several of them; and the [`numbers`] that are read off what happened.
//!
//! Three rules decide what happens at one instant. Stages that take no time are passed at once, so a robot that starts is contacted
//! at once if it can be; but an end is always an event of its own. Events at one instant are handled in start order. The rates
//! on a link are shared out anew when all of an instant has happened.

pub mod campaign;
pub mod download;
pub mod fate;
pub mod job;
pub mod links;
pub mod numbers;
pub mod path;
pub mod robot;
pub mod walk;

use links::Link;
use robot::Robot;
use rollcast::model::Ms;
use rollcast::rollout::EndedBy;

/// All that happened in a job, and after it as long as robots were watched.
pub struct History<'p> {
    /// In start order.
    pub robots: Vec<Robot<'p>>,
    pub links: Vec<Link>,
    pub ended_by: EndedBy,
    /// When the status of the job turned terminal [ms].
    pub job_end: Ms,
    /// Until when robots and links were watched [ms].
    pub watch_end: Ms,
    /// Robots that waited for their turn or their contact then, if the job had not ended.
    pub waiting: usize,
}
