//! A check as JUnit's XML: a suite a scenario, a case for its baseline, each statistic of the gate and each expectation.
//!
//! Times are 0: the same check gives the same bytes, and strict readers want one. An inconclusive check is an error, so that it is not taken for a pass.

use crate::report::check::words::{Finding, Level, findings};
use crate::study::check::Checked;

/// The answer of a check of at least one scenario.
pub fn check_junit(all: &[Checked]) -> String {
    let suites: Vec<(&Checked, Vec<Case>)> = all
        .iter()
        .map(|checked| (checked, cases(findings(checked))))
        .collect();
    let total = |level: Level| {
        suites
            .iter()
            .flat_map(|(_, cases)| cases)
            .filter(|case| case.level == level)
            .count()
    };
    let tests: usize = suites.iter().map(|(_, cases)| cases.len()).sum();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"rollcast check\" tests=\"{tests}\" failures=\"{}\" errors=\"{}\" time=\"0\">\n",
        total(Level::Fail),
        total(Level::Inconclusive),
    );
    for (checked, cases) in &suites {
        let of = |level: Level| cases.iter().filter(|case| case.level == level).count();
        out += &format!(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"0\">\n",
            escaped(&checked.scenario),
            cases.len(),
            of(Level::Fail),
            of(Level::Inconclusive),
        );
        for case in cases {
            let (name, file) = (escaped(&case.name), escaped(&checked.file));
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

struct Case {
    level: Level,
    name: String,
    word: String,
    text: String,
}

/// The cases of a suite: findings on the same subject are one, as bad as the worst of them.
fn cases(findings: Vec<Finding>) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for Finding {
        level,
        subject,
        word,
        text,
    } in findings
    {
        match cases.iter_mut().find(|case| case.name == subject) {
            Some(case) => {
                let rank = |level: Level| match level {
                    Level::Pass | Level::Note | Level::Warning => 0,
                    Level::Inconclusive => 1,
                    Level::Fail => 2,
                };
                case.text += &format!("\n{word}: {text}");
                if rank(level) > rank(case.level) {
                    (case.level, case.word) = (level, word);
                }
            }
            None => cases.push(Case {
                level,
                name: subject,
                text: format!("{word}: {text}"),
                word,
            }),
        }
    }
    cases
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
