//! One robot on its way through the stages: of its deployment, or of healing by itself.

use std::rc::Rc;

use super::download::Download;
use super::fate::Fate;
use rollcast::model::{FailureCode, Ms};
use rollcast::model::{NEVER, Stage};
use rollcast::sim::Mishap;

/// A stage that the robot was in.
#[derive(Clone, Debug)]
pub struct Visit {
    pub stage: Stage,
    /// [ms] after the job's creation, as all times here.
    pub from: Ms,
    /// `None` while the robot is there.
    pub to: Option<Ms>,
}

/// What a robot comes to if nobody ends it before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    Updated,
    Fails(FailureCode),
}

/// What a robot does when a stage is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Goes(Stage),
    Is(Finish),
}

/// A robot on its way.
pub struct Walk<'p> {
    fate: Rc<Fate<'p>>,
    pub visits: Vec<Visit>,
    /// When the command arrived.
    pub contacted: Option<Ms>,
    pub download: Option<Download>,
    /// How long a step on the robot itself has been at work, and up to when that is counted.
    worked: (Ms, Ms),
    /// When the robot came to its end by itself and to which, whether or not anybody knows.
    pub done: Option<(Ms, Finish)>,
}

impl<'p> Walk<'p> {
    /// A robot that enters a stage, and goes on to the next ones at once while that takes no time.
    pub fn begin(fate: &Rc<Fate<'p>>, stage: Stage, now: Ms) -> Walk<'p> {
        let mut walk = Walk {
            fate: Rc::clone(fate),
            visits: Vec::new(),
            contacted: None,
            download: None,
            worked: (0, now),
            done: None,
        };
        walk.enter(stage, now);
        walk.go_on(now);
        walk
    }

    /// The stage that the robot is in, or was in last.
    pub fn stage(&self) -> Stage {
        self.visits
            .last()
            .expect("a robot on its way is somewhere")
            .stage
    }

    fn enter(&mut self, stage: Stage, now: Ms) {
        self.leave(now);
        self.visits.push(Visit {
            stage,
            from: now,
            to: None,
        });
        self.worked = (0, now);
        if stage == Stage::Downloading {
            self.download = Some(self.fate.download(now));
        }
    }

    /// Counts the work of a step on the robot itself: none in an hour offline, if steps wait in them. No such hour begins or ends
    /// unseen.
    fn work_until(&mut self, now: Ms) {
        let (done, from) = self.worked;
        let (is_hour, next) = self.fate.path.hour_at(from);
        let waits = self.waits_in_hours() && is_hour;
        assert!(!self.waits_in_hours() || next.is_none_or(|next| now <= next));
        self.worked = (if waits { done } else { done + (now - from) }, now);
    }

    /// Whether the robot is in a step of its own that waits in hours offline.
    fn waits_in_hours(&self) -> bool {
        let stage = self.stage();
        self.fate.stops && stage > Stage::Contact && stage != Stage::Downloading
    }

    /// Leaves the stage for no other: the robot is done, or is cut. If it has been done for some time, nothing changes.
    pub fn leave(&mut self, now: Ms) {
        if let Some(visit) = self.visits.last_mut() {
            visit.to.get_or_insert(now);
        }
    }

    /// The download that the robot is in the middle of.
    pub fn downloading(&self) -> Option<&Download> {
        let in_it = self
            .visits
            .last()
            .is_some_and(|visit| visit.stage == Stage::Downloading && visit.to.is_none());
        self.download.as_ref().filter(|_| in_it)
    }

    /// Does all that is due at a moment, but for an end.
    pub fn go_on(&mut self, now: Ms) {
        if self.done.is_none() {
            self.work_until(now);
        }
        loop {
            let online = self.fate.path.online_at(now);
            if self.stage() == Stage::Contact && online && self.fate.open_at(now) {
                self.contacted.get_or_insert(now);
            }
            if let Some(Next::Goes(stage)) = self.next_by(now) {
                self.enter(stage, now);
                continue;
            }
            if self.downloading().is_some() {
                let download = self.download.as_mut().expect("there is one");
                download.set_online(online, self.fate.restarts);
                if let Some((rate, _)) = self.fate.rate_at(now) {
                    download.cap = rate;
                }
            }
            return;
        }
    }

    /// Comes to the end, if it is due; returns it as soon as it is known to others. What goes wrong in the cloud is known at once.
    pub fn finish(&mut self, now: Ms) -> Option<Finish> {
        if let Some(Next::Is(finish)) = self.next_by(now) {
            self.leave(now);
            self.done = Some((now, finish));
        }
        let (_, finish) = self.done?;
        (self.stage() == Stage::CloudCheck || self.fate.path.online_at(now)).then_some(finish)
    }

    /// When there is something to do again, if all that was due is done. A download's end shows elsewhere.
    pub fn wakes(&self, now: Ms) -> Option<Ms> {
        let spell = self.fate.path.spell_at(now);
        let time = if self.done.is_some() {
            spell.until
        } else if self.downloading().is_some() {
            let row = self.fate.rate_at(now).map_or(NEVER, |(_, until)| until);
            spell.until.min(row)
        } else if self.stage() == Stage::Contact && self.contacted.is_none() {
            if spell.online {
                self.fate.opens_after(now)?
            } else {
                spell.until
            }
        } else if self.waits_in_hours() {
            let (_, hour) = self.fate.path.hour_at(now);
            let due = self.next().map(|(time, _)| time);
            due.into_iter().chain(hour).min()?
        } else {
            self.next()?.0
        };
        (time < NEVER).then_some(time)
    }

    /// What comes next, if its time has come.
    fn next_by(&self, now: Ms) -> Option<Next> {
        let (time, next) = self.next()?;
        assert!(time >= now, "what was due at {time} is late at {now}");
        (time == now).then_some(next)
    }

    /// When the stage is over, and what comes then; `None` if that is not known or will never be.
    fn next(&self) -> Option<(Ms, Next)> {
        if self.done.is_some() {
            return None;
        }
        let (stage, draws) = (self.stage(), &self.fate.draws);
        let (length, mishap) = (draws.length[stage as usize], draws.mishap[stage as usize]);
        let from = match stage {
            Stage::Contact => self.contacted?,
            Stage::Downloading => {
                assert_eq!(mishap, None);
                let download = self
                    .download
                    .as_ref()
                    .filter(|download| download.complete())?;
                return Some((download.counted_to, Next::Goes(Stage::Extracting)));
            }
            _ => {
                self.visits
                    .last()
                    .expect("a robot on its way is somewhere")
                    .from
            }
        };
        let (length, next) = match mishap {
            Some(Mishap::Hangs) => return None,
            Some(Mishap::Fails { code, after }) => (after, Next::Is(Finish::Fails(code))),
            None => (
                length,
                following(stage).map_or(Next::Is(Finish::Updated), Next::Goes),
            ),
        };
        if !self.waits_in_hours() {
            return Some((from + length, next));
        }
        let (done, now) = self.worked;
        let missing = length - done;
        let (is_hour, _) = self.fate.path.hour_at(now);
        (missing == 0 || !is_hour).then_some((now + missing, next))
    }

    /// The time spent in a stage.
    pub fn spent(&self, stage: Stage) -> Ms {
        self.edges(stage).map_or(0, |(from, to)| to - from)
    }

    /// The time spent in a script that hangs.
    pub fn hung(&self) -> Ms {
        let hangs =
            |stage: &&Stage| self.fate.draws.mishap[**stage as usize] == Some(Mishap::Hangs);
        Stage::SCRIPTS
            .iter()
            .filter(hangs)
            .map(|stage| self.spent(*stage))
            .sum()
    }

    /// When a stage was entered and left; `None` if the robot never was there.
    pub fn edges(&self, stage: Stage) -> Option<(Ms, Ms)> {
        let visit = self.visits.iter().find(|visit| visit.stage == stage)?;
        Some((visit.from, visit.to.expect("the robot has come to an end")))
    }
}

fn following(stage: Stage) -> Option<Stage> {
    match stage {
        Stage::CloudCheck => Some(Stage::Contact),
        Stage::Contact => Some(Stage::Validating),
        Stage::Validating => Some(Stage::DownloadCondition),
        Stage::DownloadCondition => Some(Stage::Downloading),
        Stage::Downloading => Some(Stage::Extracting),
        Stage::Extracting => Some(Stage::PreLaunch),
        Stage::PreLaunch => Some(Stage::Launching),
        Stage::Launching => Some(Stage::PostLaunch),
        Stage::PostLaunch => None,
    }
}
