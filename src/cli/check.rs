//! `rollcast check`: scenarios against their committed baselines and against what they expect.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::args::{self, CheckFormat, margins, quoted};
use crate::cli::copies::{Copies, Form};
use crate::cli::exit::{Failure, print, say, warn, width_of_answer, write};
use crate::cli::explain::explained;
use crate::cli::paths::Target;
use crate::cli::progress::{Progress, use_threads};
use crate::report::{self, Blessed, Output, Page, Provenance, Report, Subject, plural};
use crate::scenario::{Diagnostic, Phrase, Problems, ScenarioFile, io_problem};
use crate::study::check::{Amount, Baseline, Case, Checked};
use crate::study::expect::expectations;

/// Replications of a scenario without `[check]` and baseline: if that many pairs agree, a proportion is within 2 points.
const REPLICATIONS: u64 = 200;

pub(super) fn check(args: &args::Check) -> Result<(), Failure> {
    let files = files(&args.paths)?;
    let Read {
        cases,
        scenarios,
        warnings,
        earlier,
    } = read(args, &files)?;
    warn(&warnings, args.quiet);
    use_threads(args.threads)?;
    let given: Vec<PathBuf> = scenarios.iter().flat_map(ScenarioFile::paths).collect();
    let progress = Progress::new(cases.iter().map(|case| case.replications).sum(), args.quiet);
    let copies = Copies::begin(&args.copies, args.format.flag(), &given)?;
    if args.bless {
        return bless(args, &cases, &earlier, &progress, copies);
    }
    if cases.iter().all(|case| case.baseline.is_none()) {
        let text = format!(
            "there is no baseline in {} of {}: first run `{}`, look at what it says, and commit the files",
            args.baseline.display(),
            match cases.len() {
                1 => "this scenario".to_owned(),
                n => format!("any of {n} scenarios"),
            },
            bless_command(args, &args.paths),
        );
        return Err(Failure::Flag(text));
    }
    if report::was_cut_off(&args.baseline) {
        say(&format!(
            "note: a --bless was cut off in {}: some baselines may be new and others not; bless all again",
            args.baseline.display()
        ));
    }
    let checked: Option<Vec<Checked>> = cases
        .iter()
        .map(|case| case.check(args.statistical, &progress))
        .collect();
    progress.finish();
    let checked = checked
        .ok_or_else(|| Failure::Interrupted("interrupted: nothing was decided".to_owned()))?;
    let page = report::check_page(&checked);
    let assumed = || -> Vec<(Page, Provenance)> {
        let subjects = scenarios.iter().zip(&cases);
        let subjects = subjects.map(|(file, case)| {
            let provenance = Provenance::new(&case.scenario, case.replications, args.command());
            (explained(file, &case.scenario), provenance)
        });
        subjects.collect()
    };
    let copy = |form, _: Option<&Target>| match form {
        Form::Html => report_of(args, &page, &assumed()),
        Form::Markdown => page.markdown(),
    };
    let answer = || {
        print(&match args.format {
            CheckFormat::Table => page.terminal(width_of_answer()),
            CheckFormat::Json => report::check_json(&checked, args.statistical, &args.command()),
            CheckFormat::Junit => report::check_junit(&checked),
            CheckFormat::Markdown => page.markdown(),
            CheckFormat::Github => report::check_github(&checked),
        })
    };
    copies.deliver(answer, copy, args.quiet)?;
    ended(&checked)
}

/// The report on a check, or on baselines that were written.
fn report_of(args: &args::Check, page: &Page, assumed: &[(Page, Provenance)]) -> String {
    Report {
        title: "rollcast check",
        page,
        charts: &[],
        subjects: assumed.iter().map(Subject::assumed).collect(),
        files: None,
        command: &args.command(),
    }
    .html()
}

/// The scenario files that the paths lead to, those of a folder and the folders below it in order of their paths.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut problems = Problems::default();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut found = Vec::new();
        below(path, &mut found)?;
        found.sort();
        if found.is_empty() {
            let title = format!(
                "there is no scenario file (.toml) in the folder `{}` or below it",
                path.display()
            );
            problems.push(Diagnostic::without_place(title));
        }
        files.extend(found);
    }
    // A file that several paths lead to is one scenario.
    let mut seen = BTreeSet::new();
    files.retain(|path| seen.insert(fs::canonicalize(path).unwrap_or_else(|_| path.clone())));
    match problems.has_errors() {
        true => Err(Failure::Input(problems)),
        false => Ok(files),
    }
}

/// Adds the scenario files in a folder and in those below it, but for hidden ones, folders of results, and folders that are only linked to, which
/// could lead in circles.
fn below(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let entries = fs::read_dir(folder).and_then(|entries| {
        let entries = entries.map(|entry| entry.and_then(|it| Ok((it.file_type()?.is_dir(), it))));
        entries.collect::<io::Result<Vec<_>>>()
    });
    let entries = entries.map_err(|error| {
        let problem = io_problem(&error);
        Failure::Disk(format!("cannot read {}: {problem}", folder.display()))
    })?;
    for (is_folder, entry) in entries {
        let (path, name) = (entry.path(), entry.file_name());
        if is_folder {
            if !name.to_string_lossy().starts_with('.') && name != "results" {
                below(&path, found)?;
            }
        } else if path
            .extension()
            .is_some_and(|extension| extension == "toml")
            && path.is_file()
        {
            found.push(path);
        }
    }
    Ok(())
}

/// What is to be checked.
struct Read {
    cases: Vec<Case>,
    /// The file of each case.
    scenarios: Vec<ScenarioFile>,
    warnings: Problems,
    /// The baseline of each case, or what is wrong with it where it is about to be replaced.
    earlier: Vec<Result<Option<Baseline>, String>>,
}

