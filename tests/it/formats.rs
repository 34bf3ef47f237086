//! Files as people have them: tables, inventories, logs and requests in the forms in which tools write them are read with the values that
//! they say, and what may be read in two ways is refused.

use std::fs;
use std::path::{Path, PathBuf};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rollcast::model::{Architecture, Cohort, PresenceLog, Spells};
use rollcast::random::Law;
use rollcast::scenario::{Problems, RequestFile, Scenario, ScenarioFile};
use tempfile::TempDir;

use crate::common::sandbox::Sandbox;
use crate::common::{flat, text_of};

/// The files in the forms in which tools wrote them.
fn forms() -> PathBuf {
    PathBuf::from("tests/formats")
}

/// A scenario of one cohort that says this, with its data in a folder.
fn read(cohort: &str, folder: &Path) -> Result<(Scenario, Problems), String> {
    let text = format!(
        "name = \"x\"\n[release]\nversion = 2\nbundle = {{ X86_64 = \"150 MB\", ARM64 = \"150 MB\", ARMHF = \"100 MB\" }}\n\
         [[cohort]]\nname = \"d\"\n{cohort}\n"
    );
    let file = ScenarioFile::parse("x.toml", text, folder.to_owned())
        .unwrap_or_else(|found| panic!("{}", found.render(false)));
    file.check(&[]).map_err(|found| found.render(false))
}

/// The cohort of a sound scenario.
fn cohort(cohort: &str, folder: &Path) -> Cohort {
    let (scenario, _) = read(cohort, folder).unwrap_or_else(|found| panic!("{cohort}\n{found}"));
    scenario.profiles[0].world.fleet.cohorts[0].clone()
}

const ROBOTS: &str = "robots = 5\narchitecture = \"ARM64\"\n";

fn rates_of(rate: &str, folder: &Path) -> Cohort {
    cohort(&format!("{ROBOTS}download_rate = {rate}"), folder)
}

/// What is said of a rate that is refused.
fn refusal(rate: &str, folder: &Path) -> String {
    let cohort = format!("{ROBOTS}download_rate = {rate}");
    let read = read(&cohort, folder);
    read.map_or_else(|found| found, |_| panic!("{rate} was read"))
}

/// The values of a law of recorded values, in their order.
fn values(law: &Law, n: usize) -> Vec<f64> {
    let middle = |i: usize| law.quantile((i as f64 + 0.5) / n as f64);
    (0..n).map(middle).collect()
}

/// A folder with a file of these bytes.
fn folder_of(name: &str, bytes: impl AsRef<[u8]>) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    folder
}

fn utf16(text: &str, little_end: bool, mark: bool) -> Vec<u8> {
    let mark = if mark { "\u{feff}" } else { "" };
    let words = mark.encode_utf16().chain(text.encode_utf16());
    let bytes = words.flat_map(|word| match little_end {
        true => word.to_le_bytes(),
        false => word.to_be_bytes(),
    });
    bytes.collect()
}

#[test]
fn a_spreadsheet_with_decimal_commas_is_read() {
    let cohort = rates_of("{ samples = \"rates_decimal_comma.csv\" }", &forms());
    assert_eq!(values(&cohort.download_rate, 3), [3e6, 8.25e6, 12.5e6]);
}

#[test]
fn any_column_counts_that_is_named_and_its_values_may_have_units() {
    let rate = "{ samples = { file = \"rates_speedtest.csv\", column = \"download\" } }";
    let rows = text_of("tests/formats/rates_speedtest.csv").lines().count() - 1;
    let expected: Vec<f64> = (0..rows).map(|i| (40.25 + i as f64) * 1e6).collect();
    assert_eq!(
        values(&rates_of(rate, &forms()).download_rate, rows),
        expected
    );
    // Whatever its case, and with its unit said once more.
    let again = "{ samples = { file = \"rates_speedtest.csv\", column = \"Download\", unit = \"Mbit/s\" } }";
    assert_eq!(
        rates_of(again, &forms()).download_rate,
        rates_of(rate, &forms()).download_rate
    );
}

#[test]
fn durations_are_read_in_words_and_as_clocks_show_them() {
    let launching = |file: &str, folder: &Path| {
        let more = format!("launching = {{ duration = {{ samples = \"{file}\" }} }}");
        let cohort = cohort(
            &format!("{ROBOTS}download_rate = \"1 MB/s\"\n{more}"),
            folder,
        );
        values(&cohort.launching.unwrap(), 2)
    };
    assert_eq!(launching("durations_words.csv", &forms()), [252e3, 300e3]);
    for text in [
        "value\n0:04:12\n00:05:00\n",
        "value,unit\n252,s\n5,min\n",
        "4min 12s\n5 min\n",
        "252 s\n300s\n",
        "value;unit\n4,2;min\n0,083333333333333333;h\n",
    ] {
        let folder = folder_of("t.csv", text);
        assert_eq!(launching("t.csv", folder.path()), [252e3, 300e3], "{text}");
    }
}

