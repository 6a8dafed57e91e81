//! The receipt of a consent: as a page from the store alone, and to keep as PDF and as JSON, signed by the platform.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jq_consent::{Grant, ReceiptEntry, ReceiptFile};
use jq_identity::FirmUser;
use jq_web::{Visit, page};

use super::show::Detail;
use super::stops::StopView;
use super::{find, may_consent};
use crate::refused::{Answer, Refused};
use crate::session::Firm;
use crate::state::PortalState;

/// The receipt of a consent that was given or taken back, to be kept or printed.
#[derive(Template)]
#[template(path = "firm/consent_receipt.html")]
pub struct ReceiptPage {
    v: Visit,
    may: bool,
    firm: String,
    code: String,
    detail: Detail,
    stops: Vec<StopView>,
}

/// `GET /firm/consents/{id}/receipt`
pub async fn show(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    v: Visit,
) -> Answer {
    let grant = find(&state, &user, &id).await?;
    let detail = Detail::new(&v, &state, &grant).await?;
    let notices = jq_consent::list_stop_notices_of(&state.db, &grant.consent_id).await?;
    Ok(page(&ReceiptPage {
        may: may_consent(&user),
        firm: grant.subject_name.clone(),
        code: grant.subject.to_string(),
        stops: notices.iter().map(|notice| StopView::new(&v, notice)).collect(),
        detail,
        v,
    }))
}

/// `GET /firm/consents/{id}/receipt.pdf`
pub async fn pdf(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    v: Visit,
) -> Answer {
    let (_, entry) = drawn(&state, &user, &id).await?;
    let bytes = state.consent_receipts.pdf(&entry.receipt_no, v.lang()).await?;
    Ok(file(&entry, "application/pdf", "pdf", bytes))
}

/// `GET /firm/consents/{id}/receipt.json`: the receipt as it was signed, with the signature beside it.
pub async fn json(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    v: Visit,
) -> Answer {
    let (_, entry) = drawn(&state, &user, &id).await?;
    let text = state.consent_receipts.json(&entry.receipt_no, v.lang()).await?;
    let of_lang = |file: &&ReceiptFile| file.lang == v.lang().code();
    let signed = entry.files.iter().find(of_lang);
    // The receipt stands in it as the text that was signed, so that its digest can be computed.
    let whole = serde_json::json!({
        "receipt_no": entry.receipt_no.as_str(),
        "lang": v.lang().code(),
        "receipt": text,
        "content_sm3": signed.map(|file| &file.content_sm3),
        "pdf_sm3": signed.map(|file| &file.pdf_sm3),
        "signature": signed.and_then(|file| file.signature.as_ref()),
    });
    Ok(file(&entry, "application/json", "json", whole.to_string().into_bytes()))
}

/// The receipt of the firm's consent as it stands now.
async fn drawn(state: &PortalState, user: &FirmUser, id: &str) -> Result<(Grant, ReceiptEntry), Refused> {
    let grant = find(state, user, id).await?;
    let entry = state.consent_receipts.draw(&grant).await?;
    Ok((grant, entry))
}

fn file(entry: &ReceiptEntry, kind: &'static str, ending: &str, bytes: Vec<u8>) -> Response {
    let name = format!("attachment; filename=\"{}.{ending}\"", entry.receipt_no);
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)], bytes).into_response()
}
