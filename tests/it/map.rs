//! The decision map against the sweep and the run: a way to be fast is no reason to be different.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::common::{checked, scenario_file};
use rollcast::report::{Detail, GoodStopped, Provenance, map_charts, map_csv, map_page, sweep_csv};
use rollcast::rollout::Levels;
use rollcast::scenario::{Knob, Problems, Scenario, ScenarioFile};
use rollcast::stats::Estimate;
use rollcast::study;
use rollcast::study::expect::{expectations, judge};
use rollcast::study::limit::Limit;
use rollcast::study::{
    BRIEF, MAP_METRICS, Map, MapRow, MapRun, MapSetting, MetricSummary, Plan, Unwatched, Wanted,
    Watch, summary_of,
};

fn read(name: &str) -> ScenarioFile {
    scenario_file(format!("tests/cli/{name}"))
}

fn play(scenario: &Scenario, step: u8, replications: u64, watch: &impl Watch) -> MapRun {
    Map::new(scenario, step).play(replications, watch)
}

/// The bits of an estimate: a time that never comes, and what is not a number, are equal to themselves.
fn bits(estimate: Estimate) -> (u64, Option<u64>, Option<u64>) {
    (
        estimate.value.to_bits(),
        estimate.lo.map(f64::to_bits),
        estimate.hi.map(f64::to_bits),
    )
}

#[track_caller]
fn require_same(row: &MapRow, other: &[MetricSummary]) {
    for metric in MAP_METRICS {
        let mine = &summary_of(row.metrics(), metric).estimates;
        let others = summary_of(other, metric);
        let brief = others
            .estimates
            .iter()
            .map(|(name, _)| *name)
            .filter(|name| name.is_empty() || BRIEF.contains(name));
        assert!(
            mine.iter().map(|(name, _)| *name).eq(brief),
            "{metric} has the statistics of a sweep's row"
        );
        for (statistic, mine) in mine {
            let others = others.get(statistic);
            assert_eq!(
                bits(*mine),
                bits(others),
                "{metric}.{statistic} of {:?}: {mine:?}, not {others:?}",
                row.setting
            );
        }
    }
}

/// The columns of one table are those of another by the same names, value by value.
#[track_caller]
fn require_columns_of(map: &str, sweep: &str) {
    let columns = |text: &str| -> Vec<Vec<String>> {
        let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
        (0..rows[0].len())
            .map(|column| rows.iter().map(|row| row[column].to_owned()).collect())
            .collect()
    };
    let of_sweep = columns(sweep);
    for column in columns(map) {
        assert!(
            of_sweep.contains(&column),
            "a sweep has no column {} with these values",
            column[0]
        );
    }
}

/// Fleets small enough that many percentages mean the same robots, with and without links.
#[test]
fn a_row_of_the_map_is_that_of_the_sweep_and_of_a_run() {
    for (name, replications) in [("small.toml", 30), ("linked.toml", 6)] {
        let mut file = read(name);
        let scenario = checked(&file);
        let map = play(&scenario, 20, replications, &Unwatched);
        assert_eq!(map.rows.len(), 25 * scenario.profiles.len());
        let keys = [
            "concurrent_deployment_percentage",
            "failure_threshold_percentage",
        ];
        let flags = keys.map(|key| format!("rollout.robomaker.{key}=20..100/20"));
        let knobs = Knob::from_flags(&flags).unwrap_or_else(|_| panic!("flags"));
        let sweep = study::grid(&file, knobs, &[])
            .unwrap_or_else(|problems| panic!("{}", problems.render(false)));
        let rows = sweep.play(replications, &Unwatched).rows;
        assert_eq!(map.rows.len(), rows.len());
        let csv = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        let of_sweep = csv(sweep_csv(&sweep.knobs, &rows, Detail::Brief));
        require_columns_of(&csv(map_csv(&scenario, &map)), &of_sweep);
        for (row, of_sweep) in map.rows.iter().zip(&rows) {
            let setting = &row.setting;
            assert_eq!(scenario.profiles[setting.profile].name, of_sweep.profile);
            assert_eq!(setting.levels.concurrency.to_string(), of_sweep.values[0]);
            assert_eq!(setting.levels.threshold.to_string(), of_sweep.values[1]);
            require_same(row, of_sweep.summaries());
        }
        let own = study::run(&scenario, replications, &Unwatched);
        for (row, run) in map.own.iter().zip(&own.profiles) {
            require_same(row.as_ref().expect("played"), &run.summaries);
        }
        for (key, value) in keys.iter().zip([40, 60]) {
            assert!(
                file.set("--set", &format!("rollout.robomaker.{key}={value}"))
                    .is_ok()
            );
        }
        for (which, run) in study::run(&checked(&file), replications, &Unwatched)
            .profiles
            .iter()
            .enumerate()
        {
            let setting = |row: &&MapRow| {
                let setting = &row.setting;
                (
                    setting.profile,
                    setting.levels.concurrency,
                    setting.levels.threshold,
                ) == (which, 40, 60)
            };
            require_same(
                map.rows.iter().find(setting).expect("on the axes"),
                &run.summaries,
            );
        }
    }
}

