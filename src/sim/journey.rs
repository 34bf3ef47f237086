//! One robot's way through a deployment: when each stage begins, and how it ends.
//!
//! Where robots do not interact, the whole journey of one is known when it starts, so a journey is reckoned once, from its start, and
//! the rollout handles it as a single event. Where it shares a link, all but the end of its download is. The stages are the
//! service's progress steps, with the cloud's check and the contact before them and DownloadingExtracting split in two.

use serde::{Deserialize, Serialize};

use crate::model::{FailureCode, Instant, Ms, NEVER, STAGES, Stage};
use crate::sim::draws::attempt::Past;
use crate::sim::draws::download::RobotTrace;
use crate::sim::draws::presence::Presence;
use crate::sim::draws::robot::{Draws, Mishap};
use crate::sim::link::STEPS_PER_BYTE;

/// How a robot deployment ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Updated,
    Failed(FailureCode),
    /// Ended by the robot timeout while the robot was online: failed with RobotDeploymentAborted.
    TimedOut,
    /// Ended by the robot timeout while the robot was offline: failed with RobotDeploymentNoResponse.
    NoResponse,
    /// Cut while running because the job stopped.
    Aborted,
    /// Neither ended nor given up when the robot was watched no longer.
    Open,
}

impl Verdict {
    /// Whether the robot counts toward the failure threshold.
    pub fn failed(self) -> bool {
        !matches!(self, Verdict::Updated | Verdict::Aborted | Verdict::Open)
    }

    /// Whether the robot timeout ended the deployment.
    pub fn is_of_timeout(self) -> bool {
        matches!(self, Verdict::TimedOut | Verdict::NoResponse)
    }

    /// The code the robot shows, if any.
    pub fn code(self) -> Option<FailureCode> {
        match self {
            Verdict::Updated | Verdict::Open => None,
            Verdict::Failed(code) => Some(code),
            Verdict::TimedOut | Verdict::Aborted => Some(FailureCode::RobotDeploymentAborted),
            Verdict::NoResponse => Some(FailureCode::RobotDeploymentNoResponse),
        }
    }
}

/// What a robot got over the link that it shares with others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Received {
    /// When it had the whole bundle; `None` while it has not, or if it was cut off.
    pub(super) complete: Option<Instant>,
    /// All it received, downloads that began anew included [steps of `Work`].
    pub(super) work: u128,
}

/// Where the time went that a deployment held its slot, or deployments together [ms].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotTime {
    pub total: Ms,
    /// Waiting for the robot to be online.
    pub offline: Ms,
    /// Waiting for a maintenance window.
    pub window: Ms,
    pub download: Ms,
    /// Of the download, lost because others shared the link.
    pub contention: Ms,
    /// In scripts of the launch configuration.
    pub scripts: Ms,
    /// Of scripts, in one that hangs until it is ended.
    pub hanging: Ms,
}

impl SlotTime {
    /// Both, put together part by part.
    pub(super) fn with(self, other: SlotTime, together: impl Fn(Ms, Ms) -> Ms) -> SlotTime {
        SlotTime {
            total: together(self.total, other.total),
            offline: together(self.offline, other.offline),
            window: together(self.window, other.window),
            download: together(self.download, other.download),
            contention: together(self.contention, other.contention),
            scripts: together(self.scripts, other.scripts),
            hanging: together(self.hanging, other.hanging),
        }
    }
}

impl std::iter::Sum for SlotTime {
    fn sum<I: Iterator<Item = SlotTime>>(parts: I) -> SlotTime {
        parts.fold(SlotTime::default(), |sum, part| {
            sum.with(part, |sum, part| sum + part)
        })
    }
}

/// How a robot deployment went: when each stage that was reached began, and how it all ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Journey {
    pub start: Instant,
    /// Stage `s` runs from `edge[s]` to `edge[s + 1]`; stages never reached have no width.
    edge: [Instant; STAGES + 1],
    /// When the job knows of the end.
    pub end: Instant,
    /// When the command arrived and the old software was stopped; `None` if it never did.
    pub contact: Option<Instant>,
    /// The stage in which the deployment ended.
    pub last: Stage,
    pub verdict: Verdict,
    /// Bytes received.
    pub bytes: u64,
    pub slot: SlotTime,
}

