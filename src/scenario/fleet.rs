//! Reading the release and the cohorts.

use crate::model::{
    Architecture, Cohort, Extraction, FailureCode, Fault, FaultStage, Fleet, Luck, Probability, ROBOTS_MAX, Release, Script,
};
use crate::scenario::diagnostic::{Diagnostic, Place};
use crate::scenario::law::{law, probability};
use crate::scenario::reader::{Reading, Section, did_you_mean};
use crate::scenario::tree::{Node, Value, list};
use crate::units::Quantity;

/// The most cohorts of a fleet.
const COHORTS_MAX: usize = 10_000;

/// The longest recovery: 30 days.
const RECOVERY_MAX_MS: u64 = 30 * 86_400_000;

/// The largest bundle [bytes].
const BUNDLE_MAX: f64 = 1e13;

/// Reads `[release]` and the option that says how robots share its luck.
pub fn release(reading: &mut Reading, root: &mut Section) -> Option<(Release, Luck)> {
    const HELP: &str = "write [release] with `version` and `bundle = { X86_64 = \"210 MB\" }`";
    let node = root.require("release", HELP)?;
    let mut section = reading.section_or(node, "release", || HELP)?;
    let version = section.require("version", "the number of the version, as in version = \"12\"");
    let version = version.and_then(|node| version_number(reading, node));
    let bundle = section.require("bundle", "its size by architecture: bundle = { X86_64 = \"210 MB\" }");
    let bundle = bundle.and_then(|node| bundles(reading, node));
    let luck = section
        .get("luck")
        .map(|node| reading.choice(node, "`luck`", &[("shared", Luck::Shared), ("per_cohort", Luck::PerCohort)]));
    section.finish(reading);
    Some((Release { version: version?, bundle: bundle? }, luck.unwrap_or(Some(Luck::Shared))?))
}

fn version_number(reading: &mut Reading, node: &Node) -> Option<String> {
    let version = match &node.value {
        Value::Integer(number) => number.to_string(),
        _ => reading.string(node)?.to_owned(),
    };
    if !version.is_empty() && version.len() <= 255 && version.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(version);
    }
    let diagnostic = Diagnostic::error("a version is a number of 1 to 255 digits", &node.place, "not a numbered version");
    reading.problem(diagnostic.help("the service deploys numbered versions only, as in version = \"12\""));
    None
}

fn bundles(reading: &mut Reading, node: &Node) -> Option<[Option<u64>; 3]> {
    const HELP: &str = "write bundle = { X86_64 = \"210 MB\" }";
    let section = reading.section_or(node, "bundle", || HELP)?;
    let mut bundle = [None; 3];
    let mut sound = true;
    for entry in &section.table.0 {
        let architecture = architecture(reading, &entry.key, &entry.key_place);
        let size = reading.quantity(&entry.node, Quantity::Size);
        if size.is_some_and(|size| size > BUNDLE_MAX) {
            reading.problem(Diagnostic::error("a bundle has at most 10 TB", &entry.node.place, "too large"));
            sound = false;
        }
        match (architecture, size) {
            (Some(architecture), Some(size)) => bundle[architecture as usize] = Some(size.ceil() as u64),
            _ => sound = false,
        }
    }
    if section.table.0.is_empty() {
        reading.problem(Diagnostic::error("a release needs at least one bundle", &node.place, "empty").help(HELP));
        return None;
    }
    sound.then_some(bundle)
}

fn architecture(reading: &mut Reading, name: &str, place: &Place) -> Option<Architecture> {
    let known = Architecture::ALL.into_iter().find(|architecture| architecture.name() == name);
    if known.is_none() {
        let names = Architecture::ALL.map(Architecture::name);
        let diagnostic = Diagnostic::error(format!("`{name}` is not an architecture"), place, did_you_mean(name, &names));
        reading.problem(diagnostic.help(format!("the service knows {}", list(&names))));
    }
    known
}

/// Reads every `[[cohort]]`.
pub fn fleet(reading: &mut Reading, root: &mut Section) -> Option<Fleet> {
    const HELP: &str = "write at least one [[cohort]] with `name`, `robots` and `download_rate`";
    let node = root.require("cohort", HELP)?;
    let Value::Array(nodes) = &node.value else {
        reading.expected("an array of tables", node, HELP);
        return None;
    };
    if nodes.is_empty() || nodes.len() > COHORTS_MAX {
        let title = format!("a fleet has from 1 to {} cohorts", crate::units::count(COHORTS_MAX as u64));
        reading.problem(Diagnostic::error(title, &node.place, format!("this has {}", nodes.len())).help(HELP));
        return None;
    }
    let cohorts: Vec<Option<Cohort>> = nodes.iter().map(|node| cohort(reading, node)).collect();
    unique_names(reading, nodes);
    let cohorts: Vec<Cohort> = cohorts.into_iter().collect::<Option<_>>()?;
    let robots: u64 = cohorts.iter().map(|cohort| u64::from(cohort.robots)).sum();
    if robots > u64::from(ROBOTS_MAX) {
        let title = format!("a fleet has at most {} robots", crate::units::count(u64::from(ROBOTS_MAX)));
        let label = format!("these have {} together", crate::units::count(robots));
        reading.problem(Diagnostic::error(title, &node.place, label));
        return None;
    }
    Some(Fleet { cohorts })
}

