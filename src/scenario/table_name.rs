//! How a scenario names a table: its file, and which of its columns count.

use crate::key::Keys;
use crate::scenario::keys::law::QUANTILES;
use crate::scenario::reader::{Reading, Section};
use crate::scenario::tree::{Node, Value};

/// A table as the scenario names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct TableName {
    pub file: String,
    /// The column of quantiles, where it is a table of them.
    pub quantile: Option<String>,
    pub column: Option<String>,
    pub unit: Option<String>,
}

/// Reads how `node` names a table: the name of its file, or a table with further keys.
pub(super) fn table_name(
    reading: &mut Reading,
    node: &Node,
    keys: &'static Keys,
) -> Option<TableName> {
    let quantile = (keys.name == QUANTILES.name).then(|| "quantile".to_owned());
    if let Value::String(file) = &node.value {
        return Some(TableName {
            file: file.clone(),
            quantile,
            column: None,
            unit: None,
        });
    }
    let mut section = reading.table(node, keys)?;
    let file = section.value("file").map(|node| reading.string(node));
    let mut text = |section: &mut Section<'_>, key| match section.value(key) {
        Some(node) => reading.string(node).map(|text| Some(text.to_owned())),
        None => Some(None),
    };
    let column = text(&mut section, "column");
    let unit = text(&mut section, "unit");
    let given = match &quantile {
        Some(_) => text(&mut section, "quantile"),
        None => Some(None),
    };
    section.finish(reading);
    Some(TableName {
        file: file??.to_owned(),
        quantile: given?.or(quantile),
        column: column?,
        unit: unit?,
    })
}
