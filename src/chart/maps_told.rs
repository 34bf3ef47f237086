//! Maps and charts of points in words, and as tables where these are short enough to be read.

use super::contour::ContourMap;
use super::heat::{HeatMap, HeatPanel};
use super::scatter::Scatter;
use super::table::{DataTable, cell, listed, panels, thinned};

/// Rows and columns of a heat map at most that has tables: more are numbers for a file.
const SIDE: usize = 14;

impl HeatMap {
    pub(super) fn described(&self) -> String {
        let titles: Vec<&str> = self.panels.iter().map(|panel| &*panel.title).collect();
        map_described(&self.value.label, &self.x_label, &self.y_label, &titles)
    }

    pub(super) fn tables(&self) -> Vec<DataTable> {
        if self.columns.len() > SIDE || self.rows.len() > SIDE {
            return Vec::new();
        }
        let panels = self.panels.iter();
        panels.map(|panel| self.table(panel)).collect()
    }

    fn table(&self, panel: &HeatPanel) -> DataTable {
        let mut heads = vec![format!("{} \\ {}", self.y_label, self.x_label)];
        heads.extend(self.columns.iter().cloned());
        let rows = self.rows.iter().zip(&panel.cells);
        let rows = rows.map(|(name, cells)| {
            let columns = 0..self.columns.len();
            let cells = columns.map(|column| match cells.get(column).copied().flatten() {
                Some(value) if self.value.shows(value) => cell(self.value.quantity, value),
                Some(_) => self.missing.clone(),
                None => self.absent.clone(),
            });
            std::iter::once(name.clone()).chain(cells).collect()
        });
        DataTable {
            caption: panel.title.clone(),
            heads,
            rows: rows.collect(),
        }
    }
}

impl ContourMap {
    pub(super) fn described(&self) -> String {
        let titles: Vec<&str> = self.panels.iter().map(|panel| &*panel.title).collect();
        let mut told = map_described(&self.value.label, &self.x.label, &self.y.label, &titles);
        for panel in &self.panels {
            if let Some((x, y, label)) = &panel.mark {
                told += &format!(
                    " {} ({x} across, {y} up): {label}.",
                    self.marked(&panel.title)
                );
            }
        }
        told
    }

    fn marked(&self, title: &str) -> String {
        match title.is_empty() {
            true => self.mark_note.clone(),
            false => format!("{title}, {}", self.mark_note),
        }
    }
}

fn map_described(value: &str, x: &str, y: &str, titles: &[&str]) -> String {
    let titles = match titles {
        [""] => &[],
        titles => titles,
    };
    format!(
        "A map whose colours are {value}{}; across: {x}; up: {y}.",
        panels(titles)
    )
}

impl Scatter {
    pub(super) fn described(&self) -> String {
        let groups: Vec<&str> = self.groups.iter().rev().map(|group| &*group.name).collect();
        format!(
            "A point for each setting, by kind: {}; across: {}; up: {}.",
            listed(&groups),
            self.x.label,
            self.y.label
        )
    }

    /// A table a kind, but for the background.
    pub(super) fn tables(&self) -> Vec<DataTable> {
        let groups = self.groups.iter().rev();
        let groups = groups.filter(|group| group.colour.is_some());
        let tables = groups.map(|group| {
            let mut points = group.points.clone();
            points.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
            let rows = thinned(points.len()).into_iter().map(|i| {
                let (x, y) = points[i];
                vec![cell(self.x.quantity, x), cell(self.y.quantity, y)]
            });
            DataTable {
                caption: group.name.clone(),
                heads: vec![self.x.label.clone(), self.y.label.clone()],
                rows: rows.collect(),
            }
        });
        tables.collect()
    }
}
