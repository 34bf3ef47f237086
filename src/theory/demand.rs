//! What robots ask of links by their laws, before anything is played.

use crate::model::{Cohort, World};
use crate::theory::steps::Course;
use crate::theory::view::{Job, before_download, dead_share};

/// What the robots of a job ask of a link.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkDemand {
    /// Its place in the world.
    pub link: usize,
    /// Robots that download over it: they have a bundle, answer, and get that far; on average.
    pub robots: f64,
    /// Whether robots and bits are the same whatever happens before the download.
    pub is_certain: bool,
    /// What one downloads before its timeout on average if no other robot slows it down [bit], and how fast at its own rate [bit/s].
    pub bits_mean: f64,
    pub rate_mean: f64,
    /// How long a slot is held on average for a robot that answers, those that do not get that far too, if no other robot slows it down [ms].
    pub slot_mean: f64,
    answering: f64,
    kinds: Vec<DemandKind>,
}

/// Robots on a link that are alike.
#[derive(Clone, Debug, PartialEq)]
struct DemandKind {
    robots: f64,
    course: Course,
}

impl LinkDemand {
    /// How many of a window's robots are on the link, if robots start in any order: as many as there are at most.
    pub fn of_window(&self, window: u32, n: u32) -> f64 {
        (f64::from(window) * self.robots / f64::from(n))
            .max(1.0)
            .min(self.robots)
    }

    /// What `at_once` of them ask for at once, each at its own rate, and on average over whole deployments [bit/s].
    pub fn peak_and_mean(&self, at_once: f64) -> (f64, f64) {
        (
            at_once * self.rate_mean,
            at_once * self.bits_mean * 1000.0 / self.slot_mean,
        )
    }

    /// What they ask for at once if none gets more than a rate [bit/s].
    fn asked(&self, at_once: f64, most: f64) -> f64 {
        let sum: f64 = self
            .kinds
            .iter()
            .map(|kind| kind.robots * kind.course.rate_mean(most))
            .sum();
        at_once * sum / self.robots
    }

    /// The fair share of a capacity among those that could take more; nothing where it is enough for all [bit/s].
    pub(crate) fn fair_share(&self, at_once: f64, capacity: f64) -> Option<f64> {
        if self.asked(at_once, capacity) <= capacity {
            return None;
        }
        let (mut low, mut high) = (0.0, capacity);
        for _ in 0..100 {
            let middle = (low + high) / 2.0;
            if self.asked(at_once, middle) < capacity {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(high)
    }

    /// Whether all have the same rate.
    pub(crate) fn has_one_rate(&self) -> bool {
        let rate = self.kinds[0].course.rate.as_constant();
        rate.is_some()
            && self
                .kinds
                .iter()
                .all(|kind| kind.course.rate.as_constant() == rate)
    }

    /// Bundles [bit] that take longer than a time [ms] at a rate at most, though robots would be in time at their own.
    pub(crate) fn too_large(&self, rate: f64, ms: f64) -> Vec<f64> {
        let mut bits: Vec<f64> = self
            .kinds
            .iter()
            .map(|kind| &kind.course)
            .filter(|course| course.bits * 1000.0 / rate > ms && course.share_slower(ms) < 1.0)
            .map(|course| course.bits)
            .collect();
        bits.sort_by(f64::total_cmp);
        bits.dedup();
        bits
    }
}

/// By link that robots of a job use.
pub(crate) fn demands(world: &World, job: &Job) -> Vec<LinkDemand> {
    let mut demands: Vec<LinkDemand> = (0..world.links.len())
        .map(|link| LinkDemand {
            link,
            robots: 0.0,
            is_certain: job.is_exact,
            bits_mean: 0.0,
            rate_mean: 0.0,
            slot_mean: 0.0,
            answering: 0.0,
            kinds: Vec::new(),
        })
        .collect();
    let timeout = job.rules.robot_timeout() as f64;
    for (cohort, members, courses) in job
        .cohorts(&world.fleet.cohorts)
        .filter(|(_, members, _)| *members > 0.0)
    {
        let (reach, hang) = before_download(cohort);
        for (demand, robots) in demands.iter_mut().zip(on_links(cohort, world.links.len())) {
            for course in courses {
                let on_link = robots[course.architecture as usize];
                let answering = f64::from(on_link) * (1.0 - dead_share(cohort)) * members
                    / f64::from(cohort.robots);
                let robots = answering * reach;
                if robots == 0.0 {
                    continue;
                }
                let whole = job.has_whole_cohorts && (cohort.dead == 0 || on_link == cohort.robots);
                demand.is_certain &=
                    whole && reach == 1.0 && course.received_mean >= course.bits * (1.0 - 1e-9);
                demand.robots += robots;
                demand.bits_mean += robots * course.received_mean;
                demand.rate_mean +=
                    robots * course.rate_mean(world.links[demand.link].capacity as f64);
                let before = (1.0 - reach - hang).max(0.0) * course.before_mean + hang * timeout;
                demand.answering += answering;
                demand.slot_mean += answering * (reach * course.mean + before);
                demand.kinds.push(DemandKind {
                    robots,
                    course: course.clone(),
                });
            }
        }
    }
    demands.retain(|demand| demand.bits_mean > 0.0);
    for LinkDemand {
        robots,
        bits_mean,
        rate_mean,
        slot_mean,
        answering,
        ..
    } in &mut demands
    {
        [bits_mean, rate_mean]
            .into_iter()
            .for_each(|sum| *sum /= *robots);
        *slot_mean /= *answering;
    }
    demands
}

/// By link, how many robots of a cohort are on it, by architecture.
fn on_links(cohort: &Cohort, links: usize) -> Vec<[u32; 3]> {
    let mut robots = vec![[0; 3]; links];
    if cohort.inventory.is_empty() {
        if let Some(link) = cohort.link {
            robots[usize::from(link)] = cohort.architectures;
        }
        return robots;
    }
    for (index, listed) in (0..).zip(cohort.inventory.iter()) {
        if let Some(link) = cohort.link_of(index) {
            robots[usize::from(link)][listed.architecture as usize] += 1;
        }
    }
    robots
}
