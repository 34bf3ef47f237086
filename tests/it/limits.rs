//! Limits: what can be written, what is refused and where, and verdicts against golden numbers and independent tails.

use rollcast::scenario::Phrase;
use rollcast::study::Metric;
use rollcast::study::limit::{
    self, Assessment, Bound, Columns, Happening, Judge, Limit, Measure, Op, Profiles, Reach,
    Statistic, Verdict, replications_needed,
};
use statrs::distribution::{Binomial, DiscreteCDF};

/// Reads a limit of a scenario whose base has 200 robots, `bad` 200 and `small` 10.
fn read(text: &str) -> Result<Limit, String> {
    let fleets = [("base", 200), ("bad", 200), ("small", 10)];
    let profiles = Profiles(
        fleets
            .map(|(name, robots)| (name.to_owned(), Some(robots)))
            .into(),
    );
    limit::limit(&Phrase::alone("limit", text), &profiles).map_err(|problem| {
        let (place, label) = problem.place.clone().expect("a place");
        format!(
            "{} | {} | {label} | {}",
            problem.title,
            &place.source.text[place.span.clone()],
            problem.help.clone().unwrap_or_default()
        )
    })
}

fn known(text: &str) -> Limit {
    read(text).unwrap_or_else(|problem| panic!("{text}: {problem}"))
}

fn measure(profile: &str, metric: &str, statistic: Statistic) -> Measure {
    Measure::known(profile, metric, statistic)
}

#[test]
fn what_the_design_writes_is_read() {
    use Statistic::{Mean, Probability, Quantile};
    let event = || Probability(Happening::Event);
    let at_least = |n| Probability(Happening::Beyond(Op::AtLeast, Bound::Number(n)));
    let cases: [(&str, Measure, Op, Bound); 16] = [
        (
            "p(threshold_reached) <= 1%",
            measure("base", "threshold_reached", event()),
            Op::AtMost,
            Bound::Number(0.01),
        ),
        (
            "bad: broken_count.mean <= 8% of fleet",
            measure("bad", "broken_count", Mean),
            Op::AtMost,
            Bound::ShareOfFleet(0.08),
        ),
        (
            "down_peak_count.p95 <= 25% of fleet",
            measure("base", "down_peak_count", Quantile(0.95)),
            Op::AtMost,
            Bound::ShareOfFleet(0.25),
        ),
        (
            "time_to_95_s.p95 <= 6h",
            measure("base", "time_to_95_s", Quantile(0.95)),
            Op::AtMost,
            Bound::Number(21_600.0),
        ),
        (
            "success_rate.mean >= 98%",
            measure("base", "success_rate", Mean),
            Op::AtLeast,
            Bound::Number(0.98),
        ),
        (
            "p(broken_count >= 100) <= 5%",
            measure("base", "broken_count", at_least(100.0)),
            Op::AtMost,
            Bound::Number(0.05),
        ),
        (
            "bad: p(threshold_reached) >= 99%",
            measure("bad", "threshold_reached", event()),
            Op::AtLeast,
            Bound::Number(0.99),
        ),
        (
            "threshold_reached <= 0.01",
            measure("base", "threshold_reached", event()),
            Op::AtMost,
            Bound::Number(0.01),
        ),
        (
            "p(time_to_95_s = never) <= 5 %",
            measure("base", "time_to_95_s", Probability(Happening::Never)),
            Op::AtMost,
            Bound::Number(0.05),
        ),
        (
            "time_to_95_s.p_never <= 5 %",
            measure("base", "time_to_95_s", Probability(Happening::Never)),
            Op::AtMost,
            Bound::Number(0.05),
        ),
        (
            " small :p( time_to_50_s<=1h 30min )>=0.9 ",
            measure(
                "small",
                "time_to_50_s",
                Probability(Happening::Beyond(Op::AtMost, Bound::Number(5400.0))),
            ),
            Op::AtLeast,
            Bound::Number(0.9),
        ),
        (
            "p(broken_count >= 5% of fleet) <= 5%",
            measure(
                "base",
                "broken_count",
                Probability(Happening::Beyond(Op::AtLeast, Bound::ShareOfFleet(0.05))),
            ),
            Op::AtMost,
            Bound::Number(0.05),
        ),
        (
            "bytes_total.p99 <= 1.5 GB",
            measure("base", "bytes_total", Quantile(0.99)),
            Op::AtMost,
            Bound::Number(1.5e9),
        ),
        (
            "downtime_robot_s.mean <= 3 d",
            measure("base", "downtime_robot_s", Mean),
            Op::AtMost,
            Bound::Number(259_200.0),
        ),
        (
            "success_rate_started.mean ≥ 0.98",
            measure("base", "success_rate_started", Mean),
            Op::AtLeast,
            Bound::Number(0.98),
        ),
        (
            "broken_count.p80 <= 12.5",
            measure("base", "broken_count", Quantile(0.8)),
            Op::AtMost,
            Bound::Number(12.5),
        ),
    ];
    for (text, measure, op, bound) in cases {
        let limit = known(text);
        assert_eq!((&limit.measure, limit.op), (&measure, op), "{text}");
        let same = |a: f64, b: f64| (a - b).abs() <= 1e-12 * b;
        let equal = match (limit.bound, bound) {
            (Bound::Number(a), Bound::Number(b))
            | (Bound::ShareOfFleet(a), Bound::ShareOfFleet(b)) => same(a, b),
            _ => false,
        };
        assert!(equal, "{text}: {:?}", limit.bound);
        assert_eq!(limit.text, text.trim());
    }
}

