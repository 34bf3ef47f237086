//! A deployment request from a file, laid over a scenario: what the request says replaces what the file says, as if by flags, and a
//! script for which it has no file does not run.

use std::path::Path;
use std::rc::Rc;

use jsonc_parser::ast::Value as Ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use crate::model::{Cohort, Ms, ScriptStep, World};
use crate::rollout::{Levels, Rules};
use crate::scenario::checked::Scenario;
use crate::scenario::diagnostic::{Diagnostic, Place, Problems, Source};
use crate::scenario::files::read_text;
use crate::scenario::left_out::{LeftOut, member};
use crate::scenario::scenario_file::ScenarioFile;
use crate::scenario::words::{did_you_mean, list};
use crate::units::{count, duration};
use crate::wire::robomaker::{
    DeploymentConfig, Fault, Foreign, JsonPath, LaunchConfig, Mend, ROBOT_TIMEOUT_DEFAULT_S,
    Refused, Request, Segment, foreign, lower_first, python_literal,
};

/// The largest file read [bytes]: a description of a job lists every robot.
const FILE_MAX: u64 = 500_000_000;

/// The most environment variables while the service deployed; its model has allowed a few more since.
const VARIABLES_MAX: usize = 16;

/// The most names that a warning lists.
const LISTED_MAX: usize = 5;

/// A request and the file that it was read from.
#[derive(Debug)]
pub struct RequestFile {
    pub request: Request,
    source: Rc<Source>,
}

impl RequestFile {
    /// Reads a request, or what the service answered to one.
    ///
    /// # Errors
    /// The file cannot be read, or is not JSON; all that the service would not take.
    pub fn read(path: &Path) -> Result<RequestFile, Problems> {
        let name = path.display().to_string();
        let text = read_text(path, FILE_MAX).map_err(|error| {
            let title = format!("cannot read the request `{name}`: {}", error.problem);
            Problems(vec![Diagnostic::without_place(title)])
        })?;
        RequestFile::parse(&name, text)
    }

    /// As [`RequestFile::read`], from the text of a file called `name`.
    ///
    /// # Errors
    /// As above.
    pub fn parse(name: &str, text: String) -> Result<RequestFile, Problems> {
        let source = Rc::new(Source {
            name: name.to_owned(),
            text,
        });
        // Some editors put a mark before the text that says it is UTF-8.
        let mark = if source.text.starts_with('\u{feff}') {
            '\u{feff}'.len_utf8()
        } else {
            0
        };
        let document = &source.text[mark..];
        let value = match serde_json::from_str(document) {
            Ok(value) => value,
            Err(error) => match python_literal(document) {
                Some(value) => value,
                None => return Err(Problems(vec![not_json(&source, &error)])),
            },
        };
        match Request::read(&value) {
            Ok(request) => Ok(RequestFile { request, source }),
            Err(Refused { answered, faults }) => {
                // It is read again for the places of its values alone.
                let parsed = parse_to_ast(
                    document,
                    &CollectOptions::default(),
                    &ParseOptions::default(),
                );
                let ast = parsed.ok().and_then(|parsed| parsed.value);
                let mut problems = Problems::default();
                for fault in faults {
                    let span = ast
                        .as_ref()
                        .and_then(|ast| span_of(ast, &fault.path, fault.of_key));
                    let place = Place::new(
                        &source,
                        span.map_or(0..0, |span| span.start + mark..span.end + mark),
                    );
                    problems.push(diagnostic(&place, answered, fault));
                }
                Err(problems)
            }
        }
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.source.text
    }

