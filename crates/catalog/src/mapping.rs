//! How one unit's own file of an item becomes the catalogue's: its column names, its codes, its ways to write dates.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::date_shape::DateShape;

/// The mapping of one unit for one item (来源映射): what its own columns, codes and dates mean in the catalogue.
///
/// It is used for files whose header is the unit's own. A file with the catalogue's header needs none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The delivering unit.
    pub unit: String,
    /// The item.
    pub item: String,
    /// The unit's own name of each column of the catalogue.
    pub columns: BTreeMap<String, String>,
    /// Own columns that the catalogue has no use for.
    pub ignore: Vec<String>,
    /// Columns that the unit's file lacks, because every row has the same value.
    pub constants: BTreeMap<String, String>,
    /// For each column of the catalogue what the unit's own codes mean.
    pub codes: BTreeMap<String, BTreeMap<String, String>>,
    /// For each column of the catalogue the shapes in which the unit writes it.
    pub dates: BTreeMap<String, Vec<DateShape>>,
}

impl Mapping {
    /// True when the column is one of the unit's own.
    pub fn is_own(&self, column: &str) -> bool {
        self.columns.values().chain(&self.ignore).any(|own| own == column)
    }

    /// True when a header is the unit's own: every column that is needed once, in any order, and none that is
    /// unknown.
    pub fn fits<S: AsRef<str>>(&self, header: &[S]) -> bool {
        let count = |wanted: &str| header.iter().filter(|column| column.as_ref() == wanted).count();
        header.iter().all(|column| self.is_own(column.as_ref()) && count(column.as_ref()) == 1)
            && self.columns.values().all(|own| count(own) == 1)
    }

    /// The unit's own columns, each once: those that are needed, then those that are not.
    pub fn own_columns(&self) -> Vec<&str> {
        let mut own: Vec<&str> = Vec::new();
        for column in self.columns.values().chain(&self.ignore) {
            if !own.contains(&column.as_str()) {
                own.push(column);
            }
        }
        own
    }
}

/// A mapping as it is written in `mappings/<unit>/<item>.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MappingForm {
    pub(crate) columns: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) ignore: Vec<String>,
    #[serde(default)]
    pub(crate) constants: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) codes: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    pub(crate) dates: BTreeMap<String, Vec<String>>,
}