/// A deployment to walk through: what is drawn for the robot, when it is online, and when its deployment starts.
pub(super) struct Trip<'a, 'p> {
    pub(super) draws: &'a Draws,
    pub(super) presence: Presence<'p>,
    /// How its own rate changes in time, if it does.
    pub(super) trace: Option<RobotTrace<'p>>,
    pub(super) start: Instant,
    /// When the job, or the watch, gives the robot up.
    pub(super) deadline: Instant,
}

impl Trip<'_, '_> {
    /// Walks through the stages of a robot that downloads at its own rate, and ends at the deadline what has not ended by itself
    /// until then. An end at the very moment of the deadline still counts.
    pub(super) fn walk(self) -> Journey {
        self.follow(None, None)
    }

    /// As `walk`, for a robot that downloads over a link and `received` something there, and a journey that is cut from above at
    /// the time `abort` while it is still going on.
    pub(super) fn follow(self, received: Option<Received>, abort: Option<Instant>) -> Journey {
        self.follow_from(Stage::CloudCheck, received, abort)
    }

    /// The way of a robot that pulls the deployment by itself, over a link if it `received` anything there.
    pub(super) fn heal(self, received: Option<Received>) -> Journey {
        self.follow_from(Stage::Contact, received, None)
    }

    fn follow_from(
        mut self,
        first: Stage,
        received: Option<Received>,
        abort: Option<Instant>,
    ) -> Journey {
        let Trip {
            draws,
            trace,
            start,
            deadline,
            ..
        } = self;
        let presence = &mut self.presence;
        let mut edge = [start; STAGES + 1];
        let mut contact = None;
        let mut now = start;
        let mut last = first;
        let mut verdict = Verdict::Updated;
        for stage in Stage::ALL.into_iter().skip(first as usize) {
            let s = stage as usize;
            last = stage;
            if stage == Stage::Contact {
                now = presence.contact(now, deadline);
                contact = (now <= deadline).then_some(now);
            }
            now = match draws.mishap[s] {
                Some(Mishap::Fails { after, .. }) if stage <= Stage::Contact => now + after,
                Some(Mishap::Fails { after, .. }) => presence.worked(now, after),
                Some(Mishap::Hangs) => Instant::NEVER,
                None if stage == Stage::Downloading => match received {
                    Some(received) => received.complete.unwrap_or(Instant::NEVER),
                    None => match trace {
                        Some(trace) => trace.downloaded(presence, now, draws.bundle, deadline),
                        None => presence.downloaded(now, draws.length[s], deadline),
                    },
                },
                None if stage <= Stage::Contact => now + draws.length[s],
                None => presence.worked(now, draws.length[s]),
            };
            edge[s + 1..].fill(now.min(deadline));
            match draws.mishap[s] {
                _ if now > deadline => break,
                Some(Mishap::Fails { code, .. }) => {
                    verdict = Verdict::Failed(code);
                    break;
                }
                _ => {}
            }
        }
        // What the robot does is over; the job knows when the robot has reported it. The cloud's own check reports at once.
        let reported = match last {
            _ if now > deadline => Instant::NEVER,
            Stage::CloudCheck => now,
            _ => presence.next_online(now, deadline),
        };
        let mut end = reported.min(deadline);
        if reported > deadline {
            verdict = if presence.online(deadline) {
                Verdict::TimedOut
            } else {
                Verdict::NoResponse
            };
        }
        if let Some(at) = abort {
            verdict = Verdict::Aborted;
            end = at;
            contact = contact.filter(|contact| *contact <= at);
            last = Stage::ALL
                .into_iter()
                .rfind(|stage| *stage <= last && edge[*stage as usize] <= at)
                .expect("a bug: a deployment cut before it started");
            edge = edge.map(|edge| edge.min(at));
        }
        let mut journey = Journey {
            start,
            edge,
            end,
            contact,
            last,
            verdict,
            bytes: 0,
            slot: SlotTime::default(),
        };
        journey.account(draws, presence, trace, received);
        journey
    }
}

