//! What could the firm borrow: the banks' models answer, with reasons and with what would help.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect};
use jq_base::lang::Lang;
use jq_base::money::Money;
use jq_consent::OwnPurpose;
use jq_db::audit::AuditLine;
use jq_decision::StoredDecision;
use jq_decision::view::{AnswerView, PrequalView, disclaimer};
use jq_identity::FirmUser;
use jq_lending::product::Product;
use jq_web::{Problem, Visit, page};
use serde::Deserialize;

use crate::refused::{Answer, Refused};
use crate::session::Firm;
use crate::state::PortalState;
use crate::words;

/// The question, or the answers of all banks.
#[derive(Template)]
#[template(path = "firm/prequal.html")]
pub struct PrequalPage {
    /// The visit.
    pub v: Visit,
    /// The last answers, if the firm ever asked.
    pub view: Option<PrequalView>,
    /// That this binds no bank.
    pub disclaimer: String,
    /// Where to apply with an answer that gives a limit, by the number of the answer.
    pub offers: BTreeMap<String, String>,
    /// The kinds of products that fit, best first.
    pub kinds: Vec<KindFit>,
    /// The firm is told when another kind fits best.
    pub follows: bool,
}

/// How well a kind of product fits.
pub struct KindFit {
    /// The kind.
    pub name: String,
    /// 0 to 100.
    pub rank: u8,
    /// What speaks for it.
    pub fits: Vec<String>,
    /// Where its products are.
    pub href: String,
}

impl KindFit {
    fn of(lang: Lang, state: &PortalState, stored: &StoredDecision) -> Option<Self> {
        let decision = &stored.decision;
        let flows = state.decisions.flows();
        let flow = flows.find(&decision.flow_id)?;
        Some(Self {
            name: flow.about().product.text(lang).to_owned(),
            rank: decision.rank_whole()?,
            fits: decision.fits.iter().map(|words| words.text(lang).to_owned()).collect(),
            href: format!("/products?{}", flow.about().shelf),
        })
    }
}

impl PrequalPage {
    fn apply(&self, answer: &AnswerView) -> &str {
        self.offers.get(&answer.decision_id).map_or("", String::as_str)
    }

    fn best(&self) -> &str {
        let answers = self.view.iter().flat_map(|view| &view.answers);
        answers
            .filter(|answer| answer.has_limit())
            .map(|answer| answer.limit_text.as_str())
            .next()
            .unwrap_or("")
    }
}

/// One bank's answer in full.
#[derive(Template)]
#[template(path = "firm/prequal_answer.html")]
pub struct AnswerPage {
    /// The visit.
    pub v: Visit,
    /// The answer.
    pub answer: AnswerView,
    /// That this binds no bank.
    pub disclaimer: String,
    /// Where to apply with it; empty without a limit or a product.
    pub apply: String,
}

/// `GET /firm/prequal` explains, or shows the last answers.
pub async fn show(State(state): State<PortalState>, Firm(user): Firm, v: Visit) -> Answer {
    let view = last(&state, &user, v.lang()).await?;
    let answers = view.iter().flat_map(|view| &view.answers);
    let offers = answers.map(|answer| (answer.decision_id.clone(), apply_address(&state, answer))).collect();
    let matched = state.decisions.last_matching(user.subject()).await?;
    let kinds = matched.iter().filter_map(|stored| KindFit::of(v.lang(), &state, stored)).collect();
    let follows = jq_matching::follows(&state.db, user.subject()).await?;
    Ok(page(&PrequalPage { view, disclaimer: disclaimer(v.lang()).to_owned(), offers, kinds, follows, v }))
}

/// Whether the firm wants to be told.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct FollowForm {
    on: String,
}

/// `POST /firm/prequal/follow`
pub async fn follow(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Form(form): Form<FollowForm>,
) -> Answer {
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    if form.on == "yes" {
        jq_matching::follow(&mut tx, &user, now).await?;
    } else {
        jq_matching::unfollow(&mut tx, &user).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to("/firm/prequal").into_response())
}

/// `POST /firm/prequal` asks every bank's model.
pub async fn ask(State(state): State<PortalState>, Firm(user): Firm) -> Answer {
    let items = state.decisions.items();
    let items: Vec<&str> = items.iter().map(String::as_str).collect();
    let mut tx = state.db.begin().await?;
    let now = tx.now();
    let own = OwnPurpose::Prequal;
    let permit = jq_consent::permit_self(&mut tx, &state.catalog, &user, own, &items, now).await?;
    tx.commit().await?;
    state.decisions.prequal(&permit).await?;
    state.decisions.matching(&permit).await?;
    Ok(Redirect::to("/firm/prequal").into_response())
}

/// `GET /firm/prequal/{decision_id}`
pub async fn answer(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(decision_id): Path<String>,
    v: Visit,
) -> Answer {
    let view = last(&state, &user, v.lang()).await?;
    let answers = view.map(|view| view.answers).unwrap_or_default();
    match answers.into_iter().find(|answer| answer.decision_id == decision_id) {
        Some(answer) => {
            let apply = apply_address(&state, &answer);
            Ok(page(&AnswerPage { answer, disclaimer: disclaimer(v.lang()).to_owned(), apply, v }))
        }
        None => Err(Problem::new(404, "decision/no-such-answer").forward("/firm/prequal").into()),
    }
}

/// What the banks answered last; nothing when the firm never asked. Who looks is on record, as with a report.
pub async fn last(state: &PortalState, user: &FirmUser, lang: Lang) -> Result<Option<PrequalView>, Refused> {
    let stored = state.decisions.last_prequal(user.subject()).await?;
    let Some(first) = stored.first() else { return Ok(None) };
    let line = AuditLine::new(user.account().as_str(), user.role().code(), "decision.read");
    let detail = serde_json::json!({ "run": first.run_id, "answers": stored.len() });
    state.db.record(line.subject(user.subject().as_str()).detail(detail)).await?;
    Ok(Some(PrequalView::new(user.subject_name(), &stored, state.decisions.flows().list(), lang)))
}

/// Where to apply with an answer: the open product that the model belongs to, with the limit as far as the product
/// goes. Empty without a limit or a product.
fn apply_address(state: &PortalState, answer: &AnswerView) -> String {
    let is_its = |product: &&Product| {
        product.open && product.flow.as_ref().is_some_and(|flow| flow.as_str() == answer.flow_id)
    };
    let product = state.lending.products().list().find(is_its);
    let Some((product, limit)) = product.zip(answer.limit_fen) else { return String::new() };
    let amount = Money::from_fen(limit).clamp(product.amount_min, product.amount_max);
    format!("/firm/apply/{}?amount={}", product.id, words::typed_amount(amount))
}

/// The colour of an answer.
pub fn tone(answer: &AnswerView) -> &'static str {
    match answer.outcome.as_str() {
        "can" => "good",
        "need_visit" => "info",
        "not_enough_data" => "soon",
        _ => "",
    }
}

/// The icon of an answer.
pub fn icon(answer: &AnswerView) -> &'static str {
    match answer.outcome.as_str() {
        "can" => "circle-check",
        "need_visit" => "users",
        "cannot" => "circle-x",
        "not_enough_data" => "database",
        _ => "circle-dashed",
    }
}
