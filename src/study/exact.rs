//! The probability that the failure threshold is reached, without playing: exact wherever it can be.
//!
//! Where a robot's outcome depends neither on time nor on others, the threshold is reached if and only if enough robots of the fleet
//! fail, whatever the window, the order and the durations (docs/model.md, fact 1). Then one law, that of the number of robots that
//! fail, answers for every threshold, also where no simulation would ever see it reached. Whether that is so is decided
//! from the laws themselves: a law is drawn from a table with a greatest value, so it is known whether the longest journey fits into
//! the robot timeout and the longest job into the fleet timeout. Where a journey fits nearly always, the answer lies between two laws,
//! one in which the robots that it does not fit never fail and one in which they always do; where these agree, it is known.
//!
//! [`chances`] says with which probability a robot fails, given the luck of the release; [`fleet`] makes the law of the number that
//! fail of it, and averages over the luck; [`why_not`] says what stands in the way.

mod chances;
mod fleet;
mod plan;
mod why_not;

pub use why_not::WhyNot;

use crate::model::{Ms, Pacing, World};
use crate::scenario::Profile;
use crate::sim::{Dice, Setting};
use chances::Crowd;
use fleet::Counts;

/// How far the answer may be off where robots may run into their timeout with which nothing goes wrong, relatively.
const SLACK: f64 = 1e-6;

/// No answer is that sure where a robot may do so with a probability above this.
const OVERRUN_MAX: f64 = 1e-6;

/// The standard error, relatively, up to which the luck that was drawn is taken for what there is.
const LUCK_MAX: f64 = 0.25;

/// The probability that the threshold is reached, or why it is not known but from simulation.
pub type Exactness = Result<ExactTail, WhyNot>;

/// A probability that was computed, not simulated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExactTail {
    pub value: f64,
    /// `None` where the value is exact. Where it is the mean of what is exact given the luck drawn in each replication, because
    /// too many probabilities are drawn to average over all luck, its standard error.
    pub standard_error: Option<f64>,
}

impl ExactTail {
    /// What outputs call it: exact, or conditional on the luck drawn.
    pub const KINDS: [&str; 2] = ["exact", "conditional"];

    /// One of [`ExactTail::KINDS`].
    pub fn kind(&self) -> &'static str {
        ExactTail::KINDS[usize::from(self.standard_error.is_some())]
    }
}

/// The law of the number of robots that fail in a world under a robot timeout, if that does not depend on time: it answers for every
/// setting.
#[derive(Clone, Debug)]
pub struct FailureLaw {
    n: u32,
    robot_timeout: Ms,
    counts: Counts,
    /// The same if the robots that may run into their timeout fail more often than they do, and what to say where that matters.
    at_most: Option<(Counts, WhyNot)>,
    /// [ms]
    preparing_max: Ms,
    /// Robots that never answer, each of which holds a slot for the robot timeout at most, and the longest that others do.
    silent: u32,
    slot_max: Ms,
}

impl FailureLaw {
    /// The law under a profile's rules, whatever their percentages. Where the luck is too much to average over, it is that of the
    /// first so many replications.
    ///
    /// # Errors
    /// Outcomes depend on time.
    pub fn of_profile(profile: &Profile, replications: u64) -> Result<FailureLaw, WhyNot> {
        FailureLaw::of(&profile.world, &Dice::new(&profile.world), profile.rules.robot_deployment_timeout, replications)
    }

    /// A bound for where outcomes depend on time: the probability that the threshold of a profile's rules is reached is at least that with which
    /// enough robots fail by mishaps that do not, since links and timeouts only add to them. `None` where the job may be cut off, or where
    /// the luck is too much to average over.
    pub fn at_least(profile: &Profile) -> Option<f64> {
        let world = &profile.world;
        let n = world.fleet.robots();
        let dice = Dice::new(world);
        let setting = Setting::new(&profile.rules, n);
        let counts = Counts::Exact(Crowd::all(world).law()?);
        let robot_timeout = setting.robot_timeout;
        let (preparing_max, silent) = (dice.preparing_max(), 0);
        let law = FailureLaw { n, robot_timeout, counts, at_most: None, preparing_max, silent, slot_max: robot_timeout };
        law.reached(&setting).ok().map(|tail| tail.value)
    }

