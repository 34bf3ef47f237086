//! The command line's shape.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cli::exit::{Failure, say};
use crate::cli::paths::beside;
use crate::model::Ms;
use crate::report::{Shards, glossary_text};
use crate::scenario::{BASE, Problems, REPLICATIONS_MAX, RequestFile, Scenario, ScenarioFile};
use crate::sim::JobKind;
use crate::study::expect::expectations;
use crate::study::tune::Asked;
use crate::study::{Margins, Plan, Precision, Shard, Until, Wanted};
use crate::units::Quantity;

/// Forecasts a fleet rollout before it happens: how long it takes, how likely a good release is stopped by mistake, and how many
/// robots a bad one breaks.
#[derive(Debug, Parser)]
#[command(name = "rollcast", version, max_term_width = 100)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Simulate a scenario and its profiles: when it is done, what breaks, whether it stops
    #[command(
        after_help = "Exit codes: 0 fine, 1 an expectation of the file's `expect` fails, 2 the input is wrong, 3 one is inconclusive \
                            and none fails, 4 the disk, the system or a bug, 130 interrupted (143 by SIGTERM, 129 by SIGHUP)"
    )]
    Run(Run),
    /// Simulate every value of one or more keys, or all pairs of RoboMaker's two percentages
    Sweep(Sweep),
    /// Compare two scenarios, or one with and without a change, with the same random numbers
    Compare(Compare),
    /// Check scenarios against their committed baselines and what they expect, for continuous integration
    #[command(
        after_help = "Exit codes: 0 fine, 1 a regression or a failed expectation, 2 the input is wrong, 3 inconclusive, 4 the disk, the \
                            system or a bug, 130 interrupted (143 by SIGTERM, 129 by SIGHUP)"
    )]
    Check(Check),
    /// Show which thresholds tell a bad release from a good one: the operating characteristic
    #[command(mut_arg("profile", |arg| arg.help("Play this profile [default: base]")))]
    Oc(Oc),
    /// Find the best percentages under the limits of the file's [tune], and what each limit costs
    #[command(
        after_help = "Exit codes: 0 a setting was found, 1 no setting meets the limits (the nearest is shown), 2 the input is wrong, \
                            3 inconclusive, or fresh replications refute the choice, 4 the disk, the system or a bug, 130 interrupted (143 by \
                            SIGTERM, 129 by SIGHUP)"
    )]
    Tune(Tune),
    /// Put the shards of a study together, to the same bytes as if one machine had played it
    #[command(
        after_help = "Exit codes: those of the command whose shards they are, 2 shards are missing, damaged or of another study, 4 the disk \
                            or a bug, 130 interrupted"
    )]
    Merge(Merge),
    /// Cut a study into shards that a scheduler plays
    #[command(subcommand)]
    Shard(ShardCommand),
    /// Name what will go wrong with a scenario and why, without simulating it
    #[command(
        after_help = "Exit codes: 0 nothing or warnings, 1 errors (certain trouble), 2 the input is wrong"
    )]
    Lint(Lint),
    /// Show every value of a scenario, what it means in robots and times, and how long a run takes
    Explain(Explain),
    /// Print a scenario to start from, as in rollcast init canary > canary.toml
    Init(Init),
    /// Print the JSON Schema of scenario files, for editors, or of a command's JSON output
    Schema(Schema),
    /// Tell whether the files in a folder of results are all of one run, as their manifest lists them
    #[command(after_help = "Exit codes: 0 all are, 2 some are not, or there is no manifest")]
    Verify(Verify),
    /// Answer RoboMaker's API on this machine from one replication, for the clients that were made for the service
    #[cfg(feature = "serve")]
    #[command(
        after_help = "Exit codes: 0 stopped by SIGINT, SIGTERM or SIGHUP after requests in flight were answered, 2 the input is wrong, 4 the address, the \
                            log, the system or a bug; a second signal ends it at once (130, 143, 129)"
    )]
    Serve(Serve),
    /// Explain the words of answers: slot, exposed, broken, threshold reached and stopped, healed, down
    #[command(long_about = glossary_text())]
    Words,
    /// Print completions for a shell
    Completions(Completions),
    /// Print the manual page of rollcast or of one of its commands, as in rollcast man run | man -l -
    Man(Man),
}

/// What every command takes that plays nothing.
#[derive(Debug, Args)]
pub(super) struct Look {
    /// The scenario file (TOML)
    pub file: PathBuf,
    /// Change a value of the scenario, as in --set 'cohort.*.recovery=1h'; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Refuse files that the scenario names outside this folder; links in paths are followed first
    #[arg(long, value_name = "DIR")]
    pub sandbox: Option<PathBuf>,
    /// Also write the answer as Markdown, for comments and tickets; - prints it instead of the text
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
}

impl Look {
    /// The copies of the answer that are asked for.
    pub(super) fn copies(&self) -> Copies {
        Copies {
            html: None,
            markdown: self.markdown.clone(),
        }
    }

