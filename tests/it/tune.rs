//! Tuning against a plain reading of what it promises: every setting played on its own, statistics as one would write them, and a
//! search through all settings.

use crate::common::acceptance::mean;
use crate::common::{checked, parsed, play, text_of};
use rollcast::rollout::Levels;
use rollcast::scenario::{Problems, Scenario, ScenarioFile};
use rollcast::sim::Outcome;
use rollcast::study::limit::{Assessment, Verdict};
use rollcast::study::tune::{Answer, Asked, Pareto, Tuned, Tuning};
use rollcast::study::{Until, Unwatched, Watch};
use rollcast::theory::FailureLaw;
use statrs::distribution::{Binomial, ContinuousCDF, DiscreteCDF, StudentsT};

const N: u64 = 300;
const STEP: u8 = 10;

/// `tuned.toml` with another objective and other limits.
fn with(objective: &str, limits: &[&str]) -> ScenarioFile {
    let text = text_of("tests/cli/tuned.toml");
    let (before, _) = text.split_once("[tune]").unwrap();
    parsed(
        format!("{before}[tune]\n{objective}\nlimits = {limits:?}\n"),
        "tests/cli",
    )
}

fn solve<T>(file: &ScenarioFile, step: u8, replications: u64, look: impl FnOnce(&Tuned) -> T) -> T {
    let scenario = checked(file);
    let mut problems = Problems::default();
    let asked = Asked::read(file, Some(&scenario), &mut problems)
        .unwrap_or_else(|| panic!("{}", problems.render(false)));
    let tuning = Tuning::new(file, &scenario, &asked, step)
        .unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    look(
        &tuning
            .solve(replications, &Unwatched)
            .expect("it was played"),
    )
}

/// The outcomes of every pair of percentages, by profile: `outcomes[profile]`.
struct Naive {
    pair: (u8, u8),
    /// Of the base: at a time, and failures that stop.
    robots: (u32, u32),
    outcomes: Vec<Vec<Outcome>>,
}

fn play_all(scenario: &Scenario, step: u8) -> Vec<Naive> {
    let percentages: Vec<u8> = (1..=100)
        .filter(|p| p % step == 0 || [1, 2, 3].contains(p))
        .collect();
    let mut all = Vec::new();
    for concurrency in &percentages {
        for threshold in &percentages {
            let outcomes = scenario.profiles.iter().map(|profile| {
                let rules = profile.rules.at(Levels {
                    concurrency: *concurrency,
                    threshold: *threshold,
                });
                play(
                    &profile.world,
                    &rules.setting(profile.world.fleet.robots()),
                    N,
                )
            });
            let n = u64::from(scenario.profiles[0].world.fleet.robots());
            let share = |percent: u8| n * u64::from(percent);
            let robots = (
                (share(*concurrency) / 100).max(1) as u32,
                share(*threshold).div_ceil(100) as u32,
            );
            all.push(Naive {
                pair: (*concurrency, *threshold),
                robots,
                outcomes: outcomes.collect(),
            });
        }
    }
    all
}

/// How many settings are there that mean different robots.
fn distinct<'a>(settings: impl Iterator<Item = &'a Naive>) -> usize {
    settings
        .map(|setting| setting.robots)
        .collect::<std::collections::BTreeSet<_>>()
        .len()
}

/// The value at a share of the sorted values: the smallest with at least this share at or below it.
fn quantile(values: &[f64], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[(percent * sorted.len()).div_ceil(100) - 1]
}

fn times(outcomes: &[Outcome], mark: usize) -> Vec<f64> {
    outcomes
        .iter()
        .map(|o| o.time_to[mark].map_or(f64::INFINITY, |at| at.ms() as f64 / 1000.0))
        .collect()
}

/// P(B >= k), B binomial.
fn at_least(n: u64, p: f64, k: u64) -> f64 {
    if k == 0 {
        1.0
    } else {
        1.0 - Binomial::new(p, n).unwrap().cdf(k - 1)
    }
}

