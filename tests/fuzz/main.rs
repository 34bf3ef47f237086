//! A program of its own, since its allocator counts what each test holds.
//!
//! Whatever is read, it is refused with a reason or understood, without a panic and within bounds of time and memory: scenario files,
//! data files, flags and baselines, arbitrary and mutated.
//!
//! `ROLLCAST_FUZZ=1000000 cargo test --release --test fuzz` tries so many cases of each kind; a case is a pure function of its number, and
//! one that fails says which it is.

#![allow(
    clippy::print_stdout,
    reason = "how slow and how large cases get is worth knowing"
)]

mod luck;
mod memory;
mod mutate;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use luck::Luck;
use rollcast::report;
use rollcast::scenario::{Knob, Phrase, Problems, Scenario, ScenarioFile};
use rollcast::study::check::{Baseline, Case};
use rollcast::study::expect::expectations;
use rollcast::study::limit;
use rollcast::study::tune::Asked;
use rollcast::study::{self, Explained, Margins, Unwatched, explained_changes, explained_values};
use tempfile::TempDir;

#[global_allocator]
static MEMORY: memory::Counting = memory::Counting;

/// What is fast enough on any machine.
const FAST: Duration = Duration::from_secs(1);

/// How many times as long as a shipped scenario, read at the same moment, a case may take: a few times what the slowest does.
const TIMES_MAX: u32 = 40;

/// The memory that a case may take [bytes].
const MEMORY_MAX: usize = 100_000_000;

/// Fleets that are played.
const ROBOTS_MAX: u32 = 2_500;

/// The texts of the files in a folder of the checkout, where tests run, whose names end so.
fn texts(folder: &str, end: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.retain(|path| path.to_string_lossy().ends_with(end) && path.is_file());
    paths.sort();
    paths
        .iter()
        .filter_map(|path| fs::read_to_string(path).ok())
        .collect()
}

/// Scenario files of all kinds.
fn scenarios() -> Vec<String> {
    let mut all = texts("scenarios", ".toml");
    all.extend(texts("src/cli/templates", ".toml"));
    all.extend(texts("tests/cli", ".toml"));
    all
}

/// How many cases of a kind.
fn cases(by_default: u64) -> u64 {
    std::env::var("ROLLCAST_FUZZ")
        .ok()
        .map_or(by_default, |text| {
            text.parse().expect("ROLLCAST_FUZZ is a number of cases")
        })
}

/// What became of a case, in the order of how far it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Unreadable,
    Refused,
    Accepted,
    Played,
}

/// The fates of so many cases of a kind; the test fails with the number of the first that panics or is out of bounds.
fn fates(kind: &str, by_default: u64, case: impl Fn(u64) -> Fate) -> [u64; 4] {
    let mut seen = [0; 4];
    let (mut slowest, mut largest) = ((Duration::ZERO, 0), (0, 0));
    for number in 0..cases(by_default) {
        let ((fate, elapsed), peak) =
            memory::peak_of(|| timed(|| catch_unwind(AssertUnwindSafe(|| case(number)))));
        let fate = fate.unwrap_or_else(|_| panic!("case {number} of {kind} panics"));
        assert!(
            is_quick(elapsed),
            "case {number} of {kind} takes {elapsed:?}"
        );
        assert!(
            peak <= MEMORY_MAX,
            "case {number} of {kind} takes {peak} bytes"
        );
        slowest = slowest.max((elapsed, number));
        largest = largest.max((peak, number));
        seen[fate as usize] += 1;
    }
    let ((elapsed, slow), (peak, large)) = (slowest, largest);
    println!(
        "{kind}: {seen:?} unreadable, refused, accepted, played; at most {elapsed:?} (case {slow}) and {peak} bytes (case {large})"
    );
    seen
}

/// What `work` gives and how long this thread worked on it: where that is not known, how long it took.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let worked = || {
        let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        Some(Duration::from_nanos(text.split(' ').next()?.parse().ok()?))
    };
    let (began, before) = (Instant::now(), worked());
    let value = work();
    (
        value,
        before
            .zip(worked())
            .map_or(began.elapsed(), |(before, after)| {
                after.saturating_sub(before)
            }),
    )
}

/// Whether a case that took so long is bounded: seconds say little, since machines differ and are shared.
fn is_quick(elapsed: Duration) -> bool {
    let ordinary = || {
        let text = fs::read("scenarios/warehouse.toml").expect("a shipped scenario");
        let fate = timed(|| read(&text, &shipped(), |_| {}));
        assert!(fate.0 >= Fate::Accepted);
        fate.1
    };
    elapsed <= FAST || elapsed <= TIMES_MAX * ordinary()
}

