//! Papers of an order: handed in as photos or PDFs, used again from earlier orders, taken back, opened.

use axum::extract::{Form, Multipart, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use jq_base::ids::DocumentId;
use jq_identity::{FirmUser, MandateScope};
use jq_lending::Order;
use jq_lending::document::{DocumentError, DocumentFault, GivenDocument};
use jq_web::{FieldProblem, Problem, Visit, say};
use serde::Deserialize;

use super::address;
use super::show::{Shown, again};
use crate::refused::{Answer, Refused};
use crate::session::Firm;
use crate::state::PortalState;

/// Bytes in a KB.
const KB: u64 = 1_024;
/// Bytes that are taken at once, a few files.
pub const BODY_MAX: usize = 64 * 1_024 * 1_024;

/// The papers of an order, and what can be done with them.
pub struct DocumentsView {
    /// Those that are given to it.
    pub given: Vec<DocumentLine>,
    /// Those of other orders, which can be given to it too.
    pub others: Vec<DocumentLine>,
    /// What they may show: what was asked for first, then the product's usual ones.
    pub materials: Vec<String>,
    /// Whether papers can be given and taken back now.
    pub open: bool,
    /// The largest file, in MB.
    pub size_mb: usize,
}

/// One paper.
pub struct DocumentLine {
    /// Its name on the platform.
    pub id: String,
    /// What it shows.
    pub material: String,
    /// What kind of file, and how large.
    pub kind: String,
    /// When it was given.
    pub at: String,
}

/// Which paper, and what it shows.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct DocumentForm {
    document: String,
    material: String,
}

impl DocumentsView {
    /// The papers of the firm's order.
    pub async fn of(v: &Visit, state: &PortalState, user: &FirmUser, order: &Order) -> Result<Self, Refused> {
        let open = order.state.is_before_decision() && user.may(MandateScope::Apply);
        let given = state.documents.list(order).await?;
        let others = if open { state.documents.list_others(order).await? } else { Vec::new() };
        let line = |one: &GivenDocument| DocumentLine::new(v, one);
        Ok(Self {
            given: given.iter().map(line).collect(),
            others: others.iter().map(line).collect(),
            materials: materials(v, state, order, &given),
            open,
            size_mb: state.documents.limits().file_mb_max(),
        })
    }

    /// Whether there is anything to show.
    pub fn is_empty(&self) -> bool {
        !self.open && self.given.is_empty()
    }
}

impl DocumentLine {
    /// A paper as a line.
    pub fn new(v: &Visit, one: &GivenDocument) -> Self {
        let size = one.document.bytes.div_ceil(KB);
        Self {
            id: one.document.document_id.to_string(),
            material: one.material.clone(),
            kind: format!("{} · {size} KB", one.document.kind.text(v.lang())),
            at: say::moment(one.given_at),
        }
    }
}

/// What papers may show: what the bank asked for and has not got, then what the product usually needs.
fn materials(v: &Visit, state: &PortalState, order: &Order, given: &[GivenDocument]) -> Vec<String> {
    let product = state.lending.products().find(&order.product);
    let usual = product.map(|product| product.documents(v.lang())).unwrap_or_default();
    let mut named: Vec<String> = Vec::new();
    for material in order.materials.iter().chain(usual) {
        if !named.contains(material) && !given.iter().any(|one| one.material == *material) {
            named.push(material.clone());
        }
    }
    named
}

/// `POST /firm/orders/{id}/documents`
pub async fn take(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    v: Visit,
    upload: Multipart,
) -> Answer {
    let order = super::find(&state, &user, &id).await?;
    if !order.state.is_before_decision() {
        return wrong(v, &state, &user, &order, DocumentError::Closed).await;
    }
    match take_each(&state, &user, &order, upload).await? {
        Ok(0) => wrong(v, &state, &user, &order, DocumentFault::Empty.into()).await,
        Ok(_) => Ok(back(&order)),
        Err(error) => wrong(v, &state, &user, &order, error).await,
    }
}