/// Whether a probability is at most `bound` with 95 %: so few hits would be rarer than once in twenty times at the bound.
fn rarely(hits: usize, bound: f64) -> bool {
    Binomial::new(bound, N).unwrap().cdf(hits as u64) <= 0.05
}

/// The upper end of a mean with 95 %.
fn mean_at_most(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let sd = (values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0)).sqrt();
    mean + StudentsT::new(0.0, 1.0, n - 1.0).unwrap().inverse_cdf(0.95) * sd / n.sqrt()
}

/// Whether a quantile is at most `bound` with 95 %.
fn quantile_at_most(values: &[f64], q: f64, bound: f64) -> bool {
    at_least(
        N,
        q,
        values.iter().filter(|value| **value <= bound).count() as u64,
    ) <= 0.05
}

fn values(outcomes: &[Outcome], value: impl Fn(&Outcome) -> u32) -> Vec<f64> {
    outcomes
        .iter()
        .map(|outcome| f64::from(value(outcome)))
        .collect()
}

fn share_reached(outcomes: &[Outcome]) -> f64 {
    outcomes.iter().filter(|o| o.threshold_reached()).count() as f64 / outcomes.len() as f64
}

/// Of settings with `(cost, broken, reached, pair)` that of the least, compared in that order.
fn least(settings: impl Iterator<Item = (f64, f64, f64, (u8, u8))>) -> Option<(f64, (u8, u8))> {
    settings
        .min_by(|a, b| {
            (a.0, a.1, a.2, a.3)
                .partial_cmp(&(b.0, b.1, b.2, b.3))
                .unwrap()
        })
        .map(|best| (best.0, best.3))
}

fn broken_and_reached(naive: &Naive) -> (f64, f64) {
    (
        mean(&values(&naive.outcomes[1], Outcome::broken)),
        share_reached(&naive.outcomes[0]),
    )
}

fn pair(tuned: &Tuned, which: usize) -> (u8, u8) {
    let setting = &tuned.tuning.settings[which];
    (setting.levels.concurrency, setting.levels.threshold)
}

/// The choice, each setting's verdicts and values, and the price of each limit are those of a search through all settings.
#[test]
fn the_choice_is_that_of_brute_force() {
    let file = parsed(text_of("tests/cli/tuned.toml"), "tests/cli");
    let scenario = checked(&file);
    let naive = play_all(&scenario, STEP);
    type Holds = fn(&Naive) -> bool;
    let limits: [Holds; 3] = [
        |setting| {
            rarely(
                setting.outcomes[0]
                    .iter()
                    .filter(|o| o.threshold_reached())
                    .count(),
                0.03,
            )
        },
        |setting| mean_at_most(&values(&setting.outcomes[1], Outcome::broken)) <= 15.0,
        |setting| quantile_at_most(&values(&setting.outcomes[0], |o| o.down_peak), 0.95, 33.0),
    ];
    let best = |leave_out: Option<usize>| {
        let kept = |setting: &&Naive| {
            (0..3).all(|limit| Some(limit) == leave_out || limits[limit](setting))
        };
        least(naive.iter().filter(kept).map(|setting| {
            let (broken, reached) = broken_and_reached(setting);
            (
                quantile(&times(&setting.outcomes[0], 1), 50),
                broken,
                reached,
                setting.pair,
            )
        }))
    };
    solve(&file, STEP, N, |tuned| {
        assert_eq!(naive.len(), tuned.tuning.on_axes());
        let mut seen = [[0; 2]; 3];
        for (which, setting) in naive.iter().enumerate() {
            assert_eq!(pair(tuned, which), setting.pair);
            let sheet = tuned.walk.sheet(which);
            assert_eq!(
                sheet.objective.value,
                quantile(&times(&setting.outcomes[0], 1), 50)
            );
            let (broken, reached) = broken_and_reached(setting);
            assert!(
                (sheet.criteria[1] - broken).abs() < 1e-9
                    && (sheet.criteria[2] - reached).abs() < 1e-12
            );
            for (limit, holds) in limits.iter().enumerate() {
                let expected = holds(setting);
                assert_eq!(
                    sheet.limits[limit].verdict == Verdict::Held,
                    expected,
                    "limit {limit} at {:?}",
                    setting.pair
                );
                seen[limit][usize::from(expected)] += 1;
            }
        }
        assert!(
            seen.iter().flatten().all(|n| *n > 0),
            "every limit is held by some and not by others: {seen:?}"
        );
        let Answer::Chosen(choice, prices) = &tuned.answer else {
            panic!("brute force finds {:?}", best(None))
        };
        let chosen = (
            tuned.walk.sheet(choice.best).objective.value,
            pair(tuned, choice.best),
        );
        assert_eq!(Some(chosen), best(None));
        for (limit, price) in prices.iter().enumerate() {
            let without = (
                tuned.walk.sheet(price.without).objective.value,
                pair(tuned, price.without),
            );
            assert_eq!(Some(without), best(Some(limit)));
        }
    });
}

