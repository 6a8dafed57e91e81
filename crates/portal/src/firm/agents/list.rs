//! All mandates around a person: given for the firm, held from others, and those that wait for an answer.

use askama::Template;
use axum::extract::{Query, State};
use jq_identity::FirmRole;
use jq_web::{Visit, page};
use serde::Deserialize;

use super::{MandateView, given, held, may_give, own_scopes};
use crate::refused::Answer;
use crate::session::Person;
use crate::state::PortalState;

/// The list.
#[derive(Template)]
#[template(path = "firm/agents.html")]
pub struct AgentsPage {
    v: Visit,
    acting: bool,
    done: String,
    firm: Option<ForFirm>,
    held: Vec<MandateView>,
}

/// The firm that the person acts for at present.
pub struct ForFirm {
    name: String,
    may_give: bool,
    is_agent: bool,
    own_scopes: Vec<String>,
    given: Vec<MandateView>,
}

/// What was just done, as the address carries it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Done {
    done: String,
}

/// `GET /firm/agents`
pub async fn list(
    State(state): State<PortalState>,
    person: Person,
    Query(done): Query<Done>,
    v: Visit,
) -> Answer {
    let firm = match &person.acting {
        None => None,
        Some(user) => {
            let may_give = may_give(user);
            let given = if may_give { given(&state, user, &v).await? } else { Vec::new() };
            let is_agent = user.role() == FirmRole::Agent;
            let own_scopes = if is_agent { own_scopes(user, &v) } else { Vec::new() };
            Some(ForFirm { name: user.subject_name().to_owned(), may_give, is_agent, own_scopes, given })
        }
    };
    let held = held(&state, &person.person, &v).await?;
    let done = match done.done.as_str() {
        "offered" => v.t("agents-done-offered"),
        "revoked" => v.t("agents-done-revoked"),
        "declined" => v.t("agents-done-declined"),
        _ => String::new(),
    };
    Ok(page(&AgentsPage { acting: firm.is_some(), done, firm, held, v }))
}
