//! What a source unit has delivered, newest first.

use askama::Template;
use axum::extract::State;
use jq_ingest::BatchRow;
use jq_web::{Visit, page, say};

use crate::refused::Answer;
use crate::session::Unit;
use crate::state::PortalState;
use crate::unit::{self, StateWords};

/// Batches shown at most.
const BATCHES_MAX: u32 = 100;

/// The unit's deliveries.
#[derive(Template)]
#[template(path = "unit/home.html")]
pub struct HomePage {
    /// The visit.
    pub v: Visit,
    /// Name of the unit.
    pub unit: String,
    /// Newest first.
    pub deliveries: Vec<Delivery>,
}

/// One batch.
pub struct Delivery {
    /// Its id.
    pub batch: String,
    /// Name of the item.
    pub item: String,
    /// When it came.
    pub received: String,
    /// Rows in the file.
    pub rows: u64,
    /// Rows that were not taken.
    pub wrong: u64,
    /// What became of it.
    pub state: StateWords,
}

/// `GET /unit`
pub async fn show(State(state): State<PortalState>, Unit(user): Unit, v: Visit) -> Answer {
    let id = user.unit().as_str();
    let batches = state.ingest.list_batches(Some(id), BATCHES_MAX).await?;
    let unit = state.catalog.unit(id).map_or(id, |unit| unit.name(v.lang())).to_owned();
    let deliveries = batches.iter().map(|row| Delivery::new(&v, &state, row)).collect();
    Ok(page(&HomePage { v, unit, deliveries }))
}

impl Delivery {
    fn new(v: &Visit, state: &PortalState, row: &BatchRow) -> Self {
        let counts = &row.receipt.counts;
        let wrong = counts.quarantined + counts.unmatched;
        Self {
            batch: row.receipt.batch_id.clone(),
            item: unit::item_name(state, &row.receipt.item_id, v.lang()),
            received: say::moment(row.received_at),
            rows: counts.rows,
            wrong,
            state: StateWords::new(v, row.state, wrong),
        }
    }
}