/// Another objective, to be maximised, with fewer limits and under a profile.
#[test]
fn the_choice_to_maximise_is_that_of_brute_force() {
    let file = with(
        "maximise = \"bad: success_rate.mean\"",
        &[
            "p(time_to_50_s >= 20min) <= 10%",
            "bad: exposed_count.p90 <= 45",
        ],
    );
    let scenario = checked(&file);
    let naive = play_all(&scenario, STEP);
    let holds = |setting: &&Naive| {
        let late = times(&setting.outcomes[0], 0)
            .iter()
            .filter(|time| **time >= 1200.0)
            .count();
        rarely(late, 0.10)
            && quantile_at_most(&values(&setting.outcomes[1], |o| o.exposed), 0.9, 45.0)
    };
    let best = least(naive.iter().filter(holds).map(|setting| {
        let (broken, reached) = broken_and_reached(setting);
        (
            -mean(&values(&setting.outcomes[1], |o| o.updated)) / 60.0,
            broken,
            reached,
            setting.pair,
        )
    }));
    let held = naive.iter().filter(holds).count();
    assert!(held > 0 && held < naive.len(), "{held}");
    solve(&file, STEP, N, |tuned| {
        let Answer::Chosen(choice, _) = &tuned.answer else {
            panic!("brute force finds {best:?}")
        };
        assert_eq!(Some(pair(tuned, choice.best)), best.map(|(_, pair)| pair));
        assert!((tuned.walk.sheet(choice.best).objective.value + best.unwrap().0).abs() < 1e-12);
        assert_eq!(choice.feasible, distinct(naive.iter().filter(holds)));
    });
}

#[test]
fn what_is_in_the_way_is_said() {
    // Few robots down and a quick rollout exclude each other; a quick rollout alone does not.
    let limits = [
        "time_to_50_s.p95 <= 8min",
        "down_peak_count.p95 <= 10",
        "bad: p(threshold_reached) >= 99%",
    ];
    let file = with("minimise = \"time_to_90_s.p50\"", &limits);
    let scenario = checked(&file);
    let naive = play_all(&scenario, STEP);
    let held: [fn(&Naive) -> bool; 3] = [
        |setting| quantile_at_most(&times(&setting.outcomes[0], 0), 0.95, 480.0),
        |setting| quantile_at_most(&values(&setting.outcomes[0], |o| o.down_peak), 0.95, 10.0),
        |setting| {
            rarely(
                setting.outcomes[1]
                    .iter()
                    .filter(|o| !o.threshold_reached())
                    .count(),
                0.01,
            )
        },
    ];
    solve(&file, STEP, N, |tuned| {
        let Answer::Blocked(blocked) = &tuned.answer else {
            panic!("nothing holds all")
        };
        for (limit, held) in held.iter().enumerate() {
            assert_eq!(
                blocked.met_by[limit],
                distinct(naive.iter().filter(|setting| held(setting))),
                "limit {limit}"
            );
            assert!(blocked.met_by[limit] > 0);
        }
        let free = |limit: usize| {
            naive
                .iter()
                .any(|setting| (0..3).all(|other| other == limit || held[other](setting)))
        };
        assert_eq!(
            [0, 1, 2].map(|limit| blocked.without[limit].is_some()),
            [0, 1, 2].map(free)
        );
        assert!(free(0) && free(1) && !free(2));
        assert!(!blocked.is_objective_open);
        assert_eq!(tuned.tried, [blocked.nearest, tuned.tuning.sample()]);
        assert!(tuned.trials.as_ref().unwrap().varied.is_empty());
    });
}

