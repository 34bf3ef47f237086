//! The command line from the outside: whole outputs, exit codes, and what is left on the disk when things go wrong.

use std::fs;
use std::process::{Child, Output};

use crate::common::sandbox::{Sandbox, checkout, expect, piped, signal, text, wait};

#[test]
fn help_says_what_there_is() {
    Sandbox::new("tests/cli").transcript("help");
}

#[test]
fn run_prints_the_answer_and_writes_the_files() {
    Sandbox::new("tests/cli").transcript("run");
}

#[test]
fn a_run_over_links_says_what_held_it_up() {
    Sandbox::new("tests/cli").transcript("linked");
}

#[test]
fn a_campaign_says_what_became_of_each_job() {
    Sandbox::new("tests/cli").transcript("campaign");
}

#[test]
fn sweep_prints_a_line_a_setting_and_writes_the_files() {
    Sandbox::new("tests/cli").transcript("sweep");
}

#[test]
fn a_map_prints_what_any_setting_could_do_and_writes_the_files() {
    Sandbox::new("tests/cli").transcript("map");
}

#[test]
fn a_comparison_says_what_differs_and_whether_it_matters() {
    Sandbox::new("tests/cli").transcript("compare");
}

#[test]
fn requests_are_taken_and_answers_given_in_the_notation_of_the_service() {
    Sandbox::new("tests/cli").transcript("robomaker");
}

#[test]
fn a_choice_that_fresh_replications_refute_is_no_success() {
    Sandbox::new("tests/cli").transcript("refuted");
}

#[test]
fn precision_ends_a_study_or_says_what_misses_it() {
    Sandbox::new("tests/cli").transcript("precision");
}

#[test]
fn an_operating_characteristic_compares_settings_and_writes_the_files() {
    Sandbox::new("tests/cli").transcript("oc");
}

#[test]
fn tune_prints_what_to_set_and_what_it_costs() {
    Sandbox::new("tests/cli").transcript("tune");
}

#[test]
fn lint_says_what_is_foolish_where_and_why() {
    Sandbox::new("tests/cli").transcript("lint");
}

#[test]
fn explain_shows_every_value_and_what_it_means() {
    Sandbox::new("tests/cli").transcript("explain");
}

#[test]
fn init_prints_a_scenario_that_runs() {
    let sandbox = Sandbox::empty();
    for template in [
        "rollout",
        "percentages",
        "link",
        "nights",
        "offline",
        "canary",
    ] {
        let output = sandbox.rollcast(&["init", template]);
        assert_eq!(output.status.code(), Some(0));
        fs::write(sandbox.path("new.toml"), &output.stdout).unwrap();
        let output = sandbox.rollcast(&["run", "new.toml", "--replications", "3", "--quiet"]);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{template}: {}",
            text(&output.stderr)
        );
        let heading = format!("\n{template}: ");
        assert!(text(&output.stdout).contains(&heading), "{template}");
    }
    assert_eq!(
        sandbox.rollcast(&["init"]).stdout,
        sandbox.rollcast(&["init", "rollout"]).stdout
    );
    assert_eq!(sandbox.rollcast(&["init", "none"]).status.code(), Some(2));
}

#[test]
fn shells_and_manuals_know_every_command() {
    let sandbox = Sandbox::empty();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = sandbox.rollcast(&["completions", shell]).stdout;
        assert!(
            ["sweep", "lint", "explain", "schema", "--replications"]
                .iter()
                .all(|word| text(&script).contains(word)),
            "{shell}"
        );
    }
    let page = sandbox.rollcast(&["man"]).stdout;
    assert!(
        text(&page).contains(".TH rollcast 1") && text(&page).contains("rollcast\\-lint(1)"),
        "{}",
        text(&page)
    );
    let page = sandbox.rollcast(&["man", "run"]).stdout;
    assert!(
        text(&page).contains(".TH rollcast-run 1") && text(&page).contains("precision"),
        "{}",
        text(&page)
    );
    let output = sandbox.rollcast(&["man", "runs"]);
    assert_eq!(
        (output.status.code(), text(&output.stderr)),
        (
            Some(2),
            "error: there is no command `runs`; `rollcast --help` lists them\n"
        )
    );
}

