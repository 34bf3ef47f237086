//! The answers of RoboMaker's API that `rollcast run` writes: of one replication, each job as the service would have shown it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::args;
use crate::cli::exit::{Failure, say};
use crate::cli::paths::{Target, named, refuse_clashes};
use crate::model::Ms;
use crate::report::{Output, Service, plural, wire_json};
use crate::scenario::{Profile, Scenario};
use crate::sim::{Dice, JobKind};
use crate::study::{JobFacts, ProfileSession};
use crate::units::{count, duration};
use crate::wire::robomaker::Request;

/// The most robots described in all answers of a run together: each takes about half a kilobyte.
const ROBOTS_MAX: u64 = 2_000_000;

/// The most descriptions in a series.
const SERIES_MAX: u64 = 10_000;

/// Files for folders that the user names, tried before the run and written after it.
pub(super) struct Answers {
    outputs: Vec<(PathBuf, Output)>,
}

/// A description to be written.
struct Moment {
    job: JobKind,
    time: Ms,
    file: Target,
    text: String,
}

/// Descriptions to be written.
#[derive(Default)]
struct Described {
    moments: Vec<Moment>,
    /// Those in all of them; where they are too many, the last ones have no text.
    robots: u64,
}

/// The name of a file as it may be given.
const DESCRIBE: &str = "answers/describe.json";

/// The names that `rollcast run` gives to files in its folder and an answer could have.
const RESULTS: [&str; 1] = ["summary.json"];

impl Answers {
    /// Plays the replication that is asked for, and gives what is to be written.
    ///
    /// # Errors
    /// Flags that do not fit what happens in it; a file that is something else already, such as one of `results` or of those `given` to
    /// the command; a folder that cannot be written to.
    pub(super) fn of(
        args: &args::Answers,
        scenario: &Scenario,
        request: Option<&Request>,
        results: &Path,
        given: &[PathBuf],
        quiet: bool,
    ) -> Result<Answers, Failure> {
        let mut answers = Answers {
            outputs: Vec::new(),
        };
        if args.describe.is_none() && args.list.is_none() && args.describe_every.is_none() {
            return Ok(answers);
        }
        let replication = args.replication.unwrap_or(0);
        within(replication, scenario, "replication")?;
        let profile = &scenario.profiles[0];
        Failure::unless_robomaker(profile)?;
        let asked = Asked {
            service: Service::new(scenario, profile, replication, request),
            profile,
            dice: Arc::new(Dice::new(&profile.world)),
            replication,
            job: args.job,
        };
        if let (None, false) = (profile.start, quiet) {
            say(
                "note: the scenario has no `start`: the times of answers count from 1970-01-01T00:00:00Z",
            );
        }

        let mut described = Described::default();
        if let Some(path) = &args.describe {
            asked.describe(
                Target::of("--describe", path, DESCRIBE)?,
                args.at,
                &mut described,
            )?;
        }
        if let Some(every) = &args.describe_every {
            asked.describe_every(every, &mut described)?;
        }
        let listed = match &args.list {
            Some(path) => asked.list(&Target::of("--list", path, DESCRIBE)?, args.at),
            None => Vec::new(),
        };
        let files = described.moments.iter().map(|moment| &moment.file);
        let files = files.chain(listed.iter().map(|(file, _)| file));
        refuse_clashes(files, (results, &RESULTS), given)?;
        described.refuse_too_many()?;

        // Every folder is tried before anything is written into one.
        for moment in &described.moments {
            answers.output(&moment.file.folder)?;
        }
        described
            .moments
            .sort_by_key(|moment| (moment.job, moment.time));
        for Moment {
            file: Target { folder, name },
            text,
            ..
        } in described.moments
        {
            answers.output(&folder)?.add(name, text);
        }
        if let Some(every) = &args.describe_every {
            let folder = Path::new(&every[1]);
            answers.output(folder)?.outdate(names_in(folder, of_series));
        }
        if let Some((Target { folder, name }, _)) = listed.first().cloned() {
            answers
                .output(&folder)?
                .outdate(names_in(&folder, |other| is_beside(other, &name)));
        }
        for (Target { folder, name }, text) in listed {
            answers.output(&folder)?.add(name, text);
        }
        Ok(answers)
    }

    /// Writes everything, and says where it is.
    ///
    /// # Errors
    /// A folder cannot be written to.
    pub(super) fn write(self, quiet: bool) -> Result<(), Failure> {
        for (folder, output) in self.outputs {
            let files = output
                .write()
                .map_err(|error| Failure::disk(&folder, &error))?;
            if !quiet {
                let what = match files.len() {
                    ..=5 => files.join(", "),
                    n => plural(n as u64, "file"),
                };
                say(&format!("in {}: {what}", named(&folder)));
            }
        }
        Ok(())
    }

