//! The rows of requests.

use jiff::Timestamp;
use jq_base::ids::{AccountId, BankId, ConsentRequestId, SubjectKey};
use jq_db::{Db, DbError, Query, Row, Tx, sql};

use super::model::{Request, RequestState};

/// False when a request of the bank to this subject for this purpose waits already.
pub(super) async fn insert(tx: &mut Tx, asked: &Request) -> Result<bool, DbError> {
    let query = sql("insert into consent_request
             (request_id, subject_key, subject_name, bank_id, bank_zh, bank_en, asked_by, items, purpose,
              product_id, order_id, days, queries_max, note, asked_at, answer_by, left_out, state)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 'asked')
         on conflict do nothing");
    let query = query.bind(asked.request_id.as_str()).bind(asked.subject.as_str());
    let query = query.bind(&asked.subject_name).bind(asked.bank.as_str());
    let query = query.bind(&asked.bank_zh).bind(&asked.bank_en).bind(&asked.asked_by);
    let query = query.bind(serde_json::json!(asked.items)).bind(asked.purpose.code());
    let query = query.bind(asked.product.as_ref().map(|product| product.as_str().to_owned()));
    let query = query.bind(asked.order.as_ref().map(|order| order.as_str().to_owned()));
    let query = query.bind(asked.days).bind(asked.queries_max).bind(&asked.note);
    let query = query.bind(asked.asked_at).bind(asked.answer_by).bind(serde_json::json!(asked.left_out));
    Ok(tx.execute(query).await? == 1)
}

/// Notes of the one request that may stand in the way that nobody answered it in time.
pub(super) async fn close_lapsed(tx: &mut Tx, asked: &Request, now: Timestamp) -> Result<(), DbError> {
    let query = sql("update consent_request set state = 'lapsed'
         where subject_key = $1 and bank_id = $2 and purpose = $3 and state = 'asked' and answer_by <= $4");
    let query = query.bind(asked.subject.as_str()).bind(asked.bank.as_str()).bind(asked.purpose.code());
    tx.execute(query.bind(now)).await.map(|_| ())
}

/// When the subject last said no to this bank for this purpose.
pub(super) async fn last_refusal(tx: &mut Tx, asked: &Request) -> Result<Option<Timestamp>, DbError> {
    let query = sql("select answered_at from consent_request
         where subject_key = $1 and bank_id = $2 and purpose = $3 and state = 'refused'
         order by answered_at desc limit 1");
    let query = query.bind(asked.subject.as_str()).bind(asked.bank.as_str()).bind(asked.purpose.code());
    tx.fetch_optional(query).await?.map(|row| row.instant("answered_at")).transpose()
}

/// False when it was answered at the same moment by somebody else.
pub(super) async fn answer(tx: &mut Tx, answered: &Request, by: &AccountId) -> Result<bool, DbError> {
    let query = sql("update consent_request
         set state = $2, answered_at = $3, answered_by = $4, answer_reason = $5, consent_id = $6
         where request_id = $1 and state = 'asked'");
    let query = query.bind(answered.request_id.as_str()).bind(answered.recorded.code());
    let query = query.bind(answered.answered_at).bind(by.as_str()).bind(answered.answer_reason.clone());
    let query = query.bind(answered.consent_id.as_ref().map(|consent| consent.as_str().to_owned()));
    Ok(tx.execute(query).await? == 1)
}

pub(super) async fn find_in(tx: &mut Tx, id: &ConsentRequestId) -> Result<Option<Request>, DbError> {
    tx.fetch_optional(by_id(id)).await?.as_ref().map(read).transpose()
}

/// The request with that number.
pub async fn find_request(db: &Db, id: &ConsentRequestId) -> Result<Option<Request>, DbError> {
    db.fetch_optional(by_id(id)).await?.as_ref().map(read).transpose()
}

fn by_id(id: &ConsentRequestId) -> Query {
    sql("select * from consent_request where request_id = $1").bind(id.as_str())
}

/// What banks asked a subject, newest first.
pub async fn list_requests(db: &Db, subject: &SubjectKey, limit: u32) -> Result<Vec<Request>, DbError> {
    let query = sql("select * from consent_request where subject_key = $1
         order by asked_at desc, request_id desc limit $2");
    db.fetch_all(query.bind(subject.as_str()).bind(limit)).await?.iter().map(read).collect()
}

/// What a bank asked, newest first.
pub async fn list_requests_by(db: &Db, bank: &BankId, limit: u32) -> Result<Vec<Request>, DbError> {
    let query = sql("select * from consent_request where bank_id = $1
         order by asked_at desc, request_id desc limit $2");
    db.fetch_all(query.bind(bank.as_str()).bind(limit)).await?.iter().map(read).collect()
}

/// What a bank asked before this one, newest first: the next page of [`list_requests_by`].
pub async fn list_requests_before(
    db: &Db,
    bank: &BankId,
    last: &Request,
    limit: u32,
) -> Result<Vec<Request>, DbError> {
    let query = sql("select * from consent_request where bank_id = $1
           and (asked_at < $2 or (asked_at = $2 and request_id < $3))
         order by asked_at desc, request_id desc limit $4");
    let query = query.bind(bank.as_str()).bind(last.asked_at).bind(last.request_id.as_str());
    db.fetch_all(query.bind(limit)).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Request, DbError> {
    Ok(Request {
        request_id: row.parsed("request_id")?,
        subject: row.parsed("subject_key")?,
        subject_name: row.text("subject_name")?,
        bank: row.parsed("bank_id")?,
        bank_zh: row.text("bank_zh")?,
        bank_en: row.text("bank_en")?,
        asked_by: row.text("asked_by")?,
        items: row.json("items")?,
        left_out: row.json("left_out")?,
        purpose: row.parsed("purpose")?,
        product: row.opt_parsed("product_id")?,
        order: row.opt_parsed("order_id")?,
        days: row.get("days")?,
        queries_max: row.get("queries_max")?,
        note: row.text("note")?,
        asked_at: row.instant("asked_at")?,
        answer_by: row.instant("answer_by")?,
        answered_at: row.get("answered_at")?,
        answer_reason: row.opt_text("answer_reason")?,
        consent_id: row.opt_parsed("consent_id")?,
        recorded: row.parsed::<RequestState>("state")?,
    })
}
