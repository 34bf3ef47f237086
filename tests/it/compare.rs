//! Comparisons against closed forms, and how often their verdicts are wrong over repeated seeds.

use std::collections::BTreeMap;

use crate::common::{checked, parsed};
use rollcast::report::{self, Provenance, Sides};
use rollcast::scenario::Scenario;
use rollcast::stats::{benjamini_hochberg, holm};
use rollcast::study::{self, Compared, Comparison, DECIDING, Margins, Pairing, Unwatched, Verdict};

/// A fleet of one cohort whose robots meet nobody; `post_launch` as in the file.
fn scenario(
    seed: u64,
    replications: u64,
    cohort: &str,
    robots: u32,
    post_launch: &str,
) -> Scenario {
    let text = format!(
        "name = \"pair\"\nseed = {seed}\nreplications = {replications}\n[release]\nversion = 1\nbundle = {{ X86_64 = \"1 MB\" }}\n\
         [rollout.robomaker]\nconcurrent_deployment_percentage = 10\nfailure_threshold_percentage = 100\n\
         [[cohort]]\nname = \"{cohort}\"\nrobots = {robots}\narchitecture = \"X86_64\"\ndownload_rate = \"1 MB/s\"\n\
         post_launch = {post_launch}\nrecovery = \"10min\"\n[profile.twice]\n\"cohort.*.recovery\" = \"20min\"\n"
    );
    checked(&parsed(text, ""))
}

fn compare(a: &Scenario, b: &Scenario, margins: &[&str]) -> Comparison {
    let margins: Vec<String> = margins.iter().map(|margin| (*margin).to_owned()).collect();
    let margins =
        Margins::from_flags(&margins).unwrap_or_else(|found| panic!("{}", found.render(false)));
    study::compare(a, b, &Pairing::of(a, b), &margins, &Unwatched)
}

fn ends(row: &Compared) -> (f64, f64) {
    (row.lo.expect("an interval"), row.hi.expect("an interval"))
}

#[test]
fn constants_differ_by_what_they_differ_by() {
    // Ten robots, one at a time: every robot takes ten seconds longer.
    let of = |duration: &str| {
        scenario(
            5,
            60,
            "robots",
            10,
            &format!("{{ duration = \"{duration}\" }}"),
        )
    };
    let comparison = compare(&of("20s"), &of("30s"), &[]);
    let base = &comparison.profiles[0];
    let duration = base.get("job_duration_s", "mean");
    assert_eq!(
        (duration.difference, ends(duration), duration.verdict),
        (Some(100.0), (100.0, 100.0), Verdict::Worse)
    );
    let downtime = base.get("downtime_robot_s", "mean");
    assert_eq!(
        (downtime.difference, downtime.verdict),
        (Some(100.0), Verdict::Worse)
    );
    let half = base.get("time_to_50_s", "p50");
    assert_eq!(
        (half.difference, ends(half), half.verdict),
        (Some(50.0), (50.0, 50.0), Verdict::Worse)
    );
    assert_eq!(
        base.get("slot_s_scripts", "mean").verdict,
        Verdict::Higher,
        "more of it is neither good nor bad"
    );
    assert_eq!(
        base.get("failed_count", "mean").verdict,
        Verdict::NoDifference
    );
    let back = compare(&of("30s"), &of("20s"), &[]);
    assert_eq!(
        back.profiles[0].get("job_duration_s", "mean").verdict,
        Verdict::Better
    );
    // A margin that it is within.
    let minded = compare(&of("20s"), &of("30s"), &["job_duration_s.mean=100s"]);
    assert_eq!(
        minded.profiles[0].get("job_duration_s", "mean").verdict,
        Verdict::NoDifference
    );
}

#[test]
fn identical_scenarios_do_not_differ_in_anything_whatever_the_margin_and_the_replications() {
    for (replications, margins) in [(1, &[][..]), (25, &["0%"])] {
        let same = scenario(
            6,
            replications,
            "robots",
            30,
            "{ duration = { exponential = { mean = \"1min\" } }, failure = 0.2 }",
        );
        let comparison = compare(&same, &same.clone(), margins);
        assert_eq!(
            (comparison.replications, comparison.profiles.len()),
            (replications, 2)
        );
        for row in comparison.profiles.iter().flat_map(|profile| &profile.rows) {
            let name = format!("{} {}", row.metric.name, row.statistic);
            assert_eq!(
                (row.difference, ends(row), row.verdict),
                (Some(0.0), (0.0, 0.0), Verdict::NoDifference),
                "{name}"
            );
            assert!(row.a == row.b || row.a.is_nan() && row.b.is_nan(), "{name}");
        }
    }
}