/// One table of rates, written as many tools would write it.
#[test]
fn a_table_says_the_same_however_it_is_written() {
    let mut rng = StdRng::seed_from_u64(5);
    for case in 0..200 {
        let n = rng.random_range(2..20);
        let rates: Vec<u32> = (0..n).map(|_| rng.random_range(1..90_000)).collect();
        let plain: String = rates
            .iter()
            .map(|rate| format!("{}.{:02},Mbit/s\n", rate / 100, rate % 100))
            .collect();
        let folder = folder_of("plain.csv", format!("value,unit\n{plain}"));
        let [delimiter, mark] = *[[";", ","], ["\t", ","], ["\t", "."], [",", "."], [";", "."]]
            .get(rng.random_range(0..5))
            .unwrap();
        let quote = if rng.random_range(0..3) == 0 {
            "\""
        } else {
            ""
        };
        let end = if rng.random_range(0..2) == 0 {
            "\r\n"
        } else {
            "\n"
        };
        let with_header = rng.random_range(0..3) > 0;
        // A comma that stands alone between digits may part fields.
        let inside = rng.random_range(0..2) == 0 && (with_header || mark == ".");
        let mut text = String::new();
        if with_header {
            let header = match inside {
                true => vec!["Value", "Note"],
                false => vec!["Value", "Unit", "Note"],
            };
            text += &format!("{}{end}", header.join(delimiter));
        }
        for rate in &rates {
            let number = format!("{}{mark}{:02}", rate / 100, rate % 100);
            let fields = match inside {
                true => vec![format!("{quote}{number} Mbits/s{quote}")],
                false => vec![format!("{quote}{number}{quote}"), "Mbit/s".to_owned()],
            };
            text += &format!("{}{end}", fields.join(delimiter));
            if rng.random_range(0..9) == 0 {
                text += end;
            }
        }
        let little_end = rng.random_range(0..2) == 0;
        let bytes = match rng.random_range(0..4) {
            0 => utf16(&text, little_end, true),
            1 => utf16(&text, little_end, false),
            2 => format!("\u{feff}{text}").into_bytes(),
            _ => text.clone().into_bytes(),
        };
        fs::write(folder.path().join("other.csv"), bytes).unwrap();
        let law = |file: &str| {
            let rate = format!("{{ samples = \"{file}\" }}");
            values(&rates_of(&rate, folder.path()).download_rate, n)
        };
        assert_eq!(law("other.csv"), law("plain.csv"), "case {case}: {text:?}");
    }
}

#[test]
fn what_a_table_may_mean_in_two_ways_is_refused_with_the_remedy() {
    for (text, problem, help) in [
        (
            "value;unit\n1.234,5;Mbit/s\n",
            "has a thousands separator",
            "1234.5",
        ),
        (
            "value\tunit\n1,234\tkbit/s\n",
            "may be 1234 or 1.234",
            "without a thousands separator",
        ),
        (
            "value;unit\n1 234;kbit/s\n",
            "has a thousands separator",
            "1234.5",
        ),
        (
            "value;unit\n1'234;kbit/s\n",
            "has a thousands separator",
            "1234.5",
        ),
        (
            "value;unit\n12,5;Mbit/s\n8.25;Mbit/s\n",
            "has a decimal comma",
            "in one way",
        ),
        (
            "value\n40 kbit/s\n40\n",
            "`40` has no unit",
            "unit = \"Mbit/s\"",
        ),
        (
            "value\n5-20 Mbit/s\n",
            "is a range, not a rate",
            "uniform = { min = \"5 Mbit/s\", max = \"20 Mbit/s\" }",
        ),
        (
            "value,unit\n5,Mb/s\n",
            "`Mb/s` is not a unit of a rate",
            "`Mbit/s` for bits or `MB/s` for bytes",
        ),
        (
            "12,5 Mbit/s\n8,25 Mbit/s\n",
            "`5 Mbit/s` is not a unit",
            "decimals have a point",
        ),
        (
            "value,unit\n5,s\n",
            "`s` is a unit of a duration",
            "per second",
        ),
    ] {
        let folder = folder_of("t.csv", text);
        let found = refusal("{ samples = \"t.csv\" }", folder.path());
        assert!(
            flat(&found).contains(problem) && flat(&found).contains(help),
            "{text:?}: {found}"
        );
    }
    let folder = folder_of("t.csv", "value\n04:12\n");
    let minutes = format!(
        "{ROBOTS}download_rate = \"1 MB/s\"\nlaunching = {{ duration = {{ samples = \"t.csv\" }} }}"
    );
    let found = read(&minutes, folder.path()).unwrap_err();
    assert!(found.contains("0:04:12, or a duration"), "{found}");
}

#[test]
fn a_unit_that_is_missing_everywhere_is_missed_once() {
    let folder = folder_of("t.csv", "value\n1\n2\n3\n4\n");
    let found = refusal("{ samples = \"t.csv\" }", folder.path());
    assert!(found.ends_with("1 error; nothing was played\n"), "{found}");
    fs::write(
        folder.path().join("robots.csv"),
        "name,architecture,download_rate\na,ARM64,5\nb,ARM64,6\nc,ARM64,7\n",
    )
    .unwrap();
    let inventory = read("robots = { file = \"robots.csv\" }", folder.path());
    let found = inventory.unwrap_err();
    assert!(found.ends_with("1 error; nothing was played\n"), "{found}");
    assert!(found.contains("as in \"20 Mbit/s\""), "{found}");
}

