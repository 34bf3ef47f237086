//! A check as JUnit's XML: a suite a scenario, a case for its baseline, each statistic of the gate and each expectation.
//!
//! Times are 0: the same check gives the same bytes, and strict readers want one. An inconclusive check is an error, so that it is not taken for a pass.

use crate::report::check::words::{Finding, Level, findings};
use crate::study::check::Checked;

/// The answer of a check of at least one scenario.
pub fn check_junit(all: &[Checked]) -> String {
    let suites: Vec<(&Checked, Vec<Finding>)> = all
        .iter()
        .map(|checked| (checked, cases(findings(checked))))
        .collect();
    let cases = suites.iter().flat_map(|(_, cases)| cases);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"rollcast check\" {}>\n",
        counts(cases)
    );
    for (checked, cases) in &suites {
        out += &format!(
            "  <testsuite name=\"{}\" {}>\n",
            escaped(&checked.scenario),
            counts(cases)
        );
        for case in cases {
            let (name, file) = (escaped(&case.subject), escaped(&checked.file));
            out += &format!("    <testcase classname=\"{file}\" name=\"{name}\" time=\"0\"");
            let element = match case.level {
                Level::Fail => "failure",
                Level::Inconclusive => "error",
                Level::Pass | Level::Note | Level::Warning => "system-out",
            };
            let message = match case.level {
                Level::Fail | Level::Inconclusive => {
                    let word = escaped(&case.word);
                    format!(" type=\"{word}\" message=\"{word}\"")
                }
                Level::Pass | Level::Note | Level::Warning => String::new(),
            };
            out += &format!(
                ">\n      <{element}{message}>{}</{element}>\n    </testcase>\n",
                escaped(&case.text)
            );
        }
        out += "  </testsuite>\n";
    }
    out + "</testsuites>\n"
}

/// The attributes of a suite that say how many of its cases passed.
fn counts<'f>(cases: impl IntoIterator<Item = &'f Finding>) -> String {
    let levels: Vec<Level> = cases.into_iter().map(|case| case.level).collect();
    let [failures, errors] = [Level::Fail, Level::Inconclusive]
        .map(|wanted| levels.iter().filter(|level| **level == wanted).count());
    let tests = levels.len();
    format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" time=\"0\"")
}

/// The cases of a suite: findings on the same subject are one, as bad as the worst of them.
fn cases(findings: Vec<Finding>) -> Vec<Finding> {
    let mut cases: Vec<Finding> = Vec::new();
    for mut finding in findings {
        finding.text = format!("{}: {}", finding.word, finding.text);
        match cases
            .iter_mut()
            .find(|case| case.subject == finding.subject)
        {
            Some(case) => {
                case.text += &format!("\n{}", finding.text);
                if rank(finding.level) > rank(case.level) {
                    (case.level, case.word) = (finding.level, finding.word);
                }
            }
            None => cases.push(finding),
        }
    }
    cases
}

/// How bad a level is to JUnit.
fn rank(level: Level) -> u8 {
    match level {
        Level::Pass | Level::Note | Level::Warning => 0,
        Level::Inconclusive => 1,
        Level::Fail => 2,
    }
}

/// A text within XML, in an element or in quotes; what XML cannot hold is a question mark.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\n' | '\t' => out.push(c),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('?'),
            c => out.push(c),
        }
    }
    out
}
