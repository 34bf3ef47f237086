//! Sums of independent quantities by their laws, where no closed form is at hand: the quantiles of a sum are not the sums of quantiles.
//!
//! Each law is read at the midpoints of as many equally likely ranges; a lattice rule says which of one go together with which of
//! the others. So every quantity has its law, to the width of a range, and together they fill the cube evenly. Nothing is random.

use std::sync::Arc;

use crate::model::Connectivity;
use crate::random::Law;

/// Points of the rule: with them shares are good to about a percent.
pub(crate) const POINTS: usize = 4096;

/// The first components of a lattice that is good for any power of two of points: R. Cools, F. Y. Kuo, D. Nuyens, *Constructing embedded
/// lattice rules for multivariate integration*, SIAM J. Sci. Comput. 28 (2006). All are odd, so each visits every range once.
const GENERATOR: [usize; 10] = [
    1, 182_667, 469_891, 498_753, 110_745, 446_247, 250_185, 118_627, 245_333, 283_199,
];

/// A law at the midpoints of equally likely ranges, ascending.
pub(crate) type Midpoints = Arc<[f64]>;

/// The range of a quantity that goes with a point of the lattice.
pub(crate) fn range(quantity: usize, point: usize) -> usize {
    point * (GENERATOR[quantity] % POINTS) % POINTS
}

/// Laws at their midpoints: cohorts often share laws, and reading one is dear.
#[derive(Default)]
pub(crate) struct Grids(Vec<(Law, Midpoints)>);

impl Grids {
    pub(crate) fn of(&mut self, law: &Law) -> Midpoints {
        if let Some((_, midpoints)) = self.0.iter().find(|(known, _)| known == law) {
            return Arc::clone(midpoints);
        }
        let midpoints: Midpoints = match law.as_constant() {
            Some(value) => vec![value; POINTS].into(),
            None => (0..POINTS)
                .map(|i| law.quantile((i as f64 + 0.5) / POINTS as f64))
                .collect(),
        };
        self.0.push((law.clone(), Arc::clone(&midpoints)));
        midpoints
    }

    /// How long a robot is still offline that is found so, and its law; none where it is never offline for a time that can be told.
    pub(crate) fn offline(&mut self, connectivity: &Connectivity) -> Option<(Midpoints, Law)> {
        let law = connectivity.offline_residual()?;
        Some((self.of(&law), law))
    }
}

/// The mean of a function over equally likely values.
pub(crate) fn average(values: &[f64], f: impl Fn(f64) -> f64) -> f64 {
    values.iter().map(|value| f(*value)).sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sum of three exponential times is a gamma time.
    #[test]
    fn sums_have_the_quantiles_and_tails_of_their_law() {
        let mut grids = Grids::default();
        let grid = grids.of(&Law::exponential(60.0).unwrap());
        let sum = Law::gamma(3.0, 60.0).unwrap();
        let mut sums: Vec<f64> = (0..POINTS)
            .map(|point| (0..3).map(|it| grid[range(it, point)]).sum())
            .collect();
        sums.sort_by(f64::total_cmp);
        for p in [0.05, 0.25, 0.5, 0.75, 0.95] {
            let found = sums[(p * POINTS as f64) as usize];
            assert!(
                (sum.cdf(found) - p).abs() < 0.01,
                "{p}: {found}, exactly {}",
                sum.quantile(p)
            );
        }
        for x in [300.0, 500.0] {
            let above = sums.iter().filter(|sum| **sum > x).count() as f64 / POINTS as f64;
            assert!(
                (above - sum.sf(x)).abs() < 0.01,
                "{x}: {above}, exactly {}",
                sum.sf(x)
            );
        }
    }

    #[test]
    fn every_quantity_visits_every_range_once() {
        for quantity in 0..GENERATOR.len() {
            let mut seen = vec![false; POINTS];
            (0..POINTS).for_each(|point| seen[range(quantity, point)] = true);
            assert!(seen.iter().all(|seen| *seen), "{quantity}");
        }
    }
}