#[test]
fn texts_in_other_encodings_are_read_or_named_with_the_command() {
    let latin = folder_of("t.csv", b"value,unit,note\n5,Mbit/s,Z\xfcrich\n");
    let found = refusal("{ samples = \"t.csv\" }", latin.path());
    assert!(
        found.contains("line 2 is not UTF-8")
            && flat(&found).contains("`iconv -f latin1 -t utf-8 FILE > utf8.txt`"),
        "{found}"
    );
    let mut broken = utf16("value,unit\n5,Mbit/s\n", true, true);
    broken.pop();
    let found = refusal("{ samples = \"t.csv\" }", folder_of("t.csv", broken).path());
    assert!(flat(&found).contains("iconv -f utf-16"), "{found}");
}

#[test]
fn samples_at_zero_are_no_rate_of_a_robot_and_a_trace_of_them_is() {
    for rate in [
        "{ samples = \"rates_zero.csv\" }",
        "{ samples = { file = \"rates_trace.csv\", column = \"throughput_mbps\", unit = \"Mbit/s\" } }",
    ] {
        let found = refusal(rate, &forms());
        assert!(
            found.contains("is 0 with a probability") && found.contains("{ trace = \"FILE\" }"),
            "{found}"
        );
    }
    let times = "time,value,unit\n0,0,Mbit/s\n1,0,Mbit/s\n2,8.25,Mbit/s\n";
    let folder = folder_of("t.csv", times);
    let cohort = rates_of("{ trace = \"t.csv\", time_unit = \"s\" }", folder.path());
    let trace = cohort.rate_trace.unwrap();
    assert_eq!((trace.period(), trace.average()), (3_000, 2.75e6));
    let steps = rates_of("{ trace = \"rates_zero.csv\", step = \"1s\" }", &forms());
    assert_eq!(steps.rate_trace.as_deref(), Some(&*trace));
    assert_eq!(cohort.download_rate, Law::constant(2.75e6).unwrap());
}

/// The trace of a drive, reckoned from its text.
#[test]
fn a_trace_has_the_rates_of_its_rows_and_averages_of_its_spans() {
    let text = text_of("tests/formats/rates_trace.csv");
    let rates: Vec<f64> = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(1).unwrap().parse::<f64>().unwrap() * 1e6)
        .collect();
    let rate = "trace = \"rates_trace.csv\", column = \"throughput_mbps\", unit = \"Mbit/s\"";
    let trace = rates_of(&format!("{{ {rate} }}"), &forms())
        .rate_trace
        .unwrap();
    let read: Vec<(u64, f64)> = trace.rows().to_vec();
    assert_eq!(trace.period(), 1000 * rates.len() as u64);
    let mean = rates.iter().sum::<f64>() / rates.len() as f64;
    assert!((trace.average() / mean - 1.0).abs() < 1e-12);
    // Rows that say the same as the one before may be one.
    for (i, rate) in rates.iter().enumerate() {
        let row = read.iter().rfind(|(from, _)| *from <= 1000 * i as u64);
        assert!((row.unwrap().1 - rate).abs() <= 1e-9 * rate, "row {i}");
    }
    let spans = rates.len() / 60;
    let averages = rates_of(&format!("{{ {rate}, average = \"1min\" }}"), &forms());
    assert!(averages.rate_trace.is_none());
    let mut expected: Vec<f64> = rates
        .chunks_exact(60)
        .map(|span| span.iter().sum::<f64>() / 60.0)
        .collect();
    expected.sort_by(f64::total_cmp);
    for (read, expected) in values(&averages.download_rate, spans).iter().zip(&expected) {
        assert!((read / expected - 1.0).abs() < 1e-9, "{read} is {expected}");
    }
}

fn log_of(connectivity: &str, folder: &Path) -> std::sync::Arc<PresenceLog> {
    let text = format!("{ROBOTS}download_rate = \"1 MB/s\"\nconnectivity = {connectivity}");
    match cohort(&text, folder).connectivity.unwrap().spells {
        Spells::Recorded(log) => log,
        other => panic!("{connectivity} gives {other:?}"),
    }
}

#[test]
fn a_log_has_the_spells_of_its_rows() {
    let log = log_of(
        "{ log = \"presence_log.csv\", robot = \"host\", time = \"timestamp_ms\", time_unit = \"ms\" }",
        &forms(),
    );
    assert_eq!(log.period(), 2_000);
    let [robot] = log.robots() else {
        panic!("one robot")
    };
    assert_eq!(
        (robot.name.as_str(), robot.online_at_first, &robot.changes),
        ("amr-01", true, &vec![1_000])
    );
}

