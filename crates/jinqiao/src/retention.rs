//! The catalogue's rules for how long records are kept, carried out on the lake.

use jiff::Span;
use jiff::civil::Date;
use jq_catalog::{Field, Item};
use jq_db::audit::AuditLine;
use jq_lake::{Pace, Retention};

use crate::app::App;

/// Months for which a repaired record is kept sealed.
const REPAIRED_KEPT_MONTHS: i64 = 60;

/// Who has records erased.
#[derive(Debug, Clone, Copy)]
pub(crate) enum EraseFor {
    /// The operator, at the command line.
    Operator,
    /// The platform itself, once a day.
    Platform,
}

/// What was erased of an item.
#[derive(Debug, Clone, Default)]
pub(crate) struct Erased {
    pub(crate) rows: usize,
    /// The field that says when a record's event ended.
    pub(crate) since: String,
    /// Records whose event ended before this day were erased.
    pub(crate) before: Date,
}

/// Erases an item's records whose time is over by `today`, on record; nothing comes back when that is left for another
/// time.
pub(crate) async fn erase(
    app: &App,
    item: &Item,
    by: EraseFor,
    today: Date,
    pace: &Pace,
) -> anyhow::Result<Option<Erased>> {
    let Some(keep) = &item.keep else { return Ok(Some(Erased::default())) };
    let months_ago = |months: i64| today.saturating_sub(Span::new().months(months));
    let before = months_ago(keep.months.into());
    let retention = Retention {
        since: vec![item.field(&keep.since).map_or_else(|| keep.since.clone(), Field::column_name)],
        ended_before: before,
        repaired_before: months_ago(REPAIRED_KEPT_MONTHS),
    };
    let Some(done) = app.lake.erase_at(&item.id, retention, pace).await? else { return Ok(None) };
    if done.rows_erased > 0 {
        let (actor, role) = match by {
            EraseFor::Operator => ("operator@cli", "operator"),
            EraseFor::Platform => ("system", "system"),
        };
        let detail = serde_json::json!({
            "rows": done.rows_erased, "since": keep.since, "before": before.to_string(),
        });
        let mut tx = app.db.begin().await?;
        tx.audit(AuditLine::new(actor, role, "lake.retain").items([item.id.as_str()]).detail(detail));
        tx.commit().await?;
    }
    Ok(Some(Erased { rows: done.rows_erased, since: keep.since.clone(), before }))
}
