//! What a scenario file becomes: who has the last word over a value.

use std::sync::Arc;

use crate::common::{checked, parsed, text_of};
use rollcast::model::{Architecture, Connectivity, Instant, Interrupted, WatchEnd};
use rollcast::random::Law;
use rollcast::rollout::{Order, Pacing};
use rollcast::scenario::{Knob, Profile, Scenario, ScenarioFile};

const HOUR: u64 = 3_600_000;

const TEXT: &str = r#"
name = "words"
[release]
version = "1"
bundle = { ARM64 = "1 MB" }
[rollout.robomaker]
concurrent_deployment_percentage = 10
failure_threshold_percentage = 10
[[cohort]]
name = "robots"
robots = 100
architecture = "ARM64"
download_rate = "1 MB/s"
[profile.wide]
"rollout.robomaker.concurrent_deployment_percentage" = 50
"#;

fn file() -> ScenarioFile {
    parsed(TEXT, "")
}

#[test]
fn a_profile_overrides_the_file_and_a_flag_but_not_a_knob() {
    let windows = |scenario: Scenario| -> Vec<u8> {
        scenario
            .profiles
            .iter()
            .map(|profile| profile.rules.levels().concurrency)
            .collect()
    };
    let mut file = file();
    assert_eq!(windows(checked(&file)), [10, 50]);
    file.set(
        "--set",
        "rollout.robomaker.concurrent_deployment_percentage=20",
    )
    .expect("the key is there");
    assert_eq!(windows(checked(&file)), [20, 50]);
    let knobs =
        Knob::from_flags(&["rollout.robomaker.concurrent_deployment_percentage=30".to_owned()])
            .expect("a knob");
    let setting = [(&knobs[0], &knobs[0].values[0])];
    assert_eq!(
        windows(file.check_setting(&setting, &[]).expect("it is sound")),
        [30, 30]
    );
}

#[test]
fn the_value_in_the_file_is_found_in_cohorts_and_links_too() {
    let two = "[[cohort]]\nname = \"b\"\nrobots = 1\narchitecture = \"ARM64\"\ndownload_rate = \"2 MB/s\"\n";
    let text = format!("{TEXT}{two}[[link]]\nname = \"dock\"\ncapacity = \"1 Gbit/s\"\n");
    let file = parsed(text, "");
    let found = |flag: &str| {
        let knobs = Knob::from_flags(&[flag.to_owned()]).expect("a knob");
        file.value_in_file(&knobs[0])
    };
    assert_eq!(
        found("rollout.robomaker.failure_threshold_percentage=5,10"),
        Some(1)
    );
    assert_eq!(found("link.dock.capacity=200 Mbit/s,1 Gbit/s"), Some(1));
    assert_eq!(found("link.*.capacity=1 Gbit/s"), Some(0));
    assert_eq!(found("cohort.b.download_rate=1 MB/s,2 MB/s"), Some(1));
    assert_eq!(found("cohort.*.architecture=ARM64"), Some(0));
    assert_eq!(found("cohort.*.download_rate=1 MB/s,2 MB/s"), None);
    assert_eq!(found("cohort.*.dead=0"), None);
}

#[test]
fn a_knob_is_shown_as_it_may_be_typed_again() {
    let flag = |text: &str| {
        Knob::from_flags(&[text.to_owned()])
            .expect("a knob")
            .remove(0)
    };
    for key in [
        "cohort.\"b.1\".dead",
        "cohort.b.\"1.dead\"",
        "cohort.*.dead",
        "cohort.north side.dead",
    ] {
        assert_eq!(flag(&format!("{key}=0")).key(), key);
    }
    assert_eq!(flag("cohort.\"b\".dead=0").key(), "cohort.b.dead");
    let value = "{ on = \"1h\", off = { uniform = { min = \"1s\", max = \"2s\" } } }";
    assert_eq!(
        flag(&format!("cohort.*.connectivity={value}")).values[0].text,
        value
    );
}

