//! What the user writes and what it means.
//!
//! A [`ScenarioFile`] is a file as parsed, with the edits of flags; checking it gives a [`Scenario`], which cannot be invalid:
//! whoever holds one need not check again. Edits change the TOML tree before it is checked, so a flag, a profile and a sweep can
//! reach everything the file can say, and a problem points at whoever wrote the value: a line of the file or a flag.

mod campaign;
mod connectivity;
mod data;
mod diagnostic;
mod expect;
mod fleet;
mod inventory;
mod law;
mod links;
mod measured;
mod names;
mod order;
mod profiles;
mod reader;
mod release;
mod request;
mod rules;
mod schema;
mod settings;
mod sheet;
mod steps;
mod sweep;
mod tree;
mod tune;
mod watch;
mod windows;
mod words;

use std::path::{Path as FilePath, PathBuf};
use std::rc::Rc;

use sha2::{Digest, Sha256};

pub use diagnostic::{Diagnostic, Level, Place, Problems, Source};
pub use expect::Check;
pub use request::RequestFile;
pub use schema::scenario_schema;
pub use settings::Settings;
pub use sweep::{Knob, KnobValue, SETTINGS_MAX, combinations};
pub use tune::{Direction, Phrase, Tune};
pub use words::{did_you_mean, list};

use crate::model::{Cohort, Start, World};
use crate::rollout::{Campaign, CanaryRobots, Rules};
use campaign::Around;
use data::{DataFiles, read_text};
use names::Names;
use profiles::{Edit, check_wanted, profile_overrides};
use reader::{Reading, Section};
use request::LeftOut;
use rules::Rollout;
use tree::{Node, Path, Value};

/// The name of the scenario as it stands, without any profile's changes.
pub const BASE: &str = "base";

/// The most replications of a run.
pub const REPLICATIONS_MAX: u64 = 10_000_000;

/// The largest scenario file read [bytes].
const FILE_MAX: u64 = 4_000_000;

/// The most keys and values that are checked for all that knobs may make of a scenario: a few seconds' work.
const CHECKED_MAX: u64 = 50_000_000;

/// The most cohorts of all profiles together.
const COHORTS_OF_PROFILES_MAX: usize = 100_000;

/// One hypothesis about the release and the fleet, and the rules it is played under.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    pub name: String,
    pub world: World,
    /// Of the only job, or of the main job of the campaign.
    pub rules: Rules,
    /// The jobs around the main job, if there may be any.
    pub campaign: Option<Campaign>,
}

/// What percentages mean in robots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InRobots {
    /// *K*
    pub window: u32,
    /// *F*; none where the job does not have so many robots.
    pub failures_to_stop: Option<u32>,
}

impl Profile {
    /// How many robots the only job is for, or the main job of the campaign; none where that is not known before it is played.
    pub fn main_robots(&self) -> Option<u32> {
        let n = self.world.fleet.robots();
        let Some(campaign) = &self.campaign else {
            return Some(n);
        };
        if self
            .world
            .fleet
            .cohorts
            .iter()
            .any(|cohort| cohort.joins.is_some())
        {
            return None;
        }
        let canaries = match campaign
            .canary
            .as_ref()
            .filter(|canary| !canary.rejoin)
            .map(|canary| &canary.robots)
        {
            None => 0,
            Some(CanaryRobots::Cohorts(cohorts)) => cohorts
                .iter()
                .map(|cohort| self.world.fleet.cohorts[usize::from(*cohort)].robots)
                .sum(),
            Some(picked) => picked.picked_of(n)?,
        };
        Some(n - canaries).filter(|n| *n > 0)
    }

    /// What the percentages of these rules mean in the only job, or in the main job of the campaign, where that is known.
    pub fn in_robots(&self, rules: &Rules) -> Option<InRobots> {
        let n = self.main_robots()?;
        let failures = rules.failures_to_stop(n);
        Some(InRobots {
            window: rules.window(n),
            failures_to_stop: (failures <= n).then_some(failures),
        })
    }
}

/// A checked scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    pub name: String,
    pub seed: u64,
    pub replications: u64,
    /// When the job of the base is created.
    pub start: Option<Start>,
    /// The base first, then the others in file order; at least one.
    pub profiles: Vec<Profile>,
    /// Sixteen hexadecimal digits that change with anything the scenario says, its data files included, but the seed, the number of
    /// replications, and what is expected of the results.
    pub hash: String,
}

