//! Where an operating characteristic jumps: points between those of a grid, so that the curve is played where it is steep.

use crate::model::ScriptStep;
use crate::numeric::math::sqrt;
use crate::rollout::Levels;
use crate::scenario::Profile;
use crate::stats::binomial_upper_tail;
use crate::study::oc::robot::RobotChances;
use crate::study::oc::world_at;

/// Between neighbours the chance that the threshold is reached differs by no more than this, if points may be added.
const JUMP_MAX: f64 = 0.2;

/// Points added at most: each is played under every setting.
const ADDED_MAX: usize = 16;

/// Probabilities in ascending order, with more of them where the threshold of a setting goes from hardly ever to nearly always reached.
/// They are placed by the chances of robots that fail independently; what is played at them decides nothing of that.
pub fn finer(
    profile: &Profile,
    script: ScriptStep,
    levels: &[Levels],
    probabilities: &[f64],
) -> Vec<f64> {
    let n = profile.world.fleet.robots();
    let needed = levels.iter().map(|levels| {
        let robots = profile.in_robots(&profile.rules.at(*levels));
        robots.and_then(|robots| robots.failures_to_stop)
    });
    let needed: Vec<u32> = needed.flatten().collect();
    let reached = |p: f64| -> Vec<f64> {
        let fails = RobotChances::of(&world_at(&profile.world, script, p)).fails;
        let tails = needed.iter();
        tails
            .map(|needed| binomial_upper_tail(n.into(), fails, (*needed).into()))
            .collect()
    };
    let mut points: Vec<(f64, Vec<f64>)> =
        probabilities.iter().map(|p| (*p, reached(*p))).collect();
    for _ in 0..ADDED_MAX {
        let jumps = points.windows(2).enumerate().filter_map(|(at, pair)| {
            let between = rounded(sqrt(pair[0].0 * pair[1].0));
            let jump = jump(&pair[0].1, &pair[1].1);
            let is_new = pair[0].0 < between && between < pair[1].0;
            (is_new && jump > JUMP_MAX).then_some((at, between, jump))
        });
        // The first of the greatest.
        let greatest = jumps.reduce(|a, b| if b.2 > a.2 { b } else { a });
        let Some((at, between, _)) = greatest else {
            break;
        };
        points.insert(at + 1, (between, reached(between)));
    }
    points.into_iter().map(|(p, _)| p).collect()
}

/// The greatest difference under any setting.
fn jump(a: &[f64], b: &[f64]) -> f64 {
    let differences = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    differences.fold(0.0, f64::max)
}

/// To three significant digits: enough for a point on a curve, and easy to read and to type again.
pub fn rounded(p: f64) -> f64 {
    format!("{p:.2e}")
        .parse()
        .expect("a bug: a number that does not read back")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Problems, ScenarioFile};

    #[test]
    fn no_neighbours_differ_by_much_once_points_are_added() {
        let text = include_str!("../../../scenarios/no-way.toml").to_owned();
        let file = ScenarioFile::parse("no-way.toml", text, "scenarios".into())
            .unwrap_or_else(|problems: Problems| panic!("{}", problems.render(false)));
        let (scenario, _) = file
            .check(&[])
            .unwrap_or_else(|problems| panic!("{}", problems.render(false)));
        let profile = &scenario.profiles[0];
        let coarse = [0.001, 0.01, 0.1, 0.5];
        let levels = [profile.rules.levels()];
        let fine = finer(profile, ScriptStep::PostLaunch, &levels, &coarse);
        assert!(
            fine.is_sorted() && coarse.iter().all(|p| fine.contains(p)),
            "{fine:?}"
        );
        let needed = profile
            .in_robots(&profile.rules)
            .unwrap()
            .failures_to_stop
            .unwrap();
        let tails = fine.iter().map(|p| {
            let fails =
                RobotChances::of(&world_at(&profile.world, ScriptStep::PostLaunch, *p)).fails;
            binomial_upper_tail(300, fails, needed.into())
        });
        let tails: Vec<f64> = tails.collect();
        assert!(
            tails.windows(2).all(|pair| pair[1] - pair[0] <= JUMP_MAX),
            "{tails:?}"
        );
        assert!(fine.len() > coarse.len());
    }
}