    /// As the flags of a command that plays, with all others left out.
    pub(super) fn common(&self, quiet: bool) -> Common {
        Common {
            sandbox: self.sandbox.clone(),
            ..Common::of_file(&self.file, &self.set, quiet)
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct Lint {
    #[command(flatten)]
    pub look: Look,
    /// How to print the findings; github is for annotations in GitHub's workflows
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: LintFormat,
    /// Print errors only, and no count
    #[arg(long, short)]
    pub quiet: bool,
}

#[derive(Debug, Args)]
pub(super) struct Explain {
    #[command(flatten)]
    pub look: Look,
    /// Print the scenario's deployment as a CreateDeploymentJob request of RoboMaker instead
    #[arg(long, conflicts_with_all = ["json", "markdown"])]
    pub as_request: bool,
    /// Print JSON instead of text
    #[arg(long)]
    pub json: bool,
    /// Print no warnings, and do not measure how long a run takes
    #[arg(long, short)]
    pub quiet: bool,
}

#[derive(Debug, Args)]
pub(super) struct Init {
    /// The question that the scenario answers
    #[arg(default_value = "rollout")]
    pub template: Template,
}

/// A question, each with a scenario that asks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Template {
    /// How long does a release take, and what does a bad build break?
    Rollout,
    /// Which percentages are best under stated limits?
    Percentages,
    /// How much concurrency is worth having on a shared line?
    Link,
    /// How many nights does it take, with maintenance windows and robots that are switched off?
    Nights,
    /// How long does it take on mobile lines, with robots that are switched off at night?
    Offline,
    /// Is a canary worth the wait, and how large should it be?
    Canary,
}

#[derive(Debug, Args)]
pub(super) struct Schema {
    /// What the schema describes
    #[arg(default_value = "scenario")]
    pub what: Described,
}

/// What has a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Described {
    /// Scenario files
    Scenario,
    /// run --json and summary.json
    Run,
    /// sweep --json and sweep.json
    Sweep,
    /// sweep --map --json and map.json
    Map,
    /// compare --json and compare.json
    Compare,
    /// oc --json and oc.json
    Oc,
    /// tune --json and tune.json
    Tune,
    /// check --format json
    Check,
    /// lint --format json
    Lint,
    /// explain --json
    Explain,
    /// Baselines that check --bless writes
    Baseline,
    /// Manifests, against which verify holds files
    Manifest,
}

#[cfg(feature = "serve")]
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// The scenario file (TOML)
    #[arg(required_unless_present = "operations")]
    pub file: Option<PathBuf>,
    /// Port to listen on; 0 takes a free one. The address is the first line of the output
    #[arg(long, value_name = "P", default_value_t = 0)]
    pub port: u16,
    /// Address or name to listen on; with any but a loopback one, all that reach this machine are served
    #[arg(long, value_name = "H", default_value = "127.0.0.1")]
    pub host: String,
    /// The profile that the release is of [default: base]
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// The replication that is served, counted from 0
    #[arg(
        long,
        allow_negative_numbers = true,
        value_name = "R",
        default_value_t = 0
    )]
    #[arg(value_parser = clap::value_parser!(u64).range(0..REPLICATIONS_MAX))]
    pub replication: u64,
    /// Seed of every random number [default: the file's, or 1]
    #[arg(long, value_name = "S", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u64).range(0..=i64::MAX as u64))]
    pub seed: Option<u64>,
    /// Let time stand still but for requests that advance it, as manual [default: it goes by itself]
    #[arg(long, value_name = "CLOCK", conflicts_with = "speed")]
    pub clock: Option<ServeClock>,
    /// How many times as fast as the wall clock time goes, as in --speed 600 for ten minutes a second
    #[arg(long, value_name = "X", allow_negative_numbers = true, default_value = "1", value_parser = speed)]
    pub speed: f64,
    /// Keep what clients do in this file, each request before it is answered, and go on from there at the next start
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// Answer as the service did after it had ended deployments
    #[arg(long)]
    pub retired: bool,
    /// Change a value of the scenario, as in --set 'cohort.*.recovery=1h'; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Refuse files that the scenario names outside this folder; links in paths are followed first
    #[arg(long, value_name = "DIR")]
    pub sandbox: Option<PathBuf>,
    /// Print the operations that are answered instead, each with its method and path
    #[arg(long, conflicts_with = "file")]
    pub operations: bool,
    /// Print them as JSON, with what they take and their exceptions
    #[arg(long, requires = "operations", conflicts_with = "file")]
    pub json: bool,
    /// Print no warnings and no notes
    #[arg(long, short)]
    pub quiet: bool,
}

/// A clock that does not go by itself.
#[cfg(feature = "serve")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ServeClock {
    Manual,
}

/// The most that simulated time goes faster than the wall's: a year in half a minute.
#[cfg(feature = "serve")]
const SPEED_MAX: f64 = 1e6;

/// How many times as fast as the wall's a clock goes.
#[cfg(feature = "serve")]
fn speed(text: &str) -> Result<f64, String> {
    let speed: f64 = text.parse().map_err(|_| "a number, as in 600".to_owned())?;
    if speed > 0.0 && speed <= SPEED_MAX {
        Ok(speed)
    } else {
        Err(format!("above 0 and at most {SPEED_MAX}"))
    }
}

