//! What a play comes to.

use crate::rollout::EndedBy;
use crate::sim::play::apart::Cut;
use crate::sim::play::comeback::Comeback;
use crate::sim::play::tally::Tally;
use crate::sim::play::traffic::Passed;
use crate::sim::record::outcome::{Aftermath, Outcome};

/// The outcome of a play by steps.
pub(in crate::sim) fn outcome_of(passed: &Passed) -> Outcome {
    let outcome = outcome(passed.n, &passed.cut, &passed.tally, &passed.comebacks);
    // Where a job never ends, every robot may still have its turn.
    let (waiting, never_started) = match outcome.ended_by {
        EndedBy::Never => (outcome.never_started, 0),
        _ => (0, outcome.never_started),
    };
    let outcome = Outcome {
        never_started,
        open: passed.open.len() as u32,
        waiting,
        links: passed.links.clone(),
        ..outcome
    };
    outcome.check();
    outcome
}

pub(super) fn outcome(n: u32, cut: &Cut, tally: &Tally, comebacks: &[Comeback]) -> Outcome {
    let ends = comebacks.iter().filter_map(|comeback| comeback.healing.end);
    let healed = ends.clone().filter(|end| end.updated).count() as u32;
    Outcome {
        n,
        updated: tally.updated,
        failed: tally.failures.iter().sum(),
        aborted: tally.aborted,
        never_started: n - cut.started,
        exposed: tally.exposed
            + comebacks.iter().filter(|comeback| comeback.exposes).count() as u32,
        running: tally.updated + healed,
        timed_out: tally.timed_out,
        no_response: tally.no_response,
        failures: tally.failures,
        ended_by: cut.ended_by,
        breached: cut.fired.then_some(cut.time),
        ended_at: cut.time,
        drained: cut.drained,
        time_to: cut.time_to,
        down_peak: cut.down_peak,
        downtime: tally.downtime,
        slot: tally.slot,
        bytes: tally.bytes,
        healed,
        healed_failed: ends.count() as u32 - healed,
        aftermath: Aftermath {
            jobs: 1,
            ..Aftermath::default()
        },
        ..Outcome::default()
    }
}
