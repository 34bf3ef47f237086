//! Charts of bars, stacks and differences in words and as tables.

use super::bars::BarChart;
use super::forest::{ForestChart, ForestPanel};
use super::stacks::{Stack, StackChart};
use super::table::{DataTable, cell, listed, panels, sentence, with_interval};

impl BarChart {
    pub(super) fn described(&self) -> String {
        let note = match self.error_note.is_empty() {
            true => String::new(),
            false => sentence(&format!("error bars: {}", self.error_note)),
        };
        format!(
            "A bar for each of {} in each of {} groups; across: {}.{note}",
            listed(&self.series),
            self.groups.len(),
            self.value.label
        )
    }

    pub(super) fn tables(&self) -> Vec<DataTable> {
        let mut heads = vec![String::new()];
        heads.extend(self.series.iter().cloned());
        let rows = self.groups.iter().map(|group| {
            let bars = (0..self.series.len()).map(|i| group.bars.get(i).copied().flatten());
            let cells = bars.map(|bar| {
                bar.map_or_else(String::new, |bar| {
                    with_interval(self.value.quantity, bar.value, bar.interval)
                })
            });
            std::iter::once(group.name.clone()).chain(cells).collect()
        });
        vec![DataTable {
            caption: self.value.label.clone(),
            heads,
            rows: rows.collect(),
        }]
    }
}

impl StackChart {
    pub(super) fn described(&self) -> String {
        let names = self.shown().map(|part| &*self.parts[part].name);
        format!(
            "A bar for each of {}, made of {}; across: {}.",
            listed(
                &self
                    .stacks
                    .iter()
                    .map(|stack| &stack.name)
                    .collect::<Vec<_>>()
            ),
            listed(&names.collect::<Vec<&str>>()),
            self.value.label
        )
    }

    pub(super) fn tables(&self) -> Vec<DataTable> {
        let mut heads = vec![String::new()];
        heads.extend(self.shown().map(|part| self.parts[part].name.clone()));
        heads.push("all".to_owned());
        let row = |stack: &Stack| {
            let mut row = vec![stack.name.clone()];
            let lengths = self.shown().map(|part| self.length(stack, part));
            row.extend(lengths.map(|length| cell(self.value.quantity, length)));
            row.push(self.whole_label(stack));
            row
        };
        vec![DataTable {
            caption: self.value.label.clone(),
            heads,
            rows: self.stacks.iter().map(row).collect(),
        }]
    }
}

impl ForestChart {
    pub(super) fn described(&self) -> String {
        let titles: Vec<&str> = self.panels.iter().map(|panel| &*panel.title).collect();
        format!(
            "A point with its interval for each statistic{}; across: {}. The shaded band: {}.",
            panels(&titles),
            self.value.label,
            self.band_note
        )
    }

    pub(super) fn tables(&self) -> Vec<DataTable> {
        let table = |panel: &ForestPanel| {
            let rows = panel.rows.iter().map(|row| {
                let value = row.value.map_or_else(String::new, |value| {
                    with_interval(self.value.quantity, value, row.interval)
                });
                vec![row.name.clone(), value, row.note.clone()]
            });
            DataTable {
                caption: panel.title.clone(),
                heads: vec![
                    String::new(),
                    self.value.label.clone(),
                    "verdict".to_owned(),
                ],
                rows: rows.collect(),
            }
        };
        self.panels.iter().map(table).collect()
    }
}