impl Scenario {
    /// Whether any robot has maintenance windows: results then depend on the time zone data too.
    pub fn has_windows(&self) -> bool {
        let has_windows = |cohort: &Cohort| {
            cohort.windows.is_some() || cohort.inventory.iter().any(|robot| robot.windows.is_some())
        };
        self.profiles
            .iter()
            .any(|profile| profile.world.fleet.cohorts.iter().any(has_windows))
    }
}

/// A key that a profile sets.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Dotted, as one would write it.
    pub key: String,
    /// Where its value stands.
    pub place: Place,
    /// Whether the value is another one than the base's.
    pub is_new: bool,
}

/// A scenario file as parsed, with the edits of a request and of `--set` made to it.
pub struct ScenarioFile {
    root: Node,
    /// Scripts that do not run although the file says something of them.
    left_out: LeftOut,
    files: DataFiles,
}

impl ScenarioFile {
    /// Reads and parses a file.
    ///
    /// # Errors
    /// The file cannot be read, or is not TOML.
    pub fn read(path: &FilePath) -> Result<ScenarioFile, Problems> {
        let text = read_text(path, FILE_MAX).map_err(|error| {
            let title = format!(
                "cannot read the scenario `{}`: {}",
                path.display(),
                error.problem
            );
            Problems(vec![Diagnostic::without_place(title)])
        })?;
        let folder = path.parent().unwrap_or(FilePath::new("")).to_owned();
        ScenarioFile::parse(&path.display().to_string(), text, folder)
    }

    /// Parses the text of a file called `name`; the data files it names are relative to `folder`.
    ///
    /// # Errors
    /// The text is not TOML.
    pub fn parse(name: &str, text: String, folder: PathBuf) -> Result<ScenarioFile, Problems> {
        let source = Rc::new(Source {
            name: name.to_owned(),
            text,
        });
        let mut problems = Problems::default();
        let root = tree::parse_document(&source, &mut problems);
        if problems.has_errors() {
            Err(problems)
        } else {
            Ok(ScenarioFile {
                root,
                left_out: LeftOut::default(),
                files: DataFiles::new(folder),
            })
        }
    }

    /// Makes the edit of a flag `key=value`.
    ///
    /// # Errors
    /// It is not of this form, or its key leads nowhere.
    pub fn set(&mut self, flag: &str, text: &str) -> Result<(), Problems> {
        let mut problems = Problems::default();
        let edit = sweep::split_flag(flag, text, &mut problems);
        if let Some((path, source, span)) = edit {
            self.left_out
                .forbids(&path)
                .into_iter()
                .for_each(|diagnostic| problems.push(diagnostic));
            let value = tree::parse_value(&source, span, &mut problems);
            if !problems.has_errors()
                && let Err(diagnostic) = tree::set(&mut self.root, &path, &value)
            {
                problems.push(diagnostic);
            }
        }
        if problems.has_errors() {
            Err(problems)
        } else {
            Ok(())
        }
    }

    /// Checks the file and everything it may become: its base, its profiles, and each value of its sweep.
    ///
    /// Gives the scenario with the profiles named in `only`, all if that is empty, and warnings.
    ///
    /// # Errors
    /// All problems at once.
    pub fn check(&self, only: &[String]) -> Result<(Scenario, Problems), Problems> {
        let mut reading = Reading::new(&self.files, self.left_out);
        let scenario = self.check_with(&mut reading, &self.root, &[], only);
        let vary = self
            .tune(&mut reading.problems)
            .map_or_else(Vec::new, |tune| tune.vary);
        let knobs: Vec<Knob> = self
            .sweep(&mut reading.problems)
            .into_iter()
            .chain(vary)
            .collect();
        // What a sweep varies is no part of what is varied, and would be copied for each value.
        let varied = self.root.without(&["sweep", "tune", "expect", "check"]);
        let mut work = (varied.nodes() * self.profile_names().len()) as u64;
        work *= knobs
            .iter()
            .map(|knob| knob.values.len() as u64)
            .sum::<u64>();
        if let Some(knob) = knobs.first().filter(|_| work > CHECKED_MAX) {
            let title = "there are too many values to vary for so large a scenario";
            let diagnostic = Diagnostic::error(
                title,
                &knob.path.place,
                "each makes another scenario to be checked",
            );
            reading.problem(
                diagnostic.help(
                    "vary fewer values at a time, or a scenario of fewer cohorts and profiles",
                ),
            );
            return Err(reading.problems);
        }
        for knob in &knobs {
            for value in &knob.values {
                self.check_with(&mut reading, &varied, &[(knob, value)], &[]);
            }
        }
        let mut problems = reading.problems;
        if !problems.has_errors() {
            problems.extend(Problems(reading.unused_links.unwrap_or_default()));
        }
        match scenario {
            Some(scenario) if !problems.has_errors() => Ok((scenario, problems)),
            _ => Err(problems),
        }
    }

