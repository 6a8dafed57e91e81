//! The records themselves, for a program that reads under a permit: the same records, states and marks as a report
//! shows, with values instead of display text.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jq_base::clock;
use jq_base::ids::{SubjectKey, SubjectKind};
use jq_base::json::JsonError;
use jq_base::lang::Lang;
use jq_base::permit::Permit;
use jq_base::sm3;
use jq_catalog::{Field, FieldKind, Item};
use jq_db::audit::AuditLine;
use jq_lake::Value;
use serde::Serialize;

use crate::adverse::Standing;
use crate::blocks::{Frame, Shown, marks_of};
use crate::draw::bank_of;
use crate::facts::Facts;
use crate::format::last4;
use crate::record::Record;
use crate::view::{ItemState, MarkCode};
use crate::{Credit, CreditError, Reader};

/// One item of a subject as a reader with a permit may see it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ItemRecords {
    /// The item.
    pub item_id: String,
    /// Data, or which of the empty states.
    pub state: ItemState,
    /// The day since when the source is late.
    pub since: Option<Date>,
    /// Day of the newest change a source made to any record of the item.
    pub as_of: Option<Date>,
    /// The records that may be shown, in the order of the report.
    pub records: Vec<ShownRecord>,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShownRecord {
    /// The record's key at its source, for objections; empty when it holds a personal or account number.
    pub reference: String,
    /// How an adverse record stands, and whether it is under objection.
    pub marks: Vec<MarkCode>,
    /// The values by column name, `<field>_fen` for amounts; empty fields are null. Identity numbers and what the
    /// permit withholds are left out, of account numbers the last four characters stay.
    pub values: BTreeMap<String, serde_json::Value>,
}

/// What one reading found.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordsRead {
    /// The items, in the order of the catalogue.
    pub items: Vec<ItemRecords>,
    /// The digest (SM3) of the items, as it stands on the audit line.
    pub digest: String,
}

impl Credit {
    /// The records of every item that the permit covers, in the order of the catalogue; the reading is put on
    /// record with the digest of what was read.
    pub async fn records(&self, permit: &Permit, reader: &Reader) -> Result<RecordsRead, CreditError> {
        let (granted, facts) = self.granted_facts(permit).await?;
        let today = clock::date_of(self.db.clock().now());
        let frame = Frame { catalog: &self.catalog, content: &self.financing, lang: Lang::Zh, today };
        let mut items: Vec<ItemRecords> =
            granted.iter().filter_map(|item| item_records(&frame, item, &facts)).collect();
        for item in items.iter_mut().filter(|item| permit.withheld().contains_key(&item.item_id)) {
            let open = |column: &str| permit.allows_column(permit.subject(), &item.item_id, column);
            item.records.iter_mut().for_each(|record| record.values.retain(|column, _| open(column)));
        }
        let digest = self.note_reading(permit, reader, &items).await?;
        Ok(RecordsRead { items, digest })
    }

    /// The items that the permit covers, in the order of the catalogue, with what the lake holds of them.
    pub(crate) async fn granted_facts(&self, permit: &Permit) -> Result<(Vec<&Item>, Facts), CreditError> {
        let granted: Vec<&Item> =
            self.catalog.items().filter(|item| permit.items().contains(&item.id)).collect();
        let facts = Facts::gather_of(&self.lake, permit, &granted).await?;
        Ok((granted, facts))
    }

    /// Puts on record that this was read under the permit; the digest (SM3) of what was read.
    pub(crate) async fn note_reading<T: Serialize + Sync>(
        &self,
        permit: &Permit,
        reader: &Reader,
        read: &T,
    ) -> Result<String, CreditError> {
        let digest = sm3::hex(&serde_json::to_vec(read).map_err(JsonError::from).map_err(into_seal)?);
        // The permit stands on its own line, which is the one that counts as an enquiry.
        let line = AuditLine::new(&reader.actor, &reader.role, "credit.records.read")
            .institution(bank_of(permit))
            .subject(permit.subject().as_str())
            .items(permit.items().iter())
            .detail(serde_json::json!({ "permit": permit.id() }))
            .result_hash(digest.clone());
        self.db.record(line).await?;
        Ok(digest)
    }
}

fn into_seal(error: JsonError) -> CreditError {
    CreditError::Seal(error.into())
}

fn item_records(frame: &Frame<'_>, item: &Item, facts: &Facts) -> Option<ItemRecords> {
    let shown = Shown::new(frame, frame.content.item(&item.id)?, item, facts);
    let told = told(&shown);
    let record = |(record, standing): &(&Record, Standing)| ShownRecord {
        reference: shown.reference(record),
        marks: marks_of(record, *standing).collect(),
        values: values(&told, record),
    };
    Some(ItemRecords {
        item_id: item.id.clone(),
        state: shown.state.code,
        since: shown.state.since.as_ref().and_then(|since| since.parse().ok()),
        as_of: facts.item(&item.id).and_then(|found| found.as_of),
        records: shown.records.iter().map(record).collect(),
    })
}

/// A field that is told, its column's name, and whether it is an account number.
type Told<'a> = (&'a Field, String, bool);

/// The fields of an item that are told.
fn told<'a>(shown: &Shown<'a>) -> Vec<Told<'a>> {
    let account =
        |field: &Field| shown.spec.columns.iter().any(|column| column.last4 && column.field == field.name);
    let fields = shown.item.fields.iter().filter(|field| field.kind != FieldKind::IdHash);
    fields.map(|field| (field, field.column_name(), account(field))).collect()
}

fn values(told: &[Told<'_>], record: &Record) -> BTreeMap<String, serde_json::Value> {
    told.iter()
        .map(|(field, column, is_account)| {
            let value = record.get(&field.name).map_or(serde_json::Value::Null, |value| match value {
                Value::Text(text) if *is_account => last4(text).into(),
                Value::Text(text) if field.kind.is_identity() && !is_organisation(text) => {
                    serde_json::Value::Null
                }
                other => json(other),
            });
            (column.clone(), value)
        })
        .collect()
}

fn is_organisation(text: &str) -> bool {
    SubjectKey::parse(text).is_ok_and(|key| key.kind() == SubjectKind::Organisation)
}

/// A value as JSON: whole numbers as numbers, decimals as text, so that nobody rounds them on the way.
fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Int(value) => (*value).into(),
        Value::Bool(value) => (*value).into(),
        other => other.to_text().into(),
    }
}