#[test]
fn every_percentage_has_its_row_and_equal_robots_equal_numbers() {
    let scenario = checked(&read("small.toml"));
    let map = play(&scenario, 1, 3, &Unwatched);
    assert_eq!(map.rows.len(), 10_000 * scenario.profiles.len());
    let place = |row: &MapRow| {
        let setting = &row.setting;
        (
            setting.profile,
            setting.levels.concurrency,
            setting.levels.threshold,
        )
    };
    assert!(
        map.rows
            .windows(2)
            .all(|pair| place(&pair[0]) < place(&pair[1]))
    );
    // Of 40 robots 1 to 4 % are one at a time, and 1 and 2 % are one failure.
    let of = |k, f| {
        map.rows
            .iter()
            .find(|row| place(row) == (0, k, f))
            .expect("a row")
    };
    assert!(std::sync::Arc::ptr_eq(&of(1, 1).result, &of(4, 2).result));
    assert!(!std::sync::Arc::ptr_eq(&of(1, 1).result, &of(5, 2).result));
    let robots = of(4, 2).setting.in_robots.unwrap();
    assert_eq!((robots.window, robots.failures_to_stop), (1, Some(1)));
}

/// Asks to stop once so many replications are finished.
struct StopAfter(AtomicU64, u64);

impl Watch for StopAfter {
    fn tick(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    fn interrupted(&self) -> bool {
        self.0.load(Ordering::SeqCst) >= self.1
    }
}

#[test]
fn an_interrupted_map_keeps_the_first_replications() {
    let scenario = checked(&read("small.toml"));
    let nothing = play(&scenario, 20, 50, &StopAfter(AtomicU64::new(0), 0));
    assert!(nothing.rows.is_empty() && nothing.own.iter().all(Option::is_none));
    let part = play(&scenario, 20, 50_000, &StopAfter(AtomicU64::new(0), 5));
    let finished = part.rows[0].result.replications;
    assert!((5..50_000).contains(&finished), "{finished}");
    let whole = play(&scenario, 20, finished, &Unwatched);
    for (part, whole) in part.rows.iter().zip(&whole.rows) {
        require_same(part, whole.metrics());
    }
}

/// What a rehearsal is told to time is what a study does, and it stops when it is asked to.
#[test]
fn a_rehearsal_does_each_kind_of_work() {
    let scenario = checked(&read("linked.toml"));
    let map = Map::new(&scenario, 5);
    let pieces = |patience: usize| {
        let mut pieces = Vec::new();
        let plan: &Plan = map.plan();
        let wanted: &[Wanted] = map.wanted();
        plan.rehearse(wanted, 100, |piece, n, work| {
            work();
            assert!(n > 0.0);
            pieces.push(piece);
            pieces.len() < patience
        });
        pieces
    };
    use study::Piece::{Draw, Play, Summary};
    assert_eq!(pieces(1), [Draw, Summary]);
    assert_eq!(pieces(4), [Draw, Play, Draw, Play, Summary]);
    assert_eq!(pieces(usize::MAX).len(), 17);

    let parts = map.plan().parts_of(map.wanted(), 100);
    let counts = map.plan().counts();
    assert_eq!(
        map.plan().pieces(&parts, 100),
        [
            (Draw, 200.0),
            (Play, 100.0 * counts.trajectories as f64),
            (Summary, counts.settings as f64)
        ]
    );
}

fn provenance(scenario: &Scenario) -> Provenance {
    Provenance::new(
        scenario,
        30,
        "rollcast sweep small.toml --map=20".to_owned(),
    )
}

/// The texts of a chart in their order.
fn texts(svg: &str) -> Vec<String> {
    svg.split("</text>")
        .filter_map(|part| Some(part.rsplit_once('>')?.1.trim().to_owned()))
        .collect()
}

/// What no profile but the first came to, as after an interruption between two parts of a large map.
#[test]
fn what_an_interruption_left_out_is_not_played() {
    let scenario = checked(&read("small.toml"));
    let mut map = play(&scenario, 20, 30, &Unwatched);
    map.rows.retain(|row| row.setting.profile == 0);
    map.own.iter_mut().skip(1).for_each(|own| *own = None);
    let table = map_page(&scenario, &map, GoodStopped::of([]), 30).terminal(100);
    for label in [
        "time to 95 %, median, best",
        "in at most 1 %",
        "in at least 99 %",
        "  broken",
        "  most down at once",
    ] {
        let lines = table.lines();
        let lines = lines.filter(|line| line.trim_start().starts_with(label.trim_start()));
        let (own, all) = lines.fold((0, 0), |(own, all), line| {
            (own + 1, all + line.matches("not played").count())
        });
        // What the setting in the file does is told of each profile too.
        assert!(own > 0 && (2..=4).contains(&all), "{label}: {table}");
    }
    let not_first = table
        .lines()
        .filter(|line| line.contains("not played"))
        .map(|line| line.split("not played").nth(1).unwrap());
    assert!(
        not_first.into_iter().all(|rest| !rest.contains("never")),
        "{table}"
    );
    for chart in map_charts(&scenario, &map, &provenance(&scenario)) {
        assert!(
            texts(&chart.svg()).contains(&"not played".to_owned()),
            "{}",
            chart.name
        );
    }
}

/// The setting in the file is not on the axes: it has a cell of its own, with its own value, in the colour of that value.
#[test]
fn a_coarse_map_has_a_cell_for_each_setting_played_and_no_others() {
    let mut file = read("small.toml");
    for (key, value) in [
        ("concurrent_deployment_percentage", 30),
        ("failure_threshold_percentage", 35),
    ] {
        assert!(
            file.set("--set", &format!("rollout.robomaker.{key}={value}"))
                .is_ok()
        );
    }
    let scenario = file
        .check(&["base".to_owned()])
        .unwrap_or_else(|problems| panic!("{}", problems.render(false)))
        .0;
    let map = play(&scenario, 20, 30, &Unwatched);
    let charts = map_charts(&scenario, &map, &provenance(&scenario));
    let chart = charts
        .iter()
        .find(|chart| chart.name == "map_threshold_reached")
        .expect("a chart");
    let texts = texts(&chart.svg());
    let shown = |row: &MapRow| {
        format!(
            "{} %",
            100.0 * summary_of(row.metrics(), "threshold_reached").get("").value
        )
    };
    let rounded = |text: &str| {
        text.strip_suffix(" %")
            .and_then(|text| text.parse::<f64>().ok())
            .map(|x| (10.0 * x).round())
    };
    let own = shown(map.own[0].as_ref().expect("it was played"));
    assert!(
        texts.iter().any(|text| rounded(text) == rounded(&own)),
        "{own}: {texts:?}"
    );
    assert!(
        texts.iter().any(|text| text.starts_with("base: ")),
        "{texts:?}"
    );
    for name in [
        "30",
        "35",
        "20",
        "100",
        "not played",
        "in the file, with its value above",
    ] {
        assert!(texts.contains(&name.to_owned()), "{name}: {texts:?}");
    }
    // Of six rows and columns those of the file have one cell each that was played.
    let percentages = texts.iter().filter(|text| rounded(text).is_some()).count();
    let bar_of_colours = texts
        .iter()
        .skip_while(|text| !text.starts_with("Rollouts"))
        .take_while(|text| !text.contains("not played"));
    let bar_of_colours = bar_of_colours
        .filter(|text| rounded(text).is_some())
        .count();
    assert_eq!(percentages - bar_of_colours, 25 + 1, "{texts:?}");
    // Where every percentage was played there is nothing between.
    let fine = map_charts(
        &scenario,
        &play(&scenario, 1, 3, &Unwatched),
        &provenance(&scenario),
    );
    assert!(
        fine.iter()
            .all(|chart| !self::texts(&chart.svg()).contains(&"not played".to_owned()))
    );
}

/// With all robots at a time a threshold of 4 % changes no time, and most good releases of this fleet fail by it.
#[test]
fn the_best_setting_stops_a_good_release_rarely() {
    let scenario = checked(&read("capacity.toml"));
    let map = play(&scenario, 4, 100, &Unwatched);
    let value =
        |row: &MapRow, metric, statistic| summary_of(row.metrics(), metric).get(statistic).value;
    let of_base = || map.rows.iter().filter(|row| row.setting.profile == 0);
    let median = |row: &MapRow| value(row, "time_to_95_s", "p50");
    let quickest = of_base()
        .min_by(|a, b| median(a).total_cmp(&median(b)))
        .expect("rows");
    assert!(
        value(quickest, "threshold_reached", "") > 0.2,
        "{:?}",
        quickest.setting
    );
    let named = |table: &str| -> Vec<(u8, u8)> {
        let line = table
            .lines()
            .find(|line| line.trim_start().starts_with("time to 95 %, median, best"))
            .expect("a line");
        let parts: Vec<&str> = line.split(" % at a time, threshold ").collect();
        let numbers = parts.windows(2).map(|pair| {
            let number = |word: Option<&str>| {
                word.and_then(|word| word.parse::<u8>().ok())
                    .expect("a percentage")
            };
            (
                number(pair[0].split(' ').next_back()),
                number(pair[1].split(' ').next()),
            )
        });
        numbers.collect()
    };
    let expectations = |text: &str| -> Vec<Limit> {
        let mut file = read("capacity.toml");
        assert!(file.set("--set", &format!("expect=[{text}]")).is_ok());
        expectations(&file, None, &mut Problems::default())
    };
    for (limits, metric, share, said) in [
        (
            "",
            "threshold_reached",
            0.01,
            "where base reaches the threshold in at most 1 %",
        ),
        (
            "\"p(stopped) <= 20 %\"",
            "stopped",
            0.2,
            "where base is stopped in at most 20 % (the file's limit)",
        ),
        (
            "\"bad: p(stopped) <= 1 %\", \"p(threshold_reached) <= 0.5%\"",
            "threshold_reached",
            0.005,
            "where base reaches the threshold in at most 0.5 % (the file's limit)",
        ),
    ] {
        let limits = expectations(limits);
        let table = map_page(&scenario, &map, GoodStopped::of(&limits), 30).terminal(100);
        assert!(table.contains(said), "{table}");
        let named = named(&table);
        assert!(!named.is_empty(), "{table}");
        for (k, f) in named {
            let setting = |row: &&MapRow| {
                let MapSetting {
                    profile,
                    levels:
                        Levels {
                            concurrency,
                            threshold,
                        },
                    ..
                } = row.setting;
                (profile, concurrency, threshold) == (0, k, f)
            };
            let base = map.rows.iter().find(setting).expect("on the axes");
            assert!(value(base, metric, "") <= share, "{k} % and {f} %: {table}");
        }
    }
}

/// What a sweep says of each value is what a run of that setting says, where the exact probability decides too; in the order of the
/// values, not of the file.
#[test]
fn expectations_at_each_value_are_judged_as_a_run_judges_them() {
    let mut file = read("capacity.toml");
    let expect = "expect=[\"time_to_90_s.p95 <= 10min\", \"p(threshold_reached) <= 1%\", \"bad: broken_count.mean <= 14.5\", \"success_rate_started.mean >= 97.8%\"]";
    assert!(file.set("--set", expect).is_ok());
    let key = "rollout.robomaker.concurrent_deployment_percentage";
    let knobs = Knob::from_flags(&[format!("{key}=50,4,20")]).unwrap_or_else(|_| panic!("flags"));
    let sweep = study::grid(&file, knobs, &[])
        .unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let capacity = sweep
        .play(60, &Unwatched)
        .capacity
        .expect("it has an order, and something is expected");
    assert_eq!(
        capacity
            .values
            .iter()
            .map(|value| value.value.as_str())
            .collect::<Vec<_>>(),
        ["4", "20", "50"]
    );
    let mut verdicts = Vec::new();
    for value in &capacity.values {
        assert!(file.set("--set", &format!("{key}={}", value.value)).is_ok());
        let scenario = checked(&file);
        let limits = expectations(&file, Some(&scenario), &mut Problems::default());
        assert_eq!(
            value.expectations,
            judge(&limits, &study::run(&scenario, 60, &Unwatched).evidence()),
            "at {}",
            value.value
        );
        verdicts.extend(
            value
                .expectations
                .iter()
                .map(|expectation| expectation.judged.name()),
        );
    }
    assert!(
        ["pass", "fail", "inconclusive"]
            .iter()
            .all(|verdict| verdicts.contains(verdict)),
        "{verdicts:?}"
    );
    // Without an order, or over two knobs that vary, nothing is asked.
    let threshold = "rollout.robomaker.failure_threshold_percentage=10,20".to_owned();
    for flags in [
        vec!["rollout.robomaker.order=file,shuffled".to_owned()],
        vec![format!("{key}=4,20"), threshold],
    ] {
        let knobs = Knob::from_flags(&flags).unwrap_or_else(|_| panic!("flags"));
        let sweep = study::grid(&file, knobs, &[])
            .unwrap_or_else(|problems| panic!("{}", problems.render(false)));
        assert!(sweep.play(3, &Unwatched).capacity.is_none());
    }
}