#[cfg(feature = "serve")]
impl Serve {
    /// As the flags of a command that plays a file.
    pub(super) fn common(&self, file: &Path) -> Common {
        Common {
            seed: self.seed,
            sandbox: self.sandbox.clone(),
            profile: vec![self.profile.clone().unwrap_or_else(|| BASE.to_owned())],
            ..Common::of_file(file, &self.set, self.quiet)
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The folder
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Completions {
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(super) struct Man {
    /// One of rollcast's commands [default: rollcast itself]
    pub command: Option<String>,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LintFormat {
    Text,
    Json,
    Github,
}

impl LintFormat {
    /// The flag that asks for another format than text.
    pub(super) fn flag(self) -> Option<&'static str> {
        match self {
            LintFormat::Text => None,
            LintFormat::Json => Some("--format json"),
            LintFormat::Github => Some("--format github"),
        }
    }
}

/// Copies of an answer.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Copies {
    /// Also write the answer as one HTML file to send, with its charts and what was assumed; - prints it instead of the table
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Also write the answer as Markdown, for comments and tickets; - prints it instead of the table
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
}

/// What every command that plays takes.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// The scenario file (TOML)
    pub file: PathBuf,
    /// Number of replications [default: the file's, or 1000]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=REPLICATIONS_MAX))]
    pub replications: Option<u64>,
    /// Seed of every random number [default: the file's, or 1]
    #[arg(long, value_name = "S", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u64).range(0..=i64::MAX as u64))]
    pub seed: Option<u64>,
    /// Threads to use; results do not depend on it [default: all cores]
    #[arg(long, allow_negative_numbers = true, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// A CreateDeploymentJob request of RoboMaker (JSON), or what the service answered to one, whose config, version and launch files
    /// replace the scenario's
    #[arg(long, value_name = "FILE")]
    pub request: Option<PathBuf>,
    #[arg(skip)]
    request_read: OnceCell<Result<Rc<RequestFile>, Problems>>,
    /// Where a study that was played in shards has its files and what was played.
    #[arg(skip)]
    pub shards: Option<Rc<Shards>>,
    /// Change a value of the scenario, as in --set 'cohort.*.recovery=1h'; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Refuse files that the scenario names outside this folder; links in paths are followed first
    #[arg(long, value_name = "DIR")]
    pub sandbox: Option<PathBuf>,
    /// Simulate only this profile; may be given several times [default: base and all profiles of the file]
    #[arg(long, value_name = "NAME")]
    pub profile: Vec<String>,
    /// Folder to write to [default: results/ and the scenario's name]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Also write each chart as a PNG, for slides and chats that take no SVG
    #[arg(long)]
    pub png: bool,
    /// Print JSON instead of a table
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub copies: Copies,
    /// Print no progress, no warnings and no list of files
    #[arg(long, short)]
    pub quiet: bool,
}

#[derive(Debug, Args)]
pub(super) struct Run {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub ending: Ending,
    #[command(flatten)]
    pub memory: Memory,
    /// Also write what happened to every robot of replication R, counted from 0
    #[arg(long, allow_negative_numbers = true, value_name = "R")]
    pub trace: Option<u64>,
    #[command(flatten)]
    pub sharding: Sharding,
    #[command(flatten)]
    pub answers: Answers,
}

/// A part of a study, for a scheduler to play.
#[derive(Debug, Args)]
pub(super) struct Sharding {
    /// Play the I-th of N shards, from 0 to N-1, and write it to a file for rollcast merge, as in --shard 3/64; with auto/64 I is what
    /// the scheduler says
    #[arg(long, value_name = "I/N", value_parser = asked_shard)]
    pub shard: Option<AskedShard>,
}

/// A shard as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AskedShard {
    This(Shard),
    /// Of so many, the one that the scheduler says.
    Auto(u32),
}

/// A shard as one writes it.
fn asked_shard(text: &str) -> Result<AskedShard, String> {
    let form = || "a shard is written as in 3/64, or as auto/64".to_owned();
    let (index, of) = text.split_once('/').ok_or_else(form)?;
    let of: u32 = of.parse().ok().filter(|of| *of > 0).ok_or_else(form)?;
    if index == "auto" {
        return Ok(AskedShard::Auto(of));
    }
    let index = index.parse().map_err(|_| form())?;
    if index >= of {
        return Err(format!(
            "the shards of {of} are numbered from 0 to {}",
            of - 1
        ));
    }
    Ok(AskedShard::This(Shard { index, of }))
}

#[derive(Debug, Subcommand)]
pub(super) enum ShardCommand {
    /// Say how many shards a study is to be cut into so that none takes longer than some minutes, and the memory that they take
    Plan(ShardPlan),
}

#[derive(Debug, Args)]
pub(super) struct ShardPlan {
    /// The scenario file (TOML)
    pub file: PathBuf,
    /// How long a shard may take on a machine like this one, on as many threads
    #[arg(long, value_name = "M", default_value = "10", value_parser = clap::value_parser!(u32).range(1..))]
    pub minutes: u32,
    /// Plan a sweep of these values instead of a run, as sweep takes them; may be given several times
    #[arg(long, value_name = "KEY=VALUES")]
    pub vary: Vec<String>,
    /// Plan the decision map instead of a run, as sweep takes it
    #[arg(long, value_name = "STEP", num_args = 0..=1, require_equals = true, default_missing_value = "1")]
    #[arg(value_parser = PossibleValuesParser::new(STEPS).map(|text| step(&text)))]
    #[arg(hide_possible_values = true, conflicts_with = "vary")]
    pub map: Option<u8>,
    /// Number of replications [default: the file's, or 1000]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=REPLICATIONS_MAX))]
    pub replications: Option<u64>,
    /// Threads of a shard [default: all cores]
    #[arg(long, allow_negative_numbers = true, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Change a value of the scenario, as in --set 'cohort.*.recovery=1h'; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Only this profile; may be given several times [default: base and all profiles of the file]
    #[arg(long, value_name = "NAME")]
    pub profile: Vec<String>,
    /// Print no warnings
    #[arg(long, short)]
    pub quiet: bool,
}

impl ShardPlan {
    /// As the flags of a command that plays.
    pub(super) fn common(&self) -> Common {
        Common {
            replications: self.replications,
            threads: self.threads,
            profile: self.profile.clone(),
            ..Common::of_file(&self.file, &self.set, self.quiet)
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct Merge {
    /// The folder that the shards were written to
    pub folder: PathBuf,
    /// Folder to write to [default: results/ and the scenario's name]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Threads to use; results do not depend on it [default: all cores]
    #[arg(long, allow_negative_numbers = true, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Also write each chart as a PNG, for slides and chats that take no SVG
    #[arg(long)]
    pub png: bool,
    /// Print JSON instead of a table
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub copies: Copies,
    /// Print no progress, no warnings and no list of files
    #[arg(long, short)]
    pub quiet: bool,
}

impl Merge {
    /// The command whose shards are merged, which is delivered as these flags say.
    pub(super) fn command(&self, shards: Shards) -> Command {
        let words = shlex::split(shards.command());
        let arguments = words.and_then(|words| Arguments::try_parse_from(words).ok());
        let mut command = arguments
            .expect("a bug: a command that does not read back")
            .command;
        let common = match &mut command {
            Command::Run(run) => &mut run.common,
            Command::Sweep(sweep) => &mut sweep.common,
            Command::Oc(oc) => &mut oc.common,
            other => unreachable!("a bug: shards of {other:?}"),
        };
        common.shards = Some(Rc::new(shards));
        common.out.clone_from(&self.out);
        common.threads = self.threads;
        common.png = self.png;
        common.json = self.json;
        common.copies = self.copies.clone();
        common.quiet = self.quiet;
        command
    }
}

/// What RoboMaker's API would have answered in one replication.
#[derive(Debug, Args)]
#[command(next_help_heading = "RoboMaker's answers")]
#[command(group = clap::ArgGroup::new("answers").multiple(true))]
#[command(group = clap::ArgGroup::new("at one time").multiple(true))]
#[command(group = clap::ArgGroup::new("of one job").multiple(true))]
#[group(skip)]
pub(super) struct Answers {
    /// Write what DescribeDeploymentJob returns of one replication, at its end or --at a time
    #[arg(long, value_name = "OUT.json", groups = ["answers", "at one time", "of one job"])]
    pub describe: Option<PathBuf>,
    /// Write what ListDeploymentJobs returns of it, and beside it what the call answered that created each job
    #[arg(long, value_name = "OUT.json", groups = ["answers", "at one time"])]
    pub list: Option<PathBuf>,
    /// Write a description at this interval until all is over, as in --describe-every 10min describes/, each named by its time;
    /// replaces an earlier series
    #[arg(long, num_args = 2, value_names = ["TIME", "DIR"], groups = ["answers", "of one job"])]
    pub describe_every: Option<Vec<String>>,
    /// The time of --describe and --list after the creation of the only or first job, as in --at 35min [default: when all is over]
    #[arg(long, value_name = "TIME", requires = "at one time", value_parser = time)]
    pub at: Option<Ms>,
    /// The job of a campaign to describe: canary, main, sync_1 and so on, or recovery [default: the newest at the time]
    #[arg(long, value_name = "JOB", requires = "of one job", value_parser = job)]
    pub job: Option<JobKind>,
    /// The replication that the answers are of, counted from 0 [default: 0]
    #[arg(
        long,
        allow_negative_numbers = true,
        value_name = "R",
        requires = "answers"
    )]
    pub replication: Option<u64>,
}

/// A time as one writes it in a scenario [ms].
pub(super) fn time(text: &str) -> Result<Ms, String> {
    Quantity::Duration
        .parse(text)
        .map(|ms| ms.ceil() as Ms)
        .map_err(|error| error.to_string())
}

/// A size as one writes it in a scenario [bytes].
pub(super) fn size(text: &str) -> Result<u64, String> {
    let bytes = Quantity::Size.parse(text);
    bytes
        .map(|bytes| bytes as u64)
        .map_err(|error| error.to_string())
}

/// How much memory a study may take.
#[derive(Debug, Args)]
pub(super) struct Memory {
    /// Refuse to begin what takes more memory than this, as in --memory 2GB [default: what the machine or its control group has]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub memory: Option<u64>,
}

/// A job of a campaign by its name.
pub(super) fn job(text: &str) -> Result<JobKind, String> {
    let sync = text
        .strip_prefix("sync_")
        .and_then(|number| number.parse().ok())
        .filter(|number| *number > 0)
        .map(JobKind::Sync);
    let others = [JobKind::Canary, JobKind::Main, JobKind::Recovery];
    let named = others.into_iter().find(|kind| kind.name() == text);
    named.or(sync).ok_or_else(|| {
        "the jobs are canary, main, sync_1, sync_2 and so on, and recovery".to_owned()
    })
}

#[derive(Debug, Args)]
pub(super) struct Sweep {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub ending: Ending,
    #[command(flatten)]
    pub memory: Memory,
    /// A key and its values, as in --vary rollout.robomaker.failure_threshold_percentage=1..100 or KEY=5,10,20 or KEY=5..100/5;
    /// may be given several times, for all combinations; replaces the file's [sweep]
    #[arg(long, value_name = "KEY=VALUES")]
    pub vary: Vec<String>,
    /// The decision map: all pairs of the concurrent deployment and the failure threshold percentage, from 1 to 100, or in steps
    /// as in --map=5; replaces the file's [sweep]
    #[arg(long, value_name = "STEP", num_args = 0..=1, require_equals = true, default_missing_value = "1")]
    #[arg(value_parser = PossibleValuesParser::new(STEPS).map(|text| step(&text)))]
    #[arg(hide_possible_values = true)]
    pub map: Option<u8>,
    /// Write every statistic of every metric to sweep.csv, not only mean, p05, p50, p95 and the share that never comes
    #[arg(long, conflicts_with = "map")]
    pub all_statistics: bool,
    #[command(flatten)]
    pub sharding: Sharding,
}

/// Where `oc` looks, and what it takes for sure enough, unless it is told.
const OC_GRID: &str = "0.1%..50%/25";
const OC_ERROR: &str = "0.1%";

#[derive(Debug, Args)]
#[command(mut_arg("file", |file| file.index(1).value_name("A").help("The scenario file (TOML) to compare with")))]
pub(super) struct Compare {
    #[command(flatten)]
    pub common: Common,
    /// The scenario file to compare A with [default: A itself, with the changes of --set-b]
    #[arg(value_name = "B", index = 2)]
    pub other: Option<PathBuf>,
    /// Change a value of A only, as --set does on both sides; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    pub set_a: Vec<String>,
    /// Change a value of B only; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    pub set_b: Vec<String>,
    /// Differences up to this do not matter: 2% of A's value, in points for shares; or of one statistic, as in
    /// --margin broken_count.mean=5 or --margin time_to_95_s.p50=30s; may be given several times [default: 1%]
    #[arg(long, value_name = "MARGIN", allow_hyphen_values = true)]
    pub margin: Vec<String>,
}

/// The folder of baselines, unless one is given.
pub(super) const BASELINES: &str = "results/baseline";

#[derive(Debug, Args)]
pub(super) struct Check {
    /// Scenario files, or folders: all scenario files (.toml) in and below them are checked
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Write baselines instead: later checks compare with the results of now
    #[arg(long, conflicts_with_all = ["statistical", "format", "margin", "set", "seed"])]
    pub bless: bool,
    /// Where something differs, test whether it is worse by more than a margin, instead of failing
    #[arg(long)]
    pub statistical: bool,
    /// Differences up to this do not matter, as in compare: 2%, or broken_count.mean=5 of one statistic; may be given several
    /// times [default: margins of the file's [check], or 1%]
    #[arg(
        long,
        value_name = "MARGIN",
        allow_hyphen_values = true,
        requires = "statistical"
    )]
    pub margin: Vec<String>,
    /// Folder of the baselines
    #[arg(long, value_name = "DIR", default_value = BASELINES)]
    pub baseline: PathBuf,
    /// How to print the result
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "table")]
    pub format: CheckFormat,
    #[command(flatten)]
    pub copies: Copies,
    /// Number of replications [default: the file's [check], else that of the baseline, or 200; never the file's `replications`, which
    /// is for `run`]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=REPLICATIONS_MAX))]
    pub replications: Option<u64>,
    /// Seed of every random number [default: the file's, or 1]
    #[arg(long, value_name = "S", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u64).range(0..=i64::MAX as u64))]
    pub seed: Option<u64>,
    /// Threads to use; results do not depend on it [default: all cores]
    #[arg(long, allow_negative_numbers = true, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Change a value of every scenario, as in --set 'cohort.*.recovery=1h'; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Refuse files that a scenario names outside this folder; links in paths are followed first
    #[arg(long, value_name = "DIR")]
    pub sandbox: Option<PathBuf>,
    /// Print no progress and no warnings
    #[arg(long, short)]
    pub quiet: bool,
}