    /// What is worth knowing of the request before it is played over a scenario: `without` is the scenario as its file has it, `with` the
    /// scenario under the request.
    pub fn warnings(&self, without: Option<&Scenario>, with: &Scenario) -> Problems {
        let mut warnings = Warnings {
            place: Place::new(&self.source, 0..0),
            problems: Problems::default(),
        };
        let Request {
            fleet,
            application,
            config,
            robots,
            placeholders,
            ignores_application,
            ..
        } = &self.request;
        let base = &with.profiles[0];
        let n = base.world.fleet.robots();
        warnings.placeholders(placeholders, *ignores_application);
        if let Some(name) = fleet
            .as_deref()
            .and_then(fleet_name)
            .filter(|name| *name != with.name)
        {
            let Levels {
                concurrency,
                threshold,
            } = base.rules.levels();
            let window = match base.in_robots(&base.rules) {
                Some(robots) => format!("{} at a time", count(robots.window.into())),
                None => format!("{concurrency} % at a time"),
            };
            let stops = format!("stopped at {threshold} % failures");
            let title = format!(
                "the request is for the fleet `{name}`, the scenario is of `{}`",
                with.name
            );
            warnings.say(
                title,
                format!(
                    "it is played on the scenario's {} robots: {window}, {stops}",
                    count(n.into())
                ),
                "",
            );
        }
        if let Some(robots) = robots.filter(|robots| *robots as u64 != u64::from(n)) {
            let title = format!(
                "the request was for a fleet of {}, the scenario's is of {}",
                count(robots as u64),
                count(n.into())
            );
            let help = "change `robots` of the cohorts if the fleet is that one";
            warnings.say(
                title,
                "its percentages are taken of the scenario's robots",
                help,
            );
        }
        let skeleton = !placeholders.is_empty();
        if let Some(before) = without
            .map(|without| &without.profiles[0])
            .filter(|_| !skeleton)
        {
            let (rules, samples) = (&before.rules, Rules::default().levels());
            let Levels {
                concurrency,
                threshold,
            } = rules.levels();
            warnings.kept(
                config.concurrent_deployment_percentage.is_none()
                    && concurrency != samples.concurrency,
                || {
                    kept(
                        "concurrentDeploymentPercentage",
                        &format!("{concurrency} %"),
                        UNPUBLISHED,
                    )
                },
            );
            warnings.kept(
                config.failure_threshold_percentage.is_none() && threshold != samples.threshold,
                || {
                    kept(
                        "failureThresholdPercentage",
                        &format!("{threshold} %"),
                        UNPUBLISHED,
                    )
                },
            );
            let default_ms: Ms = ROBOT_TIMEOUT_DEFAULT_S * 1000;
            let timeout = rules.robot_timeout();
            warnings.kept(
                config.robot_deployment_timeout_in_seconds.is_none() && timeout != default_ms,
                || {
                    kept(
                        "robotDeploymentTimeoutInSeconds",
                        &duration(timeout as f64),
                        "the service would have taken its default of 5 h",
                    )
                },
            );
            if let Some(application) = application {
                let (version, deployed) =
                    (&before.world.release.version, &base.world.release.version);
                if deployed != version {
                    let title = format!(
                        "the request deploys version {deployed}, the scenario is of {version}"
                    );
                    let why = format!(
                        "sizes of bundles and failure rates are those that the scenario says of {version}"
                    );
                    warnings.say(
                        title,
                        why,
                        "change the scenario's [release] if they are others",
                    );
                }
                warnings.scripts(&before.world, left_out(config, &application.launch_config));
            }
        }
        if let Some(application) = application {
            warnings.variables(&application.launch_config);
        }
        let without_bundle: Vec<&str> = with
            .profiles
            .iter()
            .filter(|profile| !has_bundle(&profile.world))
            .map(|profile| profile.name.as_str())
            .collect();
        if !without_bundle.is_empty() {
            let title = match without_bundle.len() == with.profiles.len() {
                true => "the application has no bundle for any robot of the fleet".to_owned(),
                false => format!(
                    "the application has no bundle for any robot of the fleet in {}",
                    list(&without_bundle)
                ),
            };
            let why =
                "every robot that has its turn fails with MissingRobotApplicationArchitecture";
            warnings.say(
                title,
                why,
                "give [release] a bundle for the robots' architecture",
            );
        }
        warnings.problems
    }
}

impl ScenarioFile {
    /// Lays a request over the file: its config and version, and that scripts for which it has no file do not run.
    pub fn lay_over(&mut self, request: &Request) {
        let config = &request.config;
        let percentage = |key: &str, value: Option<u8>| {
            Some(format!("rollout.robomaker.{key}_percentage={}", value?))
        };
        let edits = [
            percentage(
                "concurrent_deployment",
                config.concurrent_deployment_percentage,
            ),
            percentage("failure_threshold", config.failure_threshold_percentage),
            config
                .robot_deployment_timeout_in_seconds
                .map(|s| format!("rollout.robomaker.robot_deployment_timeout=\"{s} s\"")),
            request.application.as_ref().map(|application| {
                format!("release.version=\"{}\"", application.application_version)
            }),
        ];
        for edit in edits.into_iter().flatten() {
            // What leads nowhere is something in the file that is no table: reported when the file is checked.
            let _ = self.set("--request", &edit);
        }
        if let Some(application) = &request.application {
            self.left_out = left_out(config, &application.launch_config);
        }
    }
}

