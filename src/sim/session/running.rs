//! A job of a session from its creation until its robots are watched no more.
//!
//! How long they are watched is not known before the job has drained, and may change after that: where a latent fault shows on a
//! canary's robots, and where no job follows though one might have. The play is never taken ahead to learn it. All it gets before is
//! the latest time to which the watch may go, so that it keeps what may happen until then in mind.

use crate::model::{Instant, WatchEnd};
use crate::rollout::EndedBy;
use crate::sim::campaign::{Job, JobEnd, first_shown};
use crate::sim::draws::dice::Dice;
use crate::sim::draws::hand::Hand;
use crate::sim::record::recording::Recording;
use crate::sim::session::held::{Held, Table};

/// A job of a session; see the module's description.
pub(super) struct Running {
    pub(super) job: Job,
    pub(super) held: Held,
    drained: Option<Drained>,
}

/// A job whose deployments have all ended; but for `end`, times are as it counts.
struct Drained {
    /// When the last one did.
    time: Instant,
    end: JobEnd,
    watch: WatchEnd,
    /// When a latent fault first shows on robots of which it is known that they are updated.
    shown: Option<Instant>,
    /// How many comebacks were looked at for that.
    comebacks: usize,
    /// When to keep the play, since the watch may turn out to have ended then.
    keeps_at: Option<Instant>,
    /// Whether it is known that no job follows.
    is_last: bool,
}

impl Drained {
    fn watch_end(&self) -> Instant {
        self.watch.time(self.time)
    }
}

impl Running {
    /// A job that is created now.
    pub(super) fn new(job: Job, table: Table) -> Running {
        let setting = job.setting();
        let watch_bound = job.watch_bound(setting.admission.deadline + setting.robot_timeout);
        Running {
            job,
            held: Held::new(table, watch_bound),
            drained: None,
        }
    }

    /// A time as it counts.
    pub(super) fn time(&self, now: Instant) -> Instant {
        now.since(self.job.created)
    }

    /// How it came to its end, once it has drained and while it is not known that no job follows.
    pub(super) fn end(&self) -> Option<JobEnd> {
        self.drained
            .as_ref()
            .filter(|drained| !drained.is_last)
            .map(|drained| drained.end)
    }

    /// Whether its robots are watched no more.
    pub(super) fn is_over(&self, now: Instant) -> bool {
        self.drained
            .as_ref()
            .is_some_and(|drained| drained.watch_end() <= self.time(now))
    }

    /// Its recording, when its robots have been watched for as long as was settled: the watch may still go on.
    pub(super) fn recording(&mut self) -> Recording {
        let goes_on = self.drained.as_ref().is_some_and(|drained| {
            !drained.is_last && self.job.watch_on(drained.time, drained.watch).is_some()
        });
        match goes_on {
            true => self.held.recording_so_far(),
            false => self.held.take_recording(),
        }
    }

    /// When something happens next, after `now`, to which it was taken.
    pub(super) fn next_event(&mut self, now: Instant) -> Option<Instant> {
        let time = self.time(now);
        let mut next = self.held.next_event(time);
        if let Some(drained) = &self.drained {
            let found = self
                .job
                .latent_end(&drained.end, drained.shown, drained.time)
                .map(|end| end.time.since(self.job.created));
            next = [next, found, drained.keeps_at, Some(drained.watch_end())]
                .into_iter()
                .flatten()
                .min();
        }
        next.map(|next| next.of_job(self.job.created))
    }

    /// Takes it on until all has happened that happens up to and at `now`, where nothing but at `now` itself.
    pub(super) fn advance(&mut self, now: Instant, dice: &Dice, hand: &Hand) {
        let time = self.time(now);
        self.held.advance(time);
        if self.drained.is_none()
            && let Some(drained) = self.held.drained(time)
        {
            self.settle(drained, dice, hand);
        }
        let Some(drained) = &mut self.drained else {
            return;
        };
        if !self.job.is_canary() {
            return;
        }
        let (healed, comebacks) = self.held.healed_after(drained.comebacks);
        drained.comebacks = comebacks;
        drained.shown = [drained.shown, first_shown(dice, hand, healed.into_iter())]
            .into_iter()
            .flatten()
            .min();
        if drained
            .keeps_at
            .take_if(|keeps_at| *keeps_at <= time)
            .is_some()
        {
            self.held.keep();
        }
        let found = self
            .job
            .latent_end(&drained.end, drained.shown, drained.time);
        if let Some(end) = found.filter(|end| end.time <= now) {
            (drained.end, drained.watch, drained.keeps_at) =
                (end, self.job.watch_after(&end, drained.time), None);
            if drained.watch_end() < time {
                self.held.go_back();
            }
            self.held.watch_until(drained.watch_end());
        }
    }

    /// All deployments have ended: how long the robots are watched is known, but for a latent fault.
    fn settle(&mut self, time: Instant, dice: &Dice, hand: &Hand) {
        let created = self.job.created;
        let (ended_by, ended) = self
            .held
            .ended(time)
            .expect("a bug: a job drained that has not ended");
        let end = JobEnd {
            ended_by,
            time: ended.of_job(created),
            drained: time.of_job(created),
        };
        let watch = match end.ended_by {
            EndedBy::Never => WatchEnd::AtLeast(time),
            _ => self.job.watch_after(&end, time),
        };
        let keeps_at = self
            .job
            .watch_cut_short(&end, time)
            .filter(|_| dice.latent.is_some());
        let updated = if self.job.is_canary() {
            self.held.updated()
        } else {
            Vec::new()
        };
        let shown = first_shown(dice, hand, updated.into_iter());
        self.held.watch_until(watch.time(time));
        // What never ends is watched no longer than it was said to be, and nothing follows it.
        let is_last = end.ended_by == EndedBy::Never;
        self.drained = Some(Drained {
            time,
            end,
            watch,
            shown,
            comebacks: 0,
            keeps_at,
            is_last,
        });
    }

    /// No job follows though one might have: whether the watch goes on.
    pub(super) fn watch_on(&mut self) -> bool {
        let Some(drained) = self.drained.as_mut().filter(|drained| !drained.is_last) else {
            return false;
        };
        drained.is_last = true;
        let Some(watch) = self.job.watch_on(drained.time, drained.watch) else {
            return false;
        };
        drained.watch = watch;
        self.held.watch_until(drained.watch_end());
        true
    }
}