impl Journey {
    /// The journey of a robot that was still open when the watch ended.
    pub(super) fn left_open(self) -> Journey {
        Journey {
            verdict: Verdict::Open,
            ..self
        }
    }

    /// Accounts for bytes and for the time in the slot.
    fn account(
        &mut self,
        draws: &Draws,
        presence: &mut Presence,
        trace: Option<RobotTrace>,
        received: Option<Received>,
    ) {
        self.slot.total = self.end - self.start;
        self.slot.scripts = Stage::SCRIPTS.map(|stage| self.spent(stage)).iter().sum();
        if self.last >= Stage::Contact {
            let from = self.from(Stage::Contact);
            let until = self.contact.unwrap_or(self.to(Stage::Contact));
            self.slot.window = presence.online_within(from, until);
            self.slot.offline = until - from - self.slot.window;
        }
        if self.last >= Stage::Downloading {
            let (from, to) = (self.from(Stage::Downloading), self.to(Stage::Downloading));
            self.slot.download = presence.online_within(from, to);
            self.slot.offline += to - from - self.slot.download;
            match received {
                Some(received) => {
                    self.bytes = (received.work / u128::from(STEPS_PER_BYTE)) as u64;
                    let alone = match u128::from(draws.cap.steps()) {
                        0 => self.slot.download,
                        cap => received.work.div_ceil(cap) as Ms,
                    };
                    self.slot.contention = self.slot.download.saturating_sub(alone);
                }
                None => {
                    self.bytes = match trace {
                        Some(trace) => trace.received(presence, from, to, draws.bundle),
                        None => received_at_own_rate(draws, self.slot.download),
                    }
                }
            }
        }
        if draws.mishap[self.last as usize] == Some(Mishap::Hangs) {
            self.slot.hanging = self.spent(self.last);
        }
        self.slot.offline += self.end - self.edge[STAGES];
    }

    /// When the stage began.
    pub fn from(&self, stage: Stage) -> Instant {
        self.edge[stage as usize]
    }

    /// When the stage ended.
    pub fn to(&self, stage: Stage) -> Instant {
        self.edge[stage as usize + 1]
    }

    /// How long the stage lasted [ms].
    pub fn spent(&self, stage: Stage) -> Ms {
        self.to(stage) - self.from(stage)
    }
}

/// The bytes received in a time online [ms] in proportion to the time that the whole bundle takes; none where the rate is zero.
fn received_at_own_rate(draws: &Draws, online: Ms) -> u64 {
    match draws.length[Stage::Downloading as usize] {
        0 => draws.bundle,
        length if length >= NEVER => 0,
        length => (u128::from(draws.bundle) * u128::from(online) / u128::from(length)) as u64,
    }
}

impl Past {
    /// The past after a deployment that did not update the robot.
    pub(in crate::sim) fn after_journey(self, draws: &Draws, journey: &Journey) -> Past {
        let mishap = draws.mishap[journey.last as usize];
        let ended_it = match mishap {
            Some(Mishap::Fails { .. }) => matches!(journey.verdict, Verdict::Failed(_)),
            Some(Mishap::Hangs) => true,
            None => false,
        };
        self.after(journey.last, mishap.filter(|_| ended_it))
    }

    /// The past after a robot pulled the newest deployment by itself and failed in it.
    pub(in crate::sim) fn after_healing(self, draws: &Draws) -> Past {
        match Stage::ALL
            .into_iter()
            .skip(Stage::Contact as usize)
            .find(|stage| matches!(draws.mishap[*stage as usize], Some(Mishap::Fails { .. })))
        {
            Some(stage) => self.after(stage, draws.mishap[stage as usize]),
            None => self,
        }
    }
}
