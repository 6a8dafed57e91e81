//! Which items a permit may name. No reading, no writing: only the catalogue's word.

use std::collections::BTreeSet;

use jq_base::ids::{SubjectKey, SubjectKind};
use jq_catalog::{Access, Catalog};

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
