//! `--shard`: a block of the replications of a study, which a scheduler has somewhere, and a file of what was played for `rollcast merge`.

pub(super) mod plan;

use std::env;
use std::io;
use std::path::PathBuf;

use crate::cli::args::{AskedShard, Common, Ending, Sharding};
use crate::cli::exit::{Failure, say};
use crate::cli::progress::Progress;
use crate::cli::results::Played;
use crate::report::{Existing, Head, ShardFile};
use crate::scenario::{Scenario, Texts};
use crate::study::{Plan, RunPlays, Shard, Wanted};
use crate::units::count;

/// Where schedulers say which task of how many it is, and what the first is called.
const VARIABLES: [(&str, u32); 9] = [
    ("SLURM_ARRAY_TASK_ID", 0),
    ("JOB_COMPLETION_INDEX", 0),
    ("AWS_BATCH_JOB_ARRAY_INDEX", 0),
    ("CLOUD_RUN_TASK_INDEX", 0),
    ("PBS_ARRAY_INDEX", 0),
    ("SGE_TASK_ID", 1),
    ("LSB_JOBINDEX", 1),
    ("PARALLEL_SEQ", 1),
    ("ROLLCAST_SHARD", 0),
];

/// What a variable holds in a task that is not one of many.
const NO_INDEX: [(&str, &str); 2] = [("SGE_TASK_ID", "undefined"), ("LSB_JOBINDEX", "0")];

/// A flag, whether it is given, and why a shard cannot take it.
pub(super) type Refused = (bool, &'static str, &'static str);

/// A shard to be played.
pub(super) struct Task<'a> {
    common: &'a Common,
    head: Head,
    texts: Texts,
    folder: PathBuf,
    shard: Shard,
    /// Of the whole study.
    replications: u64,
}

impl<'a> Task<'a> {
    /// The shard that is asked for of a study that `command` plays whole; none if the study is not to be cut.
    ///
    /// # Errors
    /// A flag is refused, no shard can be told from the environment, or there are fewer replications than shards.
    pub(super) fn asked(
        sharding: &Sharding,
        common: &'a Common,
        (file, scenario): Played,
        command: String,
        refused: &[Refused],
    ) -> Result<Option<Task<'a>>, Failure> {
        let Some(asked) = sharding.shard else {
            return Ok(None);
        };
        refuse(refused)?;
        refuse(&of_answers(common))?;
        let (shard, variable) = match asked {
            AskedShard::This(shard) => (shard, None),
            AskedShard::Auto(of) => told(of, |name| env::var(name).ok()).map_err(Failure::Flag)?,
        };
        let replications = scenario.replications;
        if u64::from(shard.of) > replications {
            return Err(Failure::Flag(format!(
                "{} replications cannot be cut into {} shards",
                count(replications),
                count(shard.of.into())
            )));
        }
        if let (Some(variable), false) = (variable, common.quiet) {
            say(&format!(
                "shard {} of {}: {variable} says so",
                shard.index, shard.of
            ));
        }
        let request = common.request_file()?;
        let texts = Texts {
            request: request.map(|request| request.text().to_owned()),
            ..file.texts()
        };
        Ok(Some(Task {
            common,
            head: Head::new(scenario, &texts, command, shard),
            texts,
            folder: common.folder(scenario),
            shard,
            replications,
        }))
    }

    /// How many replications it has.
    pub(super) fn length(&self) -> u64 {
        let block = self.shard.replications(self.replications);
        block.end - block.start
    }

    /// Plays the shard of a run.
    ///
    /// # Errors
    /// Another shard is in its place, the disk does not take it, or it was interrupted.
    pub(super) fn run(self, scenario: &Scenario) -> Result<(), Failure> {
        let block = self.shard.replications(self.replications);
        self.play(self.length(), |progress, file| {
            let mut plays = RunPlays::of(scenario);
            plays.play(scenario, block.clone(), progress);
            let is_whole = plays.replications() == block.end - block.start;
            file.add(&plays)?;
            Ok(is_whole)
        })
    }

    /// Plays the shard of a plan.
    ///
    /// # Errors
    /// As [`Task::run`].
    pub(super) fn plan(self, plan: &Plan, wanted: &[Wanted]) -> Result<(), Failure> {
        let block = self.shard.replications(self.replications);
        let ticks = plan.ticks(wanted, &self.length().into());
        self.play(ticks, |progress, file| {
            let is_whole =
                plan.play_columns(wanted, block, progress, |columns| file.add_columns(columns))?;
            file.add_numbers(&plan.drained_max())?;
            Ok(is_whole)
        })
    }

    /// Writes what `play` plays, unless that is there already; it gives whether it played all.
    fn play(
        &self,
        ticks: u64,
        play: impl FnOnce(&Progress, &mut ShardFile) -> io::Result<bool>,
    ) -> Result<(), Failure> {
        let (folder, name) = (&self.folder, self.head.name());
        let disk = |error: io::Error| Failure::disk(folder, &error);
        let report = |text: &str| {
            if !self.common.quiet {
                say(text);
            }
        };
        match Existing::of(folder, &self.head).map_err(disk)? {
            Existing::Nothing => {}
            Existing::Same => {
                report(&format!("{name} is in {} and complete", folder.display()));
                return Ok(());
            }
            Existing::Another(differs) => {
                return Err(Failure::Flag(format!(
                    "there is another {name} in {}: {differs}; write to another folder with --out",
                    folder.display()
                )));
            }
        }
        let progress = Progress::new(ticks, self.common.quiet);
        let mut file = ShardFile::begin(folder, &self.head, &self.texts).map_err(disk)?;
        let is_whole = play(&progress, &mut file).map_err(disk)?;
        progress.finish();
        if !is_whole {
            return Err(Failure::nothing_finished("the shard was finished"));
        }
        file.finish().map_err(disk)?;
        report(&format!("in {}: {name}", folder.display()));
        Ok(())
    }
}