#[test]
fn tables_with_the_same_keys_in_another_order_are_the_same_value() {
    let law = "download_rate = { uniform = { min = \"1 MB/s\", max = \"2 MB/s\" } }";
    let text = TEXT.replace("download_rate = \"1 MB/s\"", law);
    let file = parsed(text, "");
    let turned = "{ uniform = { max = \"2 MB/s\", min = \"1 MB/s\" } }";
    let knobs = |values: &str| Knob::from_flags(&[format!("cohort.*.download_rate={values}")]);
    assert_eq!(
        file.value_in_file(&knobs(turned).expect("a knob")[0]),
        Some(0)
    );
    assert!(
        knobs(&format!(
            "{turned},{{ uniform = {{ min = \"1 MB/s\", max = \"2 MB/s\" }} }}"
        ))
        .is_err()
    );
}

#[test]
fn the_hash_ignores_layout_seed_and_replications_and_nothing_else() {
    let hash = |text: String| {
        let file = parsed(text, "");
        checked(&file).hash
    };
    let plain = hash(TEXT.to_owned());
    assert_eq!(
        hash(TEXT.replace("robots = 100", "robots   =   100 # a hundred")),
        plain
    );
    assert_eq!(hash(format!("seed = 5\nreplications = 7\n{TEXT}")), plain);
    assert_ne!(hash(TEXT.replace("robots = 100", "robots = 101")), plain);
    assert_ne!(hash(TEXT.replace("= 50", "= 51")), plain);
}

/// The text with more at its top, in its rules, and in its cohort; with these tables after it.
fn extended(top: &str, rules: &str, cohort: &str, tables: &str) -> ScenarioFile {
    let text = TEXT.replacen("name = \"words\"", &format!("name = \"words\"\n{top}"), 1);
    let text = text.replacen(
        "[rollout.robomaker]",
        &format!("[rollout.robomaker]\n{rules}"),
        1,
    );
    let text = text.replacen(
        "name = \"robots\"",
        &format!("name = \"robots\"\n{cohort}"),
        1,
    ) + tables;
    parsed(text, "tests/scenario")
}

fn sound(file: &ScenarioFile) -> (Scenario, String) {
    match file.check(&[]) {
        Ok((scenario, warnings)) => (scenario, warnings.render(false)),
        Err(problems) => panic!("{}", problems.render(false)),
    }
}

/// The scenario without any profile's changes.
fn base(file: &ScenarioFile) -> Profile {
    sound(file).0.profiles.remove(0)
}

const LINKS: &str = "[[link]]\nname = \"mast\"\ncapacity = \"2.5 kbit/s\"\n[[link]]\nname = \"dock.1\"\ncapacity = \"0.29 Mbit/s\"\n";

#[test]
fn what_is_not_said_leaves_the_world_as_it_was() {
    let Profile { world, rules, .. } = base(&file());
    assert_eq!(
        (
            world.preparing.as_constant(),
            world.watch,
            world.links.len()
        ),
        (Some(7_000.0), WatchEnd::AtLeast(Instant::CREATION), 0)
    );
    let rules = rules.robomaker().expect("rules of RoboMaker");
    assert_eq!(
        (rules.cancel, rules.pacing, &rules.order),
        (None, Pacing::Sliding, &Order::Shuffled)
    );
    let cohort = &world.fleet.cohorts[0];
    assert_eq!(
        (
            &cohort.connectivity,
            &cohort.windows,
            cohort.link,
            cohort.inventory.len()
        ),
        (&None, &None, None, 0)
    );
    let scenario = sound(&file()).0;
    assert_eq!(
        (scenario.profiles[0].start, scenario.has_weekly_hours()),
        (None, false)
    );
}

#[test]
fn rules_of_the_job_arrive() {
    let more = "[[cohort]]\nname = \"pilot\"\nrobots = 3\narchitecture = \"ARM64\"\ndownload_rate = \"1 MB/s\"\n";
    let rules = "pacing = \"batches\"\ncancel = \"6h\"\norder = { cohorts = [\"pilot\", \"robots\"] }\n\
                 preparing = { lognormal = { median = \"7s\", p95 = \"20s\" } }";
    let Profile { world, rules, .. } = base(&extended("observe_for = \"12h\"", rules, "", more));
    let rules = rules.robomaker().expect("rules of RoboMaker");
    assert_eq!(
        (rules.pacing, rules.cancel, &rules.order),
        (Pacing::Batches, Some(6 * HOUR), &Order::Cohorts(vec![1, 0]))
    );
    assert_eq!(
        (world.preparing, world.watch),
        (
            Law::lognormal_from_p95(7e3, 20e3).unwrap(),
            WatchEnd::AtLeast(Instant::at(12 * HOUR))
        )
    );
}