/// How the findings of a check are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CheckFormat {
    /// For reading
    Table,
    /// For other programs
    Json,
    /// JUnit XML, which most CI systems show
    Junit,
    /// A table for a comment on a change
    Markdown,
    /// Annotations in GitHub's workflows
    Github,
}

impl CheckFormat {
    /// The flag that asks for another format than the table.
    pub(super) fn flag(self) -> Option<&'static str> {
        match self {
            CheckFormat::Table => None,
            CheckFormat::Json => Some("--format json"),
            CheckFormat::Junit => Some("--format junit"),
            CheckFormat::Markdown => Some("--format markdown"),
            CheckFormat::Github => Some("--format github"),
        }
    }
}

impl Check {
    /// What every command that plays takes, for one of the scenarios.
    pub(super) fn common(&self, file: &Path) -> Common {
        Common {
            replications: self.replications,
            seed: self.seed,
            threads: self.threads,
            sandbox: self.sandbox.clone(),
            ..Common::of_file(file, &self.set, self.quiet)
        }
    }

    /// The command that makes a scenario's baseline again, in the folder where the scenario lies; without that of baselines, which
    /// changes nothing in them.
    pub(super) fn bless_again(&self, file: &Path, replications: u64) -> String {
        format!(
            "rollcast check {} --bless --replications {replications}",
            quoted(&beside(file, file))
        )
    }