#[test]
fn a_check_says_what_differs_from_the_baseline_and_what_is_expected() {
    Sandbox::new("tests/cli").transcript("check");
}

#[test]
fn a_baseline_is_the_same_with_any_number_of_threads_and_a_broken_one_is_named() {
    let sandbox = Sandbox::new("tests/cli");
    let bless = |threads: &str| {
        let arguments = [
            "check",
            "small.toml",
            "linked.toml",
            "campaign.toml",
            "--bless",
            "--replications",
            "30",
            "--baseline",
        ];
        let output = sandbox.rollcast(&[&arguments[..], &[threads, "--threads", threads]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let read = |name: String| fs::read_to_string(sandbox.path(threads).join(name)).unwrap();
        sandbox
            .names(threads)
            .into_iter()
            .map(read)
            .collect::<Vec<_>>()
    };
    assert_eq!(bless("1"), bless("3"));
    fs::write(sandbox.path("1/small.json"), "{").unwrap();
    let output = sandbox.rollcast(&["check", "small.toml", "linked.toml", "--baseline", "1"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).starts_with("error: cannot read the baseline 1/small.json: "),
        "{}",
        text(&output.stderr)
    );
    assert!(text(&output.stderr).contains("rollcast check small.toml --bless"));
    // Two files of one name.
    fs::copy(sandbox.path("small.toml"), sandbox.path("twin.toml")).unwrap();
    let output = sandbox.rollcast(&["check", "small.toml", "twin.toml", "--baseline", "3"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("are both called `small`"),
        "{}",
        text(&output.stderr)
    );
    // Folders below are looked into, but for hidden ones and results.
    for folder in [
        "fleets/team",
        "fleets/.old",
        "fleets/results/small",
        "fleets/nothing",
    ] {
        fs::create_dir_all(sandbox.path(folder)).unwrap();
        fs::copy(
            sandbox.path("small.toml"),
            sandbox.path(folder).join("small.toml"),
        )
        .unwrap();
    }
    fs::copy(
        sandbox.path("linked.toml"),
        sandbox.path("fleets/linked.toml"),
    )
    .unwrap();
    sandbox.add("tests/cli/data", "fleets/data");
    sandbox.add("tests/cli/data", "fleets/team/data");
    fs::remove_file(sandbox.path("fleets/nothing/small.toml")).unwrap();
    let output = sandbox.rollcast(&["check", "fleets", "--baseline", "3"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let shown = text(&output.stdout);
    assert!(
        shown.contains("fleets/linked.toml       fine")
            && shown.contains("fleets/team/small.toml   fine"),
        "{shown}"
    );
    assert!(shown.starts_with("2 scenarios: 2 fine.\n"), "{shown}");
    // A file in the place of the folder.
    let output = sandbox.rollcast(&["check", "small.toml", "--bless", "--baseline", "small.toml"]);
    assert_eq!(output.status.code(), Some(4), "{}", text(&output.stderr));
}

#[test]
fn wrong_flags_are_named_and_nothing_is_written() {
    Sandbox::new("tests/cli").transcript("flags");
}

/// Every `tests/bad/NAME.toml` is refused with the text of `NAME.stderr`, exit code 2 and nothing written.
#[test]
fn bad_scenarios_are_refused_with_every_mistake_at_its_place() {
    let sandbox = Sandbox::new("tests/bad");
    let before = sandbox.names(".");
    let mut files = before
        .iter()
        .filter(|name| name.ends_with(".toml"))
        .peekable();
    assert!(files.peek().is_some());
    for file in files {
        let output = sandbox.rollcast(&["run", file]);
        assert_eq!(
            output.status.code(),
            Some(2),
            "{file}: {}",
            text(&output.stderr)
        );
        assert_eq!(text(&output.stdout), "", "{file}");
        expect(
            &checkout()
                .join("tests/bad")
                .join(file)
                .with_extension("stderr"),
            text(&output.stderr),
        );
    }
    assert_eq!(sandbox.names("."), before, "something was written");
}

/// Files that are too large or too strange to keep in the repository: a refusal within limits, no crash and no hang.
#[test]
fn monstrous_scenarios_are_refused() {
    let sandbox = Sandbox::new("tests/cli");
    let small = fs::read_to_string(sandbox.path("small.toml")).unwrap();
    let monsters = [
        ("brackets", format!("a = {}", "[".repeat(100_000))),
        (
            "braces",
            format!("a = {}1{}", "{a=".repeat(50_000), "}".repeat(50_000)),
        ),
        ("dots", format!("{} = 1", vec!["a"; 100_000].join("."))),
        (
            "unknown keys",
            (0..20_000).map(|i| format!("a{i} = 1\n")).collect(),
        ),
        ("slips", "= = =\n".repeat(20_000)),
        (
            "values",
            small.replace(
                "[5, 25]",
                &format!("{:?}", (101..5_000).collect::<Vec<_>>()),
            ),
        ),
        (
            "profiles",
            (0..1_000).fold(small.clone(), |text, i| {
                text + &format!("[profile.p{i}]\n\"release.version\" = 1\n")
            }),
        ),
        ("endless table", small.replace("data/rate.csv", "/dev/zero")),
        ("large", "#".repeat(4_000_001)),
    ];
    for (name, monster) in monsters {
        fs::write(sandbox.path("monster.toml"), monster).unwrap();
        let output = sandbox.rollcast(&["run", "monster.toml"]);
        assert_eq!(
            output.status.code(),
            Some(2),
            "{name}: {}",
            text(&output.stderr)
        );
        assert!(
            output.stderr.len() < 40_000,
            "{name}: {} bytes of messages",
            output.stderr.len()
        );
        assert!(
            text(&output.stderr).starts_with("error: "),
            "{name}: {}",
            text(&output.stderr)
        );
    }
    assert!(sandbox.names("results").is_empty());
}

#[test]
fn json_goes_to_standard_output_alone() {
    let sandbox = Sandbox::new("tests/cli");
    for command in [
        &["run"][..],
        &["sweep"],
        &["sweep", "--map=50"],
        &["oc"],
        &["compare", "--set-b=rollout.robomaker.order=file"],
    ] {
        let output =
            sandbox.rollcast(&[command, &["small.toml", "--json", "--replications", "2"]].concat());
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(json["provenance"]["scenario"], "small");
        assert!(text(&output.stderr).starts_with("\nin results/small: "));
    }
}

/// `--png` adds files and changes none but the list of files.
#[test]
fn other_files_are_the_same_with_pngs_and_without() {
    let sandbox = Sandbox::new("tests/cli");
    for command in [
        &["run"][..],
        &["sweep"],
        &["oc"],
        &["compare", "--set-b=rollout.robomaker.order=file"],
    ] {
        for flags in [&["--out", "with", "--png"][..], &["--out", "without"]] {
            let output = sandbox.rollcast(
                &[
                    command,
                    &["small.toml", "--quiet", "--replications", "3"],
                    flags,
                ]
                .concat(),
            );
            assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        }
        let read = |folder: &str, name: &str| fs::read(sandbox.path(folder).join(name)).unwrap();
        let listed = |name: &String| name.ends_with(".manifest.json");
        for name in sandbox
            .names("without")
            .into_iter()
            .filter(|name| !listed(name))
        {
            assert!(
                read("with", &name) == read("without", &name),
                "{command:?}: {name} differs"
            );
        }
        let charts = sandbox
            .names("without")
            .iter()
            .filter(|name| name.ends_with(".svg"))
            .count();
        assert_eq!(
            sandbox.names("with").len(),
            sandbox.names("without").len() + charts,
            "{command:?}: a PNG a chart"
        );
        for folder in ["with", "without"] {
            fs::remove_dir_all(sandbox.path(folder)).unwrap();
        }
    }
}

/// A scenario's own folder, the one above, an absolute path and a detour lead to the same bytes, and the command in them makes them again in
/// the scenario's folder.
#[test]
fn outputs_are_the_same_wherever_they_are_made_from() {
    let sandbox = Sandbox::new("tests/cli");
    sandbox.add("tests/cli", "fleet/plans");
    fs::rename(
        sandbox.path("fleet/plans/request.json"),
        sandbox.path("fleet/request.json"),
    )
    .unwrap();
    let absolute = fs::canonicalize(sandbox.path("fleet"))
        .unwrap()
        .to_string_lossy()
        .into_owned();
    let ways = [
        ("fleet/plans", ".".to_owned()),
        (".", "fleet/plans".to_owned()),
        ("data", format!("{absolute}/plans")),
        ("fleet", "../fleet/plans".to_owned()),
    ];
    let commands: [(&str, &[&str]); 5] = [
        ("run PLANS/small.toml --json", &[]),
        (
            "run PLANS/small.toml --json --request PLANS/../request.json",
            &["--request ../request.json"],
        ),
        ("sweep PLANS/small.toml --json", &[]),
        (
            "compare PLANS/small.toml PLANS/linked.toml --json",
            &["small.toml linked.toml"],
        ),
        (
            "check PLANS/small.toml --bless",
            &["rollcast check small.toml --bless"],
        ),
    ];
    for (command, named) in commands {
        let play = |folder: &str, plans: &str| {
            let place = if command.starts_with("check") {
                "--baseline"
            } else {
                "--out"
            };
            let out = sandbox.path("out").to_string_lossy().into_owned();
            let words = format!(
                "{} --quiet --replications 3 {place} {out}",
                command.replace("PLANS", plans)
            );
            let output = sandbox
                .command()
                .current_dir(sandbox.path(folder))
                .args(words.split(' '))
                .output()
                .unwrap();
            assert_eq!(
                output.status.code(),
                Some(0),
                "{words} in {folder}: {}",
                text(&output.stderr)
            );
            let names = sandbox.names("out");
            let files = names
                .into_iter()
                .map(|name| {
                    (
                        fs::read_to_string(sandbox.path("out").join(&name)).unwrap(),
                        name,
                    )
                })
                .collect();
            fs::remove_dir_all(sandbox.path("out")).unwrap();
            // The answer of a check names files as they were given.
            let answer = if command.starts_with("check") {
                String::new()
            } else {
                text(&output.stdout).to_owned()
            };
            (answer, files)
        };
        let first: (String, Vec<(String, String)>) = play(ways[0].0, &ways[0].1);
        let all = first
            .1
            .iter()
            .map(|(text, _)| text.as_str())
            .collect::<String>();
        assert!(
            named.iter().all(|named| all.contains(named)) && !all.contains("plans"),
            "{command}"
        );
        for (folder, plans) in &ways[1..] {
            let other = play(folder, plans);
            assert!(
                other.0 == first.0,
                "{command} in {folder} answers otherwise"
            );
            for ((text, name), (expected, _)) in other.1.iter().zip(&first.1) {
                assert!(text == expected, "{name} of {command} in {folder} differs");
            }
            assert_eq!(other.1.len(), first.1.len());
        }
    }
}

/// Half of the robots are dead: 95 % never run. Forty replications have no lower end of a 5 % quantile.
#[test]
fn never_and_unknown_are_two_things_in_json_and_csv() {
    let sandbox = Sandbox::new("tests/cli");
    let command = [
        "sweep",
        "tuned.toml",
        "--vary",
        "cohort.*.dead=0,0.5",
        "--json",
        "--quiet",
        "--replications",
        "40",
    ];
    let output = sandbox.rollcast(&command);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let rows = json["rows"].as_array().unwrap();
    let dead = rows
        .iter()
        .find(|row| row["profile"] == "base" && row["values"][0] == "0.5")
        .unwrap();
    let times = &dead["metrics"]["time_to_95_s"];
    let never = serde_json::json!({
        "value": null, "value_never": true, "lo": null, "lo_never": true, "hi": null, "hi_never": true,
    });
    assert_eq!(times["p50"], never);
    assert_eq!(
        times["p05"],
        serde_json::json!({ "value": null, "value_never": true, "lo": null, "hi": null, "hi_never": true })
    );
    let alive = rows
        .iter()
        .find(|row| row["profile"] == "base" && row["values"][0] == "0")
        .unwrap();
    let p05 = &alive["metrics"]["time_to_50_s"]["p05"];
    assert!(
        p05["lo"].is_null() && p05.get("lo_never").is_none() && p05["hi"].is_number(),
        "{p05}"
    );
    // The same in the table.
    let table = fs::read_to_string(sandbox.path("results/tuned/sweep.csv")).unwrap();
    let lines: Vec<Vec<&str>> = table
        .lines()
        .map(|line| line.split(',').collect())
        .collect();
    let column = |name: &str| {
        lines[0]
            .iter()
            .position(|known| *known == name)
            .unwrap_or_else(|| panic!("no {name}"))
    };
    let row = lines
        .iter()
        .find(|row| row[..2] == ["base", "0.5"])
        .unwrap();
    let cells =
        |statistic: &str| ["", ".lo", ".hi"].map(|end| row[column(&format!("{statistic}{end}"))]);
    assert_eq!(cells("time_to_95_s.p50"), ["inf", "inf", "inf"]);
    assert_eq!(cells("time_to_95_s.p05"), ["inf", "", "inf"]);
    assert!(
        lines[0].len() < 500
            && !lines[0]
                .iter()
                .any(|name| name.ends_with(".sd") || name.ends_with(".p99")),
        "{:?}",
        lines[0]
    );
    let output = sandbox.rollcast(&[&command[..], &["--all-statistics"]].concat());
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(
        json["provenance"]["command"]
            .as_str()
            .unwrap()
            .ends_with(" --all-statistics")
    );
    let all = fs::read_to_string(sandbox.path("results/tuned/sweep.csv")).unwrap();
    let names = all
        .lines()
        .next()
        .unwrap()
        .split(',')
        .collect::<Vec<&str>>();
    assert!(
        names.contains(&"broken_count.sd")
            && names.contains(&"broken_count.p99.hi")
            && lines[0].iter().all(|name| names.contains(name))
    );
}

#[test]
fn a_sweep_names_the_least_value_at_which_all_holds_that_is_expected() {
    Sandbox::new("tests/cli").transcript("capacity");
}

#[test]
fn the_command_of_a_comparison_makes_it_again() {
    let sandbox = Sandbox::new("tests/cli");
    let one = [
        "small.toml",
        "--set-a",
        "release.version=13",
        "--set-b",
        "cohort.*.post_launch.failure=0.1",
        "--margin",
        "2%",
    ];
    let two = [
        "small.toml",
        "linked.toml",
        "--replications",
        "9",
        "--set",
        "rollout.robomaker.order=file",
        "--profile",
        "base",
    ];
    for arguments in [&one[..], &two] {
        let play = |arguments: &[&str], folder: &str| {
            let output = sandbox.rollcast(&[arguments, &["--quiet", "--out", folder]].concat());
            assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        };
        play(&[&["compare"][..], arguments].concat(), "first");
        let json = fs::read(sandbox.path("first/compare.json")).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
        // None of the words has a space; single quotes are those of a shell.
        let command = json["provenance"]["command"]
            .as_str()
            .unwrap()
            .replace('\'', "");
        play(&command.split(' ').skip(1).collect::<Vec<_>>(), "second");
        for name in ["compare.csv", "compare.json", "compare.svg"] {
            let [first, second] = ["first", "second"]
                .map(|folder| fs::read(sandbox.path(folder).join(name)).unwrap());
            assert!(first == second, "{name} differs");
        }
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_not_an_error() {
    let sandbox = Sandbox::new("tests/cli");
    let mut child = piped(
        sandbox
            .command()
            .args(["run", "small.toml", "--json", "--quiet"]),
    );
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_is_an_error() {
    let sandbox = Sandbox::new("tests/cli");
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = sandbox
        .command()
        .args(["run", "small.toml", "--quiet"])
        .stdout(full)
        .output()
        .unwrap();
    let message = "error: cannot write to standard output: the disk is full\n";
    assert_eq!(
        (output.status.code(), text(&output.stderr)),
        (Some(4), message)
    );
}

/// A file that cannot be written after the work: exit 4, and neither half files nor folders stay behind.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_written_leaves_nothing_behind() {
    let sandbox = Sandbox::new("tests/cli");
    fs::create_dir_all(sandbox.path("out/summary.json")).unwrap();
    let output = sandbox.rollcast(&["run", "small.toml", "--out", "out"]);
    let message = "error: cannot write to out: summary.json is a folder\n";
    assert_eq!(
        (output.status.code(), text(&output.stderr)),
        (Some(4), message)
    );
    assert_eq!(sandbox.names("out"), ["summary.json"]);

    // A file system that refuses: /proc takes no folders, not even root's.
    let output = sandbox.rollcast(&[
        "run",
        "small.toml",
        "--replications",
        "1000000",
        "--out",
        "/proc/rollcast",
    ]);
    assert_eq!(output.status.code(), Some(4));
    assert!(text(&output.stderr).contains("error: cannot write to /proc/rollcast: "));
}

/// Ctrl-C once the program has begun in earnest, wherever it is then: exit 130, and all files whole or none.
#[cfg(unix)]
#[test]
fn an_early_interruption_leaves_all_or_nothing() {
    let sandbox = Sandbox::new("tests/cli");
    let precise = ["run", "--quiet", "--precision", "0.01%"];
    let compare = [
        "compare",
        "--quiet",
        "--set-b",
        "rollout.robomaker.order=file",
    ];
    for command in [
        &["run"][..],
        &precise,
        &["sweep", "--quiet"],
        &["sweep", "--map=50", "--quiet"],
        &["oc", "--quiet"],
        &compare,
    ] {
        let more = [
            "small.toml",
            "--replications",
            "1000000",
            "--out",
            "new/out",
        ];
        let mut child = piped(sandbox.command().args(command).args(more));
        wait(&mut child, |_| sandbox.path("new").exists());
        let output = interrupt(child);
        assert_eq!(output.status.code(), Some(130), "{}", text(&output.stderr));
        let files = sandbox.names("new/out");
        if files.is_empty() {
            let message =
                "interrupted before the first replication was finished; nothing was written\n";
            assert!(text(&output.stderr).ends_with(message));
            assert!(
                !sandbox.path("new").exists(),
                "an empty folder stayed behind"
            );
        } else {
            assert!(
                text(&output.stderr).contains("interrupted: "),
                "{}",
                text(&output.stderr)
            );
            assert!(
                files.iter().all(|file| !file.ends_with(".partial")),
                "{files:?}"
            );
            fs::remove_dir_all(sandbox.path("new")).unwrap();
        }
    }
}

/// Ctrl-C in the middle: exit 130, whole files of the replications that are finished, and a word on how many they are.
#[cfg(target_os = "linux")]
#[test]
fn an_interruption_keeps_what_is_finished_and_says_so() {
    let sandbox = Sandbox::new("tests/cli");
    let mut child = piped(sandbox.command().args([
        "run",
        "small.toml",
        "--replications",
        "1000000",
        "--quiet",
        "--json",
    ]));
    wait(&mut child, |child| processor_ticks(child) >= 40);
    let output = interrupt(child);
    assert_eq!(output.status.code(), Some(130), "{}", text(&output.stderr));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let finished = json["provenance"]["replications"].as_u64().unwrap();
    let message = text(&output.stderr).replace(',', "");
    assert_eq!(
        message,
        format!(
            "interrupted: the results are those of the first {finished} of 1000000 replications\n"
        )
    );
    let rows = fs::read_to_string(sandbox.path("results/small/replications.csv"))
        .unwrap()
        .lines()
        .count() as u64;
    assert_eq!(rows, 1 + 3 * finished, "three profiles, a row each");
    assert_eq!(sandbox.names("results/small").len(), 10);
}

/// Processor time a program has used, in ticks of a hundredth second.
fn processor_ticks(child: &Child) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap();
    stat.rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .nth(11)
        .unwrap()
        .parse()
        .unwrap()
}

fn interrupt(child: Child) -> Output {
    signal(&child, "INT");
    child.wait_with_output().unwrap()
}
