//! Reading the release.

use crate::model::{Architecture, Latent, Luck, Release};
use crate::scenario::diagnostic::{Diagnostic, Place};
use crate::scenario::keys::release::{LATENT, RELEASE};
use crate::scenario::law::{probability_at, required_law};
use crate::scenario::reader::{Reading, Section, optional};
use crate::scenario::tree::{Node, Value};
use crate::scenario::words::{did_you_mean, list};
use crate::units::Quantity;

/// The largest bundle [bytes].
const BUNDLE_MAX: f64 = 1e12;

/// Reads `[release]` and the option that says how robots share its luck.
pub(super) fn release(reading: &mut Reading, root: &mut Section) -> Option<(Release, Luck)> {
    let node = root.value("release")?;
    let mut section = reading.table(node, &RELEASE)?;
    let version = section.value("version");
    let version = version.and_then(|node| version_number(reading, node));
    let bundle = section.value("bundle");
    let bundle = bundle.and_then(|node| bundles(reading, node));
    let luck = reading.choice_at(&mut section, "luck", [Luck::Shared, Luck::PerCohort]);
    let latent = optional(section.value("latent"), None, |node| {
        latent(reading, node).map(Some)
    });
    section.finish(reading);
    let release = Release {
        version: version?,
        number: 0,
        bundle: bundle?,
        latent: latent?,
    };
    Some((release, luck?))
}

/// Reads a fault that shows only later.
fn latent(reading: &mut Reading, node: &Node) -> Option<Latent> {
    let mut section = reading.table(node, &LATENT)?;
    let failure = probability_at(reading, &mut section, "failure");
    let after = required_law(reading, &mut section, "after");
    section.finish(reading);
    Some(Latent {
        failure: failure?,
        after: after?,
    })
}

/// A version as the service numbers them.
pub(super) fn version_number(reading: &mut Reading, node: &Node) -> Option<String> {
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
pub(super) fn bundles(reading: &mut Reading, node: &Node) -> Option<[Option<u64>; 3]> {
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
pub(super) fn architecture(
    reading: &mut Reading,
    name: &str,
    place: &Place,
) -> Option<Architecture> {
    let known = Architecture::from_name(name);
    if known.is_none() {
        reading.problem(unknown_architecture(name, place));
    }
    known
}

/// What to say of a name at `place` that is no architecture's.
pub(super) fn unknown_architecture(name: &str, place: &Place) -> Diagnostic {
    let names = Architecture::ALL.map(Architecture::name);
    let label = match Architecture::from_any_name(name) {
        Some(architecture) => format!("write `{}`", architecture.name()),
        None => did_you_mean(name, &names),
    };
    let diagnostic = Diagnostic::error(format!("`{name}` is not an architecture"), place, label);
    let why_not = match name.to_lowercase().as_str() {
        "i386" | "i486" | "i586" | "i686" | "x86" | "386" => "no bundle runs on 32-bit x86: ",
        "armv6l" | "armv6" | "arm/v6" | "armel" => "no bundle runs on ARM before version 7: ",
        _ => "",
    };
    diagnostic.help(format!("{why_not}the service knows {}", list(&names)))
}
