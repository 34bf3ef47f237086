//! How long the steps of a deployment take by their laws, when nothing goes wrong and no robot slows another down: what can be said of a
//! rollout before it is played.

use crate::model::{Architecture, Cohort, Extraction, Ms, ScriptStep, Stage, World};
use crate::random::Law;
use crate::theory::lattice::{Grids, Midpoints, POINTS, average, range};
use crate::theory::trace::TracedDownloads;

/// How long a step takes [ms], the robot timeout at most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    pub stage: Stage,
    /// Whatever the timeout.
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
    /// What they download at [bit/s], those with a trace at its average, and the capacity of their link.
    pub rate: Law,
    pub capacity: Option<u64>,
    /// Those that take time, in order. The contact waits for robots in a spell offline; maintenance windows and weekly hours
    /// offline are not in it.
    pub steps: Vec<Step>,
    /// The mean of all steps together, the robot timeout at most [ms].
    pub mean: f64,
    /// The mean up to the download, the robot timeout at most [ms].
    pub before_mean: f64,
    /// What is downloaded before the robot timeout on average [bit].
    pub received_mean: f64,
    /// The share of robots that the robot timeout ends before they are done.
    pub late: f64,
    /// How long all steps but the contact take together, whatever the timeout [ms]: equally likely values, ascending.
    rest: Midpoints,
    /// Own rates [bit/s], as likely.
    rates: Midpoints,
    /// Downloads of robots that play a trace, if there are any.
    pub(crate) traced: Option<TracedDownloads>,
}

/// The shares of a robot's time, as they go together at a point of the lattice [ms].
struct LatticePoint {
    /// If it is offline when it is looked for.
    offline: f64,
    before: f64,
    download: f64,
    after: f64,
}

impl LatticePoint {
    fn total(&self) -> f64 {
        self.before + self.download + self.after
    }
}

/// The mean over points of the lattice of a function of the wait at first, for robots that are offline with the probability `off`.
fn mean(points: &[LatticePoint], off: f64, of: impl Fn(&LatticePoint, f64) -> f64) -> f64 {
    let values = points.iter().map(|it| match off {
        0.0 => of(it, 0.0),
        off => (1.0 - off) * of(it, 0.0) + off * of(it, it.offline),
    });
    values.sum::<f64>() / POINTS as f64
}

/// A step that transfers `bits` at a drawn rate, but at `most` at the most [bit/s], and how long it takes [ms].
fn by_rate(
    stage: Stage,
    law: &Law,
    grid: &Midpoints,
    bits: f64,
    most: f64,
    timeout: f64,
) -> (Step, Midpoints) {
    // From the highest rate to the lowest, so that times ascend.
    let times: Midpoints = grid
        .iter()
        .rev()
        .map(|rate| transfer(bits, rate.min(most)))
        .collect();
    let step = Step::by_rate(
        stage,
        law,
        &times,
        |rate| transfer(bits, rate.min(most)),
        timeout,
    );
    (step, times)
}

/// A download and how long it takes, where robots play a trace; `times` are those of the others [ms].
fn with_trace(
    step: Step,
    times: &Midpoints,
    traced: &TracedDownloads,
    timeout: f64,
) -> (Step, Midpoints) {
    let (times, least) = match traced.share {
        1.0 => (traced.times.clone(), traced.least),
        _ => (traced.among(times), traced.least.min(step.least)),
    };
    let [p50, p95] = [0.5, 0.95].map(|p| times[(p * POINTS as f64) as usize].min(timeout));
    let step = Step {
        least,
        mean: average(&times, |ms| ms.min(timeout)),
        p50,
        p95,
        ..step
    };
    (step, times)
}

/// How long a transfer takes [ms].
fn transfer(bits: f64, rate: f64) -> f64 {
    match bits {
        0.0 => 0.0,
        bits => bits * 1000.0 / rate,
    }
}

impl Course {
    /// The courses of a cohort, by architecture; robots without a bundle have none.
    pub(crate) fn of(
        world: &World,
        cohort: &Cohort,
        robot_timeout: Ms,
        grids: &mut Grids,
    ) -> Vec<Course> {
        let courses = Architecture::ALL.into_iter().filter_map(|architecture| {
            let robots = cohort.architectures[architecture as usize];
            let bundle = world.release.bundle[architecture as usize].filter(|_| robots > 0)?;
            Some(Course::new(
                world,
                cohort,
                architecture,
                bundle as f64 * 8.0,
                robot_timeout as f64,
                grids,
            ))
        });
        courses.collect()
    }