    /// The command that makes the answer again.
    pub(super) fn command(&self) -> String {
        let mut line = CommandLine::of("check");
        line.words(self.paths.iter().map(|path| path.to_string_lossy()));
        if self.statistical {
            line.0 += " --statistical";
        }
        line.flags("margin", &self.margin);
        let baseline = Some(&self.baseline).filter(|path| *path != Path::new(BASELINES));
        line.flags("baseline", baseline.map(|path| path.to_string_lossy()));
        line.flags("replications", self.replications);
        line.flags("seed", self.seed);
        line.flags("set", &self.set);
        line.0
    }
}

/// When a study ends.
#[derive(Debug, Args)]
pub(super) struct Ending {
    /// Stop as soon as every shown metric is this precise, as in 2%: relative for means and quantiles, in points for shares;
    /// --replications is then the maximum
    #[arg(long, value_name = "P", allow_hyphen_values = true)]
    pub precision: Option<Precision>,
}

impl Ending {
    /// How long a study of a scenario goes on.
    pub(super) fn until(&self, scenario: &Scenario) -> Until {
        Until {
            replications: scenario.replications,
            precision: self.precision,
        }
    }

    /// Says of a study that was announced that it may end before.
    pub(super) fn announce(&self, announced: bool) {
        if let Some(precision) = self.precision.filter(|_| announced) {
            say(&format!(
                "plan: less, if everything shown is precise to {precision} before"
            ));
        }
    }