/// Reads a text as the scenario file of a folder, as far as it can be understood, and all that the program would say of it.
fn read(bytes: &[u8], folder: &Path, edit: impl FnOnce(&mut ScenarioFile)) -> Fate {
    let Ok(text) = String::from_utf8(bytes.to_vec()) else {
        return Fate::Unreadable;
    };
    let mut file = match ScenarioFile::parse("fuzz.toml", text, folder.to_owned()) {
        Ok(file) => file,
        Err(problems) => return refused(&problems, Fate::Unreadable),
    };
    edit(&mut file);
    understood(&file)
}

fn refused(problems: &Problems, fate: Fate) -> Fate {
    assert!(
        problems.has_errors() && problems.render(true).contains("error"),
        "refused without a reason"
    );
    fate
}

fn understood(file: &ScenarioFile) -> Fate {
    let checked = file.check(&[]);
    let sound = checked.as_ref().ok().map(|(scenario, _)| scenario);
    let mut found = Problems::default();
    Asked::read(file, sound, &mut found);
    let limits = expectations(file, sound, &mut found);
    let replications = file.check_of_results(&mut found).replications;
    let (scenario, warnings) = match checked {
        Ok(checked) => checked,
        Err(problems) => return refused(&problems, Fate::Refused),
    };
    if found.has_errors() {
        return refused(&found, Fate::Refused);
    }
    assert!(replications.is_none_or(|replications| replications > 0));
    warnings.render(true);
    let findings = study::lint(file, &scenario, &warnings);
    report::lint_text(&findings, true);
    report::lint_github(&findings);
    explain(file, &scenario);
    let robots: u32 = scenario
        .profiles
        .iter()
        .map(|profile| profile.world.fleet.robots())
        .sum();
    if robots > ROBOTS_MAX {
        return Fate::Accepted;
    }
    let margins = Margins::from_flags(&[]).expect("none is fine");
    let case = Case {
        file: "fuzz.toml".to_owned(),
        scenario,
        limits,
        margins,
        replications: 1,
        baseline: None,
    };
    let baseline = case
        .bless(String::new(), &Unwatched)
        .expect("nobody interrupts it");
    assert!(
        Baseline::parse(&baseline.to_text()).is_ok(),
        "a baseline that cannot be read"
    );
    Fate::Played
}

fn explain(file: &ScenarioFile, scenario: &Scenario) {
    let values = explained_values(file, &scenario.profiles[0]);
    let profiles: Vec<report::ExplainedProfile> = scenario
        .profiles
        .iter()
        .map(|profile| report::ExplainedProfile {
            name: profile.name.clone(),
            changes: explained_changes(&values, &explained_values(file, profile)),
            facts: Explained::of(profile, scenario.replications),
        })
        .collect();
    report::explain_page(
        scenario,
        &values,
        &profiles,
        study::RunMemory::of(scenario, 1).bytes(scenario.replications),
    )
    .terminal(80);
}

/// The folder that the shipped scenarios take their data from.
fn shipped() -> PathBuf {
    PathBuf::from("scenarios")
}

#[test]
fn arbitrary_bytes_are_refused_or_read() {
    let seen = fates("arbitrary bytes", 1500, |number| {
        let bytes = mutate::arbitrary(&mut Luck::of("arbitrary", number));
        read(&bytes, &shipped(), |_| {})
    });
    assert!(seen[0] > 0 && seen[1] > 0, "{seen:?}");
}

#[test]
fn mutated_scenarios_are_refused_or_read() {
    let texts = scenarios();
    let seen = fates("mutated scenarios", 400, |number| {
        let mut luck = Luck::of("scenarios", number);
        let text = luck.pick(&texts).clone();
        read(
            &mutate::mutated(&mut luck, &text, &texts),
            &shipped(),
            |_| {},
        )
    });
    assert!(
        seen.iter().all(|n| *n > 0),
        "not all fates were met: {seen:?}"
    );
}

/// A sound scenario of so many cohorts, and what else it says.
fn of_cohorts(cohorts: usize, robots: u32, more: &str) -> String {
    let mut text =
        "name = \"x\"\n[release]\nversion = 1\nbundle = { ARM64 = \"1 MB\" }\n[rollout.robomaker]\nfailure_threshold_percentage = 2\n".to_owned();
    for number in 0..cohorts {
        text += &format!(
            "[[cohort]]\nname = \"c{number}\"\nrobots = {robots}\narchitecture = \"ARM64\"\ndownload_rate = \"1 MB/s\"\n\
             post_launch = {{ duration = \"1s\", failure = {{ beta = {{ mean = 0.01, correlation = 0.002 }} }} }}\n"
        );
    }
    text + more
}