/// Title, underlined part, label and help of each refusal.
#[test]
fn what_is_refused_is_said_at_its_place() {
    let cases = [
        (
            "bda: broken_count.mean <= 8",
            "the scenario has no profile `bda` | bda | did you mean `bad`?",
        ),
        (
            "brokn_count.mean <= 8",
            "`brokn_count` is not a metric | brokn_count | did you mean `broken_count`?",
        ),
        (
            "broken_count <= 8",
            "which statistic of `broken_count`? | broken_count |",
        ),
        (
            "broken_count.mena <= 8",
            "`broken_count` has no `mena` | mena | did you mean `mean`?",
        ),
        ("broken_count.sd <= 8", "`sd` has no interval | sd |"),
        (
            "broken_count.p00 <= 8",
            "`broken_count` has no `p00` | p00 |",
        ),
        (
            "time_to_95_s.mean <= 8h",
            "`time_to_95_s` has no `mean` | mean | a time that may never come has no mean",
        ),
        (
            "threshold_reached.mean <= 1%",
            "`threshold_reached` is 0 or 1 and has no statistics | mean |",
        ),
        (
            "success_rate_started.p95 <= 1%",
            "`success_rate_started` has no `p95` | p95 |",
        ),
        (
            "p(success_rate_started >= 0.9) >= 1%",
            "`success_rate_started` is a ratio of means",
        ),
        (
            "p(broken_count) <= 1%",
            "`broken_count` is a number, not an event | broken_count | what of it? | write p(broken_count >= 100)",
        ),
        (
            "p(stopped >= 1) <= 1%",
            "`stopped` is 0 or 1 | >= 1 | leave this out | write p(stopped)",
        ),
        (
            "p(broken_count = never) <= 1%",
            "`broken_count` is a number that every replication has | = never |",
        ),
        ("p(time_to_95_s = 6h) <= 1%", "write `= never` | = 6h |"),
        (
            "p(time_to_95_s >= never) <= 1%",
            "write `= never` | >= never |",
        ),
        (
            "p(stopped <= 1%",
            "a limit needs `<=` or `>=` | p(stopped <= 1% |",
        ),
        (
            "p(stopped) < 1%",
            "`<` compares nothing here | < | write `<=` or `>=` |",
        ),
        ("p(stopped) == 1%", "`==` compares nothing here | == |"),
        ("p(stopped)", "a limit needs `<=` or `>=` | p(stopped) |"),
        ("p(stopped) <=", "a bound is missing | p(stopped) <= |"),
        ("<= 1%", "what is limited? | <= 1% |"),
        ("", "a limit needs"),
        (
            "broken_count.mean <= 8%",
            "a percentage of what? | 8% | a number of robots | write 8 % of fleet",
        ),
        (
            "broken_count.mean <= 8 robots",
            "`robots` is not a unit here | robots |",
        ),
        (
            "broken_count.mean <= many",
            "`many` is not a number | many |",
        ),
        (
            "broken_count.mean <= -3",
            "a bound cannot be below zero | -3 |",
        ),
        ("broken_count.mean <= inf", "`inf` is not a number | inf |"),
        (
            "time_to_95_s.p95 <= 6",
            "`6` has no unit | 6 | not a duration |",
        ),
        (
            "time_to_95_s.p95 <= 6m",
            "`m` is not a unit of a duration | 6m | not a duration | `m` may be minutes",
        ),
        (
            "bytes_total.mean <= 10Mb",
            "`Mb` is not a unit of a size | 10Mb |",
        ),
        (
            "success_rate.mean >= 98",
            "nothing can ever meet this | 98 | out of reach | for 98 % write 98 %",
        ),
        (
            "success_rate.mean >= 5% of fleet",
            "this is a share already |",
        ),
        (
            "p(stopped) >= 101 %",
            "nothing can ever meet this | 101 % | out of reach |",
        ),
        (
            "p(stopped) <= 100 %",
            "this holds whatever happens | 100 % | no limit at all |",
        ),
        ("p(stopped) >= 0", "this holds whatever happens | 0 |"),
        (
            "p(stopped) <= 0 %",
            "no number of replications can show this | 0 % |",
        ),
        (
            "p(stopped) >= 100 %",
            "no number of replications can show this | 100 % |",
        ),
        (
            "broken_count.mean <= 200",
            "this holds whatever happens | 200 | no limit at all | the fleet has 200",
        ),
        (
            "small: broken_count.mean >= 11",
            "nothing can ever meet this | 11 | out of reach | the fleet has 10",
        ),
        (
            "broken_count.mean <= 120% of fleet",
            "this holds whatever happens | 120% of fleet |",
        ),
        (
            "p(broken_count >= 0) <= 5%",
            "this holds whatever happens | 0 |",
        ),
        (
            "p(broken_count >= 201) <= 5%",
            "nothing can ever meet this | 201 |",
        ),
        (
            "time_to_95_s.p50 <= 0s",
            "nothing can ever meet this | 0s |",
        ),
    ];
    for (text, expected) in cases {
        let said = read(text)
            .map(|limit| format!("{limit:?}"))
            .expect_err(text);
        assert!(
            said.starts_with(expected),
            "{text}\n  says     {said}\n  and not  {expected}"
        );
    }
}

