//! Which fields of the items a firm leaves out: as a choice, item by item, and in words.

use std::collections::BTreeSet;

use jq_catalog::{Catalog, FieldKind};
use jq_consent::{NewGrant, can_be_left_out, purpose_terms};
use jq_web::Visit;

/// The fields of one item that can be left out.
pub struct ItemFields {
    /// The item's name.
    pub name: String,
    /// How many are left out.
    pub left_out: usize,
    /// The fields.
    pub fields: Vec<FieldChoice>,
}

/// One field.
pub struct FieldChoice {
    /// Its name as a form sends it, `item.field`.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// It is left out.
    pub left_out: bool,
    /// The bank does without it; there is nothing to choose.
    pub fixed: bool,
}

impl ItemFields {
    /// The choice for each item of a consent that is being put together. What its purpose closes anyway is not offered,
    /// and what the bank does without, `fixed`, stays left out.
    pub fn of(v: &Visit, catalog: &Catalog, new: &NewGrant, fixed: &BTreeSet<String>) -> Vec<Self> {
        let never = purpose_terms(new.purpose).map(|terms| terms.fields_never().clone()).unwrap_or_default();
        let mut choices = Vec::new();
        for item in catalog.items().filter(|item| new.items.contains(&item.id)) {
            let fields: Vec<FieldChoice> = item
                .fields
                .iter()
                .filter(|field| field.kind != FieldKind::IdHash && can_be_left_out(item, &field.name))
                .map(|field| (format!("{}.{}", item.id, field.name), field.label(v.lang())))
                .filter(|(id, _)| !never.contains(id))
                .map(|(id, label)| FieldChoice {
                    label: label.to_owned(),
                    left_out: new.left_out.contains(&id),
                    fixed: fixed.contains(&id),
                    id,
                })
                .collect();
            if !fields.is_empty() {
                let left_out = fields.iter().filter(|field| field.left_out).count();
                choices.push(Self { name: item.name(v.lang()).to_owned(), left_out, fields });
            }
        }
        choices
    }
}

/// What is left out of one item.
pub struct LeftOut {
    /// The item's name.
    pub item: String,
    /// The fields' names.
    pub fields: String,
}

impl LeftOut {
    /// Item by item, in the catalogue's order.
    pub fn of(v: &Visit, catalog: &Catalog, left_out: &BTreeSet<String>) -> Vec<Self> {
        let of_item = |item: &jq_catalog::Item| {
            let named =
                item.fields.iter().filter(|field| left_out.contains(&format!("{}.{}", item.id, field.name)));
            let labels: Vec<&str> = named.map(|field| field.label(v.lang())).collect();
            let fields = labels.join(v.pick("、", ", "));
            (!fields.is_empty()).then(|| Self { item: item.name(v.lang()).to_owned(), fields })
        };
        catalog.items().filter_map(of_item).collect()
    }
}
