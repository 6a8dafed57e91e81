//! Which items a permit may name. No reading, no writing: only the catalogue's word.

use std::collections::{BTreeMap, BTreeSet};

use jq_base::ids::{SubjectKey, SubjectKind};
use jq_catalog::{Access, Catalog, FieldKind};

use crate::ConsentError;

/// The items as a set, when the catalogue has every one.
pub(crate) fn known_items(catalog: &Catalog, items: &[&str]) -> Result<BTreeSet<String>, ConsentError> {
    if items.is_empty() {
        return Err(ConsentError::NoItems);
    }
    match items.iter().find(|item| catalog.item(item).is_none()) {
        Some(unknown) => Err(ConsentError::UnknownItem((*unknown).to_owned())),
        None => Ok(items.iter().map(|&item| item.to_owned()).collect()),
    }
}

/// The fields as a set, each named as `item.field`, when the catalogue has every one and each is of one of the items.
pub(crate) fn known_fields(
    catalog: &Catalog,
    items: &BTreeSet<String>,
    fields: &[&str],
) -> Result<BTreeSet<String>, ConsentError> {
    let is_known = |named: &str| {
        named.split_once('.').is_some_and(|(item, field)| {
            items.contains(item) && catalog.item(item).is_some_and(|item| item.field(field).is_some())
        })
    };
    match fields.iter().find(|field| !is_known(field)) {
        Some(unknown) => Err(ConsentError::UnknownField((*unknown).to_owned())),
        None => Ok(fields.iter().map(|&field| field.to_owned()).collect()),
    }
}

/// The items of fields that are named as `item.field`.
pub(crate) fn items_of<'a>(fields: impl IntoIterator<Item = &'a String>) -> BTreeSet<String> {
    fields.into_iter().filter_map(|named| named.split_once('.')).map(|(item, _)| item.to_owned()).collect()
}

/// Columns by item, as the lake names them.
pub(crate) type Columns = BTreeMap<String, BTreeSet<String>>;

/// The columns of fields that are named as `item.field`. A field that the catalogue does not have has none.
pub(crate) fn columns_of<'a>(catalog: &Catalog, fields: impl IntoIterator<Item = &'a String>) -> Columns {
    let mut columns = Columns::new();
    for (item, field) in fields.into_iter().filter_map(|named| named.split_once('.')) {
        if let Some(found) = catalog.item(item).and_then(|item| item.field(field)) {
            columns.entry(item.to_owned()).or_default().insert(found.column_name());
        }
    }
    columns
}

/// The columns of these items that hold nothing but the identity of natural persons.
pub(crate) fn identity_columns(catalog: &Catalog, items: &BTreeSet<String>) -> Columns {
    let mut columns = Columns::new();
    for item in items.iter().filter_map(|item| catalog.item(item)) {
        let closed = item.fields.iter().filter(|field| field.kind == FieldKind::IdHash);
        let closed: BTreeSet<String> = closed.map(jq_catalog::Field::column_name).collect();
        if !closed.is_empty() {
            columns.insert(item.id.clone(), closed);
        }
    }
    columns
}

/// The items as a set, when every one is public and the subject is not a natural person.
pub(crate) fn public_items(
    catalog: &Catalog,
    subject: &SubjectKey,
    items: &[&str],
) -> Result<BTreeSet<String>, ConsentError> {
    let known = known_items(catalog, items)?;
    if subject.kind() == SubjectKind::Person {
        return Err(ConsentError::PersonIsNotPublic);
    }
    let is_public = |item: &str| catalog.item(item).is_some_and(|item| item.access == Access::Public);
    match known.iter().find(|item| !is_public(item)) {
        Some(closed) => Err(ConsentError::NotPublic(closed.clone())),
        None => Ok(known),
    }
}
