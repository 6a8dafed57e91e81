//! What was wrong with a source unit's rows, by item and rule, with what to do about each.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use jq_ingest::QuarantinedRow;
use jq_web::{Visit, page, say};

use crate::refused::Answer;
use crate::session::Unit;
use crate::state::PortalState;
use crate::unit;

/// Rows looked at, the newest.
const ROWS_MAX: u32 = 5_000;
/// Batches named with an error.
const BATCHES_MAX: usize = 5;

/// The unit's errors.
#[derive(Template)]
#[template(path = "unit/errors.html")]
pub struct ErrorsPage {
    groups: Vec<ErrorGroup>,
    cut: bool,
    v: Visit,
}

/// Rows of one item that break one rule.
pub struct ErrorGroup {
    item: String,
    words: String,
    remedy: String,
    field: String,
    rows: usize,
    newest: String,
    batches: Vec<String>,
    more: usize,
}

/// `GET /unit/errors`
pub async fn list(State(state): State<PortalState>, Unit(user): Unit, v: Visit) -> Answer {
    let rows = state.ingest.list_unit_quarantine(user.unit().as_str(), ROWS_MAX).await?;
    let cut = rows.len() == ROWS_MAX as usize;
    let mut by_rule: BTreeMap<(&str, &str, &str), Vec<&QuarantinedRow>> = BTreeMap::new();
    for row in &rows {
        let field = row.fault.field.as_deref().unwrap_or_default();
        by_rule.entry((&row.item_id, &row.fault.rule, field)).or_default().push(row);
    }
    let mut groups: Vec<ErrorGroup> =
        by_rule.into_values().map(|rows| ErrorGroup::new(&v, &state, &rows)).collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.rows));
    Ok(page(&ErrorsPage { groups, cut, v }))
}

impl ErrorGroup {
    /// Rows that share item, rule and field, the newest first.
    fn new(v: &Visit, state: &PortalState, rows: &[&QuarantinedRow]) -> Self {
        let (lang, first) = (v.lang(), rows[0]);
        let mut batches: Vec<String> = rows.iter().map(|row| row.batch_id.clone()).collect();
        batches.dedup();
        let more = batches.len().saturating_sub(BATCHES_MAX);
        batches.truncate(BATCHES_MAX);
        Self {
            item: unit::item_name(state, &first.item_id, lang),
            words: first.fault.words(lang).to_owned(),
            remedy: first.fault.remedy(lang).to_owned(),
            field: first.fault.field.clone().unwrap_or_default(),
            rows: rows.len(),
            newest: say::moment(first.entered_at),
            batches,
            more,
        }
    }
}
