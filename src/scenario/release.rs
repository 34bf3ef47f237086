//! Reading the release.

use crate::model::{Architecture, Latent, Luck, Release};
use crate::scenario::diagnostic::{Diagnostic, Place};
use crate::scenario::law::{law, probability};
use crate::scenario::reader::{Reading, Section, optional};
use crate::scenario::tree::{Node, Value};
use crate::scenario::words::{did_you_mean, list};
use crate::units::Quantity;

/// The largest bundle [bytes].
const BUNDLE_MAX: f64 = 1e12;

/// Reads `[release]` and the option that says how robots share its luck.
pub fn release(reading: &mut Reading, root: &mut Section) -> Option<(Release, Luck)> {
    const HELP: &str = "write [release] with `version` and `bundle = { X86_64 = \"210 MB\" }`";
    let node = root.require("release", HELP)?;
    let mut section = reading.section_or(node, "release", || HELP)?;
    let version = section.require(
        "version",
        "the number of the version, as in version = \"12\"",
    );
    let version = version.and_then(|node| version_number(reading, node));
    let bundle = section.require(
        "bundle",
        "its size by architecture: bundle = { X86_64 = \"210 MB\" }",
    );
    let bundle = bundle.and_then(|node| bundles(reading, node));
    let luck = section.get("luck").map(|node| {
        reading.choice(
            node,
            "`luck`",
            &[("shared", Luck::Shared), ("per_cohort", Luck::PerCohort)],
        )
    });
    let latent = optional(section.get("latent"), None, |node| {
        latent(reading, node).map(Some)
    });
    section.finish(reading);
    let release = Release {
        version: version?,
        bundle: bundle?,
        latent: latent?,
    };
    Some((release, luck.unwrap_or(Some(Luck::Shared))?))
}

/// Reads a fault that shows only later.
fn latent(reading: &mut Reading, node: &Node) -> Option<Latent> {
    const HELP: &str =
        "write latent = { failure = 0.05, after = { exponential = { mean = \"12h\" } } }";
    let mut section = reading.section_or(node, "latent", || HELP)?;
    let failure = section.require(
        "failure",
        "the probability that a robot has the fault, as in failure = 0.05",
    );
    let failure = failure.and_then(|node| probability(reading, node, "failure", "`failure`"));
    let after = section.require(
        "after",
        "how long after its update it shows, as in after = \"12h\"",
    );
    let after = after.and_then(|node| law(reading, node, "after", Quantity::Duration));
    section.finish(reading);
    Some(Latent {
        failure: failure?,
        after: after?,
    })
}

/// A version as the service numbers them.
pub fn version_number(reading: &mut Reading, node: &Node) -> Option<String> {
    let version = match &node.value {
        Value::Integer(number) => number.to_string(),
        _ => reading.string(node)?.to_owned(),
    };
    if !version.is_empty()
        && version.len() <= 255
        && version.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Some(version);
    }
    let diagnostic = Diagnostic::error(
        "a version is a number of 1 to 255 digits",
        &node.place,
        "not a numbered version",
    );
    reading.problem(
        diagnostic.help("the service deploys numbered versions only, as in version = \"12\""),
    );
    None
}

/// The size of the bundle by architecture.
pub fn bundles(reading: &mut Reading, node: &Node) -> Option<[Option<u64>; 3]> {
    const HELP: &str = "write bundle = { X86_64 = \"210 MB\" }";
    let section = reading.section_or(node, "bundle", || HELP)?;
    let mut bundle = [None; 3];
    let mut sound = true;
    for entry in &section.table.0 {
        let architecture = architecture(reading, &entry.key, &entry.key_place);
        let size = reading.quantity(&entry.node, Quantity::Size);
        if size.is_some_and(|size| size > BUNDLE_MAX) {
            reading.problem(Diagnostic::error(
                "a bundle has at most 1 TB",
                &entry.node.place,
                "too large",
            ));
            sound = false;
        }
        match (architecture, size) {
            (Some(architecture), Some(size)) => {
                bundle[architecture as usize] = Some(size.ceil() as u64);
            }
            _ => sound = false,
        }
    }
    if section.table.0.is_empty() {
        reading.problem(
            Diagnostic::error("a release needs at least one bundle", &node.place, "empty")
                .help(HELP),
        );
        return None;
    }
    sound.then_some(bundle)
}

/// An architecture by the service's name of it.
pub fn architecture(reading: &mut Reading, name: &str, place: &Place) -> Option<Architecture> {
    let known = Architecture::from_name(name);
    if known.is_none() {
        reading.problem(unknown_architecture(name, place));
    }
    known
}

/// What to say of a name at `place` that is no architecture's.
pub fn unknown_architecture(name: &str, place: &Place) -> Diagnostic {
    let names = Architecture::ALL.map(Architecture::name);
    let diagnostic = Diagnostic::error(
        format!("`{name}` is not an architecture"),
        place,
        did_you_mean(name, &names),
    );
    diagnostic.help(format!("the service knows {}", list(&names)))
}
