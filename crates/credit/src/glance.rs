//! The firm at a glance, for somebody of a bank who reads under a permit: what speaks against it, and of each item the
//! newest records in words with source and date. Items without records say which kind of none it is.

use jq_base::clock;
use jq_base::lang::Lang;
use jq_base::permit::Permit;
use jq_catalog::Item;
use serde::Serialize;

use crate::blocks::{Frame, Shown};
use crate::facts::Facts;
use crate::hints;
use crate::view::{ItemBlock, ItemState, Risks};
use crate::{Credit, CreditError, Reader};

/// Records of one item that are shown; the number of all stands beside them.
const ROWS: usize = 6;
/// The item that says what the firm is.
const REGISTER: &str = "ent_registration";

/// What a permit opens of one subject, short enough to be read before a decision (企业速览).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Glance {
    /// Rules that hit, with the records they rest on.
    pub risks: Risks,
    /// Every item of the permit that holds anything: the register first, then those that tell against the firm, then
    /// the others in the order of the report.
    pub items: Vec<ItemBlock>,
    /// Every item of the permit that holds nothing, with the kind of nothing.
    pub empty: Vec<ItemBlock>,
}

impl Credit {
    /// The glance that the permit opens; the reading is put on record with the digest of what was read.
    pub async fn glance(&self, permit: &Permit, reader: &Reader, lang: Lang) -> Result<Glance, CreditError> {
        let (granted, facts) = self.granted_facts(permit).await?;
        let today = clock::date_of(self.db.clock().now());
        let frame = Frame { catalog: &self.catalog, content: &self.financing, lang, today };
        let glance = put_together(&frame, &granted, &facts);
        self.note_reading(permit, reader, &glance).await?;
        Ok(glance)
    }
}

/// Only what was granted is looked at, whatever else the facts hold.
fn put_together(frame: &Frame<'_>, granted: &[&Item], facts: &Facts) -> Glance {
    let specs = frame.content.sections.iter().flat_map(|section| &section.items);
    let shown: Vec<Shown<'_>> = specs
        .filter_map(|spec| {
            let item = granted.iter().find(|item| item.id == spec.id)?;
            Some(Shown::new(frame, spec, item, facts))
        })
        .collect();
    let blocks = shown.iter().map(|shown| newest(frame, shown));
    let (mut items, mut empty): (Vec<_>, Vec<_>) = blocks.partition(|block| block.total > 0);
    items.sort_by_key(|block: &ItemBlock| (block.item_id != REGISTER, !block.adverse));
    empty.sort_by_key(|block: &ItemBlock| block.state.code == ItemState::NoRecord);
    Glance { risks: hints::risks(frame, &shown), items, empty }
}

/// The item's block with its first records only.
fn newest(frame: &Frame<'_>, shown: &Shown<'_>) -> ItemBlock {
    let mut block = shown.block(frame);
    if block.rows.len() > ROWS {
        block.rows.truncate(ROWS);
        block.shown = ROWS as u64;
        let (total, shown) = (block.total.to_string(), ROWS.to_string());
        block.cut = frame.sentence("cut", &[("total", &total), ("shown", &shown)]);
    }
    block
}

#[cfg(test)]
mod tests {
    use jq_catalog::Catalog;

    use super::*;
    use crate::content::ReportContent;
    use crate::facts::ItemFacts;
    use crate::record::Record;
    use crate::record::tests::record;

    fn facts(items: Vec<(&str, Vec<Record>)>) -> Facts {
        let as_of = "2026-11-09".parse().ok();
        let known = |records| ItemFacts { allowed: true, as_of, delivered_on: as_of, records };
        let items = items.into_iter().map(|(id, records)| (id.to_owned(), known(records)));
        Facts { items: items.collect() }
    }

    #[test]
    fn the_register_stands_first_then_what_tells_against_the_firm_and_lists_are_cut() {
        let catalog = Catalog::embedded().unwrap();
        let content = ReportContent::financing().unwrap().fitted(&catalog).unwrap();
        let today = "2026-11-10".parse().unwrap();
        let frame = Frame { catalog: &catalog, content: &content, lang: Lang::Zh, today };
        let paid = |month: u32| {
            let (key, day) = (format!("t{month}"), format!("2026-{month:02}-15"));
            record(&key, &[("tax_kind", "vat"), ("paid_on", &day)])
        };
        let facts = facts(vec![
            ("tax_payment", (1..=9).map(paid).collect()),
            ("dishonest_debtor", vec![record("c1", &[("published_on", "2026-05-01")])]),
            ("ent_registration", vec![record("r", &[("name", "重庆山城精密机械有限公司")])]),
            ("tax_arrears", Vec::new()),
            ("judgment_doc", vec![record("j", &[("published_on", "2026-05-01")])]),
        ]);
        let granted = ["tax_payment", "tax_arrears", "ent_registration", "dishonest_debtor", "power_bill"];
        let granted: Vec<&Item> = granted.iter().map(|id| catalog.item(id).unwrap()).collect();
        let glance = put_together(&frame, &granted, &facts);
        let named = |blocks: &[ItemBlock]| -> Vec<String> {
            blocks.iter().map(|block| block.item_id.clone()).collect()
        };
        assert_eq!(named(&glance.items), ["ent_registration", "dishonest_debtor", "tax_payment"]);
        let states: Vec<_> =
            glance.empty.iter().map(|block| (block.item_id.as_str(), block.state.code)).collect();
        let (unheard, none) = (ItemState::NotConnected, ItemState::NoRecord);
        assert_eq!(states, [("power_bill", unheard), ("tax_arrears", none)], "two kinds of nothing");
        let taxes = &glance.items[2];
        assert_eq!((taxes.rows.len(), taxes.shown, taxes.total), (ROWS, 6, 9));
        assert!(taxes.cut.contains('9') && taxes.cut.contains('6'), "{}", taxes.cut);
    }
}
