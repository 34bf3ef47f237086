//! The probability that the failure threshold is reached, without playing: exact wherever it can be.
//!
//! Where a robot's outcome depends neither on time nor on others, the threshold is reached if and only if enough robots of the fleet
//! fail, whatever the window, the order and the durations (docs/model.md, fact 1). Then one law, that of the number of robots that
//! fail, answers for every threshold, also where no simulation would ever see it reached. Whether that is so is decided
//! from the laws themselves: a law is drawn from a table with a greatest value, so it is known whether the longest journey fits into
//! the robot timeout and the longest job into the fleet timeout. Where a journey fits nearly always, the answer lies between two laws,
//! one in which the robots that it does not fit never fail and one in which they always do; where these agree, it is known. Likewise
//! where a job may last beyond its end, but so rarely that the answer does not depend on it.
//!
//! [`chances`] says with which probability a robot fails, given the luck of the release; [`fleet`] makes the law of the number that
//! fail of it, and averages over the luck by the nodes of [`nodes`], between the [`kinks`] at which some mishap becomes certain;
//! [`cut_off`] bounds how often a job lasts too long; [`why_not`] says what stands in the way.

mod chances;
mod cut_off;
mod fleet;
mod kinks;
mod nodes;
mod tail;
mod why_not;

pub use tail::ExactTail;
pub use why_not::WhyNot;

use crate::model::{Ms, World};
use crate::rollout::{Admission, Setting};
use crate::scenario::Profile;
use crate::sim::Dice;
use crate::stats::Interval;
use chances::Crowd;
use cut_off::Slots;
use fleet::FailureCounts;

/// How far the answer may be off where robots may run into their timeout with which nothing goes wrong, relatively; and as far again
/// where a job may be cut off.
const SLACK: f64 = 1e-6;

/// No answer is that sure where a robot may do so with a probability above this.
const OVERRUN_MAX: f64 = 1e-6;

/// An estimate is not given where a job may be cut off with a probability above this.
const CUT_OFF_MAX: f64 = 1e-9;

/// The probability that the threshold is reached, or why it is not known but from simulation.
pub type Exactness = Result<ExactTail, WhyNot>;

/// The law of the number of robots that fail in a world under a robot timeout, if that does not depend on time: it answers for every
/// setting.
#[derive(Clone, Debug)]
pub struct FailureLaw {
    n: u32,
    robot_timeout: Ms,
    counts: FailureCounts,
    /// An upper bound of `counts`, in which robots that may run into their timeout always do, and the reason to give where the two differ.
    at_most: Option<(FailureCounts, WhyNot)>,
    slots: Slots,
}

impl FailureLaw {
    /// The law under a profile's rules, whatever their percentages. Where the luck is too much to average over, it is that of the
    /// first `replications` replications.
    ///
    /// # Errors
    /// Outcomes depend on time.
    pub fn of_profile(profile: &Profile, replications: u64) -> Result<FailureLaw, WhyNot> {
        FailureLaw::of(
            &profile.world,
            &Dice::new(&profile.world),
            profile.rules.robot_timeout(),
            replications,
        )
    }

    /// The law under a profile's rules where it needs no luck of replications.
    ///
    /// # Errors
    /// Outcomes depend on time, or the luck is too much to average over.
    pub fn exactly_of(profile: &Profile) -> Result<FailureLaw, WhyNot> {
        FailureLaw::of_profile(profile, 0)
    }

    /// A bound for where outcomes depend on time: the probability that the threshold of a profile's rules is reached is at least that with which
    /// enough robots fail by mishaps that do not, since links and timeouts only add to them. `None` where the job may be cut off, or where
    /// the luck is too much to average over.
    pub fn at_least(profile: &Profile) -> Option<f64> {
        let world = &profile.world;
        let n = world.fleet.robots();
        let setting = profile.rules.setting(n);
        let counts = FailureCounts::Exact(Crowd::all(world).law()?);
        let robot_timeout = setting.robot_timeout;
        let slots = Slots::at_most(world, &Dice::new(world), robot_timeout);
        let law = FailureLaw {
            n,
            robot_timeout,
            counts,
            at_most: None,
            slots,
        };
        law.reached(&setting).ok().map(|tail| tail.value)
    }