/// Files that once made the reader, `lint` or `explain` fall over, or take minutes or gigabytes.
#[test]
fn files_made_to_be_costly_are_not() {
    let a_thousand = || {
        (0..1000).map(|number| format!("[[link]]\nname = \"l{number}\"\ncapacity = \"1 Mbit/s\"\n"))
    };
    let profiles = |n: usize| {
        (0..n)
            .map(|number| format!("[profile.p{number}]\n\"cohort.*.dead\" = 0.5\n"))
            .collect::<String>()
    };
    let cases: [(&str, String, Fate); 13] = [
        // A key of so many parts made a tree so deep that walking it overflowed the stack.
        (
            "a deep key",
            of_cohorts(
                1,
                9,
                &format!("[profile.deep]\n\"{}\" = 1\n", ["a"; 100_000].join(".")),
            ),
            Fate::Refused,
        ),
        (
            "a deep knob",
            of_cohorts(
                1,
                9,
                &format!("[sweep]\n\"{}\" = [1]\n", ["a"; 100_000].join(".")),
            ),
            Fate::Refused,
        ),
        (
            "a deep array",
            format!("a = {}", "[".repeat(1_000_000)),
            Fate::Unreadable,
        ),
        (
            "a deep table",
            format!("a = {}", "{a=".repeat(1_000_000)),
            Fate::Unreadable,
        ),
        (
            "a deep header",
            format!("[{}a]", "a.".repeat(1_000_000)),
            Fate::Unreadable,
        ),
        // An error for each byte or line.
        (
            "commas",
            format!("a = [{}", ",".repeat(1_000_000)),
            Fate::Unreadable,
        ),
        ("half lines", "=\n".repeat(500_000), Fate::Unreadable),
        (
            "unknown keys",
            (0..200_000)
                .map(|number| format!("k{number} = 1\n"))
                .collect(),
            Fate::Refused,
        ),
        // A warning for each link, drawn with the whole file each.
        (
            "unused links",
            of_cohorts(1, 9, &a_thousand().collect::<String>()),
            Fate::Played,
        ),
        // The law of the number that fail was averaged over as many replications whatever the fleet.
        (
            "a large fleet",
            of_cohorts(
                1,
                20_000_000,
                "[profile.bad]\n\"cohort.*.post_launch.failure\" = 0.3\n",
            ),
            Fate::Accepted,
        ),
        // Each value was looked for in a copy of the whole file.
        (
            "many cohorts",
            of_cohorts(1500, 1, &profiles(1)),
            Fate::Accepted,
        ),
        (
            "cohorts in profiles",
            of_cohorts(2000, 1, &profiles(99)),
            Fate::Refused,
        ),
        (
            "a sweep of all",
            of_cohorts(1000, 1, "[sweep]\n\"cohort.*.robots\" = \"1..10000\"\n"),
            Fate::Refused,
        ),
    ];
    for (name, text, expected) in cases {
        let ((fate, elapsed), peak) =
            memory::peak_of(|| timed(|| read(text.as_bytes(), &shipped(), |_| {})));
        assert_eq!(fate, expected, "{name}");
        assert!(
            is_quick(elapsed) && peak <= 3 * MEMORY_MAX,
            "{name} takes {elapsed:?} and {peak} bytes"
        );
    }
    let mut file = ScenarioFile::parse("x.toml", of_cohorts(1, 9, ""), PathBuf::new())
        .unwrap_or_else(|_| panic!("it parses"));
    assert!(
        file.set("--set", &format!("{} = 1", ["a"; 100_000].join(".")))
            .is_err()
    );
}

/// Dotted keys as a flag may name them.
const KEYS: [&str; 20] = [
    "seed",
    "name",
    "rollout.robomaker.concurrent_deployment_percentage",
    "rollout.robomaker.order",
    "rollout.robomaker.cancel",
    "release.bundle.ARM64",
    "release.latent",
    "campaign.canary.robots",
    "campaign.sync.times",
    "cohort.*.robots",
    "cohort.*.dead",
    "cohort.*.connectivity",
    "cohort.*.post_launch.failure",
    "cohort.pickers.download_rate",
    "cohort.customers.maintenance",
    "link.*.capacity",
    "profile.bad",
    "sweep",
    "expect",
    "tune.limits",
];

