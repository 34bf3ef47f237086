//! Expectations against closed forms: what passes, what fails, what is inconclusive and how many replications would decide.
#![allow(
    clippy::disallowed_methods,
    reason = "tests may use the platform's functions: no output depends on them"
)]

use crate::common::{checked, parsed, set_key};
use rollcast::scenario::{Problems, Scenario, ScenarioFile};
use rollcast::study::expect::{Expectation, Judged, expectations, judge};
use rollcast::study::{self, Unwatched, summary_of};
use statrs::distribution::{Binomial, Discrete, DiscreteCDF};

fn read(robots: u32, threshold: u32, failure: f64, expect: &[&str]) -> (ScenarioFile, Scenario) {
    let text = format!(
        "name = \"expected\"\nseed = 5\nexpect = {expect:?}\n[release]\nversion = 1\nbundle = {{ X86_64 = \"1 MB\" }}\n\
         [rollout.robomaker]\nconcurrent_deployment_percentage = 10\nfailure_threshold_percentage = {threshold}\n\
         [[cohort]]\nname = \"robots\"\nrobots = {robots}\narchitecture = \"X86_64\"\ndownload_rate = \"1 MB/s\"\n\
         post_launch = {{ duration = \"20s\", failure = {failure} }}\n\
         [profile.bad]\n\"cohort.*.post_launch.failure\" = 0.5\n"
    );
    let file = parsed(text, "");
    let scenario = checked(&file);
    (file, scenario)
}

fn judged(
    robots: u32,
    threshold: u32,
    failure: f64,
    replications: u64,
    expect: &[&str],
) -> Vec<Expectation> {
    let (file, scenario) = read(robots, threshold, failure, expect);
    let mut problems = Problems::default();
    let limits = expectations(&file, Some(&scenario), &mut problems);
    assert!(!problems.has_errors(), "{}", problems.render(false));
    judge(
        &limits,
        &study::run(&scenario, replications, &Unwatched).evidence(),
    )
}

fn verdicts(expected: &[Expectation]) -> Vec<Judged> {
    expected
        .iter()
        .map(|expectation| expectation.judged)
        .collect()
}

#[test]
fn what_is_certain_passes_or_fails_at_its_bound() {
    // Ten robots, one at a time: preparing takes 7 s, a download 1 s, the script 20 s.
    let expect = [
        "job_duration_s.mean <= 217s",
        "job_duration_s.mean <= 216.9s",
        "job_duration_s.p50 >= 217s",
        "job_duration_s.p50 >= 217.1s",
    ];
    let expected = judged(10, 100, 0.0, 30, &expect);
    assert_eq!(
        verdicts(&expected),
        [Judged::Pass, Judged::Fail, Judged::Pass, Judged::Fail]
    );
    assert_eq!(
        (expected[0].value, expected[0].ends),
        (Some(217.0), (Some(217.0), Some(217.0)))
    );
}

/// Robots that fail once in ten thousand times: most samples have no failure at all, which does not make it zero.
#[test]
fn what_was_never_seen_may_still_happen() {
    let (mut passed, mut failed, mut open) = (0, 0, 0);
    const SEEDS: u64 = 60;
    for seed in 0..SEEDS {
        let expect = [
            "failed_count.mean <= 0.005",
            "failed_count.mean <= 6",
            "success_rate_started.mean >= 99.995%",
        ];
        let (mut file, _) = read(100, 100, 0.0001, &expect);
        set_key(&mut file, &format!("seed={seed}"));
        let (scenario, _) = file
            .check(&["base".to_owned()])
            .unwrap_or_else(|found| panic!("{}", found.render(false)));
        let limits = expectations(&file, Some(&scenario), &mut Problems::default());
        let expected = judge(&limits, &study::run(&scenario, 50, &Unwatched).evidence());
        passed +=
            u32::from(expected[0].judged == Judged::Pass || expected[2].judged == Judged::Pass);
        failed += u32::from(expected[0].judged == Judged::Fail);
        open += u32::from(expected[1].judged != Judged::Pass);
        if expected[0].value == Some(0.0) {
            // 100 robots at most, in at most 1 - 0.05^(1/50) of all replications.
            let most = expected[0].ends.1.expect("a bound");
            assert!((most - 5.8155).abs() < 1e-3, "{most}");
        }
    }
    // Of 60 with 5 % each, 8 or more come up once in a hundred times.
    assert!(
        passed <= 7 && failed <= 7,
        "{passed} false passes and {failed} failures of {SEEDS}"
    );
    assert!(
        open < SEEDS as u32 / 2,
        "what is far enough from the bound passes"
    );
}

