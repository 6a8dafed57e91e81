//! What a unit's program reads about its batches.

use jiff::Timestamp;
use jq_ingest::{BatchRow, BatchState, Fault, Receipt};
use serde::Serialize;
use utoipa::ToSchema;

/// What became of the batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = BatchState)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StateView {
    /// Rows are checked and about to be committed; seen only after a crash.
    Checked,
    /// Good rows are taken.
    Committed,
    /// Too many wrong rows: nothing was taken.
    Held,
    /// The file as a whole was turned away.
    Rejected,
}

impl From<BatchState> for StateView {
    fn from(state: BatchState) -> Self {
        match state {
            BatchState::Checked => Self::Checked,
            BatchState::Committed => Self::Committed,
            BatchState::Held => Self::Held,
            BatchState::Rejected => Self::Rejected,
        }
    }
}

/// The receipt for one batch; the same document as receipt.json.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Receipt)]
pub(crate) struct ReceiptView {
    /// The id the unit chose.
    batch_id: String,
    /// The delivering unit.
    source_unit: String,
    /// The item delivered.
    item_id: String,
    /// The batch's place in the unit's sequence for this item.
    seq: u64,
    /// The data file's name.
    file: String,
    /// What became of the batch.
    #[schema(inline)]
    state: StateView,
    /// True when this very batch had been taken before: nothing changed now.
    repeated: bool,
    /// Why the whole batch was held or rejected: stable id of the rule.
    reason: Option<String>,
    /// The reason in Chinese.
    reason_zh: Option<String>,
    /// The reason in English.
    reason_en: Option<String>,
    /// What to do, in Chinese.
    remedy_zh: Option<String>,
    /// What to do, in English.
    remedy_en: Option<String>,
    /// Data rows in the file.
    rows: u64,
    /// New records.
    accepted: u64,
    /// Newer versions of known records.
    updated: u64,
    /// Known already, in the same version.
    unchanged: u64,
    /// Older than what is known; ignored.
    older: u64,
    /// Records withdrawn by their source.
    withdrawn: u64,
    /// Wrong rows, put into quarantine.
    quarantined: u64,
    /// Rows whose subject is not registered; they wait to be matched.
    unmatched: u64,
    /// Good rows of a batch that is held; nothing was taken.
    held: u64,
    /// Known records that a snapshot no longer lists, withdrawn for that; they are no rows of the file.
    no_longer_listed: u64,
    /// Wrong rows by rule, most frequent first.
    quarantined_by_rule: Vec<RuleCountView>,
    /// The first 1,000 wrong rows.
    faults: Vec<FaultView>,
    /// When the platform received the batch.
    received_at: Timestamp,
    /// Words of care, such as withdrawals that a faulty snapshot did not cause.
    notes: Vec<String>,
}

impl From<Receipt> for ReceiptView {
    fn from(receipt: Receipt) -> Self {
        let counts = receipt.counts;
        let by_rule = receipt.quarantined_by_rule.into_iter();
        Self {
            batch_id: receipt.batch_id,
            source_unit: receipt.source_unit,
            item_id: receipt.item_id,
            seq: receipt.seq,
            file: receipt.file,
            state: receipt.state.into(),
            repeated: receipt.repeated,
            reason: receipt.reason,
            reason_zh: receipt.reason_zh,
            reason_en: receipt.reason_en,
            remedy_zh: receipt.remedy_zh,
            remedy_en: receipt.remedy_en,
            rows: counts.rows,
            accepted: counts.accepted,
            updated: counts.updated,
            unchanged: counts.unchanged,
            older: counts.older,
            withdrawn: counts.withdrawn,
            quarantined: counts.quarantined,
            unmatched: counts.unmatched,
            held: counts.held,
            no_longer_listed: counts.no_longer_listed,
            quarantined_by_rule: by_rule
                .map(|one| RuleCountView { rule: one.rule, rows: one.rows })
                .collect(),
            faults: receipt.faults.into_iter().map(FaultView::from).collect(),
            received_at: receipt.received_at,
            notes: receipt.notes,
        }
    }
}

/// How many rows broke one rule.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RuleCount)]
pub(crate) struct RuleCountView {
    /// The stable id of the rule.
    rule: String,
    /// Rows that broke it.
    rows: u64,
}

/// One wrong row.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Fault)]
pub(crate) struct FaultView {
    /// The data row, counted from 1.
    row_no: u64,
    /// The column, where one is to blame.
    field: Option<String>,
    /// What stood there, cut to 80 characters.
    value: String,
    /// The stable id of the rule.
    rule: String,
    /// What is wrong, in Chinese.
    words_zh: String,
    /// What is wrong, in English.
    words_en: String,
    /// What to do, in Chinese.
    remedy_zh: String,
    /// What to do, in English.
    remedy_en: String,
}

impl From<Fault> for FaultView {
    fn from(fault: Fault) -> Self {
        Self {
            row_no: fault.row_no,
            field: fault.field,
            value: fault.value,
            rule: fault.rule,
            words_zh: fault.words_zh,
            words_en: fault.words_en,
            remedy_zh: fault.remedy_zh,
            remedy_en: fault.remedy_en,
        }
    }
}

/// A page of a unit's batches, newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = BatchPage)]
pub(crate) struct BatchPageView {
    /// The batches.
    pub(crate) batches: Vec<BatchSummaryView>,
    /// Send it as `after` to get the next page; none on the last one.
    pub(crate) next: Option<String>,
}

/// A batch in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = BatchSummary)]
pub(crate) struct BatchSummaryView {
    /// The id the unit chose.
    pub(crate) batch_id: String,
    /// The item delivered.
    item_id: String,
    /// The batch's place in the unit's sequence for this item.
    seq: u64,
    /// What became of the batch.
    #[schema(inline)]
    state: StateView,
    /// Why the whole batch was held or rejected: stable id of the rule.
    reason: Option<String>,
    /// Data rows in the file.
    rows: u64,
    /// New records.
    accepted: u64,
    /// Newer versions of known records.
    updated: u64,
    /// Records withdrawn by their source.
    withdrawn: u64,
    /// Wrong rows, put into quarantine.
    quarantined: u64,
    /// Rows whose subject is not registered; they wait to be matched.
    unmatched: u64,
    /// When the platform received the batch.
    received_at: Timestamp,
}

impl From<BatchRow> for BatchSummaryView {
    fn from(row: BatchRow) -> Self {
        let receipt = row.receipt;
        let counts = receipt.counts;
        Self {
            batch_id: receipt.batch_id,
            item_id: receipt.item_id,
            seq: receipt.seq,
            state: row.state.into(),
            reason: receipt.reason,
            rows: counts.rows,
            accepted: counts.accepted,
            updated: counts.updated,
            withdrawn: counts.withdrawn,
            quarantined: counts.quarantined,
            unmatched: counts.unmatched,
            received_at: row.received_at,
        }
    }
}
