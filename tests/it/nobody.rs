//! Jobs for nobody: robots that are registered later than a job, a sync or a canary is due.

use std::fs;
use std::process::Output;

use crate::common::sandbox::{Sandbox, checkout};
use crate::common::{checked, parsed};
use rollcast::rollout::EndedBy;
use rollcast::sim::{CampaignPlay, Dice, JobKind, Player};

/// Three robots of 1 s each that join as `joins` says, with a campaign.
fn scenario(joins: &str, campaign: &str) -> String {
    format!(
        "name = \"nobody\"\nreplications = 3\n[release]\nversion = 1\nbundle = {{ ARM64 = \"1 MB\" }}\n[rollout.robomaker]\npreparing = \"0s\"\n\
         {campaign}\n[[cohort]]\nname = \"a\"\nrobots = 3\narchitecture = \"ARM64\"\ndownload_rate = \"8 Mbit/s\"\njoins = {joins}\n"
    )
}

fn play(text: &str) -> CampaignPlay {
    let scenario = checked(&parsed(text, "tests"));
    let profile = &scenario.profiles[0];
    let dice = Dice::new(&profile.world);
    let mut player = Player::new(&dice);
    player.draw(0);
    player.play_campaign(
        &profile.rules,
        profile.campaign.as_ref().expect("a campaign"),
    )
}

/// The jobs that were created, when, and for how many robots.
fn jobs(play: &CampaignPlay) -> Vec<(JobKind, u64, u32)> {
    play.jobs
        .iter()
        .map(|job| (job.kind, job.created.ms() / 1000, job.outcome.n))
        .collect()
}

#[test]
fn a_sync_for_nobody_does_not_use_up_times() {
    let hourly = "[campaign.sync]\ntimes = 1\ninterval = \"1h\"";
    let met = play(&scenario("\"2h\"", hourly));
    assert_eq!(jobs(&met), [(JobKind::Sync(1), 7_200, 3)]);
    assert_eq!(
        (met.outcome.ended_by, met.outcome.updated),
        (EndedBy::Success, 3)
    );
    // Between two syncs the next one meets them; with no interval they are met as they join.
    assert_eq!(
        jobs(&play(&scenario("\"100min\"", hourly))),
        [(JobKind::Sync(1), 7_200, 3)]
    );
    assert_eq!(
        jobs(&play(&scenario("\"100min\"", "[campaign.sync]\ntimes = 1"))),
        [(JobKind::Sync(1), 6_000, 3)]
    );
    // However many of them there would have been.
    assert_eq!(
        jobs(&play(&scenario(
            "\"250d\"",
            "[campaign.sync]\ninterval = \"1s\""
        ))),
        [(JobKind::Sync(1), 250 * 86_400, 3)]
    );
}

#[test]
fn syncs_for_nobody_in_between_are_skipped() {
    let text = scenario("\"5h\"", "[campaign.sync]\ntimes = 2\ninterval = \"1h\"")
        + "[[cohort]]\nname = \"b\"\nrobots = 2\narchitecture = \"ARM64\"\ndownload_rate = \"8 Mbit/s\"\n"
        + "[[cohort]]\nname = \"c\"\nrobots = 1\narchitecture = \"ARM64\"\ndownload_rate = \"8 Mbit/s\"\njoins = \"10h\"\n";
    let play = play(&text);
    // One after another, the main job is over after 2 s, and syncs are due an hour apart from then on.
    assert_eq!(
        jobs(&play),
        [
            (JobKind::Main, 0, 2),
            (JobKind::Sync(1), 5 * 3600 + 2, 3),
            (JobKind::Sync(2), 10 * 3600 + 5, 1)
        ]
    );
    assert_eq!((play.outcome.updated, play.outcome.aftermath.jobs), (6, 3));
}

#[test]
fn a_canary_for_nobody_leaves_all_to_the_main_job() {
    let text = scenario(
        "\"5h\"",
        "[campaign.canary]\ncohorts = [\"a\"]\nsoak = \"1h\"\n[campaign.sync]\ninterval = \"6h\"",
    ) + "[[cohort]]\nname = \"b\"\nrobots = 2\narchitecture = \"ARM64\"\ndownload_rate = \"8 Mbit/s\"\n";
    assert_eq!(
        jobs(&play(&text)),
        [(JobKind::Main, 0, 2), (JobKind::Sync(1), 6 * 3600 + 2, 3)]
    );
}