#[test]
fn a_job_that_is_canceled_in_vain_or_before_it_begins_is_warned_of() {
    let warnings = |rules: &str| sound(&extended("", rules, "", "")).1;
    assert_eq!(warnings("cancel = \"1h\""), "");
    assert!(
        warnings("cancel = \"5s\"").starts_with("warning: the job is canceled while it prepares")
    );
    let late = warnings("cancel = \"3h\"\nfleet_timeout = \"2h\"");
    assert!(
        late.starts_with("warning: `cancel` comes after `fleet_timeout`"),
        "{late}"
    );
}

#[test]
fn links_arrive_in_whole_bits_and_are_reached_by_name() {
    let mut file = extended("", "", "link = \"dock.1\"", LINKS);
    let capacities = |profile: &Profile| -> Vec<u64> {
        profile
            .world
            .links
            .iter()
            .map(|link| link.capacity)
            .collect()
    };
    let (scenario, warnings) = sound(&file);
    assert_eq!(capacities(&scenario.profiles[0]), [2_500, 290_000]);
    assert_eq!(scenario.profiles[0].world.fleet.cohorts[0].link, Some(1));
    assert!(
        warnings.starts_with("warning: no robot downloads over the link `mast`"),
        "{warnings}"
    );
    file.set("--set", "link.\"dock.1\".capacity=1 Mbit/s")
        .expect("the link is there");
    assert_eq!(capacities(&base(&file)), [2_500, 1_000_000]);
    file.set("--set", "link.*.capacity=3 bit/s")
        .expect("there are links");
    assert_eq!(capacities(&base(&file)), [3, 3]);
    assert!(file.set("--set", "link.dok.capacity=3 bit/s").is_err());
}

#[test]
fn a_link_that_only_a_setting_uses_is_no_reason_for_a_warning() {
    let sweep = "[sweep]\n\"cohort.robots.link\" = [\"mast\", \"dock.1\"]\n";
    assert_eq!(
        sound(&extended(
            "",
            "",
            "link = \"mast\"",
            &format!("{LINKS}{sweep}")
        ))
        .1,
        ""
    );
}

#[test]
fn connectivity_arrives_in_milliseconds() {
    let law = |mean| Law::exponential(mean).unwrap();
    let text = "connectivity = { on = { exponential = { mean = \"2h\" } }, off = \"5min\", interrupted = \"restarts\" }";
    let mut file = extended("", "", text, "");
    let off = Law::constant(300e3).unwrap();
    let expected = Connectivity::new(law(7_200e3), off.clone(), Interrupted::Restarts).unwrap();
    assert_eq!(
        base(&file).world.fleet.cohorts[0].connectivity,
        Some(expected)
    );
    file.set("--set", "cohort.*.connectivity.on=1h")
        .expect("the cohort has connectivity");
    file.set("--set", "cohort.*.connectivity.interrupted=resumes")
        .expect("the cohort has connectivity");
    let expected =
        Connectivity::new(Law::constant(3_600e3).unwrap(), off, Interrupted::Resumes).unwrap();
    assert_eq!(
        base(&file).world.fleet.cohorts[0].connectivity,
        Some(expected)
    );
}

const NIGHTS: &str = "maintenance = [\n{ days = \"mon-fri\", from = \"22:00\", to = \"05:00\" },\n{ days = \"sun\", from = 08:00:00, to = 12:00:00 },\n]";