/// The scripts for which a request has no files.
fn left_out(config: &DeploymentConfig, launch: &LaunchConfig) -> LeftOut {
    LeftOut::but([
        config.download_condition_file.is_some(),
        launch.pre_launch_file.is_some(),
        launch.post_launch_file.is_some(),
    ])
}

/// Whether any robot can be deployed to.
fn has_bundle(World { fleet, release, .. }: &World) -> bool {
    fleet
        .cohorts
        .iter()
        .any(|cohort| (0..3).any(|a| cohort.architectures[a] > 0 && release.bundle[a].is_some()))
}

const UNPUBLISHED: &str = "what the service would have taken is not published";

/// What to say of a member that a request leaves out and the scenario has another value for than the service's samples.
fn kept(member: &str, value: &str, instead: &str) -> (String, String) {
    (
        format!("the request leaves out `{member}`: the scenario's {value} counts"),
        instead.to_owned(),
    )
}

/// Warnings of a request, none of which has a place in its text.
struct Warnings {
    place: Place,
    problems: Problems,
}

impl Warnings {
    fn say(&mut self, title: impl Into<String>, why: impl Into<String>, help: &str) {
        let warning = Diagnostic::warning(title, &self.place, "").why(why);
        self.problems.push(if help.is_empty() {
            warning
        } else {
            warning.help(help)
        });
    }

    fn kept(&mut self, says: bool, words: impl FnOnce() -> (String, String)) {
        if says {
            let (title, why) = words();
            self.say(title, why, "");
        }
    }

    fn placeholders(&mut self, paths: &[JsonPath], ignores_application: bool) {
        if paths.is_empty() {
            return;
        }
        let title = format!(
            "the request is a skeleton: {} values are still placeholders",
            paths.len()
        );
        let paths: Vec<String> = paths.iter().map(ToString::to_string).collect();
        let why = "the scenario's own values count in their place; the service would have refused the request";
        self.say(
            title,
            why,
            &format!("fill in or leave out {}", paths.join(", ")),
        );
        if ignores_application {
            let title = "what the request says in `$.deploymentApplicationConfigs` does not count";
            self.say(
                title,
                "what is required of an application is not filled in",
                "",
            );
        }
    }

    /// Says which scripts of the scenario do not run, and which of the request nothing is known of.
    fn scripts(&mut self, world: &World, left_out: LeftOut) {
        for step in ScriptStep::ALL {
            let (member, key) = (member(step), step.name());
            let have: Vec<&Cohort> = world
                .fleet
                .cohorts
                .iter()
                .filter(|cohort| cohort.scripts[step].is_some())
                .collect();
            if left_out.has(step) && !have.is_empty() {
                let title =
                    format!("the request has no `{member}`: the scenario's `{key}` does not run");
                let why = format!(
                    "neither its duration nor its failures count in {}",
                    cohorts(&have)
                );
                self.say(title, why, "");
            }
            // Where some have it, the others were left without it on purpose.
            if !left_out.has(step) && have.is_empty() {
                let title =
                    format!("the request has a `{member}`, and the scenario says nothing of it");
                let help =
                    format!("write {key} = {{ duration = \"30s\", failure = 0.01 }} in a cohort");
                self.say(title, "it takes no time and never fails", &help);
            }
        }
    }

    fn variables(&mut self, launch: &LaunchConfig) {
        let variables = &launch.environment_variables;
        if variables.len() > VARIABLES_MAX {
            let title = format!("the request has {} environment variables", variables.len());
            self.say(
                title,
                format!("the service took at most {VARIABLES_MAX} as long as it deployed"),
                "",
            );
        }
        let reserved: Vec<&str> = variables
            .keys()
            .map(String::as_str)
            .filter(|name| name.starts_with("AWS"))
            .collect();
        if !reserved.is_empty() {
            let title = format!(
                "environment variables that begin with `AWS` are the service's own: {}",
                list(&reserved)
            );
            self.say(title, "the simulation does not look at them", "");
        }
    }
}

