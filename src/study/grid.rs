//! Grids of time: replications last differently long, so each is looked at on the finest grid of a ladder that keeps it below a
//! number of steps.
//!
//! Each step of the ladder divides the next, so whatever is on two grids can be brought to the coarser of them.

use crate::model::Ms;

/// Steps of the grids [ms]: each divides the next. From minutes to an hour they lie close together: rollouts of a few days are
/// common, and what happens in their first minutes shows where time runs logarithmically.
const LADDER: [Ms; 12] = [
    FINEST, 1_000, 5_000, 15_000, 30_000, 60_000, 120_000, 240_000, 720_000, 3_600_000, 21_600_000,
    86_400_000,
];

/// The finest step [ms].
pub(super) const FINEST: Ms = 100;

/// The finest step of which fewer than `steps_max` reach up to `horizon` [ms], or else the coarsest.
pub(super) fn step(horizon: Ms, steps_max: Ms) -> Ms {
    LADDER
        .into_iter()
        .find(|step| horizon / step < steps_max)
        .unwrap_or(LADDER[LADDER.len() - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_of_the_ladder_divides_the_next() {
        assert!(LADDER.windows(2).all(|pair| pair[1] % pair[0] == 0));
    }

    #[test]
    fn the_step_is_the_finest_that_is_coarse_enough() {
        assert_eq!(
            [0, 149_999, 150_000, 1_500_000].map(|horizon| step(horizon, 1500)),
            [100, 100, 1_000, 5_000]
        );
        assert_eq!(step(Ms::MAX, 1500), 86_400_000);
    }

    #[test]
    fn a_rollout_of_a_few_days_is_looked_at_every_few_minutes() {
        let hours = [24, 35, 72, 168].map(|hours| step(hours * 3_600_000, 1500));
        assert_eq!(hours, [60_000, 120_000, 240_000, 720_000]);
    }
}
