//! The rows of stop notices.

use jiff::Timestamp;
use jq_base::ids::{BankId, ConsentId, StopNoticeId, SubjectKey};
use jq_db::{Db, DbError, Query, Row, Tx, sql};

use super::{StopNotice, StopWhy};
use crate::grant::model::Grant;

pub(super) async fn insert(
    tx: &mut Tx,
    id: &StopNoticeId,
    grant: &Grant,
    why: StopWhy,
    now: Timestamp,
) -> Result<(), DbError> {
    let query =
        sql("insert into consent_stop_notice (notice_id, consent_id, subject_key, bank_id, why, sent_at)
         values ($1, $2, $3, $4, $5, $6)");
    let query = query.bind(id.as_str()).bind(grant.consent_id.as_str()).bind(grant.subject.as_str());
    tx.execute(query.bind(grant.bank.as_str()).bind(why.code()).bind(now)).await.map(|_| ())
}

/// False when somebody of the bank took note before.
pub(super) async fn acknowledge(
    tx: &mut Tx,
    id: &StopNoticeId,
    by: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let query = sql("update consent_stop_notice set acknowledged_at = $2, acknowledged_by = $3
         where notice_id = $1 and acknowledged_at is null");
    Ok(tx.execute(query.bind(id.as_str()).bind(now).bind(by)).await? == 1)
}

pub(super) async fn find_in(tx: &mut Tx, id: &StopNoticeId) -> Result<Option<StopNotice>, DbError> {
    tx.fetch_optional(by_id(id)).await?.as_ref().map(read).transpose()
}

/// The notice with that number.
pub async fn find_stop_notice(db: &Db, id: &StopNoticeId) -> Result<Option<StopNotice>, DbError> {
    db.fetch_optional(by_id(id)).await?.as_ref().map(read).transpose()
}

fn by_id(id: &StopNoticeId) -> Query {
    sql("select n.*, g.subject_name from consent_stop_notice n
         join consent_grant g on g.consent_id = n.consent_id where n.notice_id = $1")
    .bind(id.as_str())
}

/// The notices that a bank was sent, those first of which it has not taken note, newest first.
pub async fn list_stop_notices(db: &Db, bank: &BankId, limit: u32) -> Result<Vec<StopNotice>, DbError> {
    let query = sql("select n.*, g.subject_name from consent_stop_notice n
         join consent_grant g on g.consent_id = n.consent_id where n.bank_id = $1
         order by case when n.acknowledged_at is null then 0 else 1 end, n.sent_at desc, n.notice_id desc limit $2");
    db.fetch_all(query.bind(bank.as_str()).bind(limit)).await?.iter().map(read).collect()
}

/// The notices that were sent about a subject, newest first.
pub async fn list_stop_notices_about(
    db: &Db,
    subject: &SubjectKey,
    limit: u32,
) -> Result<Vec<StopNotice>, DbError> {
    let query = sql("select n.*, g.subject_name from consent_stop_notice n
         join consent_grant g on g.consent_id = n.consent_id where n.subject_key = $1
         order by n.sent_at desc, n.notice_id desc limit $2");
    db.fetch_all(query.bind(subject.as_str()).bind(limit)).await?.iter().map(read).collect()
}

/// The notices that were sent for one consent, newest first.
pub async fn list_stop_notices_of(db: &Db, consent: &ConsentId) -> Result<Vec<StopNotice>, DbError> {
    let query = sql("select n.*, g.subject_name from consent_stop_notice n
         join consent_grant g on g.consent_id = n.consent_id where n.consent_id = $1
         order by n.sent_at desc, n.notice_id desc");
    db.fetch_all(query.bind(consent.as_str())).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<StopNotice, DbError> {
    Ok(StopNotice {
        notice_id: row.parsed("notice_id")?,
        consent_id: row.parsed("consent_id")?,
        subject: row.parsed("subject_key")?,
        subject_name: row.text("subject_name")?,
        bank: row.parsed("bank_id")?,
        why: row.parsed("why")?,
        sent_at: row.instant("sent_at")?,
        acknowledged_at: row.get("acknowledged_at")?,
        acknowledged_by: row.opt_text("acknowledged_by")?,
    })
}
