//! The upload of a batch from a page.

use std::path::PathBuf;

use askama::Template;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jq_identity::UnitUser;
use jq_ingest::{IngestError, Receipt, Sender};
use jq_web::visit::random_hex;
use jq_web::{FieldProblem, Problem, Visit, page};

use crate::refused::{Answer, Refused};
use crate::session::Unit;
use crate::state::PortalState;

const BYTES_PER_MB: usize = 1_024 * 1_024;

/// The upload form.
#[derive(Template)]
#[template(path = "unit/deliver.html")]
pub struct DeliverPage {
    /// The visit.
    pub v: Visit,
    /// The largest package, in MB.
    pub size_mb: usize,
    /// What is wrong.
    pub errors: Vec<FieldProblem>,
}

/// `GET /unit/deliver`
pub async fn ask(State(state): State<PortalState>, Unit(_): Unit, v: Visit) -> Response {
    page(&DeliverPage::new(v, &state, None))
}

/// `POST /unit/deliver`
pub async fn take(State(state): State<PortalState>, Unit(user): Unit, v: Visit, upload: Multipart) -> Answer {
    let Some(file) = keep(&state, upload).await? else {
        return Ok(DeliverPage::wrong(v, &state, "deliver-file-missing"));
    };
    let taken = take_file(&state, &user, file.clone()).await;
    tokio::fs::remove_file(&file).await?;
    match taken {
        Ok(receipts) => Ok(match receipts.as_slice() {
            [only] => Redirect::to(&format!("/unit/deliveries/{}", only.batch_id)).into_response(),
            _ => Redirect::to("/unit").into_response(),
        }),
        Err(IngestError::NoBatch { .. } | IngestError::Archive { .. }) => {
            Ok(DeliverPage::wrong(v, &state, "deliver-file-wrong"))
        }
        Err(error) => Err(error.into()),
    }
}

/// Keeps the uploaded package; `None` when no file was chosen.
async fn keep(state: &PortalState, mut upload: Multipart) -> Result<Option<PathBuf>, Refused> {
    let broken = |_| Problem::new(400, "web/upload-broken").forward("/unit/deliver");
    while let Some(field) = upload.next_field().await.map_err(broken)? {
        if field.name() != Some("batch") {
            continue;
        }
        let bytes = field.bytes().await.map_err(broken)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        tokio::fs::create_dir_all(&state.uploads).await?;
        let path = state.uploads.join(format!("{}.zip", random_hex(12)));
        tokio::fs::write(&path, &bytes).await?;
        return Ok(Some(path));
    }
    Ok(None)
}

/// Takes every batch of the package, one after the other.
async fn take_file(state: &PortalState, user: &UnitUser, file: PathBuf) -> Result<Vec<Receipt>, IngestError> {
    let staff = user.staff();
    let sender = Sender {
        actor: staff.login().to_owned(),
        role: staff.role().code().to_owned(),
        institution: user.unit().to_string(),
    };
    let ingest = state.ingest.clone();
    let deliveries = tokio::task::spawn_blocking(move || ingest.find(&[file])).await??;
    let mut receipts = Vec::new();
    for delivery in &deliveries {
        receipts.push(state.ingest.take(delivery, &sender).await?);
    }
    Ok(receipts)
}

impl DeliverPage {
    fn new(v: Visit, state: &PortalState, wrong: Option<&str>) -> Self {
        let problem = |key: &str| FieldProblem { field: "batch".to_owned(), message: v.t(key) };
        let errors = wrong.map(problem).into_iter().collect();
        Self { size_mb: state.upload_max / BYTES_PER_MB, errors, v }
    }

    fn wrong(v: Visit, state: &PortalState, key: &str) -> Response {
        (StatusCode::UNPROCESSABLE_ENTITY, page(&Self::new(v, state, Some(key)))).into_response()
    }
}
