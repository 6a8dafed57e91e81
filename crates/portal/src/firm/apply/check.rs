//! The last step: everything once more, what it would cost, what the bank will read, and one press to send it.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use jq_base::lang::Lang;
use jq_base::permit::Purpose;
use jq_consent::{ConsentText, Evidence, NewGrant, purpose_terms};
use jq_identity::{FirmUser, MandateScope};
use jq_lending::OrderKind;
use jq_lending::order::NewOrder;
use jq_lending::product::Product;
use jq_web::{FieldProblem, Visit, page, say};

use super::draft::Draft;
use super::{Obstacle, ProductHead, contact};
use crate::followed::Followed;
use crate::plan::PlanView;
use crate::public::Fact;
use crate::refused::{Answer, Refused};
use crate::session::Firm;
use crate::state::PortalState;
use crate::steps::Step;
use crate::words;

/// The last step.
#[derive(Template)]
#[template(path = "firm/apply_check.html")]
pub struct CheckPage {
    v: Visit,
    steps: Vec<Step>,
    product: ProductHead,
    notice: String,
    obstacle: Option<Obstacle>,
    /// What stands in the way of being admitted, as far as the records say.
    hindrances: Vec<String>,
    terms: Vec<Fact>,
    contact: Vec<Fact>,
    plan: Option<PlanView>,
    followed: Option<Followed>,
    consent: Consent,
    digest: String,
}

/// How the firm stands with the consent that the product needs.
pub enum Consent {
    /// The bank may read what it needs already.
    Given {
        /// Until when, in words.
        until: String,
    },
    /// It is asked for together with sending.
    Asked {
        /// What is agreed to.
        text: ConsentText,
        /// How many items the bank reads.
        count: usize,
    },
    /// The person who applies may not consent for the firm.
    Elsewhere {
        /// Where somebody who may does it.
        href: String,
    },
}

/// `GET /firm/apply/{product}/check`
pub async fn show(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    headers: HeaderMap,
    v: Visit,
) -> Answer {
    let product = super::offered(&state, &id)?;
    super::must_apply(&user)?;
    let draft = super::draft(&headers, &user, product);
    match ready(&v, &user, product, &state, &draft) {
        Ok(new) => Ok(page(&CheckPage::new(v, &state, &user, product, &draft, &new, "").await?)),
        Err(unfinished) => Ok(unfinished),
    }
}

/// The page again, with what happened meanwhile.
pub async fn again(
    v: Visit,
    state: &PortalState,
    user: &FirmUser,
    product: &Product,
    draft: &Draft,
    notice: &str,
) -> Answer {
    match ready(&v, user, product, state, draft) {
        Ok(new) => {
            let shown = CheckPage::new(v, state, user, product, draft, &new, notice).await?;
            Ok((StatusCode::CONFLICT, page(&shown)).into_response())
        }
        Err(unfinished) => Ok(unfinished),
    }
}

/// What is asked for, or the way to the step that is not finished.
pub fn ready(
    v: &Visit,
    user: &FirmUser,
    product: &Product,
    state: &PortalState,
    draft: &Draft,
) -> Result<NewOrder, Response> {
    let lead = |step: &str| Redirect::to(&format!("/firm/apply/{}{step}", product.id)).into_response();
    let in_contact = |error: &FieldProblem| error.field.starts_with("contact");
    match draft.read(v, user, product, &state.lending) {
        Ok(new) if draft.has_contact() => Ok(new),
        Err(errors) if !errors.iter().all(in_contact) => Err(lead("")),
        Ok(_) | Err(_) => Err(lead("/contact")),
    }
}

/// The consent that the product needs, as it would be given.
pub fn new_grant(product: &Product) -> NewGrant {
    NewGrant {
        bank: product.bank.clone(),
        bank_zh: product.bank_zh.clone(),
        bank_en: product.bank_en.clone(),
        items: product.items.iter().cloned().collect::<BTreeSet<_>>(),
        left_out: BTreeSet::new(),
        purpose: Purpose::PreLoan,
        product: Some(product.id.clone()),
        order: None,
        days: purpose_terms(Purpose::PreLoan).map_or(0, |terms| terms.days_default),
        queries_max: None,
        text_hash: None,
        evidence: Evidence::default(),
    }
}

