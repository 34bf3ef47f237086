//! The parts of a page as HTML: sentences, tables, listings.

use maud::{Markup, html};

use crate::report::page::{Block, Item, Page, Row, Table};
use crate::units::glued;

/// A field of more characters may take several lines, and a shorter one keeps to one.
const LINE_MAX: usize = 40;

/// The heading that blocks are below.
#[derive(Clone, Copy)]
pub(super) struct Section<'a> {
    pub name: &'a str,
    /// 2 for `h2`.
    pub level: u8,
}

/// A longer word in a label may be broken.
const WORD_MAX: usize = 16;

/// The class of tables for which there is a script.
pub(super) const SORTABLE: &str = "sortable";

/// Fewer rows than this need no sorting.
const SORTED_MIN: usize = 3;

/// The answer of a page and what was asked.
pub(super) fn lead(page: &Page) -> Markup {
    html! {
        p.lead { (prose(&page.answer)) }
        @if !page.asked.is_empty() {
            ul.asked {
                @for line in &page.asked { li { (prose(line)) } }
            }
        }
    }
}

/// The blocks of a page below the heading of a section, after which a table without a title is called.
pub(super) fn body(page: &Page, section: Section) -> Markup {
    html! {
        @for block in &page.blocks {
            @match block {
                Block::Text(text) => p { (prose(text)) },
                Block::Table(it) => (table(it, section.name)),
                Block::List(title, items) => {
                    @if section.level < 3 { h3 { (title) } } @else { h4 { (title) } }
                    (list(items, 0))
                }
                Block::Listing(text) => pre tabindex="0" { code { (text.trim_end()) } },
            }
        }
    }
}

/// Items of a depth, each with the deeper ones below it.
fn list(items: &[Item], depth: usize) -> Markup {
    let groups = items.chunk_by(|_, next| next.depth > depth);
    html! {
        ul {
            @for (item, parts) in groups.filter_map(<[Item]>::split_first) {
                li {
                    (prose(&item.text))
                    @if !parts.is_empty() { (list(parts, depth + 1)) }
                }
            }
        }
    }
}

/// A text whose lines stay apart.
fn prose(text: &str) -> Markup {
    html! {
        @for (place, line) in text.trim_end().lines().enumerate() {
            @if place > 0 { br; }
            (glued(line))
        }
    }
}

/// A table in a box of its own, which scrolls where the table is wider than the page.
pub(super) fn table(table: &Table, name: &str) -> Markup {
    let name = if table.title.is_empty() {
        name
    } else {
        &table.title
    };
    let caption_class = table.title.is_empty().then_some("unseen");
    let columns = table.breadth();
    html! {
        div.scroll role="group" aria-label=(name) tabindex="0" {
            table class=[table.class()] {
                caption class=[caption_class] { span.title { (name) } }
                @if table.heads.iter().any(|head| !head.is_empty()) {
                    thead {
                        tr {
                            @for column in 0..columns {
                                (head(table.heads.get(column).map_or("", String::as_str)))
                            }
                        }
                    }
                }
                @for group in groups(&table.rows) {
                    tbody {
                        @for row in group { (line(row, table.keys, columns)) }
                    }
                }
            }
        }
    }
}

/// The rows that go together: each section with those below it.
fn groups(rows: &[Row]) -> impl Iterator<Item = &[Row]> {
    rows.chunk_by(|_, next| !matches!(next, Row::Section(_)))
}

/// An empty head is a cell, since there is nothing that it could be read out as.
fn head(text: &str) -> Markup {
    html! {
        @if text.is_empty() { td {} } @else { th scope="col" { (text) } }
    }
}

fn line(row: &Row, keys: usize, columns: usize) -> Markup {
    html! {
        tr {
            @match row {
                Row::Section(title) => {
                    th scope="rowgroup" colspan=(columns) { span.title { (title) } }
                }
                Row::Fields { depth, fields } => {
                    @for column in 0..columns {
                        @let text = fields.get(column).map_or("", String::as_str);
                        @if column < keys && !text.is_empty() {
                            th scope="row" class=[key_class(column, *depth)] { (label(text)) }
                        } @else {
                            td class=[field_class(text)] { (prose(text)) }
                        }
                    }
                }
            }
        }
    }
}

/// A label that may be broken where a long word in it has parts, as in `RobotDeploymentNoResponse` and `time_to_95_s.p50`.
fn label(text: &str) -> Markup {
    let is_long = text.split(' ').any(|word| word.chars().count() > WORD_MAX);
    if !is_long {
        return prose(text);
    }
    let mut parts = vec![String::new()];
    let mut before = ' ';
    for c in text.chars() {
        if (before.is_lowercase() && c.is_uppercase()) || matches!(before, '_' | '.' | '/') {
            parts.push(String::new());
        }
        parts
            .last_mut()
            .expect("a bug: there is a part from the beginning on")
            .push(c);
        before = c;
    }
    html! {
        @for (place, part) in parts.iter().enumerate() {
            @if place > 0 { wbr; }
            (part)
        }
    }
}

/// How far a row's label is indented.
fn key_class(column: usize, depth: usize) -> Option<String> {
    (column == 0 && depth > 0).then(|| format!("depth-{}", depth.min(3)))
}

fn field_class(text: &str) -> Option<&'static str> {
    (text.chars().count() > LINE_MAX).then_some("long")
}

impl Table {
    /// A table whose rows have one label keeps it in sight. One whose rows are combinations of several keys can be sorted.
    fn class(&self) -> Option<&'static str> {
        match self.keys {
            1 => Some("labelled"),
            _ if self.rows.len() >= SORTED_MIN => Some(SORTABLE),
            _ => None,
        }
    }

    /// The number of columns: some rows may have more fields than there are heads.
    fn breadth(&self) -> usize {
        let fields = self.rows.iter().map(|row| match row {
            Row::Section(_) => 1,
            Row::Fields { fields, .. } => fields.len(),
        });
        fields.max().unwrap_or(0).max(self.heads.len())
    }
}
