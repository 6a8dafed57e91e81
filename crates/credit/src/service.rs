//! The reports of one platform: reading a drawn one again, verifying it, marking it as superseded.

use std::path::PathBuf;
use std::sync::Arc;

use jq_base::ids::{ReportNo, SubjectKey};
use jq_base::lang::Lang;
use jq_base::sign::Sign;
use jq_base::sm3;
use jq_catalog::Catalog;
use jq_credit_render::RenderError;
use jq_db::audit::AuditLine;
use jq_db::outbox::Event;
use jq_db::{Db, DbError, Shelf, ShelfError};
use jq_lake::{Lake, LakeError};

use crate::content::{ContentError, ReportContent};
use crate::model::{ReportEntry, Verification};
use crate::number::{self, NumberError};
use crate::seal::{self, SealError};
use crate::store;
use crate::view::CreditReportView;

/// What can go wrong with reports, ordered by what the caller can do.
#[derive(Debug, thiserror::Error)]
pub enum CreditError {
    /// No report of that number.
    #[error("no report of that number")]
    NotFound,
    /// The content file does not fit the catalogue.
    #[error("report content does not fit the catalogue")]
    Content(#[from] ContentError),
    /// The lake could not be read.
    #[error("records could not be read for the report")]
    Read(#[from] LakeError),
    /// The report could not be set.
    #[error("report could not be rendered")]
    Render(#[from] RenderError),
    /// The report could not be sealed.
    #[error("report could not be sealed")]
    Seal(#[from] SealError),
    /// No number could be given.
    #[error("report could not be numbered")]
    Number(#[from] NumberError),
    /// A kept report is no report.
    #[error("kept report cannot be read")]
    Kept(#[from] serde_json::Error),
    /// The report's file could not be written or read.
    #[error("report file failed")]
    File(#[from] ShelfError),
    /// The register could not be read or written.
    #[error("register of reports failed")]
    Save(#[from] DbError),
    /// The work was cut off.
    #[error("rendering was cut off")]
    CutOff(#[from] tokio::task::JoinError),
}

/// Who draws or reads a report.
#[derive(Debug, Clone)]
pub struct Reader {
    /// Account, for the audit.
    pub actor: String,
    /// Role, for the audit.
    pub role: String,
    /// How the report names the reader, per language, with names and numbers already masked.
    pub shown_zh: String,
    /// The same in English.
    pub shown_en: String,
}

/// Credit reports of one platform. Cloning is cheap.
#[derive(Clone)]
pub struct Credit {
    pub(crate) db: Db,
    pub(crate) lake: Lake,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) content: Arc<ReportContent>,
    pub(crate) financing: Arc<ReportContent>,
    pub(crate) shelf: Shelf,
    pub(crate) verify_base: String,
    pub(crate) signer: Option<Arc<dyn Sign>>,
}

/// A report just drawn.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// Its line in the register.
    pub entry: ReportEntry,
    /// The Chinese report.
    pub zh: CreditReportView,
    /// The English report.
    pub en: CreditReportView,
}

impl Credit {
    /// Reports kept under `folder`, verified at `verify_base` (an address without the number).
    pub fn new(
        db: Db,
        lake: Lake,
        catalog: Arc<Catalog>,
        folder: PathBuf,
        verify_base: impl Into<String>,
    ) -> Result<Self, CreditError> {
        let content = Arc::new(ReportContent::embedded()?.fitted(&catalog)?);
        let financing = Arc::new(ReportContent::financing()?.fitted(&catalog)?);
        let (shelf, verify_base) = (Shelf::new(&db, folder), verify_base.into());
        Ok(Self { db, lake, catalog, content, financing, shelf, verify_base, signer: None })
    }

    /// The same, its reports signed by the platform; without it they are kept unsigned, and signatures unchecked.
    #[must_use]
    pub fn with_signer(self, signer: Arc<dyn Sign>) -> Self {
        Self { signer: Some(signer), ..self }
    }

    /// The subject's reports, newest first.
    pub async fn list(&self, subject: &SubjectKey, limit: u32) -> Result<Vec<ReportEntry>, CreditError> {
        Ok(store::list(&self.db, subject.as_str(), limit, self.db.clock().today()).await?)
    }

    /// The register's line; the caller checks by `subject_key` who may read the report itself.
    pub async fn find(&self, report_no: &ReportNo) -> Result<Option<ReportEntry>, CreditError> {
        Ok(store::find(&self.db, report_no.as_str(), self.db.clock().today()).await?)
    }

    /// The report as data, as it was drawn; for whoever puts the reading on record in another way.
    pub async fn view(&self, report_no: &ReportNo, lang: Lang) -> Result<CreditReportView, CreditError> {
        Ok(serde_json::from_str(&self.json(report_no, lang).await?)?)
    }

    /// The report as canonical JSON, as it was drawn.
    pub async fn json(&self, report_no: &ReportNo, lang: Lang) -> Result<String, CreditError> {
        let bytes = self.load(report_no, lang, "json").await?;
        Ok(String::from_utf8(bytes).map_err(|source| ShelfError {
            path: self.shelf.path(report_no, lang, "json").display().to_string(),
            source: std::io::Error::new(std::io::ErrorKind::InvalidData, source),
        })?)
    }

    /// The report for somebody who reads it, as data; the reading is put on record before anything is shown.
    pub async fn read(
        &self,
        report_no: &ReportNo,
        lang: Lang,
        reader: &Reader,
    ) -> Result<CreditReportView, CreditError> {
        Ok(serde_json::from_str(&self.read_json(report_no, lang, reader).await?)?)
    }

    /// The same as canonical JSON.
    pub async fn read_json(
        &self,
        report_no: &ReportNo,
        lang: Lang,
        reader: &Reader,
    ) -> Result<String, CreditError> {
        let text = self.json(report_no, lang).await?;
        self.note(report_no, lang, reader, "credit.report.read", text.as_bytes()).await?;
        Ok(text)
    }

    /// The PDF as it was drawn; the download is put on record.
    pub async fn pdf(
        &self,
        report_no: &ReportNo,
        lang: Lang,
        reader: &Reader,
    ) -> Result<Vec<u8>, CreditError> {
        let bytes = self.load(report_no, lang, "pdf").await?;
        self.note(report_no, lang, reader, "credit.report.download", &bytes).await?;
        Ok(bytes)
    }

    /// Puts on record who got which report.
    async fn note(
        &self,
        report_no: &ReportNo,
        lang: Lang,
        reader: &Reader,
        action: &str,
        given: &[u8],
    ) -> Result<(), CreditError> {
        let entry = self.find(report_no).await?.ok_or(CreditError::NotFound)?;
        let detail = serde_json::json!({ "report_no": report_no.as_str(), "lang": lang.code() });
        let line = AuditLine::new(&reader.actor, &reader.role, action).subject(entry.subject_key);
        let mut tx = self.db.begin().await?;
        tx.audit(line.detail(detail).result_hash(sm3::hex(given)));
        Ok(tx.commit().await?)
    }

    /// What the public verification page shows for a number as typed or scanned; nothing for an unknown one.
    pub async fn verify(&self, report_no: &str) -> Result<Option<Verification>, CreditError> {
        let Some(report_no) = number::parse(report_no) else { return Ok(None) };
        let Some(entry) = self.find(&report_no).await? else { return Ok(None) };
        let signature = seal::check(&entry.report_no, &entry.files, self.signer.as_deref());
        Ok(Some(entry.public(signature.map_err(SealError::from)?)))
    }

    /// The report whose PDF has exactly these bytes; nothing when not one byte for byte is on record.
    pub async fn verify_file(&self, pdf: &[u8]) -> Result<Option<Verification>, CreditError> {
        match store::find_by_pdf(&self.db, &sm3::hex(pdf)).await? {
            Some(report_no) => self.verify(&report_no).await,
            None => Ok(None),
        }
    }

    /// A repair, an upheld objection or a serious new record changed what the subject's reports say: marks the
    /// valid ones as superseded; how many there were.
    pub async fn supersede(&self, subject: &SubjectKey, reason: &str) -> Result<usize, CreditError> {
        let mut tx = self.db.begin().await?;
        let now = tx.now();
        let changed = store::supersede(&mut tx, subject.as_str(), reason, now).await?;
        if !changed.is_empty() {
            let detail = serde_json::json!({ "reports": changed, "reason": reason });
            tx.audit(
                AuditLine::new("platform", "platform", "credit.report.supersede")
                    .subject(subject.as_str())
                    .detail(detail.clone()),
            );
            tx.emit(Event::new("credit.report.superseded", subject.as_str(), detail));
        }
        tx.commit().await?;
        Ok(changed.len())
    }

    async fn load(&self, report_no: &ReportNo, lang: Lang, kind: &str) -> Result<Vec<u8>, CreditError> {
        let Some(report_no) = number::parse(report_no.as_str()) else { return Err(CreditError::NotFound) };
        self.shelf.find(&report_no, lang, kind).await?.ok_or(CreditError::NotFound)
    }
}
