//! Text in columns, as tables on the terminal have it.

/// Text in columns: the first flush left, the others too, each as wide as its widest field.
pub(super) struct Columns {
    pub(super) rows: Vec<Vec<String>>,
}

impl Columns {
    pub(super) fn render(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            self.rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|field| field.chars().count())
                .max()
        };
        let widths: Vec<usize> = (0..columns)
            .map(|column| width(column).unwrap_or(0))
            .collect();
        let mut out = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for (field, width) in row.iter().zip(&widths) {
                line += &format!("{field:<width$}   ");
            }
            out += line.trim_end();
            out.push('\n');
        }
        out
    }
}