/// Refuses flags that are given.
fn refuse(flags: &[Refused]) -> Result<(), Failure> {
    let mut flags = flags.iter();
    flags
        .find(|(is_given, _, _)| *is_given)
        .map_or(Ok(()), |(_, flag, reason)| {
            Err(Failure::Flag(format!(
                "{flag} does not go with --shard: {reason}"
            )))
        })
}

impl Ending {
    /// What a shard cannot take of it.
    pub(super) fn refused(&self) -> Refused {
        let reason = "when a study is precise enough shows in all its replications, and a shard has only some; say how many with --replications";
        (self.precision.is_some(), "--precision", reason)
    }
}

/// The flags that say how an answer is given.
fn of_answers(common: &Common) -> [Refused; 4] {
    let reason = "a shard is no answer; give the flag to rollcast merge";
    [
        (common.json, "--json", reason),
        (common.png, "--png", reason),
        (common.copies.html.is_some(), "--html", reason),
        (common.copies.markdown.is_some(), "--markdown", reason),
    ]
}

/// The shard of `of` that the environment tells, and by which variable.
///
/// # Errors
/// No variable tells it, or several do; what one says is no index of so many.
fn told(
    of: u32,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<(Shard, Option<&'static str>), String> {
    let set = VARIABLES.iter().filter_map(|(name, first)| {
        let value = variable(name).filter(|value| !value.is_empty())?;
        let is_index = !NO_INDEX.contains(&(*name, value.as_str()));
        is_index.then_some((*name, *first, value))
    });
    let set: Vec<(&str, u32, String)> = set.collect();
    let (name, first, value) = match set.as_slice() {
        [one] => one,
        [] => {
            let all = VARIABLES.map(|(name, _)| name).join(", ");
            return Err(format!("--shard auto/{of}: none of these is set: {all}"));
        }
        several => {
            let names: Vec<&str> = several.iter().map(|(name, _, _)| *name).collect();
            let names = names.join(" and ");
            return Err(format!(
                "--shard auto/{of}: {names} are set; say which shard, as in --shard 0/{of}"
            ));
        }
    };
    let index = value
        .parse::<u32>()
        .ok()
        .and_then(|index| index.checked_sub(*first));
    match index.filter(|index| *index < of) {
        Some(index) => Ok((Shard { index, of }, Some(name))),
        None => Err(format!(
            "--shard auto/{of}: {name} is `{value}`, where {of} tasks are numbered from {first} to {}",
            of - 1 + first
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shard of 64, by these variables.
    fn of_64(set: &[(&str, &str)]) -> Result<(u32, Option<&'static str>), String> {
        let variable = |name: &str| {
            let found = set.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        told(64, variable).map(|(shard, variable)| (shard.index, variable))
    }

    #[test]
    fn each_scheduler_is_taken_as_it_counts() {
        for (name, first) in VARIABLES {
            let last = (63 + first).to_string();
            assert_eq!(of_64(&[(name, &last)]), Ok((63, Some(name))));
            let beyond = (64 + first).to_string();
            let refused = of_64(&[(name, &beyond)]).unwrap_err();
            assert!(
                refused.contains(&format!("{name} is `{beyond}`")),
                "{refused}"
            );
        }
    }

    #[test]
    fn what_is_no_index_is_not_taken_for_one() {
        let slurm = ("SLURM_ARRAY_TASK_ID", "3");
        let others = [
            ("SGE_TASK_ID", "undefined"),
            ("LSB_JOBINDEX", "0"),
            ("PBS_ARRAY_INDEX", ""),
        ];
        let [sge, lsf, pbs] = others;
        assert_eq!(
            of_64(&[slurm, sge, lsf, pbs]),
            Ok((3, Some("SLURM_ARRAY_TASK_ID")))
        );
        assert!(of_64(&others).unwrap_err().contains("none of these is set"));
        let two = of_64(&[slurm, ("PARALLEL_SEQ", "4")]).unwrap_err();
        assert!(
            two.contains("SLURM_ARRAY_TASK_ID and PARALLEL_SEQ are set"),
            "{two}"
        );
        for wrong in ["three", "-1", "3 "] {
            assert!(of_64(&[("SLURM_ARRAY_TASK_ID", wrong)]).is_err());
        }
        assert!(of_64(&[("SGE_TASK_ID", "0")]).is_err(), "the first is 1");
    }
}
