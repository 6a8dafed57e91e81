//! The register of receipts.

use jq_base::ids::{ConsentId, ReportNo};
use jq_db::{Db, DbError, Row, Tx, sql};

use super::{ReceiptEntry, ReceiptFile};
use crate::grant::model::GrantState;

/// False when there is one of the same already.
pub(super) async fn insert(tx: &mut Tx, entry: &ReceiptEntry, stands_for: &str) -> Result<bool, DbError> {
    let query = sql("insert into consent_receipt
             (receipt_no, consent_id, stands_for, name_masked, state, made_at)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing");
    let query = query.bind(entry.receipt_no.as_str()).bind(entry.consent_id.as_str()).bind(stands_for);
    let query = query.bind(&entry.name_masked).bind(entry.state.code()).bind(entry.made_at);
    if tx.execute(query).await? == 0 {
        return Ok(false);
    }
    for file in &entry.files {
        let query =
            sql("insert into consent_receipt_file (receipt_no, lang, content_sm3, pdf_sm3, signature)
             values ($1, $2, $3, $4, $5)");
        let query = query.bind(entry.receipt_no.as_str()).bind(&file.lang).bind(&file.content_sm3);
        tx.execute(query.bind(&file.pdf_sm3).bind(file.signature.as_deref())).await?;
    }
    Ok(true)
}

/// The receipt of a consent that stands like this.
pub(super) async fn find_of(
    db: &Db,
    consent: &ConsentId,
    stands_for: &str,
) -> Result<Option<ReceiptEntry>, DbError> {
    let query = sql("select * from consent_receipt where consent_id = $1 and stands_for = $2");
    match db.fetch_optional(query.bind(consent.as_str()).bind(stands_for)).await? {
        Some(row) => read(db, &row).await.map(Some),
        None => Ok(None),
    }
}

/// The receipt of that number.
pub(super) async fn find(db: &Db, number: &ReportNo) -> Result<Option<ReceiptEntry>, DbError> {
    let query = sql("select * from consent_receipt where receipt_no = $1").bind(number.as_str());
    match db.fetch_optional(query).await? {
        Some(row) => read(db, &row).await.map(Some),
        None => Ok(None),
    }
}

/// The number of the receipt whose PDF has this digest.
pub(super) async fn find_by_pdf(db: &Db, pdf_sm3: &str) -> Result<Option<ReportNo>, DbError> {
    let query = sql("select receipt_no from consent_receipt_file where pdf_sm3 = $1").bind(pdf_sm3);
    db.fetch_optional(query).await?.map(|row| row.parsed("receipt_no")).transpose()
}

async fn read(db: &Db, row: &Row) -> Result<ReceiptEntry, DbError> {
    let receipt_no: ReportNo = row.parsed("receipt_no")?;
    let query = sql("select lang, content_sm3, pdf_sm3, signature from consent_receipt_file
         where receipt_no = $1 order by case lang when 'zh-CN' then 0 else 1 end");
    let files = db.fetch_all(query.bind(receipt_no.as_str())).await?;
    Ok(ReceiptEntry {
        receipt_no,
        consent_id: row.parsed("consent_id")?,
        name_masked: row.text("name_masked")?,
        state: row.parsed::<GrantState>("state")?,
        made_at: row.instant("made_at")?,
        files: files.iter().map(file).collect::<Result<_, _>>()?,
    })
}

fn file(row: &Row) -> Result<ReceiptFile, DbError> {
    Ok(ReceiptFile {
        lang: row.text("lang")?,
        content_sm3: row.text("content_sm3")?,
        pdf_sm3: row.text("pdf_sm3")?,
        signature: row.opt_text("signature")?,
    })
}