/// A log says the same in whatever order, with dates or numbers, in words or digits.
#[test]
fn a_log_says_the_same_however_it_is_written() {
    let plain = "time,robot,up\n0,a,1\n60,a,0\n90,b,0\n120,a,1\n180,b,1\n";
    let expected = log_of(
        "{ log = \"t.csv\", time_unit = \"s\" }",
        folder_of("t.csv", plain).path(),
    );
    // `b` is at first as it is at the end.
    let of = |name: &str| &expected.robots()[expected.robot(name).unwrap()];
    assert_eq!(
        (of("a").online_at_first, &of("a").changes),
        (true, &vec![60_000, 120_000])
    );
    assert_eq!(
        (of("b").online_at_first, &of("b").changes),
        (true, &vec![90_000, 180_000])
    );
    assert_eq!(expected.period(), 210_000);
    for (connectivity, text) in [
        (
            "{ log = \"t.csv\", time_unit = \"ms\" }",
            "up;robot;time\n1;b;180000\n1;a;0\n0;a;60000\n0;b;90000\n1;a;120000\n",
        ),
        (
            "{ log = \"t.csv\" }",
            "time,robot,up\n2026-03-02 22:00:00,a,online\n2026-03-02 22:01:00,a,offline\n2026-03-02T22:01:30,b,DOWN\n2026-03-02 22:02:00,a,up\n2026-03-02 22:03:00,b,True\n",
        ),
        (
            "{ log = \"t.csv\" }",
            "time\trobot\tup\n2026-03-02T22:00:00Z\ta\t1.0\n2026-03-02T23:01:00+01:00\ta\t0\n2026-03-02T22:01:30Z\tb\t0\n2026-03-02T22:02:00Z\ta\t1\n2026-03-02T22:03:00Z\tb\tyes\n",
        ),
        (
            "{ log = \"t.csv\", time_unit = \"s\" }",
            "time;robot;up\n1772488800,5;a;1\n1772488860,5;a;0\n1772488890,5;b;0\n1772488920,5;a;1\n1772488980,5;b;1\n",
        ),
        // Of two rows of one moment the later counts.
        (
            "{ log = \"t.csv\", time_unit = \"s\", robot = \"host\", up = \"state\" }",
            "time,host,state\n0,a,0\n0,a,1\n60,a,0\n90,b,1\n90,b,0\n120,a,1\n180,b,1\n",
        ),
    ] {
        let folder = folder_of("t.csv", utf16(text, true, true));
        let log = log_of(connectivity, folder.path());
        assert_eq!(log, expected, "{text}");
    }
}

#[test]
fn what_a_log_or_trace_does_not_say_is_refused_with_the_remedy() {
    for (more, text, problem, help) in [
        (
            "",
            "time,robot,up\n1551131969,a,1\n1551131979,a,0\n",
            "`1551131969` is a number, and its unit is not known",
            "write time_unit = \"s\" beside it if that is 2019-02-25T21:59:29Z",
        ),
        (
            "",
            "time,robot,up\n1551131969002,a,1\n1551131979002,a,0\n",
            "`1551131969002` is a number",
            "write time_unit = \"ms\" beside it if that is 2019-02-25T21:59:29.002Z",
        ),
        (
            "",
            "time,robot,up\n1,a,1\n2,a,0\n",
            "`1` is a number",
            "write time_unit = \"s\" or time_unit = \"ms\" beside it",
        ),
        (
            ", time_unit = \"s\"",
            "time,robot,up\n2026-03-02 22:00:00,a,1\n2026-03-02 22:01:00,a,0\n",
            "`2026-03-02 22:00:00` is not a number",
            "leave out `time_unit`",
        ),
        (
            "",
            "time,robot,up\n2026-03-02 22:00:00,a,1\n2026-03-02 22:01:00Z,a,0\n",
            "some times have an offset",
            "in one way",
        ),
        (
            "",
            "time,robot,up\n03/02/2026 22:00,a,1\n",
            "`03/02/2026 22:00` is not a time",
            "as in 2026-03-02 22:00:00",
        ),
        (
            "",
            "time,robot,up\n2026-03-02 22:00:00,a,maybe\n2026-03-02 22:01:00,a,0\n",
            "`maybe` does not say whether the robot is online",
            "1 or 0, true or false",
        ),
        (
            "",
            "timestamp,robot,up\n2026-03-02 22:00:00,a,1\n",
            "the log has no column `time`",
            "as in time = \"NAME\"",
        ),
    ] {
        let folder = folder_of("t.csv", text);
        let cohort = format!(
            "{ROBOTS}download_rate = \"1 MB/s\"\nconnectivity = {{ log = \"t.csv\"{more} }}"
        );
        let found = read(&cohort, folder.path()).unwrap_err();
        assert!(
            flat(&found).contains(problem)
                && flat(&found).contains(help)
                && found.ends_with("1 error; nothing was played\n"),
            "{text:?}: {found}"
        );
    }
}

/// The names and architectures that an inventory lists.
fn listed(robots: &str, folder: &Path) -> (Cohort, Vec<String>) {
    let text = format!("robots = {robots}\ndownload_rate = \"1 MB/s\"");
    let (scenario, warnings) = read(&text, folder).unwrap_or_else(|found| panic!("{found}"));
    let warnings = warnings.0.iter().map(|warning| warning.title.clone());
    (
        scenario.profiles[0].world.fleet.cohorts[0].clone(),
        warnings.collect(),
    )
}

