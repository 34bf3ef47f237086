//! How a list is asked for: which page, how long, and of what.

use serde::{Deserialize, Serialize};

/// What a list may be asked to be of: something that has this value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FilterName {
    Status,
    FleetName,
    Name,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Filter {
    name: FilterName,
    values: [String; 1],
}

/// A page of a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListRequest {
    /// Of applications: `ALL` if all versions are to be listed, and not working copies alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version_qualifier: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    filters: Vec<Filter>,
    /// As the page before this one gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_results: Option<usize>,
}

impl ListRequest {
    /// The one filter that a list takes.
    pub fn filter(&self) -> Option<(FilterName, &str)> {
        let Filter {
            name,
            values: [value],
        } = self.filters.first()?;
        Some((*name, value))
    }

    /// How much a page holds, if a request that does not say means `most`.
    pub fn page_size(&self, most: usize) -> usize {
        self.max_results.unwrap_or(most)
    }

    /// Whether all versions of an application are asked for.
    pub fn all_versions(&self) -> bool {
        self.version_qualifier.is_some()
    }
}
