//! What the lake holds about one subject, as far as the permit goes: the only place where a report reads.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jq_base::clock;
use jq_base::permit::Permit;
use jq_catalog::{Catalog, Item};
use jq_lake::{Lake, LakeError, Row};

use crate::record::{Record, RepairState};

/// One item as found.
#[derive(Debug, Clone, Default)]
pub struct ItemFacts {
    /// The permit covers the item.
    pub allowed: bool,
    /// Day of the newest change a source made to any record of the item; nothing before the first batch.
    pub as_of: Option<Date>,
    /// Day on which the newest batch came in.
    pub delivered_on: Option<Date>,
    /// The subject's current records.
    pub records: Vec<Record>,
}

/// All items of one subject, read together.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// By item id.
    pub items: BTreeMap<String, ItemFacts>,
}

impl Facts {
    /// Reads every item of the catalogue that the permit covers.
    pub async fn gather(lake: &Lake, permit: &Permit, catalog: &Catalog) -> Result<Self, LakeError> {
        let all: Vec<&Item> = catalog.items().collect();
        Self::gather_of(lake, permit, &all).await
    }

    /// Reads these items, where the permit covers them.
    pub(crate) async fn gather_of(lake: &Lake, permit: &Permit, items: &[&Item]) -> Result<Self, LakeError> {
        Ok(Self { items: gather_items(lake, permit, items).await? })
    }

    /// One item; an item never heard of has no facts.
    pub fn item(&self, id: &str) -> Option<&ItemFacts> {
        self.items.get(id)
    }

    /// The newest day of any item's data.
    pub fn as_of(&self) -> Option<Date> {
        self.items.values().filter_map(|facts| facts.as_of).max()
    }
}

/// These items, by id; of those that the permit covers the records too.
async fn gather_items(
    lake: &Lake,
    permit: &Permit,
    items: &[&Item],
) -> Result<BTreeMap<String, ItemFacts>, LakeError> {
    let mut gathered = BTreeMap::new();
    let mut readable: Vec<&Item> = Vec::with_capacity(items.len());
    for item in items {
        let fresh = lake.as_of(&item.id).await?;
        let allowed = permit.allows(permit.subject(), &item.id);
        if allowed && fresh.is_some() {
            readable.push(item);
        }
        let facts = ItemFacts {
            allowed,
            as_of: fresh.map(|fresh| clock::date_of(fresh.source_updated_at)),
            delivered_on: fresh.map(|fresh| clock::date_of(fresh.received_at)),
            records: Vec::new(),
        };
        gathered.insert(item.id.clone(), facts);
    }
    let ids: Vec<&str> = readable.iter().map(|item| item.id.as_str()).collect();
    let read = lake.read_items(permit, &ids).await?;
    for (item, rows) in readable.into_iter().zip(read) {
        if let Some(facts) = gathered.get_mut(&item.id) {
            facts.records = records(item, &rows);
        }
    }
    Ok(gathered)
}

/// The rows of an item as records; where each field stands is looked up once.
fn records(item: &Item, rows: &[Row]) -> Vec<Record> {
    let Some(first) = rows.first() else { return Vec::new() };
    let fields = item.fields.iter();
    let places: Vec<(&str, usize)> = fields
        .filter_map(|field| Some((field.name.as_str(), first.position(&field.column_name())?)))
        .collect();
    let record = |row: &Row| Record {
        natural_key: row.text("natural_key").unwrap_or_default(),
        repair: RepairState::parse(&row.text("repair_state").unwrap_or_default()),
        values: places.iter().filter_map(|(name, at)| Some(((*name).to_owned(), row.at(*at)?))).collect(),
    };
    rows.iter().map(record).collect()
}