fn unique_names(reading: &mut Reading, nodes: &[Node]) {
    let mut seen: Vec<(&str, &Place)> = Vec::new();
    for node in nodes {
        let Value::Table(table) = &node.value else { continue };
        let Some(entry) = table.get("name") else { continue };
        let Value::String(name) = &entry.node.value else { continue };
        let title = || format!("two cohorts are called `{name}`");
        match seen.iter().find(|(known, _)| known == name) {
            Some((_, first)) if *first == &entry.node.place => {
                reading.problem(Diagnostic::error(title(), first, "this is the name of both"));
            }
            Some((_, first)) => {
                reading.problem(Diagnostic::error(title(), &entry.node.place, "again here").other(first, "first here"));
            }
            None => seen.push((name, &entry.node.place)),
        }
    }
}

fn cohort(reading: &mut Reading, node: &Node) -> Option<Cohort> {
    let mut section = reading.section(node, "cohort")?;
    let name = section.require("name", "give the cohort a name").and_then(|node| cohort_name(reading, node));
    if let Some(name) = &name {
        section.rename(&format!("cohort.{name}"));
    }
    let robots = section.require("robots", "how many robots the cohort has");
    let robots = robots.and_then(|node| reading.integer(node, "`robots`", 1..=u64::from(ROBOTS_MAX)));
    let robots = robots.map(|robots| robots as u32);
    let architectures = section.require("architecture", ARCHITECTURE);
    let architectures = architectures.and_then(|node| architecture_shares(reading, node, robots.unwrap_or(1)));
    let dead = optional(section.get("dead"), 0.0, |node| reading.share(node, "`dead`"));
    let download_rate = section.require("download_rate", "how fast its robots download, as in \"20 Mbit/s\"");
    let download_rate = download_rate.and_then(|node| law(reading, node, "download_rate", Quantity::Rate));
    let extraction = extraction(reading, &mut section);
    let validating = timed(reading, section.get("validating"), "validating");
    let download_condition = script(reading, section.get("download_condition"), "download_condition");
    let pre_launch = script(reading, section.get("pre_launch"), "pre_launch");
    let launching = timed(reading, section.get("launching"), "launching");
    let post_launch = script(reading, section.get("post_launch"), "post_launch");
    let faults = optional(section.get("faults"), Vec::new(), |node| faults(reading, node));
    let recovery = optional(section.get("recovery"), 0, |node| reading.duration(node, "`recovery`", 0..=RECOVERY_MAX_MS));
    section.finish(reading);
    let robots = robots?;
    Some(Cohort {
        name: name?,
        robots,
        architectures: architectures?,
        dead: largest_remainder(robots, &[dead?, 1.0 - dead?])[0],
        download_rate: download_rate?,
        extraction: extraction?,
        validating: validating?,
        download_condition: download_condition?,
        pre_launch: pre_launch?,
        launching: launching?,
        post_launch: post_launch?,
        faults: faults?,
        recovery: recovery?,
        connectivity: None,
        windows: None,
        link: None,
        inventory: Vec::new(),
    })
}

/// The default where the key is not given; `None` where it is given and cannot be read.
fn optional<T>(node: Option<&Node>, default: T, read: impl FnOnce(&Node) -> Option<T>) -> Option<T> {
    match node {
        Some(node) => read(node),
        None => Some(default),
    }
}

fn cohort_name(reading: &mut Reading, node: &Node) -> Option<String> {
    let name = reading.string(node)?;
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.');
    if !name.is_empty() && name.chars().count() <= 100 && name.chars().all(allowed) {
        return Some(name.to_owned());
    }
    let title = "a cohort's name has 1 to 100 letters, digits, spaces or any of `_-.`";
    reading.problem(Diagnostic::error(title, &node.place, "not a name"));
    None
}

const ARCHITECTURE: &str = "write architecture = \"X86_64\", or shares as in architecture = { X86_64 = 0.9, ARM64 = 0.1 }";