    fn new(
        world: &World,
        cohort: &Cohort,
        architecture: Architecture,
        bits: f64,
        timeout: f64,
        grids: &mut Grids,
    ) -> Course {
        let rate = own_rate(cohort, architecture);
        let rates = grids.of(&rate);
        let capacity = capacity(world, cohort, architecture);
        let most = capacity.map_or(f64::INFINITY, |capacity| capacity as f64);
        let mut parts: Vec<(Step, Midpoints)> = Vec::new();
        let extraction = match &cohort.extraction {
            Some(Extraction::Duration(law)) => Some(law),
            _ => None,
        };
        let [condition, pre_launch, post_launch] =
            ScriptStep::ALL.map(|step| Some(&cohort.scripts[step].as_ref()?.duration));
        let timed = [
            (Stage::Validating, cohort.validating.as_ref()),
            (Stage::DownloadCondition, condition),
            (Stage::Extracting, extraction),
            (Stage::PreLaunch, pre_launch),
            (Stage::Launching, cohort.launching.as_ref()),
            (Stage::PostLaunch, post_launch),
        ];
        for (stage, law) in timed {
            if let Some(law) = law {
                let grid = grids.of(law);
                parts.push((Step::timed(stage, law, &grid, timeout), grid));
            }
        }
        let mut download = by_rate(Stage::Downloading, &rate, &rates, bits, most, timeout);
        let traced = TracedDownloads::of(cohort, architecture, bits);
        if let Some(traced) = &traced {
            let (step, times) = download;
            download = with_trace(step, &times, traced, timeout);
        }
        parts.push(download);
        if let Some(Extraction::Rate(law)) = &cohort.extraction {
            let grid = grids.of(law);
            parts.push(by_rate(
                Stage::Extracting,
                law,
                &grid,
                bits,
                f64::INFINITY,
                timeout,
            ));
        }
        parts.sort_by_key(|(step, _)| step.stage);
        let offline = cohort
            .connectivity
            .as_ref()
            .and_then(|it| Some((1.0 - it.share_online(), grids.offline(it)?)));
        let points: Vec<LatticePoint> = (0..POINTS)
            .map(|point| {
                let mut journey = LatticePoint {
                    offline: 0.0,
                    before: 0.0,
                    download: 0.0,
                    after: 0.0,
                };
                for (quantity, (step, times)) in parts.iter().enumerate() {
                    let place = range(quantity, point);
                    match step.stage {
                        Stage::Downloading => journey.download = times[place],
                        before if before < Stage::Downloading => journey.before += times[place],
                        _ => journey.after += times[place],
                    }
                }
                if let Some((_, (residual, _))) = &offline {
                    journey.offline = residual[range(parts.len(), point)];
                }
                journey
            })
            .collect();
        let off = offline.as_ref().map_or(0.0, |(off, ..)| *off);
        let contact = offline
            .as_ref()
            .map(|(off, (residual, law))| Step::contact(*off, law, residual, timeout));
        let steps: Vec<Step> = contact
            .into_iter()
            .chain(parts.iter().map(|(step, _)| *step))
            .collect();
        // Steps have exact means, so it is only what the timeout cuts off that is summed over the lattice.
        let cut = mean(&points, off, |it, wait| {
            let parts = [wait, it.before, it.download, it.after].map(|part| part.min(timeout));
            (parts.iter().sum::<f64>() - timeout).max(0.0)
        });
        let mut rest: Vec<f64> = points.iter().map(LatticePoint::total).collect();
        rest.sort_by(f64::total_cmp);
        Course {
            architecture,
            robots: cohort.architectures[architecture as usize],
            bits,
            capacity,
            mean: (steps.iter().map(|step| step.mean).sum::<f64>() - cut).min(timeout),
            before_mean: mean(&points, off, |it, wait| (wait + it.before).min(timeout)),
            received_mean: mean(&points, off, |it, wait| match it.download {
                0.0 => bits,
                download => bits * ((timeout - wait - it.before) / download).clamp(0.0, 1.0),
            }),
            late: mean(&points, off, |it, wait| {
                f64::from(u8::from(wait + it.total() > timeout))
            }),
            rest: rest.into(),
            rate,
            rates,
            traced,
            steps,
        }
    }

    /// The sum of a statistic over all steps [ms].
    pub fn total(&self, statistic: impl Fn(&Step) -> f64) -> f64 {
        self.steps.iter().map(statistic).sum()
    }

    /// The download.
    pub fn download(&self) -> &Step {
        self.steps
            .iter()
            .find(|step| step.stage == Stage::Downloading)
            .expect("a bug: a course without a download")
    }

    /// The share of robots that take longer than a time [ms] from the contact to the end.
    pub fn share_later(&self, ms: f64) -> f64 {
        1.0 - self.rest.partition_point(|rest| *rest <= ms) as f64 / POINTS as f64
    }

    /// The share of robots whose download alone takes longer than a time [ms] at their own rate.
    pub fn share_slower(&self, ms: f64) -> f64 {
        if self.bits == 0.0 {
            return 0.0;
        }
        let needed = self.bits * 1000.0 / ms;
        let by_rate = if self
            .capacity
            .is_some_and(|capacity| (capacity as f64) < needed)
        {
            1.0
        } else {
            self.rate.cdf(needed * (1.0 - 1e-9))
        };
        match &self.traced {
            None => by_rate,
            Some(TracedDownloads { share, times, .. }) => {
                let in_time = times.partition_point(|time| *time <= ms);
                share * (1.0 - in_time as f64 / POINTS as f64) + (1.0 - share) * by_rate
            }
        }
    }

