//! What records say, in one column of a question to the lake.

use jq_catalog::Catalog;

/// An expression for the text of all of an item's own columns.
pub(crate) fn contents_of(item: &str) -> String {
    let catalog = Catalog::embedded().expect("the catalogue is whole");
    let item = catalog.item(item).expect("an item of the catalogue");
    let columns =
        item.fields.iter().map(|field| format!("coalesce(cast({} as varchar), '-')", field.column_name()));
    format!("concat_ws('|', {})", columns.collect::<Vec<_>>().join(", "))
}