/// Fresh replications are those after the ones that chose, and variations are the settings that they say, each played on its own.
#[test]
fn the_choice_is_played_again_on_other_replications() {
    let file = parsed(text_of("tests/cli/tuned.toml"), "tests/cli");
    let scenario = checked(&file);
    solve(&file, STEP, N, |tuned| {
        let trials = tuned.trials.as_ref().unwrap();
        assert_eq!((trials.first, trials.replications), (N, N));
        assert!(trials.varied.iter().all(|varied| varied.replications == N));
        let median = |change: &dyn Fn(&mut rollcast::scenario::Profile), which: usize| {
            let mut profile = scenario.profiles[0].clone();
            let (concurrency, threshold) = pair(tuned, which);
            profile.rules = profile.rules.at(Levels {
                concurrency,
                threshold,
            });
            change(&mut profile);
            let setting = profile.rules.setting(profile.world.fleet.robots());
            let outcomes = play(&profile.world, &setting, 2 * N);
            quantile(&times(&outcomes[N as usize..], 1), 50)
        };
        for (which, trial) in tuned.tried.iter().zip(&trials.fresh) {
            assert_eq!(trial.objective.value, median(&|_| (), *which));
        }
        assert_eq!(pair(tuned, *tuned.tried.last().unwrap()), (20, 25));
        let best = tuned.subject();
        assert_eq!(tuned.tried[0], best);
        let varied = |name: &str| {
            let varied = trials
                .varied
                .iter()
                .find(|varied| varied.name == name)
                .unwrap_or_else(|| panic!("{name}"));
            varied.trial.objective.value
        };
        assert_eq!(
            varied("rounding = \"ceil\""),
            median(&|profile| profile.rules.choose("rounding", "ceil"), best)
        );
        assert_eq!(
            varied("breach = \"exceed\""),
            median(&|profile| profile.rules.choose("breach", "exceed"), best)
        );
        let dead =
            |profile: &mut rollcast::scenario::Profile| profile.world.fleet.cohorts[0].dead *= 2;
        assert_eq!(varied("dead doubled"), median(&dead, best));
        assert_ne!(varied("dead doubled"), varied("dead halved"));
    });
}

/// What is varied beside the percentages multiplies the settings, and each has the outcome of its own rules.
#[test]
fn other_rules_may_be_chosen_too() {
    let more = "[tune.vary]\n\"rollout.robomaker.robot_deployment_timeout\" = [\"5min\", \"1h\"]\n\
                \"rollout.robomaker.pacing\" = [\"sliding\", \"batches\"]\n";
    let file = parsed(
        format!("{}{more}", text_of("tests/cli/tuned.toml")),
        "tests/cli",
    );
    let scenario = checked(&file);
    solve(&file, 25, N, |tuned| {
        assert_eq!(tuned.tuning.percentages, [1, 2, 3, 25, 50, 75, 100]);
        assert_eq!(tuned.tuning.on_axes(), 4 * 49);
        assert_eq!(tuned.tuning.combinations[1].values, ["5min", "batches"]);
        for which in [0, 60, 110, 150, 195] {
            let rules = tuned.tuning.rules(which);
            let world = &scenario.profiles[0].world;
            let outcomes = play(world, &rules.setting(world.fleet.robots()), N);
            assert_eq!(
                tuned.walk.sheet(which).objective.value,
                quantile(&times(&outcomes, 1), 50)
            );
        }
        assert_eq!(tuned.tuning.rules(60).robot_timeout(), 300_000);
        let sample = tuned.tuning.rules(tuned.tuning.sample());
        assert_eq!(
            (sample.robot_timeout(), sample.levels().threshold),
            (3_600_000, 25)
        );
    });
}

