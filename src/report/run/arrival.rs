//! How far the release gets in the middle of the replications, and when: what the sentence, the table and the titles of charts speak of.

use crate::model::WatchEnd;
use crate::report::words;
use crate::scenario::Profile;
use crate::sim::MARKS;
use crate::stats::Estimate;
use crate::study::ProfileRun;

/// The share of the fleet [%] that answers speak of, if a profile gets there.
pub(super) const MARK: u64 = 95;

/// The metric of the time until a share of the fleet [%] runs the release.
pub(super) fn metric(mark: u64) -> String {
    format!("time_to_{mark}_s")
}

/// The median time until a share of the fleet [%] runs the release [s].
pub(super) fn median(run: &ProfileRun, mark: u64) -> Estimate {
    run.statistic(&metric(mark), "p50")
}

/// The largest share of the fleet [%], [`MARK`] at most, that most replications bring to run the release; `None` if there is none.
pub(super) fn reached(run: &ProfileRun) -> Option<u64> {
    let mut marks = MARKS.into_iter().rev().filter(|mark| *mark <= MARK);
    marks.find(|mark| median(run, *mark).value.is_finite())
}

/// The words for a time that never comes while robots are watched. A rollout that takes longer than they are to be watched is watched to its
/// end.
pub(super) fn never(profile: &Profile, run: &ProfileRun) -> String {
    let watch = profile.world.cutting_watch();
    let is_longer = |until| run.outcomes.iter().any(|outcome| outcome.drained > until);
    match watch {
        Some(WatchEnd::AtLeast(until)) if is_longer(until) => words::UNWATCHED.to_owned(),
        watch => words::never(watch),
    }
}
