//! The loaded catalogue and how to look things up in it.

use std::collections::BTreeMap;
use std::path::Path;

use crate::codes::CodeList;
use crate::coverage::Coverage;
use crate::district::Districts;
use crate::error::CatalogError;
use crate::field::Field;
use crate::industry::{Industries, Industry};
use crate::load::Files;
use crate::mapping::Mapping;
use crate::model::Item;
use crate::size::SizeRules;
use crate::terms::{Category, SourceUnit};

/// The whole catalogue: items, code lists, units, mappings, divisions, industries and size rules (信用信息目录).
#[derive(Debug, Clone)]
pub struct Catalog {
    pub(crate) items: Vec<Item>,
    pub(crate) codes: BTreeMap<String, CodeList>,
    pub(crate) units: Vec<SourceUnit>,
    pub(crate) categories: Vec<Category>,
    pub(crate) mappings: Vec<Mapping>,
    pub(crate) districts: Districts,
    pub(crate) industries: Industries,
    pub(crate) size_rules: SizeRules,
    pub(crate) version: String,
}

impl Catalog {
    /// The catalogue as it is built into the program.
    pub fn embedded() -> Result<Self, CatalogError> {
        Self::load(&[])
    }

    /// The built-in catalogue with the files of data folders laid over it, later folders over earlier ones.
    ///
    /// Of each folder its `catalog/` is read, where there is one: a file of the same name replaces the built-in
    /// one, an item or code list of the same id as well, everything else is added.
    pub fn load(dirs: &[&Path]) -> Result<Self, CatalogError> {
        let mut files = Files::embedded();
        for dir in dirs {
            files.overlay(&dir.join("catalog"))?;
        }
        files.into_catalog()
    }

    /// The items in the order of their numbers.
    pub fn items(&self) -> impl ExactSizeIterator<Item = &Item> {
        self.items.iter()
    }

    /// The item with that id.
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// The code list with that id.
    pub fn codes(&self, id: &str) -> Option<&CodeList> {
        self.codes.get(id)
    }

    /// Every code list, in the order of their ids.
    pub fn code_lists(&self) -> impl Iterator<Item = &CodeList> {
        self.codes.values()
    }

    /// The code list that a field's values come from.
    pub fn field_codes(&self, field: &Field) -> Option<&CodeList> {
        self.codes(field.codes.as_deref()?)
    }

    /// The source unit with that id.
    pub fn unit(&self, id: &str) -> Option<&SourceUnit> {
        self.units.iter().find(|unit| unit.id == id)
    }

    /// Every source unit, in file order.
    pub fn units(&self) -> impl ExactSizeIterator<Item = &SourceUnit> {
        self.units.iter()
    }

    /// How the unit's own files of an item are read, where it has its own.
    pub fn mapping(&self, unit: &str, item: &str) -> Option<&Mapping> {
        self.mappings.iter().find(|mapping| mapping.unit == unit && mapping.item == item)
    }

    /// Every mapping, by unit and item.
    pub fn mappings(&self) -> impl ExactSizeIterator<Item = &Mapping> {
        self.mappings.iter()
    }

    /// The category with that id.
    pub fn category(&self, id: &str) -> Option<&Category> {
        self.categories.iter().find(|category| category.id == id)
    }

    /// Every category, in file order.
    pub fn categories(&self) -> impl ExactSizeIterator<Item = &Category> {
        self.categories.iter()
    }

    /// The districts and counties.
    pub fn districts(&self) -> &Districts {
        &self.districts
    }

    /// The industry that a code of one letter, two or four digits names.
    pub fn industry(&self, code: &str) -> Option<Industry<'_>> {
        self.industries.find(code)
    }

    /// The industry classification.
    pub fn industries(&self) -> &Industries {
        &self.industries
    }

    /// The rules that say which enterprises are medium, small and micro.
    pub fn size_rules(&self) -> &SizeRules {
        &self.size_rules
    }

    /// How many items there are of each sort, and how many records they hold.
    pub fn coverage(&self) -> Coverage {
        Coverage::of(&self.items)
    }

    /// SM3 digest of every file the catalogue was read from: two catalogues with one version say the same.
    pub fn version(&self) -> &str {
        &self.version
    }
}