fn cohorts(cohorts: &[&Cohort]) -> String {
    let names: Vec<&str> = cohorts
        .iter()
        .take(LISTED_MAX)
        .map(|cohort| cohort.name.as_str())
        .collect();
    match cohorts.len() {
        1 => format!("cohort {}", list(&names)),
        n if n > LISTED_MAX => format!("{} cohorts, such as {}", count(n as u64), list(&names)),
        _ => format!("cohorts {}", list(&names)),
    }
}

/// The name in a fleet's ARN.
fn fleet_name(arn: &str) -> Option<&str> {
    arn.split_once("deployment-fleet/")?
        .1
        .split('/')
        .next()
        .filter(|name| !name.is_empty())
}

fn not_json(source: &Rc<Source>, error: &serde_json::Error) -> Diagnostic {
    const HELP: &str = "a request is JSON, as `aws robomaker create-deployment-job --generate-cli-skeleton` prints it";
    if let Some(Foreign { what, help }) = foreign(source.text.trim_start_matches('\u{feff}')) {
        let whole = Place::new(source, 0..0);
        return Diagnostic::error(format!("the request is {what}, not JSON"), &whole, "")
            .help(help);
    }
    let line_start = source
        .text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum::<usize>();
    let line = &source.text[line_start..];
    let line_end = line_start + line.find('\n').unwrap_or(line.len());
    // The column counts bytes and may lie behind the end.
    let at = (line_start + error.column().saturating_sub(1)).min(line_end);
    let at = (0..=at)
        .rev()
        .find(|at| source.text.is_char_boundary(*at))
        .unwrap_or(0);
    let end = source.text[at..]
        .chars()
        .next()
        .map_or(at, |c| at + c.len_utf8());
    let place = Place::new(source, at..end);
    let title = "the request is not valid JSON";
    // What ends too early has no place to underline.
    match at == end {
        true => Diagnostic::error(format!("{title}: it ends too early"), &place, "").help(HELP),
        false => {
            let label = misplaced(&source.text[..at], &source.text[at..]);
            Diagnostic::error(title, &place, label).help(HELP)
        }
    }
}

/// What is wrong with JSON that can be read up to a place.
fn misplaced(before: &str, from: &str) -> &'static str {
    let last = before.trim_end().chars().next_back();
    let ends_a_value = last.is_some_and(|c| c.is_alphanumeric() || matches!(c, '"' | '}' | ']'));
    match from.chars().next() {
        Some('}' | ']') if last == Some(',') => "nothing follows the comma before this",
        Some('\'') => "text must be in double quotes",
        Some('/' | '#') => "JSON has no comments",
        Some('"' | '{' | '[') if ends_a_value => "a comma or colon is missing before this",
        _ => "this cannot stand here",
    }
}

fn diagnostic(
    place: &Place,
    answered: bool,
    Fault {
        path, what, mend, ..
    }: Fault,
) -> Diagnostic {
    let (label, help) = match mend {
        Mend::Help(help) => (what, help),
        Mend::Supply => (what, "the service requires it".to_owned()),
        Mend::Key(keys) => {
            let named = match path.0.last() {
                Some(Segment::Key(key)) => did_you_mean(key, &keys),
                _ => String::new(),
            };
            (
                format!("{what}: {named}"),
                format!("the service knows {}", list(&keys)),
            )
        }
    };
    let title = if answered {
        "the service answers nothing like"
    } else {
        "the service would refuse"
    };
    Diagnostic::error(format!("{title} `{path}`"), place, label).help(help)
}

/// Where the value at a path stands, or its key; of an object or a list, its opening alone.
fn span_of(ast: &Ast, path: &JsonPath, key: bool) -> Option<std::ops::Range<usize>> {
    let mut value = ast;
    let mut name = None;
    for segment in &path.0 {
        value = match (segment, value) {
            // Of a key that is given twice the last one counts.
            (Segment::Key(key), Ast::Object(object)) => {
                let property = object
                    .properties
                    .iter()
                    .rfind(|property| lower_first(property.name.as_str()) == lower_first(key))?;
                name = Some(property.name.range());
                &property.value
            }
            (Segment::Index(index), Ast::Array(array)) => array.elements.get(*index)?,
            _ => return None,
        };
    }
    let range = if key { name? } else { value.range() };
    let opens = !key && matches!(value, Ast::Object(_) | Ast::Array(_));
    Some(range.start..if opens { range.start + 1 } else { range.end })
}