#[test]
fn windows_are_those_of_the_zone_from_the_start_on() {
    // A Saturday evening; in the night the clocks go forward.
    for start in [
        "start = \"2026-03-28T21:00[Europe/Berlin]\"",
        "start = 2026-03-28T21:00:00+01:00",
    ] {
        let (mut scenario, _) = sound(&extended(
            start,
            "",
            &format!("zone = \"Europe/Berlin\"\n{NIGHTS}"),
            "",
        ));
        assert_eq!(
            scenario.profiles[0].start.unwrap().unix_ms(),
            1_774_728_000_000
        );
        assert!(scenario.has_weekly_hours());
        let windows = scenario
            .profiles
            .remove(0)
            .world
            .fleet
            .cohorts
            .remove(0)
            .windows
            .unwrap();
        assert_eq!(
            windows.intervals()[..2],
            [10 * HOUR..14 * HOUR, 48 * HOUR..55 * HOUR]
        );
        assert!(
            windows.next_open(67 * 24 * HOUR).is_some(),
            "windows end before the longest job and the watch after it"
        );
    }
}

#[test]
fn a_start_may_be_swept() {
    let file = extended(
        "start = \"2026-03-28T21:00Z\"",
        "",
        &format!("zone = \"UTC\"\n{NIGHTS}"),
        "",
    );
    let knobs = Knob::from_flags(&["start=2026-03-30T21:00Z,2026-03-30T23:00[UTC]".to_owned()])
        .expect("a knob");
    let opens = [0, 1].map(|value| {
        let scenario = file
            .check_setting(&[(&knobs[0], &knobs[0].values[value])], &[])
            .expect("it is sound");
        scenario.profiles[0].world.fleet.cohorts[0]
            .windows
            .as_ref()
            .unwrap()
            .next_open(0)
    });
    assert_eq!(opens, [Some(HOUR), Some(0)]);
}

/// A cohort with an inventory instead of a number of robots.
fn inventory(file: &str, cohort: &str, tables: &str) -> ScenarioFile {
    let text = TEXT.replacen(
        "robots = 100\narchitecture = \"ARM64\"",
        &format!("robots = {{ csv = {file:?} }}\n{cohort}"),
        1,
    );
    let text = text.replacen("name =", "start = \"2026-03-30T12:00Z\"\nname =", 1) + tables;
    parsed(text, "tests/scenario")
}

#[test]
fn an_inventory_lists_robots_with_what_they_have_of_their_own() {
    let cohort = format!("dead = 0.34\nlink = \"dock.1\"\nzone = \"UTC\"\n{NIGHTS}");
    let world = base(&inventory("fleet.csv", &cohort, LINKS)).world;
    let cohort = &world.fleet.cohorts[0];
    assert_eq!(
        (cohort.robots, cohort.architectures, cohort.dead),
        (3, [1, 2, 0], 1)
    );
    let robots: Vec<_> = cohort
        .inventory
        .iter()
        .map(|robot| (robot.name.as_str(), robot.architecture))
        .collect();
    use Architecture::{ARM64, X86_64};
    assert_eq!(
        robots,
        [("amr-01", ARM64), ("amr-02", ARM64), ("amr-03", X86_64)]
    );
    let rates: Vec<_> = cohort
        .inventory
        .iter()
        .map(|robot| robot.download_rate)
        .collect();
    assert_eq!(rates, [Some(12e6), None, Some(4e6)]);
    assert_eq!(
        [0, 1, 2].map(|robot| cohort.link_of(robot)),
        [Some(0), Some(1), Some(1)]
    );
    // 22:00 is 20:00 UTC in Berlin's summer, 03:00 UTC the next day in Chicago.
    let opens = [0, 1, 2].map(|robot| cohort.windows_of(robot).unwrap().next_open(0).unwrap());
    assert_eq!(opens, [8 * HOUR, 15 * HOUR, 10 * HOUR]);
}

#[test]
fn an_inventory_with_every_rate_needs_no_law_of_rates() {
    let mut file = inventory("paced.csv", "", "");
    let text = TEXT.replace(
        "robots = 100\narchitecture = \"ARM64\"\ndownload_rate = \"1 MB/s\"",
        "robots = { csv = \"paced.csv\" }",
    );
    let without = parsed(text, "tests/scenario");
    assert_eq!(
        base(&without).world.fleet.cohorts[0].inventory,
        base(&file).world.fleet.cohorts[0].inventory
    );
    file.set("--set", "cohort.robots.robots.csv=fleet.csv")
        .expect("the cohort has an inventory");
    assert!(file.check(&[]).is_err(), "its links and zones lead nowhere");
}