impl Consent {
    async fn of(v: &Visit, state: &PortalState, user: &FirmUser, product: &Product) -> Result<Self, Refused> {
        let now = state.db.clock().now();
        let (subject, purpose) = (user.subject(), Purpose::PreLoan);
        let found = jq_consent::find_active(&state.db, subject, &product.bank, purpose, now).await?;
        let needed = product.items.iter().map(String::as_str);
        if let Some(grant) = found.filter(|grant| grant.covers(needed)) {
            return Ok(Self::Given { until: say::moment(grant.valid_to) });
        }
        let new = new_grant(product);
        let text = jq_consent::consent_text(v.lang(), &state.catalog, user.subject_name(), &new);
        match text.filter(|_| user.may(MandateScope::Consent)) {
            Some(text) => Ok(Self::Asked { text, count: new.items.len() }),
            None => Ok(Self::Elsewhere { href: consent_href(product) }),
        }
    }
}

/// Where the firm can give the consent on its own, and come back.
fn consent_href(product: &Product) -> String {
    let (bank, id, items) = (&product.bank, &product.id, product.items.join(","));
    format!(
        "/firm/consents/new?bank={bank}&product={id}&purpose=pre_loan&items={items}&return=/firm/apply/{id}/check"
    )
}

impl CheckPage {
    async fn new(
        v: Visit,
        state: &PortalState,
        user: &FirmUser,
        product: &Product,
        draft: &Draft,
        new: &NewOrder,
        notice: &str,
    ) -> Result<Self, Refused> {
        let today = state.db.clock().today();
        Ok(Self {
            steps: super::steps(&v, 2),
            product: ProductHead::new(&v, product),
            notice: notice.to_owned(),
            obstacle: super::obstacle(state, user, product).await?,
            hindrances: super::admission::hindrances(state, user, product, v.lang()).await?,
            terms: terms(&v, new),
            contact: contact_facts(&v, user, new, draft),
            plan: PlanView::of_product(&v, product, new.method, new.amount, new.months, today),
            followed: Followed::of_new(&v, state, user, product, new).await?,
            consent: Consent::of(&v, state, user, product).await?,
            digest: draft.digest(),
            v,
        })
    }
}

fn terms(v: &Visit, new: &NewOrder) -> Vec<Fact> {
    let lang = v.lang();
    let exact = words::exact(lang, new.amount);
    let amount = match lang {
        Lang::Zh => format!("{}（{exact}）", words::amount(lang, new.amount)),
        Lang::En => exact,
    };
    let kind = (new.kind != OrderKind::New).then(|| Fact::new(v.t("apply-kind"), new.kind.text(lang)));
    let mut facts: Vec<Fact> = kind.into_iter().collect();
    facts.push(Fact::new(v.t("apply-amount"), amount));
    facts.push(Fact::new(v.t("apply-months"), words::months(v, new.months)));
    facts.push(Fact::new(v.t("apply-method"), new.method.text(lang)));
    facts.push(Fact::new(v.t("apply-use"), new.loan_use.text(lang)));
    if !new.use_text.is_empty() {
        facts.push(Fact::new(v.t("apply-use-text"), new.use_text.clone()));
    }
    facts
}

fn contact_facts(v: &Visit, user: &FirmUser, new: &NewOrder, draft: &Draft) -> Vec<Fact> {
    let person =
        if draft.is_other_contact() { format!("{} {}", draft.name, draft.mobile) } else { contact::me(user) };
    let yes_no = |yes: bool| v.t(if yes { "apply-yes" } else { "apply-no" });
    vec![
        Fact::new(v.t("apply-contact"), person),
        Fact::new(v.t("apply-other-banks"), yes_no(new.other_banks)),
        Fact::new(v.t("apply-first-loan"), yes_no(new.first_loan)),
    ]
}
