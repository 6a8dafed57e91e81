//! The rows of papers and of what they are given to.

use jiff::Timestamp;
use jq_base::ids::{DocumentId, OrderId, SubjectKey};
use jq_db::{Db, DbError, Query, Row, Tx, sql, sql_built};

use super::model::{Document, DocumentLimits, GivenDocument};

const DAY_US: i64 = 24 * 3_600 * 1_000_000;

/// Writes a new paper.
pub(super) async fn insert(tx: &mut Tx, document: &Document, by: &str) -> Result<(), DbError> {
    let query =
        sql("insert into lending_document (document_id, subject_key, kind, bytes, digest, uploaded_by,
             uploaded_at) values ($1, $2, $3, $4, $5, $6, $7)");
    let bytes = i64::try_from(document.bytes).unwrap_or(i64::MAX);
    let query = query.bind(document.document_id.as_str()).bind(document.subject.as_str());
    let query = query.bind(document.kind.code()).bind(bytes).bind(&document.digest);
    tx.execute(query.bind(by).bind(document.uploaded_at)).await.map(|_| ())
}

/// The subject's paper with this content, if there is one that is not over.
pub(super) async fn find_content(
    tx: &mut Tx,
    subject: &SubjectKey,
    digest: &str,
) -> Result<Option<Document>, DbError> {
    let query =
        sql("select * from lending_document where subject_key = $1 and digest = $2 and over_at is null");
    let row = tx.fetch_optional(query.bind(subject.as_str()).bind(digest)).await?;
    row.as_ref().map(read).transpose()
}