fn names(cohort: &Cohort) -> Vec<(&str, Architecture)> {
    let robots = cohort.inventory.iter();
    robots
        .map(|robot| (robot.name.as_str(), robot.architecture))
        .collect()
}

#[test]
fn columns_of_no_use_are_left_alone_and_named_once() {
    let export = |columns: &str| {
        listed(
            &format!("{{ file = \"inventory_export.csv\"{columns} }}"),
            &forms(),
        )
    };
    let (cohort, warnings) = export("");
    assert_eq!(
        names(&cohort),
        [
            ("amr-01", Architecture::X86_64),
            ("amr-02", Architecture::ARM64)
        ]
    );
    let [warning] = warnings.as_slice() else {
        panic!("{warnings:?}")
    };
    for column in [
        "row_id",
        "id",
        "hostname",
        "os",
        "last_online_time",
        "last_online_ip",
        "group_id",
        "alias",
    ] {
        assert!(warning.contains(&format!("`{column}`")), "{warning}");
    }
    let (cohort, _) = export(", columns = { name = \"hostname\" }");
    assert_eq!(
        names(&cohort),
        [("h1", Architecture::X86_64), ("h2", Architecture::ARM64)]
    );
    let (cohort, _) = export(", columns = { offline_since = \"last_online_time\" }");
    assert_eq!(cohort.dead, 2);
}

#[test]
fn inventories_of_the_service_and_without_a_header_are_read() {
    for (file, expected) in [
        (
            "inventory_list_robots.json",
            &[
                ("Robot100", Architecture::X86_64),
                ("Robot101", Architecture::X86_64),
            ][..],
        ),
        (
            "inventory_no_header.csv",
            &[
                ("Robot100", Architecture::X86_64),
                ("Robot101", Architecture::X86_64),
                ("Robot102", Architecture::ARMHF),
            ],
        ),
    ] {
        for key in ["file", "csv"] {
            let (cohort, warnings) = listed(&format!("{{ {key} = \"{file}\" }}"), &forms());
            assert_eq!(names(&cohort), expected, "{file}");
            assert_eq!(warnings, [""; 0], "{file}");
        }
    }
    let fleet = r#"{"name": "Trek", "arn": "arn:aws:robomaker:us-west-2:111111111111:deployment-fleet/Trek/1",
        "robots": [{"arn": "arn:x", "name": "r1", "fleetArn": "arn:y", "status": "Registered",
        "greenGrassGroupId": "g", "createdAt": 1544035373.0, "architecture": "ARMHF", "lastDeploymentTime": 1544035373.0}],
        "createdAt": 1539894765.711}"#;
    for text in [
        fleet.to_owned(),
        format!("\u{feff}{fleet}"),
        r#"[{"Name": "r1", "Architecture": "armv7l"}]"#.to_owned(),
    ] {
        let folder = folder_of("fleet.json", text);
        let (cohort, _) = listed("{ file = \"fleet.json\" }", folder.path());
        assert_eq!(names(&cohort), [("r1", Architecture::ARMHF)]);
    }
}

#[test]
fn an_inventory_with_semicolons_has_decimal_commas() {
    let (cohort, _) = listed("{ file = \"inventory_semicolons.csv\" }", &forms());
    let rates: Vec<Option<f64>> = cohort
        .inventory
        .iter()
        .map(|robot| robot.download_rate)
        .collect();
    assert_eq!(rates, [Some(12.5e6), None]);
}

#[test]
fn architectures_are_called_as_tools_call_them() {
    for (architecture, names) in [
        (
            Architecture::X86_64,
            "X86_64 x86_64 amd64 AMD64 x86-64 linux/amd64",
        ),
        (
            Architecture::ARM64,
            "ARM64 arm64 aarch64 linux/arm64 linux/arm64/v8 arm64v8",
        ),
        (
            Architecture::ARMHF,
            "ARMHF armhf armv7l armv7 linux/arm/v7 arm32v7",
        ),
    ] {
        for name in names.split(' ') {
            let folder = folder_of("t.csv", format!("name,architecture\nr,{name}\n"));
            let (cohort, _) = listed("{ file = \"t.csv\" }", folder.path());
            assert_eq!(cohort.inventory[0].architecture, architecture, "{name}");
        }
    }
    for (name, why) in [
        ("i686", "no bundle runs on 32-bit x86"),
        ("i386", "no bundle runs on 32-bit x86"),
        ("armv6l", "no bundle runs on ARM before version 7"),
        ("riscv64", "the service knows `X86_64`, `ARM64` and `ARMHF`"),
    ] {
        let folder = folder_of("t.csv", format!("name,architecture\nr,{name}\n"));
        let cohort = "robots = { file = \"t.csv\" }\ndownload_rate = \"1 MB/s\"";
        let found = read(cohort, folder.path()).unwrap_err();
        assert!(flat(&found).contains(why), "{name}: {found}");
    }
}

