//! Tables in text files: what parts their fields, their columns, and where each row stands.

use std::io::ErrorKind;
use std::rc::Rc;

use csv::StringRecord;

use crate::scenario::diagnostic::{Diagnostic, Place, Source};
use crate::scenario::reader::Reading;
use crate::scenario::tree::Node;
use crate::scenario::words::{list, nearest};
use crate::units::UnitError;

/// What may part the fields of a line.
const DELIMITERS: [char; 3] = [',', ';', '\t'];

/// The most characters quoted of a file that is not the table it was said to be.
const QUOTED_MAX: usize = 40;

/// Reads the file called `name` in `node`; `what` it is to the user, as in "table".
pub(super) fn open(
    reading: &mut Reading,
    node: &Node,
    name: &str,
    what: &str,
    bytes_max: u64,
) -> Option<Rc<Source>> {
    match reading.files.texts.text(name, bytes_max) {
        Ok(source) => {
            if !reading.data.contains(&source) {
                reading.data.push(Rc::clone(&source));
            }
            Some(source)
        }
        Err(error) => {
            let title = format!("cannot read the {what} `{name}`: {}", error.problem);
            let diagnostic = Diagnostic::error(title, &node.place, "named here");
            reading.problem(match error.kind {
                ErrorKind::NotFound => {
                    diagnostic.help("file names are relative to the scenario file")
                }
                _ => diagnostic,
            });
            None
        }
    }
}

/// A table and its first line.
pub(super) struct Sheet<'s> {
    source: &'s Rc<Source>,
    /// Without a byte order mark, which would count neither as text nor in positions.
    text: &'s str,
    delimiter: char,
    pub header: StringRecord,
}

impl<'s> Sheet<'s> {
    /// None if there is nothing in the file.
    pub(super) fn new(source: &'s Rc<Source>) -> Option<Sheet<'s>> {
        let text = source.text.trim_start_matches('\u{feff}');
        let delimiter = delimiter(text);
        let header = reader(text, delimiter)
            .headers()
            .cloned()
            .unwrap_or_default();
        (!text.trim().is_empty()).then_some(Sheet {
            source,
            text,
            delimiter,
            header,
        })
    }

    /// Where the header has a column; upper and lower case are the same.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.header
            .iter()
            .position(|column| column.to_lowercase() == name.to_lowercase())
    }

    /// What to say of columns that are missing in what is called `what`; `meant` is the one that a name in the header may mean.
    pub(super) fn without(&self, what: &str, missing: &[&str], meant: Option<&str>) -> Diagnostic {
        let plural = if missing.len() == 1 {
            "column"
        } else {
            "columns"
        };
        let title = format!("the {what} has no {plural} {}", list(missing));
        let label = match meant.and_then(|meant| nearest(meant, &self.columns())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "its first line".to_owned(),
        };
        Diagnostic::error(title, &self.beginning(), label)
    }

    /// What to say if the header has a column twice.
    pub(super) fn twice(&self, name: &str) -> Option<Diagnostic> {
        let first = self.column(name)?;
        let again = self.header.iter().skip(first + 1);
        let is_again = again
            .clone()
            .any(|column| column.to_lowercase() == name.to_lowercase());
        let title = format!("two columns are called `{name}`");
        is_again.then(|| Diagnostic::error(title, &self.beginning(), "which of them counts?"))
    }

    /// What to say of a row with more fields than the first line has.
    pub(super) fn too_long(&self, record: &StringRecord) -> Option<UnitError> {
        (record.len() > self.header.len()).then(|| UnitError {
            problem: format!(
                "the row has {} fields, and the first line {}",
                record.len(),
                self.header.len()
            ),
            help: format!(
                "write a text with {} in double quotes, and decimals with a point",
                self.delimiter_name()
            ),
        })
    }

    /// The names of its columns.
    pub(super) fn columns(&self) -> Vec<&str> {
        self.header.iter().collect()
    }

    /// The first line.
    pub(super) fn header_place(&self) -> Place {
        self.line(0)
    }

    /// The beginning of the first line, as the place of problems of a file that is not the table it was said to be.
    pub(super) fn beginning(&self) -> Place {
        beginning(&self.header_place())
    }

    /// Whether a line is short enough to be quoted of such a file.
    pub(super) fn is_brief(&self, line: &Place) -> bool {
        let text = &self.source.text[line.span.clone()];
        text.chars().count() <= QUOTED_MAX
    }