/// Where the probability of a false abort is known exactly, it decides instead of replications.
#[test]
fn what_is_known_exactly_needs_no_replications() {
    let mut file = with(
        "minimise = \"time_to_90_s.p50\"",
        &["p(threshold_reached) <= 0.0001%"],
    );
    // No robot that is so slow as to run into its timeout with which nothing goes wrong.
    file.set("--set", "cohort.lifts.download_rate=10 Mbit/s")
        .expect("it can be set");
    file.set("--set", "rollout.robomaker.robot_deployment_timeout=5h")
        .expect("it can be set");
    let scenario = checked(&file);
    let base = &scenario.profiles[0];
    let law = FailureLaw::of_profile(base, N).expect("outcomes do not depend on time");
    solve(&file, 25, N, |tuned| {
        for (setting, sheet) in tuned.tuning.settings.iter().zip(&tuned.walk.sheets) {
            let rules = base.rules.at(setting.levels);
            let known = law
                .reached(&rules.setting(base.world.fleet.robots()))
                .expect("the job ends in time")
                .value;
            let expected = if known <= 1e-6 {
                Verdict::Held
            } else {
                Verdict::Broken
            };
            assert_eq!(
                sheet.as_ref().unwrap().limits[0].verdict,
                expected,
                "{known} at {setting:?}"
            );
        }
        // What breaks a tie is exact too, and so is what fresh replications and other rates are held against.
        let reached = |pair: (u8, u8)| {
            let (concurrency, threshold) = pair;
            let rules = base.rules.at(Levels {
                concurrency,
                threshold,
            });
            law.reached(&rules.setting(base.world.fleet.robots()))
                .unwrap()
                .exact()
                .unwrap()
        };
        for which in 0..tuned.tuning.on_axes() {
            let sheet = tuned.walk.sheet(which);
            assert!(
                sheet.exact[2] && sheet.criteria[2] == reached(pair(tuned, which)),
                "{:?}",
                sheet.criteria
            );
        }
        let trials = tuned.trials.as_ref().unwrap();
        for (which, trial) in tuned.tried.iter().zip(&trials.fresh) {
            let Assessment { value, assured, .. } = trial.limits[0];
            assert_eq!(
                (value, assured),
                (reached(pair(tuned, *which)), Some(value))
            );
        }
        assert!(
            trials
                .varied
                .iter()
                .all(|varied| varied.trial.limits[0].assured == Some(varied.trial.limits[0].value))
        );
        let chosen = trials.fresh[0].limits[0].value;
        assert!(
            trials
                .varied
                .iter()
                .any(|varied| varied.trial.limits[0].value > chosen),
            "twice the failures"
        );
        let verdicts = || {
            tuned
                .walk
                .sheets
                .iter()
                .map(|sheet| sheet.as_ref().unwrap().limits[0].verdict)
        };
        assert!(
            verdicts().any(|verdict| verdict == Verdict::Held),
            "no replications could have shown it"
        );
        assert!(verdicts().any(|verdict| verdict == Verdict::Broken));
    });
}

fn case(name: &str) -> ScenarioFile {
    parsed(text_of(&format!("tests/cases/{name}")), "tests/cli")
}

/// A probability as objective is the exact one where it is known.
#[test]
fn an_objective_that_is_known_exactly_needs_no_replications() {
    let file = parsed(
        text_of("tests/cases/three_robots.toml")
            .replace("time_to_95_s.p50", "p(threshold_reached)"),
        "tests/cli",
    );
    solve(&file, 1, 100, |tuned| {
        let known: Vec<f64> = (0..tuned.tuning.on_axes())
            .map(|which| tuned.walk.sheet(which).objective.value)
            .collect();
        // One, two or three of three fail at 2 %.
        let [q, p] = [0.98_f64, 0.02];
        let expected = [1.0 - q * q * q, 3.0 * p * p * q + p * p * p, p * p * p];
        for (threshold, expected) in [(1, expected[0]), (34, expected[1]), (100, expected[2])] {
            assert!(
                (known[threshold - 1] / expected - 1.0).abs() < 1e-12,
                "{threshold} %: {}",
                known[threshold - 1]
            );
        }
        let Answer::Chosen(choice, _) = &tuned.answer else {
            panic!("a setting meets the limits")
        };
        assert!(
            choice
                .tied
                .iter()
                .all(|which| known[*which] == known[choice.best]),
            "they are known to be worse"
        );
    });
}

