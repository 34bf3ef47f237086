//! What a scenario file becomes: who has the last word over a value.

use std::path::PathBuf;

use rollcast::scenario::{Knob, ScenarioFile};

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
    ScenarioFile::parse("words.toml", TEXT.to_owned(), PathBuf::new()).expect("the scenario parses")
}

#[test]
fn a_profile_overrides_the_file_and_a_flag_but_not_a_knob() {
    let windows = |scenario: rollcast::scenario::Scenario| -> Vec<u8> {
        scenario.profiles.iter().map(|profile| profile.rules.concurrent_deployment_percentage).collect()
    };
    let mut file = file();
    assert_eq!(windows(file.check(&[]).expect("it is sound").0), [10, 50]);
    file.set("--set", "rollout.robomaker.concurrent_deployment_percentage=20").expect("the key is there");
    assert_eq!(windows(file.check(&[]).expect("it is sound").0), [20, 50]);
    let knobs = Knob::from_flags(&["rollout.robomaker.concurrent_deployment_percentage=30".to_owned()]).expect("a knob");
    let setting = [(&knobs[0], &knobs[0].values[0])];
    assert_eq!(windows(file.check_setting(&setting, &[]).expect("it is sound")), [30, 30]);
}

#[test]
fn the_hash_ignores_layout_seed_and_replications_and_nothing_else() {
    let hash = |text: String| {
        let file = ScenarioFile::parse("words.toml", text, PathBuf::new()).expect("the scenario parses");
        file.check(&[]).expect("it is sound").0.hash
    };
    let plain = hash(TEXT.to_owned());
    assert_eq!(hash(TEXT.replace("robots = 100", "robots   =   100 # a hundred")), plain);
    assert_eq!(hash(format!("seed = 5\nreplications = 7\n{TEXT}")), plain);
    assert_ne!(hash(TEXT.replace("robots = 100", "robots = 101")), plain);
    assert_ne!(hash(TEXT.replace("= 50", "= 51")), plain);
}