    /// Checks the scenario that the file becomes with these values of knobs, in every profile: a knob has the last word.
    ///
    /// # Errors
    /// All problems at once.
    pub fn check_setting(
        &self,
        values: &[(&Knob, &KnobValue)],
        only: &[String],
    ) -> Result<Scenario, Problems> {
        let mut reading = Reading::new(&self.files, self.left_out);
        match self.check_with(&mut reading, &self.root, values, only) {
            Some(scenario) if !reading.problems.has_errors() => Ok(scenario),
            _ => Err(reading.problems),
        }
    }

    /// The knobs of the file's `[sweep]`.
    pub fn sweep(&self, problems: &mut Problems) -> Vec<Knob> {
        let Value::Table(root) = &self.root.value else {
            return Vec::new();
        };
        root.get("sweep")
            .map_or_else(Vec::new, |entry| sweep::knobs(&entry.node, problems))
    }

    /// What the file's `[tune]` asks for, if it has one, as far as that can be read.
    pub fn tune(&self, problems: &mut Problems) -> Option<Tune> {
        let Value::Table(root) = &self.root.value else {
            return None;
        };
        let mut reading = Reading::new(&self.files, self.left_out);
        let tune = tune::tune(&mut reading, &root.get("tune")?.node);
        problems.extend(reading.problems);
        tune
    }

    /// Whether the file has a `[tune]`.
    pub fn has_tune(&self) -> bool {
        matches!(&self.root.value, Value::Table(root) if root.get("tune").is_some())
    }

    /// What the file expects of the results, as far as that can be read.
    pub fn expect(&self, problems: &mut Problems) -> Vec<Phrase> {
        self.of_results("expect", problems, expect::expect)
    }

    /// How the file wants its results compared with a baseline, as far as that can be read.
    pub fn check_of_results(&self, problems: &mut Problems) -> Check {
        self.of_results("check", problems, expect::check)
    }

    fn of_results<T: Default>(
        &self,
        key: &str,
        problems: &mut Problems,
        read: impl Fn(&mut Reading, &Node) -> T,
    ) -> T {
        let Value::Table(root) = &self.root.value else {
            return T::default();
        };
        let Some(entry) = root.get(key) else {
            return T::default();
        };
        let mut reading = Reading::new(&self.files, self.left_out);
        let value = read(&mut reading, &entry.node);
        problems.extend(reading.problems);
        value
    }

    /// The names of all profiles, the base first.
    pub fn profile_names(&self) -> Vec<String> {
        let profiles = tree::get(&self.root, &["profile".to_owned()]).map(|node| &node.value);
        let names = match profiles {
            Some(Value::Table(table)) => table.0.iter().map(|entry| entry.key.clone()).collect(),
            _ => Vec::new(),
        };
        std::iter::once(BASE.to_owned()).chain(names).collect()
    }

    /// Which of the knob's values the file has, if it has one of them, and the same one wherever the knob leads.
    pub fn value_in_file(&self, knob: &Knob) -> Option<usize> {
        let current = tree::led_to(&self.root, &knob.path.segments);
        let here = |value: &KnobValue| {
            !current.is_empty() && current.iter().all(|node| sweep::alike(node, &value.node))
        };
        knob.values.iter().position(here)
    }

    /// The file as it stands with the changes of a profile.
    pub fn with_profile(&self, profile: &str) -> Written {
        let mut tree = self.root.clone();
        for (path, value) in self.edits_of(profile) {
            // What leads nowhere has been reported by whoever checked the file.
            let _ = tree::set(&mut tree, &path, &value);
        }
        Written {
            named: tree::named(&tree),
            tree,
        }
    }

    /// What a profile changes.
    pub fn changes(&self, profile: &str) -> Vec<Change> {
        let edits = self.edits_of(profile);
        let is_new = |(path, value): &Edit| {
            let before = tree::led_to(&self.root, &path.segments);
            before.is_empty() || before.iter().any(|node| !sweep::alike(node, value))
        };
        let change = |edit: &Edit| Change {
            key: edit.0.text(),
            place: edit.1.place.clone(),
            is_new: is_new(edit),
        };
        edits.iter().map(change).collect()
    }

