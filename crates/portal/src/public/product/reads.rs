//! Which items a product's bank reads, grouped, and why it wants each group.

use jq_catalog::{Access, Catalog, Item};
use jq_lending::product::Product;
use jq_web::Visit;

/// A group of items.
pub struct ReadGroup {
    /// The category's identifier.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Why the bank wants them.
    pub why: String,
    /// The items.
    pub items: Vec<ReadItem>,
}

/// One item.
pub struct ReadItem {
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether anybody may see it.
    pub public: bool,
}

/// The items that a product's bank reads, by category.
pub fn groups(v: &Visit, catalog: &Catalog, product: &Product) -> Vec<ReadGroup> {
    groups_where(v, catalog, |item| product.items.iter().any(|read| read == item))
}

/// The wanted items in the catalogue's order, by category.
pub fn groups_where(v: &Visit, catalog: &Catalog, wanted: impl Fn(&str) -> bool) -> Vec<ReadGroup> {
    let mut groups: Vec<(&str, ReadGroup)> = Vec::new();
    for item in catalog.items().filter(|item| wanted(&item.id)) {
        let read = ReadItem::new(v, item);
        match groups.iter_mut().find(|(category, _)| *category == item.category) {
            Some((_, group)) => group.items.push(read),
            None => groups.push((&item.category, ReadGroup::new(v, catalog, item, read))),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

impl ReadItem {
    fn new(v: &Visit, item: &Item) -> Self {
        Self {
            id: item.id.clone(),
            name: item.name(v.lang()).to_owned(),
            public: item.access == Access::Public,
        }
    }
}

impl ReadGroup {
    fn new(v: &Visit, catalog: &Catalog, item: &Item, first: ReadItem) -> Self {
        let category = catalog.category(&item.category);
        let name = category.map_or(item.category.as_str(), |category| category.name(v.lang())).to_owned();
        let key = format!("reads-why-{}", item.category.to_lowercase());
        let why = if v.text().has(&key) { v.t(&key) } else { v.t("reads-why-other") };
        Self { id: item.category.clone(), name, why, items: vec![first] }
    }
}

#[cfg(test)]
mod tests {
    use jq_base::lang::Lang;
    use jq_web::Text;

    use super::*;

    #[test]
    fn every_category_has_its_reason_in_both_languages() {
        for category in Catalog::embedded().unwrap().categories() {
            let key = format!("reads-why-{}", category.id.to_lowercase());
            assert!([Lang::Zh, Lang::En].iter().all(|lang| Text::of(*lang).has(&key)), "{key}");
        }
    }
}
