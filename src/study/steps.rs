//! How long the steps of a deployment take by their laws, when nothing goes wrong and nobody is in the way: what can be said of a
//! rollout before it is played.

use crate::model::{Architecture, Cohort, Extraction, Ms, World};
use crate::random::Law;
use crate::sim::Stage;

/// How long a step takes [ms].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    pub stage: Stage,
    pub least: f64,
    pub mean: f64,
    pub p50: f64,
    pub p95: f64,
}

/// The steps of robots of a cohort that have the same bundle.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    pub architecture: Architecture,
    pub robots: u32,
    /// [bit]
    pub bits: f64,
    /// What they download at, the link's capacity at most [bit/s].
    pub rate: Law,
    pub capacity: Option<u64>,
    /// Those that take time, in order. The contact waits for robots to be online; maintenance windows are not in it.
    pub steps: Vec<Step>,
}

/// Points at which a rate is looked at for the mean of a download.
const POINTS: usize = 4096;

impl Course {
    /// The courses of a cohort, by architecture; robots without a bundle have none. A download ends with the robot timeout.
    pub fn of(world: &World, cohort: &Cohort, robot_timeout: Ms) -> Vec<Course> {
        let courses = Architecture::ALL.into_iter().filter_map(|architecture| {
            let robots = cohort.architectures[architecture as usize];
            let bundle = world.release.bundle[architecture as usize].filter(|_| robots > 0)?;
            Some(Course::new(world, cohort, architecture, bundle as f64 * 8.0, robot_timeout as f64))
        });
        courses.collect()
    }

    fn new(world: &World, cohort: &Cohort, architecture: Architecture, bits: f64, timeout: f64) -> Course {
        let rate = own_rate(cohort, architecture);
        let capacity = capacity(world, cohort, architecture);
        let timed = |stage, law: &Law| Step {
            stage,
            least: law.support_min(),
            mean: law.mean(),
            p50: law.quantile(0.5),
            p95: law.quantile(0.95),
        };
        let transfer =
            |rate: f64| if bits == 0.0 { 0.0 } else { bits * 1000.0 / rate.min(capacity.map_or(f64::INFINITY, |c| c as f64)) };
        let mut steps = Vec::new();
        steps.extend(contact(cohort));
        steps.extend(cohort.validating.as_ref().map(|law| timed(Stage::Validating, law)));
        steps.extend(cohort.download_condition.as_ref().map(|script| timed(Stage::DownloadCondition, &script.duration)));
        steps.push(by_rate(Stage::Downloading, &rate, transfer, timeout));
        steps.extend(cohort.extraction.as_ref().map(|extraction| match extraction {
            Extraction::Duration(law) => timed(Stage::Extracting, law),
            Extraction::Rate(law) => {
                by_rate(Stage::Extracting, law, |rate| if bits == 0.0 { 0.0 } else { bits * 1000.0 / rate }, timeout)
            }
        }));
        steps.extend(cohort.pre_launch.as_ref().map(|script| timed(Stage::PreLaunch, &script.duration)));
        steps.extend(cohort.launching.as_ref().map(|law| timed(Stage::Launching, law)));
        steps.extend(cohort.post_launch.as_ref().map(|script| timed(Stage::PostLaunch, &script.duration)));
        let robots = cohort.architectures[architecture as usize];
        Course { architecture, robots, bits, rate, capacity, steps }
    }

    /// The sum of a statistic over all steps [ms].
    pub fn total(&self, statistic: impl Fn(&Step) -> f64) -> f64 {
        self.steps.iter().map(statistic).sum()
    }

    /// The download.
    pub fn download(&self) -> &Step {
        self.steps.iter().find(|step| step.stage == Stage::Downloading).expect("every course has a download")
    }

