//! `POST /api/v1/consent-requests`: a bank asks a subject for a consent.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jq_base::ids::SubjectKind;
use jq_consent::NewRequest;

use super::view::{AskBody, RequestView};
use crate::body::Sent;
use crate::caller::BankClient;
use crate::code;
use crate::once::{Begun, Key, begin};
use crate::problem::ApiProblem;
use crate::said::Said;
use crate::state::ApiState;
use crate::subject::{own_bank, registered_name};

#[utoipa::path(
    post,
    path = "/api/v1/consent-requests",
    operation_id = "ask_for_consent",
    tag = "consents",
    summary = "Ask for a consent",
    description = "Asks a subject to let the bank read items for a purpose and a term. Nothing opens by it: the \
        subject says yes, perhaps to less, or no. One request for a purpose waits at a time.",
    params(("Idempotency-Key" = String, Header,
        description = "Made up by the caller for this act; the same one is sent when it is tried again.",
        min_length = 1, max_length = 255)),
    request_body(content = AskBody, example = json!({
        "subject": "91500102MAC8YUW23Y", "items": ["tax_payment", "power_bill"], "purpose": "pre_loan", "days": 30,
        "note": "用于审查贵公司的贷款申请"
    })),
    responses((status = 201, description = "The request waits for an answer.", body = RequestView,
        headers(("Idempotent-Replayed" = String, description = "True when this is the answer to an earlier try.")))),
    security(("client_credentials" = [])),
)]
pub(crate) async fn ask(
    State(state): State<ApiState>,
    client: BankClient,
    key: Key,
    sent: Sent,
) -> Result<Response, ApiProblem> {
    let digest = sent.digest.clone();
    let body = sent.read(AskBody::read)?;
    check_own(&state, &client, &body).await?;
    let bank = own_bank(&state, &client).await?;
    let subject_name = name(&state, &client, &body).await?;
    let mut call = match begin(&state, &client, key, &digest).await? {
        Begun::New(call) => call,
        Begun::Before(answer) => return Ok(answer),
    };
    let new = NewRequest {
        subject: body.subject,
        subject_name,
        bank_zh: bank.name_zh,
        bank_en: bank.name_en,
        items: body.items.into_iter().collect(),
        left_out: body.fields_left_out.into_iter().collect(),
        purpose: body.purpose.0.0,
        product: body.product,
        order: body.order,
        days: body.days,
        queries_max: body.queries_max,
        note: body.note.unwrap_or_default(),
    };
    let now = call.tx.now();
    let asked = jq_consent::request(&mut call.tx, &state.catalog, client.reader(), new, now).await?;
    call.finish(StatusCode::CREATED, &RequestView::new(asked, now)).await
}

/// A product or order that is named must be the bank's, and the order the subject's.
async fn check_own(state: &ApiState, client: &BankClient, body: &AskBody) -> Result<(), ApiProblem> {
    if let Some(product) = &body.product {
        let found = state.lending.products().find(product);
        if found.is_none_or(|product| product.bank != *client.bank()) {
            let words = Said::fixed("不是本行的产品", "is no product of your bank");
            return Err(ApiProblem::new(&code::BODY).error("product", words));
        }
    }
    if let Some(order) = &body.order {
        let found = state.lending.find_for(&state.db, &client.for_clerk(None), order).await?;
        if found.subject != body.subject {
            let words = Said::fixed("不是该主体的订单", "is no order of that subject");
            return Err(ApiProblem::new(&code::BODY).error("order", words));
        }
    }
    Ok(())
}

/// The subject's name in messages: from the register, or as the bank gives it for a natural person.
async fn name(state: &ApiState, client: &BankClient, body: &AskBody) -> Result<String, ApiProblem> {
    if body.subject.kind() == SubjectKind::Organisation {
        return registered_name(state, client, &body.subject).await;
    }
    body.subject_name.clone().ok_or_else(|| {
        let words = Said::fixed("自然人须提供姓名", "a natural person's name must be given");
        ApiProblem::new(&code::BODY).error("subject_name", words)
    })
}
