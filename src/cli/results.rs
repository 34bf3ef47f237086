//! What all commands that play a study do: before it, print warnings, try the folder and show progress; after it, write the files, print
//! the answer, and fail if it was interrupted.

use std::path::{Path, PathBuf};

use crate::cli::args::Common;
use crate::cli::copies::{Copies, Form};
use crate::cli::exit::{Failure, print, say, warn, width_of_answer, write};
use crate::cli::explain::explained;
use crate::cli::paths::Target;
use crate::cli::progress::{Progress, use_threads};
use crate::report::{Chart, Files, Output, Page, Provenance, Report, Subject};
use crate::scenario::{Problems, Scenario, ScenarioFile};
use crate::units::count;

/// Prints warnings and starts threads.
///
/// # Errors
/// There are not as many.
pub(super) fn prepare(common: &Common, warnings: &Problems) -> Result<(), Failure> {
    warn(warnings, common.quiet);
    use_threads(common.threads)
}

/// A scenario that is played, and the file that it was read from.
pub(super) type Played<'a> = (&'a ScenarioFile, &'a Scenario);

/// The results of a command: its folder, and what is to be written there.
pub(super) struct Results<'a> {
    common: &'a Common,
    /// The scenarios that are played, the one that names the results first.
    subjects: Vec<Played<'a>>,
    /// What a report calls them.
    names: Vec<String>,
    pub folder: PathBuf,
    pub output: Output,
    pub progress: Progress,
    copies: Copies,
    charts: Vec<Chart>,
    /// How much was played, once it is known.
    extent: Option<Extent>,
}

impl<'a> Results<'a> {
    /// Begins a study of a number of ticks.
    ///
    /// # Errors
    /// The folder cannot be written to, or a file that a flag names.
    pub(super) fn begin(
        common: &'a Common,
        subjects: &[Played<'a>],
        ticks: u64,
    ) -> Result<Results<'a>, Failure> {
        // Before the folder is made, so that an interruption removes it again.
        let progress = Progress::new(ticks, common.quiet);
        let folder = common.folder(subjects[0].1);
        let output = Output::of_set(&folder).map_err(|error| Failure::disk(&folder, &error))?;
        let files: Vec<&ScenarioFile> = subjects.iter().map(|(file, _)| *file).collect();
        let instead = common.json.then_some("--json");
        let copies = Copies::begin(&common.copies, instead, &common.given(&files))?;
        Ok(Results {
            common,
            subjects: subjects.to_vec(),
            names: subjects.iter().map(|(_, it)| it.name.clone()).collect(),
            folder,
            output,
            progress,
            copies,
            charts: Vec::new(),
            extent: None,
        })
    }

    /// Calls the scenarios something else than their names, where those may be alike.
    pub(super) fn call_subjects(&mut self, names: impl IntoIterator<Item = String>) {
        self.names = names.into_iter().collect();
    }

    /// Ends the progress of a study that has `any` results.
    ///
    /// # Errors
    /// It was interrupted before there was any result.
    pub(super) fn played(&self, any: bool) -> Result<(), Failure> {
        self.progress.finish();
        let shards = self.common.shards.as_ref();
        if let Some(error) = shards.and_then(|shards| shards.failed()) {
            return Err(Failure::unread(Path::new("the shards"), &error));
        }
        if any {
            Ok(())
        } else {
            Err(Failure::nothing_finished(
                "the first replication was finished",
            ))
        }
    }

    /// What made the results, with the command that makes them again.
    pub(super) fn provenance(&mut self, extent: Extent, command: String) -> Provenance {
        self.extent = Some(extent);
        Provenance::new(self.subjects[0].1, extent.finished, command)
    }

    /// Adds the file of all results, and says whose results it replaces, if those are others.
    pub(super) fn add_json(&mut self, name: &str, json: String, provenance: &Provenance) {
        let earlier = self.output.earlier(name);
        if let Some(command) = earlier.and_then(|file| provenance.replaces(&file))
            && !self.common.quiet
        {
            let folder = self.folder.display();
            say(&format!(
                "note: replaces the results of `{command}` in {folder}"
            ));
        }
        self.output.add(name, json);
        self.output.list(name, provenance);
    }