#[test]
fn an_objective_is_a_measure_without_a_bound() {
    let profiles = Profiles(vec![("base".to_owned(), None)]);
    let read = |text: &str| {
        limit::objective(&Phrase::alone("objective", text), &profiles)
            .map_err(|problem| problem.title)
    };
    assert_eq!(
        read("time_to_95_s.p50"),
        Ok(measure("base", "time_to_95_s", Statistic::Quantile(0.5)))
    );
    assert_eq!(
        read("p(time_to_95_s >= 6h)").map(|m| m.name()),
        Ok("p(time_to_95_s >= 6h)".to_owned())
    );
    assert_eq!(
        read("time_to_95_s.p50 <= 6h"),
        Err("an objective has no bound".to_owned())
    );
}

fn assess(text: &str, values: &[f64], robots: u32, confidence: f64) -> Assessment {
    let limit = known(text);
    let metrics: Vec<&'static Metric> = limit.measure.metrics();
    let columns = vec![values.to_vec(); metrics.len()];
    Judge::new(&limit, Reach::of_robots(robots), values.len(), confidence)
        .assess(&Columns::new(&metrics, &columns))
}

fn verdict(text: &str, values: &[f64], confidence: f64) -> Verdict {
    assess(text, values, 200, confidence).verdict
}

fn events(hits: usize, n: usize) -> Vec<f64> {
    (0..n).map(|i| f64::from(u8::from(i < hits))).collect()
}

/// The ends of two-sided 95 % intervals are one-sided bounds with 97.5 %: the golden numbers of Clopper and Pearson.
#[test]
fn probabilities_are_judged_by_the_golden_bounds() {
    use Verdict::{Broken, Held, Open};
    let p = |op: &str, bound: f64| format!("p(stopped) {op} {bound}");
    for (hits, n, lo, hi) in [
        (0, 1000, 0.0, 0.003682),
        (3, 1000, 0.000619, 0.008742),
        (50, 1000, 0.037335, 0.065390),
        (10, 20, 0.271958, 0.728042),
    ] {
        let values = events(hits, n);
        let at = |op: &str, bound: f64| verdict(&p(op, bound), &values, 0.975);
        assert_eq!(
            (at("<=", hi + 1e-6), at("<=", hi - 1e-6)),
            (Held, Open),
            "{hits} of {n}"
        );
        assert_eq!(
            (at(">=", hi + 1e-6), at(">=", hi - 1e-6)),
            (Broken, Open),
            "{hits} of {n}"
        );
        if hits > 0 {
            assert_eq!(
                (at(">=", lo - 1e-6), at(">=", lo + 1e-6)),
                (Held, Open),
                "{hits} of {n}"
            );
            assert_eq!(
                (at("<=", lo - 1e-6), at("<=", lo + 1e-6)),
                (Broken, Open),
                "{hits} of {n}"
            );
        }
        let assured = assess(&p("<=", 0.5), &values, 200, 0.975).assured.unwrap();
        assert!((assured - hi).abs() < 1e-6, "{assured}, not {hi}");
    }
}