    /// What parts its fields, as one says it.
    pub(super) fn delimiter_name(&self) -> &'static str {
        match self.delimiter {
            ';' => "a semicolon",
            '\t' => "a tab",
            _ => "a comma",
        }
    }

    /// The rows after the header, or all if the first line is none, with their places, their fields trimmed; they may be shorter or longer
    /// than the header.
    pub(super) fn rows(&self, has_header: bool) -> impl Iterator<Item = (StringRecord, Place)> {
        let records = reader(self.text, self.delimiter).into_records();
        let first = (!has_header).then(|| (self.header.clone(), self.header_place()));
        first.into_iter().chain(records.map(|record| {
            let record = record.expect(
                "a bug: text in memory is read whole, is UTF-8, and rows may differ in length",
            );
            let start = record
                .position()
                .map_or(0, |position| position.byte() as usize);
            (record, self.line(start))
        }))
    }

    /// The place of a field within that of its row; the whole row where quotes may hide what parts fields.
    pub(super) fn field_place(&self, row: &Place, field: usize) -> Place {
        let line = &row.source.text[row.span.clone()];
        let Some(text) = line
            .split(self.delimiter)
            .nth(field)
            .filter(|text| !line.contains('"') && !text.trim().is_empty())
        else {
            return row.clone();
        };
        let before: usize = line
            .split(self.delimiter)
            .take(field)
            .map(|text| text.len() + 1)
            .sum();
        let start = row.span.start + before + text.len() - text.trim_start().len();
        Place::new(&row.source, start..start + text.trim().len())
    }

    /// A row's place is its line; the reader's positions may be those of line ends and empty lines before it.
    fn line(&self, from: usize) -> Place {
        let start = from
            + self.text[from..]
                .find(|c: char| !c.is_whitespace())
                .unwrap_or(0);
        let line = self.text[start..].lines().next().unwrap_or("").trim_end();
        let skipped = self.source.text.len() - self.text.len();
        Place::new(self.source, skipped + start..skipped + start + line.len())
    }
}

/// The beginning of what stands at a place, which is all that is quoted of a file that is not what it was said to be.
pub(super) fn beginning(place: &Place) -> Place {
    let before = "\n".repeat(place.line_and_column().0 - 1);
    let shown = place.source.text[place.span.clone()].chars();
    let text: String = before.chars().chain(shown.take(QUOTED_MAX)).collect();
    let span = before.len()..text.len();
    let name = place.source.name.clone();
    Place::new(&Rc::new(Source { name, text }), span)
}

/// What to say of what is called `what`, is named at `node`, and has a column `unit` although the scenario says its unit.
pub(super) fn two_units(what: &str, unit: &str, node: &Node) -> Diagnostic {
    let title = format!("the {what} has a column `unit`, and its unit is said to be `{unit}`");
    Diagnostic::error(title, &node.place, format!("the {what} is named here"))
        .help("leave out `unit` here, or the column")
}

/// What to write in the first line.
pub(super) fn header_help(columns: &[&str]) -> String {
    format!(
        "the first line must name the columns {}, separated by commas, semicolons or tabs",
        list(columns)
    )
}

/// What parts the fields: what makes the most of them in the first line, a comma if none does. A comma between digits is a decimal one
/// where something else parts fields too.
fn delimiter(text: &str) -> char {
    let first = text.trim_start().lines().next().unwrap_or("");
    let mut quoted = false;
    let bare: Vec<char> = first
        .chars()
        .filter(|c| {
            quoted ^= *c == '"';
            !quoted
        })
        .collect();
    let decimal = bare
        .windows(3)
        .filter(|of| of[0].is_ascii_digit() && of[1] == ',' && of[2].is_ascii_digit())
        .count();
    let has_others = bare.contains(&';') || bare.contains(&'\t');
    let fields = |delimiter: &&char| {
        let parts = bare.iter().filter(|c| c == delimiter).count();
        match **delimiter {
            ',' if has_others => parts - decimal,
            _ => parts,
        }
    };
    // A comma in a table of one column is a decimal one.
    let spare = if text.contains(';') { '\t' } else { ';' };
    let most = DELIMITERS.iter().rev().max_by_key(fields).copied();
    most.filter(|most| fields(&most) > 0).unwrap_or(spare)
}

fn reader(text: &str, delimiter: char) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter as u8)
        .trim(csv::Trim::All)
        .flexible(true)
        .from_reader(text.as_bytes())
}