#[test]
fn a_number_may_replace_an_inventory() {
    let mut file = inventory("paced.csv", "", "");
    file.set("--set", "cohort.robots.robots=7")
        .expect("the cohort has robots");
    file.set("--set", "cohort.robots.architecture=ARM64")
        .expect("the cohort is there");
    let world = base(&file).world;
    assert_eq!(
        (world.fleet.robots(), world.fleet.cohorts[0].inventory.len()),
        (7, 0)
    );
}

#[test]
fn settings_share_what_was_read_of_an_inventory() {
    let file = inventory("paced.csv", "", "");
    let knobs = Knob::from_flags(&["cohort.robots.recovery=1h,2h".to_owned()]).expect("a knob");
    let inventories = [0, 1].map(|value| {
        let scenario = file
            .check_setting(&[(&knobs[0], &knobs[0].values[value])], &[])
            .expect("it is sound");
        Arc::clone(&scenario.profiles[0].world.fleet.cohorts[0].inventory)
    });
    assert!(Arc::ptr_eq(&inventories[0], &inventories[1]));
}

#[test]
fn the_hash_changes_with_what_an_inventory_says() {
    let folder = tempfile::tempdir().unwrap();
    let hash = |csv: &str| {
        std::fs::write(folder.path().join("fleet.csv"), csv).unwrap();
        let text = TEXT.replace(
            "robots = 100\narchitecture = \"ARM64\"",
            "robots = { csv = \"fleet.csv\" }",
        );
        sound(&parsed(text, folder.path())).0.hash
    };
    let (one, other) = (
        hash("name,architecture\na,ARM64\n"),
        hash("name,architecture\nb,ARM64\n"),
    );
    assert_ne!(one, other);
}

/// A sweep reads again only what its knobs may have changed; that must make no difference, in results or in complaints.
#[test]
fn settings_one_after_another_are_those_read_alone() {
    let text = text_of("tests/cli/small.toml")
        + "\n[profile.strict]\n\"rollout.robomaker\" = { failure_threshold_percentage = 1, preparing = \"20s\" }\n";
    let file = parsed(text, "tests/cli");
    let knob = |flag: &str| {
        Knob::from_flags(&[flag.to_owned()])
            .unwrap_or_else(|_| panic!("{flag}"))
            .remove(0)
    };
    let sweeps = [
        [
            "rollout.robomaker.concurrent_deployment_percentage=5,101,10",
            "rollout.robomaker.order=file,shuffled,nonsense",
        ],
        [
            "rollout.robomaker.preparing=7s,10s,31d",
            "rollout.robomaker.failure_threshold_percentage=1..3",
        ],
        [
            "cohort.*.recovery=1h,2h,soon",
            "rollout.robomaker.pacing=sliding,batches",
        ],
        [
            "rollout.robomaker.on_stop=drain,abort",
            "cohort.pickers.dead=0.1,2,0.2",
        ],
    ];
    for only in [vec![], vec!["strict".to_owned(), "bad".to_owned()]] {
        for knobs in sweeps.map(|flags| flags.map(knob)) {
            let mut settings = file.settings(&only);
            let (mut sound, mut wrong) = (0, 0);
            for (a, b) in knobs[0]
                .values
                .iter()
                .flat_map(|a| knobs[1].values.iter().map(move |b| (a, b)))
            {
                let values = [(&knobs[0], a), (&knobs[1], b)];
                match (settings.check(&values), file.check_setting(&values, &only)) {
                    (Ok(profiles), Ok(scenario)) => {
                        assert_eq!(profiles, scenario.profiles, "{} {}", a.text, b.text);
                        sound += 1;
                    }
                    (Err(problems), Err(alone)) => {
                        assert_eq!(problems.render(false), alone.render(false));
                        wrong += 1;
                    }
                    _ => panic!("{} {}: wrong or not?", a.text, b.text),
                }
            }
            assert!(
                sound >= 3 && (wrong > 0 || knobs[1].values.len() == 2),
                "{sound} {wrong}"
            );
        }
    }
}
