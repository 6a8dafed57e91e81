//! All SQL on the register of reports.

use jiff::Timestamp;
use jiff::civil::Date;
use jq_base::ids::ReportNo;
use jq_db::{Db, DbError, Row, Tx, sql};

use crate::model::{ReportEntry, ReportFile, ReportState};

const BY_NUMBER: &str =
    "select report_no, subject_key, edition, reader, name_masked, generated_at, valid_until, state
    from credit_report where report_no = $1";
const BY_SUBJECT: &str =
    "select report_no, subject_key, edition, reader, name_masked, generated_at, valid_until, state
    from credit_report where subject_key = $1 order by generated_at desc, report_no desc limit $2";

/// A new line of the register.
pub(crate) struct NewReport<'a> {
    pub(crate) entry: &'a ReportEntry,
    pub(crate) purpose: &'a str,
    pub(crate) permit: &'a str,
    pub(crate) lake_version: u64,
}

/// Writes a report and its files.
pub(crate) async fn insert_report(tx: &mut Tx, new: &NewReport<'_>) -> Result<(), DbError> {
    let entry = new.entry;
    tx.execute(
        sql("insert into credit_report (report_no, subject_key, edition, reader, purpose, permit, name_masked,
                generated_at, valid_until, state, state_changed_at, lake_version)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'valid', $8, $10)")
        .bind(entry.report_no.as_str())
        .bind(&entry.subject_key)
        .bind(&entry.edition)
        .bind(&entry.reader)
        .bind(new.purpose)
        .bind(new.permit)
        .bind(&entry.name_masked)
        .bind(entry.generated_at)
        .bind(entry.valid_until)
        .bind(i64::try_from(new.lake_version).unwrap_or(i64::MAX)),
    )
    .await?;
    for file in &entry.files {
        tx.execute(
            sql("insert into credit_report_file (report_no, lang, content_sm3, pdf_sm3, pages, signature)
                values ($1, $2, $3, $4, $5, $6)")
            .bind(entry.report_no.as_str())
            .bind(&file.lang)
            .bind(&file.content_sm3)
            .bind(&file.pdf_sm3)
            .bind(file.pages)
            .bind(file.signature.as_deref()),
        )
        .await?;
    }
    Ok(())
}

/// Marks the subject's valid reports as superseded; their number.
pub(crate) async fn supersede(
    tx: &mut Tx,
    subject: &str,
    reason: &str,
    now: Timestamp,
) -> Result<Vec<String>, DbError> {
    let changed = tx
        .fetch_all(
            sql("update credit_report set state = 'superseded', state_reason = $2, state_changed_at = $3
                where subject_key = $1 and state = 'valid' returning report_no")
            .bind(subject)
            .bind(reason)
            .bind(now),
        )
        .await?;
    changed.iter().map(|row| row.text("report_no")).collect()
}

/// The report of that number.
pub(crate) async fn find(db: &Db, report_no: &str, today: Date) -> Result<Option<ReportEntry>, DbError> {
    match db.fetch_optional(sql(BY_NUMBER).bind(report_no)).await? {
        Some(row) => Ok(Some(entry(db, &row, today).await?)),
        None => Ok(None),
    }
}

/// The number of the report whose PDF has this digest.
pub(crate) async fn find_by_pdf(db: &Db, pdf_sm3: &str) -> Result<Option<String>, DbError> {
    let query = sql("select report_no from credit_report_file where pdf_sm3 = $1").bind(pdf_sm3);
    db.fetch_optional(query).await?.map(|row| row.text("report_no")).transpose()
}

/// The subject's reports, newest first.
pub(crate) async fn list(
    db: &Db,
    subject: &str,
    limit: u32,
    today: Date,
) -> Result<Vec<ReportEntry>, DbError> {
    let rows = db.fetch_all(sql(BY_SUBJECT).bind(subject).bind(limit)).await?;
    let mut entries = Vec::with_capacity(rows.len());
    for row in &rows {
        entries.push(entry(db, row, today).await?);
    }
    Ok(entries)
}

async fn entry(db: &Db, row: &Row, today: Date) -> Result<ReportEntry, DbError> {
    let report_no: ReportNo = row.parsed("report_no")?;
    let valid_until: Date = row.parsed("valid_until")?;
    let query = sql("select lang, content_sm3, pdf_sm3, pages, signature from credit_report_file
        where report_no = $1
        order by case lang when 'zh-CN' then 0 else 1 end")
    .bind(report_no.as_str());
    let files: Result<Vec<ReportFile>, DbError> = db.fetch_all(query).await?.iter().map(file).collect();
    Ok(ReportEntry {
        report_no,
        subject_key: row.text("subject_key")?,
        edition: row.text("edition")?,
        reader: row.text("reader")?,
        name_masked: row.text("name_masked")?,
        generated_at: row.instant("generated_at")?,
        valid_until,
        state: ReportState::on(&row.text("state")?, valid_until, today),
        files: files?,
    })
}

fn file(row: &Row) -> Result<ReportFile, DbError> {
    Ok(ReportFile {
        lang: row.text("lang")?,
        content_sm3: row.text("content_sm3")?,
        pdf_sm3: row.text("pdf_sm3")?,
        pages: row.get("pages")?,
        signature: row.opt_text("signature")?,
    })
}
