//! Making a receipt: one view per language, the files, the number, the signatures, the line of the register.

use jiff::Timestamp;
use jq_base::json::canonical;
use jq_base::lang::Lang;
use jq_base::masked;
use jq_base::{clock, report_no, sm3};
use jq_credit_render::render_pdf;
use jq_db::audit::AuditLine;

use super::view::{Issue, ReceiptView};
use super::{LETTER, ReceiptEntry, ReceiptError, ReceiptFile, Receipts, random_byte, signed_text, store};
use crate::grant::model::{Grant, GrantState};
use crate::grant::store::find_text;

/// How a receipt looks on paper.
const TEMPLATE: &str = include_str!("../../../../consent/receipt.typ");

/// One language of a receipt, ready to be kept.
struct Sheet {
    json: String,
    pdf: Vec<u8>,
    file: ReceiptFile,
}

/// What a receipt is of: a consent that stands as it does since a moment.
pub(super) fn stands_for(grant: &Grant, now: Timestamp) -> String {
    let state = grant.state(now);
    let since = match state {
        GrantState::Active => grant.confirmed_at,
        GrantState::Suspended => grant.suspended.map(|suspended| suspended.at),
        GrantState::Withdrawn => grant.withdrawn_at,
        GrantState::Expired => Some(grant.valid_to),
        GrantState::Superseded => grant.superseded_at,
    };
    format!("{}@{}", state.code(), since.unwrap_or(grant.valid_from).as_microsecond())
}

impl Receipts {
    pub(super) async fn make(
        &self,
        grant: &Grant,
        stands_for: &str,
        now: Timestamp,
    ) -> Result<ReceiptEntry, ReceiptError> {
        let number = report_no::compose::<ReceiptError>(LETTER, clock::date_of(now), random_byte)?;
        let mut files = Vec::new();
        for lang in [Lang::Zh, Lang::En] {
            let text = find_text(&self.db, grant, lang).await?;
            let issue = Issue {
                receipt_no: &number,
                at: now,
                verify_base: &self.verify_base,
                catalog: &self.catalog,
                text,
                lang,
            };
            let view = ReceiptView::new(grant, issue)?;
            let mut sheet = tokio::task::spawn_blocking(move || sheet(&view)).await??;
            if let Some(signer) = &self.signer {
                let signature = signer.sign(signed_text(&number, &sheet.file).as_bytes())?;
                sheet.file.signature = Some(signature);
            }
            self.shelf.keep(&number, lang, "json", sheet.json.into_bytes()).await?;
            self.shelf.keep(&number, lang, "pdf", sheet.pdf).await?;
            files.push(sheet.file);
        }
        let entry = ReceiptEntry {
            receipt_no: number,
            consent_id: grant.consent_id.clone(),
            name_masked: masked::middle(&grant.subject_name),
            state: grant.state(now),
            made_at: now,
            files,
        };
        self.register(grant, &entry, stands_for).await
    }

    /// Puts it on record; when another one of the same was made at the same moment, that one counts.
    async fn register(
        &self,
        grant: &Grant,
        entry: &ReceiptEntry,
        stands_for: &str,
    ) -> Result<ReceiptEntry, ReceiptError> {
        let mut tx = self.db.begin().await?;
        if !store::insert(&mut tx, entry, stands_for).await? {
            tx.rollback().await?;
            let known = store::find_of(&self.db, &grant.consent_id, stands_for).await?;
            return known.ok_or(ReceiptError::NotFound);
        }
        let detail = serde_json::json!({
            "receipt_no": entry.receipt_no.as_str(), "consent": entry.consent_id, "state": entry.state.code(),
        });
        let line = AuditLine::new("platform", "platform", "consent.receipt").subject(grant.subject.as_str());
        let digest = entry.files.first().map_or("", |file| file.content_sm3.as_str());
        tx.audit(line.detail(detail).result_hash(digest));
        tx.commit().await?;
        Ok(entry.clone())
    }
}

fn sheet(view: &ReceiptView) -> Result<Sheet, ReceiptError> {
    let json = canonical(view)?;
    let pdf = render_pdf(&json, TEMPLATE)?;
    let file = ReceiptFile {
        lang: view.lang.clone(),
        content_sm3: sm3::hex(json.as_bytes()),
        pdf_sm3: sm3::hex(&pdf.bytes),
        signature: None,
    };
    Ok(Sheet { json, pdf: pdf.bytes, file })
}
