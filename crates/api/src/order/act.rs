//! `POST /api/v1/orders/{id}/…`: what a bank's program does with an order, for one of the bank's employees.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jq_lending::Order;
use jq_lending::order::OrderAct;

use super::body::{ByBody, ContactBody, MaterialsBody, RefusalBody, SayBody, Told};
use super::list::order_id;
use super::terms_body::{GrantBody, SignBody};
use super::view::OrderView;
use crate::body::{Fields, Sent};
use crate::caller::BankClient;
use crate::once::{Begun, Key, begin};
use crate::params::Name;
use crate::problem::ApiProblem;
use crate::state::ApiState;

/// A request for an act, before its body was read.
type Asked = (BankClient, Name, Key, Sent);

/// Declares the handler of an act: its address, its description, its body, and the act it asks for.
macro_rules! acts {
    ($($name:ident $path:literal $summary:literal $description:literal $body:ty, $told:expr, $example:tt;)*) => {$(
        #[utoipa::path(
            post,
            path = $path,
            tag = "orders",
            summary = $summary,
            description = $description,
            params(
                ("id" = String, Path, description = "The order's id."),
                ("Idempotency-Key" = String, Header,
                    description = "Made up by the caller for this act; the same one is sent when it is tried again.",
                    min_length = 1, max_length = 255),
            ),
            request_body(content = $body, example = json!($example)),
            responses((status = 200, description = "The order after the act.", body = OrderView,
                headers(("Idempotent-Replayed" = String, description = "True when this is the answer to an earlier try.")))),
            security(("client_credentials" = [])),
        )]
        pub(crate) async fn $name(
            State(state): State<ApiState>,
            client: BankClient,
            name: Name,
            key: Key,
            sent: Sent,
        ) -> Result<Response, ApiProblem> {
            act(&state, (client, name, key, sent), <$body>::read, $told).await
        }
    )*};
}

acts! {
    accept "/api/v1/orders/{id}/accept"
        "Accept an order"
        "A customer manager takes the order: the time to accept ends, those to speak to the firm and to decide begin."
        ByBody, |body: ByBody| body.told(OrderAct::Accept), { "clerk": "officer@bank01" };
    decline "/api/v1/orders/{id}/decline"
        "Decline an order"
        "The bank does not take the order. It goes on to another bank when the firm agreed to that."
        RefusalBody, |body: RefusalBody| body.told(OrderAct::Decline), { "clerk": "officer@bank01", "code": "R15", "text": "本行在该区域暂无网点，无法上门服务" };
    contact "/api/v1/orders/{id}/contact"
        "Record that the firm was spoken to"
        "The first contact ends the time for it. It may be told later with the time at which it took place."
        ContactBody, ContactBody::told, { "clerk": "officer@bank01", "channel": "phone", "note": "约定周三上门" };
    survey "/api/v1/orders/{id}/survey"
        "Start the survey"
        "The bank begins to look into the firm."
        ByBody, |body: ByBody| body.told(OrderAct::Survey), { "clerk": "officer@bank01" };
    request_materials "/api/v1/orders/{id}/request-materials"
        "Ask for papers"
        "Asks the firm for papers; the time to decide stands still until they are there."
        MaterialsBody, MaterialsBody::told, { "clerk": "officer@bank01", "materials": ["近三个月银行流水"] };
    submit_approval "/api/v1/orders/{id}/submit-approval"
        "Submit for approval"
        "The survey is done; a second person decides."
        SayBody, |body: SayBody| body.told(|note| OrderAct::SubmitApproval { note }), { "clerk": "officer@bank01", "note": "经营正常，现金流可覆盖本息，建议授信" };
    grant "/api/v1/orders/{id}/grant"
        "Grant"
        "An approver, who has not handled the order, grants a line."
        GrantBody, GrantBody::told, { "clerk": "approver@bank01", "amount_fen": 50_000_000, "months": 12, "rate_ppm": 36_500, "method": "equal_instalments", "security": "credit", "valid_until": "2026-12-31" };
    refuse "/api/v1/orders/{id}/refuse"
        "Refuse"
        "An approver, who has not handled the order, refuses with a reason that the firm reads at once."
        RefusalBody, |body: RefusalBody| body.told(OrderAct::Refuse), { "clerk": "approver@bank01", "code": "R08", "text": "近一年经营现金流不足以覆盖新增本息" };
    uphold "/api/v1/orders/{id}/uphold"
        "Stand by a refusal"
        "Answers the firm's appeal: somebody who neither handled nor refused the order finds the refusal right. The firm reads why."
        SayBody, |body: SayBody| body.told(|note| OrderAct::Uphold { note }), { "clerk": "admin@bank01", "note": "复核了近一年流水，还款来源仍不足以覆盖新增本息" };
    reopen "/api/v1/orders/{id}/reopen"
        "Take an order up again"
        "Answers the firm's appeal: somebody who neither handled nor refused the order has it surveyed and decided anew, in a time of its own. The firm reads why."
        SayBody, |body: SayBody| body.told(|note| OrderAct::Reopen { note }), { "clerk": "admin@bank01", "note": "补充的订单合同说明还款来源充足，重新办理" };
    sign "/api/v1/orders/{id}/sign"
        "Record that the contract is signed"
        "The contract is signed; money can be paid out under the line."
        SignBody, SignBody::told, { "clerk": "officer@bank01", "contract_no": "HT-2026-0001" };
}

/// Does an act once and answers with the order after it.
async fn act<T>(
    state: &ApiState,
    (client, Name(id), key, sent): Asked,
    read: fn(&mut Fields) -> Option<T>,
    told: fn(T) -> Told,
) -> Result<Response, ApiProblem> {
    let (id, digest) = (order_id(&id)?, sent.digest.clone());
    let told = told(sent.read(read)?);
    let mut call = match begin(state, &client, key, &digest).await? {
        Begun::New(call) => call,
        Begun::Before(answer) => return Ok(answer),
    };
    let (actor, now) = (client.for_clerk(Some(&told.clerk)), call.tx.now());
    let before = state.lending.get_within(&mut call.tx, &id).await?;
    let after = state.lending.act(&mut call.tx, &actor, &id, told.act, told.seen, now).await?;
    let seen = if after.bank == before.bank { after } else { gone(before, &after) };
    call.finish(StatusCode::OK, &OrderView::new(&seen, &state.lending, false)).await
}

/// What a bank may know of an order that has just gone on to another one: that it has.
fn gone(before: Order, after: &Order) -> Order {
    let (state, version, changed_at) = (after.state, after.version, after.changed_at);
    Order { state, version, changed_at, officer: None, branch: None, due_at: None, ..before }
}
