//! The search page.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use jq_base::lang::Lang;
use jq_db::audit::Kept;
use jq_identity::StaffRole;
use jq_web::{FieldProblem, Visit, page, say};

use super::query::{SearchQuery, look};
use crate::refused::Answer;
use crate::session::Audit;
use crate::staff::me::Head;
use crate::state::PortalState;

/// Lines of a page.
const PAGE: u32 = 50;

/// The page.
#[derive(Template)]
#[template(path = "audit/search.html")]
struct SearchPage {
    v: Visit,
    head: Head,
    query: SearchQuery,
    searched: bool,
    rows: Vec<Row>,
    /// The older lines; empty when there are none.
    older: String,
    /// The same lines as a file.
    export: String,
    errors: Vec<FieldProblem>,
}

/// A line as it is shown.
struct Row {
    place: String,
    at: String,
    actor: String,
    role: String,
    institution: String,
    action: String,
    subject: String,
    items: String,
    purpose: String,
    permit: String,
    detail: String,
    hash: String,
}

/// `GET /audit`
pub(super) async fn show(
    State(state): State<PortalState>,
    Audit(user): Audit,
    Query(query): Query<SearchQuery>,
    v: Visit,
) -> Answer {
    let head = Head::told::<Audit>(&v, &state, user.staff()).await?;
    let searched = !query.search.is_empty();
    let mut shown = SearchPage {
        export: query.address("/audit/lines.csv", None),
        older: String::new(),
        rows: Vec::new(),
        errors: Vec::new(),
        head,
        searched,
        query,
        v,
    };
    if !searched {
        return Ok(page(&shown));
    }
    let filter = match shown.query.filter() {
        Ok(filter) => filter,
        Err(field) => {
            let message = shown.v.t("audit-time-wrong");
            shown.errors.push(FieldProblem { field: field.to_owned(), message });
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)).into_response());
        }
    };
    let mut found = look(&state, user.staff(), &shown.query, (&filter, PAGE + 1), "audit.searched").await?;
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    if let Some(last) = found.last().filter(|_| more) {
        shown.older = shown.query.address("/audit", Some(last));
    }
    shown.rows = found.into_iter().map(|line| Row::new(line, shown.v.lang())).collect();
    Ok(page(&shown))
}

impl Row {
    fn new(line: Kept, lang: Lang) -> Self {
        let role = line.role.parse::<StaffRole>().map(|role| role.text(lang).to_owned());
        Self {
            place: format!("{} · {}", line.day, line.seq),
            at: say::second(line.at),
            actor: line.actor,
            role: role.unwrap_or(line.role),
            institution: line.institution,
            action: line.action,
            subject: line.subject.unwrap_or_default(),
            items: line.items.join(", "),
            purpose: line.purpose.unwrap_or_default(),
            permit: line.permit.unwrap_or_default(),
            detail: if line.detail.is_null() { String::new() } else { line.detail.to_string() },
            hash: line.hash,
        }
    }
}
