//! The answers of RoboMaker's API that `rollcast run` writes: of one replication, each job as the service would have shown it.

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::cli::args;
use crate::cli::exit::{Failure, say};
use crate::model::Ms;
use crate::report::{Output, Service, plural, wire_json};
use crate::robomaker::Request;
use crate::scenario::{Profile, Scenario};
use crate::sim::JobKind;
use crate::study::{JobFacts, job_facts, robots_at};
use crate::units::{count, duration};

/// The most robots described in all answers of a run together: each takes about half a kilobyte.
const ROBOTS_MAX: u64 = 2_000_000;

/// The most descriptions in a series.
const SERIES_MAX: u64 = 10_000;

/// Files for folders of the user's own, tried before the run and written after it.
pub struct Answers {
    outputs: Vec<(PathBuf, Output)>,
}

/// A description to be written.
struct Moment {
    job: JobKind,
    time: Ms,
    file: Target,
}

/// Where an answer is written.
#[derive(Clone, PartialEq, Eq)]
struct Target {
    folder: PathBuf,
    name: String,
}

/// The names that `rollcast run` gives to files in its folder and an answer could have.
const RESULTS: [&str; 1] = ["summary.json"];

impl Answers {
    /// Plays the replication that is asked for, and gives what is to be written.
    ///
    /// # Errors
    /// Flags that do not fit what happens in it; a file that is something else already, such as one of `results` or of those `given` to
    /// the command; a folder that cannot be written to.
    pub fn of(
        args: &args::Answers,
        scenario: &Scenario,
        request: Option<&Request>,
        results: &Path,
        given: &[Option<&Path>],
        quiet: bool,
    ) -> Result<Answers, Failure> {
        let mut answers = Answers { outputs: Vec::new() };
        if args.describe.is_none() && args.list.is_none() && args.describe_every.is_none() {
            return Ok(answers);
        }
        let replication = args.replication.unwrap_or(0);
        within(replication, scenario, "replication")?;
        let profile = &scenario.profiles[0];
        Failure::unless_robomaker(profile)?;
        let service = Service::new(scenario, profile, replication, request);
        let jobs = job_facts(profile, replication);
        // Where nobody was registered for any job there is none, and all is over at once.
        let over = jobs.iter().map(JobFacts::over).max().unwrap_or(0);
        if let (None, false) = (scenario.start, quiet) {
            say("note: the scenario has no `start`: the times of answers count from 1970-01-01T00:00:00Z");
        }

        let mut moments = Vec::new();
        if let Some(path) = &args.describe {
            let file = Target::of("--describe", path)?;
            let time = match args.job {
                Some(kind) => args.at.unwrap_or_else(|| named(&jobs, kind).map_or(over, JobFacts::over)),
                None => args.at.unwrap_or(over),
            };
            moments.push(Moment { job: job_at(&jobs, args.job, time, replication)?.kind, time, file });
        }
        if let Some(every) = &args.describe_every {
            moments.extend(series(every, &jobs, over, args.job, replication)?);
        }
        let mut listed = Vec::new();
        if let Some(path) = &args.list {
            let file = Target::of("--list", path)?;
            let time = args.at.unwrap_or(over);
            let created = jobs.iter().filter(|job| job.created <= time);
            let created: Vec<(Target, String)> = created.map(|job| (file.beside(job.kind), service.created(job))).collect();
            listed.push((file, wire_json(&service.list(&jobs, time))));
            listed.extend(created);
        }
        let files = moments.iter().map(|moment| &moment.file).chain(listed.iter().map(|(file, _)| file));
        refuse_clashes(&files.collect::<Vec<&Target>>(), results, given)?;
        let robots: u64 = moments.iter().filter_map(|moment| named(&jobs, moment.job)).map(|job| u64::from(job.outcome.n)).sum();
        if robots > ROBOTS_MAX {
            let what = format!("{} of {} robots together", plural(moments.len() as u64, "description"), count(robots));
            return Err(Failure::Flag(format!(
                "{what}: at most {} are written; take {} times as long for --describe-every, or a smaller fleet",
                count(ROBOTS_MAX),
                robots.div_ceil(ROBOTS_MAX)
            )));
        }

        // Every folder is tried before anything is written into one.
        for moment in &moments {
            answers.output(&moment.file.folder)?;
        }
        answers.describe(&service, profile, replication, &jobs, &moments)?;
        if let Some(every) = &args.describe_every {
            let folder = Path::new(&every[1]);
            answers.output(folder)?.outdate(names_in(folder, of_series));
        }
        if let Some((Target { folder, name }, _)) = listed.first().cloned() {
            answers.output(&folder)?.outdate(names_in(&folder, |other| is_beside(other, &name)));
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
    pub fn write(self, quiet: bool) -> Result<(), Failure> {
        for (folder, output) in self.outputs {
            let files = output.write().map_err(|error| Failure::disk(&folder, &error))?;
            if !quiet {
                let what = if files.len() > 5 { plural(files.len() as u64, "file") } else { files.join(", ") };
                let here = folder == Path::new(".");
                say(&if here { format!("in the current folder: {what}") } else { format!("in {}: {what}", folder.display()) });
            }
        }
        Ok(())
    }

    fn describe(
        &mut self,
        service: &Service,
        profile: &Profile,
        replication: u64,
        jobs: &[JobFacts],
        moments: &[Moment],
    ) -> Result<(), Failure> {
        let mut times: HashMap<JobKind, Vec<Ms>> = HashMap::new();
        for moment in moments {
            times.entry(moment.job).or_default().push(moment.time);
        }
        for times in times.values_mut() {
            times.sort_unstable();
            times.dedup();
        }
        let mut described = Vec::new();
        robots_at(profile, replication, &times, |kind, time, robots| {
            let job = named(jobs, kind).expect("a bug: a job that was not played before");
            let text = wire_json(&service.describe(job, time, robots));
            let wanted = moments.iter().filter(|moment| (moment.job, moment.time) == (kind, time));
            described.extend(wanted.map(|moment| (moment.file.clone(), text.clone())));
        });
        for (Target { folder, name }, text) in described {
            self.output(&folder)?.add(name, text);
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

/// Refuses a replication that the scenario does not have.
pub fn within(replication: u64, scenario: &Scenario, flag: &str) -> Result<(), Failure> {
    if replication < scenario.replications {
        return Ok(());
    }
    Err(Failure::Flag(format!(
        "--{flag} {replication}: there are {} replications; counted from 0, the last is {}",
        count(scenario.replications),
        scenario.replications - 1
    )))
}

/// The descriptions of --describe-every: from the creation of the first job until all is `over`, or of the one asked for until it is.
fn series(
    every: &[String],
    jobs: &[JobFacts],
    over: Ms,
    wanted: Option<JobKind>,
    replication: u64,
) -> Result<Vec<Moment>, Failure> {
    let [every, folder] = every else { unreachable!("the command line takes two values") };
    let ms = args::time(every).map_err(|error| Failure::Flag(format!("--describe-every {every}: {error}")))?;
    if ms < 1000 || ms % 1000 != 0 {
        return Err(Failure::Flag(format!("--describe-every {every}: write at least 1 s, in whole seconds")));
    }
    let (first, over) = match (wanted, jobs.first()) {
        (None, Some(job)) => (job.created, over),
        _ => {
            let job = job_at(jobs, wanted, Ms::MAX, replication)?;
            (job.created, job.over())
        }
    };
    let steps = (over - first).div_ceil(ms);
    if steps >= SERIES_MAX {
        let least = duration(((over - first).div_ceil(SERIES_MAX - 2)).next_multiple_of(1000) as f64);
        let what = format!("{} descriptions until all is over", count(steps + 1));
        return Err(Failure::Flag(format!("--describe-every {every}: {what}, {} at most: {least} or longer", count(SERIES_MAX))));
    }
    let digits = ((first + steps * ms) / 1000).to_string().len();
    let moment = |step: u64| {
        let time = first + step * ms;
        let job = job_at(jobs, wanted, time, replication)?.kind;
        let name = format!("describe_{:0digits$}s.json", time / 1000);
        Ok(Moment { job, time, file: Target { folder: PathBuf::from(folder), name } })
    };
    (0..=steps).map(moment).collect()
}

/// The files in a folder whose names are such.
fn names_in(folder: &Path, such: impl Fn(&str) -> bool) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).filter(|name| such(name)).collect()
}

/// Whether a file is of a series of descriptions.
fn of_series(name: &str) -> bool {
    let seconds = name.strip_prefix("describe_").and_then(|name| name.strip_suffix("s.json"));
    seconds.is_some_and(|seconds| !seconds.is_empty() && seconds.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a file is the answer of a call that created a job, beside a list.
fn is_beside(name: &str, list: &str) -> bool {
    let kind = name.strip_prefix(stem(list)).and_then(|rest| rest.strip_prefix('.')?.strip_suffix(".json"));
    kind.is_some_and(|kind| args::job(kind).is_ok())
}

fn stem(name: &str) -> &str {
    name.strip_suffix(".json").unwrap_or(name)
}

/// Refuses answers that would be written over each other, over results of the run, or over what was given to it.
fn refuse_clashes(files: &[&Target], results: &Path, given: &[Option<&Path>]) -> Result<(), Failure> {
    let whole = |file: &Target| (std::fs::canonicalize(&file.folder).unwrap_or(file.folder.clone()), file.name.clone());
    let results = std::fs::canonicalize(results).unwrap_or(results.to_owned());
    let given: Vec<PathBuf> = given.iter().flatten().filter_map(|path| std::fs::canonicalize(path).ok()).collect();
    let mut seen = HashSet::new();
    for file in files {
        let (folder, name) = whole(file);
        let here = file.folder == Path::new(".");
        let path = if here { PathBuf::from(&file.name) } else { file.folder.join(&file.name) };
        let what = if given.contains(&folder.join(&name)) {
            "is what the command was given"
        } else if folder == results && RESULTS.contains(&name.as_str()) {
            "is a result of the run"
        } else if !seen.insert((folder, name)) {
            "would be two answers"
        } else {
            continue;
        };
        return Err(Failure::Flag(format!("{} {what}: give the answer another name", path.display())));
    }
    Ok(())
}

fn named(jobs: &[JobFacts], kind: JobKind) -> Option<&JobFacts> {
    jobs.iter().find(|job| job.kind == kind)
}

/// The job that is asked for, or the newest one, at a time.
fn job_at(jobs: &[JobFacts], wanted: Option<JobKind>, time: Ms, replication: u64) -> Result<&JobFacts, Failure> {
    let Some(first) = jobs.first() else {
        let why = "no robot is registered when there could be one; give another --replication, or mend `joins`";
        return Err(Failure::Flag(format!("no job by then: replication {replication} creates none, since {why}")));
    };
    let Some(kind) = wanted else {
        return jobs.iter().rev().find(|job| job.created <= time).ok_or_else(|| {
            let created = duration(first.created as f64);
            let title = format!("no job by then: replication {replication} creates the first one after {created}");
            Failure::Flag(format!("{title}; give a later time with --at"))
        });
    };
    let Some(job) = named(jobs, kind) else {
        let names: Vec<String> = jobs.iter().map(|job| job.kind.name()).collect();
        let title = format!("--job {}: replication {replication} has no such job", kind.name());
        return Err(Failure::Flag(format!("{title}; its jobs are {}", names.join(", "))));
    };
    if job.created > time {
        let created = duration(job.created as f64);
        let title = format!("--job {}: replication {replication} creates it only after {created}", kind.name());
        return Err(Failure::Flag(format!("{title}; give a later time with --at, or no --job for the newest one")));
    }
    Ok(job)
}

impl Target {
    /// The file that a flag names; where there is a link, the file that it leads to.
    fn of(flag: &str, path: &Path) -> Result<Target, Failure> {
        let refused =
            || Failure::Flag(format!("{flag} {}: write the name of a file, as in answers/describe.json", path.display()));
        let path = match path.is_symlink() {
            true => std::fs::canonicalize(path).map_err(|_| refused())?,
            false => path.to_owned(),
        };
        // What is there and is no file, such as a pipe, would be replaced by one.
        let name = path.file_name().and_then(OsStr::to_str).filter(|_| !path.exists() || path.is_file()).ok_or_else(refused)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Ok(Target { folder: folder.to_owned(), name: name.to_owned() })
    }

    /// The answer of the call that created a job, beside this list.
    fn beside(&self, kind: JobKind) -> Target {
        Target { folder: self.folder.clone(), name: format!("{}.{}.json", stem(&self.name), kind.name()) }
    }
}