    fn output(&mut self, folder: &Path) -> Result<&mut Output, Failure> {
        let at = match self.outputs.iter().position(|(known, _)| known == folder) {
            Some(at) => at,
            None => {
                let output = Output::to(folder).map_err(|error| Failure::disk(folder, &error))?;
                self.outputs.push((folder.to_owned(), output));
                self.outputs.len() - 1
            }
        };
        Ok(&mut self.outputs[at].1)
    }
}

/// The replication that is asked for, with what is needed to play and to describe it.
struct Asked<'a> {
    service: Service<'a>,
    profile: &'a Profile,
    dice: Arc<Dice>,
    replication: u64,
    job: Option<JobKind>,
}

impl<'a> Asked<'a> {
    fn session(&self) -> ProfileSession<'a> {
        ProfileSession::new(self.profile, &self.dice, self.replication)
    }

    /// The job that is asked for, or the newest one, if it has been created by a time that the session was taken to.
    fn job_at(&self, session: &mut ProfileSession, time: Ms) -> Result<JobFacts, Failure> {
        let mut jobs = session.jobs();
        jobs.retain(|job| job.created <= time && self.job.is_none_or(|kind| job.kind == kind));
        if let Some(job) = jobs.pop() {
            return Ok(job);
        }
        // What is missing, and when it comes, is only known at the end.
        session.finish();
        Err(no_job(&session.jobs(), self.job, self.replication))
    }

    /// The description at a time, or at the end.
    fn describe(
        &self,
        file: Target,
        at: Option<Ms>,
        described: &mut Described,
    ) -> Result<(), Failure> {
        let mut session = self.session();
        let time = match (at, self.job) {
            (Some(time), _) => {
                session.advance(time);
                time
            }
            (None, Some(kind)) => {
                session.advance_until(|jobs| over(jobs, kind).is_some());
                over(&session.jobs(), kind).unwrap_or(Ms::MAX)
            }
            (None, None) => {
                session.finish();
                all_over(&session.jobs())
            }
        };
        let job = self.job_at(&mut session, time)?;
        described.add(self, &mut session, &job, time, file);
        Ok(())
    }

    /// The descriptions of --describe-every: from the creation of the first job until all is over, or of the one asked for until it is.
    fn describe_every(&self, every: &[String], described: &mut Described) -> Result<(), Failure> {
        let [every, folder] = every else {
            unreachable!("the command line takes two values")
        };
        let ms = args::time(every)
            .map_err(|error| Failure::Flag(format!("--describe-every {every}: {error}")))?;
        if ms < 1000 || ms % 1000 != 0 {
            return Err(Failure::Flag(format!(
                "--describe-every {every}: write at least 1 s, in whole seconds"
            )));
        }
        let mut session = self.session();
        session.advance_until(|jobs| {
            jobs.iter()
                .any(|job| self.job.is_none_or(|kind| job.kind == kind))
        });
        let first = self.job_at(&mut session, Ms::MAX)?.created;
        let mut series = Described::default();
        for step in 0..SERIES_MAX {
            let time = first + step * ms;
            session.advance(time);
            let job = self.job_at(&mut session, time)?;
            let file = Target {
                folder: PathBuf::from(folder),
                name: String::new(),
            };
            series.add(self, &mut session, &job, time, file);
            if self.is_over_at(&mut session, &job, time) {
                let digits = (time / 1000).to_string().len();
                for moment in &mut series.moments {
                    moment.file.name = format!("describe_{:0digits$}s.json", moment.time / 1000);
                }
                described.append(series);
                return Ok(());
            }
        }
        session.finish();
        let over = match self.job {
            Some(_) => self.job_at(&mut session, Ms::MAX)?.over.unwrap_or(first),
            None => all_over(&session.jobs()),
        };
        let steps = (over - first).div_ceil(ms);
        let least =
            duration(((over - first).div_ceil(SERIES_MAX - 2)).next_multiple_of(1000) as f64);
        let what = format!("{} descriptions until all is over", count(steps + 1));
        Err(Failure::Flag(format!(
            "--describe-every {every}: {what}, {} at most: {least} or longer",
            count(SERIES_MAX)
        )))
    }

    /// Whether nothing is left to describe after a time to which the session was taken. Where all that was created is over, it is taken
    /// on until another job is created: nothing changes before.
    fn is_over_at(&self, session: &mut ProfileSession, job: &JobFacts, time: Ms) -> bool {
        if self.job.is_some() {
            return job.is_over(time);
        }
        let so_far = session.jobs();
        so_far.iter().all(|job| job.is_over(time))
            && !session.advance_until(|jobs| jobs.len() > so_far.len())
    }

    /// The list at a time, or at the end, and what the calls answered that created the jobs in it.
    fn list(&self, file: &Target, at: Option<Ms>) -> Vec<(Target, String)> {
        let mut session = self.session();
        match at {
            Some(time) => session.advance(time),
            None => session.finish(),
        }
        let jobs = session.jobs();
        let time = at.unwrap_or_else(|| all_over(&jobs));
        let list = wire_json(&self.service.list(&jobs, time));
        let created = jobs
            .iter()
            .map(|job| (file.beside(job.kind), self.service.created(job)));
        std::iter::once((file.clone(), list))
            .chain(created)
            .collect()
    }
}

