//! A plan tried out on a few of its trajectories: the pieces of work of which a long study is made, for a caller with a clock.

use crate::sim::{Dice, Player};
use crate::study::columns::{GATHERED, Parts, by_setting, play_world, summary};
use crate::study::limit::Reach;
use crate::study::plan::Plan;
use crate::study::scheme::Scheme;
use crate::study::summary::{SampleSize, Wanted};

/// Trajectories tried.
const SAMPLES: usize = 8;

/// Replications summarised on trial; more take as much longer as there are more of them.
const SUMMARISED_MAX: u64 = 1000;

/// A piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// The fates of one world in one replication.
    Draw,
    /// One trajectory under all its thresholds in one replication.
    Play,
    /// The statistics of one setting from all replications.
    Summary,
}

impl Plan {
    /// How often each piece is done in `replications` replications.
    pub fn pieces(&self, parts: &Parts, replications: u64) -> [(Piece, f64); 3] {
        let counts = self.counts();
        [
            (Piece::Draw, parts.draws() as f64 * replications as f64),
            (
                Piece::Play,
                counts.trajectories as f64 * replications as f64,
            ),
            (Piece::Summary, counts.settings as f64),
        ]
    }

    /// Does pieces of each kind, on trajectories from all over the plan; `time` is given how many of a kind the work does, does it,
    /// and says whether to go on.
    pub fn rehearse(
        &self,
        wanted: &[Wanted],
        replications: u64,
        mut time: impl FnMut(Piece, f64, &mut dyn FnMut()) -> bool,
    ) {
        let trajectories: Vec<_> = self.trajectories().collect();
        let samples = spread(trajectories.len()).map(|which| trajectories[which].clone());
        let mut known: Vec<(usize, Dice)> = Vec::new();
        for (replication, plays) in (0..).zip(samples) {
            let plays = &self.plays[plays];
            let world = plays[0].world;
            if known.iter().all(|(known, _)| *known != world) {
                known.push((world, Dice::new(&self.worlds[world])));
            }
            let (_, dice) = known
                .iter()
                .find(|(known, _)| *known == world)
                .expect("a bug: a world without dice");
            let mut player = Player::new(dice);
            // Memory is taken once in a study, so here it is taken before.
            player.draw(replication + 1);
            let schemes: Vec<Scheme> = plays.iter().map(|play| play.scheme.clone()).collect();
            let mut values = Vec::with_capacity(schemes.len() * wanted.len());
            let goes_on = time(Piece::Draw, 1.0, &mut || player.draw(replication))
                && time(Piece::Play, 1.0, &mut || {
                    values.clear();
                    play_world(&mut player, &schemes, wanted, &mut values, |_| ());
                });
            if !goes_on {
                break;
            }
        }
        let summarised = replications.min(SUMMARISED_MAX);
        let jumbled = (0..summarised).map(|i| (i * 7919 % 10_007) as f64);
        let played: Vec<Vec<f64>> = jumbled
            .map(|value| vec![value; GATHERED * wanted.len()])
            .collect();
        let settings = GATHERED as f64 * summarised as f64 / replications as f64;
        let size = SampleSize::new(played.len());
        let reach = Reach::of_robots(10_007);
        time(Piece::Summary, settings, &mut || {
            drop(by_setting(&played, GATHERED, wanted.len(), |_, columns| {
                summary(wanted, columns, &size, &reach)
            }));
        });
    }
}

/// A few of `0..n`, each far from those before it.
fn spread(n: usize) -> impl Iterator<Item = usize> {
    const GOLDEN: f64 = 0.618_033_988_749_895;
    let mut seen = Vec::new();
    (0..SAMPLES.min(n))
        .map(move |i| (((0.5 + i as f64 * GOLDEN) % 1.0) * n as f64) as usize)
        .filter(move |which| {
            let fresh = !seen.contains(which);
            seen.push(*which);
            fresh
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_come_from_all_over_the_plan() {
        let mut samples: Vec<usize> = spread(200).collect();
        samples.sort_unstable();
        assert_eq!(samples.len(), SAMPLES);
        assert!(samples[0] < 30 && samples[SAMPLES - 1] > 170, "{samples:?}");
        assert!(
            samples.windows(2).all(|pair| pair[1] - pair[0] < 50),
            "{samples:?}"
        );
        assert_eq!(
            (spread(0).count(), spread(1).collect::<Vec<_>>()),
            (0, vec![0])
        );
    }
}
