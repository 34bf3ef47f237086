//! What robots ask of links by their laws, before anything is played.

use crate::model::{Cohort, World};
use crate::study::steps::Course;

/// What the robots of a link ask of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinkDemand {
    /// Its place in the world.
    pub link: usize,
    /// Robots that have a bundle and download over it.
    pub robots: f64,
    /// What one downloads on average [bit], and how fast at its own rate [bit/s].
    pub bits_mean: f64,
    pub rate_mean: f64,
    /// How long a deployment to one of them takes on average if nobody is in the way [ms].
    pub course_mean: f64,
}

impl LinkDemand {
    /// How many of a window's robots are on the link, if robots start in any order: as many as there are at most.
    pub fn of_window(&self, window: u32, n: u32) -> f64 {
        (f64::from(window) * self.robots / f64::from(n)).max(1.0).min(self.robots)
    }
}

/// By link that robots use; `courses` are by cohort.
pub fn demands(world: &World, courses: &[Vec<Course>]) -> Vec<LinkDemand> {
    let mut sums = vec![(0.0, 0.0, 0.0, 0.0); world.links.len()];
    for (cohort, courses) in world.fleet.cohorts.iter().zip(courses) {
        for (link, robots) in on_links(cohort, world.links.len()).into_iter().enumerate() {
            for course in courses {
                let weight = f64::from(robots[course.architecture as usize]);
                if weight > 0.0 {
                    let (robots, bits, rates, times) = &mut sums[link];
                    *robots += weight;
                    *bits += weight * course.bits;
                    *rates += weight * course.rate_mean(world.links[link].capacity);
                    *times += weight * course.total(|step| step.mean);
                }
            }
        }
    }
    let demand = |(link, (robots, bits, rates, times)): (usize, (f64, f64, f64, f64))| {
        let mean = |sum: f64| sum / robots;
        let demand = LinkDemand { link, robots, bits_mean: mean(bits), rate_mean: mean(rates), course_mean: mean(times) };
        (bits > 0.0).then_some(demand)
    };
    sums.into_iter().enumerate().filter_map(demand).collect()
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
