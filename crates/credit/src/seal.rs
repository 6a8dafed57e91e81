//! Seals a report: the digest of its content, the address where it is verified, and the QR code of both.

use jq_base::json::{JsonError, canonical};
use jq_base::sm3;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

use crate::view::CreditReportView;

/// Characters of the digest in the QR code.
const SHORT_CODE: usize = 8;

/// A report could not be sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// It has no canonical JSON.
    #[error("report has no canonical json")]
    Json(#[from] JsonError),
    /// The address does not fit into a QR code.
    #[error("verification address does not fit into a qr code")]
    Code(#[from] qrcode::types::QrError),
}

/// Fills digest, verification address and QR code of an assembled report.
///
/// The address on the unsealed cover is the base of the verification page.
pub fn seal(mut view: CreditReportView) -> Result<CreditReportView, SealError> {
    let base = std::mem::take(&mut view.cover.verify_url);
    let digest = content_sm3(&view)?;
    let short = digest.get(..SHORT_CODE).unwrap_or(&digest);
    view.cover.verify_url = format!("{base}/{}?c={short}", view.cover.report_no);
    view.cover.qr_svg = QrCode::with_error_correction_level(&view.cover.verify_url, EcLevel::M)?
        .render::<svg::Color<'_>>()
        .min_dimensions(180, 180)
        .dark_color(svg::Color("#0f2f57"))
        .light_color(svg::Color("#ffffff"))
        .build();
    view.cover.content_sm3 = digest;
    Ok(view)
}

/// SM3 of the report's canonical JSON without what the seal itself adds: digest, address and QR code are taken
/// as empty. Anyone who holds the machine-readable report can compute it.
pub fn content_sm3(view: &CreditReportView) -> Result<String, JsonError> {
    let mut bare = view.clone();
    bare.cover.content_sm3.clear();
    bare.cover.verify_url.clear();
    bare.cover.qr_svg.clear();
    Ok(sm3::hex(canonical(&bare)?.as_bytes()))
}