    /// Adds the charts to be written, as PNG too if that is asked for. Of `all` names that charts of this command may have, no file stays
    /// from an earlier one.
    pub(super) fn add_charts(&mut self, charts: Vec<Chart>, all: &[&str]) {
        for chart in &charts {
            self.output.add(format!("{}.svg", chart.name), chart.svg());
            if self.common.png {
                self.output.add(format!("{}.png", chart.name), chart.png());
            }
        }
        self.output.outdate(
            all.iter()
                .flat_map(|name| [format!("{name}.svg"), format!("{name}.png")]),
        );
        self.charts = charts;
    }

    /// Writes the files, prints the answer, as JSON where there is `json`, writes its copies, and says where all of that is.
    ///
    /// # Errors
    /// The folder or standard output cannot be written to, or a file that a flag names.
    pub(super) fn deliver(
        self,
        mut page: Page,
        json: Option<String>,
        provenance: &Provenance,
    ) -> Result<(), Failure> {
        let Results {
            common,
            subjects,
            names: subject_names,
            folder,
            output,
            copies,
            charts,
            extent,
            ..
        } = self;
        page.asked(common.changes());
        page.asked(extent.map_or_else(String::new, Extent::interrupted));
        let names = output.names();
        let files = write(output, &folder)?;
        let html = |target: Option<&Target>| {
            let assumed = subjects.iter().map(|(file, scenario)| {
                let provenance = Provenance {
                    command: provenance.command.clone(),
                    ..Provenance::new(scenario, provenance.replications, String::new())
                };
                (explained(file, scenario), provenance)
            });
            let assumed: Vec<(Page, Provenance)> = assumed.collect();
            let subjects = assumed.iter().zip(&subject_names);
            let subjects = subjects.map(|(assumed, name)| Subject {
                name,
                ..Subject::assumed(assumed)
            });
            let way = target.and_then(|target| target.way(&folder, &names));
            Report {
                title: &format!(
                    "{}: rollcast {}",
                    provenance.scenario,
                    command_name(provenance)
                ),
                page: &page,
                charts: &charts,
                subjects: subjects.collect(),
                files: Some(Files {
                    folder: &folder.to_string_lossy(),
                    way: way.as_deref(),
                    names: &names,
                }),
                command: &provenance.command,
            }
            .html()
        };
        let copy = |form, target: Option<&Target>| match form {
            Form::Html => html(target),
            Form::Markdown => page.markdown(),
        };
        let answer = || {
            print(&json.unwrap_or_else(|| page.terminal(width_of_answer())))?;
            if !common.quiet {
                say(&format!("\n{files}"));
            }
            Ok(())
        };
        copies.deliver(answer, copy, common.quiet)
    }
}

/// The command of which results are: its second word.
fn command_name(provenance: &Provenance) -> &str {
    provenance.command.split(' ').nth(1).unwrap_or_default()
}

/// How much of a study was played.
#[derive(Clone, Copy)]
pub(super) struct Extent {
    /// Replications that every result has, and those that were asked for.
    pub finished: u64,
    pub asked: u64,
}

impl Extent {
    /// The extent of results with these numbers of replications.
    pub(super) fn least(of_results: impl Iterator<Item = u64>, asked: u64) -> Extent {
        Extent {
            finished: of_results.min().unwrap_or(0),
            asked,
        }
    }

    pub(super) fn is_whole(self) -> bool {
        self.finished == self.asked
    }

    /// The replications finished, if they are fewer than were asked for.
    pub(super) fn cut_short(self) -> Option<u64> {
        (self.finished < self.asked).then_some(self.finished)
    }

    /// Fails if the study was interrupted.
    ///
    /// # Errors
    /// The study was interrupted.
    pub(super) fn ended(self) -> Result<(), Failure> {
        match self.is_whole() {
            true => Ok(()),
            false => Err(Failure::Interrupted(self.interrupted())),
        }
    }

    /// How much there is of a study that was interrupted; empty of another.
    fn interrupted(self) -> String {
        match self.is_whole() {
            true => String::new(),
            false => format!(
                "interrupted: the results are those of the first {} of {} replications",
                count(self.finished),
                count(self.asked)
            ),
        }
    }

    /// Fails if a study with a row for each setting was interrupted.
    ///
    /// # Errors
    /// The study was interrupted.
    pub(super) fn ended_with_rows(self, rows: usize, rows_wanted: usize) -> Result<(), Failure> {
        if self.is_whole() && rows == rows_wanted {
            return Ok(());
        }
        let text = format!(
            "interrupted: {} of {} rows have results, from at least {} of {} replications",
            count(rows as u64),
            count(rows_wanted as u64),
            count(self.finished),
            count(self.asked)
        );
        Err(Failure::Interrupted(text))
    }
}
