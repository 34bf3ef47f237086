//! CSV files with a header: which file, its columns, and where in it each row stands.

use std::io::ErrorKind;
use std::rc::Rc;

use csv::StringRecord;

use crate::scenario::diagnostic::{Diagnostic, Place, Source};
use crate::scenario::reader::Reading;
use crate::scenario::tree::Node;
use crate::scenario::words::list;

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

/// A CSV text and its header.
pub(super) struct Sheet<'s> {
    source: &'s Rc<Source>,
    /// Without a byte order mark, which would count neither as text nor in positions.
    text: &'s str,
    pub header: StringRecord,
}

impl<'s> Sheet<'s> {
    /// None if there is nothing in the file.
    pub(super) fn new(source: &'s Rc<Source>) -> Option<Sheet<'s>> {
        let text = source.text.trim_start_matches('\u{feff}');
        let header = reader(text).headers().cloned().unwrap_or_default();
        (!text.trim().is_empty()).then_some(Sheet {
            source,
            text,
            header,
        })
    }

    /// Where the header has a column.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| column == name)
    }

    /// The first line.
    pub(super) fn header_place(&self) -> Place {
        self.line(0)
    }

    /// The rows after the header with their places, their fields trimmed; they may be shorter or longer than the header.
    pub(super) fn rows(&self) -> impl Iterator<Item = (StringRecord, Place)> {
        reader(self.text).into_records().map(|record| {
            let record = record.expect(
                "a bug: text in memory is read whole, is UTF-8, and rows may differ in length",
            );
            let start = record
                .position()
                .map_or(0, |position| position.byte() as usize);
            (record, self.line(start))
        })
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

/// The place of a field within that of its row; the whole row where quotes may hide commas.
pub(super) fn field_place(row: &Place, field: usize) -> Place {
    let line = &row.source.text[row.span.clone()];
    let Some(text) = line
        .split(',')
        .nth(field)
        .filter(|text| !line.contains('"') && !text.trim().is_empty())
    else {
        return row.clone();
    };
    let before: usize = line.split(',').take(field).map(|text| text.len() + 1).sum();
    let start = row.span.start + before + text.len() - text.trim_start().len();
    Place::new(&row.source, start..start + text.trim().len())
}

/// What to write in the first line.
pub(super) fn header_help(columns: &[&str]) -> String {
    format!(
        "the first line must name the columns {}, separated by commas",
        list(columns)
    )
}

fn reader(text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .flexible(true)
        .from_reader(text.as_bytes())
}
