//! A scenario file from its text to what is checked.

use std::path::{Path as FilePath, PathBuf};
use std::rc::Rc;

use crate::scenario::checked::{BASE, Scenario};
use crate::scenario::data::DataFiles;
use crate::scenario::diagnostic::{Diagnostic, Problems, Source};
use crate::scenario::document::read_scenario;
use crate::scenario::edits::{Edit, edited};
use crate::scenario::expect::{self, Check};
use crate::scenario::files::{io_problem, read_text};
use crate::scenario::left_out::LeftOut;
use crate::scenario::reader::Reading;
use crate::scenario::sweep::{self, Knob, KnobValue};
use crate::scenario::texts::Texts;
use crate::scenario::tree::{self, Node, Value};
use crate::scenario::tune::{self, Phrase, Tune};

/// The largest scenario file read [bytes].
const FILE_MAX: u64 = 4_000_000;

/// The most keys and values that are checked for all that knobs may make of a scenario: a few seconds' work.
const CHECKED_MAX: u64 = 50_000_000;

/// A scenario file as parsed, with the edits of a request and of `--set` made to it.
pub struct ScenarioFile {
    pub(super) root: Node,
    /// Scripts that do not run although the file says something of them.
    pub(super) left_out: LeftOut,
    pub(super) files: DataFiles,
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

    /// As [`ScenarioFile::parse`], with the texts of its data files.
    ///
    /// # Errors
    /// The text is not TOML.
    pub fn of_texts(name: &str, texts: &Texts) -> Result<ScenarioFile, Problems> {
        let mut file = ScenarioFile::parse(name, texts.scenario.clone(), PathBuf::new())?;
        file.files.texts.give(texts.data.clone());
        Ok(file)
    }

    /// Its text and those of the data files that were read for it.
    pub fn texts(&self) -> Texts {
        Texts {
            scenario: self.root.place.source.text.clone(),
            request: None,
            data: self.files.texts.read(),
        }
    }

    /// The file with data files only from within a folder, links followed.
    ///
    /// # Errors
    /// There is no such folder.
    pub fn confined_to(mut self, folder: &FilePath) -> Result<ScenarioFile, Problems> {
        match folder.canonicalize() {
            Ok(folder) => self.files.texts.confine(folder),
            Err(error) => {
                let title = format!(
                    "cannot confine files to `{}`: {}",
                    folder.display(),
                    io_problem(&error)
                );
                return Err(Problems(vec![Diagnostic::without_place(title)]));
            }
        }
        Ok(self)
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

    /// The file itself and the data files that it was read with, in no order.
    pub fn paths(&self) -> Vec<PathBuf> {
        let mut paths = self.files.texts.paths();
        paths.push(PathBuf::from(&self.root.place.source.name));
        paths
    }

    /// The knobs of the file's `[sweep]`.
    pub fn sweep(&self, problems: &mut Problems) -> Vec<Knob> {
        self.part("sweep")
            .map_or_else(Vec::new, |node| sweep::knobs(node, problems))
    }

    /// The readable part of the file's `[tune]`, if it has one.
    pub fn tune(&self, problems: &mut Problems) -> Option<Tune> {
        let mut reading = Reading::new(&self.files, self.left_out);
        let tune = tune::tune(&mut reading, self.part("tune")?);
        problems.extend(reading.problems);
        tune
    }

    /// The readable part of what the file expects of the results.
    pub fn expect(&self, problems: &mut Problems) -> Vec<Phrase> {
        self.of_results("expect", problems, expect::expect)
    }

    /// The readable part of how results are compared with a baseline.
    pub fn check_of_results(&self, problems: &mut Problems) -> Check {
        self.of_results("check", problems, expect::check)
    }

    /// The value of a key of the document.
    fn part(&self, key: &str) -> Option<&Node> {
        tree::get(&self.root, &[key.to_owned()])
    }

    fn of_results<T: Default>(
        &self,
        key: &str,
        problems: &mut Problems,
        read: impl Fn(&mut Reading, &Node) -> T,
    ) -> T {
        let Some(node) = self.part(key) else {
            return T::default();
        };
        let mut reading = Reading::new(&self.files, self.left_out);
        let value = read(&mut reading, node);
        problems.extend(reading.problems);
        value
    }

    /// The names of all profiles, the base first.
    pub fn profile_names(&self) -> Vec<String> {
        let profiles = self.part("profile").map(|node| &node.value);
        let names = match profiles {
            Some(Value::Table(table)) => table.0.iter().map(|entry| entry.key.clone()).collect(),
            _ => Vec::new(),
        };
        std::iter::once(BASE.to_owned()).chain(names).collect()
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
