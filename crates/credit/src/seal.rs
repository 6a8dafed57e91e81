//! Seals a report: the digest of its content, the address where it is verified, the QR code of both, and the
//! platform's signature over the digests of each file.

use jq_base::ids::ReportNo;
use jq_base::json::{JsonError, canonical};
use jq_base::sign::{Sign, SignError, SignatureCheck};
use jq_base::sm3;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

use crate::model::ReportFile;
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
    /// It could not be signed, or its signature not be checked.
    #[error("sign a report or check its signature")]
    Sign(#[from] SignError),
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

/// What the platform signs of one file of a report: canonical JSON of number, language and both digests, with the name
/// of this form. Whoever holds the file, the signature and the platform's public key can check it anywhere.
pub fn signed_text(report_no: &ReportNo, file: &ReportFile) -> String {
    let signed = serde_json::json!({
        "form": "jinqiao.credit-report-file/1",
        "report_no": report_no.as_str(),
        "lang": file.lang,
        "content_sm3": file.content_sm3,
        "pdf_sm3": file.pdf_sm3,
    });
    canonical(&signed).expect("a JSON value has a canonical form")
}

/// What the signatures of a report's files are worth, all in all: the first that is not to be believed decides, then
/// the first that could not be checked, and one that is missing.
pub(crate) fn check(
    report_no: &ReportNo,
    files: &[ReportFile],
    signer: Option<&dyn Sign>,
) -> Result<SignatureCheck, SignError> {
    let mut worst = SignatureCheck::Unsigned;
    for (at, file) in files.iter().enumerate() {
        let found = match (&file.signature, signer) {
            (None, _) => SignatureCheck::Unsigned,
            (Some(_), None) => SignatureCheck::Unchecked,
            (Some(signature), Some(signer)) => {
                signer.check(signed_text(report_no, file).as_bytes(), signature)?
            }
        };
        if at == 0 || severity(&found) > severity(&worst) {
            worst = found;
        }
    }
    Ok(worst)
}

fn severity(check: &SignatureCheck) -> u8 {
    match check {
        SignatureCheck::Genuine { .. } => 0,
        SignatureCheck::Unsigned => 1,
        SignatureCheck::Unchecked => 2,
        SignatureCheck::KeyUnknown { .. } => 3,
        SignatureCheck::Forged => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes the message's own hash for its signature.
    struct Stamp;

    impl Sign for Stamp {
        fn sign(&self, message: &[u8]) -> Result<String, SignError> {
            Ok(sm3::hex(message))
        }

        fn check(&self, message: &[u8], signature: &str) -> Result<SignatureCheck, SignError> {
            let genuine = SignatureCheck::Genuine { key_id: "stamp".to_owned(), algorithm: "sm3".to_owned() };
            Ok(if self.sign(message)? == signature { genuine } else { SignatureCheck::Forged })
        }
    }

    #[test]
    fn one_file_that_is_not_signed_by_the_platform_spoils_the_report() {
        let report_no = ReportNo::parse("CQZ202611107K3M9P2Q4R5").unwrap();
        let file = |lang: &str| {
            let mut file = ReportFile {
                lang: lang.to_owned(),
                content_sm3: "66c7".to_owned(),
                pdf_sm3: "debe".to_owned(),
                pages: 12,
                signature: None,
            };
            file.signature = Stamp.sign(signed_text(&report_no, &file).as_bytes()).ok();
            file
        };
        let mut files = [file("zh-CN"), file("en")];
        let seen = |files: &[ReportFile], signer: Option<&dyn Sign>| {
            check(&report_no, files, signer).unwrap().code()
        };
        assert_eq!(seen(&files, Some(&Stamp)), "genuine");
        assert_eq!(seen(&files, None), "unchecked");
        files[1].pdf_sm3 = "66c7".to_owned();
        assert_eq!(seen(&files, Some(&Stamp)), "forged");
        files[1] = ReportFile { signature: None, ..file("en") };
        assert_eq!(seen(&files, Some(&Stamp)), "unsigned", "a signature that was taken away is missed");
        files[0].signature = None;
        assert_eq!(seen(&files, None), "unsigned", "a report of before the platform signed");
    }
}
