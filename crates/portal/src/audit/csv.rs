//! The found lines as a file.

use axum::extract::{Query, State};
use jq_db::audit::Kept;
use jq_web::{Problem, say};

use super::query::{SearchQuery, look};
use crate::csv;
use crate::refused::Answer;
use crate::session::Audit;
use crate::state::PortalState;

/// Lines of a file at most: what a spreadsheet opens without trouble; more is a narrower search, several times.
const LINES_MAX: u32 = 10_000;
/// The columns, by the names of the record.
const COLUMNS: &str =
    "day,seq,at,actor,role,institution,action,subject,items,purpose,permit,detail,result_hash,hash\n";

/// `GET /audit/lines.csv`
pub(super) async fn export(
    State(state): State<PortalState>,
    Audit(user): Audit,
    Query(query): Query<SearchQuery>,
) -> Answer {
    let filter = query.filter().map_err(|_| Problem::new(422, "audit/time").forward("/audit"))?;
    let found = look(&state, user.staff(), &query, (&filter, LINES_MAX), "audit.exported").await?;
    let mut text = COLUMNS.to_owned();
    for line in &found {
        text.push_str(&row(line));
    }
    Ok(csv::file(&format!("audit-{}", state.db.clock().today()), text))
}

fn row(line: &Kept) -> String {
    let none = String::new();
    let cells = [
        line.day.clone(),
        line.seq.to_string(),
        say::second(line.at),
        line.actor.clone(),
        line.role.clone(),
        line.institution.clone(),
        line.action.clone(),
        line.subject.clone().unwrap_or_default(),
        line.items.join(" "),
        line.purpose.clone().unwrap_or_default(),
        line.permit.clone().unwrap_or_default(),
        if line.detail.is_null() { none } else { line.detail.to_string() },
        line.result_hash.clone().unwrap_or_default(),
        line.hash.clone(),
    ];
    csv::line(&cells)
}