    /// What a result that was not interrupted owes to these flags, for the command that makes it again.
    pub(super) fn flag(&self, finished: bool) -> Option<(&'static str, String)> {
        self.precision
            .filter(|_| finished)
            .map(|precision| ("precision", precision.to_string()))
    }
}

#[derive(Debug, Args)]
pub(super) struct Oc {
    #[command(flatten)]
    pub common: Common,
    /// The script whose failure probability varies, in all cohorts that have it [default: the one that profiles change, or
    /// post_launch]
    #[arg(long, value_name = "SCRIPT")]
    pub script: Option<String>,
    /// Probabilities that it fails: a list as in --p 0.1%,1%,5%, or a number of them at equal ratios as in --p 0.1%..50%/25
    #[arg(long, value_name = "LIST", default_value = OC_GRID, allow_hyphen_values = true)]
    pub p: String,
    /// Percentages to compare with those in the file, as in --setting 20/25 for 20 % at a time and a threshold of 25 %; may be
    /// given several times [default: 20/25, the service's sample, and 5/5]
    #[arg(long, value_name = "CONCURRENCY/THRESHOLD")]
    pub setting: Vec<String>,
    /// How often the script fails in a good release [default: as in profile base]
    #[arg(long, value_name = "P", allow_hyphen_values = true)]
    pub good: Option<String>,
    /// How often it fails in a bad one [default: as in the first profile in which it fails more often]
    #[arg(long, value_name = "P", allow_hyphen_values = true)]
    pub bad: Option<String>,
    /// The share of good rollouts that the optimum rule may stop
    #[arg(long, value_name = "P", default_value = OC_ERROR, allow_hyphen_values = true)]
    pub error: String,
    #[command(flatten)]
    pub sharding: Sharding,
}

impl Oc {
    /// Its own flags that change results, as they were given.
    pub(super) fn flags(&self) -> Vec<(&'static str, String)> {
        let optional = [
            ("script", &self.script),
            ("good", &self.good),
            ("bad", &self.bad),
        ];
        let given = optional
            .into_iter()
            .filter_map(|(flag, value)| Some((flag, value.clone()?)));
        let settings = self.setting.iter().map(|text| ("setting", text.clone()));
        let others = [("p", &self.p, OC_GRID), ("error", &self.error, OC_ERROR)];
        let others = others
            .into_iter()
            .filter(|(_, value, default)| value != default)
            .map(|(flag, value, _)| (flag, value.clone()));
        given.chain(settings).chain(others).collect()
    }
}

