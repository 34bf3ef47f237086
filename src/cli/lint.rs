//! `rollcast lint`: what will go wrong, without playing.

use crate::cli::args::{self, LintFormat};
use crate::cli::copies::Copies;
use crate::cli::exit::{Failure, colour_of_answer, print, print_styled, say};
use crate::cli::paths::Target;
use crate::report::{self, Provenance};
use crate::scenario::Problems;
use crate::study::{self, Finding};

pub(super) fn lint(args: &args::Lint) -> Result<(), Failure> {
    let common = args.look.common(args.quiet);
    let (file, scenario, warnings) = common.read(Problems::default())?;
    let mut findings = study::lint(&file, &scenario, &warnings);
    if args.quiet {
        findings.retain(Finding::is_error);
    }
    let styled = args.format == LintFormat::Text && colour_of_answer();
    let text = match args.format {
        LintFormat::Text => report::lint_text(&findings, styled),
        LintFormat::Json => {
            let provenance = Provenance::new(
                &scenario,
                0,
                common.command("lint", [("format", "json".to_owned())], None),
            );
            report::lint_json(&provenance, &findings)
        }
        LintFormat::Github => report::lint_github(&findings),
    };
    let counts = report::lint_counts(&findings);
    let given = common.given(&[&file]);
    let copies = Copies::begin(&args.look.copies(), args.format.flag(), &given)?;
    let copy = |_, _: Option<&Target>| report::lint_page(&findings).markdown();
    let answer = || match styled {
        true => print_styled(&text),
        false => print(&text),
    };
    copies.deliver(answer, copy, args.quiet)?;
    if findings.iter().any(Finding::is_error) {
        return Err(Failure::Expectation(counts));
    }
    if !args.quiet {
        say(&counts);
    }
    Ok(())
}
