//! `GET /api/v1/reports/{report_no}`: is this report genuine, and may one still rely on it?

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use jiff::civil::Date;
use jq_base::sign::SignatureCheck;
use jq_credit::{ReportFile, ReportState, Verification};
use serde::Serialize;
use utoipa::ToSchema;

use crate::code;
use crate::params::Name;
use crate::problem::ApiProblem;
use crate::state::ApiState;

/// What the public may know of a report; never anything of its content.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Verification)]
pub(crate) struct VerificationView {
    /// The report's number.
    report_no: String,
    /// The subject's name with its middle hidden.
    name_masked: String,
    /// The edition, such as `self`.
    edition: String,
    /// When it was drawn.
    generated_at: Timestamp,
    /// The last day on which one may rely on it.
    valid_until: Date,
    /// Its state today.
    #[schema(inline)]
    state: ReportStateView,
    /// Its files, Chinese first.
    files: Vec<ReportFileView>,
    /// What its signatures were found to be; rely on no report whose state is `forged` or `key_unknown`.
    #[schema(inline)]
    signature_state: SignatureStateView,
}

/// What the signatures of a report were found to be.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = SignatureState)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SignatureStateView {
    /// The platform's, over exactly these digests.
    Genuine,
    /// There is none.
    Unsigned,
    /// Not over these digests.
    Forged,
    /// By a key that is not the platform's.
    KeyUnknown,
    /// Not checked.
    Unchecked,
}

/// Its state today.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = ReportState)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReportStateView {
    /// May be relied on.
    Valid,
    /// A repair, an upheld objection or a serious new record changed what it says.
    Superseded,
    /// Withdrawn by the operator.
    Revoked,
    /// Past its reference period.
    Expired,
}

/// One file of a report.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportFile)]
pub(crate) struct ReportFileView {
    /// The language of the file.
    lang: String,
    /// SM3 of the content, as printed on the cover.
    content_sm3: String,
    /// SM3 of the PDF file; compare it with the digest of the file you hold.
    pdf_sm3: String,
    /// Pages of the PDF.
    pages: u32,
    /// The platform's detached signature over number, language and both digests; absent on older reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<String>,
}

#[utoipa::path(
    get,
    path = "/api/v1/reports/{report_no}",
    operation_id = "verify_report",
    tag = "reports",
    summary = "Verify a report",
    description = "For whoever holds a report: its number, as printed on the cover, tells whether it was drawn here, \
        about whom, and whether it is still valid. Nothing of its content is shown.",
    params(("report_no" = String, Path, description = "The number on the cover; spaces and small letters are taken.",
        example = "CQZ202611107K3M9P2Q4R5")),
    responses((status = 200, description = "The report is genuine; see its state.", body = VerificationView,
        example = json!({
            "report_no": "CQZ202611107K3M9P2Q4R5", "name_masked": "涪陵青**有限公司", "edition": "self",
            "generated_at": "2026-11-10T01:30:00Z", "valid_until": "2026-12-10", "state": "valid",
            "files": [{ "lang": "zh-CN", "content_sm3": "66c7…8e4e", "pdf_sm3": "debe…5732", "pages": 12,
                "signature": "jqs1.sm2-sm3.k7m2w9xa.MEUCIQ…" }],
            "signature_state": "genuine"
        }))),
)]
pub(crate) async fn verify(
    State(state): State<ApiState>,
    Name(report_no): Name,
) -> Result<Json<VerificationView>, ApiProblem> {
    let found = state.credit.verify(&report_no).await?;
    found.map(|found| Json(found.into())).ok_or_else(|| ApiProblem::new(&code::NO_REPORT))
}

impl From<Verification> for VerificationView {
    fn from(found: Verification) -> Self {
        Self {
            report_no: found.report_no.to_string(),
            name_masked: found.name_masked,
            edition: found.edition,
            generated_at: found.generated_at,
            valid_until: found.valid_until,
            state: found.state.into(),
            files: found.files.into_iter().map(ReportFileView::from).collect(),
            signature_state: found.signature.into(),
        }
    }
}

impl From<ReportState> for ReportStateView {
    fn from(state: ReportState) -> Self {
        match state {
            ReportState::Valid => Self::Valid,
            ReportState::Superseded => Self::Superseded,
            ReportState::Revoked => Self::Revoked,
            ReportState::Expired => Self::Expired,
        }
    }
}

impl From<SignatureCheck> for SignatureStateView {
    fn from(check: SignatureCheck) -> Self {
        match check {
            SignatureCheck::Genuine { .. } => Self::Genuine,
            SignatureCheck::Unsigned => Self::Unsigned,
            SignatureCheck::Forged => Self::Forged,
            SignatureCheck::KeyUnknown { .. } => Self::KeyUnknown,
            SignatureCheck::Unchecked => Self::Unchecked,
        }
    }
}

impl From<ReportFile> for ReportFileView {
    fn from(file: ReportFile) -> Self {
        Self {
            lang: file.lang,
            content_sm3: file.content_sm3,
            pdf_sm3: file.pdf_sm3,
            pages: file.pages,
            signature: file.signature,
        }
    }
}
