//! The fleet, the release and what may go wrong between them: everything that decides the robots' fates and no rule of the
//! rollout. Two settings with equal worlds share every draw.

use std::ops::{Index, IndexMut};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::{Connectivity, FailureCode, FaultStage, Instant, Ms, RateTrace, Windows};
use crate::random::Law;

/// A robot's processor architecture, as the service names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[repr(u8)]
pub enum Architecture {
    X86_64,
    ARM64,
    ARMHF,
}

impl Architecture {
    pub const ALL: [Architecture; 3] = [
        Architecture::X86_64,
        Architecture::ARM64,
        Architecture::ARMHF,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Architecture::X86_64 => "X86_64",
            Architecture::ARM64 => "ARM64",
            Architecture::ARMHF => "ARMHF",
        }
    }

    /// The architecture spelled exactly `name`.
    pub fn from_name(name: &str) -> Option<Architecture> {
        Architecture::ALL
            .into_iter()
            .find(|architecture| architecture.name() == name)
    }

    /// The architecture that uname, dpkg, docker or the service call `name`, in whatever case.
    ///
    /// ```
    /// use rollcast::model::Architecture;
    ///
    /// assert_eq!(Architecture::from_any_name("aarch64"), Some(Architecture::ARM64));
    /// assert_eq!(Architecture::from_any_name("linux/arm/v7"), Some(Architecture::ARMHF));
    /// assert_eq!(Architecture::from_any_name("i686"), None);
    /// ```
    pub fn from_any_name(name: &str) -> Option<Architecture> {
        let name = name.to_lowercase();
        match name.strip_prefix("linux/").unwrap_or(&name) {
            "x86_64" | "amd64" | "x64" | "x86-64" => Some(Architecture::X86_64),
            "aarch64" | "arm64" | "arm64/v8" | "arm64v8" => Some(Architecture::ARM64),
            "armhf" | "armv7l" | "armv7" | "arm/v7" | "arm32v7" => Some(Architecture::ARMHF),
            _ => None,
        }
    }
}

/// The version being rolled out.
#[derive(Clone, Debug, PartialEq)]
pub struct Release {
    pub version: String,
    /// Which release of the replication it is, counted from 0: each has luck of its own.
    pub number: u32,
    /// Bundle size [bytes] by `Architecture as usize`; `None` where the release has no bundle.
    pub bundle: [Option<u64>; 3],
    pub latent: Option<Latent>,
}

/// A fault of a release that shows on an updated robot only later.
#[derive(Clone, Debug, PartialEq)]
pub struct Latent {
    /// The probability that a robot has it.
    pub failure: Probability,
    /// How long after the robot was updated it shows [ms].
    pub after: Law,
}

/// How far robots share the luck of a release whose failure probability is drawn per replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Luck {
    /// One draw a script for the whole fleet.
    Shared,
    /// One draw a script and cohort.
    PerCohort,
}

/// A probability that is known, or drawn once per replication.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Probability {
    Constant(f64),
    /// Beta with this mean and intra-release correlation: a + b = 1/correlation − 1.
    Beta {
        mean: f64,
        correlation: f64,
    },
}

impl Probability {
    pub const NEVER: Probability = Probability::Constant(0.0);

    pub fn mean(self) -> f64 {
        match self {
            Probability::Constant(p) => p,
            Probability::Beta { mean, .. } => mean,
        }
    }
}

/// A script of the launch configuration that runs on the robot.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// [ms]
    pub duration: Law,
    pub failure: Probability,
    /// How long a run that fails lasts [ms], where it is not the drawn duration.
    pub fails_after: Option<Law>,
    /// The probability of running until the robot timeout.
    pub hang: Probability,
    /// The probability that a script that failed fails again in a later deployment to the same robot.
    pub repeat: f64,
}

/// A step in which a script runs, in the order of a robot deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScriptStep {
    DownloadCondition,
    PreLaunch,
    PostLaunch,
}

impl ScriptStep {
    pub const ALL: [ScriptStep; 3] = [
        ScriptStep::DownloadCondition,
        ScriptStep::PreLaunch,
        ScriptStep::PostLaunch,
    ];

    /// As scenarios call it.
    pub fn name(self) -> &'static str {
        match self {
            ScriptStep::DownloadCondition => "download_condition",
            ScriptStep::PreLaunch => "pre_launch",
            ScriptStep::PostLaunch => "post_launch",
        }
    }

    /// The code with which a robot deployment fails if the script does.
    pub fn code(self) -> FailureCode {
        match self {
            ScriptStep::DownloadCondition => FailureCode::DownloadConditionFailed,
            ScriptStep::PreLaunch => FailureCode::PreLaunchFileFailure,
            ScriptStep::PostLaunch => FailureCode::PostLaunchFileFailure,
        }
    }
}