    /// The share of robots whose download alone takes longer than a time [ms] at their own rate.
    pub fn share_slower(&self, ms: f64) -> f64 {
        if self.bits == 0.0 {
            return 0.0;
        }
        let needed = self.bits * 1000.0 / ms;
        if self.capacity.is_some_and(|capacity| (capacity as f64) < needed) { 1.0 } else { self.rate.cdf(needed * (1.0 - 1e-9)) }
    }

    /// What a robot downloads at on average over a link of this capacity, if nobody is in the way [bit/s].
    pub fn rate_mean(&self, capacity: u64) -> f64 {
        average(|u| self.rate.quantile(u).min(capacity as f64))
    }
}

/// Waiting for robots that come and go: seen at any moment, the process is in equilibrium.
fn contact(cohort: &Cohort) -> Option<Step> {
    let connectivity = cohort.connectivity.as_ref()?;
    let off = 1.0 - connectivity.share_online();
    let residual = connectivity.residual(false);
    let quantile = |p: f64| if off <= 1.0 - p { 0.0 } else { residual.quantile_upper((1.0 - p) / off) };
    Some(Step { stage: Stage::Contact, least: 0.0, mean: off * residual.mean(), p50: quantile(0.5), p95: quantile(0.95) })
}

/// A step that takes the longer the smaller a rate.
fn by_rate(stage: Stage, rate: &Law, ms: impl Fn(f64) -> f64, most: f64) -> Step {
    let mean = match rate.as_constant() {
        Some(rate) => ms(rate).min(most),
        None => average(|u| ms(rate.quantile(u)).min(most)),
    };
    Step {
        stage,
        least: ms(rate.quantile_upper(0.0)),
        mean,
        p50: ms(rate.quantile(0.5)).min(most),
        p95: ms(rate.quantile(0.05)).min(most),
    }
}

/// The mean of a function over probabilities, by the midpoint rule.
fn average(f: impl Fn(f64) -> f64) -> f64 {
    (0..POINTS).map(|i| f((i as f64 + 0.5) / POINTS as f64)).sum::<f64>() / POINTS as f64
}

/// The law of the own rates of a cohort's robots of one architecture: those that the inventory lists, and draws for the others.
fn own_rate(cohort: &Cohort, architecture: Architecture) -> Law {
    let listed: Vec<Option<f64>> =
        cohort.inventory.iter().filter(|robot| robot.architecture == architecture).map(|robot| robot.download_rate).collect();
    let known: Vec<f64> = listed.iter().copied().flatten().collect();
    if known.is_empty() {
        return cohort.download_rate.clone();
    }
    let share = known.len() as f64 / listed.len() as f64;
    let known = Law::samples(known).expect("rates are a law");
    if share == 1.0 {
        return known;
    }
    Law::mixture(vec![(share, known), (1.0 - share, cohort.download_rate.clone())]).expect("shares are a law")
}

/// The greatest capacity of the links of a cohort's robots of one architecture; none where some have no link.
fn capacity(world: &World, cohort: &Cohort, architecture: Architecture) -> Option<u64> {
    let of_link = |link: Option<u16>| link.map(|link| world.links[usize::from(link)].capacity);
    if cohort.inventory.is_empty() {
        return of_link(cohort.link);
    }
    let robots = (0..cohort.robots).filter(|index| cohort.listed(*index).is_some_and(|r| r.architecture == architecture));
    robots.map(|index| of_link(cohort.link_of(index))).try_fold(0, |most, link| link.map(|link| most.max(link)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_of_a_transfer_is_that_of_one_over_the_rate() {
        // E[1/X] of a uniform law is ln(b/a) / (b - a).
        let rate = Law::uniform(1e6, 4e6).unwrap();
        let step = by_rate(Stage::Downloading, &rate, |rate| 8e6 * 1000.0 / rate, f64::INFINITY);
        let exact = 8e9 * crate::random::math::ln(4.0) / 3e6;
        assert!((step.mean / exact - 1.0).abs() < 1e-6, "{} {exact}", step.mean);
        assert_eq!((step.least, step.p50), (2000.0, 3200.0));
    }
}