/// Percentages of three robots mean nine settings, each played, counted and shown once.
#[test]
fn settings_that_mean_the_same_robots_are_one() {
    let file = case("three_robots.toml");
    solve(&file, 1, 300, |tuned| {
        assert_eq!(
            (
                tuned.tuning.on_axes(),
                tuned.tuning.distinct(),
                tuned.tuning.plan().counts().settings
            ),
            (10_000, 9, 18)
        );
        let csv = String::from_utf8(rollcast::report::tune_csv(tuned)).unwrap();
        assert_eq!(csv.lines().count(), 10);
        assert!(csv.contains("\n67,67,99,34,34,66,2,2,"), "{csv}");
        let Answer::Chosen(choice, _) = &tuned.answer else {
            panic!("a setting meets the limits")
        };
        let meaning = |which: usize| {
            (
                tuned.tuning.settings[which].concurrency,
                tuned.tuning.settings[which].threshold,
            )
        };
        assert_eq!(meaning(choice.best), ((67, 99), (1, 33)));
        // The thresholds that mean the same are no alternatives, nor are settings beside themselves.
        assert_eq!(choice.thresholds, (1, 33));
        let shown: Vec<usize> = [choice.best]
            .into_iter()
            .chain(choice.runners.iter().map(|(which, _)| *which))
            .collect();
        let meanings: std::collections::BTreeSet<_> =
            shown.iter().map(|which| meaning(*which)).collect();
        assert_eq!(meanings.len(), shown.len());
        assert!(
            !tuned.tried.contains(&tuned.tuning.sample()),
            "20 % and 25 % mean one robot, as the runner-up does"
        );
        let table = rollcast::report::tune_page(tuned).terminal(100);
        assert!(
            table.contains("Set 67 % at a time (2 of 3; 67 to 99 % mean the same)"),
            "{table}"
        );
        assert!(
            table.contains("1 to 66 % / 1 to 33 %, as RoboMaker's 20 % / 25 %"),
            "{table}"
        );
    });
}

/// One percent more or less at a time counts most where few are down: a coarse grid keeps 1, 2 and 3 %.
#[test]
fn a_coarse_grid_finds_the_least_percentages_and_says_where_it_ends() {
    let file = case("night_tune.toml");
    solve(&file, 50, 299, |tuned| {
        assert_eq!(tuned.tuning.percentages, [1, 2, 3, 50, 100]);
        let best = tuned.subject();
        assert_eq!(pair(tuned, best).0, 1);
        assert!(
            (tuned.walk.sheet(best).objective.value - 36.0).abs() <= 2.0,
            "{:?}",
            tuned.walk.sheet(best).objective
        );
        let table = rollcast::report::tune_page(tuned).terminal(100);
        assert!(
            table.contains(
                "the choice lies at the edge of the grid: 1 % at a time is the least there is"
            ),
            "{table}"
        );
        assert!(
            table.contains("as threshold: 4 to 49 %; --step=1 plays all"),
            "{table}"
        );
    });
}

