//! Reading a whole document, with all its profiles.

use sha2::{Digest, Sha256};

use crate::model::World;
use crate::scenario::campaign::{self, Around};
use crate::scenario::checked::{BASE, Profile, Scenario};
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::edits::{Edit, edited};
use crate::scenario::keys::document::DOCUMENT;
use crate::scenario::names::Names;
use crate::scenario::profiles::{check_wanted, profile_overrides};
use crate::scenario::reader::{Reading, Section};
use crate::scenario::rules::{self, Rollout};
use crate::scenario::tree::{self, Node, Value};
use crate::scenario::{expect, fleet, links, release, watch, windows};

/// The most cohorts of all profiles together.
const COHORTS_OF_PROFILES_MAX: usize = 100_000;

/// Reads the tree, which the edits of knobs have been made to, and its profiles, to which they are made again.
pub(super) fn read_scenario(
    reading: &mut Reading,
    tree: &Node,
    knobs: &[Edit],
    only: &[String],
) -> Option<Scenario> {
    let mut overrides = Vec::new();
    let base = read_tree(reading, tree, |reading, root| {
        overrides = root
            .get("profile")
            .map_or_else(Vec::new, |node| profile_overrides(reading, node));
    });
    check_wanted(reading, &overrides, only);
    let cohorts = base
        .as_ref()
        .map_or(0, |base| base.profile.world.fleet.cohorts.len());
    if let Some(node) = tree::get(tree, &["profile".to_owned()])
        && cohorts * (overrides.len() + 1) > COHORTS_OF_PROFILES_MAX
    {
        let title = format!(
            "all profiles together have at most {} cohorts",
            crate::units::count(COHORTS_OF_PROFILES_MAX as u64)
        );
        let label = format!(
            "{} profiles with the base, of {} cohorts each",
            overrides.len() + 1,
            crate::units::count(cohorts as u64)
        );
        reading.problem(Diagnostic::error(title, &node.place, label));
        return None;
    }
    let mut profiles = base.as_ref().map(|base| vec![base.profile.clone()]);
    for (name, edits) in &overrides {
        let (tree, sound) = edited(reading, tree, edits);
        let (tree, sound_knobs) = edited(reading, &tree, knobs);
        let profile = read_tree(reading, &tree, |_, root| {
            root.value("profile");
        })
        .filter(|_| sound && sound_knobs);
        profiles = profiles.zip(profile).map(|(mut profiles, base)| {
            profiles.push(Profile {
                name: name.clone(),
                ..base.profile
            });
            profiles
        });
    }
    let base = base?;
    let mut profiles = profiles?;
    profiles.retain(|profile| only.is_empty() || only.contains(&profile.name));
    if profiles.is_empty() {
        return None;
    }
    let hash = hash(tree, reading);
    Some(Scenario {
        name: base.name,
        seed: base.seed,
        replications: base.replications,
        profiles,
        hash,
    })
}

/// Reads a tree as it stands; what `more` asks of the document beside that are keys of it too.
fn read_tree(
    reading: &mut Reading,
    tree: &Node,
    more: impl FnOnce(&mut Reading, &mut Section),
) -> Option<Base> {
    let mut root = Section::root(tree)?.with(&DOCUMENT);
    let base = read_base(reading, &mut root);
    more(reading, &mut root);
    root.value("sweep");
    root.value("tune");
    for key in expect::OF_RESULTS {
        root.value(key);
    }
    root.finish(reading);
    base
}

struct Base {
    name: String,
    seed: u64,
    replications: u64,
    profile: Profile,
}

fn read_base(reading: &mut Reading, root: &mut Section) -> Option<Base> {
    let name = root.value("name");
    let name = name.and_then(|node| scenario_name(reading, node));
    let seed = reading.whole_at(root, "seed");
    let replications = reading.whole_at(root, "replications");
    let start = windows::start(reading, root.value("start"));
    let watch = watch::watch(reading, root);
    let release = release::release(reading, root);
    let links_node = root.value("link");
    let links = links::links(reading, links_node);
    let cohorts_node = root.table.get("cohort").map(|entry| &entry.node);
    let names = Names::of("cohort", cohorts_node);
    let rollout = rules::rollout(reading, root, &names);
    let fleet = fleet::fleet(reading, root, &Names::of("link", links_node), &start);
    let around = Around {
        release: release.as_ref().map(|(release, _)| release),
        cohorts: fleet.as_ref().map(|fleet| fleet.cohorts.as_slice()),
        names: &names,
    };
    let campaign = campaign::campaign(reading, root.value("campaign"), &around);
    if let Some((campaign, _)) = &campaign {
        campaign::check_joins(reading, campaign.as_ref(), cohorts_node);
    }
    let (release, luck) = release?;
    let (links, mut fleet) = (links?, fleet?);
    reading.left_out.take_from(&mut fleet.cohorts);
    reading.note_unused_links(links::unused(links_node, &links, &fleet.cohorts));
    let Rollout { rules, preparing } = rollout?;
    let (campaign, previous) = campaign?;
    if campaign.is_some() && !rules.has_campaigns() {
        // Latent faults are found between jobs.
        let needs = ["campaign", "release"]
            .into_iter()
            .find_map(|key| root.table.get(key))
            .map(|entry| &entry.node.place);
        let title = format!(
            "the rules of `{}` have no jobs beside the main one",
            rules.table().path()
        );
        let place = needs.unwrap_or_else(|| root.place());
        reading.problem(
            Diagnostic::error(title, place, "this needs them")
                .help("leave out [campaign], and `latent` faults"),
        );
        return None;
    }
    let (seed, watch) = (seed?, watch?);
    let world = World {
        seed,
        release,
        previous,
        luck,
        fleet,
        links,
        preparing,
        watch,
    };
    Some(Base {
        name: name?,
        seed,
        replications: replications?,
        profile: Profile {
            name: BASE.to_owned(),
            world,
            rules,
            campaign,
            start: start.known(),
        },
    })
}

/// A scenario's name becomes the name of a folder.
fn scenario_name(reading: &mut Reading, node: &Node) -> Option<String> {
    let name = reading.string(node)?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if name.is_empty() || name.len() > 60 || !name.chars().all(allowed) {
        let title = "a scenario's name has 1 to 60 letters, digits, `_` or `-`";
        reading.problem(
            Diagnostic::error(title, &node.place, "not a name")
                .help("results are written to a folder of this name"),
        );
        return None;
    }
    if name == "baseline" {
        let title = "`baseline` is a reserved name";
        let diagnostic = Diagnostic::error(title, &node.place, "choose another");
        reading.problem(diagnostic.help("results/baseline holds the committed baselines"));
        return None;
    }
    Some(name.to_owned())
}

fn hash(tree: &Node, reading: &Reading) -> String {
    let mut canonical = String::new();
    let mut tree = tree.clone();
    if let Value::Table(table) = &mut tree.value {
        let changes_no_result =
            |key: &str| matches!(key, "seed" | "replications") || expect::OF_RESULTS.contains(&key);
        table.0.retain(|entry| !changes_no_result(&entry.key));
    }
    tree::canonical(&tree, &mut canonical);
    canonical += &reading.left_out.text();
    let mut hasher = Sha256::new();
    hasher.update(canonical.as_bytes());
    for source in &reading.data {
        hasher.update(reading.files.texts.digest(source));
    }
    hasher.finalize()[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
