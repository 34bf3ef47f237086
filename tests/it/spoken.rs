//! Sentences and titles of many settings speak only of what was played and watched, and of each thing by a name of its own.

use rollcast::model::ScriptStep;
use rollcast::report::{
    GoodStopped, Page, Provenance, map_charts, map_page, oc_charts, oc_page, sweep_charts,
    sweep_page,
};
use rollcast::scenario::{Knob, Scenario, ScenarioFile};
use rollcast::study::{Hypotheses, Map, MapRun, Oc, Sweep, Unwatched, grid};

use crate::common::{checked, flat, parsed, text_of};

const REPLICATIONS: u64 = 4;

/// The sentence of a page.
fn answer(page: &Page) -> String {
    let page = page.terminal(100);
    let (answer, _) = page.split_once("\n\n").expect("a sentence and more");
    flat(answer)
}

fn small() -> ScenarioFile {
    parsed(text_of("tests/cli/small.toml"), "tests/cli")
}

fn swept(file: &ScenarioFile, flags: &[&str]) -> Sweep {
    let flags: Vec<String> = flags.iter().map(|flag| (*flag).to_owned()).collect();
    let knobs = Knob::from_flags(&flags).expect("knobs");
    let sweep = grid(file, knobs, &[]);
    sweep.unwrap_or_else(|found| panic!("{}", found.render(false)))
}

fn provenance(scenario: &Scenario) -> Provenance {
    Provenance::new(scenario, REPLICATIONS, "rollcast".to_owned())
}

const CONCURRENCY: &str = "rollout.robomaker.concurrent_deployment_percentage=10,50";

#[test]
fn a_sweep_that_was_interrupted_speaks_of_what_was_played() {
    let (file, scenario) = (small(), checked(&small()));
    let sweep = swept(&file, &[CONCURRENCY]);
    let knobs = sweep.knobs.clone();
    let mut run = sweep.play(REPLICATIONS, &Unwatched);
    let said = |run: &_| answer(&sweep_page(&scenario, &knobs, run, REPLICATIONS));
    assert!(!said(&run).contains("played"), "{}", said(&run));
    run.rows.truncate(1);
    let one = said(&run);
    assert!(one.ends_with("; only 1 of 6 rows were played."), "{one}");
    run.rows.clear();
    let none = said(&run);
    assert_eq!(
        none,
        "No setting of base was played; only 0 of 6 rows were played."
    );
}

#[test]
fn a_map_that_was_interrupted_speaks_of_what_was_played() {
    let scenario = checked(&small());
    let said = |map: &MapRun| {
        let page = map_page(&scenario, map, GoodStopped::of([]), REPLICATIONS);
        answer(&page)
    };
    let mut map = Map::new(&scenario, 50).play(REPLICATIONS, &Unwatched);
    let whole = said(&map);
    assert!(
        whole.contains("; bad breaks ") && !whole.contains("played"),
        "{whole}"
    );
    map.rows.retain(|row| row.setting.profile == 0);
    let base = said(&map);
    assert!(
        base.ends_with("; only 4 of 12 settings were played.") && !base.contains("breaks"),
        "{base}"
    );
    map.rows.clear();
    let none = said(&map);
    assert!(none.starts_with("Which setting is best is not known: base was not played;"));
}

#[test]
fn a_characteristic_that_was_interrupted_speaks_of_what_was_played() {
    let scenario = checked(&small());
    let hypotheses = Hypotheses {
        good: 0.01,
        bad: 0.2,
        error: 0.001,
    };
    let base = &scenario.profiles[0];
    let oc = Oc::new(base, ScriptStep::PostLaunch, hypotheses, &[(50, 5)], &[]);
    let parts = oc.plan().parts_of(oc.wanted(), REPLICATIONS);
    let mut rows = oc.play(&parts, REPLICATIONS, &Unwatched);
    let said = |rows: &[_]| answer(&oc_page(&scenario, &oc, rows, REPLICATIONS));
    let titles = |rows: &[_]| {
        let charts = oc_charts(&scenario, &oc, rows, &provenance(&scenario));
        [0, 1].map(|which: usize| charts[which].title().to_owned())
    };
    assert!(!said(&rows).contains("played"));
    rows.retain(|row| row.p == hypotheses.good);
    let good = said(&rows);
    assert!(
        good.contains("a good release") && good.ends_with("; the other release was not played."),
        "{good}"
    );
    let [tells, breaks] = titles(&rows);
    assert!(
        tells.starts_with("What tells a good release") && tells.ends_with("was not played"),
        "{tells}"
    );
    assert_eq!(breaks, "A bad release (20 % fail) was not played");
    assert!(said(&[]).ends_with("neither a bad nor a good release was played."));
}

/// Robots that are off for days, of which few run the release while they are watched.
fn sleepy() -> ScenarioFile {
    let text = "name = \"sleepy\"\nobserve_for = \"3h\"\n[release]\nversion = \"2\"\nbundle = { ARM64 = \"20 MB\" }\n\
        [rollout.robomaker]\nrobot_deployment_timeout = \"1h\"\n[[cohort]]\nname = \"d\"\nrobots = 50\narchitecture = \"ARM64\"\n\
        download_rate = \"8 Mbit/s\"\nconnectivity = { on = \"1h\", off = \"6d\" }\n[profile.other]\n\"release.version\" = \"3\"\n";
    parsed(text, "")
}

/// Whoever looks at a chart is told how long robots were watched, not that they never come.
#[test]
fn charts_of_settings_say_how_long_robots_were_watched() {
    let (file, scenario) = (sleepy(), checked(&sleepy()));
    let sweep = swept(&file, &[CONCURRENCY]);
    let run = swept(&file, &[CONCURRENCY]).play(REPLICATIONS, &Unwatched);
    let of_sweep = sweep_charts(&scenario, &sweep, &run.rows, &provenance(&scenario));
    let map = Map::new(&scenario, 50).play(REPLICATIONS, &Unwatched);
    let of_map = map_charts(&scenario, &map, &provenance(&scenario));
    for chart in of_sweep.iter().chain(&of_map) {
        let svg = chart.svg();
        assert!(!svg.contains("never"), "{}", chart.title());
        if chart.title().starts_with("95 %") {
            assert_eq!(
                chart.title(),
                "95 % of the robots do not run the release within 3 h (median); other: not within 3 h"
            );
            assert!(svg.contains("not within 3 h"), "the legend");
        }
    }
    let page = sweep_page(&scenario, &sweep.knobs, &run, REPLICATIONS);
    assert_eq!(
        answer(&page),
        "At no setting do 95 % of the robots of base run the release within 3 h in most rollouts."
    );
}

#[test]
fn knobs_of_one_last_part_have_heads_of_their_own() {
    let (file, scenario) = (small(), checked(&small()));
    let flags = ["cohort.pickers.dead=0,0.1", "cohort.shuttles.dead=0,0.1"];
    let sweep = swept(&file, &flags);
    let charts = swept(&file, &flags);
    let knobs = sweep.knobs.clone();
    let run = sweep.play(REPLICATIONS, &Unwatched);
    let page = sweep_page(&scenario, &knobs, &run, REPLICATIONS).terminal(100);
    assert!(
        page.contains("profile   pickers dead   shuttles dead"),
        "{page}"
    );
    let charts = sweep_charts(&scenario, &charts, &run.rows, &provenance(&scenario));
    let svg = charts[0].svg();
    assert!(svg.contains("Pickers dead") && svg.contains("Shuttles dead"));
}
