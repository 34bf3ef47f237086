//! A report: an answer with all that somebody needs who has only this one file.
//!
//! Who sends a result to whoever approves a rollout sends a file, not a folder. So a report has the charts and the data behind
//! them, the scenario explained, and what made it. How it looks is left to `html`.

use crate::report::chart::Chart;
use crate::report::page::Page;
use crate::report::provenance::Provenance;

/// All that a report says, in the order in which it is read.
pub struct Report<'a> {
    /// What the report is about: the scenario and the command.
    pub title: &'a str,
    pub page: &'a Page,
    pub charts: &'a [Chart],
    /// The scenarios that the answer is about, with what holds for each of them alone.
    pub subjects: Vec<Subject<'a>>,
    /// The other files of the results, if there are any.
    pub files: Option<Files<'a>>,
    /// The command that makes the report again.
    pub command: &'a str,
}

/// A scenario of a report.
pub struct Subject<'a> {
    pub name: &'a str,
    /// What came of this scenario, where a report is about several.
    pub page: Option<&'a Page>,
    /// What was assumed: the scenario explained.
    pub assumed: Option<&'a Page>,
    /// What was played: hash, seed, replications.
    pub provenance: &'a Provenance,
}

/// The files that a command wrote beside its report.
pub struct Files<'a> {
    /// The folder that they were written to, as the user writes it.
    pub folder: &'a str,
    /// The way from the report to the folder with a slash at its end, empty if they lie in the same one. Without it the files are
    /// named but not linked.
    pub way: Option<&'a str>,
    pub names: &'a [String],
}

impl<'a> Subject<'a> {
    /// A scenario with what was assumed of it.
    pub fn assumed((explained, provenance): &'a (Page, Provenance)) -> Subject<'a> {
        Subject {
            name: &provenance.scenario,
            page: None,
            assumed: Some(explained),
            provenance,
        }
    }

    /// Whether the report has a section on the scenario.
    pub(super) fn is_told(&self) -> bool {
        self.page.is_some() || self.assumed.is_some()
    }
}

impl Files<'_> {
    /// The link to a file, where there is a way to it.
    pub(super) fn link(&self, name: &str) -> Option<String> {
        let way = self.way?;
        Some(encoded(way) + &encoded(name))
    }

    /// The file that has the numbers of a chart without tables: the first CSV file.
    pub(super) fn values(&self) -> Option<&str> {
        let mut names = self.names.iter();
        let csv = names.find(|name| name.ends_with(".csv"));
        csv.map(String::as_str)
    }
}

/// A path as a part of a link: nothing in it means a scheme, a query or a fragment.
fn encoded(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            byte => out += &format!("%{byte:02X}"),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_a_path_whatever_the_folder_is_called() {
        let names = ["map.csv".to_owned()];
        let files = |way| Files {
            folder: "",
            way,
            names: &names,
        };
        assert_eq!(files(Some("")).link("map.csv").as_deref(), Some("map.csv"));
        assert_eq!(
            files(Some("javascript:a b?#/")).link("map.csv").as_deref(),
            Some("javascript%3Aa%20b%3F%23/map.csv")
        );
        assert_eq!(files(None).link("map.csv"), None);
        assert_eq!(files(None).values(), Some("map.csv"));
    }
}
