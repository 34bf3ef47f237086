//! A play whose robots are watched for as long as its owner says: how long is settled when all deployments have ended, and the
//! watch may go on for longer after that.

use crate::model::Instant;
use crate::rollout::EndedBy;
use crate::sim::journey::Verdict;
use crate::sim::play::traffic::Traffic;

impl Traffic<'_> {
    /// Before anything is given up: the latest time until which silent robots may be watched.
    pub(in crate::sim) fn bound_watch(&mut self, bound: Instant) {
        (self.watch_end, self.watch_bound) = (bound, bound);
    }

    /// Once all deployments have ended: silent robots are watched until then, by the bound.
    pub(in crate::sim) fn watch_until(&mut self, watch_end: Instant) {
        assert!(
            watch_end <= self.watch_bound,
            "a bug: robots are watched for longer than was said to be possible"
        );
        self.watch_end = watch_end;
    }

    /// Some robots get another deployment, and are not watched any more.
    pub(in crate::sim) fn forget(&mut self, is_meant: &impl Fn(u32) -> bool) {
        let lined_up = self.lined_up;
        self.comebacks
            .retain(|comeback| !is_meant(lined_up.robot(comeback.place)));
        let downloading: Vec<u32> = self
            .flights
            .lasting()
            .filter(|flight| flight.heals.is_some() && is_meant(lined_up.robot(flight.place)))
            .map(|flight| flight.place)
            .collect();
        for place in downloading {
            self.leave(place);
            self.flights.remove(place);
        }
    }

    /// When something happens next, after all that happens by now has been handled; `None` if nothing does while robots are watched.
    pub(in crate::sim) fn next_event(&mut self) -> Option<Instant> {
        let deadline = if self.ended.is_none() {
            self.admission.deadline
        } else {
            Instant::NEVER
        };
        let next = self.next_instant().min(deadline);
        (next < Instant::NEVER && next <= self.watch_end).then_some(next)
    }

    /// When the last deployment ended, if the job has ended and none goes on.
    pub(in crate::sim) fn drained(&self) -> Option<Instant> {
        (self.ended.is_some() && self.in_flight == 0).then_some(self.drained)
    }

    /// The job is canceled now, when all that happens by now has been handled. Whether it had not ended yet.
    pub(in crate::sim) fn cancel(&mut self) -> bool {
        let goes_on = self.ended.is_none();
        if goes_on {
            self.end_job(EndedBy::Cancel, self.on_stop);
        }
        goes_on
    }

    /// The robots that the job has updated so far, each with when.
    pub(in crate::sim) fn updated(&self) -> impl Iterator<Item = (u32, Instant)> {
        let endings = self
            .log
            .iter()
            .flat_map(|log| &log.endings)
            .filter(|ending| ending.verdict == Verdict::Updated);
        endings.map(|ending| (self.lined_up.robot(ending.place), ending.end))
    }

    /// The robots of which it is known that they are updated by themselves, each with when, except the first `skipped` comebacks.
    pub(in crate::sim) fn healed_after(
        &self,
        skipped: usize,
    ) -> impl Iterator<Item = (u32, Instant)> {
        let healed = self.comebacks[skipped..].iter();
        healed.filter_map(|comeback| {
            Some((
                self.lined_up.robot(comeback.place),
                comeback.healing.updated()?,
            ))
        })
    }

    /// How many robots come back of which it is known how.
    pub(in crate::sim) fn n_comebacks(&self) -> usize {
        self.comebacks.len()
    }
}