/// Reads shares by architecture and gives exact counts of robots by `Architecture as usize`.
fn architecture_shares(reading: &mut Reading, node: &Node, robots: u32) -> Option<[u32; 3]> {
    let mut shares = [0.0; 3];
    match &node.value {
        Value::String(name) => shares[architecture(reading, name, &node.place)? as usize] = 1.0,
        _ => {
            let section = reading.section_or(node, "architecture", || ARCHITECTURE)?;
            let mut sound = true;
            for entry in &section.table.0 {
                let known = architecture(reading, &entry.key, &entry.key_place);
                let share = reading.share(&entry.node, &format!("the share of `{}`", entry.key));
                match (known, share) {
                    (Some(architecture), Some(share)) => shares[architecture as usize] = share,
                    _ => sound = false,
                }
            }
            if !sound {
                return None;
            }
            let sum: f64 = shares.iter().sum();
            if (sum - 1.0).abs() > 1e-9 {
                let title = "the shares of `architecture` must add up to 1";
                let label = format!("these add up to {}", rounded(sum));
                reading.problem(Diagnostic::error(title, &node.place, label));
                return None;
            }
        }
    }
    let counts = largest_remainder(robots, &shares);
    Some([counts[0], counts[1], counts[2]])
}

/// Splits `n` by shares that add up to 1 into whole counts that add up to `n`: each gets the whole part of its quota, and those
/// with the largest remainders one more; the earlier one where remainders are equal.
pub fn largest_remainder(n: u32, shares: &[f64]) -> Vec<u32> {
    // A quota such as 0.07 · 100 lies a hair off the whole number that is meant.
    let quotas: Vec<f64> = shares.iter().map(|share| (share * f64::from(n) * 1e6).round() / 1e6).collect();
    let mut counts: Vec<u32> = quotas.iter().map(|quota| *quota as u32).collect();
    let mut by_remainder: Vec<usize> = (0..shares.len()).collect();
    by_remainder.sort_by(|a, b| quotas[*b].fract().total_cmp(&quotas[*a].fract()));
    let missing = n.saturating_sub(counts.iter().sum());
    for which in by_remainder.into_iter().cycle().take(missing as usize) {
        counts[which] += 1;
    }
    counts
}

fn extraction(reading: &mut Reading, section: &mut Section) -> Option<Option<Extraction>> {
    let rate = section.get("extract_rate");
    let duration = section.get("extract_duration");
    match (rate, duration) {
        (None, None) => Some(None),
        (Some(node), None) => law(reading, node, "extract_rate", Quantity::Rate).map(|law| Some(Extraction::Rate(law))),
        (None, Some(node)) => {
            law(reading, node, "extract_duration", Quantity::Duration).map(|law| Some(Extraction::Duration(law)))
        }
        (Some(rate), Some(duration)) => {
            reading.problem(
                Diagnostic::error(
                    "give `extract_rate` or `extract_duration`, not both",
                    &duration.place,
                    "and the duration here",
                )
                .other(&rate.place, "the rate here"),
            );
            None
        }
    }
}

/// A step that only takes time: `None` inside where the step takes none.
fn timed(reading: &mut Reading, node: Option<&Node>, name: &'static str) -> Option<Option<crate::random::Law>> {
    optional(node, None, |node| {
        let mut section = reading.section_or(node, name, || format!("write {name} = {{ duration = \"20 s\" }}"))?;
        let duration = section.require("duration", "how long the step takes, as in duration = \"20 s\"");
        let duration = duration.and_then(|node| law(reading, node, "duration", Quantity::Duration));
        section.finish(reading);
        duration.map(Some)
    })
}

/// A step that runs a script: `None` inside where there is no script.
fn script(reading: &mut Reading, node: Option<&Node>, name: &'static str) -> Option<Option<Script>> {
    optional(node, None, |node| {
        let mut section =
            reading.section_or(node, name, || format!("write {name} = {{ duration = \"20 s\", failure = 0.01 }}"))?;
        let duration = section.require("duration", "how long the script runs, as in duration = \"20 s\"");
        let duration = duration.and_then(|node| law(reading, node, "duration", Quantity::Duration));
        let never = Probability::NEVER;
        let failure = optional(section.get("failure"), never, |node| probability(reading, node, "failure", "`failure`"));
        let fails_after =
            optional(section.get("fails_after"), None, |node| law(reading, node, "fails_after", Quantity::Duration).map(Some));
        let hang = optional(section.get("hang"), never, |node| probability(reading, node, "hang", "`hang`"));
        let repeat = optional(section.get("repeat"), 1.0, |node| reading.share(node, "`repeat`"));
        section.finish(reading);
        let (failure, hang) = (failure?, hang?);
        if failure.mean() + hang.mean() > 1.0 {
            let title = format!("`{name}` fails or hangs with a probability of more than 1");
            let label = format!("`failure` and `hang` add up to {}", rounded(failure.mean() + hang.mean()));
            reading.problem(Diagnostic::error(title, &node.place, label));
            return None;
        }
        Some(Some(Script { duration: duration?, failure, fails_after: fails_after?, hang, repeat: repeat? }))
    })
}