/// Where as many events are seen as it takes to judge, their number errs as rarely as it says.
#[test]
fn means_of_rare_events_err_as_rarely_as_they_say() {
    for failure in [0.001, 0.002, 0.004] {
        let mean = 100.0 * failure;
        let mut passed = 0;
        const SEEDS: u64 = 120;
        for seed in 0..SEEDS {
            let (mut file, _) = read(
                100,
                100,
                failure,
                &[&format!("failed_count.mean <= {}", 0.999 * mean)],
            );
            set_key(&mut file, &format!("seed={seed}"));
            let (scenario, _) = file
                .check(&["base".to_owned()])
                .unwrap_or_else(|found| panic!("{}", found.render(false)));
            let limits = expectations(&file, Some(&scenario), &mut Problems::default());
            let expected = judge(&limits, &study::run(&scenario, 50, &Unwatched).evidence());
            passed += u32::from(expected[0].judged == Judged::Pass);
        }
        // Of 120 with 5 % each, 13 or more come up once in a hundred times.
        assert!(
            passed <= 12,
            "{passed} false passes of {SEEDS} at {failure}"
        );
    }
}

/// Failures do not make these jobs longer, so none is longer than the first is; and nothing bounds how long robots are down.
#[test]
fn equal_times_are_bounded_by_the_longest_job_or_not_at_all() {
    let expect = [
        "job_duration_s.mean <= 217s",
        "job_duration_s.mean >= 217s",
        "downtime_robot_s.mean <= 1h",
    ];
    // Most are equal: fewer than 200 give no verdict, as nobody knows how far off the others may be.
    let few = judged(10, 100, 0.0001, 30, &expect);
    assert_eq!(
        (verdicts(&few)[0], few[0].ends),
        (Judged::Inconclusive(Some(200)), (None, None))
    );
    let expected = judged(10, 100, 0.0001, 200, &expect);
    assert_eq!(verdicts(&expected)[0], Judged::Pass);
    assert!(
        matches!(verdicts(&expected)[1], Judged::Inconclusive(_)),
        "{:?}",
        expected[1]
    );
    assert_eq!(
        (verdicts(&expected)[2], expected[2].ends.1),
        (Judged::Inconclusive(None), None)
    );
}

#[test]
fn an_exact_tail_decides_what_no_simulation_could() {
    // The threshold of 30 % of ten robots: three failures.
    let tail = 1.0 - Binomial::new(0.01, 10).expect("a law").cdf(2);
    let expect = [
        "p(threshold_reached) <= 0.012%",
        "p(threshold_reached) <= 0.011%",
        "bad: p(threshold_reached) >= 94%",
    ];
    let expected = judged(10, 30, 0.01, 1, &expect);
    assert!(
        (expected[0].value.expect("a value") - tail).abs() < 1e-9 * tail,
        "{:?} and {tail}",
        expected[0].value
    );
    assert!(tail > 0.000_11 && tail < 0.000_12, "{tail}");
    assert_eq!(
        verdicts(&expected),
        [Judged::Pass, Judged::Fail, Judged::Pass]
    );
    assert!(expected.iter().all(|expectation| expectation.exact));
}

/// Whether so many hits in n replications decide on which side of `share` their probability lies: at the share itself, so few or so
/// many are rarer than one in twenty.
fn decides(hits: u64, n: u64, share: f64) -> bool {
    let law = Binomial::new(share, n).expect("a law");
    let many = if hits == 0 { 1.0 } else { law.sf(hits - 1) };
    law.cdf(hits) <= 0.05 || many <= 0.05
}

/// How often so many replications decide on which side of `border` a probability of `share` lies.
fn power(share: f64, n: u64, border: f64) -> f64 {
    let law = Binomial::new(share, n).expect("a law");
    (0..=n)
        .filter(|hits| decides(*hits, n, border))
        .map(|hits| law.pmf(hits))
        .sum()
}