impl Described {
    fn add(
        &mut self,
        asked: &Asked,
        session: &mut ProfileSession,
        job: &JobFacts,
        time: Ms,
        file: Target,
    ) {
        self.robots += u64::from(job.robots);
        let text = match self.robots <= ROBOTS_MAX {
            true => wire_json(&asked.service.describe(job, time, &session.robots(job))),
            false => String::new(),
        };
        self.moments.push(Moment {
            job: job.kind,
            time,
            file,
            text,
        });
    }

    fn append(&mut self, series: Described) {
        self.robots += series.robots;
        self.moments.extend(series.moments);
    }

    fn refuse_too_many(&self) -> Result<(), Failure> {
        if self.robots <= ROBOTS_MAX {
            return Ok(());
        }
        let what = format!(
            "{} of {} robots together",
            plural(self.moments.len() as u64, "description"),
            count(self.robots)
        );
        Err(Failure::Flag(format!(
            "{what}: at most {} are written; take {} times as long for --describe-every, or a smaller fleet",
            count(ROBOTS_MAX),
            self.robots.div_ceil(ROBOTS_MAX)
        )))
    }
}

/// Refuses a replication that the scenario does not have.
pub(super) fn within(replication: u64, scenario: &Scenario, flag: &str) -> Result<(), Failure> {
    if replication < scenario.replications {
        return Ok(());
    }
    Err(Failure::Flag(format!(
        "--{flag} {replication}: there are {} replications; counted from 0, the last is {}",
        count(scenario.replications),
        scenario.replications - 1
    )))
}

/// The files in a folder whose names satisfy `such`.
fn names_in(folder: &Path, such: impl Fn(&str) -> bool) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| such(name))
        .collect()
}

/// Whether a file is of a series of descriptions.
fn of_series(name: &str) -> bool {
    let seconds = name
        .strip_prefix("describe_")
        .and_then(|name| name.strip_suffix("s.json"));
    seconds.is_some_and(|seconds| {
        !seconds.is_empty() && seconds.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Whether a file is the answer of a call that created a job, beside a list.
fn is_beside(name: &str, list: &str) -> bool {
    let kind = name
        .strip_prefix(stem(list))
        .and_then(|rest| rest.strip_prefix('.')?.strip_suffix(".json"));
    kind.is_some_and(|kind| args::job(kind).is_ok())
}

fn stem(name: &str) -> &str {
    name.strip_suffix(".json").unwrap_or(name)
}

/// Says why the jobs of a replication, all of them, hold none that is described at a time: the one asked for, or the newest one.
fn no_job(jobs: &[JobFacts], wanted: Option<JobKind>, replication: u64) -> Failure {
    let Some(first) = jobs.first() else {
        let why = "no robot is registered when there could be one; give another --replication, or change `joins`";
        return Failure::Flag(format!(
            "no job by then: replication {replication} creates none, since {why}"
        ));
    };
    let Some(kind) = wanted else {
        let created = duration(first.created as f64);
        let title = format!(
            "no job by then: replication {replication} creates the first one after {created}"
        );
        return Failure::Flag(format!("{title}; give a later time with --at"));
    };
    let Some(job) = jobs.iter().find(|job| job.kind == kind) else {
        let names: Vec<String> = jobs.iter().map(|job| job.kind.name()).collect();
        let title = format!(
            "--job {}: replication {replication} has no such job",
            kind.name()
        );
        return Failure::Flag(format!("{title}; its jobs are {}", names.join(", ")));
    };
    let created = duration(job.created as f64);
    let title = format!(
        "--job {}: replication {replication} creates it only after {created}",
        kind.name()
    );
    Failure::Flag(format!(
        "{title}; give a later time with --at, or no --job for the newest one"
    ))
}

/// When a job is over, if it is.
fn over(jobs: &[JobFacts], kind: JobKind) -> Option<Ms> {
    jobs.iter().find(|job| job.kind == kind)?.over
}

/// When all jobs are over. Without registered robots there is no job, and all is over at once.
fn all_over(jobs: &[JobFacts]) -> Ms {
    jobs.iter().filter_map(|job| job.over).max().unwrap_or(0)
}

impl Target {
    /// The answer of the call that created a job, beside this list.
    fn beside(&self, kind: JobKind) -> Target {
        Target {
            folder: self.folder.clone(),
            name: format!("{}.{}.json", stem(&self.name), kind.name()),
        }
    }
}
