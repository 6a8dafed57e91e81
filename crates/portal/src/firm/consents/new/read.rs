//! The last question: the whole consent to be read, and yes or no, equally large.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use jq_consent::{ConsentError, NewGrant, purpose_terms};
use jq_identity::FirmUser;
use jq_web::{Problem, Visit, page};
use serde::Deserialize;

use super::{Wish, find_bank, new_grant};
use crate::firm::consents::fields::ItemFields;
use crate::firm::consents::terms::TermsView;
use crate::firm::consents::{evidence, must_consent, wish};
use crate::refused::{Answer, Refused};
use crate::session::Firm;
use crate::state::PortalState;

/// The last question.
#[derive(Template)]
#[template(path = "firm/consent_read.html")]
struct ReadPage {
    v: Visit,
    notice: String,
    terms: TermsView,
    kept: Vec<(&'static str, String)>,
    kept_but_fields: Vec<(&'static str, String)>,
    choices: Vec<ItemFields>,
    change: String,
    no: String,
    has_way_back: bool,
}

/// Yes.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct AgreeForm {
    bank: String,
    purpose: String,
    items: String,
    without: String,
    days: String,
    product: String,
    #[serde(rename = "return")]
    back: String,
    text_hash: String,
}

/// The text with yes and no.
pub(super) fn show(v: Visit, state: &PortalState, user: &FirmUser, wish: &Wish, new: &NewGrant) -> Answer {
    Ok(page(&ReadPage::new(v, state, user, wish, new, String::new())?))
}

/// `POST /firm/consents/new`
pub async fn agree(
    State(state): State<PortalState>,
    Firm(user): Firm,
    v: Visit,
    Form(form): Form<AgreeForm>,
) -> Answer {
    must_consent(&user)?;
    let wish = form.wish();
    let bank = find_bank(&state, &wish).await?;
    let terms = wish.purpose.and_then(purpose_terms);
    let (Some(bank), Some(terms), Some(days)) = (bank, terms, wish::days(&wish.days)) else {
        return Ok(Redirect::to(&wish.address()).into_response());
    };
    let new = new_grant(&state, &bank, &wish, terms.purpose, days)?;
    let agreed = NewGrant { text_hash: Some(form.text_hash), evidence: evidence(&v), ..new.clone() };
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    match jq_consent::grant(&mut tx, &state.catalog, &user, agreed, now).await {
        Ok(grant) => {
            tx.commit().await?;
            let receipt = format!("/firm/consents/{}/receipt", grant.consent_id);
            Ok(Redirect::to(wish.back.as_deref().unwrap_or(&receipt)).into_response())
        }
        Err(ConsentError::TextChanged | ConsentError::MovedOn) => {
            tx.rollback().await?;
            let notice = v.t("consent-text-changed");
            let again = ReadPage::new(v, &state, &user, &wish, &new, notice)?;
            Ok((StatusCode::CONFLICT, page(&again)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

impl AgreeForm {
    fn wish(&self) -> Wish {
        Wish {
            bank: self.bank.parse().ok(),
            purpose: self.purpose.parse().ok(),
            items: wish::items(&self.items),
            without: wish::fields(&self.without),
            days: self.days.clone(),
            product: self.product.parse().ok(),
            back: wish::back(&self.back),
            ..Wish::default()
        }
    }
}

impl ReadPage {
    fn new(
        v: Visit,
        state: &PortalState,
        user: &FirmUser,
        wish: &Wish,
        new: &NewGrant,
        notice: String,
    ) -> Result<Self, Refused> {
        let now = state.db.clock().now();
        let terms = TermsView::new(&v, state, user.subject_name(), new, now).ok_or_else(|| {
            Refused::from(Problem::new(422, "consent/not-grantable").forward("/firm/consents"))
        })?;
        let wish = Wish { days: new.days.to_string(), without: new.left_out.clone(), ..wish.clone() };
        Ok(Self {
            notice,
            terms,
            kept: wish.kept(),
            kept_but_fields: Wish { without: BTreeSet::new(), ..wish.clone() }.kept(),
            choices: ItemFields::of(&v, &state.catalog, new, &BTreeSet::new()),
            change: wish.items_address(),
            has_way_back: wish.back.is_some(),
            no: wish.back.clone().unwrap_or_else(|| "/firm/consents".to_owned()),
            v,
        })
    }
}
