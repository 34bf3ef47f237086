//! A page as Markdown, for comments, tickets and wikis.

use crate::report::page::{Block, Page, Row, Table};

impl Page {
    /// The page as GitHub's Markdown.
    pub fn markdown(&self) -> String {
        let mut parts = vec![format!("**{}**\n", prose(&self.answer))];
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
        let columns = self.heads.len();
        let rule = format!("|{}\n", "---|".repeat(columns));
        let rows = self.rows.iter().map(|row| match row {
            Row::Section(title) => {
                let empty = vec![String::new(); columns.saturating_sub(1)];
                line(std::iter::once(format!("**{}**", cell(title))).chain(empty))
            }
            Row::Fields { depth, fields } => {
                let cells = fields.iter().map(|field| cell(field));
                line(cells.enumerate().map(|(column, cell)| match column {
                    0 => "&nbsp;&nbsp;".repeat(*depth) + &cell,
                    _ => cell,
                }))
            }
        });
        let heads = line(self.heads.iter().map(|head| cell(head)));
        title + &heads + &rule + &rows.collect::<String>()
    }
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.collect();
    format!("| {} |\n", cells.join(" | "))
}

/// A text whose characters mean nothing else in Markdown or HTML.
fn prose(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '<' => out += "&lt;",
            '&' => out += "&amp;",
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' => out.extend(['\\', c]),
            '\r' | '\n' => out += "<br>",
            c => out.push(c),
        }
    }
    out
}

/// A text within a cell of a table.
fn cell(text: &str) -> String {
    prose(text.trim())
}

/// A text as it is, between fences longer than any in it.
fn fenced(text: &str) -> String {
    let mut fence = "```".to_owned();
    while text.contains(&fence) {
        fence.push('`');
    }
    format!("{fence}\n{}\n{fence}\n", text.trim_end())
}