    /// The probability that enough robots of a profile fail by mishaps that have nothing to do with time, if each has its turn: that
    /// the threshold is reached at least as often, unless the job is cut off before. `None` where the luck is too much to average over.
    pub fn if_all_end(profile: &Profile) -> Option<f64> {
        let setting = Setting::new(&profile.rules, profile.world.fleet.robots());
        let starts = 1.0 - setting.job_faults.last().map_or(0.0, |(_, any)| any.probability());
        let counts = Counts::Exact(Crowd::all(&profile.world).law()?);
        Some(starts * counts.at_least(setting.failures_to_stop).value)
    }

    /// The law in a world whose dice are made already.
    ///
    /// # Errors
    /// Outcomes depend on time.
    pub fn of(world: &World, dice: &Dice, robot_timeout: Ms, replications: u64) -> Result<FailureLaw, WhyNot> {
        why_not::outcomes_do_not_depend_on_time(world)?;
        let n = world.fleet.robots();
        let crowds = Crowd::all(world);
        let counts = |more: &[f64]| match crowds.with(more).law() {
            Some(law) => Ok(Counts::Exact(law)),
            None => Counts::given_luck(&crowds, more, dice, replications).ok_or(WhyNot::OneReplication),
        };
        let overruns = dice.overruns(robot_timeout);
        let at_most = match overruns.iter().copied().fold(0.0, f64::max) {
            0.0 => None,
            most => {
                let why_not = why_not::robot_timeout(world, &overruns, robot_timeout);
                if most > OVERRUN_MAX {
                    return Err(why_not);
                }
                Some((counts(&overruns)?, why_not))
            }
        };
        let counts = counts(&vec![0.0; overruns.len()])?;
        let slot_max = dice.slots_max(robot_timeout).into_iter().max().unwrap_or(0);
        let silent = world.fleet.cohorts.iter().map(|cohort| cohort.dead).sum();
        Ok(FailureLaw { n, robot_timeout, counts, at_most, preparing_max: dice.preparing_max(), silent, slot_max })
    }

    /// The longest that a job takes in which each robot has its turn [ms].
    fn longest(&self, window: u32, pacing: Pacing) -> Ms {
        let (n, silent, window) = (Ms::from(self.n), Ms::from(self.silent), Ms::from(window));
        let most = if silent > 0 { self.robot_timeout.max(self.slot_max) } else { self.slot_max };
        let rounds = n.div_ceil(window);
        let at_most = |robots: Ms, ms: Ms| robots.saturating_mul(ms);
        // Robot i has its turn after at most i / K longest deployments, in batches too.
        let by_rounds = at_most(rounds, most);
        let with_silent = match pacing {
            // While a robot waits for its turn all slots are busy with others: R. L. Graham, SIAM J. Appl. Math. 17 (1969).
            Pacing::Sliding => {
                let work = at_most(silent, most).saturating_add(at_most(n - silent, self.slot_max));
                work.div_ceil(window).saturating_add(most)
            }
            Pacing::Batches => {
                let slow = silent.min(rounds);
                at_most(slow, most).saturating_add(at_most(rounds - slow, self.slot_max))
            }
        };
        self.preparing_max.saturating_add(by_rounds.min(with_silent))
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
        assert_eq!(setting.robot_timeout, self.robot_timeout, "a law is that of one robot timeout");
        if setting.failures_to_stop > self.n {
            return Ok(ExactTail { value: 0.0, standard_error: None });
        }
        let admission = &setting.admission;
        let longest = self.longest(admission.window, admission.pacing);
        if longest > admission.deadline {
            return Err(WhyNot::JobCutOff { longest, ended_by: admission.at_deadline, deadline: admission.deadline });
        }
        let starts = 1.0 - setting.job_faults.last().map_or(0.0, |(_, any)| any.probability());
        let ExactTail { value, standard_error } = self.counts.at_least(setting.failures_to_stop);
        if standard_error.is_some_and(|error| value == 0.0 || error > LUCK_MAX * value) {
            return Err(WhyNot::RareLuck);
        }
        if let Some((at_most, why_not)) = &self.at_most
            && at_most.at_least(setting.failures_to_stop).value > value * (1.0 + SLACK)
        {
            return Err(why_not.clone());
        }
        Ok(ExactTail { value: starts * value, standard_error: standard_error.map(|error| starts * error) })
    }
}