    fn edits_of(&self, profile: &str) -> Vec<Edit> {
        let table = tree::get(&self.root, &["profile".to_owned(), profile.to_owned()])
            .map(|node| &node.value);
        let Some(Value::Table(table)) = table else {
            return Vec::new();
        };
        let edit = |entry: &tree::Entry| {
            Some((
                Path::parse(&entry.key, &entry.key_place).ok()?,
                entry.node.clone(),
            ))
        };
        table.0.iter().filter_map(edit).collect()
    }

    fn check_with(
        &self,
        reading: &mut Reading,
        root: &Node,
        knobs: &[(&Knob, &KnobValue)],
        only: &[String],
    ) -> Option<Scenario> {
        knobs
            .iter()
            .filter_map(|(knob, _)| self.left_out.forbids(&knob.path))
            .for_each(|problem| reading.problem(problem));
        let knobs: Vec<Edit> = knobs
            .iter()
            .map(|(knob, value)| (knob.path.clone(), value.node.clone()))
            .collect();
        let (tree, sound) = edited(reading, root, &knobs);
        reading.data.clear();
        read_scenario(reading, &tree, &knobs, only).filter(|_| sound)
    }
}

/// What was written of a profile: by the file, or by a flag or the profile that changed it.
pub struct Written {
    tree: Node,
    named: tree::Named,
}

impl Written {
    /// Where the value at a dotted key stands, and whether it stands there: where nobody wrote it, the table that would hold it.
    pub fn place_of(&self, key: &str) -> (Place, bool) {
        let tree = &self.tree;
        match Path::parse(key, &tree.place) {
            Ok(path) => match tree::nearest(tree, &self.named, &path.segments) {
                (node, found) if !std::ptr::eq(node, tree) => (node.place.clone(), found),
                _ => (Place::new(&tree.place.source, 0..0), false),
            },
            Err(_) => (Place::new(&tree.place.source, 0..0), false),
        }
    }

    /// The value at a dotted key as one would write it, if somebody wrote it.
    pub fn value(&self, key: &str) -> Option<String> {
        let path = Path::parse(key, &self.tree.place).ok()?;
        let (node, found) = tree::nearest(&self.tree, &self.named, &path.segments);
        found.then(|| sweep::show(node))
    }
}

/// The tree after those edits that lead somewhere, and whether all of them do.
fn edited(reading: &mut Reading, tree: &Node, edits: &[Edit]) -> (Node, bool) {
    let mut tree = tree.clone();
    let mut sound = true;
    for (path, value) in edits {
        if let Err(diagnostic) = tree::set(&mut tree, path, value) {
            reading.problem(diagnostic);
            sound = false;
        }
    }
    (tree, sound)
}

/// Reads the tree, which the edits of knobs have been made to, and its profiles, to which they are made again.
fn read_scenario(
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
            root.get("profile");
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
        start: base.start,
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
    let mut root = Section::root(tree)?;
    let base = read_base(reading, &mut root);
    more(reading, &mut root);
    root.get("sweep");
    root.get("tune");
    for key in expect::OF_RESULTS {
        root.get(key);
    }
    root.finish(reading);
    base
}

struct Base {
    name: String,
    seed: u64,
    replications: u64,
    start: Option<Start>,
    profile: Profile,
}

fn read_base(reading: &mut Reading, root: &mut Section) -> Option<Base> {
    let name = root.require("name", "a short name, as in name = \"warehouse\"");
    let name = name.and_then(|node| scenario_name(reading, node));
    let seed = match root.get("seed") {
        Some(node) => reading.integer(node, "`seed`", 0..=i64::MAX as u64),
        None => Some(1),
    };
    let replications = match root.get("replications") {
        Some(node) => reading.integer(node, "`replications`", 1..=REPLICATIONS_MAX),
        None => Some(1000),
    };
    let start = windows::start(reading, root.get("start"));
    let watch = watch::watch(reading, root);
    let release = release::release(reading, root);
    let links_node = root.get("link");
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
    let campaign = campaign::campaign(reading, root.get("campaign"), &around);
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
        start: start.known(),
        profile: Profile {
            name: BASE.to_owned(),
            world,
            rules,
            campaign,
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
        hasher.update(reading.files.digest(source));
    }
    hasher.finalize()[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