#[test]
fn robots_that_join_later_than_everything_end_as_no_job() {
    for campaign in [
        "[campaign.canary]\nrobots = 1",
        "[campaign.sync]\ninterval = \"1h\"\ntimes = 100",
    ] {
        let play = play(&scenario("\"301d\"", campaign));
        assert_eq!(jobs(&play), []);
        let outcome = &play.outcome;
        assert_eq!(
            (
                outcome.ended_by,
                outcome.never_started,
                outcome.aftermath.jobs
            ),
            (EndedBy::NoJob, 3, 0),
            "{campaign}"
        );
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// What a run says where there is never a job: no duration, and no failure.
#[test]
fn a_run_without_any_job_has_no_duration() {
    let sandbox = Sandbox::empty();
    fs::write(
        sandbox.path("none.toml"),
        scenario("\"2h\"", "[campaign.canary]\nrobots = 1"),
    )
    .unwrap();
    let run = sandbox.rollcast(&["run", "none.toml", "--out", "out"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run));
    let table = String::from_utf8(run.stdout).unwrap();
    let row = |name: &str| {
        table
            .lines()
            .find(|line| line.starts_with(name))
            .unwrap_or_else(|| panic!("no {name} in {table}"))
    };
    assert!(row("job duration").ends_with(" -"), "{table}");
    assert!(row("time to 95 %").contains("never in 100 %"), "{table}");

    let bytes = fs::read(sandbox.path("out/replications.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let header = reader.headers().unwrap().clone();
    for row in reader.records().map(Result::unwrap) {
        let get = |name: &str| &row[header.iter().position(|column| column == name).unwrap()];
        assert_eq!(
            (
                get("ended_by"),
                get("job_duration_s"),
                get("drained_s"),
                get("jobs_count")
            ),
            ("no_job", "", "", "0")
        );
        assert_eq!(
            (get("never_started_count"), get("started_count")),
            ("3", "0")
        );
    }
    let summary: serde_json::Value =
        serde_json::from_slice(&fs::read(sandbox.path("out/summary.json")).unwrap()).unwrap();
    let duration = &summary["profiles"][0]["metrics"]["job_duration_s"];
    assert!(
        duration.is_object() && duration["mean"]["value"].is_null(),
        "{duration}"
    );

    let lint = sandbox.rollcast(&["lint", "none.toml"]);
    assert_eq!(lint.status.code(), Some(1));
    assert!(text(&lint).contains("[job-for-nobody]"), "{}", text(&lint));
}

#[test]
fn answers_of_a_replication_without_a_job_are_refused_or_empty() {
    let sandbox = Sandbox::empty();
    fs::write(
        sandbox.path("none.toml"),
        scenario("\"2h\"", "[campaign.canary]\nrobots = 1"),
    )
    .unwrap();
    fs::copy(
        checkout().join("tests/cases/no_job_yet.toml"),
        sandbox.path("no_job_yet.toml"),
    )
    .unwrap();
    let run = |arguments: &[&str]| {
        sandbox.rollcast(&[&["run"], arguments, &["-q", "--out", "out"]].concat())
    };
    let listed = || -> serde_json::Value {
        serde_json::from_slice(&fs::read(sandbox.path("list.json")).unwrap()).unwrap()
    };
    let n_jobs =
        |list: &serde_json::Value| list["deploymentJobs"].as_array().expect("an array").len();

    for (file, at) in [
        ("none.toml", None),
        ("none.toml", Some("1d")),
        ("no_job_yet.toml", Some("1h")),
    ] {
        let at: Vec<&str> = at.map_or_else(Vec::new, |at| vec!["--at", at]);
        let list = run(&[&[file, "--list", "list.json"], at.as_slice()].concat());
        assert_eq!(
            (list.status.code(), n_jobs(&listed())),
            (Some(0), 0),
            "{file} {at:?}: {}",
            text(&list)
        );
        let describe = run(&[&[file, "--describe", "describe.json"], at.as_slice()].concat());
        assert_eq!(describe.status.code(), Some(2), "{file} {at:?}");
        assert!(
            text(&describe).contains("no job by then"),
            "{}",
            text(&describe)
        );
        assert!(!sandbox.path("describe.json").exists());
    }
    let series = run(&["none.toml", "--describe-every", "1h", "series"]);
    assert_eq!(series.status.code(), Some(2));
    assert!(
        text(&series).contains("no job by then"),
        "{}",
        text(&series)
    );

    // The sync that finds them comes after two hours.
    let series = run(&[
        "no_job_yet.toml",
        "--describe-every",
        "1s",
        "series",
        "--list",
        "list.json",
    ]);
    assert_eq!(
        (series.status.code(), n_jobs(&listed())),
        (Some(0), 1),
        "{}",
        text(&series)
    );
    let names = sandbox.names("series");
    assert_eq!(
        names.first().map(String::as_str),
        Some("describe_7200s.json"),
        "{names:?}"
    );
}

/// The main job of the case is for nobody in every rollout, whatever syncs do later.
#[test]
fn lint_says_that_a_job_is_for_nobody() {
    let sandbox = Sandbox::new("tests/cases");
    let lint = sandbox.rollcast(&["lint", "no_job_yet.toml"]);
    assert_eq!(lint.status.code(), Some(1));
    assert!(
        text(&lint).contains("the first job has no robots"),
        "{}",
        text(&lint)
    );
}

/// A canary inherits the percentage, not the number of robots: header and lint say what that comes to.
#[test]
fn a_canary_that_inherits_the_percentage_is_said_to_go_one_at_a_time() {
    let sandbox = Sandbox::new("tests/cases");
    let lint = text(&sandbox.rollcast(&["lint", "canary_inherits.toml"]));
    assert!(
        lint.contains("the canary deploys to one robot at a time") && lint.contains("1 at a time"),
        "{lint}"
    );
    let run = sandbox.rollcast(&[
        "run",
        "canary_inherits.toml",
        "--replications",
        "5",
        "--out",
        "out",
    ]);
    let table = String::from_utf8(run.stdout).unwrap();
    assert!(
        table.contains("canary of 10 robots, 1 at a time, soak 12 h"),
        "{table}"
    );
}