    /// What a robot downloads at on average if it gets no more than this [bit/s].
    pub fn rate_mean(&self, most: f64) -> f64 {
        match self.rate.as_constant() {
            Some(rate) => rate.min(most),
            None => average(&self.rates, |rate| rate.min(most)),
        }
    }
}

impl Step {
    fn timed(stage: Stage, law: &Law, midpoints: &[f64], timeout: f64) -> Step {
        let mean = if midpoints[POINTS - 1] <= timeout {
            law.mean()
        } else {
            average(midpoints, |ms| ms.min(timeout))
        };
        let [p50, p95] = [0.5, 0.95].map(|p| law.quantile(p).min(timeout));
        Step {
            stage,
            least: law.support_min(),
            mean: mean.min(timeout),
            p50,
            p95,
        }
    }

    /// Waiting for robots that come and go: seen at any moment, the process is in equilibrium.
    fn contact(off: f64, residual: &Law, midpoints: &[f64], timeout: f64) -> Step {
        let [p50, p95] = [0.5, 0.95].map(|p| match off <= 1.0 - p {
            true => 0.0,
            false => residual.quantile_upper((1.0 - p) / off).min(timeout),
        });
        let waiting = Step::timed(Stage::Contact, residual, midpoints, timeout);
        Step {
            stage: Stage::Contact,
            least: 0.0,
            mean: off * waiting.mean,
            p50,
            p95,
        }
    }

    /// A step that takes the longer the smaller a rate.
    fn by_rate(
        stage: Stage,
        rate: &Law,
        times: &[f64],
        ms: impl Fn(f64) -> f64,
        timeout: f64,
    ) -> Step {
        let mean = match rate.as_constant() {
            Some(rate) => ms(rate).min(timeout),
            None => average(times, |ms| ms.min(timeout)),
        };
        Step {
            stage,
            least: ms(rate.quantile_upper(0.0)),
            mean,
            p50: ms(rate.quantile(0.5)).min(timeout),
            p95: ms(rate.quantile(0.05)).min(timeout),
        }
    }
}

/// The least time that a share of the robots of several courses are done within, from the contact to the end [ms].
pub(crate) fn quantile_of(courses: &[Course], p: f64) -> f64 {
    let mut weighted: Vec<(f64, f64)> = Vec::new();
    for course in courses {
        weighted.extend(course.rest.iter().map(|ms| (*ms, f64::from(course.robots))));
    }
    weighted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let needed = p * weighted.iter().map(|(_, robots)| robots).sum::<f64>();
    let mut below = 0.0;
    weighted
        .iter()
        .find(|(_, robots)| {
            below += robots;
            below >= needed
        })
        .or(weighted.last())
        .map_or(0.0, |(ms, _)| *ms)
}

/// The law of the own rates of a cohort's robots of one architecture: those that the inventory lists, and draws for the others; those that
/// play a trace are left out where there are others.
fn own_rate(cohort: &Cohort, architecture: Architecture) -> Law {
    let listed: Vec<Option<f64>> = (0..)
        .zip(cohort.inventory.iter())
        .filter(|(_, robot)| robot.architecture == architecture)
        .filter(|(index, _)| cohort.rate_trace_of(*index).is_none())
        .map(|(_, robot)| robot.download_rate)
        .collect();
    let known: Vec<f64> = listed.iter().copied().flatten().collect();
    if known.is_empty() {
        return cohort.download_rate.clone();
    }
    let share = known.len() as f64 / listed.len() as f64;
    let known = Law::samples(known).expect("a bug: rates that make no law");
    if share == 1.0 {
        return known;
    }
    Law::mixture(vec![
        (share, known),
        (1.0 - share, cohort.download_rate.clone()),
    ])
    .expect("a bug: shares that make no law")
}

/// The greatest capacity of the links of a cohort's robots of one architecture; none where some have no link.
fn capacity(world: &World, cohort: &Cohort, architecture: Architecture) -> Option<u64> {
    let links: Vec<Option<u16>> = match cohort.inventory.is_empty() {
        true => vec![cohort.link],
        false => (0..)
            .zip(cohort.inventory.iter())
            .filter(|(_, robot)| robot.architecture == architecture)
            .map(|(index, _)| cohort.link_of(index))
            .collect(),
    };
    links.into_iter().try_fold(0, |most, link| {
        let capacity = world.links[usize::from(link?)].capacity;
        Some(most.max(capacity))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_of_a_transfer_is_that_of_one_over_the_rate() {
        // E[1/X] of a uniform law is ln(b/a) / (b - a).
        let rate = Law::uniform(1e6, 4e6).unwrap();
        let transfer = |rate: f64| 8e6 * 1000.0 / rate;
        let times: Vec<f64> = Grids::default()
            .of(&rate)
            .iter()
            .rev()
            .map(|rate| transfer(*rate))
            .collect();
        let step = Step::by_rate(Stage::Downloading, &rate, &times, transfer, f64::INFINITY);
        let exact = 8e9 * crate::numeric::math::ln(4.0) / 3e6;
        assert!(
            (step.mean / exact - 1.0).abs() < 1e-6,
            "{} {exact}",
            step.mean
        );
        assert_eq!((step.least, step.p50), (2000.0, 3200.0));
    }
}