/// The subject's paper with this name, if it is not over.
pub(super) async fn find_own(
    tx: &mut Tx,
    subject: &SubjectKey,
    document: &DocumentId,
) -> Result<Option<Document>, DbError> {
    let query = sql("select * from lending_document where subject_key = $1 and document_id = $2
         and over_at is null");
    let row = tx.fetch_optional(query.bind(subject.as_str()).bind(document.as_str())).await?;
    row.as_ref().map(read).transpose()
}

/// Gives a paper to an order; one that was taken back is given again.
pub(super) async fn give(
    tx: &mut Tx,
    order: &OrderId,
    document: &DocumentId,
    material: &str,
    by: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    let query =
        sql("insert into lending_order_document (order_id, document_id, material, given_by, given_at)
         values ($1, $2, $3, $4, $5)
         on conflict (order_id, document_id) do update set material = $3, given_by = $4, given_at = $5,
             taken_back_at = null");
    let query = query.bind(order.as_str()).bind(document.as_str()).bind(material).bind(by).bind(now);
    tx.execute(query).await.map(|_| ())
}

/// Takes a paper back from an order; false when it is not given to it.
pub(super) async fn take_back(
    tx: &mut Tx,
    order: &OrderId,
    document: &DocumentId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let query = sql("update lending_order_document set taken_back_at = $3
         where order_id = $1 and document_id = $2 and taken_back_at is null");
    Ok(tx.execute(query.bind(order.as_str()).bind(document.as_str()).bind(now)).await? == 1)
}

/// The papers of an order, in the order in which they were given.
pub(super) async fn list(db: &Db, order: &OrderId) -> Result<Vec<GivenDocument>, DbError> {
    db.fetch_all(given_to(order)).await?.iter().map(read_given).collect()
}

/// Like [`list`], within a transaction.
pub(super) async fn list_within(tx: &mut Tx, order: &OrderId) -> Result<Vec<GivenDocument>, DbError> {
    tx.fetch_all(given_to(order)).await?.iter().map(read_given).collect()
}

fn given_to(order: &OrderId) -> Query {
    sql("select d.*, g.material, g.given_at from lending_order_document g
         join lending_document d on d.document_id = g.document_id
         where g.order_id = $1 and g.taken_back_at is null and d.over_at is null
         order by g.given_at, d.document_id")
    .bind(order.as_str())
}

/// The subject's papers that are not given to this order, the newest first, each once with the words of the last order
/// it was given to.
pub(super) async fn list_others(
    db: &Db,
    subject: &SubjectKey,
    order: &OrderId,
) -> Result<Vec<GivenDocument>, DbError> {
    let query = sql("select d.*, g.material, g.given_at from lending_document d
         join lending_order_document g on g.document_id = d.document_id
         where d.subject_key = $1 and d.over_at is null
           and not exists (select 1 from lending_order_document n
               where n.document_id = d.document_id and n.order_id = $2 and n.taken_back_at is null)
         order by d.uploaded_at desc, d.document_id, g.given_at desc");
    let rows = db.fetch_all(query.bind(subject.as_str()).bind(order.as_str())).await?;
    let mut found: Vec<GivenDocument> = rows.iter().map(read_given).collect::<Result<_, _>>()?;
    found.dedup_by(|one, other| one.document.document_id == other.document.document_id);
    Ok(found)
}

/// Marks the papers that are over by `now`: every order they were given to ended long enough ago. Returns their names.
pub(super) async fn end_over(
    tx: &mut Tx,
    limits: &DocumentLimits,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<(DocumentId, SubjectKey)>, DbError> {
    const OVER: &str = "d.over_at is null and d.uploaded_at < $1
           and not exists (select 1 from lending_order_document g
               join lending_order o on o.order_id = g.order_id
               where g.document_id = d.document_id
                 and (o.ended_at is null
                      or (o.state in ('settled', 'written_off') and o.ended_at >= $2)
                      or (o.state not in ('settled', 'written_off') and o.ended_at >= $1)))";
    let before = |days: u32| now.as_microsecond() - i64::from(days) * DAY_US;
    let (undecided, lent) = (before(limits.keep_days), before(limits.keep_days_lent));
    let query = sql_built(format!(
        "select d.document_id, d.subject_key from lending_document d where {OVER} order by d.uploaded_at limit $3"
    ));
    let mut over = Vec::new();
    for row in tx.fetch_all(query.bind(undecided).bind(lent).bind(limit)).await? {
        let (document, subject): (DocumentId, SubjectKey) =
            (row.parsed("document_id")?, row.parsed("subject_key")?);
        // The row is held first, so that a paper that is being given to an order is not ended.
        if hold(tx, &document).await? {
            let mark = sql_built(format!(
                "update lending_document as d set over_at = $3 where d.document_id = $4 and {OVER}"
            ));
            let mark = mark.bind(undecided).bind(lent).bind(now).bind(document.as_str());
            if tx.execute(mark).await? == 1 {
                over.push((document, subject));
            }
        }
    }
    Ok(over)
}

/// Holds a paper until the end of the transaction; false when it is over.
pub(super) async fn hold(tx: &mut Tx, document: &DocumentId) -> Result<bool, DbError> {
    let query = sql("update lending_document set uploaded_by = uploaded_by
         where document_id = $1 and over_at is null");
    Ok(tx.execute(query.bind(document.as_str())).await? == 1)
}

/// Whether a paper of this name is kept.
pub(super) async fn is_kept(db: &Db, document: &str) -> Result<bool, DbError> {
    let query = sql("select 1 as n from lending_document where document_id = $1 and erased_at is null");
    Ok(db.fetch_optional(query.bind(document)).await?.is_some())
}

/// Papers that are over and whose files may still be there.
pub(super) async fn list_unerased(db: &Db, limit: u32) -> Result<Vec<DocumentId>, DbError> {
    let query =
        sql("select document_id from lending_document where over_at is not null and erased_at is null
         order by over_at limit $1");
    db.fetch_all(query.bind(limit)).await?.iter().map(|row| row.parsed("document_id")).collect()
}

/// Notes that a file is gone.
pub(super) async fn note_erased(tx: &mut Tx, document: &DocumentId, now: Timestamp) -> Result<(), DbError> {
    let query =
        sql("update lending_document set erased_at = $2 where document_id = $1 and erased_at is null");
    tx.execute(query.bind(document.as_str()).bind(now)).await.map(|_| ())
}

fn read(row: &Row) -> Result<Document, DbError> {
    Ok(Document {
        document_id: row.parsed("document_id")?,
        subject: row.parsed("subject_key")?,
        kind: row.parsed("kind")?,
        bytes: row.get("bytes")?,
        digest: row.text("digest")?,
        uploaded_at: row.instant("uploaded_at")?,
    })
}

fn read_given(row: &Row) -> Result<GivenDocument, DbError> {
    Ok(GivenDocument {
        document: read(row)?,
        material: row.text("material")?,
        given_at: row.instant("given_at")?,
    })
}
