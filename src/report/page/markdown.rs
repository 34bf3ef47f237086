//! A page as Markdown, for comments, tickets and wikis.

use crate::report::page::{Block, Page, Row, Table};
use crate::units::breadth;

impl Page {
    /// The page as GitHub's Markdown.
    pub fn markdown(&self) -> String {
        let mut parts = vec![format!("**{}**\n", inline(&self.answer))];
        if !self.asked.is_empty() {
            let lines = self.asked.iter().map(|line| format!("- {}\n", prose(line)));
            parts.push(lines.collect());
        }
        parts.extend(self.blocks.iter().map(|block| match block {
            Block::Text(text) => format!("{}\n", prose(text)),
            Block::Table(table) => table.markdown(),
            Block::List(title, items) => {
                let items = items.iter().map(|item| {
                    let indent = "  ".repeat(item.depth);
                    format!("{indent}- {}\n", prose(&item.text))
                });
                format!("{}\n\n{}", prose(title), items.collect::<String>())
            }
            Block::Listing(text) => fenced(text),
        }));
        parts.join("\n")
    }
}

impl Table {
    fn markdown(&self) -> String {
        let title = match self.title.as_str() {
            "" => String::new(),
            title => format!("{}\n\n", prose(title)),
        };
        let heads = self.heads.iter().map(|head| cell(head)).collect();
        let rows: Vec<Vec<String>> = std::iter::once(heads)
            .chain(self.rows.iter().map(|row| row.markdown(self.heads.len())))
            .collect();
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths = (0..columns).map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| breadth(cell)).max().unwrap_or(0)
        });
        let widths: Vec<usize> = widths.collect();
        let rule = widths.iter().map(|width| "-".repeat(width + 2) + "|");
        let rule = format!("|{}\n", rule.collect::<String>());
        let lines: Vec<String> = rows.iter().map(|row| line(row, &widths)).collect();
        title + &lines[0] + &rule + &lines[1..].concat()
    }
}

impl Row {
    /// The cells of a row of a table with this many columns.
    fn markdown(&self, columns: usize) -> Vec<String> {
        match self {
            Row::Section(title) => {
                let mut cells = vec![String::new(); columns.max(1)];
                cells[0] = format!("**{}**", cell(title));
                cells
            }
            Row::Fields { depth, fields } => {
                let mut cells: Vec<String> = fields.iter().map(|field| cell(field)).collect();
                cells[0].insert_str(0, &"&nbsp;&nbsp;".repeat(*depth));
                cells
            }
        }
    }
}

/// Cells as a line, each as wide as its column.
fn line(cells: &[String], widths: &[usize]) -> String {
    let cells = cells.iter().zip(widths).map(|(cell, width)| {
        let fill = width.saturating_sub(breadth(cell));
        format!(" {cell}{:fill$} |", "")
    });
    format!("|{}\n", cells.collect::<String>())
}

/// A text at the beginning of a line, where some characters would begin a list or a quotation.
fn prose(text: &str) -> String {
    let text = text.trim_start();
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits);
    let begins_a_block = match number {
        "" => rest.starts_with(['-', '+', '>', '=']),
        _ => rest.starts_with(['.', ')']),
    };
    let escape = if begins_a_block { "\\" } else { "" };
    format!("{number}{escape}{}", inline(rest))
}

/// A text whose characters mean nothing else in Markdown or HTML, and which mentions nobody.
fn inline(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '<' => out += "&lt;",
            '&' => out += "&amp;",
            '@' => out += "@<!-- -->",
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' => out.extend(['\\', c]),
            '\r' | '\n' => out += "<br>",
            c => out.push(c),
        }
    }
    out
}

/// A text within a cell of a table.
fn cell(text: &str) -> String {
    inline(text.trim())
}

/// A text as it is, between fences longer than any in it.
fn fenced(text: &str) -> String {
    let mut fence = "```".to_owned();
    while text.contains(&fence) {
        fence.push('`');
    }
    format!("{fence}\n{}\n{fence}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_begins_a_block_or_mentions_anybody() {
        for (text, written) in [
            ("- one", "\\- one"),
            ("+ one", "\\+ one"),
            ("> one", "\\> one"),
            ("---", "\\---"),
            ("# one", "\\# one"),
            ("1. one", "1\\. one"),
            ("12) one", "12\\) one"),
            ("    one", "one"),
            ("1.5 h, 95 % - a > b", "1\\.5 h, 95 % - a > b"),
            ("95 % of @all", "95 % of @<!-- -->all"),
            ("<b>&amp;*_`", "&lt;b>&amp;amp;\\*\\_\\`"),
        ] {
            assert_eq!(prose(text), written);
        }
    }

    #[test]
    fn columns_of_a_table_are_as_wide_as_they_look() {
        let rows = [Row::section("東京"), Row::under("a|b", ["-1".to_owned()])];
        let table = Table::new(["fleet", "all"]).rows(rows).markdown();
        let written = [
            "| fleet            | all |",
            "|------------------|-----|",
            "| **東京**         |     |",
            "| &nbsp;&nbsp;a\\|b | -1  |",
        ];
        assert_eq!(table.lines().collect::<Vec<&str>>(), written);
    }
}
