//! A chart within a page: the drawing, what it shows in words, and its numbers as tables.

use maud::{Markup, PreEscaped, html};

use super::blocks::table;
use crate::chart::DataTable;
use crate::report::chart::Chart;
use crate::report::page::report::Files;
use crate::report::page::{Row, Table};

/// The `number`-th chart of a page. What it shows is folded away, and its numbers are a file where they are too many for a table.
pub(super) fn figure(chart: &Chart, number: usize, files: Option<&Files>) -> Markup {
    let (title, name) = (chart.title(), format!("chart-{number}-name"));
    html! {
        figure aria-labelledby=(name) {
            h3 id=(name) { (title) }
            (PreEscaped(chart.inline_svg(&format!("chart-{number}"))))
            details {
                summary { "This chart in words and numbers" span.unseen { ": " (title) } }
                p { (chart.description()) }
                @match chart.data() {
                    [] => (files.map(values).unwrap_or_default()),
                    parts => @for part in parts { (table(&told(part), title)) },
                }
            }
        }
    }
}

/// Where the numbers of a chart are that has no tables.
fn values(files: &Files) -> Markup {
    html! {
        @if let Some(name) = files.values() {
            p {
                "Its numbers are in the file "
                @match files.link(name) {
                    Some(link) => a href=(link) { (name) },
                    None => code { (name) },
                }
                ", written to " code { (files.folder) } "."
            }
        }
    }
}

/// The numbers of a chart as a table of a page.
fn told(part: &DataTable) -> Table {
    let rows = part.rows.iter().filter_map(|row| {
        let (label, fields) = row.split_first()?;
        Some(Row::new(label, fields.iter().cloned()))
    });
    Table::new(part.heads.iter().cloned())
        .titled(&part.caption)
        .rows(rows)
}
