//! A batch id that is on record: answered as before, brought to its end after a stop, or refused for other content.

use jiff::Timestamp;
use jq_catalog::Item;

use crate::error::IngestError;
use crate::fault::FileFault;
use crate::manifest::Manifest;
use crate::receipt::{BatchState, Receipt};
use crate::rule::Rule;
use crate::service::{Ingest, Sender};
use crate::store::{self, BatchRow};

/// The answer to a batch that is not taken because of what is on record under its id; nothing when it may be taken,
/// as after a rejection. An id belongs to the unit that used it first, and once its rows are about to be committed
/// to that item and content.
pub(crate) fn answer(known: BatchRow, manifest: &Manifest, received_at: Timestamp) -> Option<Receipt> {
    let BatchRow { state, receipt, file_sm3, .. } = known;
    let other = receipt.source_unit != manifest.source_unit
        || match state {
            BatchState::Committed => !file_sm3.eq_ignore_ascii_case(&manifest.sm3),
            BatchState::Checked => receipt.item_id != manifest.item_id,
            BatchState::Held | BatchState::Rejected => false,
        };
    if other {
        let fault = FileFault::new(Rule::BatchIdReused, manifest.batch_id.clone());
        return Some(Receipt::new(manifest, BatchState::Rejected, received_at).with_reason(&fault));
    }
    (state == BatchState::Committed).then_some(Receipt { repeated: true, ..receipt })
}

impl Ingest {
    /// Brings those batches of an item to their end whose rows are in the lake though nobody was told: the process
    /// that took them was stopped in between. Their ids. The caller holds the item's lock, so nobody is at them now.
    pub(crate) async fn finish_left(&self, item: &Item, sender: &Sender) -> Result<Vec<String>, IngestError> {
        let mut finished = Vec::new();
        for left in store::list_checked(&self.db, &item.source_unit, &item.id).await? {
            if self.lake.has_batch(&item.id, &left.receipt.batch_id).await? {
                finished.push(self.finish(left.receipt, &left.file_sm3, sender).await?.batch_id);
            }
        }
        Ok(finished)
    }

    /// When a batch of the unit comes in: now, or with its newest one where the clock was put back since. What was
    /// known at a moment then stays so.
    pub(crate) async fn arrival(&self, unit: &str) -> Result<Timestamp, IngestError> {
        let now = self.db.clock().now();
        Ok(store::newest_arrival(&self.db, unit).await?.map_or(now, |newest| now.max(newest)))
    }
}