/// The script of each step, in the order of [`ScriptStep::ALL`]; none where the step does not exist.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scripts(pub [Option<Script>; 3]);

impl Scripts {
    /// The scripts that there are.
    pub fn iter(&self) -> impl Iterator<Item = (ScriptStep, &Script)> + Clone {
        let steps = ScriptStep::ALL.into_iter().zip(&self.0);
        steps.filter_map(|(step, script)| Some((step, script.as_ref()?)))
    }

    /// The scripts that there are, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Script> {
        self.0.iter_mut().flatten()
    }
}

impl Index<ScriptStep> for Scripts {
    type Output = Option<Script>;

    fn index(&self, step: ScriptStep) -> &Option<Script> {
        &self.0[step as usize]
    }
}

impl IndexMut<ScriptStep> for Scripts {
    fn index_mut(&mut self, step: ScriptStep) -> &mut Option<Script> {
        &mut self.0[step as usize]
    }
}

/// A failure code that strikes a robot with some probability, at the stage the code belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    pub code: FailureCode,
    pub stage: FaultStage,
    pub probability: Probability,
    /// How long the stage lasts when the fault strikes [ms], where it is not the drawn duration.
    pub fails_after: Option<Law>,
}

/// How long a robot takes to unpack the bundle.
#[derive(Clone, Debug, PartialEq)]
pub enum Extraction {
    /// [bit/s]
    Rate(Law),
    /// [ms]
    Duration(Law),
}

/// Robots that share their laws.
#[derive(Clone, Debug, PartialEq)]
pub struct Cohort {
    pub name: String,
    /// The index of its first robot among those of this name: 0, but for robots that join a cohort whose others are numbered already.
    pub first_index: u32,
    pub robots: u32,
    /// Robots of each architecture by `Architecture as usize`; their sum is `robots`.
    pub architectures: [u32; 3],
    /// Robots that never answer: those that the inventory names, or this number at random where it names none.
    pub dead: u32,
    /// [bit/s]; of a trace its average, which counts on a link.
    pub download_rate: Law,
    /// How a robot's own rate changes in time, for robots that have none in the inventory and share no link.
    pub rate_trace: Option<Arc<RateTrace>>,
    pub extraction: Option<Extraction>,
    /// [ms]
    pub validating: Option<Law>,
    /// [ms]
    pub launching: Option<Law>,
    pub scripts: Scripts,
    /// At most one strikes a robot; in the order of `FailureCode`.
    pub faults: Vec<Fault>,
    /// How long a robot whose deployment failed stays down after its end [ms].
    pub recovery: Ms,
    /// When robots are online; always where there is none. Dead robots never are.
    pub connectivity: Option<Connectivity>,
    /// When robots may be contacted, which gates nothing else; always where there are none.
    pub windows: Option<Windows>,
    /// The link that robots download over, by its place in [`World::links`]; their own rate alone counts where there is none.
    pub link: Option<u16>,
    /// When each robot is registered [ms after the beginning]; all are there from the beginning where there is no law. Only jobs of a
    /// campaign that are created later meet the others.
    pub joins: Option<Law>,
    /// What is known robot by robot: as many as `robots` where there is an inventory, and else empty. Settings of a sweep share it.
    pub inventory: Arc<[ListedRobot]>,
}

/// A robot of an inventory; what it has of its own stands before what its cohort says.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedRobot {
    pub name: String,
    pub architecture: Architecture,
    pub link: Option<u16>,
    /// [bit/s]
    pub download_rate: Option<f64>,
    pub windows: Option<Arc<Windows>>,
    /// When it is offline by the clock.
    pub offline_hours: Option<Arc<Windows>>,
    /// Whether it never answers.
    pub dead: bool,
}

impl ListedRobot {
    /// A robot of which nothing else is known.
    pub fn new(name: &str, architecture: Architecture) -> ListedRobot {
        ListedRobot {
            name: name.to_owned(),
            architecture,
            link: None,
            download_rate: None,
            windows: None,
            offline_hours: None,
            dead: false,
        }
    }
}

impl Cohort {
    /// The link of the robot at an index, by its place in [`World::links`].
    pub fn link_of(&self, index: u32) -> Option<u16> {
        self.listed(index)
            .and_then(|robot| robot.link)
            .or(self.link)
    }