/// A choice that met its limits by luck alone is refuted by replications that had no say in it.
#[test]
fn fresh_replications_may_refute_the_choice() {
    let limits = "limits = [\"time_to_95_s.p95 <= 6min\"]\nconfidence = 0.55\n";
    let text = "name = \"luck\"\n[release]\nversion = 1\nbundle = { X86_64 = \"1 MB\" }\n[[cohort]]\nname = \"all\"\nrobots = 10\n\
                architecture = \"X86_64\"\ndownload_rate = \"1 MB/s\"\n\
                post_launch = { duration = { exponential = { mean = \"1min\" } } }\n[tune]\nminimise = \"down_peak_count.mean\"\n";
    let (mut refuted, mut others) = (0, 0);
    for seed in 1..=30 {
        let file = parsed(format!("seed = {seed}\n{text}{limits}"), "tests/cli");
        solve(&file, 10, 40, |tuned| {
            let (Answer::Chosen(..), Some(trials)) = (&tuned.answer, &tuned.trials) else {
                return;
            };
            let broken = trials.fresh[0]
                .limits
                .iter()
                .any(|limit| limit.verdict == Verdict::Broken);
            assert_eq!(tuned.is_refuted(), broken);
            assert_eq!(
                rollcast::report::tune_page(tuned)
                    .terminal(100)
                    .contains("these refute the choice"),
                broken
            );
            if broken { refuted += 1 } else { others += 1 }
        });
    }
    assert!(refuted > 0 && others > 0, "{refuted} refuted, {others} not");
}

#[test]
fn nothing_on_the_front_is_beaten_and_what_is_dominated_is() {
    let file = parsed(text_of("tests/cli/tuned.toml"), "tests/cli");
    solve(&file, STEP, N, |tuned| {
        let criteria = |which: usize| &tuned.walk.sheet(which).criteria;
        let beats = |a: usize, b: usize| {
            criteria(a).iter().zip(criteria(b)).all(|(a, b)| a <= b) && criteria(a) != criteria(b)
        };
        let on_axes = tuned.tuning.on_axes();
        let count = |place: Pareto| {
            tuned.pareto[..on_axes]
                .iter()
                .filter(|other| **other == Some(place))
                .count()
        };
        assert!(
            count(Pareto::Front) > 0 && count(Pareto::Dominated) > 0,
            "{:?}",
            tuned.pareto
        );
        for which in 0..on_axes {
            let beaten = (0..on_axes).any(|other| beats(other, which));
            assert_eq!(
                tuned.pareto[which] == Some(Pareto::Front),
                !beaten,
                "{:?}",
                pair(tuned, which)
            );
        }
    });
}

#[test]
fn what_no_setting_can_reach_is_refused_before_it_is_played() {
    let said = |file: &ScenarioFile, replications: u64| {
        let scenario = checked(file);
        let asked =
            Asked::read(file, Some(&scenario), &mut Problems::default()).expect("it can be read");
        asked
            .check(&scenario, replications, |_| false)
            .map_err(|problems| problems.0.into_iter().map(|p| p.title).collect::<Vec<_>>())
    };
    let file = with(
        "minimise = \"time_to_90_s.p50\"",
        &["p(threshold_reached) <= 1%", "time_to_90_s.p95 <= 2h"],
    );
    assert_eq!(said(&file, 299), Ok(()));
    assert_eq!(
        said(&file, 298),
        Err(vec![
            "298 replications cannot show this, whatever happens in them".to_owned()
        ])
    );
    // One robot of sixty is dead: 99 % of them are all sixty.
    let file = with(
        "minimise = \"time_to_99_s.p50\"",
        &["time_to_99_s.p95 <= 2h"],
    );
    assert_eq!(
        said(&file, 300),
        Err(vec![
            "no setting ever updates 99 % of this fleet".to_owned();
            2
        ])
    );
    let file = with(
        "minimise = \"time_to_90_s.p50\"",
        &["p(time_to_99_s = never) >= 50%"],
    );
    assert_eq!(said(&file, 300), Ok(()));
}

/// Asks to stop at once.
struct Stopped;

impl Watch for Stopped {
    fn interrupted(&self) -> bool {
        true
    }
}

#[test]
fn nothing_comes_of_a_tuning_that_was_interrupted_at_once() {
    let file = parsed(text_of("tests/cli/tuned.toml"), "tests/cli");
    let scenario = checked(&file);
    let asked = Asked::read(&file, Some(&scenario), &mut Problems::default()).unwrap();
    let tuning = Tuning::new(&file, &scenario, &asked, 50).unwrap_or_else(|_| panic!());
    assert!(tuning.solve(N, &Stopped).is_none());
}

