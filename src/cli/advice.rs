//! How to tune in less time: advice that holds when it is followed.

use crate::cli::plan::{VERY_LONG, rounded};
use crate::units::count;

/// A tuning with a step in percent, and how long it takes per replication [s].
#[derive(Clone, Copy, Debug)]
pub(super) struct Coarser {
    pub step: u8,
    pub seconds: f64,
}

impl Coarser {
    fn takes(&self, replications: u64) -> String {
        rounded(self.seconds * replications as f64)
    }
}

/// What to do about a tuning that takes very long: the finest of some grids that does not, ascending by step, with
/// as many replications; else the coarsest with as many as there is time for, but never fewer than it takes to show that limits hold.
pub(super) fn advice(grids: &[Coarser], replications: u64, needed: u64) -> String {
    if let Some(grid) = grids
        .iter()
        .find(|grid| grid.seconds * replications as f64 <= VERY_LONG)
    {
        return format!(
            "plan: coarse then fine: --step={} takes about {}",
            grid.step,
            grid.takes(replications)
        );
    }
    let Some(coarsest) = grids.last() else {
        return String::new();
    };
    let Coarser { step, seconds } = *coarsest;
    let fitting = round_down((VERY_LONG / seconds) as u64);
    match fitting.max(needed) {
        fewer if fewer >= replications => format!(
            "plan: coarse then fine: --step={step} takes about {}; it takes {} replications to show that the limits hold",
            coarsest.takes(replications),
            count(needed)
        ),
        fewer => format!(
            "plan: coarse then fine: --step={step} --replications {fewer} takes about {}",
            coarsest.takes(fewer)
        ),
    }
}

/// To one significant digit; no fewer than one.
fn round_down(n: u64) -> u64 {
    let unit = 10_u64.pow(n.max(1).ilog10());
    (n / unit * unit).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The step and the replications that are advised.
    fn advised(advice: &str, replications: u64) -> (u8, u64) {
        let after = |flag: &str| {
            let (_, rest) = advice.split_once(flag)?;
            rest.split(' ').next()?.parse::<u64>().ok()
        };
        (
            after("--step=").expect("a step") as u8,
            after("--replications ").unwrap_or(replications),
        )
    }

    #[test]
    fn what_is_advised_fits_and_can_show_that_limits_hold() {
        let grids =
            [(5, 0.08), (10, 0.02), (50, 0.004)].map(|(step, seconds)| Coarser { step, seconds });
        for (replications, needed) in [
            (1_000, 299),
            (10_000, 299),
            (100_000, 299),
            (2_000_000, 299),
            (200_000, 2_995),
        ] {
            let (step, fewer) = advised(&advice(&grids, replications, needed), replications);
            let grid = grids.iter().find(|grid| grid.step == step).unwrap();
            assert!(grid.seconds * fewer as f64 <= VERY_LONG, "{step} {fewer}");
            assert!(fewer >= needed && fewer <= replications, "{step} {fewer}");
        }
        assert_eq!(advised(&advice(&grids, 10_000, 299), 10_000), (10, 10_000));
    }

    #[test]
    fn fewer_replications_than_limits_need_are_never_advised() {
        let grids = [Coarser {
            step: 50,
            seconds: 10.0,
        }];
        assert_eq!(advised(&advice(&grids, 5_000, 299), 5_000), (50, 299));
        let advice = advice(&grids, 299, 299);
        assert_eq!(
            advice,
            "plan: coarse then fine: --step=50 takes about 50 min; it takes 299 replications to show that the limits hold"
        );
    }
}
