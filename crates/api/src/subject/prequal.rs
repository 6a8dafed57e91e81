//! `POST /api/v1/subjects/{uscc}/prequal`: a bank asks its own models about a subject that consented.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use jq_base::ids::{DecisionId, OrderId};
use jq_base::lang::Lang;
use jq_base::permit::Purpose;
use jq_db::audit::AuditLine;
use jq_decision::StoredDecision;
use jq_decision::model::{Absence, Missing, Reason, Words};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::open::{PermitView, Wish, granted_items, open, path_subject};
use crate::body::{Fields, Sent};
use crate::caller::BankClient;
use crate::code;
use crate::once::{Begun, Kept, OptKey, begin};
use crate::params::Name;
use crate::problem::ApiProblem;
use crate::state::ApiState;
use crate::words::{BankPurpose, BankPurposeWord, OutcomeWord, Word};

/// For what the models are asked; may be left out as a whole.
#[derive(Debug, ToSchema)]
#[schema(as = PrequalRequest)]
pub(crate) struct PrequalBody {
    /// What for; `pre_loan` when it is left out.
    #[schema(inline, required = false)]
    purpose: BankPurposeWord,
    /// For which order, when the consent is for one.
    #[schema(value_type = String, required = false)]
    order: Option<OrderId>,
}

impl PrequalBody {
    fn read(fields: &mut Fields) -> Self {
        let purpose = fields.opt_word("purpose").unwrap_or(BankPurpose(Purpose::PreLoan));
        Self { purpose: Word(purpose), order: fields.opt_id("order") }
    }
}

/// What the bank's models answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Prequal)]
pub(crate) struct PrequalView {
    /// The subject.
    subject: String,
    /// Under which permit was read.
    permit: PermitView,
    /// The day whose knowledge the answers rest on.
    as_of: Date,
    /// One answer per model of the bank.
    answers: Vec<AnswerView>,
}

/// One model's answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrequalAnswer)]
pub(crate) struct AnswerView {
    /// The number under which the decision is kept with its trace.
    decision_id: String,
    /// The model.
    flow_id: String,
    /// The version of the model that answered.
    flow_version: String,
    /// The product it is for.
    product_id: String,
    /// The answer.
    #[schema(inline)]
    outcome: OutcomeWord,
    /// The indicative limit in fen.
    limit_fen: Option<i64>,
    /// The lowest yearly rate in parts per million.
    rate_min_ppm: Option<i64>,
    /// The highest yearly rate in parts per million.
    rate_max_ppm: Option<i64>,
    /// The shortest term in months.
    months_min: Option<u32>,
    /// The longest term in months.
    months_max: Option<u32>,
    /// Why not more, or why not.
    reasons: Vec<ReasonView>,
    /// Sources that were not there for the model.
    missing: Vec<MissingView>,
    /// What would change the answer, each verified by running the same model again.
    improvements: Vec<TextView>,
}

/// A reason in words that the firm can use.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrequalReason)]
pub(crate) struct ReasonView {
    /// The refusal code.
    code: String,
    /// The rule of the bank's model that gave it.
    rule: String,
    /// In Chinese.
    text_zh: String,
    /// In English.
    text_en: String,
}

/// A source that was not there.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PrequalMissing)]
pub(crate) struct MissingView {
    /// The item, or `declared` for what only the subject can state.
    item: String,
    /// Why: `no_record`, `not_authorised`, `not_connected` or `not_stated`.
    why: String,
    /// The source's name in Chinese.
    name_zh: String,
    /// The source's name in English.
    name_en: String,
}

/// A sentence in both languages.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Text)]
pub(crate) struct TextView {
    /// In Chinese.
    zh: String,
    /// In English.
    en: String,
}

#[utoipa::path(
    post,
    path = "/api/v1/subjects/{uscc}/prequal",
    operation_id = "ask_own_models",
    tag = "subjects",
    summary = "Ask the bank's own models",
    description = "Asks every model of the caller's bank about a subject that consented, as of today. What the consent \
        does not open is not known to the models, never zero; an item of which the subject left fields out is not \
        known to them as a whole. The answers are kept with their trace. Each call counts \
        one reading; with a key, the same call again gives the same answer and counts none.",
    params(
        ("uscc" = String, Path, description = "The subject's credit code, or the keyed hash of a natural person.",
            example = "91500102MAC8YUW23Y"),
        ("Idempotency-Key" = Option<String>, Header,
            description = "Made up by the caller for this act; the same one is sent when it is tried again.",
            min_length = 1, max_length = 255),
    ),
    request_body(content = Option<PrequalBody>, example = json!({ "purpose": "pre_loan" })),
    responses((status = 200, description = "The answers of the bank's models.", body = PrequalView,
        headers(("Idempotent-Replayed" = String, description = "True when this is the answer to an earlier try.")))),
    security(("client_credentials" = [])),
)]
pub(crate) async fn prequal(
    State(state): State<ApiState>,
    client: BankClient,
    Name(uscc): Name,
    OptKey(key): OptKey,
    sent: Sent,
) -> Result<Response, ApiProblem> {
    let digest = sent.digest.clone();
    let body = sent.read(|fields| Some(PrequalBody::read(fields)))?;
    let (subject, purpose) = (path_subject(&uscc)?, body.purpose.0.0);
    let wish = Wish { subject, purpose, order: body.order, consent: None, needs: Vec::new() };
    if !state.decisions.answers_for(client.bank()) {
        return Err(ApiProblem::new(&code::NO_FLOW));
    }
    let Some(key) = key else { return Ok(Json(ask(&state, &client, &wish).await?).into_response()) };
    // The models keep their answers in a transaction of their own, so the key is looked up before and kept after.
    let key = match begin(&state, &client, key, &digest).await? {
        Begun::Before(answer) => return read_again(&state, &client, &wish, answer).await,
        Begun::New(call) => call.release().await?,
    };
    let view = ask(&state, &client, &wish).await?;
    match begin(&state, &client, key, &digest).await? {
        Begun::Before(answer) => read_again(&state, &client, &wish, answer).await,
        Begun::New(call) => call.finish(StatusCode::OK, &view).await,
    }
}

