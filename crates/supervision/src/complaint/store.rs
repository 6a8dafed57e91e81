//! The rows of complaints.

use jiff::Timestamp;
use jq_base::ids::{ComplaintId, SubjectKey};
use jq_db::{Db, DbError, Query, Row, Tx, sql};

use super::Complaint;

/// False when a complaint about this look is open already.
pub(super) async fn insert(tx: &mut Tx, new: &Complaint) -> Result<bool, DbError> {
    let query = sql("insert into supervision_complaint
             (complaint_id, subject_key, subject_name, made_by, bank_id, look_id, look_at, reader, purpose, granted,
              complaint_text, made_at, answer_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing");
    let query = query.bind(new.complaint_id.as_str()).bind(new.subject.as_str()).bind(&new.subject_name);
    let query = query.bind(&new.made_by).bind(new.bank.as_ref().map(|bank| bank.as_str().to_owned()));
    let query = query.bind(&new.look_id).bind(new.look_at).bind(&new.reader).bind(&new.purpose);
    let query = query.bind(new.granted).bind(&new.text).bind(new.made_at).bind(new.answer_by);
    Ok(tx.execute(query).await? == 1)
}

/// False when it was answered at the same moment.
pub(super) async fn answer(
    tx: &mut Tx,
    id: &ComplaintId,
    text: &str,
    by: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let query = sql("update supervision_complaint set answer_text = $2, answered_by = $3, answered_at = $4
         where complaint_id = $1 and answered_at is null");
    Ok(tx.execute(query.bind(id.as_str()).bind(text).bind(by).bind(now)).await? == 1)
}

pub(super) async fn find_in(tx: &mut Tx, id: &ComplaintId) -> Result<Option<Complaint>, DbError> {
    tx.fetch_optional(by_id(id)).await?.as_ref().map(read).transpose()
}

/// The complaint with that number.
pub async fn find_complaint(db: &Db, id: &ComplaintId) -> Result<Option<Complaint>, DbError> {
    db.fetch_optional(by_id(id)).await?.as_ref().map(read).transpose()
}

fn by_id(id: &ComplaintId) -> Query {
    sql("select * from supervision_complaint where complaint_id = $1").bind(id.as_str())
}

/// All complaints: those that wait for an answer first, the oldest of them first; then the newest.
pub async fn list_complaints(db: &Db, limit: u32) -> Result<Vec<Complaint>, DbError> {
    let query = sql("select * from supervision_complaint
         order by case when answered_at is null then 0 else 1 end,
                  case when answered_at is null then made_at else 0 - made_at end, complaint_id limit $1");
    db.fetch_all(query.bind(limit)).await?.iter().map(read).collect()
}

/// A subject's complaints, newest first.
pub async fn list_complaints_of(
    db: &Db,
    subject: &SubjectKey,
    limit: u32,
) -> Result<Vec<Complaint>, DbError> {
    let query = sql("select * from supervision_complaint where subject_key = $1
         order by made_at desc, complaint_id desc limit $2");
    db.fetch_all(query.bind(subject.as_str()).bind(limit)).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Complaint, DbError> {
    Ok(Complaint {
        complaint_id: row.parsed("complaint_id")?,
        subject: row.parsed("subject_key")?,
        subject_name: row.text("subject_name")?,
        made_by: row.text("made_by")?,
        bank: row.opt_parsed("bank_id")?,
        look_id: row.text("look_id")?,
        look_at: row.instant("look_at")?,
        reader: row.text("reader")?,
        purpose: row.text("purpose")?,
        granted: row.flag("granted")?,
        text: row.text("complaint_text")?,
        made_at: row.instant("made_at")?,
        answer_by: row.get("answer_by")?,
        answer: row.opt_text("answer_text")?,
        answered_by: row.opt_text("answered_by")?,
        answered_at: row.get("answered_at")?,
    })
}