    /// The probability that enough robots of a profile fail by mishaps that have nothing to do with time, if each has its turn: that
    /// the threshold is reached at least as often, unless the job is cut off before. `None` where the luck is too much to average over.
    pub fn if_all_end(profile: &Profile) -> Option<f64> {
        let setting = profile.rules.setting(profile.world.fleet.robots());
        let starts = 1.0 - setting.faulty();
        let counts = FailureCounts::Exact(Crowd::all(&profile.world).law()?);
        Some(starts * counts.at_least(setting.failures_to_stop()).value)
    }

    /// The law in a world whose dice are made already.
    ///
    /// # Errors
    /// Outcomes depend on time.
    pub fn of(
        world: &World,
        dice: &Dice,
        robot_timeout: Ms,
        replications: u64,
    ) -> Result<FailureLaw, WhyNot> {
        why_not::outcomes_do_not_depend_on_time(world)?;
        let n = world.fleet.robots();
        let crowds = Crowd::all(world);
        let overruns = dice.overruns(robot_timeout);
        let at_most = match overruns.iter().copied().fold(0.0, f64::max) {
            0.0 => None,
            most => {
                let why_not = why_not::robot_timeout(world, &overruns, robot_timeout);
                if most > OVERRUN_MAX {
                    return Err(why_not);
                }
                Some((
                    FailureCounts::of(&crowds, &overruns, dice, replications)?,
                    why_not,
                ))
            }
        };
        let counts = FailureCounts::of(&crowds, &vec![0.0; overruns.len()], dice, replications)?;
        Ok(FailureLaw {
            n,
            robot_timeout,
            counts,
            at_most,
            slots: Slots::of(world, dice, robot_timeout),
        })
    }

    /// The probability that the threshold of a setting is reached. It depends on the window only in that the job must be over before
    /// a cancel or the fleet timeout.
    ///
    /// # Errors
    /// The job may be cut off before.
    ///
    /// # Panics
    /// If the setting has another robot timeout than the law.
    pub fn reached(&self, setting: &Setting) -> Exactness {
        assert_eq!(
            setting.robot_timeout, self.robot_timeout,
            "a law is that of one robot timeout"
        );
        if !setting.is_window() {
            return Err(WhyNot::NoWindow);
        }
        if setting.failures_to_stop() > self.n {
            return Ok(ExactTail::exactly(0.0));
        }
        let starts = 1.0 - setting.faulty();
        let ExactTail { value, interval } = self.counts.at_least(setting.failures_to_stop());
        let at_most = self
            .at_most
            .as_ref()
            .map(|(counts, why_not)| (counts.at_least(setting.failures_to_stop()), why_not));
        let cut_off = self.slots.cut_off(&setting.admission);
        let negligible = if interval.is_some() {
            CUT_OFF_MAX
        } else {
            SLACK * value
        };
        if cut_off > negligible {
            let longest = self.slots.longest(&setting.admission);
            let Admission {
                at_deadline: ended_by,
                deadline,
                ..
            } = setting.admission;
            return Err(WhyNot::JobCutOff {
                longest,
                ended_by,
                deadline: deadline.ms(),
            });
        }
        let interval = match (interval, at_most) {
            (None, Some((more, why_not))) if more.value > value + negligible => {
                return Err(why_not.clone());
            }
            (None, _) => None,
            // An estimate is not given or held back for what it is: the interval covers both.
            (Some(Interval { lo, hi }), more) => {
                let more = more
                    .and_then(|(more, _)| more.interval)
                    .map_or(hi, |more| more.hi);
                Some(Interval {
                    lo: (lo - cut_off).max(0.0),
                    hi: hi.max(more),
                })
            }
        };
        let interval = interval.map(|Interval { lo, hi }| Interval {
            lo: starts * lo,
            hi: starts * hi,
        });
        Ok(ExactTail {
            value: starts * value,
            interval,
        })
    }
}
