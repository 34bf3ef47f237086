//! What values a metric can have in a replication at all: what bounds the replications that were not seen.

use crate::model::{Extraction, Ms, Order, Probability, Script};
use crate::random::Law;
use crate::scenario::Profile;
use crate::sim::Dice;
use crate::study::metric::{Kind, Metric};

/// How far the metrics of a profile can reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reach {
    /// Nothing is left to chance: every replication comes to the same.
    certain: bool,
    robots: u32,
    has_campaign: bool,
    /// The longest that the last robot deployment can take to end, and that a slot is held [ms].
    drained_max: Option<Ms>,
    slot_max: Ms,
}

impl Reach {
    /// What can come of a profile.
    pub fn of(profile: &Profile) -> Reach {
        let dice = Dice::new(&profile.world);
        let n = profile.world.fleet.robots();
        let timeout = profile.rules.robot_deployment_timeout;
        let alone = profile.world.fleet.cohorts.iter().all(|cohort| {
            cohort.connectivity.is_none() && cohort.link.is_none() && cohort.inventory.iter().all(|robot| robot.link.is_none())
        });
        let slot_max = if alone { dice.slots_max(timeout).into_iter().max().unwrap_or(0) } else { timeout };
        // Robot i has its turn after at most i / K longest deployments, in batches too.
        let rounds = Ms::from(n.div_ceil(profile.rules.window(n)));
        let drained_max = dice.preparing_max().saturating_add(rounds.saturating_mul(slot_max));
        let has_campaign = profile.campaign.is_some();
        Reach {
            certain: is_certain(profile),
            robots: n,
            has_campaign,
            drained_max: (!has_campaign).then_some(drained_max),
            slot_max,
        }
    }

    /// What can come of a profile, whatever percentages and timeouts its rules have.
    pub fn of_any_setting(profile: &Profile) -> Reach {
        Reach {
            certain: is_certain(profile),
            has_campaign: profile.campaign.is_some(),
            ..Reach::of_robots(profile.world.fleet.robots())
        }
    }

    /// What can come of so many robots, of which nothing else is known.
    pub fn of_robots(robots: u32) -> Reach {
        Reach { certain: false, robots, has_campaign: true, drained_max: None, slot_max: Ms::MAX }
    }

    /// Robots of the fleet.
    pub fn robots(&self) -> u32 {
        self.robots
    }

    /// Whether every replication comes to the same.
    pub fn is_certain(&self) -> bool {
        self.certain
    }

    /// Between which values a metric lies in every replication; infinite where nothing bounds it.
    pub fn range(&self, metric: &Metric) -> (f64, f64) {
        let n = f64::from(self.robots);
        let seconds = |ms: Option<Ms>| ms.map_or(f64::INFINITY, |ms| ms as f64 / 1000.0);
        let most = match (metric.name, metric.kind, metric.unit()) {
            (_, Kind::Event | Kind::Ratio, _) | (_, _, "share") => 1.0,
            ("jobs_count", _, _) if !self.has_campaign => return (1.0, 1.0),
            (_, _, "robots") => n,
            ("job_duration_s" | "drained_s", _, _) => seconds(self.drained_max),
            ("slot_s_total", _, _) if self.drained_max.is_some() => n * seconds(Some(self.slot_max)),
            _ => f64::INFINITY,
        };
        (0.0, most)
    }
}

/// Whether a profile leaves nothing to chance: all laws are single values, nothing happens but always or never, and robots whose places
/// are drawn are all alike.
fn is_certain(profile: &Profile) -> bool {
    let world = &profile.world;
    let sure = |probability: Probability| matches!(probability, Probability::Constant(p) if p == 0.0 || p == 1.0);
    let single = |law: &Law| law.as_constant().is_some();
    let script = |script: &Script| {
        let repeats = script.repeat == 0.0 || script.repeat == 1.0 || profile.campaign.is_none();
        single(&script.duration)
            && script.fails_after.as_ref().is_none_or(single)
            && sure(script.failure)
            && sure(script.hang)
            && repeats
    };
    let cohorts = world.fleet.cohorts.iter().all(|cohort| {
        let extraction = match &cohort.extraction {
            None => true,
            Some(Extraction::Rate(law) | Extraction::Duration(law)) => single(law),
        };
        let scripts = [&cohort.download_condition, &cohort.pre_launch, &cohort.post_launch];
        let stages = [&cohort.validating, &cohort.launching];
        let faults = cohort.faults.iter();
        cohort.architectures.iter().filter(|robots| **robots > 0).count() <= 1
            && cohort.dead.is_multiple_of(cohort.robots.max(1))
            && single(&cohort.download_rate)
            && extraction
            && stages.into_iter().flatten().all(single)
            && scripts.into_iter().flatten().all(script)
            && faults.clone().all(|fault| sure(fault.probability) && fault.fails_after.as_ref().is_none_or(single))
            && cohort.connectivity.is_none()
            && cohort.joins.is_none()
    });
    let alike = world.fleet.cohorts.len() == 1 && world.fleet.cohorts[0].inventory.is_empty();
    let in_order = profile.rules.order != Order::Shuffled && profile.campaign.is_none();
    cohorts
        && single(&world.preparing)
        && profile.rules.job_faults.is_empty()
        && world.release.latent.as_ref().is_none_or(|latent| sure(latent.failure) && single(&latent.after))
        && (alike || in_order)
}
