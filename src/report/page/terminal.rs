//! A page as text for a terminal: as wide as it may be, never wider.

use crate::report::page::{Block, Item, Page, Row, Table};
use crate::units::{breadth, fitted};

/// Columns of a page that is piped, and at most on a terminal.
pub const WIDTH_MAX: usize = 100;

/// Narrower terminals fold what is written for this many columns.
pub const WIDTH_MIN: usize = 80;

/// Between the columns of a table.
const GAP: usize = 3;

/// Further lines of a field, and rows that are parts of others, begin so far in.
const INDENT: usize = 2;

/// A column that wraps is at least so wide.
const COLUMN_MIN: usize = 28;

/// A label that wraps takes no more of a line than this part of its columns.
const LABEL_SHARE: (usize, usize) = (2, 5);

impl Page {
    /// The page in lines of at most `width` columns, which is [`WIDTH_MIN`] to [`WIDTH_MAX`]; listings alone keep their lines.
    pub fn terminal(&self, width: usize) -> String {
        let width = width.clamp(WIDTH_MIN, WIDTH_MAX);
        let mut parts = vec![wrapped(&self.answer, width)];
        if !self.asked.is_empty() {
            let lines = self.asked.iter().map(|line| wrapped(line, width));
            parts.push(lines.collect());
        }
        for block in &self.blocks {
            match block {
                Block::Text(text) => parts.push(wrapped(text, width)),
                Block::List(title, items) => {
                    let items = items.iter().map(|item| indented(item, width));
                    parts.push(wrapped(title, width) + &items.collect::<String>());
                }
                Block::Listing(text) => parts.push(format!("{}\n", text.trim_end())),
                Block::Table(table) => parts.extend(table.parts(width)),
            }
        }
        parts.join("\n")
    }
}

/// A paragraph in lines of at most `width` columns.
fn wrapped(text: &str, width: usize) -> String {
    let mut out = String::new();
    for line in text.lines() {
        for piece in fitted(line, width) {
            out += &piece;
            out.push('\n');
        }
    }
    out
}

/// An item of a list, further in than its title.
fn indented(Item { depth, text }: &Item, width: usize) -> String {
    let indent = " ".repeat(INDENT * (depth + 1));
    let lines = fitted(text, width - indent.len());
    lines
        .iter()
        .map(|line| format!("{indent}{line}\n"))
        .collect()
}

impl Table {
    /// The table, or tables one below the other that repeat its keys where its columns do not fit beside each other.
    fn parts(&self, width: usize) -> Vec<String> {
        let natural = self.widths();
        let last = natural.len() - 1;
        let mut parts: Vec<Vec<usize>> = Vec::new();
        for column in self.keys.min(last)..natural.len() {
            let with = |part: &[usize]| {
                let columns = self.columns(part.iter().copied().chain([column]));
                let widths = columns.iter().map(|it| match *it == last && self.is_prose {
                    true => natural[*it].min(COLUMN_MIN),
                    false => natural[*it],
                });
                widths.sum::<usize>() + GAP * (columns.len() - 1)
            };
            match parts.last_mut() {
                Some(part) if with(part) <= width => part.push(column),
                _ => parts.push(vec![column]),
            }
        }
        let parts = parts.iter().enumerate().map(|(which, part)| {
            let title = match which {
                0 => self.title.as_str(),
                _ => "",
            };
            self.part(&self.columns(part.iter().copied()), &natural, width, title)
        });
        parts.collect()
    }

    /// The keys and other columns.
    fn columns(&self, others: impl Iterator<Item = usize>) -> Vec<usize> {
        (0..self.keys)
            .chain(others.filter(|it| *it >= self.keys))
            .collect()
    }

    /// The width of each column if nothing wraps.
    fn widths(&self) -> Vec<usize> {
        let mut widths: Vec<usize> = self.heads.iter().map(|head| breadth(head)).collect();
        for row in &self.rows {
            let Row::Fields { depth, fields } = row else {
                continue;
            };
            widths.resize(widths.len().max(fields.len()), 0);
            for (column, field) in fields.iter().enumerate() {
                let indent = if column == 0 { INDENT * depth } else { 0 };
                widths[column] = widths[column].max(indent + breadth(field));
            }
        }
        widths
    }