const PHRASES: [&str; 8] = [
    "time_to_95_s.p95 <= 6h",
    "bad: broken_count.mean <= 8% of fleet",
    "p(threshold_reached) <= 1%",
    "p(time_to_90_s = never) >= 0.5",
    "success_rate.mean ≥ 90 %",
    "bytes_total.p50 <= 100 GB",
    "bad: p(failed_count >= 10) <= 5%",
    "down_peak_count.p95<=25",
];

#[test]
fn mutated_flags_are_refused_or_read() {
    let texts = scenarios();
    let words: Vec<String> = KEYS
        .iter()
        .chain(&PHRASES)
        .map(|text| (*text).to_owned())
        .collect();
    let seen = fates("mutated flags", 300, |number| {
        let mut luck = Luck::of("flags", number);
        let flag = |luck: &mut Luck| {
            let sound = format!("{}={}", luck.pick(&KEYS), luck.pick(&mutate::NASTY));
            let flag = if luck.one_in(3) {
                mutate::mutated(luck, &sound, &words)
            } else {
                sound.into_bytes()
            };
            String::from_utf8_lossy(&flag).into_owned()
        };
        let set: Vec<String> = (0..1 + luck.below(3)).map(|_| flag(&mut luck)).collect();
        let vary = [flag(&mut luck)];
        let phrase = luck.pick(&PHRASES).to_string();
        let phrase =
            String::from_utf8_lossy(&mutate::mutated(&mut luck, &phrase, &words)).into_owned();
        read(luck.pick(&texts).as_bytes(), &shipped(), |file| {
            for text in &set {
                if let Err(problems) = file.set("--set", text) {
                    refused(&problems, Fate::Refused);
                }
            }
            vary_and_limit(file, &vary, &phrase);
        })
    });
    assert!(seen[1] > 0 && seen[3] > 0, "{seen:?}");
}

/// Reads a `--vary`, a limit and a `--margin`, and checks the first setting.
fn vary_and_limit(file: &ScenarioFile, vary: &[String], phrase: &str) {
    match Knob::from_flags(vary) {
        Ok(knobs) => {
            let values: Vec<_> = knobs.iter().map(|knob| (knob, &knob.values[0])).collect();
            let _ = file.check_setting(&values, &[]);
            let _ = file.settings(&[]).check(&values);
            let _ = file.value_in_file(&knobs[0]);
        }
        Err(problems) => drop(refused(&problems, Fate::Refused)),
    }
    let names = file.profile_names().into_iter();
    let profiles = limit::Profiles(names.map(|name| (name, Some(100))).collect());
    let alone = Phrase::alone("--limit", phrase);
    if let Err(problem) = limit::limit(&alone, &profiles) {
        refused(&Problems(vec![*problem]), Fate::Refused);
    }
    let _ = limit::objective(&alone, &profiles);
    let _ = Margins::from_flags(&[phrase.replace("<=", "=")]);
}

/// A scratch folder, removed at its end.
fn scratch() -> TempDir {
    tempfile::tempdir().expect("a scratch folder")
}

fn write(folder: &TempDir, name: &str, bytes: &[u8]) {
    fs::write(folder.path().join(name), bytes).expect("a scratch file");
}

/// A scenario whose robots stand in an inventory and whose rates and outages are measured.
const MEASURED: &str = r#"
name = "measured"
start = "2026-03-28T13:00[Europe/Berlin]"
[release]
version = 1
bundle = { X86_64 = "40 MB", ARM64 = "36 MB" }
[[link]]
name = "mill"
capacity = "50 Mbit/s"
[[link]]
name = "clinic"
capacity = "100 Mbit/s"
[[cohort]]
name = "customers"
robots = { csv = "robots.csv" }
zone = "America/Chicago"
maintenance = [{ days = "daily", from = "01:00", to = "04:00" }]
download_rate = { quantiles = "rates.csv" }
connectivity = { on = "5h", off = { samples = "outages.csv" } }
[[cohort]]
name = "vans"
robots = { file = "fleet.json" }
download_rate = { trace = "trace.csv" }
connectivity = { log = "presence.csv", time_unit = "s" }
"#;

