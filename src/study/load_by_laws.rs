//! What robots ask of links by their laws, before anything is played.

use crate::model::World;
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
    let of_link = |link: usize| {
        let (mut robots, mut bits, mut rates, mut times) = (0.0, 0.0, 0.0, 0.0);
        for (cohort, courses) in world.fleet.cohorts.iter().zip(courses) {
            for course in courses {
                let on_link = match cohort.inventory.is_empty() {
                    true => {
                        if cohort.link.map(usize::from) == Some(link) {
                            course.robots
                        } else {
                            0
                        }
                    }
                    false => {
                        let is_on = |index: &u32| {
                            let listed = cohort.listed(*index).expect("an inventory has all robots");
                            listed.architecture == course.architecture && cohort.link_of(*index).map(usize::from) == Some(link)
                        };
                        (0..cohort.robots).filter(is_on).count() as u32
                    }
                };
                let weight = f64::from(on_link);
                robots += weight;
                bits += weight * course.bits;
                rates += weight * course.rate_mean(world.links[link].capacity);
                times += weight * course.total(|step| step.mean);
            }
        }
        (robots > 0.0 && bits > 0.0).then(|| LinkDemand {
            link,
            robots,
            bits_mean: bits / robots,
            rate_mean: rates / robots,
            course_mean: times / robots,
        })
    };
    (0..world.links.len()).filter_map(of_link).collect()
}