    fn part(&self, columns: &[usize], natural: &[usize], width: usize, title: &str) -> String {
        let mut widths: Vec<usize> = columns.iter().map(|column| natural[*column]).collect();
        shrink(&mut widths, width);
        let mut out = String::new();
        if !title.is_empty() {
            out += &wrapped(title, width);
        }
        if self.heads.iter().any(|head| !head.is_empty()) {
            out += &line(&self.heads, 0, columns, &widths);
        }
        for (at, row) in self.rows.iter().enumerate() {
            out += &match row {
                Row::Section(_) if is_empty(&self.rows[at + 1..], columns) => String::new(),
                Row::Section(title) => wrapped(title, width),
                Row::Fields { fields, .. } if is_of_others(fields, columns) => String::new(),
                Row::Fields { depth, fields } => line(fields, *depth, columns, &widths),
            };
        }
        out
    }
}

/// Whether none of the rows of a section, with which `rows` begin, says anything in these columns.
fn is_empty(rows: &[Row], columns: &[usize]) -> bool {
    let own = rows.iter().map_while(|row| match row {
        Row::Fields { depth: 1.., fields } => Some(fields),
        _ => None,
    });
    own.into_iter().all(|fields| is_of_others(fields, columns))
}

/// Whether a row has nothing to say in these columns, but in others.
fn is_of_others(fields: &[String], columns: &[usize]) -> bool {
    let filled = || (1..fields.len()).filter(|column| !fields[*column].is_empty());
    filled().next().is_some() && !filled().any(|column| columns.contains(&column))
}

/// Makes columns narrower until they fit: the last one first, then the label.
fn shrink(widths: &mut [usize], width: usize) {
    let others = |widths: &[usize], column: usize| {
        let all: usize = widths.iter().sum();
        all - widths[column] + GAP * (widths.len() - 1)
    };
    let last = widths.len() - 1;
    let left = width.saturating_sub(others(widths, last));
    widths[last] = widths[last].min(left.max(COLUMN_MIN));
    let (part, whole) = LABEL_SHARE;
    let left = width.saturating_sub(others(widths, 0));
    widths[0] = widths[0].min(left.max(width * part / whole));
    let left = width.saturating_sub(others(widths, last));
    widths[last] = widths[last].min(left.max(INDENT + 1));
}

/// A row in as many lines as its longest field takes.
fn line(fields: &[String], depth: usize, columns: &[usize], widths: &[usize]) -> String {
    let cells = columns.iter().zip(widths).map(|(column, width)| {
        let indent = if *column == 0 { INDENT * depth } else { 0 };
        let field = fields.get(*column).map_or("", String::as_str);
        let lines = fitted(field, (width - indent.min(*width)).max(INDENT + 1));
        let lines = lines.into_iter().map(|line| " ".repeat(indent) + &line);
        lines.collect()
    });
    let cells: Vec<Vec<String>> = cells.collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    let mut out = String::new();
    for at in 0..height {
        let mut line = String::new();
        for (cell, width) in cells.iter().zip(widths) {
            let text = cell.get(at).map_or("", String::as_str);
            let fill = width.saturating_sub(breadth(text)) + GAP;
            line += &format!("{text}{:fill$}", "");
        }
        out += line.trim_end();
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_none_of_whose_rows_is_shown_has_no_title() {
        let filled = "x".repeat(60);
        let row = |label, fields: [&str; 2]| Row::under(label, fields.map(str::to_owned));
        let table = Table::new(["", "one", "two"]).rows([
            Row::section("of one"),
            row("first", [&filled, ""]),
            Row::section("of two"),
            row("second", ["", &filled]),
            Row::new("of both", ["1", "2"].map(str::to_owned)),
        ]);
        let parts = table.parts(WIDTH_MIN);
        assert_eq!(parts.len(), 2);
        for (part, [own, other]) in parts
            .iter()
            .zip([["of one", "of two"], ["of two", "of one"]])
        {
            assert!(part.contains(own) && !part.contains(other), "{part}");
            assert!(part.contains("of both"), "{part}");
        }
    }
}
