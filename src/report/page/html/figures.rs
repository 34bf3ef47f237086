//! A chart within a page: the drawing, what it shows in words, and its numbers as tables.

use maud::{Markup, PreEscaped, html};

use super::blocks::table;
use crate::chart::DataTable;
use crate::report::chart::Chart;
use crate::report::page::report::Files;
use crate::report::page::{Row, Table};

/// The `number`-th chart of a page. Its numbers are folded away, or named as a file where they are too many for a table.
pub(super) fn figure(chart: &Chart, number: usize, files: Option<&Files>) -> Markup {
    let title = chart.title();
    html! {
        figure {
            h3 { (title) }
            (PreEscaped(chart.inline_svg(&format!("chart-{number}"))))
            figcaption {
                p { (chart.description()) }
                @if let (true, Some(files)) = (chart.data().is_empty(), files) {
                    (values(files))
                }
                @if !chart.data().is_empty() {
                    details {
                        summary { "Numbers of this chart" span.unseen { ": " (title) } }
                        @for part in chart.data() { (table(&told(part), title)) }
                    }
                }
            }
        }
    }
}

/// Where the numbers of a chart are that are too many for a page.
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
