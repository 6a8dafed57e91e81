//! What carriers of text messages tell of them: for programs, and nothing is believed without a key.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jq_base::ids::MessageId;
use jq_notify::{NotifyError, Receipt, Taken, Told};
use jq_web::Problem;
use jq_web::audience::{Audience, Pages};
use serde::Deserialize;

use crate::refused::{Answer, Refused};
use crate::state::PortalState;

/// Receipts in one call.
const RECEIPTS_MAX: usize = 1_000;

/// The addresses.
pub fn pages() -> Pages<PortalState> {
    let carrier = Audience::Carrier;
    Pages::default().at(carrier, "/api/sms/receipts/kannel", get(kannel)).at(
        carrier,
        "/api/sms/receipts/tencent",
        post(tencent),
    )
}

/// What Kannel puts into the address it was given.
#[derive(Default, Deserialize)]
#[serde(default)]
struct FromKannel {
    message: String,
    round: String,
    key: String,
    status: String,
    words: String,
}

/// `GET /api/sms/receipts/kannel`
async fn kannel(State(state): State<PortalState>, Query(said): Query<FromKannel>) -> Answer {
    let message = MessageId::parse(&said.message).map_err(|_| not_believed())?;
    let round: u32 = said.round.parse().map_err(|_| not_believed())?;
    let told = said.status.parse().ok().and_then(Told::of_kannel);
    // Without a status that is known it still says who is speaking.
    let receipt = Receipt { told: told.unwrap_or(Told::OnItsWay), words: said.words };
    match state.sms.receive(&message, round, &said.key, &receipt).await? {
        Taken::New | Taken::Again => Ok("taken".into_response()),
        Taken::NotBelieved => Err(not_believed()),
        Taken::NoMessage => Err(no_message()),
    }
}

/// Who shows the key.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Shown {
    key: String,
}

/// What Tencent Cloud tells of one message.
#[derive(Deserialize)]
struct FromTencent {
    sid: String,
    report_status: String,
    #[serde(default)]
    errmsg: String,
    #[serde(default)]
    description: String,
}

/// `POST /api/sms/receipts/tencent?key=…`, with the receipts of several messages. Where one is about a message that is
/// not known yet, the vendor is asked to come again; what was taken is then known.
async fn tencent(State(state): State<PortalState>, Query(shown): Query<Shown>, body: Bytes) -> Answer {
    if !state.sms.believes(&shown.key) {
        return Err(not_believed());
    }
    let said: Vec<FromTencent> = serde_json::from_slice(&body).map_err(|_| unreadable())?;
    if said.len() > RECEIPTS_MAX {
        return Err(unreadable());
    }
    let mut all_known = true;
    for one in said {
        let told = if one.report_status == "SUCCESS" { Told::Delivered } else { Told::Undelivered };
        let receipt = Receipt { told, words: format!("{} {}", one.errmsg, one.description) };
        let taken = state.sms.receive_named(&one.sid, &shown.key, &receipt).await?;
        all_known &= matches!(taken, Taken::New | Taken::Again);
    }
    Ok(answer(all_known))
}

/// The answer that the vendor expects.
fn answer(all_known: bool) -> Response {
    let (result, words) = if all_known { (0, "OK") } else { (1, "some messages are not known yet") };
    Json(serde_json::json!({ "result": result, "errmsg": words })).into_response()
}

fn not_believed() -> Refused {
    Problem::new(403, "notify/receipt-not-believed").into()
}

fn no_message() -> Refused {
    Problem::new(404, "notify/no-such-message").into()
}

fn unreadable() -> Refused {
    Problem::new(422, "notify/receipt-unreadable").into()
}

impl From<NotifyError> for Refused {
    fn from(error: NotifyError) -> Self {
        Problem::internal(&error).into()
    }
}
