//! What values a metric can have in a replication at all: what bounds the replications that were not seen.

use crate::model::{Cohort, Extraction, Interrupted, Ms, Probability, World};
use crate::random::Law;
use crate::rollout::{Campaign, OnStop, Order, Setting};
use crate::scenario::Profile;
use crate::sim::{Dice, JobKind};
use crate::stats::{self, Estimate, Support};
use crate::study::metric::{Kind, Metric};
use crate::study::scheme::Scheme;
use crate::study::summary::proportion;

/// How far the metrics of a world can reach under some scheme.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reach {
    /// Nothing is left to chance: every replication comes to the same.
    certain: bool,
    robots: u32,
    /// Jobs of a replication at most; none where there is a campaign of unknown length.
    jobs_max: Option<u32>,
    has_campaign: bool,
    has_recovery: bool,
    has_latent: bool,
    /// Whether the end of a job cuts robots in flight.
    cuts: bool,
    /// Whether a robot that was given up may come back.
    heals: bool,
    /// Whether robots may be registered later than the first job is created.
    joins: bool,
    /// Whether all robots start at once, and nothing can end the job before.
    all_start: bool,
    /// The largest bundle; none where a download may begin again, which takes more than its bundle [bytes].
    bundle_max: Option<u64>,
    /// The longest that the last robot deployment can take to end, and that a slot is held [ms].
    drained_max: Option<Ms>,
    slot_max: Ms,
}

/// What of a world its reaches have in common, for the reaches of many schemes.
pub struct WorldReach<'w> {
    world: &'w World,
    dice: Dice,
    /// Whether all laws are single values, and robots whose places are drawn are all alike.
    certain: bool,
    alike: bool,
    /// Whether each robot is on its own: no links, never offline.
    alone: bool,
    /// By the robot timeout asked for last, how long a slot is held at most.
    slot_max: std::cell::Cell<Option<(Ms, Ms)>>,
}

impl<'w> WorldReach<'w> {
    pub fn new(world: &'w World) -> WorldReach<'w> {
        let cohorts = &world.fleet.cohorts;
        let alone = cohorts.iter().all(|cohort| {
            cohort.connectivity.is_none()
                && cohort.link.is_none()
                && cohort.inventory.iter().all(|robot| robot.link.is_none())
        });
        WorldReach {
            world,
            dice: Dice::new(world),
            certain: is_certain(world),
            alike: cohorts.len() == 1 && cohorts[0].inventory.is_empty(),
            alone,
            slot_max: std::cell::Cell::new(None),
        }
    }

    /// What can come of the world under a scheme.
    pub fn under(&self, scheme: &Scheme) -> Reach {
        let mut reach = Reach {
            certain: false,
            ..Reach::of_world(self.world)
        };
        match scheme {
            Scheme::Job(setting) => {
                let slot_max = self.slot_max(setting.robot_timeout);
                // Robot i has its turn after at most i / K longest deployments, in batches too.
                let rounds = Ms::from(reach.robots.div_ceil(setting.admission.window));
                let sure = setting.job_faults.is_empty()
                    && (self.alike || setting.order != Order::Shuffled);
                Reach {
                    certain: self.certain && sure && repeats_surely(self.world, false),
                    jobs_max: Some(1),
                    cuts: setting.on_stop() == OnStop::Abort,
                    all_start: self.all_start(setting, reach.robots),
                    // All slots of a window are taken as long as anybody waits.
                    drained_max: setting.is_window().then(|| {
                        self.dice
                            .preparing_max()
                            .saturating_add(rounds.saturating_mul(slot_max))
                    }),
                    slot_max,
                    ..reach
                }
            }
            Scheme::Campaign(both) => {
                let (rules, campaign) = &**both;
                reach.certain = self.certain
                    && !rules.has_job_faults()
                    && self.alike
                    && repeats_surely(self.world, true);
                reach.in_campaign(campaign, rules.on_stop())
            }
        }
    }

    /// Robots that join late may miss the job, and the job may fail, or reach its deadline, while it prepares.
    fn all_start(&self, setting: &Setting, robots: u32) -> bool {
        let joins = self
            .world
            .fleet
            .cohorts
            .iter()
            .any(|cohort| cohort.joins.is_some());
        let in_time = setting.admission.deadline.ms() > self.dice.preparing_max();
        setting.is_window()
            && setting.admission.window >= robots
            && setting.job_faults.is_empty()
            && in_time
            && !joins
    }

    fn slot_max(&self, timeout: Ms) -> Ms {
        if !self.alone {
            return timeout;
        }
        if let Some((_, known)) = self.slot_max.get().filter(|(of, _)| *of == timeout) {
            return known;
        }
        let longest = self.dice.slots_max(timeout).into_iter().max().unwrap_or(0);
        self.slot_max.set(Some((timeout, longest)));
        longest
    }
}

impl Reach {
    /// What can come of a profile.
    pub fn of(profile: &Profile) -> Reach {
        WorldReach::new(&profile.world).under(&Scheme::of(profile))
    }

