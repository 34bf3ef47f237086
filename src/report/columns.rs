//! Text in columns, as tables on the terminal have it.

/// Rows in columns, all flush left, each as wide as its widest field.
pub(super) fn in_columns(rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, field) in widths.iter_mut().zip(row) {
            *width = field.chars().count().max(*width);
        }
    }
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (field, width) in row.iter().zip(&widths) {
            line += &format!("{field:<width$}   ");
        }
        out += line.trim_end();
        out.push('\n');
    }
    out
}

/// A row: a label and its fields.
pub(super) fn row(
    label: impl Into<String>,
    fields: impl IntoIterator<Item = String>,
) -> Vec<String> {
    std::iter::once(label.into()).chain(fields).collect()
}