/// By brute force: of a share that is what it seems, replications at which binomial tails decide four times in five. A quantile is
/// on the side of the bound on which the share of values up to the bound is of its own.
#[test]
fn the_replications_that_would_decide_do_so_four_times_in_five() {
    let expect = [
        "p(failed_count >= 1) <= 82%",
        "p(failed_count >= 1) >= 65%",
        "failed_count.p50 <= 1",
        "failed_count.p80 >= 1.5",
    ];
    let (_, scenario) = read(10, 100, 0.1, &[]);
    let run = study::run(&scenario, 40, &Unwatched);
    let share = |up_to: u32| {
        run.profiles[0]
            .outcomes
            .iter()
            .filter(|o| o.failed <= up_to)
            .count() as f64
            / 40.0
    };
    let cases = [
        (1.0 - share(0), 0.82),
        (1.0 - share(0), 0.65),
        (share(1), 0.5),
        (share(1), 0.8),
    ];
    let mut open = 0;
    for (expectation, (share, border)) in judged(10, 100, 0.1, 40, &expect).iter().zip(cases) {
        let text = &expectation.limit.text;
        match expectation.judged {
            Judged::Inconclusive(Some(n)) => {
                open += 1;
                let power = power(share, n, border);
                assert!(
                    (0.72..0.93).contains(&power),
                    "{text}: {n} replications decide in {power} of all cases at {share}"
                );
            }
            decided => assert!(
                decides((share * 40.0).round() as u64, 40, border),
                "{text}: {decided:?} at {share}"
            ),
        }
    }
    assert!(open >= 2, "too little was open");
}

/// From 200 replications on the mean is held by its spread alone: the bound is 1.645 standard errors away, but for the skewness, and 0.84 more
/// leave four cases in five.
#[test]
fn a_mean_is_decided_once_its_bound_comes_as_near_as_the_limit() {
    let (_, scenario) = read(10, 100, 0.1, &[]);
    let run = study::run(&scenario, 40, &Unwatched);
    let sd = summary_of(&run.profiles[0].summaries, "failed_count")
        .get("sd")
        .value;
    let expected = &judged(10, 100, 0.1, 40, &["failed_count.mean <= 1.3"])[0];
    let value = expected.value.expect("a value");
    let needed = ((1.645 + 0.8416) * sd / (1.3 - value)).powi(2);
    assert!(needed > 200.0, "a test of the rule below 200: {needed}");
    let Judged::Inconclusive(Some(n)) = expected.judged else {
        panic!("{expected:?}")
    };
    assert!(
        (0.95..1.25).contains(&(n as f64 / needed)),
        "{n}, not {needed}"
    );
}

/// Over many seeds, an expectation that does not hold passes at most once in twenty times, and one that holds fails as rarely.
#[test]
fn expectations_err_as_rarely_as_they_say() {
    let mean = 1.0;
    let (mut passed, mut failed) = (0, 0);
    const SEEDS: u64 = 300;
    for seed in 0..SEEDS {
        let (mut file, _) = read(
            10,
            100,
            0.1,
            &["failed_count.mean <= 0.9999", "failed_count.mean <= 1.0001"],
        );
        set_key(&mut file, &format!("seed={seed}"));
        let (scenario, _) = file
            .check(&["base".to_owned()])
            .unwrap_or_else(|found| panic!("{}", found.render(false)));
        let limits = expectations(&file, Some(&scenario), &mut Problems::default());
        let expected = judge(&limits, &study::run(&scenario, 60, &Unwatched).evidence());
        passed += u32::from(expected[0].judged == Judged::Pass);
        failed += u32::from(expected[1].judged == Judged::Fail);
        assert!(
            expected[0]
                .value
                .is_some_and(|value| (value - mean).abs() < 1.0)
        );
    }
    // Of 300 with 5 % each, 25 or more come up once in a hundred times.
    assert!(
        passed <= 25 && failed <= 25,
        "{passed} false passes and {failed} false failures of {SEEDS}"
    );
    assert!(
        passed + failed >= 8,
        "{passed} and {failed}: bounds this wide say nothing"
    );
}