    /// What can come of a profile, whatever percentages and timeouts its rules have.
    pub fn of_any_setting(profile: &Profile) -> Reach {
        let any = Reach {
            certain: Reach::of(profile).certain,
            ..Reach::of_world(&profile.world)
        };
        match &profile.campaign {
            None => Reach {
                jobs_max: Some(1),
                cuts: profile.rules.on_stop() == OnStop::Abort,
                ..any
            },
            Some(campaign) => any.in_campaign(campaign, profile.rules.on_stop()),
        }
    }

    /// What can come of `robots` robots of which nothing else is known.
    pub fn of_robots(robots: u32) -> Reach {
        Reach {
            certain: false,
            robots,
            jobs_max: None,
            has_campaign: true,
            has_recovery: true,
            has_latent: true,
            cuts: true,
            heals: true,
            joins: true,
            all_start: false,
            bundle_max: None,
            drained_max: None,
            slot_max: Ms::MAX,
        }
    }

    /// What can come of a world, whatever is played on it, but a campaign.
    fn of_world(world: &World) -> Reach {
        let cohorts = &world.fleet.cohorts;
        let mut connectivities = cohorts
            .iter()
            .filter_map(|cohort| cohort.connectivity.as_ref());
        let begins_again = connectivities.any(|it| it.interrupted == Interrupted::Restarts);
        let bundles = (world.release.bundle.iter().enumerate())
            .filter(|(kind, _)| cohorts.iter().any(|cohort| cohort.architectures[*kind] > 0))
            .filter_map(|(_, bundle)| *bundle);
        Reach {
            has_campaign: false,
            has_recovery: false,
            has_latent: world.release.latent.is_some(),
            heals: cohorts.iter().any(|cohort| cohort.connectivity.is_some()),
            joins: cohorts.iter().any(|cohort| cohort.joins.is_some()),
            bundle_max: (!begins_again).then(|| bundles.max().unwrap_or(0)),
            ..Reach::of_robots(world.fleet.robots())
        }
    }

    fn in_campaign(self, campaign: &Campaign, on_stop: OnStop) -> Reach {
        let around = u32::from(campaign.canary.is_some()) + u32::from(campaign.recovery.is_some());
        let syncs = campaign.sync.as_ref().map_or(0, |sync| sync.times);
        Reach {
            jobs_max: Some(syncs.saturating_add(around + 1)),
            has_campaign: true,
            has_recovery: campaign.recovery.is_some(),
            cuts: on_stop == OnStop::Abort,
            drained_max: None,
            ..self
        }
    }

    /// What came of `robots` robots before, as far as can be told from what comes now; `varied` says that something was left to chance.
    pub fn before(&self, robots: u32, varied: bool) -> Reach {
        let certain = self.certain && !varied;
        Reach {
            robots,
            certain,
            all_start: false,
            drained_max: None,
            slot_max: Ms::MAX,
            ..*self
        }
    }

    /// Robots of the fleet.
    pub fn robots(&self) -> u32 {
        self.robots
    }

    /// Whether every replication comes to the same.
    pub fn is_certain(&self) -> bool {
        self.certain
    }

    /// Which values a metric can have in a replication.
    pub fn support(&self, metric: &Metric) -> Support {
        let n = f64::from(self.robots);
        let drained_max = self
            .drained_max
            .map_or(f64::INFINITY, |ms| ms as f64 / 1000.0);
        let is_sure = match metric.name {
            "aborted_count" => !self.cuts,
            "latent_count" => !self.has_latent,
            "recovered_count" => !self.has_recovery,
            "healed_count" | "healed_failed_count" => !self.heals,
            "jobs_count" => !self.has_campaign,
            "started_count" | "never_started_count" | "stopped" => self.all_start,
            _ => false,
        };
        match (metric.name, metric.kind, metric.unit()) {
            _ if self.certain || is_sure => Support::Certain,
            (_, Kind::Event | Kind::Ratio, _) | (_, _, "share") => Support::Within(0.0, 1.0),
            ("jobs_count", _, _) => self.up_to(1.0),
            ("healed_count" | "healed_failed_count", _, _) => self.up_to(n),
            (_, _, "robots") => Support::Within(0.0, n),
            ("bytes_total", _, _) => self.bytes(),
            ("job_duration_s" | "drained_s", _, _) => Support::Loose(0.0, drained_max),
            ("slot_s_total", _, _) if self.drained_max.is_some() => {
                Support::Loose(0.0, n * (self.slot_max as f64 / 1000.0))
            }
            _ => Support::Loose(0.0, f64::INFINITY),
        }
    }

