//! The second step: whom the bank shall call, and two things that help it along.

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect};
use jq_identity::FirmUser;
use jq_lending::product::Product;
use jq_web::{FieldProblem, Visit, page};
use serde::Deserialize;

use super::ProductHead;
use super::draft::Draft;
use crate::form;
use crate::refused::Answer;
use crate::session::Firm;
use crate::state::PortalState;
use crate::steps::Step;

/// The fields of this step.
const FIELDS: [&str; 2] = ["contact_name", "contact_mobile"];

/// The second step.
#[derive(Template)]
#[template(path = "firm/apply_contact.html")]
pub struct ContactPage {
    v: Visit,
    steps: Vec<Step>,
    product: ProductHead,
    me: String,
    draft: Draft,
    errors: Vec<FieldProblem>,
}

/// The form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ContactForm {
    contact: String,
    contact_name: String,
    contact_mobile: String,
    other_banks: String,
    first_loan: String,
}

/// `GET /firm/apply/{product}/contact`
pub async fn ask(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    headers: HeaderMap,
    v: Visit,
) -> Answer {
    let product = super::offered(&state, &id)?;
    super::must_apply(&user)?;
    match Draft::find(&headers, &user, product) {
        Some(draft) => Ok(page(&ContactPage::new(v, &user, product, draft, Vec::new()))),
        None => Ok(Redirect::to(&format!("/firm/apply/{}", product.id)).into_response()),
    }
}

/// `POST /firm/apply/{product}/contact`
pub async fn take(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    headers: HeaderMap,
    v: Visit,
    Form(form): Form<ContactForm>,
) -> Answer {
    let product = super::offered(&state, &id)?;
    super::must_apply(&user)?;
    let draft = form.write_into(super::draft(&headers, &user, product));
    let mut errors = draft.read(&v, &user, product, &state.lending).err().unwrap_or_default();
    errors.retain(|error| FIELDS.contains(&error.field.as_str()));
    if errors.is_empty() {
        return draft.keep(&state, &format!("/firm/apply/{}/check", product.id));
    }
    let wrong = ContactPage::new(v, &user, product, draft, errors);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&wrong)).into_response())
}

impl ContactForm {
    fn write_into(self, draft: Draft) -> Draft {
        let draft = Draft {
            contact: if self.contact == "other" { self.contact } else { "me".to_owned() },
            name: self.contact_name,
            mobile: self.contact_mobile,
            other_banks: !self.other_banks.is_empty(),
            first_loan: !self.first_loan.is_empty(),
            ..draft
        };
        draft.cut()
    }
}

impl ContactPage {
    fn new(v: Visit, user: &FirmUser, product: &Product, draft: Draft, errors: Vec<FieldProblem>) -> Self {
        Self {
            steps: super::steps(&v, 1),
            product: ProductHead::new(&v, product),
            me: me(user),
            draft,
            errors,
            v,
        }
    }

    fn wrong(&self, field: &str) -> &str {
        form::wrong(&self.errors, field)
    }
}

/// The signed-in person as somebody to be called; name and number show themselves masked.
pub fn me(user: &FirmUser) -> String {
    format!("{} {}", user.person().name(), user.person().mobile())
}