/// A sum of shares as one would write it.
pub fn rounded(sum: f64) -> f64 {
    (sum * 1e9).round() / 1e9
}

fn faults(reading: &mut Reading, node: &Node) -> Option<Vec<Fault>> {
    let section = reading.section_or(node, "faults", || "write faults = { ExtractingBundleFailure = 0.001 }")?;
    let mut sound = true;
    let mut faults = Vec::new();
    for entry in &section.table.0 {
        let code = fault_code(reading, &entry.key, &entry.key_place);
        let fault = fault(reading, &entry.node, &entry.key);
        match (code, fault) {
            (Some((code, stage)), Some((probability, fails_after))) => {
                faults.push(Fault { code, stage, probability, fails_after });
            }
            _ => sound = false,
        }
    }
    let sum: f64 = faults.iter().map(|fault| fault.probability.mean()).sum();
    if sum > 1.0 {
        let title = "the probabilities of `faults` add up to more than 1";
        let label = format!("at most one strikes a robot, and these add up to {}", rounded(sum));
        reading.problem(Diagnostic::error(title, &node.place, label));
        sound = false;
    }
    faults.sort_by_key(|fault| fault.code);
    sound.then_some(faults)
}

fn fault_code(reading: &mut Reading, name: &str, place: &Place) -> Option<(FailureCode, FaultStage)> {
    let names: Vec<&str> = FailureCode::ALL.iter().filter(|code| code.fault_stage().is_some()).map(|code| code.name()).collect();
    match FailureCode::from_name(name) {
        Some(code) => {
            let stage = code.fault_stage();
            if stage.is_none() {
                let help = format!("it arises from {}", code.arises_from());
                let title = format!("`{name}` is not a fault of a robot");
                reading.problem(Diagnostic::error(title, place, "this code cannot be set here").help(help));
            }
            stage.map(|stage| (code, stage))
        }
        None => {
            let title = format!("`{name}` is not a failure code");
            let diagnostic = Diagnostic::error(title, place, did_you_mean(name, &names));
            reading.problem(diagnostic.help(format!("the faults of a robot are {}", list(&names))));
            None
        }
    }
}

/// A fault's probability, bare or beside how long the stage then lasts.
fn fault(reading: &mut Reading, node: &Node, name: &str) -> Option<(Probability, Option<crate::random::Law>)> {
    let what = format!("the probability of `{name}`");
    let detailed =
        matches!(&node.value, Value::Table(table) if table.get("probability").is_some() || table.get("fails_after").is_some());
    if !detailed {
        return probability(reading, node, name, &what).map(|probability| (probability, None));
    }
    let mut section = reading.section(node, name)?;
    let chance = section.require("probability", "write { probability = 0.001, fails_after = \"10min\" }");
    let chance = chance.and_then(|node| probability(reading, node, "probability", &what));
    let fails_after =
        optional(section.get("fails_after"), None, |node| law(reading, node, "fails_after", Quantity::Duration).map(Some));
    section.finish(reading);
    Some((chance?, fails_after?))
}

#[cfg(test)]
mod tests {
    use super::largest_remainder;

    #[test]
    fn shares_become_exact_counts() {
        assert_eq!(largest_remainder(1400, &[0.96, 0.04]), [1344, 56]);
        assert_eq!(largest_remainder(1400, &[0.002, 0.998]), [3, 1397]);
        assert_eq!(largest_remainder(100, &[0.07, 0.93]), [7, 93]);
        assert_eq!(largest_remainder(10, &[0.35, 0.35, 0.3]), [4, 3, 3]);
        assert_eq!(largest_remainder(3, &[1.0 / 3.0; 3]), [1, 1, 1]);
        assert_eq!(largest_remainder(1, &[0.5, 0.5]), [1, 0]);
    }

    #[test]
    fn counts_never_differ_from_the_quota_by_a_whole_robot() {
        for n in 1..300 {
            for percent in 0..=100u32 {
                let share = f64::from(percent) / 100.0;
                let counts = largest_remainder(n, &[share, 1.0 - share]);
                assert_eq!(counts.iter().sum::<u32>(), n);
                assert!((f64::from(counts[0]) - share * f64::from(n)).abs() < 1.0, "{n} {percent}");
            }
        }
    }
}