    /// When the robot at an index may be contacted.
    pub fn windows_of(&self, index: u32) -> Option<&Windows> {
        self.listed(index)
            .and_then(|robot| robot.windows.as_deref())
            .or(self.windows.as_ref())
    }

    /// When the robot at an index is offline by the clock; never in a cohort that is always online.
    pub fn offline_hours_of(&self, index: u32) -> Option<&Windows> {
        let of_cohort = self.connectivity.as_ref()?.offline_hours.as_ref();
        self.listed(index)
            .and_then(|robot| robot.offline_hours.as_deref())
            .or(of_cohort)
    }

    /// How the rate of the robot at an index changes in time, if it does.
    pub fn rate_trace_of(&self, index: u32) -> Option<&RateTrace> {
        let trace = self.rate_trace.as_deref()?;
        let listed_rate = self.listed(index).and_then(|robot| robot.download_rate);
        (listed_rate.is_none() && self.link_of(index).is_none()).then_some(trace)
    }

    /// Whether when the robot at an index starts changes its deployment even while it is online: it has windows, or a rate that changes in
    /// time.
    #[inline]
    pub fn depends_on_start(&self, index: u32) -> bool {
        self.windows_of(index).is_some() || self.rate_trace_of(index).is_some()
    }

    /// The robot at an index as the inventory lists it.
    pub fn listed(&self, index: u32) -> Option<&ListedRobot> {
        self.inventory.get(index as usize)
    }
}

/// A capacity that the robots downloading over it share, max-min fair.
#[derive(Clone, Debug, PartialEq)]
pub struct SharedLink {
    pub name: String,
    /// [bit/s], at least 1
    pub capacity: u64,
}

/// The cohorts in file order: a robot's number in the fleet counts through them.
#[derive(Clone, Debug, PartialEq)]
pub struct Fleet {
    pub cohorts: Vec<Cohort>,
}

impl Fleet {
    /// The number of robots of all cohorts.
    pub fn robots(&self) -> u32 {
        self.cohorts.iter().map(|cohort| cohort.robots).sum()
    }

    /// The cohort of a robot of the fleet, and its index within the cohort.
    ///
    /// # Panics
    /// If the fleet has no robot of this number.
    pub fn member(&self, robot: u32) -> (&Cohort, u32) {
        let mut index = robot;
        for cohort in &self.cohorts {
            match index.checked_sub(cohort.robots) {
                None => return (cohort, index),
                Some(rest) => index = rest,
            }
        }
        panic!("there is no robot {robot}")
    }
}

/// All that decides the fates of the robots.
#[derive(Clone, Debug, PartialEq)]
pub struct World {
    pub seed: u64,
    pub release: Release,
    /// What a recovery job puts back.
    pub previous: Option<Release>,
    pub luck: Luck,
    pub fleet: Fleet,
    pub links: Vec<SharedLink>,
    /// Pending and Preparing together: from the job's creation to the first start [ms].
    pub preparing: Law,
    pub watch: WatchEnd,
}

impl World {
    /// Whether robots that are silent when their job gives them up may come back by themselves.
    pub fn robots_may_return(&self) -> bool {
        self.fleet
            .cohorts
            .iter()
            .any(|cohort| cohort.connectivity.is_some() && cohort.dead < cohort.robots)
    }

    /// The watch, if more robots might come to run the release after it.
    pub fn cutting_watch(&self) -> Option<WatchEnd> {
        (self.robots_may_return() && !self.watch.is_none()).then_some(self.watch)
    }
}

/// Until when robots that a job gave up as silent are watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WatchEnd {
    /// Until this time, or until the last robot deployment has ended if that is later: the same time for every setting.
    AtLeast(Instant),
    /// So long after the last robot deployment ended [ms]: a setting that takes longer is watched longer.
    AfterDrained(Ms),
}

impl WatchEnd {
    /// When the watch ends over robot deployments of which the last one ended at `drained`.
    pub fn time(self, drained: Instant) -> Instant {
        match self {
            WatchEnd::AtLeast(time) => time.max(drained),
            WatchEnd::AfterDrained(wait) => drained + wait,
        }
    }

    /// Whether no robot is watched once the last robot deployment has ended.
    pub fn is_none(self) -> bool {
        matches!(
            self,
            WatchEnd::AtLeast(Instant::CREATION) | WatchEnd::AfterDrained(0)
        )
    }

    /// As a job counts that is created at `created`.
    pub fn since(self, created: Instant) -> WatchEnd {
        match self {
            WatchEnd::AtLeast(time) => WatchEnd::AtLeast(time.since(created)),
            WatchEnd::AfterDrained(wait) => WatchEnd::AfterDrained(wait),
        }
    }
}
