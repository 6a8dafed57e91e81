//! The firm at a glance, for somebody of a bank who reads under a permit: what speaks against it, and of each item the
//! newest records in words with source and date. Items without records say which kind of none it is.

use jq_base::clock;
use jq_base::lang::Lang;
use jq_base::permit::Permit;
use serde::Serialize;

use crate::blocks::{Frame, Shown};
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
        let specs = self.financing.sections.iter().flat_map(|section| &section.items);
        let shown: Vec<Shown<'_>> = specs
            .filter_map(|spec| {
                let item = granted.iter().find(|item| item.id == spec.id)?;
                Some(Shown::new(&frame, spec, item, &facts))
            })
            .collect();
        let blocks = shown.iter().map(|shown| newest(&frame, shown));
        let (mut items, mut empty): (Vec<ItemBlock>, Vec<ItemBlock>) =
            blocks.partition(|block| block.total > 0);
        items.sort_by_key(|block| (block.item_id != REGISTER, !block.adverse));
        empty.sort_by_key(|block| block.state.code == ItemState::NoRecord);
        let glance = Glance { risks: hints::risks(&frame, &shown), items, empty };
        self.note_reading(permit, reader, &glance).await?;
        Ok(glance)
    }
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
