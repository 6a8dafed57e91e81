//! The first step: how much, for how long, how it is paid back, what for.

use askama::Template;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use jq_lending::OrderKind;
use jq_lending::order::LoanUse;
use jq_lending::product::Product;
use jq_web::{FieldProblem, Visit, page};
use serde::Deserialize;

use super::draft::{Draft, USE_TEXT_CHARS};
use super::{Obstacle, ProductHead};
use crate::form::{self, Choice};
use crate::plan;
use crate::refused::Answer;
use crate::session::Firm;
use crate::state::PortalState;
use crate::steps::Step;
use crate::words;

/// The fields of this step.
const FIELDS: [&str; 7] = ["kind", "follows", "amount", "months", "method", "loan_use", "use_text"];

/// The first step.
#[derive(Template)]
#[template(path = "firm/apply_terms.html")]
pub struct TermsPage {
    v: Visit,
    steps: Vec<Step>,
    product: ProductHead,
    obstacle: Option<Obstacle>,
    draft: Draft,
    kind: String,
    methods: Vec<Choice>,
    uses: Vec<Choice>,
    use_text_chars: usize,
    errors: Vec<FieldProblem>,
}

/// What an address can bring along from the list of products, an estimate or an older loan.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wishes {
    amount: String,
    months: String,
    method: String,
    kind: String,
    follows: String,
}

/// The form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct TermsForm {
    kind: String,
    follows: String,
    amount: String,
    months: String,
    method: String,
    loan_use: String,
    use_text: String,
}

/// `GET /firm/apply/{product}`
pub async fn ask(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    Query(wishes): Query<Wishes>,
    headers: HeaderMap,
    v: Visit,
) -> Answer {
    let product = super::offered(&state, &id)?;
    super::must_apply(&user)?;
    let draft = super::draft(&headers, &user, product);
    if !wishes.are_none() {
        // Kept at once, so that going back later shows what was typed and not what the address said.
        return wishes.add_to(draft).keep(&state, &format!("/firm/apply/{}", product.id));
    }
    let obstacle = super::obstacle(&state, &user, product).await?;
    Ok(page(&TermsPage::new(v, product, draft, obstacle, Vec::new())))
}

/// `POST /firm/apply/{product}`
pub async fn take(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    headers: HeaderMap,
    v: Visit,
    Form(form): Form<TermsForm>,
) -> Answer {
    let product = super::offered(&state, &id)?;
    super::must_apply(&user)?;
    let draft = form.write_into(super::draft(&headers, &user, product));
    // What the next step asks for is not judged here.
    let asked = Draft { contact: String::new(), ..draft.clone() };
    let mut errors = asked.read(&v, &user, product, &state.lending).err().unwrap_or_default();
    errors.retain(|error| FIELDS.contains(&error.field.as_str()));
    if errors.is_empty() {
        super::admission::ask(&state, &user, &[product]).await?;
        return draft.keep(&state, &format!("/firm/apply/{}/contact", product.id));
    }
    let wrong = TermsPage::new(v, product, draft, None, errors);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&wrong)).into_response())
}

impl Wishes {
    fn are_none(&self) -> bool {
        [&self.amount, &self.months, &self.method, &self.kind, &self.follows]
            .iter()
            .all(|wish| wish.is_empty())
    }

    /// The draft with what the address brings along.
    fn add_to(self, mut draft: Draft) -> Draft {
        let set = |field: &mut String, wish: String| {
            if !wish.is_empty() {
                *field = wish;
            }
        };
        set(&mut draft.amount, self.amount);
        set(&mut draft.months, self.months);
        set(&mut draft.method, self.method);
        set(&mut draft.kind, self.kind);
        set(&mut draft.follows, self.follows);
        draft.cut()
    }
}

impl TermsForm {
    fn write_into(self, draft: Draft) -> Draft {
        let draft = Draft {
            kind: self.kind,
            follows: self.follows,
            amount: self.amount,
            months: self.months,
            method: self.method,
            loan_use: self.loan_use,
            use_text: self.use_text,
            ..draft
        };
        draft.cut()
    }
}

impl TermsPage {
    fn new(
        v: Visit,
        product: &Product,
        draft: Draft,
        obstacle: Option<Obstacle>,
        errors: Vec<FieldProblem>,
    ) -> Self {
        let lang = v.lang();
        let uses: &[LoanUse] = if product.uses.is_empty() { LoanUse::ALL } else { &product.uses };
        let method = draft.method.as_str();
        let kind = draft.kind.parse().unwrap_or(OrderKind::New);
        Self {
            steps: super::steps(&v, 0),
            product: ProductHead::new(&v, product),
            obstacle,
            kind: if kind == OrderKind::New { String::new() } else { kind.text(lang).to_owned() },
            methods: methods(&v, product, method),
            uses: uses.iter().map(|one| Choice::plain(one.code(), one.text(lang), &draft.loan_use)).collect(),
            use_text_chars: USE_TEXT_CHARS,
            draft,
            errors,
            v,
        }
    }

    fn wrong(&self, field: &str) -> &str {
        form::wrong(&self.errors, field)
    }

    /// The amount as it will be understood, so that nobody is off by a factor.
    fn understood(&self) -> String {
        words::read_amount(&self.draft.amount)
            .map(|money| words::exact(self.v.lang(), money))
            .unwrap_or_default()
    }
}

/// The ways to pay back that a product offers; the only one is chosen already.
pub fn methods(v: &Visit, product: &Product, chosen: &str) -> Vec<Choice> {
    let chosen = match product.methods.as_slice() {
        [one] => one.code(),
        _ => chosen,
    };
    let choice = |one: &jq_lending::schedule::RepaymentMethod| {
        let about = v.t(&plan::about_key(*one));
        Choice::told(one.code(), one.text(v.lang()), about, chosen)
    };
    product.methods.iter().map(choice).collect()
}