    /// What values can be that are left to chance if anything is.
    pub(in crate::study) fn or_certain(&self, support: Support) -> Support {
        if self.certain {
            Support::Certain
        } else {
            support
        }
    }

    /// The proportion of replications in which something happens.
    pub(in crate::study) fn proportion(&self, hits: usize, n: usize) -> Estimate {
        match self.certain {
            true => Estimate::exact(hits as f64 / n as f64),
            false => proportion(hits, n),
        }
    }

    /// What each replication adds to a ratio of means, with what that can be; `None` for a ratio of nothing.
    pub(in crate::study) fn linear_ratio(
        &self,
        [above, below]: [&[f64]; 2],
    ) -> Option<(Vec<f64>, Support)> {
        let (values, support) = stats::linear_ratio(above, below, f64::from(self.robots))?;
        Some((values, self.or_certain(support)))
    }

    /// How many robots a job of a campaign can be for. Where none joins, those of the canary are counted off, and the main job's are the others.
    pub fn job_robots(&self, job: JobKind) -> Support {
        let counted = !self.joins && matches!(job, JobKind::Canary | JobKind::Main);
        if self.certain || counted {
            Support::Certain
        } else {
            Support::Within(0.0, f64::from(self.robots))
        }
    }

    /// Which numbers of bytes can be downloaded in a replication.
    pub fn bytes(&self) -> Support {
        let Some(bundle) = self.bundle_max else {
            return Support::Loose(0.0, f64::INFINITY);
        };
        // A robot that heals downloads once more.
        let downloads = if self.heals { 2.0 } else { 1.0 };
        self.up_to(downloads * f64::from(self.robots) * bundle as f64)
    }

    /// Up to so much in each job.
    fn up_to(&self, in_a_job: f64) -> Support {
        match self.jobs_max {
            Some(jobs) => Support::Within(0.0, f64::from(jobs) * in_a_job),
            None => Support::Loose(0.0, f64::INFINITY),
        }
    }
}

/// Whether a world leaves nothing to chance: all laws are single values, and nothing happens but always or never.
fn is_certain(world: &World) -> bool {
    let World {
        fleet,
        release,
        preparing,
        ..
    } = world;
    fleet.cohorts.iter().all(is_certain_in)
        && is_single(preparing)
        && release
            .latent
            .as_ref()
            .is_none_or(|latent| is_sure(latent.failure) && is_single(&latent.after))
}

fn is_certain_in(cohort: &Cohort) -> bool {
    let extraction = cohort
        .extraction
        .as_ref()
        .map(|extraction| match extraction {
            Extraction::Rate(law) | Extraction::Duration(law) => law,
        });
    let stages = [
        cohort.validating.as_ref(),
        cohort.launching.as_ref(),
        extraction,
    ];
    let mut laws = stages.into_iter().flatten().chain([&cohort.download_rate]);
    let kinds = cohort.architectures.iter().filter(|robots| **robots > 0);
    kinds.count() <= 1
        && cohort.dead.is_multiple_of(cohort.robots.max(1))
        && laws.all(is_single)
        && cohort.scripts.iter().all(|(_, script)| {
            is_single(&script.duration)
                && script.fails_after.as_ref().is_none_or(is_single)
                && is_sure(script.failure)
                && is_sure(script.hang)
        })
        && cohort.faults.iter().all(|fault| {
            is_sure(fault.probability) && fault.fails_after.as_ref().is_none_or(is_single)
        })
        && cohort.connectivity.is_none()
        && cohort.joins.is_none()
}

fn is_sure(probability: Probability) -> bool {
    matches!(probability, Probability::Constant(p) if p == 0.0 || p == 1.0)
}

fn is_single(law: &Law) -> bool {
    law.as_constant().is_some()
}

/// Whether what a script did in one job says surely what it does in the next, where there may be one.
fn repeats_surely(world: &World, campaign: bool) -> bool {
    let mut scripts = world
        .fleet
        .cohorts
        .iter()
        .flat_map(|cohort| cohort.scripts.iter());
    !campaign || scripts.all(|(_, script)| script.repeat == 0.0 || script.repeat == 1.0)
}