/// It stops at the first checkpoint at which every objective is as precise and every limit known or as precise, and what it finds then
/// is what so many replications find.
#[test]
fn a_precision_ends_a_tuning_at_another_checkpoint_than_the_first_precise_one() {
    let file = with(
        "minimise = \"downtime_robot_s.mean\"",
        &[
            "p(threshold_reached) <= 20%",
            "broken_count.mean <= 10% of fleet",
        ],
    );
    let scenario = checked(&file);
    let asked = Asked::read(&file, Some(&scenario), &mut Problems::default()).unwrap();
    let tuning = || Tuning::new(&file, &scenario, &asked, 50).unwrap_or_else(|_| panic!());
    let until = Until {
        replications: 2_000,
        precision: Some("10%".parse().unwrap()),
    };
    let stopped = tuning().solve(until, &Unwatched).expect("it was played");
    let finished = stopped.walk.replications;
    assert!(
        (64..2_000).contains(&finished),
        "{finished} replications leave nothing to see"
    );
    assert!(
        stopped
            .attained
            .expect("it was not interrupted")
            .missed
            .is_empty()
    );

    let precise = |replications: u64| {
        let tuned = tuning()
            .solve(replications, &Unwatched)
            .expect("it was played");
        tuned.walk.sheets.iter().all(|sheet| {
            let sheet = sheet.as_ref().unwrap();
            let objective = sheet.objective;
            let relative = (objective.hi.unwrap() - objective.lo.unwrap()) / 2.0 / objective.value
                <= 0.1 / 1.1;
            let [reached, broken] = [0, 1].map(|limit| sheet.limits[limit]);
            let width =
                |assessment: Assessment| (assessment.assured.unwrap() - assessment.value).abs();
            let known = |assessment: Assessment| assessment.verdict != Verdict::Open;
            relative
                && (known(reached) || width(reached) <= 0.1)
                && (known(broken) || width(broken) / broken.value <= 0.1 / 1.1)
        })
    };
    let checkpoints = || std::iter::successors(Some(32), |n| Some(2 * n));
    // Values that hardly ever differ ask for more replications than the widths alone.
    assert!(
        precise(finished)
            && checkpoints()
                .find(|n| precise(*n))
                .is_some_and(|first| first <= finished)
    );
    let again = tuning().solve(finished, &Unwatched).expect("it was played");
    assert_eq!(
        (again.answer, again.trials),
        (stopped.answer, stopped.trials)
    );
}

/// Under `abort` robots are cut, under the file's own `drain` none can be: what can come of a setting is asked of what it varies.
#[test]
fn what_only_a_varied_value_leaves_to_chance_is_not_certain() {
    let mut file = with(
        "minimise = \"time_to_50_s.p50\"",
        &["bad: aborted_count.mean <= 3"],
    );
    file.set(
        "--set",
        "tune.vary={ \"rollout.robomaker.on_stop\" = [\"abort\"] }",
    )
    .expect("it can be set");
    solve(&file, 50, 20, |tuned| {
        let mut own = tuned.walk.sheets[..tuned.tuning.on_axes()]
            .iter()
            .flatten()
            .map(|sheet| sheet.limits[0]);
        assert!(
            own.all(|limit| limit.assured.is_some_and(|most| most > limit.value)),
            "means over 20 replications are not certain"
        );
        // The service's sample has the file's own values, under which nothing is aborted.
        let sample = tuned.walk.sheet(tuned.tuning.sample()).limits[0];
        assert_eq!((sample.value, sample.assured), (0.0, Some(0.0)));
    });
}

/// Of ten replications no limit on an event is held or broken everywhere: that none is shown to hold is not that none holds.
#[test]
fn limits_that_are_only_open_are_not_unmet() {
    let file = with("minimise = \"time_to_50_s.p50\"", &["p(stopped) <= 1%"]);
    solve(&file, 50, 10, |tuned| {
        let Answer::Blocked(blocked) = &tuned.answer else {
            panic!("10 replications show no event to be that rare")
        };
        assert!(!blocked.is_refuted && blocked.open_by[0] > 0 && blocked.met_by[0] == 0);
    });
}
