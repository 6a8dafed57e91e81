//! What the lake holds about one subject, as far as the permit goes: the only place where a report reads.

use std::collections::BTreeMap;

use futures::future::try_join_all;
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
    /// Version of the lake that was read.
    pub lake_version: u64,
}

impl Facts {
    /// Reads every item of the catalogue that the permit covers.
    pub async fn gather(lake: &Lake, permit: &Permit, catalog: &Catalog) -> Result<Self, LakeError> {
        let lake_version = lake.version().await?;
        let reads = catalog.items().map(|item| gather_item(lake, permit, item));
        let items = try_join_all(reads).await?.into_iter().collect();
        Ok(Self { items, lake_version })
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

/// One item, when the permit covers it.
pub(crate) async fn gather_item(
    lake: &Lake,
    permit: &Permit,
    item: &Item,
) -> Result<(String, ItemFacts), LakeError> {
    let fresh = lake.as_of(&item.id).await?;
    let allowed = permit.allows(permit.subject(), &item.id);
    let records = if allowed && fresh.is_some() {
        let rows = lake.read_subject(permit, &item.id).await?;
        rows.iter().map(|row| record(item, row)).collect()
    } else {
        Vec::new()
    };
    let facts = ItemFacts {
        allowed,
        as_of: fresh.map(|fresh| clock::date_of(fresh.source_updated_at)),
        delivered_on: fresh.map(|fresh| clock::date_of(fresh.received_at)),
        records,
    };
    Ok((item.id.clone(), facts))
}

fn record(item: &Item, row: &Row) -> Record {
    let values =
        item.fields.iter().filter_map(|field| Some((field.name.clone(), row.get(&field.column_name())?)));
    Record {
        natural_key: row.text("natural_key").unwrap_or_default(),
        repair: RepairState::parse(&row.text("repair_state").unwrap_or_default()),
        values: values.collect(),
    }
}