#[derive(Debug, Args)]
pub(super) struct Tune {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub ending: Ending,
    #[command(flatten)]
    pub memory: Memory,
    /// Try the percentages from 1 to 100 in steps, as in --step=5, instead of all; 1, 2 and 3 % are always tried
    #[arg(
        long,
        value_name = "STEP",
        default_value = "1",
        hide_default_value = true
    )]
    #[arg(value_parser = PossibleValuesParser::new(STEPS).map(|text| step(&text)))]
    #[arg(hide_possible_values = true)]
    pub step: u8,
    /// Only to be refused with the reason
    #[arg(long, value_name = "I/N", hide = true)]
    pub shard: Option<String>,
}

/// The steps in which percentages may be walked: those that reach 100.
pub(super) const STEPS: [&str; 8] = ["1", "2", "4", "5", "10", "20", "25", "50"];

/// One of them as a number.
pub(super) fn step(text: &str) -> u8 {
    text.parse().expect("a bug: a step that is no number")
}

impl Common {
    /// A file with changes, all other flags left out.
    fn of_file(file: &Path, set: &[String], quiet: bool) -> Common {
        Common {
            file: file.to_owned(),
            replications: None,
            seed: None,
            threads: None,
            request: None,
            request_read: OnceCell::new(),
            shards: None,
            set: set.to_vec(),
            sandbox: None,
            profile: Vec::new(),
            out: None,
            png: false,
            json: false,
            copies: Copies::default(),
            quiet,
        }
    }

    /// The flags that change what the scenario says, for the heading of an answer; empty where there are none.
    pub(super) fn changes(&self) -> String {
        let mut line = CommandLine(String::new());
        let request = self.request.as_ref();
        line.flags("seed", self.seed);
        line.flags("request", request.map(|path| self.beside(path)));
        line.flags("set", &self.set);
        match line.0.is_empty() {
            true => line.0,
            false => format!("with{}", line.0),
        }
    }

    /// The files that a command was given, and those that its scenarios name.
    pub(super) fn given(&self, scenarios: &[&ScenarioFile]) -> Vec<PathBuf> {
        let own = std::iter::once(&self.file).chain(&self.request).cloned();
        own.chain(scenarios.iter().flat_map(|file| file.paths()))
            .collect()
    }

    /// Reads the scenario file, makes the changes that the flags ask for and checks what comes of it. Gives warnings too.
    ///
    /// # Errors
    /// All that is wrong with the file and the flags, `problems` found before included.
    pub(super) fn read(
        &self,
        problems: Problems,
    ) -> Result<(ScenarioFile, Scenario, Problems), Problems> {
        self.read_side(&self.file, ("--set", &[]), self.seed, problems)
    }

    /// As [`Common::read`], for another file with changes of its own, each made by the flag named with them, and another seed.
    ///
    /// # Errors
    /// All that is wrong with the file and the flags, `problems` found before included.
    pub(super) fn read_side(
        &self,
        path: &Path,
        (own_flag, own): (&str, &[String]),
        seed: Option<u64>,
        mut problems: Problems,
    ) -> Result<(ScenarioFile, Scenario, Problems), Problems> {
        let request = self.request_file().unwrap_or_else(|found| {
            problems.extend(found);
            None
        });
        let mut file = match self.read_file(path) {
            Ok(file) => file,
            Err(found) => {
                problems.extend(found);
                return Err(problems);
            }
        };
        let seed = seed.map(|seed| ("--seed", format!("seed={seed}")));
        let replications = self
            .replications
            .map(|n| ("--replications", format!("replications={n}")));
        let set = self.set.iter().map(|text| ("--set", text.clone()));
        let own = own.iter().map(|text| (own_flag, text.clone()));
        let edits: Vec<(&str, String)> = set.chain(own).chain(seed).chain(replications).collect();
        let without = request.as_ref().and_then(|_| {
            let mut file = self.read_file(path).ok()?;
            edits
                .iter()
                .try_for_each(|(flag, text)| file.set(flag, text))
                .ok()?;
            file.check(&self.profile).ok()
        });
        if let Some(file_of_request) = &request {
            file.lay_over(&file_of_request.request);
        }
        for (flag, text) in &edits {
            if let Err(found) = file.set(flag, text) {
                problems.extend(found);
            }
        }
        let mut checked = file.check(&self.profile);
        if let (Some(request), Ok((scenario, warnings))) = (&request, &mut checked) {
            warnings
                .extend(request.warnings(without.as_ref().map(|(without, _)| without), scenario));
        }
        let sound = checked.as_ref().ok().map(|(scenario, _)| scenario);
        Asked::read(&file, sound, &mut problems);
        expectations(&file, sound, &mut problems);
        margins(&file, &mut problems);
        match checked {
            Ok((scenario, warnings)) if !problems.has_errors() => {
                return Ok((file, scenario, warnings));
            }
            Ok((_, found)) | Err(found) => problems.extend(found),
        }
        Err(problems)
    }

