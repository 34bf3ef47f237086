//! A replication with every start kept, and what can be read off it robot by robot.

use crate::model::{Instant, Ms};
use crate::rollout::Order;
use crate::sim::journey::{Journey, Verdict};
use crate::sim::link::Rate;
use crate::sim::play::comeback::Comeback;
use crate::sim::play::lineup::LinedUp;
use crate::sim::play::result::outcome_of;
use crate::sim::play::traffic::{Log, Passed};
use crate::sim::record::outcome::{Healing, Outcome};

/// A replication under one setting with every start kept.
///
/// ```
/// # use rollcast::scenario::ScenarioFile;
/// # let file = ScenarioFile::read("scenarios/lab.toml".as_ref()).unwrap();
/// # let (scenario, _) = file.check(&[]).unwrap();
/// use rollcast::sim::{Dice, Player};
///
/// let profile = &scenario.profiles[0];
/// let dice = Dice::new(&profile.world);
/// let mut player = Player::new(&dice);
/// player.draw(0);
/// let recording = player.record(&profile.rules.setting(dice.robots()));
/// let started = player
///     .robots(&recording)
///     .filter(|robot| robot.deployment.is_some());
/// assert_eq!(
///     started.count() as u32,
///     recording.outcome.n - recording.outcome.never_started
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Recording {
    pub outcome: Outcome,
    /// The line-up that it is a recording of.
    pub(in crate::sim) line_up: (u64, Order, Ms),
    pub(in crate::sim) log: Log,
    /// The places that were cut while running, ascending, and when each had started.
    pub(in crate::sim) aborted: Vec<(u32, Instant)>,
    /// The places that had neither ended nor been given up when they were watched no longer, ascending.
    pub(in crate::sim) open: Vec<u32>,
    /// In start order.
    pub(in crate::sim) comebacks: Vec<Comeback>,
}

impl Recording {
    /// The recording of a play by steps that kept a log.
    pub(in crate::sim) fn of(passed: Passed, line_up: (u64, Order, Ms)) -> Recording {
        let outcome = outcome_of(&passed);
        let mut log = passed
            .log
            .expect("a bug: a play to be recorded kept no log");
        log.endings.sort_unstable_by_key(|ending| ending.place);
        Recording {
            outcome,
            line_up,
            log,
            aborted: passed.cut.aborted,
            open: passed.open,
            comebacks: passed.comebacks,
        }
    }

    /// The recording of a job in which no robot started, in a world with `links` links.
    pub(in crate::sim) fn of_no_start(
        outcome: Outcome,
        links: usize,
        line_up: (u64, Order, Ms),
    ) -> Recording {
        let log = Log {
            loads: vec![Vec::new(); links],
            ..Log::default()
        };
        Recording {
            outcome,
            line_up,
            log,
            aborted: Vec::new(),
            open: Vec::new(),
            comebacks: Vec::new(),
        }
    }

    /// By link, the total rate from a time on, where it changes.
    pub fn loads(&self) -> &[Vec<(Instant, Rate)>] {
        &self.log.loads
    }
}

/// What happened to one robot of a recorded replication, stage by stage.
#[derive(Clone, Debug, PartialEq)]
pub struct RobotRecord {
    /// The robot's number in the fleet.
    pub robot: u32,
    /// How its deployment went; `None` if it never started.
    pub deployment: Option<Journey>,
    /// Whether it had neither ended nor been given up when it was watched no longer.
    pub is_open: bool,
    /// What became of it after the job gave it up, if it came back while it was watched.
    pub healed: Option<Healing>,
}

/// A robot deployment of a recorded replication in short.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Deployment {
    /// The robot's number in the fleet.
    pub robot: u32,
    /// When it started and ended.
    pub start: Instant,
    pub end: Instant,
    pub verdict: Verdict,
    /// When the robot was taken down, and when it is up again; `None` if it never was.
    pub down: Option<(Instant, Instant)>,
    pub healed: Option<Healing>,
}

impl Deployment {
    /// When the robot was updated, by the job or by itself, if it was.
    pub(in crate::sim) fn updated(&self) -> Option<Instant> {
        let healed = self.healed.and_then(|healing| healing.updated());
        if self.verdict == Verdict::Updated {
            Some(self.end)
        } else {
            healed
        }
    }

    /// This deployment of a job created at `created`, as the first job counts.
    pub(in crate::sim) fn of_job(self, created: Instant) -> Deployment {
        Deployment {
            start: self.start.of_job(created),
            end: self.end.of_job(created),
            down: (self.down).map(|(from, up)| (from.of_job(created), up.of_job(created))),
            healed: self.healed.map(|healing| healing.of_job(created)),
            ..self
        }
    }
}

impl<'a> LinedUp<'a> {
    /// The deployments of a recording that is of these, in start order.
    pub(in crate::sim) fn deployments<'r>(
        self,
        recording: &'r Recording,
    ) -> impl Iterator<Item = Deployment> + Clone + use<'a, 'r> {
        let mut endings = recording.log.endings.iter().peekable();
        let mut aborted = recording.aborted.iter().peekable();
        let mut comebacks = recording.comebacks.iter().peekable();
        let started = (0..)
            .zip(&recording.log.starts)
            .filter(|(_, start)| **start < Instant::NEVER);
        started.map(move |(place, &start)| {
            let healed = comebacks
                .next_if(|comeback| comeback.place == place)
                .map(|comeback| comeback.healing);
            let aborted = aborted.next_if(|(at, _)| *at == place).is_some();
            let (end, contact, verdict) = match endings.next_if(|ending| ending.place == place) {
                Some(ending) => (ending.end, ending.contact, ending.verdict),
                None => {
                    let end = self.line.ends[place as usize].of_start(start);
                    let verdict = match end.failed() {
                        true => self.steady_ending(place).verdict,
                        false => Verdict::Updated,
                    };
                    (end.time(), end.exposed().then_some(start), verdict)
                }
            };
            let (end, verdict) = match aborted {
                true => (recording.outcome.ended_at, Verdict::Aborted),
                false => (end, verdict),
            };
            let recovery = match verdict {
                Verdict::Updated | Verdict::Open => 0,
                _ => self.recovery(place),
            };
            Deployment {
                robot: self.robot(place),
                start,
                end,
                verdict,
                down: contact
                    .filter(|contact| !aborted || *contact <= end)
                    .map(|contact| (contact, end + recovery)),
                healed,
            }
        })
    }

    /// How the deployment at a place of a recording went, if it started.
    pub(in crate::sim) fn journey(self, recording: &Recording, place: u32) -> Journey {
        let start = recording.log.starts[place as usize];
        let draws = self.draws(place);
        let received = recording
            .log
            .received
            .get(place as usize)
            .filter(|_| self.link(place).is_some());
        let aborted = recording
            .aborted
            .binary_search_by_key(&place, |(place, _)| *place)
            .is_ok();
        let open = recording.open.binary_search(&place).is_ok();
        let cut = (aborted || open).then_some(recording.outcome.ended_at);
        let journey = self
            .trip(place, &draws, start)
            .follow(received.copied(), cut);
        if open { journey.left_open() } else { journey }
    }
}
