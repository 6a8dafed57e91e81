//! The found lines as a file.

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use jq_db::audit::Kept;
use jq_web::{Problem, say};

use super::query::{SearchQuery, look};
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
    let name = format!("attachment; filename=\"audit-{}.csv\"", state.db.clock().today());
    let headers =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, text).into_response())
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
    let written: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    format!("{}\n", written.join(","))
}

/// A cell in quotes. What a spreadsheet would compute is made a text, since others choose some of these words.
fn cell(text: &str) -> String {
    let computes = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    format!("\"{}{}\"", if computes { "'" } else { "" }, text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_a_text_whatever_stands_in_it() {
        assert_eq!(cell("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(cell("=1+1"), "\"'=1+1\"");
        assert_eq!(cell(""), "\"\"");
    }
}