    /// The path of a file as one would write it in the folder where the scenario lies.
    fn beside(&self, path: &Path) -> String {
        match self.shards {
            // It comes from a command that was written so.
            Some(_) => path.to_string_lossy().into_owned(),
            None => beside(&self.file, path),
        }
    }

    /// Reads a scenario file, confined to the folder that data files may come from.
    fn read_file(&self, path: &Path) -> Result<ScenarioFile, Problems> {
        if let Some(shards) = &self.shards {
            return ScenarioFile::of_texts(&path.display().to_string(), shards.texts());
        }
        let file = ScenarioFile::read(path)?;
        match &self.sandbox {
            Some(folder) => file.confined_to(folder),
            None => Ok(file),
        }
    }

    /// The request, if there is one. It is read once: it may come through a pipe.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub(super) fn request_file(&self) -> Result<Option<Rc<RequestFile>>, Problems> {
        let read = self.request.as_ref().map(|path| {
            let given = self
                .shards
                .as_ref()
                .and_then(|it| it.texts().request.clone());
            let read = || match given {
                Some(text) => RequestFile::parse(&path.display().to_string(), text),
                None => RequestFile::read(path),
            };
            self.request_read
                .get_or_init(|| read().map(Rc::new))
                .clone()
        });
        read.transpose()
    }

    /// Lets a plan take what was played of it from the shards, if the study is merged.
    ///
    /// # Errors
    /// They cannot be read.
    pub(super) fn lend(&self, plan: &mut Plan, wanted: &[Wanted]) -> Result<(), Failure> {
        let lent = self.shards.as_ref().map(|shards| shards.lend(plan, wanted));
        let lent = lent.unwrap_or(Ok(()));
        lent.map_err(|error| Failure::unread(Path::new("the shards"), &error))
    }

    /// The folder to write to.
    pub(super) fn folder(&self, scenario: &Scenario) -> PathBuf {
        self.out
            .clone()
            .unwrap_or_else(|| PathBuf::from("results").join(&scenario.name))
    }

    /// The command that makes a result again in the folder where the scenario lies, without what does not change it. `finished` are its
    /// replications where an interruption left fewer than were asked for.
    pub(super) fn command(
        &self,
        name: &str,
        more: impl IntoIterator<Item = (&'static str, String)>,
        finished: Option<u64>,
    ) -> String {
        self.command_with(name, None, more, finished)
    }

    /// As [`Common::command`], with a second scenario behind the first.
    pub(super) fn command_with(
        &self,
        name: &str,
        other: Option<&Path>,
        more: impl IntoIterator<Item = (&'static str, String)>,
        finished: Option<u64>,
    ) -> String {
        let mut line = CommandLine::of(name);
        let files = std::iter::once(self.file.as_path()).chain(other);
        line.words(files.map(|path| self.beside(path)));
        line.flags("replications", finished.or(self.replications));
        line.flags("seed", self.seed);
        let request = self.request.as_ref();
        line.flags("request", request.map(|request| self.beside(request)));
        line.flags("set", &self.set);
        line.flags("profile", &self.profile);
        for (name, value) in more {
            line.flags(name, [value]);
        }
        line.0
    }
}

/// A command line as one types it again.
struct CommandLine(String);

impl CommandLine {
    fn of(command: &str) -> CommandLine {
        CommandLine(format!("rollcast {command}"))
    }

    fn words(&mut self, words: impl IntoIterator<Item = impl ToString>) {
        for word in words {
            self.0 += &format!(" {}", quoted(&word.to_string()));
        }
    }

    /// A flag with each of its values.
    fn flags(&mut self, flag: &str, values: impl IntoIterator<Item = impl ToString>) {
        for value in values {
            self.0 += &format!(" --{flag} {}", quoted(&value.to_string()));
        }
    }
}

/// The margins of the file's `[check]`; what is wrong with them is added to `problems`.
pub(super) fn margins(file: &ScenarioFile, problems: &mut Problems) -> Margins {
    let check = file.check_of_results(problems);
    Margins::default()
        .and(&check.margins)
        .unwrap_or_else(|found| {
            problems.extend(found);
            Margins::default()
        })
}

/// A word as a shell takes it.
pub(super) fn quoted(word: &str) -> String {
    let plain = word
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c));
    if plain && !word.is_empty() {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn a_line_of_quoted_words_reads_back() {
        let words = [
            "run",
            "",
            "it's",
            "a b",
            r"c\'d",
            "''",
            "cohort.*.recovery=1h",
        ];
        let line = words.map(quoted).join(" ");
        assert_eq!(shlex::split(&line).unwrap(), words, "{line}");
    }

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn the_command_that_makes_a_result_again_survives_a_shell() {
        let words = [
            "rollcast",
            "run",
            "my file.toml",
            "--set",
            "cohort.*.recovery=1h",
            "--threads",
            "2",
            "--json",
        ];
        let Command::Run(run) = Arguments::try_parse_from(words).unwrap().command else {
            panic!()
        };
        assert_eq!(
            run.common.command("run", [], None),
            "rollcast run 'my file.toml' --set 'cohort.*.recovery=1h'"
        );
    }
}