/// Puts on record that answers which were given before are read again.
async fn read_again(
    state: &ApiState,
    client: &BankClient,
    wish: &Wish,
    answer: Response,
) -> Result<Response, ApiProblem> {
    let told = answer.extensions().get::<Kept>().map(|kept| serde_json::from_str::<Value>(&kept.0));
    let told = told.transpose().map_err(|error| ApiProblem::internal(&error))?.unwrap_or_default();
    let first = told["answers"][0]["decision_id"].as_str().and_then(|id| id.parse::<DecisionId>().ok());
    let run = match first {
        Some(first) => Some(state.decisions.get_decision(&first).await?.run_id),
        None => None,
    };
    let line = AuditLine::new(client.id(), "client", "decision.read").institution(client.bank().as_str());
    let answers = told["answers"].as_array().map_or(0, Vec::len);
    let detail = json!({ "run": run, "answers": answers });
    state.db.record(line.subject(wish.subject.as_str()).detail(detail)).await?;
    Ok(answer)
}

async fn ask(state: &ApiState, client: &BankClient, wish: &Wish) -> Result<PrequalView, ApiProblem> {
    let (granted, used) = (granted_items(state, client, wish).await?, state.decisions.items());
    let both: Vec<&str> =
        used.iter().map(String::as_str).filter(|item| granted.iter().any(|one| one == item)).collect();
    let items = if both.is_empty() { used.iter().map(String::as_str).collect() } else { both };
    let opened = open(state, client, wish, &items).await?;
    let answers = state.decisions.prequal_for(client.bank(), &opened.permit.for_models()).await?;
    let as_of = answers.first().map_or_else(|| state.db.clock().today(), |answer| answer.as_of);
    let answers = answers.into_iter().map(|answer| answer_view(state, answer)).collect();
    Ok(PrequalView { subject: wish.subject.to_string(), permit: opened.view, as_of, answers })
}

fn answer_view(state: &ApiState, stored: StoredDecision) -> AnswerView {
    let decision = stored.decision;
    let flows = state.decisions.flows();
    let flow = flows.find(&decision.flow_id);
    AnswerView {
        decision_id: stored.decision_id.into(),
        product_id: flow.map(|flow| flow.about().product_id.clone()).unwrap_or_default(),
        outcome: Word(decision.outcome),
        limit_fen: decision.limit_fen,
        rate_min_ppm: decision.rate.map(|rate| rate.low_ppm),
        rate_max_ppm: decision.rate.map(|rate| rate.high_ppm),
        months_min: decision.term.as_ref().map(|term| term.months_min),
        months_max: decision.term.as_ref().map(|term| term.months_max),
        reasons: decision.reasons.into_iter().map(ReasonView::from).collect(),
        missing: decision.missing.iter().map(MissingView::from).collect(),
        improvements: decision.improvements.iter().map(TextView::from).collect(),
        flow_id: decision.flow_id,
        flow_version: decision.flow_version,
    }
}

impl From<Reason> for ReasonView {
    fn from(reason: Reason) -> Self {
        Self { code: reason.code, rule: reason.rule, text_zh: reason.words.zh, text_en: reason.words.en }
    }
}

impl From<&Missing> for MissingView {
    fn from(missing: &Missing) -> Self {
        let why = match missing.why {
            Absence::NoRecord => "no_record",
            Absence::NotAuthorised => "not_authorised",
            Absence::NotConnected => "not_connected",
            Absence::NotStated => "not_stated",
        };
        let name = |lang| missing.name.text(lang).to_owned();
        Self {
            item: missing.item.clone(),
            why: why.to_owned(),
            name_zh: name(Lang::Zh),
            name_en: name(Lang::En),
        }
    }
}

impl From<&Words> for TextView {
    fn from(words: &Words) -> Self {
        Self { zh: words.zh.clone(), en: words.en.clone() }
    }
}