/// The only row that is at fault is the one without an architecture, and the message says how to mend it.
#[test]
fn a_robot_without_an_architecture_is_named_and_no_other() {
    let cohort = "robots = { file = \"inventory_architectures.csv\" }\ndownload_rate = \"1 MB/s\"";
    let found = read(cohort, &forms()).unwrap_err();
    assert!(
        found.contains("inventory_architectures.csv:7:1")
            && flat(&found).contains("fill it in, or take the robot out of the file")
            && found.ends_with("1 error; nothing was played\n"),
        "{found}"
    );
    let text = text_of("tests/formats/inventory_architectures.csv");
    let folder = folder_of("t.csv", text.replace("amr-06,", "amr-06,armhf"));
    let (cohort, _) = listed("{ file = \"t.csv\" }", folder.path());
    assert_eq!(cohort.architectures, [2, 2, 2]);
}

#[test]
fn robots_not_heard_of_since_some_time_are_dead() {
    let text =
        "name,architecture,offline_since\na,ARM64,\nb,ARM64,2026-01-05\nc,ARM64,1722470400\n";
    let folder = folder_of("t.csv", text);
    let (cohort, _) = listed("{ file = \"t.csv\" }", folder.path());
    let dead: Vec<bool> = cohort.inventory.iter().map(|robot| robot.dead).collect();
    assert_eq!((cohort.dead, dead), (2, vec![false, true, true]));
    let folder = folder_of("t.csv", text.replace("2026-01-05", "yes"));
    let cohort = "robots = { file = \"t.csv\" }\ndownload_rate = \"1 MB/s\"";
    let found = read(cohort, folder.path()).unwrap_err();
    assert!(found.contains("`yes` is not a time"), "{found}");
}

/// Of a file that is not what it was said to be, at most so many characters come back.
#[test]
fn a_file_of_something_else_is_quoted_briefly() {
    const QUOTED_MAX: usize = 40;
    let mut rng = StdRng::seed_from_u64(40);
    let letters: Vec<char> = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/"
        .chars()
        .collect();
    let mut secret = |n: usize| -> String {
        (0..n)
            .map(|_| letters[rng.random_range(0..letters.len())])
            .collect()
    };
    let long = secret(300);
    let mut texts = vec![
        format!("-----BEGIN PRIVATE KEY-----{long}\n{}\n", secret(64)),
        format!(
            "root:x:{}:0:root:/root:/bin/sh\ndaemon:{}\n",
            secret(90),
            secret(90)
        ),
        format!("7{long}\n8{}\n", secret(90)),
        format!("5 Mbit/s\n{}\n", secret(90)),
        format!("7,{long}\n"),
        format!("{},{},{}\n", secret(41), secret(41), secret(41)),
        format!("{};{}\n1;2\n", secret(41), secret(90)),
        format!("{{\"token\": \"{long}\"}}\n"),
        format!("{{\"token\": \"{long}\"\n"),
        format!("[{{\"token\": \"{long}\"}}]\n"),
        format!("[\"{long}\"]\n"),
        format!("{{\"nextToken\": \"{long}\"}}\n"),
    ];
    texts.extend((0..20).map(|i| format!("{}\n{}\n", secret(50 + i), secret(70))));
    for text in &texts {
        let folder = folder_of("t.csv", text);
        for cohort in [
            format!("{ROBOTS}download_rate = {{ samples = \"t.csv\" }}"),
            format!("{ROBOTS}download_rate = {{ quantiles = \"t.csv\" }}"),
            format!("{ROBOTS}download_rate = {{ trace = \"t.csv\" }}"),
            format!("{ROBOTS}download_rate = \"1 MB/s\"\nconnectivity = {{ log = \"t.csv\" }}"),
            "robots = { file = \"t.csv\" }\ndownload_rate = \"1 MB/s\"".to_owned(),
        ] {
            let found = read(&cohort, folder.path()).unwrap_err();
            for line in text.lines() {
                let characters: Vec<char> = line.chars().collect();
                for part in characters.windows(QUOTED_MAX + 1) {
                    let part: String = part.iter().collect();
                    assert!(!found.contains(&part), "{cohort}\n{found}");
                }
            }
        }
    }
}