#[test]
fn mutated_data_files_are_refused_or_read() {
    let inventory = texts("scenarios/data", "customers.csv")
        .pop()
        .expect("an inventory");
    let rates = "quantile,value,unit\n0,1,Mbit/s\n0.5,8,Mbit/s\n1,20,Mbit/s\n".to_owned();
    let outages = "value,unit\n1,s\n20,s\n5,min\n".to_owned();
    let fleet = "{\"robots\": [{\"name\": \"v1\", \"architecture\": \"ARM64\"}, {\"name\": \"v2\", \"architecture\": \"arm64\"}]}\n".to_owned();
    let trace = "time;value;unit\n2026-03-02 22:00:00;13,5;Mbit/s\n2026-03-02 22:00:01;0;Mbit/s\n2026-03-02 22:01:00;7,25;Mbit/s\n".to_owned();
    let presence = "time,robot,up\n0,v1,1\n600,v1,0\n700,v2,0\n900,v1,1\n1200,v2,up\n".to_owned();
    let sheets = [inventory, rates, outages, fleet, trace, presence];
    let data = scratch();
    let seen = fates("mutated data files", 800, |number| {
        let mut luck = Luck::of("data", number);
        let which = luck.below(sheets.len());
        let names = [
            "robots.csv",
            "rates.csv",
            "outages.csv",
            "fleet.json",
            "trace.csv",
            "presence.csv",
        ];
        for (number, (name, text)) in names.into_iter().zip(&sheets).enumerate() {
            let bytes = match luck.below(8) {
                _ if number != which => text.clone().into_bytes(),
                0 => mutate::arbitrary(&mut luck),
                _ => mutate::mutated(&mut luck, text, &sheets),
            };
            write(&data, name, &bytes);
        }
        read(MEASURED.as_bytes(), data.path(), |_| {})
    });
    assert!(seen[1] > 0 && seen[3] > 0, "{seen:?}");
}

/// Bytes that are no text come through a file only. Whether they may be UTF-16 the first two tell.
#[test]
fn files_that_are_no_text_are_refused() {
    let data = scratch();
    let texts = scenarios();
    let seen = fates("files", 200, |number| {
        let mut luck = Luck::of("files", number);
        let text = luck.pick(&texts).clone();
        let mut bytes = if luck.one_in(2) {
            mutate::arbitrary(&mut luck)
        } else {
            mutate::mutated(&mut luck, &text, &texts)
        };
        let at = luck.below(bytes.len());
        bytes.splice(
            at..at,
            *luck.pick(&[[0xff, 0xfe], [0xc3, 0x28], [0xed, 0xa0]]),
        );
        write(&data, "fuzz.toml", &bytes);
        match ScenarioFile::read(&data.path().join("fuzz.toml")) {
            Ok(_) => {
                let utf16 = matches!(bytes[..2], [0xff, 0xfe] | [0xfe, 0xff] | [0, _] | [_, 0]);
                assert!(utf16, "what is neither UTF-8 nor UTF-16 was read");
                Fate::Accepted
            }
            Err(problems) => refused(&problems, Fate::Unreadable),
        }
    });
    assert!(seen[0] > 10 * seen[2], "{seen:?}");
}

#[test]
fn mutated_baselines_are_refused_or_compared() {
    let texts: Vec<String> = texts("results/baseline", ".json")
        .into_iter()
        .filter(|text| text.len() < 50_000)
        .collect();
    let folder = PathBuf::from("tests/cli");
    let text = fs::read_to_string(folder.join("small.toml")).expect("a scenario");
    let case = |baseline| {
        let file = ScenarioFile::parse("small.toml", text.clone(), folder.clone())
            .unwrap_or_else(|_| panic!("it is sound"));
        let (scenario, _) = file.check(&[]).unwrap_or_else(|_| panic!("it is sound"));
        let margins = Margins::from_flags(&["1%".to_owned()]).expect("a margin");
        Case {
            file: "small.toml".to_owned(),
            scenario,
            limits: Vec::new(),
            margins,
            replications: 3,
            baseline,
        }
    };
    let own = case(None)
        .bless(String::new(), &Unwatched)
        .expect("nobody interrupts it")
        .to_text();
    let seen = fates("mutated baselines", 400, |number| {
        let mut luck = Luck::of("baselines", number);
        let bytes = mutate::mutated(&mut luck, &own, &texts);
        let Ok(text) = String::from_utf8(bytes) else {
            return Fate::Unreadable;
        };
        // A seal tells almost all mutants; what it does not tell is held to no less.
        let _ = Baseline::parse(&text);
        let Ok(baseline) = Baseline::parse_edited(&text) else {
            return Fate::Refused;
        };
        let checked = [case(Some(baseline))
            .check(true, &Unwatched)
            .expect("nobody interrupts it")];
        report::check_page(&checked).terminal(80);
        report::check_junit(&checked);
        report::check_json(&checked, true, "rollcast check");
        report::check_page(&checked).markdown();
        report::check_github(&checked);
        Fate::Played
    });
    assert!(seen[1] > 0 && seen[3] > 0, "{seen:?}");
}
