//! `rollcast lint`: what will go wrong, without playing.

use crate::cli::args::{self, LintFormat};
use crate::cli::exit::{Failure, colour_of_answer, print, print_styled, say};
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
    let text = match args.format {
        LintFormat::Text if colour_of_answer() => {
            print_styled(&report::lint_text(&findings, true))?;
            String::new()
        }
        LintFormat::Text => report::lint_text(&findings, false),
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
    print(&text)?;
    let counts = report::lint_counts(&findings);
    if findings.iter().any(Finding::is_error) {
        return Err(Failure::Expectation(counts));
    }
    if !args.quiet {
        say(&counts);
    }
    Ok(())
}