/// Characters that move a cursor, colour or turn text come back from no file and no path.
#[test]
fn characters_that_command_a_terminal_are_shown_and_not_sent() {
    let nasty = [
        "\u{1b}[31mred\u{1b}[0m",
        "\u{9b}31mred",
        "\u{7}bell",
        "a\u{8}\u{8}b",
        "\u{202e}turned",
        "\u{2066}turned\u{2069}",
        "\u{200f}turned",
        "\u{61c}turned",
    ];
    let visible = |text: &str| {
        text.chars().all(|c| {
            c == '\n'
                || !c.is_control()
                    && !matches!(
                        c,
                        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
                    )
        })
    };
    for text in nasty {
        let folder = folder_of("t.csv", format!("value,unit\n{text},Mbit/s\n5,{text}\n"));
        let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
        write("h.csv", format!("{text},{text}\n1,2\n"));
        write(
            "i.csv",
            format!("name,architecture,zone,{text}\n{text},{text},{text},1\n"),
        );
        write("l.csv", format!("time,robot,up\n{text},a,{text}\n"));
        write(
            "j.json",
            format!("[{{\"name\": \"{text}\", \"architecture\": \"{text}\"}}]"),
        );
        for cohort in [
            format!("{ROBOTS}download_rate = {{ samples = \"t.csv\" }}"),
            format!("{ROBOTS}download_rate = {{ samples = \"h.csv\" }}"),
            format!("{ROBOTS}download_rate = {{ trace = \"h.csv\" }}"),
            format!("{ROBOTS}download_rate = \"1 MB/s\"\nconnectivity = {{ log = \"l.csv\" }}"),
            "robots = { file = \"i.csv\" }\ndownload_rate = \"1 MB/s\"".to_owned(),
            "robots = { file = \"j.json\" }\ndownload_rate = \"1 MB/s\"".to_owned(),
        ] {
            let found = read(&cohort, folder.path()).unwrap_err();
            assert!(visible(&found), "{cohort}\n{found:?}");
        }
        let request = RequestFile::parse(text, format!("{{\"{text}\": {text}}}"));
        let found = request.unwrap_err().render(false);
        assert!(visible(&found), "{found:?}");
        let file = ScenarioFile::parse(text, "name = \"x\"\n".to_owned(), PathBuf::new());
        let file = file.unwrap_or_else(|found| panic!("{}", found.render(false)));
        let found = file.check(&[]).unwrap_err().render(false);
        assert!(visible(&found), "{found:?}");
    }
}

/// A request in another notation.
fn request(file: &str) -> Result<RequestFile, String> {
    RequestFile::read(&forms().join(file)).map_err(|found| found.render(false))
}

#[test]
fn requests_are_read_in_the_notations_that_say_them_for_certain() {
    for (file, percentages, version) in [
        ("request_python_dict.txt", (20, 25), Some("3")),
        ("request_pascal_case.json", (10, 5), Some("12")),
        ("request_utf16.json", (20, 25), Some("1")),
        ("request_config_only.json", (10, 5), None),
    ] {
        let read = request(file).unwrap_or_else(|found| panic!("{file}: {found}"));
        let config = &read.request.config;
        let levels = (
            config.concurrent_deployment_percentage,
            config.failure_threshold_percentage,
        );
        assert_eq!(levels, (Some(percentages.0), Some(percentages.1)), "{file}");
        let application = read.request.application.as_ref();
        let deployed = application.map(|application| application.application_version.as_str());
        assert_eq!(deployed, version, "{file}");
    }
}

#[test]
fn requests_in_other_notations_are_named_in_one_message_with_the_command() {
    for (file, what, help) in [
        (
            "request_python_print.txt",
            "an answer as Python prints it",
            "json.dumps(response, default=str)",
        ),
        (
            "request_shorthand.txt",
            "the shorthand of the AWS CLI",
            "{ \"concurrentDeploymentPercentage\": 20, \"failureThresholdPercentage\": 25 }",
        ),
        (
            "request_skeleton.yaml",
            "YAML",
            "--generate-cli-skeleton input",
        ),
        (
            "request_aws_iot_job.json",
            "a CreateJob request of AWS IoT, another service",
            "RoboMaker's CreateDeploymentJob",
        ),
    ] {
        let found = request(file).unwrap_err();
        assert!(
            flat(&found).contains(what)
                && flat(&found).contains(help)
                && found.ends_with("1 error; nothing was played\n"),
            "{file}: {found}"
        );
    }
}

/// What links lead out of a sandbox is outside of it.
#[test]
fn a_sandbox_holds_the_files_of_a_scenario() {
    let folder = folder_of("outside.csv", "value\n5 Mbit/s\n");
    let inside = folder.path().join("inside");
    fs::create_dir(&inside).unwrap();
    fs::write(inside.join("rates.csv"), "value\n5 Mbit/s\n").unwrap();
    std::os::unix::fs::symlink("../outside.csv", inside.join("link.csv")).unwrap();
    std::os::unix::fs::symlink("rates.csv", inside.join("fine.csv")).unwrap();
    let outside = folder.path().join("outside.csv");
    for (file, expected) in [
        ("rates.csv", None),
        ("fine.csv", None),
        ("../inside/rates.csv", None),
        ("link.csv", Some("it lies outside")),
        ("../outside.csv", Some("it lies outside")),
        (outside.to_str().unwrap(), Some("it lies outside")),
        ("/dev/null", Some("it lies outside")),
        ("nowhere.csv", Some("there is no such file or folder")),
    ] {
        let text = format!(
            "name = \"x\"\n[release]\nversion = 2\nbundle = {{ ARM64 = \"1 MB\" }}\n\
             [[cohort]]\nname = \"d\"\n{ROBOTS}download_rate = {{ samples = \"{file}\" }}\n"
        );
        let read = ScenarioFile::parse("x.toml", text, inside.clone());
        let read = read.and_then(|read| read.confined_to(&inside));
        let read = read.unwrap_or_else(|found| panic!("{}", found.render(false)));
        let found = read.check(&[]).map_err(|found| found.render(false));
        match expected {
            None => assert!(found.is_ok(), "{file}"),
            Some(problem) => assert!(found.unwrap_err().contains(problem), "{file}"),
        }
    }
}

