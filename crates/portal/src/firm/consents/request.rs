//! A bank's request: what it wants to read and why, in full, and the answer: yes, to less, or no.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Form, Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use jq_base::ids::ConsentRequestId;
use jq_catalog::Catalog;
use jq_consent::{Answer as Said, ConsentError, NewGrant, Request, RequestState};
use jq_identity::FirmUser;
use jq_web::{Visit, page, say};
use serde::Deserialize;

use super::fields::ItemFields;
use super::list::RequestView;
use super::terms::TermsView;
use super::wish::{self, Wish, left_out_of};
use super::{evidence, may_consent};
use crate::public::product::reads::{ReadGroup, groups_where};
use crate::refused::{Answer, Refused};
use crate::session::Firm;
use crate::state::PortalState;

/// One request.
#[derive(Template)]
#[template(path = "firm/consent_request.html")]
pub struct RequestPage {
    v: Visit,
    may: bool,
    notice: String,
    head: RequestView,
    note: String,
    answered_at: String,
    consent: String,
    terms: Option<TermsView>,
    is_less: bool,
    all: Vec<ReadGroup>,
    chosen: BTreeSet<String>,
    choices: Vec<ItemFields>,
    days_max: u32,
}

/// The answer.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct AnswerForm {
    answer: String,
    items: String,
    without: String,
    days: String,
    text_hash: String,
}

/// `GET /firm/consents/requests/{id}`; the query may narrow it to fewer items or days.
pub async fn show(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    v: Visit,
) -> Answer {
    let request = find(&state, &user, &id).await?;
    let less = Wish::read(query.as_deref());
    let notice =
        if less.asked && less.items.is_empty() { v.t("consent-items-missing") } else { String::new() };
    let new = narrowed(&state.catalog, &request, &less);
    Ok(page(&RequestPage::new(v, &state, &user, &request, &new, notice)))
}

/// `POST /firm/consents/requests/{id}`
pub async fn answer(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    v: Visit,
    Form(form): Form<AnswerForm>,
) -> Answer {
    let request = find(&state, &user, &id).await?;
    let said = form.said(&state.catalog, &request, &v);
    let asked_for = match &said {
        Said::Yes { items, left_out, days, .. } => NewGrant {
            left_out: request.left_out_with(items, left_out.clone()),
            items: items.clone(),
            days: *days,
            ..request.as_new_grant()
        },
        Said::No { .. } => request.as_new_grant(),
    };
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    let outcome =
        jq_consent::answer_request(&mut tx, &state.catalog, &user, &request.request_id, said, now).await;
    match outcome {
        Ok(answered) => {
            tx.commit().await?;
            let to = match answered.consent_id {
                Some(consent) => format!("/firm/consents/{consent}/receipt"),
                None => "/firm/consents?done=refused".to_owned(),
            };
            Ok(Redirect::to(&to).into_response())
        }
        Err(ConsentError::TextChanged | ConsentError::MovedOn) => {
            tx.rollback().await?;
            let notice = v.t("consent-text-changed");
            let shown = RequestPage::new(v, &state, &user, &request, &asked_for, notice);
            Ok((StatusCode::CONFLICT, page(&shown)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// The request with this number to the firm.
async fn find(state: &PortalState, user: &FirmUser, id: &str) -> Result<Request, Refused> {
    let id = ConsentRequestId::parse(id).map_err(|_| ConsentError::NotFound)?;
    let found = jq_consent::find_request(&state.db, &id).await?;
    let own = found.filter(|request| request.subject == *user.subject());
    own.ok_or_else(|| ConsentError::NotFound.into())
}

/// What is asked for, or less of it when the firm chose so.
fn narrowed(catalog: &Catalog, request: &Request, less: &Wish) -> NewGrant {
    let mut new = request.as_new_grant();
    let items: BTreeSet<String> = less.items.intersection(&request.items).cloned().collect();
    if !items.is_empty() {
        new.items = items;
    }
    new.left_out = request.left_out_with(&new.items, left_out_of(catalog, &new.items, &less.without));
    new.days =
        wish::days(&less.days).filter(|days| (1..=request.days).contains(days)).unwrap_or(request.days);
    new
}

impl AnswerForm {
    fn said(&self, catalog: &Catalog, request: &Request, v: &Visit) -> Said {
        if self.answer != "yes" {
            return Said::No { reason: String::new() };
        }
        let items = wish::items(&self.items);
        Said::Yes {
            left_out: left_out_of(catalog, &items, &wish::fields(&self.without)),
            items,
            days: wish::days(&self.days).unwrap_or(request.days),
            text_hash: Some(self.text_hash.clone()),
            evidence: evidence(v),
        }
    }
}

impl RequestPage {
    fn new(
        v: Visit,
        state: &PortalState,
        user: &FirmUser,
        request: &Request,
        new: &NewGrant,
        notice: String,
    ) -> Self {
        let now = state.db.clock().now();
        let is_open = request.state(now) == RequestState::Asked;
        let shown = if is_open { new.clone() } else { request.as_new_grant() };
        Self {
            may: may_consent(user),
            notice,
            head: RequestView::new(&v, request, now),
            note: request.note.clone(),
            answered_at: request.answered_at.map(say::moment).unwrap_or_default(),
            consent: request.consent_id.as_ref().map(ToString::to_string).unwrap_or_default(),
            terms: TermsView::new(&v, state, user.subject_name(), &shown, now),
            is_less: shown.items.len() < request.items.len()
                || shown.days < request.days
                || shown.left_out.len() > request.left_out_with(&shown.items, BTreeSet::new()).len(),
            choices: ItemFields::of(&v, &state.catalog, &shown, &request.left_out),
            all: groups_where(&v, &state.catalog, |item| request.items.contains(item)),
            chosen: shown.items,
            days_max: request.days,
            v,
        }
    }
}
