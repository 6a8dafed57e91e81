//! The receipt of a consent: what was allowed to whom, in the words that were agreed to, and how it stands, as JSON and
//! as PDF in both languages, numbered, and signed by the platform.
//!
//! ```text
//! consent ─view─▶ JSON (SM3) ─render─▶ PDF (SM3) ─sign─▶ register ─▶ /verify
//! ```
//!
//! A consent that stands differently than before gets a new receipt; the former ones stay verifiable and say how the
//! consent stands now.

mod draw;
mod store;
mod view;

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use jq_base::ids::{ConsentId, IdError, ReportNo};
use jq_base::json::{JsonError, canonical};
use jq_base::lang::Lang;
use jq_base::sign::{Sign, SignError, SignatureCheck};
use jq_base::{report_no, sm3};
use jq_catalog::Catalog;
use jq_credit_render::RenderError;
use jq_db::{Db, DbError, Shelf, ShelfError};
use rand::TryRng;
use rand::rngs::SysRng;

use crate::grant::model::{Grant, GrantState};
use crate::grant::store::find_grant;

pub use view::ReceiptView;

/// The letter in the numbers of receipts.
const LETTER: char = 'S';

/// Why a receipt could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// There is no such receipt.
    #[error("no such receipt")]
    NotFound,
    /// It could not be numbered.
    #[error("number a receipt")]
    Number(#[from] IdError),
    /// The machine gave no random bytes.
    #[error("no random bytes from the machine")]
    Random(#[from] rand::rngs::SysError),
    /// It has no canonical JSON.
    #[error("receipt has no canonical json")]
    Json(#[from] JsonError),
    /// Its verification address does not fit into a QR code.
    #[error("verification address does not fit into a qr code")]
    Code(#[from] qrcode::types::QrError),
    /// It could not be set as PDF.
    #[error("set a receipt as pdf")]
    Render(#[from] RenderError),
    /// The task that set it was stopped.
    #[error("the task that sets a receipt was stopped")]
    Stopped(#[from] tokio::task::JoinError),
    /// It could not be signed, or its signature not be checked.
    #[error("sign a receipt or check its signature")]
    Sign(#[from] SignError),
    /// A file could not be read or written.
    #[error("receipt file")]
    File(#[from] ShelfError),
    /// The store failed.
    #[error("keep receipts")]
    Store(#[from] DbError),
}

/// One language of a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptFile {
    /// `zh-CN` or `en`.
    pub lang: String,
    /// Digest of the JSON.
    pub content_sm3: String,
    /// Digest of the PDF.
    pub pdf_sm3: String,
    /// The platform's signature over both; none where nobody was given to sign.
    pub signature: Option<String>,
}

/// A receipt on record (授权回执).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptEntry {
    /// Its number.
    pub receipt_no: ReportNo,
    /// The consent.
    pub consent_id: ConsentId,
    /// The subject's name with its middle left out.
    pub name_masked: String,
    /// How the consent stood when it was made.
    pub state: GrantState,
    /// When it was made.
    pub made_at: Timestamp,
    /// Its files, Chinese first.
    pub files: Vec<ReceiptFile>,
}

/// What anybody may know who has a receipt's number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptCheck {
    /// The receipt.
    pub entry: ReceiptEntry,
    /// The bank's name.
    pub bank_zh: String,
    /// Its English name.
    pub bank_en: String,
    /// How the consent stands now.
    pub state_now: GrantState,
    /// What the signatures are worth, all in all.
    pub signature: SignatureCheck,
}

/// Makes receipts, finds and verifies them. Clones share everything.
#[derive(Clone)]
pub struct Receipts {
    db: Db,
    catalog: Arc<Catalog>,
    shelf: Shelf,
    verify_base: String,
    signer: Option<Arc<dyn Sign>>,
}

impl Receipts {
    /// Receipts whose files lie under `folder`; `verify_base` is the address that their QR codes lead to.
    pub fn new(db: Db, catalog: Arc<Catalog>, folder: PathBuf, verify_base: impl Into<String>) -> Self {
        let shelf = Shelf::new(&db, folder);
        Self { db, catalog, shelf, verify_base: verify_base.into(), signer: None }
    }

    /// The same, its receipts signed by the platform.
    #[must_use]
    pub fn with_signer(self, signer: Arc<dyn Sign>) -> Self {
        Self { signer: Some(signer), ..self }
    }

    /// The receipt of a consent as it stands now, made when there is none yet.
    pub async fn draw(&self, grant: &Grant) -> Result<ReceiptEntry, ReceiptError> {
        let now = self.db.clock().now();
        let stands_for = draw::stands_for(grant, now);
        if let Some(known) = store::find_of(&self.db, &grant.consent_id, &stands_for).await? {
            return Ok(known);
        }
        self.make(grant, &stands_for, now).await
    }

    /// The receipt as canonical JSON, as it was made.
    pub async fn json(&self, receipt_no: &ReportNo, lang: Lang) -> Result<String, ReceiptError> {
        let bytes = self.load(receipt_no, lang, "json").await?;
        Ok(String::from_utf8(bytes).map_err(|source| ShelfError {
            path: self.shelf.path(receipt_no, lang, "json").display().to_string(),
            source: std::io::Error::new(std::io::ErrorKind::InvalidData, source),
        })?)
    }

    /// The receipt as PDF, as it was made.
    pub async fn pdf(&self, receipt_no: &ReportNo, lang: Lang) -> Result<Vec<u8>, ReceiptError> {
        self.load(receipt_no, lang, "pdf").await
    }

    /// What the public verification page shows for a number as typed or scanned; nothing for an unknown one.
    pub async fn verify(&self, receipt_no: &str) -> Result<Option<ReceiptCheck>, ReceiptError> {
        let Some(number) = report_no::parse(receipt_no) else { return Ok(None) };
        if report_no::letter(&number) != Some(LETTER) {
            return Ok(None);
        }
        let Some(entry) = store::find(&self.db, &number).await? else { return Ok(None) };
        let Some(grant) = find_grant(&self.db, &entry.consent_id).await? else { return Ok(None) };
        Ok(Some(ReceiptCheck {
            signature: self.check(&entry)?,
            state_now: grant.state(self.db.clock().now()),
            bank_zh: grant.bank_zh,
            bank_en: grant.bank_en,
            entry,
        }))
    }

    /// The receipt whose PDF has exactly these bytes.
    pub async fn verify_file(&self, pdf: &[u8]) -> Result<Option<ReceiptCheck>, ReceiptError> {
        match store::find_by_pdf(&self.db, &sm3::hex(pdf)).await? {
            Some(receipt_no) => self.verify(receipt_no.as_str()).await,
            None => Ok(None),
        }
    }

    /// What the signatures are worth: the first that is not genuine decides.
    fn check(&self, entry: &ReceiptEntry) -> Result<SignatureCheck, ReceiptError> {
        let mut found = SignatureCheck::Unsigned;
        for file in &entry.files {
            found = match (&file.signature, &self.signer) {
                (None, _) => SignatureCheck::Unsigned,
                (Some(_), None) => SignatureCheck::Unchecked,
                (Some(signature), Some(signer)) => {
                    signer.check(signed_text(&entry.receipt_no, file).as_bytes(), signature)?
                }
            };
            if !matches!(found, SignatureCheck::Genuine { .. }) {
                break;
            }
        }
        Ok(found)
    }

    async fn load(&self, receipt_no: &ReportNo, lang: Lang, kind: &str) -> Result<Vec<u8>, ReceiptError> {
        let number = report_no::parse(receipt_no.as_str()).ok_or(ReceiptError::NotFound)?;
        self.shelf.find(&number, lang, kind).await?.ok_or(ReceiptError::NotFound)
    }
}

/// What the platform signs of one file of a receipt: canonical JSON of number, language and both digests, with the name
/// of this form. Whoever holds file, signature and the platform's public key can check it anywhere.
pub(crate) fn signed_text(receipt_no: &ReportNo, file: &ReceiptFile) -> String {
    let signed = serde_json::json!({
        "form": "jinqiao.consent-receipt-file/1",
        "receipt_no": receipt_no.as_str(),
        "lang": file.lang,
        "content_sm3": file.content_sm3,
        "pdf_sm3": file.pdf_sm3,
    });
    canonical(&signed).expect("a JSON value has a canonical form")
}

/// One random byte of the machine.
fn random_byte() -> Result<u8, ReceiptError> {
    let mut byte = [0_u8];
    SysRng.try_fill_bytes(&mut byte)?;
    Ok(byte[0])
}