/// `POST /firm/orders/{id}/documents/again`
pub async fn give_again(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    v: Visit,
    Form(form): Form<DocumentForm>,
) -> Answer {
    let order = super::find(&state, &user, &id).await?;
    let document = DocumentId::parse(&form.document).map_err(|_| DocumentError::NotFound)?;
    match state.documents.give_again(&user, &order.order_id, &document, &form.material).await {
        Ok(()) => Ok(back(&order)),
        Err(error) => wrong(v, &state, &user, &order, error).await,
    }
}

/// `POST /firm/orders/{id}/documents/back`
pub async fn take_back(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path(id): Path<String>,
    v: Visit,
    Form(form): Form<DocumentForm>,
) -> Answer {
    let order = super::find(&state, &user, &id).await?;
    let document = DocumentId::parse(&form.document).map_err(|_| DocumentError::NotFound)?;
    match state.documents.take_back(&user, &order.order_id, &document).await {
        Ok(()) => Ok(back(&order)),
        Err(error) => wrong(v, &state, &user, &order, error).await,
    }
}

/// `GET /firm/orders/{id}/documents/{document}`
pub async fn open(
    State(state): State<PortalState>,
    Firm(user): Firm,
    Path((id, document)): Path<(String, String)>,
) -> Answer {
    let order = super::find(&state, &user, &id).await?;
    let document = DocumentId::parse(&document).map_err(|_| DocumentError::NotFound)?;
    let (given, bytes) = state.documents.open_own(&user, &order.order_id, &document).await?;
    Ok(file(&order, &given, bytes))
}

/// A paper as a file to be kept; a browser does nothing with it by itself.
pub fn file(order: &Order, given: &GivenDocument, bytes: Vec<u8>) -> Response {
    let id = given.document.document_id.as_str();
    let tail = &id[id.len().saturating_sub(6)..];
    let name =
        format!("attachment; filename=\"{}-{tail}.{}\"", order.order_no, given.document.kind.extension());
    let headers = [
        (header::CONTENT_TYPE, given.document.kind.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, bytes).into_response()
}

/// Hands in each file as it is read; what the papers show stands before them in the form. Returns how many there were.
async fn take_each(
    state: &PortalState,
    user: &FirmUser,
    order: &Order,
    mut upload: Multipart,
) -> Result<Result<usize, DocumentError>, Refused> {
    let broken = |_| Problem::new(400, "web/upload-broken").forward(address(&order.order_id));
    let (mut material, mut count) = (String::new(), 0);
    while let Some(field) = upload.next_field().await.map_err(broken)? {
        match field.name() {
            Some("material") => material = field.text().await.map_err(broken)?,
            // Named by hand it counts in place of what was chosen.
            Some("other") => {
                let other = field.text().await.map_err(broken)?;
                if !other.trim().is_empty() {
                    material = other;
                }
            }
            Some("file") => {
                let file = field.bytes().await.map_err(broken)?;
                // A browser sends an empty file where none was chosen.
                if file.is_empty() {
                    continue;
                }
                let handed = state.documents.hand_in(user, &order.order_id, &material, file.into()).await;
                if let Err(error) = handed {
                    return Ok(Err(error));
                }
                count += 1;
            }
            _ => {}
        }
    }
    Ok(Ok(count))
}

fn back(order: &Order) -> Response {
    Redirect::to(&format!("{}#documents", address(&order.order_id))).into_response()
}

/// The order's page with what is wrong with the paper; other refusals are pages of their own.
async fn wrong(
    v: Visit,
    state: &PortalState,
    user: &FirmUser,
    order: &Order,
    error: DocumentError,
) -> Answer {
    let message = match &error {
        DocumentError::Fault(fault) => fault.explain(v.lang()),
        DocumentError::Material => v.t("documents-material-missing"),
        DocumentError::Closed => v.t("documents-closed"),
        _ => return Err(error.into()),
    };
    let errors = vec![FieldProblem { field: "file".to_owned(), message }];
    let shown = Shown { document_errors: errors, ..Shown::default() };
    again(v, state, user, order, shown, StatusCode::UNPROCESSABLE_ENTITY).await
}