/// The golden ranks at n = 1000 for 95 %: 936 to 964 for p95, 469 to 532 for p50.
#[test]
fn quantiles_are_judged_by_the_golden_ranks() {
    use Verdict::{Broken, Held, Open};
    let values: Vec<f64> = (1..=1000).rev().map(f64::from).collect();
    for (stat, lo, hi) in [
        ("p95", 936, 964),
        ("p50", 469, 532),
        ("p90", 881, 919),
        ("p99", 983, 997),
    ] {
        let at = |op: &str, bound: f64| {
            verdict(
                &format!("downtime_robot_s.{stat} {op} {bound}s"),
                &values,
                0.975,
            )
        };
        let (lo, hi) = (f64::from(lo), f64::from(hi));
        assert_eq!(
            [hi, hi - 0.5, lo, lo - 0.5].map(|bound| at("<=", bound)),
            [Held, Open, Open, Broken],
            "{stat}"
        );
        assert_eq!(
            [lo, lo + 0.5, hi, hi + 0.5].map(|bound| at(">=", bound)),
            [Held, Open, Open, Broken],
            "{stat}"
        );
    }
}

/// The verdict on a quantile is that of Clopper and Pearson on the share of values at or below the bound, for every count and with
/// times that never come.
#[test]
fn a_quantile_is_judged_by_the_share_of_values_on_its_side() {
    for (n, q, stat) in [
        (60u64, 0.5, "p50"),
        (137, 0.9, "p90"),
        (80, 0.95, "p95"),
        (40, 0.95, "p95"),
    ] {
        let error = 0.05;
        let law = Binomial::new(q, n).unwrap();
        let at_least = |k: u64| if k == 0 { 1.0 } else { 1.0 - law.cdf(k - 1) };
        for below in 0..=n {
            // So many come within an hour, as many again at exactly an hour, the rest never or later.
            let at = (n - below) / 3;
            let value = |i: u64| match i {
                i if i < below => 1800.0 + i as f64,
                i if i < below + at => 3600.0,
                i if i % 2 == 0 => f64::INFINITY,
                i => 4000.0 + i as f64,
            };
            let values: Vec<f64> = (0..n).map(value).collect();
            let within = below + at;
            let expected = match () {
                () if at_least(within) <= error => Verdict::Held,
                () if law.cdf(within) <= error => Verdict::Broken,
                () => Verdict::Open,
            };
            assert_eq!(
                verdict(&format!("time_to_95_s.{stat} <= 1h"), &values, 0.95),
                expected,
                "{within} of {n} within"
            );
            let expected = match () {
                () if law.cdf(below) <= error => Verdict::Held,
                () if at_least(below) <= error => Verdict::Broken,
                () => Verdict::Open,
            };
            assert_eq!(
                verdict(&format!("time_to_95_s.{stat} >= 1h"), &values, 0.95),
                expected,
                "{below} of {n} before"
            );
        }
    }
}

