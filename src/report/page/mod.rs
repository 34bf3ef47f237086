//! An answer before it is written in a format: a sentence, what was asked, and blocks of text and tables.
//!
//! Every command that answers makes a [`Page`]; `terminal`, `markdown` and `html` write it. So the formats say the same, and a table
//! knows nothing of columns on a screen.

mod html;
mod markdown;
mod report;
mod terminal;

pub use html::{STYLE, source_of_policy};
pub use report::{Files, Report, Subject};
pub use terminal::{WIDTH_MAX, WIDTH_MIN};

/// An answer, from its first sentence to its last note.
pub struct Page {
    /// The answer in plain words.
    pub(super) answer: String,
    /// What was asked and how it was answered, a line each.
    pub(super) asked: Vec<String>,
    pub(super) blocks: Vec<Block>,
}

/// A part of a page.
pub(super) enum Block {
    /// A paragraph.
    Text(String),
    Table(Table),
    /// What is to be said under a title, item by item.
    List(String, Vec<Item>),
    /// Text to copy as it is.
    Listing(String),
}

/// An item of a list; `depth` tells it from the one above that it is about.
pub(super) struct Item {
    pub depth: usize,
    pub text: String,
}

/// A table with a label in its first column.
pub struct Table {
    /// Empty where the page says already what the table is about.
    pub title: String,
    pub heads: Vec<String>,
    /// Leading columns that say what a row is of: repeated where the others do not fit beside each other.
    pub keys: usize,
    /// Whether the last column is prose, which may wrap.
    pub is_prose: bool,
    pub rows: Vec<Row>,
}

/// A row of a table.
pub enum Row {
    /// A title of the rows below.
    Section(String),
    /// A field for each column; `depth` tells a row from those that it is a part of.
    Fields { depth: usize, fields: Vec<String> },
}

impl Page {
    pub fn new(answer: impl Into<String>) -> Page {
        Page {
            answer: answer.into(),
            asked: Vec::new(),
            blocks: Vec::new(),
        }
    }

    /// Whether the page says more than its answer and what was asked.
    fn has_body(&self) -> bool {
        !self.blocks.is_empty()
    }

    /// Adds a line on what was asked, unless it is empty.
    pub fn asked(&mut self, line: impl Into<String>) {
        let line = line.into();
        if !line.is_empty() {
            self.asked.push(line);
        }
    }

    /// Adds a paragraph, unless it is empty.
    pub fn text(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !text.is_empty() {
            self.blocks.push(Block::Text(text));
        }
    }

    /// Adds a table, unless it has no rows.
    pub fn table(&mut self, table: Table) {
        if !table.rows.is_empty() {
            self.blocks.push(Block::Table(table));
        }
    }

    pub(super) fn list(&mut self, title: impl Into<String>, items: Vec<Item>) {
        self.blocks.push(Block::List(title.into(), items));
    }

    pub(super) fn listing(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Listing(text.into()));
    }
}

impl Table {
    /// A table without a title, each of whose rows is told by its label.
    pub fn new<H: Into<String>>(heads: impl IntoIterator<Item = H>) -> Table {
        Table {
            title: String::new(),
            heads: heads.into_iter().map(Into::into).collect(),
            keys: 1,
            is_prose: false,
            rows: Vec::new(),
        }
    }

    pub fn titled(self, title: impl Into<String>) -> Table {
        Table {
            title: title.into(),
            ..self
        }
    }

    pub(super) fn keyed(self, keys: usize) -> Table {
        Table { keys, ..self }
    }

    /// With a last column of prose.
    pub(super) fn prose(self) -> Table {
        Table {
            is_prose: true,
            ..self
        }
    }

    pub fn rows(self, rows: impl IntoIterator<Item = Row>) -> Table {
        Table {
            rows: rows.into_iter().collect(),
            ..self
        }
    }
}

impl Row {
    pub(super) fn section(title: impl Into<String>) -> Row {
        Row::Section(title.into())
    }

    /// A row: a label and its fields.
    pub fn new(label: impl Into<String>, fields: impl IntoIterator<Item = String>) -> Row {
        Row::at_depth(0, label, fields)
    }

    /// A row that is a part of the one above it, or of a section.
    pub(super) fn under(label: impl Into<String>, fields: impl IntoIterator<Item = String>) -> Row {
        Row::at_depth(1, label, fields)
    }

    pub(super) fn at_depth(
        depth: usize,
        label: impl Into<String>,
        fields: impl IntoIterator<Item = String>,
    ) -> Row {
        Row::Fields {
            depth,
            fields: std::iter::once(label.into()).chain(fields).collect(),
        }
    }
}