/// Reads all scenarios and their baselines; everything that is wrong with any of them at once.
fn read(args: &args::Check, files: &[PathBuf]) -> Result<Read, Failure> {
    let mut problems = Problems::default();
    let mut earlier = Vec::new();
    let mut warnings = Problems::default();
    let mut cases = Vec::new();
    let mut scenarios = Vec::new();
    let mut by_name: BTreeMap<String, &Path> = BTreeMap::new();
    let flags: Vec<Phrase> = args
        .margin
        .iter()
        .map(|text| Phrase::alone("--margin", text))
        .collect();
    for path in files {
        let (file, scenario, found) = match args.common(path).read(Problems::default()) {
            Ok(read) => read,
            Err(found) => {
                problems.extend(found);
                continue;
            }
        };
        warnings.extend(found);
        if let Some(first) = by_name.insert(scenario.name.clone(), path) {
            let title = format!(
                "{} and {} are both called `{}`",
                first.display(),
                path.display(),
                scenario.name
            );
            problems.push(
                Diagnostic::without_place(title)
                    .help("a scenario's baseline has its name: give one of them another"),
            );
            continue;
        }
        let place = args.baseline.join(format!("{}.json", scenario.name));
        let found = baseline(&place, &scenario.name);
        let baseline = match &found {
            Ok(baseline) => baseline.clone(),
            // A baseline that is about to be replaced may be anything.
            Err(_) if args.bless => None,
            Err(problem) => {
                let title = format!("cannot read the baseline {}: {problem}", place.display());
                let help = format!(
                    "get it back from version control; or, if what comes now is right: {}",
                    bless_command(args, std::slice::from_ref(path))
                );
                problems.push(Diagnostic::without_place(title).help(help));
                continue;
            }
        };
        earlier.push(found);
        let asked = file.check_of_results(&mut Problems::default()).replications;
        let as_before = baseline.as_ref().map(|baseline| baseline.replications);
        let margins = match margins(&file, &mut Problems::default()).and(&flags) {
            Ok(margins) => margins,
            Err(found) => {
                problems.extend(found);
                continue;
            }
        };
        cases.push(Case {
            file: path.display().to_string(),
            limits: expectations(&file, Some(&scenario), &mut Problems::default()),
            margins,
            replications: args
                .replications
                .or(asked)
                .or(as_before)
                .unwrap_or(REPLICATIONS),
            scenario,
            baseline,
        });
        scenarios.push(file);
    }
    if problems.has_errors() {
        Err(Failure::Input(problems))
    } else {
        Ok(Read {
            cases,
            scenarios,
            warnings,
            earlier,
        })
    }
}

/// The baseline of the scenario called `name`; none if there is no such file, and what is wrong with it otherwise.
fn baseline(place: &Path, name: &str) -> Result<Option<Baseline>, String> {
    if fs::metadata(place).is_ok_and(|place| !place.is_file() && !place.is_dir()) {
        return Err("it is no file".to_owned());
    }
    let text = match fs::read(place) {
        Ok(bytes) => String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned())?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io_problem(&error)),
    };
    let baseline = Baseline::parse(&text)?;
    if baseline.scenario == name {
        Ok(Some(baseline))
    } else {
        Err(format!("it is of the scenario `{}`", baseline.scenario))
    }
}

/// The command that writes the baselines of the scenarios that paths lead to.
fn bless_command(args: &args::Check, paths: &[PathBuf]) -> String {
    let paths = paths.iter().map(|path| quoted(&path.to_string_lossy()));
    let paths = paths.collect::<Vec<String>>().join(" ");
    let mut command = format!("rollcast check {paths} --bless");
    if args.baseline != Path::new(args::BASELINES) {
        command += &format!(" --baseline {}", quoted(&args.baseline.to_string_lossy()));
    }
    command
}

/// Writes the baselines of all scenarios, or none, and says what changed.
fn bless(
    args: &args::Check,
    cases: &[Case],
    earlier: &[Result<Option<Baseline>, String>],
    progress: &Progress,
    copies: Copies,
) -> Result<(), Failure> {
    let folder = &args.baseline;
    let mut output = Output::of_set(folder).map_err(|error| Failure::disk(folder, &error))?;
    let mut blessed = Vec::new();
    for (case, before) in cases.iter().zip(earlier) {
        let baseline = case.bless(
            args.bless_again(Path::new(&case.file), case.replications),
            progress,
        );
        let baseline = baseline
            .ok_or_else(|| Failure::Interrupted("interrupted: nothing was written".to_owned()))?;
        let text = baseline.to_text();
        blessed.push(Blessed {
            file: &case.file,
            baseline,
            bytes: text.len(),
            before,
        });
        output.add(format!("{}.json", case.scenario.name), text);
    }
    progress.finish();
    let files = write(output, folder)?;
    let page = report::bless_page(&blessed);
    let copy = |form, _: Option<&Target>| match form {
        Form::Html => report_of(args, &page, &[]),
        Form::Markdown => page.markdown(),
    };
    let answer = || {
        print(&page.terminal(width_of_answer()))?;
        if !args.quiet {
            say(&format!("\n{files}"));
        }
        Ok(())
    };
    copies.deliver(answer, copy, args.quiet)
}

/// Turns the results of all checks into an exit code; the answer has said them in words.
fn ended(checked: &[Checked]) -> Result<(), Failure> {
    let amounts = checked.iter().map(Checked::amount);
    let [failed, open] = [Amount::Failed, Amount::Inconclusive]
        .map(|wanted| amounts.clone().filter(|amount| *amount == wanted).count() as u64);
    Failure::unless_all_hold("", failed, open, &plural(checked.len() as u64, "scenario"))
}