/// Names that a spreadsheet would run as formulas have an apostrophe before them in the table of robots.
#[test]
fn names_of_robots_are_no_formulas() {
    let sandbox = Sandbox::empty();
    let names = ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "amr-01", "'quoted"];
    let rows: String = names.map(|name| format!("{name},ARM64\n")).concat();
    fs::write(
        sandbox.path("fleet.csv"),
        format!("name,architecture\n{rows}"),
    )
    .unwrap();
    let text = "name = \"x\"\nreplications = 1\n[release]\nversion = 2\nbundle = { ARM64 = \"1 MB\" }\n[rollout.robomaker]\norder = \"file\"\n\
         [[cohort]]\nname = \"d\"\nrobots = { file = \"fleet.csv\" }\ndownload_rate = \"1 MB/s\"\n";
    fs::write(sandbox.path("x.toml"), text).unwrap();
    let output = sandbox.rollcast(&["run", "x.toml", "--trace", "0", "--quiet"]);
    assert_eq!(output.status.code(), Some(0));
    let robots = fs::read_to_string(sandbox.path("results/x/robots.csv")).unwrap();
    let mut lines = robots
        .lines()
        .map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let column = header.iter().position(|name| *name == "name").unwrap();
    let written: Vec<String> = lines.map(|line| line[column].to_owned()).collect();
    let expected = names.map(|name| match name.starts_with(['=', '+', '-', '@']) {
        true => format!("'{name}"),
        false => name.to_owned(),
    });
    assert_eq!(written, expected);
}

/// Each of these was read as something that it does not say.
#[test]
fn recordings_that_say_something_else_than_they_seem_to_are_refused() {
    let trace = "{ trace = \"t.csv\", unit = \"Mbit/s\", time_unit = \"s\" }";
    let stepped = "{ trace = \"t.csv\", unit = \"Mbit/s\", step = \"1s\" }";
    let both = "{ trace = \"t.csv\", unit = \"Mbit/s\", step = \"1s\", time_unit = \"s\" }";
    let averaged = "{ trace = \"t.csv\", unit = \"Mbit/s\", time_unit = \"s\", average = \"1s\" }";
    let samples = "{ samples = { file = \"t.csv\", column = \"value\", unit = \"Mbit/s\" } }";
    for (table, rate, said) in [
        ("time,value\n0,12,5\n1,8,5\n", trace, "3 fields"),
        ("id,value\n1,12,5\n", samples, "3 fields"),
        (
            "time,value,unit\n0,12,kbit/s\n1,8,kbit/s\n",
            trace,
            "said to be `Mbit/s`",
        ),
        ("time,value\n0,12\n60,8\n", stepped, "and a `step` too"),
        ("value\n12\n8\n", both, "not both"),
        (
            "time,value,value\n0,12,1\n1,8,1\n",
            trace,
            "two columns are called `value`",
        ),
        (
            "value,value\n12,1\n",
            samples,
            "two columns are called `value`",
        ),
        ("time,value\n0,12\n1772400000000,8\n", trace, "longer than"),
        (
            "time,value\n0,12\n200000000,8\n",
            averaged,
            "spans of this length",
        ),
        (
            "time,value\n0,0.00000000001\n1,0\n",
            trace,
            "less than a bit per second",
        ),
    ] {
        let folder = folder_of("t.csv", table);
        let found = refusal(rate, folder.path());
        assert!(flat(&found).contains(said), "{table}{rate}\n{found}");
    }
    let log = "download_rate = \"1 Mbit/s\"\nconnectivity = { log = \"l.csv\" }";
    for (table, said) in [
        (
            "robot,time,up\na,2026-03-02 00:00:00,1\na,9999-12-31 23:59:59,1\n",
            "outside the range of times",
        ),
        (
            "robot,time,up\na,2026-03-02T00:00[Europe/Berlin],1\na,2026-03-02T12:00,0\n",
            "names a time zone",
        ),
        (
            "robot,time,up\n,2026-03-02 00:00:00,1\na,2026-03-02 00:00:01,0\n",
            "names no robot",
        ),
    ] {
        let folder = folder_of("l.csv", table);
        let found = read(&format!("{ROBOTS}{log}"), folder.path()).expect_err(table);
        assert!(flat(&found).contains(said), "{table}\n{found}");
    }
    for (name, inventory, said) in [
        (
            "i.csv",
            "name,architecture,offline_since\nr1,X86_64,0\n",
            "`0` is not a time",
        ),
        (
            "i.json",
            "[{ \"name\": \"r1\", \"architecture\": \"ARM64\", \"offline_since\": true }]",
            "text or a number",
        ),
    ] {
        let folder = folder_of(name, inventory);
        let robots = format!("robots = {{ file = \"{name}\" }}\ndownload_rate = \"1 Mbit/s\"");
        let found = read(&robots, folder.path()).expect_err(inventory);
        assert!(flat(&found).contains(said), "{inventory}\n{found}");
    }
}
