//! Model A as the Rust peers share it: its parameters, how they draw from it, the job's count of failures, and the command line.
//!
//! Variates come from rand_distr with the exp of the platform, uniforms from `SmallRng`, the fastest of rand. Time is whole
//! milliseconds, and a drawn duration is rounded up, as in rollcast.

use std::ops::Range;
use std::time::Instant;

use cpu_time::ProcessTime;
use rand::RngExt;
use rand::rngs::SmallRng;
use rand_distr::{Distribution, LogNormal};
use serde::{Deserialize, Serialize};

pub const STEPS: usize = 6;
const DOWNLOADING: usize = 1;

/// `model_a.json`.
#[derive(Deserialize)]
pub struct Parameters {
    pub preparing_s: u64,
    pub concurrency_percent: u64,
    pub threshold_percent: u64,
    pub robot_timeout_s: u64,
    pub bundle_bits: f64,
    pub steps: [StepParameters; STEPS],
}

/// The median is in seconds, of the download rate in bit/s.
#[derive(Deserialize)]
pub struct StepParameters {
    pub median: f64,
    pub sigma: f64,
    pub failure: f64,
}

pub struct Model {
    /// When the first robots start [ms].
    pub preparing: u64,
    pub concurrency_percent: u64,
    pub threshold_percent: u64,
    /// [ms]
    pub robot_timeout: u64,
    /// [bit/s ms/s]
    bundle: f64,
    /// [ms], of the download [bit/s]
    laws: [LogNormal<f64>; STEPS],
    failure: [f64; STEPS],
}

impl Model {
    #[expect(clippy::disallowed_methods, reason = "a peer takes the platform's logarithm")]
    fn new(parameters: &Parameters) -> Model {
        let law = |step: usize| {
            let StepParameters { median, sigma, .. } = parameters.steps[step];
            let unit = if step == DOWNLOADING { 1.0 } else { 1000.0 };
            LogNormal::new((median * unit).ln(), sigma).expect("parameters of a lognormal")
        };
        Model {
            preparing: parameters.preparing_s * 1000,
            concurrency_percent: parameters.concurrency_percent,
            threshold_percent: parameters.threshold_percent,
            robot_timeout: parameters.robot_timeout_s * 1000,
            bundle: parameters.bundle_bits * 1000.0,
            laws: std::array::from_fn(law),
            failure: std::array::from_fn(|step| parameters.steps[step].failure),
        }
    }

    pub fn window(&self, n: u32) -> u32 {
        ((u64::from(n) * self.concurrency_percent / 100) as u32).max(1)
    }

    /// How long a step takes [ms].
    #[inline]
    pub fn duration(&self, step: usize, rng: &mut SmallRng) -> u64 {
        let drawn = self.laws[step].sample(rng);
        let ms = if step == DOWNLOADING { self.bundle / drawn } else { drawn };
        ms.ceil() as u64
    }

    /// Whether a step fails at its end.
    #[inline]
    pub fn fails(&self, step: usize, rng: &mut SmallRng) -> bool {
        self.failure[step] > 0.0 && rng.random::<f64>() < self.failure[step]
    }
}

/// How one replication went. Times are in ms.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Outcome {
    pub job_duration: u64,
    pub drained: u64,
    pub started: u32,
    pub failed: u32,
}

/// The job: it counts and it stops.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Job {
    n: u32,
    threshold_percent: u64,
    stopped: bool,
    pub outcome: Outcome,
}

impl Job {
    pub fn new(model: &Model, n: u32) -> Job {
        Job { n, threshold_percent: model.threshold_percent, ..Job::default() }
    }

    /// Whether there is a robot to start, which is then counted as started.
    #[inline]
    pub fn start_next(&mut self) -> bool {
        let starts = !self.stopped && self.outcome.started < self.n;
        self.outcome.started += u32::from(starts);
        starts
    }

    /// Takes the end of a robot deployment. Those after a stop count as failed, and do not prolong the job.
    #[inline]
    pub fn end(&mut self, now: u64, failed: bool) {
        self.outcome.drained = now;
        if !self.stopped {
            self.outcome.job_duration = now;
        }
        self.outcome.failed += u32::from(failed);
        self.stopped |= u64::from(self.outcome.failed) * 100 >= self.threshold_percent * u64::from(self.n);
    }
}

/// `<contestant> <model.json> <robots> <first seed> <seeds>`: plays the seeds and reports.
pub fn contest(play: impl Fn(&'static Model, u32, u64) -> Outcome) {
    let (parameters, n, seeds) = arguments();
    let model: &Model = Box::leak(Box::new(Model::new(&parameters)));
    report(|| seeds.map(|seed| play(model, n, seed)).collect());
}

/// The parameters of the model, the number of robots and the seeds.
pub fn arguments() -> (Parameters, u32, Range<u64>) {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, model, n, first, count] = &arguments[..] else { panic!("needs <model.json> <robots> <first seed> <seeds>") };
    let text = std::fs::read_to_string(model).expect("the model");
    let whole = |text: &str| text.parse::<u64>().expect("a whole number");
    let first = whole(first);
    (serde_json::from_str(&text).expect("parameters of the model"), whole(n) as u32, first..first + whole(count))
}

/// Prints a line an outcome (job duration [s], end of the drain [s], robots started, robots failed), then the seconds they took: on
/// the processor, and by the clock.
pub fn report(play: impl FnOnce() -> Vec<Outcome>) {
    let (began, began_on_processor) = (Instant::now(), ProcessTime::now());
    let outcomes = play();
    let (on_processor, elapsed) = (began_on_processor.elapsed(), began.elapsed());
    for Outcome { job_duration, drained, started, failed } in outcomes {
        println!("{} {} {started} {failed}", job_duration as f64 / 1000.0, drained as f64 / 1000.0);
    }
    println!("{} {}", on_processor.as_secs_f64(), elapsed.as_secs_f64());
}