/// By NumPy and SciPy: Hall's interval with twice the error, joined with unseen mass at 0 and 200 robots.
#[test]
fn means_are_judged_by_the_ends_of_their_interval() {
    use Verdict::{Broken, Held, Open};
    let values: Vec<f64> = [12.0, 15.0, 11.0, 19.0, 14.0, 16.0, 13.0, 20.0].to_vec();
    for (confidence, lo, hi) in [
        (0.8, 12.266_481_509_369, 48.713_394_717_780),
        (0.95, 10.314_840_329_004, 72.783_635_942_278),
        (0.99, 8.435_119_877_855, 95.966_854_839_785),
    ] {
        let at = |op: &str, bound: f64| {
            verdict(
                &format!("broken_count.mean {op} {bound}"),
                &values,
                confidence,
            )
        };
        assert_eq!(
            [hi + 1e-6, hi - 1e-6, lo + 1e-6, lo - 1e-6].map(|bound| at("<=", bound)),
            [Held, Open, Open, Broken]
        );
        assert_eq!(
            [lo - 1e-6, lo + 1e-6, hi - 1e-6, hi + 1e-6].map(|bound| at(">=", bound)),
            [Held, Open, Open, Broken]
        );
    }
    assert_eq!(
        verdict("broken_count.mean <= 20", &[3.0], 0.95),
        Open,
        "one replication tells nothing of a mean"
    );
    // 1 - 0.05^(1/10) is 0.2589: so much of the law may be elsewhere, at 200 robots or none.
    let equal = |bound: f64| verdict(&format!("broken_count.mean <= {bound}"), &[3.0; 10], 0.95);
    let (lo, hi) = (3.0 - 3.0 * 0.258_87, 3.0 + 197.0 * 0.258_87);
    assert_eq!(
        [hi + 0.01, hi - 0.01, lo + 0.01, lo - 0.01].map(equal),
        [Held, Open, Open, Broken]
    );
    assert_eq!(
        verdict("downtime_robot_s.mean <= 1h", &[3.0; 10], 0.95),
        Open,
        "nothing bounds what was not seen"
    );
    assert_eq!(
        verdict("downtime_robot_s.p50 <= 1h", &[3.0; 10], 0.95),
        Held
    );
    assert_eq!(
        verdict("success_rate_started.mean >= 99%", &[7.0; 10], 0.95),
        Open
    );
    assert_eq!(
        verdict("success_rate_started.mean >= 99%", &[200.0; 299], 0.95),
        Held
    );
}

#[test]
fn a_share_of_the_fleet_is_of_the_profile_s_own_fleet() {
    let values: Vec<f64> = (0..400).map(|i| f64::from(7 + i % 5)).collect();
    assert_eq!(
        assess("broken_count.mean <= 5% of fleet", &values, 200, 0.95).verdict,
        Verdict::Held
    );
    assert_eq!(
        assess("broken_count.mean <= 5% of fleet", &values, 100, 0.95).verdict,
        Verdict::Broken
    );
}

#[test]
fn what_a_limit_needs_to_be_shown_is_known() {
    let needed = |text: &str| replications_needed(&known(text), 200, 0.95, 10_000_000);
    // 0.95 = 1 - 0.99^n at n = 298.07, 1 - 0.95^n at 58.4.
    assert_eq!(needed("p(stopped) <= 1%"), Some(299));
    assert_eq!(needed("p(stopped) >= 99%"), Some(299));
    assert_eq!(needed("time_to_95_s.p95 <= 6h"), Some(59));
    assert_eq!(needed("time_to_95_s.p05 >= 1h"), Some(59));
    assert_eq!(needed("broken_count.mean <= 5"), Some(2));
    assert_eq!(needed("p(stopped) <= 0.0000001%"), None);
    assert_eq!(
        verdict("p(stopped) <= 1%", &events(0, 299), 0.95),
        Verdict::Held
    );
    assert_eq!(
        verdict("p(stopped) <= 1%", &events(0, 298), 0.95),
        Verdict::Open
    );
}

#[test]
fn a_relaxed_bound_allows_what_it_is_for() {
    let relaxed = |text: &str, value: f64| known(text).with_bound(value, 200);
    assert_eq!(
        relaxed("bad: broken_count.mean <= 8% of fleet", 17.31),
        "bad: broken_count.mean <= 8.7 % of fleet"
    );
    assert_eq!(relaxed("p(stopped) <= 1%", 0.0231), "p(stopped) <= 2.4 %");
    assert_eq!(
        relaxed("success_rate.mean >= 98%", 0.9655),
        "success_rate.mean >= 96.5 %"
    );
    assert_eq!(
        relaxed("broken_count.mean <= 12", 14.0),
        "broken_count.mean <= 14.0"
    );
    assert_eq!(
        relaxed("time_to_95_s.p95 <= 6h", 30_000.2),
        "time_to_95_s.p95 <= 8 h 21 min",
        "8 h 20 min would not allow it"
    );
    assert_eq!(
        relaxed("time_to_95_s.p95 <= 6h", 30_000.0),
        "time_to_95_s.p95 <= 8 h 20 min"
    );
    assert_eq!(
        relaxed("time_to_95_s.p50 <= 6h", 1_234.5),
        "time_to_95_s.p50 <= 20 min 35 s"
    );
}