#[test]
fn a_time_that_comes_on_one_side_only_is_judged_by_how_often_it_does() {
    let of = |failure: f64| {
        scenario(
            7,
            60,
            "robots",
            30,
            &format!("{{ duration = \"1min\", failure = {failure} }}"),
        )
    };
    let comparison = compare(&of(0.0), &of(0.6), &[]);
    let base = &comparison.profiles[0];
    let median = base.get("time_to_95_s", "p50");
    assert_eq!(
        (median.difference, median.verdict, median.decides, median.b),
        (None, Verdict::Incomparable, false, f64::INFINITY)
    );
    let never = base.get("time_to_95_s", "p_never");
    assert_eq!(
        (never.difference, never.verdict, never.decides),
        (Some(1.0), Verdict::Worse, true)
    );
    assert!(!base.get("time_to_50_s", "p_never").decides);
}

#[test]
fn too_few_replications_say_how_many_would_decide() {
    let of = |failure: f64| {
        scenario(
            8,
            6,
            "robots",
            30,
            &format!("{{ duration = \"1min\", failure = {failure} }}"),
        )
    };
    let comparison = compare(&of(0.1), &of(0.11), &[]);
    let base = &comparison.profiles[0];
    assert_eq!(
        base.get("failed_count", "p50").verdict,
        Verdict::Inconclusive(Some(7)),
        "order statistics need 7"
    );
    assert_eq!(
        base.get("failed_count", "p99").verdict,
        Verdict::Inconclusive(Some(437))
    );
    // 1 − 0.025^(1/n) is 1 % at 367.04 replications, none of them discordant; in two digits.
    assert_eq!(
        base.get("stopped", "").verdict,
        Verdict::Inconclusive(Some(370))
    );
}

#[test]
fn p_values_are_adjusted_over_what_decides_and_over_everything() {
    let of = |failure: f64| {
        scenario(
            9,
            80,
            "robots",
            40,
            &format!("{{ duration = \"1min\", failure = {failure} }}"),
        )
    };
    let comparison = compare(&of(0.1), &of(0.12), &[]);
    let rows: Vec<&Compared> = comparison
        .profiles
        .iter()
        .flat_map(|profile| &profile.rows)
        .collect();
    let with_p = || rows.iter().filter(|row| row.p_value.is_some());
    let p_values: Vec<f64> = with_p().filter_map(|row| row.p_value).collect();
    assert_eq!(
        with_p().filter_map(|row| row.p_bh).collect::<Vec<_>>(),
        benjamini_hochberg(&p_values)
    );
    let deciding: Vec<f64> = with_p()
        .filter(|row| row.decides)
        .filter_map(|row| row.p_value)
        .collect();
    assert_eq!(
        rows.iter().filter_map(|row| row.p_holm).collect::<Vec<_>>(),
        holm(&deciding)
    );
    assert!(
        rows.iter()
            .all(|row| row.p_holm.is_some() == (row.decides && row.p_value.is_some()))
    );
    for row in rows {
        let adjusted = row.p_holm.or(row.p_bh);
        if matches!(
            row.verdict,
            Verdict::Better | Verdict::Worse | Verdict::Higher | Verdict::Lower
        ) {
            assert!(
                adjusted.is_some_and(|p| p <= 0.05),
                "{} {}",
                row.metric.name,
                row.statistic
            );
        }
    }
}

#[test]
fn profiles_are_paired_by_name_and_those_of_one_side_are_known() {
    let mut a = scenario(1, 5, "robots", 10, "{ duration = \"1min\" }");
    let mut b = a.clone();
    a.profiles[1].name = "mine".to_owned();
    b.profiles[1].name = "yours".to_owned();
    b.profiles.reverse();
    let names = |name: &str| vec![name.to_owned()];
    let expected = Pairing {
        both: vec![(0, 1)],
        only_a: names("mine"),
        only_b: names("yours"),
    };
    assert_eq!(Pairing::of(&a, &b), expected);
    assert_eq!(compare(&a, &b, &[]).profiles.len(), 1);
}

/// Failures of 30 robots with the probabilities 0.1 and 0.15 of a script: 1.5 apart in the mean, and the same luck makes them sure.
#[test]
fn intervals_hold_the_true_difference_as_often_as_they_say() {
    let of = |seed, failure: f64| {
        scenario(
            seed,
            200,
            "robots",
            30,
            &format!("{{ duration = \"1min\", failure = {failure} }}"),
        )
    };
    let seeds = 400;
    let (mut covered, mut width, mut spread) = (0, 0.0, 0.0);
    for seed in 0..seeds {
        let comparison = compare(&of(seed, 0.1), &of(seed, 0.15), &[]);
        let failed = comparison.profiles[0].get("failed_count", "mean");
        let (lo, hi) = ends(failed);
        covered += u32::from(lo <= 1.5 && 1.5 <= hi);
        width += (hi - lo) / 2.0;
        spread += failed.a;
    }
    // 4.5 standard errors of the coverage are 0.049.
    assert!((361..=399).contains(&covered), "{covered} of {seeds}");
    // With luck of its own each side would have a standard deviation of 1.64 and 1.96; paired it is that of 30 times 0.05.
    let paired = 1.972 * f64::sqrt(30.0 * 0.05 * 0.95 / 200.0);
    assert!(
        (width / seeds as f64 / paired - 1.0).abs() < 0.05,
        "{} is not {paired}",
        width / seeds as f64
    );
    assert!((spread / seeds as f64 - 3.0).abs() < 0.05);
}

