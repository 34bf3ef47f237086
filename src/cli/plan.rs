//! What a sweep is about to do, and how long it will take: said before a long one.

use std::time::Instant;

use crate::cli::args::Common;
use crate::cli::exit::say;
use crate::scenario::Scenario;
use crate::study::{Parts, Piece, Plan, Wanted};
use crate::units::{count, duration, size};

/// Studies shorter than this are not announced [s].
const LONG: f64 = 5.0;

/// Longer studies get a hint at how to do with less [s].
pub(super) const VERY_LONG: f64 = 600.0;

/// How long the estimate itself may take [s], unless a single trajectory takes longer.
const PATIENCE: f64 = 0.5;

/// How often a piece of work is timed, if there is time for it.
const REPEATS: usize = 3;

/// Says on standard error what a long study of a scenario will do and how long it will take, with a `hint` if that is very long. Gives
/// whether it said so.
pub(super) fn announce(
    common: &Common,
    plan: &Plan,
    wanted: &[Wanted],
    scenario: &Scenario,
    hint: impl FnOnce(&Rates) -> String,
) -> bool {
    if common.quiet || common.shards.is_some() {
        return false;
    }
    let replications = scenario.replications;
    let parts = plan.parts_of(wanted, replications);
    let rates = Rates::of(plan, wanted, replications);
    let seconds = rates.seconds(plan, &parts, replications);
    if seconds < LONG {
        return false;
    }
    let threads = rayon::current_num_threads();
    say(&sentence(plan, &parts, replications, threads, seconds));
    if seconds >= VERY_LONG {
        say(&hint(&rates));
    }
    true
}

/// How long each piece of a study takes on one thread [s], timed on a few of them.
pub(super) struct Rates(Vec<(Piece, f64)>);

impl Rates {
    /// The time that a study whose pieces are like these takes on all threads [s].
    pub(super) fn seconds(&self, plan: &Plan, parts: &Parts, replications: u64) -> f64 {
        self.seconds_of(&plan.pieces(parts, replications))
    }

    /// The same of a shard, in which nothing is summarised.
    pub(super) fn shard_seconds(&self, plan: &Plan, parts: &Parts, replications: u64) -> f64 {
        let mut pieces = plan.pieces(parts, replications).to_vec();
        pieces.retain(|(piece, _)| *piece != Piece::Summary);
        self.seconds_of(&pieces)
    }

    fn seconds_of(&self, pieces: &[(Piece, f64)]) -> f64 {
        let seconds = pieces.iter().map(|(piece, pieces)| {
            let each = self.0.iter().find(|(kind, _)| kind == piece);
            pieces * each.map_or(0.0, |(_, seconds)| *seconds)
        });
        seconds.sum::<f64>() / rayon::current_num_threads() as f64
    }

    pub(super) fn of(plan: &Plan, wanted: &[Wanted], replications: u64) -> Rates {
        let timed = timed(plan, wanted, replications);
        let rates = [Piece::Draw, Piece::Play, Piece::Summary].map(|piece| {
            let of_kind = timed.iter().filter(|(kind, _, _)| *kind == piece);
            let (pieces, time) = of_kind.fold((0.0, 0.0), |(n, sum), (_, pieces, time)| {
                (n + pieces, sum + time)
            });
            (piece, if pieces > 0.0 { time / pieces } else { 0.0 })
        });
        Rates(rates.to_vec())
    }
}

/// A few pieces of each kind: how many were done in a go, and how long that took [s].
fn timed(plan: &Plan, wanted: &[Wanted], replications: u64) -> Vec<(Piece, f64, f64)> {
    let began = Instant::now();
    let mut timed: Vec<(Piece, f64, f64)> = Vec::new();
    plan.rehearse(wanted, replications, |piece, pieces, work| {
        let (mut least, mut n) = (f64::INFINITY, 0);
        // The least of a few, since other load on the machine comes and goes.
        while n == 0 || n < REPEATS && began.elapsed().as_secs_f64() < PATIENCE {
            let started = Instant::now();
            work();
            least = least.min(started.elapsed().as_secs_f64());
            n += 1;
        }
        timed.push((piece, pieces, least));
        began.elapsed().as_secs_f64() < PATIENCE
    });
    timed
}

fn sentence(plan: &Plan, parts: &Parts, replications: u64, threads: usize, seconds: f64) -> String {
    let counts = plan.counts();
    format!(
        "plan: {} x {} for {}, fates drawn in {}: about {} on {}, {}",
        plural(counts.trajectories as u64, "trajectory", "trajectories"),
        plural(replications, "replication", "replications"),
        plural(counts.settings as u64, "setting", "settings"),
        plural(counts.worlds as u64, "world", "worlds"),
        rounded(seconds),
        plural(threads as u64, "thread", "threads"),
        size(parts.bytes_max() as f64),
    )
}

pub(super) fn plural(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// A time with no more digits than an estimate has [s].
pub(super) fn rounded(seconds: f64) -> String {
    let unit = match seconds {
        ..20.0 => 1.0,
        ..120.0 => 5.0,
        ..3600.0 => 60.0,
        ..36_000.0 => 600.0,
        _ => 3600.0,
    };
    duration((seconds / unit).round() * unit * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn an_estimate_does_not_pretend_to_be_exact() {
        let said = [5.4, 23.4, 118.0, 400.0, 3_590.0, 9_876.0, 100_000.0].map(rounded);
        assert_eq!(
            said,
            [
                "5 s",
                "25 s",
                "2 min",
                "7 min",
                "1 h",
                "2 h 40 min",
                "1 d 4 h"
            ]
        );
    }
}
