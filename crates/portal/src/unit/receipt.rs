//! The receipt for one batch: what was taken, what was not, why, and what to do.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use jq_identity::UnitUser;
use jq_ingest::{BatchState, Fault, IngestError, Receipt};
use jq_web::{Problem, Visit, page, say};

use crate::refused::{Answer, Refused};
use crate::session::Unit;
use crate::state::PortalState;
use crate::unit::{self, StateWords};

/// Wrong rows a page shows; the CSV has all.
const FAULTS_SHOWN_MAX: usize = 100;

/// The receipt.
#[derive(Template)]
#[template(path = "unit/receipt.html")]
pub struct ReceiptPage {
    v: Visit,
    batch: String,
    item: String,
    received: String,
    state: StateWords,
    lead: String,
    notes: Vec<String>,
    figures: Vec<Figure>,
    rules: Vec<RuleRow>,
    faults: Vec<FaultRow>,
    more: bool,
}

/// `GET /unit/deliveries/{batch}`
pub async fn show(
    State(state): State<PortalState>,
    Unit(user): Unit,
    Path(batch): Path<String>,
    v: Visit,
) -> Answer {
    let receipt = own_receipt(&state, &user, &batch).await?;
    if !receipt.faults.is_empty() {
        unit::note_read(&state, &user, &receipt.batch_id, "page").await?;
    }
    let item = unit::item_name(&state, &receipt.item_id, v.lang());
    Ok(page(&ReceiptPage::new(v, item, &receipt)))
}

/// `GET /unit/deliveries/{batch}/receipt.json`
pub async fn json(State(state): State<PortalState>, Unit(user): Unit, Path(batch): Path<String>) -> Answer {
    let receipt = own_receipt(&state, &user, &batch).await?;
    if !receipt.faults.is_empty() {
        unit::note_read(&state, &user, &receipt.batch_id, "receipt.json").await?;
    }
    Ok(axum::Json(receipt).into_response())
}

/// `GET /unit/deliveries/{batch}/rejected.csv`
pub async fn rejected(
    State(state): State<PortalState>,
    Unit(user): Unit,
    Path(batch): Path<String>,
) -> Answer {
    let receipt = own_receipt(&state, &user, &batch).await?;
    let path = state.receipts.join(&receipt.batch_id).join("rejected.csv");
    let bytes = match tokio::fs::read(path).await {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(Problem::new(404, "ingest/no-rejected-rows").forward("/unit").into());
        }
        Err(error) => return Err(error.into()),
    };
    unit::note_read(&state, &user, &receipt.batch_id, "rejected.csv").await?;
    let name = format!("attachment; filename=\"{}-rejected.csv\"", receipt.batch_id);
    let kind = "text/csv; charset=utf-8".to_owned();
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}

/// The receipt, if the batch is this unit's; another unit's batch is not even known to exist.
async fn own_receipt(state: &PortalState, user: &UnitUser, batch: &str) -> Result<Receipt, Refused> {
    let receipt = state.ingest.get_batch(batch).await?.receipt;
    if receipt.source_unit == user.unit().as_str() {
        Ok(receipt)
    } else {
        Err(IngestError::BatchNotFound(batch.to_owned()).into())
    }
}

struct Figure {
    label: String,
    value: u64,
}

struct RuleRow {
    id: String,
    words: String,
    rows: u64,
}

struct FaultRow {
    row: u64,
    field: String,
    value: String,
    words: String,
    remedy: String,
}

impl ReceiptPage {
    /// The page of `receipt`; `item` is the item's name.
    pub fn new(v: Visit, item: String, receipt: &Receipt) -> Self {
        let wrong = receipt.counts.quarantined + receipt.counts.unmatched;
        let words = |rule: &str| {
            let fault = receipt.faults.iter().find(|fault| fault.rule == rule);
            fault.map_or_else(String::new, |fault| fault.words(v.lang()).to_owned())
        };
        let rules = receipt.quarantined_by_rule.iter().map(|count| RuleRow {
            id: count.rule.clone(),
            words: words(&count.rule),
            rows: count.rows,
        });
        Self {
            batch: receipt.batch_id.clone(),
            item,
            received: say::second(receipt.received_at),
            state: StateWords::new(&v, receipt.state, wrong),
            lead: lead(&v, receipt, wrong),
            notes: notes(&v, receipt),
            figures: figures(&v, receipt),
            rules: rules.collect(),
            faults: receipt
                .faults
                .iter()
                .take(FAULTS_SHOWN_MAX)
                .map(|fault| FaultRow::new(&v, fault))
                .collect(),
            more: wrong > FAULTS_SHOWN_MAX as u64,
            v,
        }
    }
}

impl FaultRow {
    fn new(v: &Visit, fault: &Fault) -> Self {
        Self {
            row: fault.row_no,
            field: fault.field.clone().unwrap_or_default(),
            value: fault.value.clone(),
            words: fault.words(v.lang()).to_owned(),
            remedy: fault.remedy(v.lang()).to_owned(),
        }
    }
}

fn lead(v: &Visit, receipt: &Receipt, wrong: u64) -> String {
    match receipt.state {
        BatchState::Held => v.t("receipt-lead-held"),
        BatchState::Rejected => v.t("receipt-lead-refused"),
        BatchState::Checked | BatchState::Committed if wrong == 0 => {
            v.n("receipt-lead-good", receipt.counts.rows)
        }
        BatchState::Checked | BatchState::Committed => v.n("receipt-lead-some", wrong),
    }
}

fn notes(v: &Visit, receipt: &Receipt) -> Vec<String> {
    let reason = receipt.reason_text(v.lang()).into_iter().chain(receipt.remedy_text(v.lang()));
    reason.map(str::to_owned).chain(receipt.notes.iter().cloned()).collect()
}

fn figures(v: &Visit, receipt: &Receipt) -> Vec<Figure> {
    let counts = &receipt.counts;
    let unchanged = counts.unchanged + counts.older;
    let always = [
        ("receipt-rows", counts.rows),
        ("receipt-inserted", counts.accepted),
        ("receipt-updated", counts.updated),
        ("receipt-unchanged", unchanged),
        ("receipt-withdrawn", counts.withdrawn),
        ("receipt-quarantined", counts.quarantined),
        ("receipt-unmatched", counts.unmatched),
    ];
    let rare = [("receipt-held-rows", counts.held), ("receipt-no-longer-listed", counts.no_longer_listed)];
    let shown = always.into_iter().chain(rare.into_iter().filter(|(_, value)| *value > 0));
    shown.map(|(key, value)| Figure { label: v.t(key), value }).collect()
}