/// Robots with other names have other luck: two scenarios that differ in nothing else do not differ, and whoever says so is wrong.
#[test]
fn false_alarms_are_as_rare_as_they_are_said_to_be() {
    let script = "{ duration = { exponential = { mean = \"1min\" } }, failure = 0.1 }";
    let (seeds, mut alarms, mut shown) = (400, 0, BTreeMap::new());
    for seed in 0..seeds {
        let [a, b] = ["these", "those"].map(|name| scenario(seed, 200, name, 20, script));
        let comparison = compare(&a, &b, &["0%"]);
        let claims = |row: &&Compared| {
            !matches!(
                row.verdict,
                Verdict::NoDifference | Verdict::Inconclusive(_) | Verdict::Incomparable
            )
        };
        let rows = || comparison.profiles.iter().flat_map(|profile| &profile.rows);
        alarms += u32::from(rows().filter(|row| row.decides).any(|row| claims(&row)));
        for row in rows().filter(claims) {
            *shown.entry((row.metric.name, row.statistic)).or_insert(0) += 1;
        }
    }
    // At most 5 % by Holm; 4.5 standard errors are 4.9 %.
    assert!(alarms <= 39, "{alarms} of {seeds}");
    assert!(alarms >= 1, "a test of nothing: {alarms}");
    assert!(
        DECIDING.len() == 6 && shown.values().all(|n| *n <= 39),
        "{shown:?}"
    );
}

/// The answer as a page and the title of its chart.
fn said(a: &Scenario, b: &Scenario) -> (String, String) {
    let comparison = compare(a, b, &[]);
    let sides = Sides {
        a,
        b,
        name_a: "this".to_owned(),
        name_b: "that".to_owned(),
    };
    let (pairing, margins) = (Pairing::of(a, b), Margins::default());
    let page = report::compare_page(&sides, &margins, &pairing, &comparison).terminal(100);
    let provenance = Provenance::new(a, comparison.replications, "rollcast compare".to_owned());
    let charts = report::compare_charts(&sides, &comparison, &provenance);
    let title = charts[0].title().to_owned();
    let sentence = page.split("\n\n").next().expect("a sentence");
    let words: Vec<&str> = sentence.split_whitespace().collect();
    (words.join(" "), title)
}

#[test]
fn a_time_that_never_comes_on_a_side_is_said_first() {
    let of = |failure: f64| {
        let post_launch = format!("{{ duration = \"1min\", failure = {failure} }}");
        scenario(7, 60, "robots", 30, &post_launch)
    };
    let (whole, half) = (of(0.0), of(0.3));
    let (sentence, title) = said(&whole, &half);
    let first = "95 % of the robots never run the release in 100.0 % of rollouts of B and 0.0 % of A; B is worse in ";
    assert!(sentence.starts_with(first), "{sentence}");
    assert!(sentence.contains("rollouts that never get there +100.0 points"));
    assert!(sentence.contains("; twice: 95 % of the robots"));
    let first = "B never gets to 95 % of robots in 100 % of rollouts, A in 0 %; of 11 ";
    assert!(
        title.starts_with(first) && title.ends_with("2 not comparable"),
        "{title}"
    );
    let (sentence, title) = said(&half, &whole);
    assert!(sentence.contains("in 100.0 % of rollouts of A and 0.0 % of B; B is better in "));
    assert!(title.starts_with("A never gets to 95 % of robots in 100 % of rollouts, B in 0 %"));
    let (sentence, title) = said(&half, &of(0.32));
    let first = "95 % of the robots never run the release on either side; ";
    assert!(sentence.starts_with(first), "{sentence}");
    let (first, last) = (
        "Whether B is faster to 50 % of robots (median)",
        "2 not comparable",
    );
    assert!(title.starts_with(first) && title.ends_with(last), "{title}");
    let (sentence, title) = said(&whole, &whole.clone());
    assert!(sentence.starts_with("B differs from A in nothing that matters; twice: B"));
    let same =
        "B takes about as long as A to 95 % of robots (median); nothing else that matters differs";
    assert_eq!(title, same);
}
