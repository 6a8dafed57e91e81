//! Drawing a report: facts under the permit, one view per language, the files, the number, the audit line.

use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::Date;
use jq_base::clock;
use jq_base::ids::ReportNo;
use jq_base::json::canonical;
use jq_base::lang::Lang;
use jq_base::permit::Permit;
use jq_base::sign::Sign;
use jq_base::sm3;
use jq_credit_render::render_pdf;
use jq_db::audit::AuditLine;
use jq_db::outbox::Event;

use crate::assemble::{Issue, assemble, subject_name};
use crate::content::{ReportContent, TEMPLATE};
use crate::facts::Facts;
use crate::history::Enquiries;
use crate::model::{ReportEntry, ReportFile, ReportState};
use crate::seal::{SealError, seal, signed_text};
use crate::store::{self, NewReport};
use crate::view::CreditReportView;
use crate::{Credit, CreditError, Drawn, Reader, number};

/// One language of a report, ready to be kept.
struct Sheet {
    view: CreditReportView,
    json: String,
    pdf: Vec<u8>,
    file: ReportFile,
}

impl Credit {
    /// Draws the subject's report on itself in both languages under the permit: files first, then number, digests,
    /// signatures and the audit line in one transaction.
    pub async fn draw(&self, permit: &Permit, reader: &Reader) -> Result<Drawn, CreditError> {
        self.draw_edition(&self.content, permit, reader).await
    }

    /// Draws the edition for one bank: what its permit does not cover is shown as not authorised, and of earlier
    /// enquiries only how many institutions made any.
    pub async fn draw_financing(&self, permit: &Permit, reader: &Reader) -> Result<Drawn, CreditError> {
        self.draw_edition(&self.financing, permit, reader).await
    }

    async fn draw_edition(
        &self,
        content: &ReportContent,
        permit: &Permit,
        reader: &Reader,
    ) -> Result<Drawn, CreditError> {
        let at = self.db.clock().now();
        let today = clock::date_of(at);
        let report_no = number::fresh(content.letter, today)?;
        let lake_version = self.lake.version().await?;
        let facts = Facts::gather(&self.lake, permit, &self.catalog).await?;
        let enquiries = Enquiries::read(&self.db, permit.subject(), content, at).await?;
        let view = |lang: Lang| {
            let queries = enquiries.rows(content, lang);
            let issue = Issue {
                report_no: &report_no,
                subject: permit.subject(),
                at,
                reader: lang.pick(&reader.shown_zh, &reader.shown_en),
                verify_base: &self.verify_base,
                queries: &queries,
                queries_total: enquiries.total(),
            };
            seal(assemble(&facts, &self.catalog, content, &issue, lang))
        };
        let (zh, en) = (view(Lang::Zh)?, view(Lang::En)?);
        let set = |view| tokio::task::spawn_blocking(move || sheet(view));
        let (zh, en) = tokio::try_join!(set(zh), set(en))?;
        let (mut zh, mut en) = (zh?, en?);
        for sheet in [&mut zh, &mut en] {
            sheet.file.signature = self.sign(&report_no, &sheet.file)?;
        }
        let entry = ReportEntry {
            report_no,
            subject_key: permit.subject().to_string(),
            edition: content.edition.clone(),
            reader: permit.reader().to_owned(),
            name_masked: jq_base::masked::middle(&subject_name(&facts, permit.subject())),
            generated_at: at,
            valid_until: today.checked_add(content.valid_days.days()).unwrap_or(Date::MAX),
            state: ReportState::Valid,
            files: vec![zh.file.clone(), en.file.clone()],
        };
        for (lang, sheet) in [(Lang::Zh, &mut zh), (Lang::En, &mut en)] {
            let (json, pdf) = (std::mem::take(&mut sheet.json), std::mem::take(&mut sheet.pdf));
            self.shelf.keep(&entry.report_no, lang, "json", json.into_bytes()).await?;
            self.shelf.keep(&entry.report_no, lang, "pdf", pdf).await?;
        }
        self.register(permit, reader, &entry, lake_version).await?;
        Ok(Drawn { entry, zh: zh.view, en: en.view })
    }

    /// The platform's signature under one file; none where nobody was given to sign.
    fn sign(&self, report_no: &ReportNo, file: &ReportFile) -> Result<Option<String>, CreditError> {
        let sign = |signer: &Arc<dyn Sign>| signer.sign(signed_text(report_no, file).as_bytes());
        Ok(self.signer.as_ref().map(sign).transpose().map_err(SealError::from)?)
    }

    async fn register(
        &self,
        permit: &Permit,
        reader: &Reader,
        entry: &ReportEntry,
        lake_version: u64,
    ) -> Result<(), CreditError> {
        let mut tx = self.db.begin().await?;
        let (purpose, permit_id) = (permit.purpose().code(), permit.id().as_str());
        store::insert_report(&mut tx, &NewReport { entry, purpose, permit: permit_id, lake_version }).await?;
        let hash = entry.files.first().map_or("", |file| file.content_sm3.as_str());
        tx.audit(
            AuditLine::new(&reader.actor, &reader.role, "credit.report.draw")
                .institution(bank_of(permit))
                .subject(&entry.subject_key)
                .items(permit.items().iter())
                .permit(purpose, permit_id)
                .detail(
                    serde_json::json!({ "report_no": entry.report_no.as_str(), "edition": entry.edition }),
                )
                .result_hash(hash),
        );
        tx.emit(Event::new(
            "credit.report.drawn",
            &entry.subject_key,
            serde_json::json!({ "report_no": entry.report_no.as_str(), "edition": entry.edition }),
        ));
        Ok(tx.commit().await?)
    }
}

/// The bank that a permit was issued to; empty for every other reader.
pub(crate) fn bank_of(permit: &Permit) -> &str {
    let named = permit.reader().strip_prefix("bank:").unwrap_or_default();
    named.split(':').next().unwrap_or_default()
}

/// Renders one language of a report.
fn sheet(view: CreditReportView) -> Result<Sheet, CreditError> {
    let json = canonical(&view).map_err(SealError::from)?;
    let pdf = render_pdf(&json, TEMPLATE)?;
    let file = ReportFile {
        lang: view.lang.clone(),
        content_sm3: view.cover.content_sm3.clone(),
        pdf_sm3: sm3::hex(&pdf.bytes),
        pages: pdf.pages,
        signature: None,
    };
    Ok(Sheet { view, json, pdf: pdf.bytes, file })
}
