//! The rows of readings in an emergency.

use jiff::Timestamp;
use jq_base::ids::{BankId, EmergencyId, OrderId, SubjectKey};
use jq_db::{Db, DbError, Query, Row, Tx, sql};

use super::model::Emergency;
use crate::BankReader;

pub(super) async fn insert(tx: &mut Tx, new: &Emergency) -> Result<(), DbError> {
    let query = sql("insert into consent_emergency
             (emergency_id, bank_id, subject_key, subject_name, order_id, purpose, items, reason, asked_by, asked_at,
              approve_by, readings_max, readings_used)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0)");
    let query = query.bind(new.emergency_id.as_str()).bind(new.bank.as_str()).bind(new.subject.as_str());
    let query = query.bind(&new.subject_name).bind(new.order.as_str()).bind(new.purpose.code());
    let query = query.bind(serde_json::json!(new.items)).bind(&new.reason).bind(&new.asked_by);
    let query = query.bind(new.asked_at).bind(new.approve_by).bind(new.readings_max);
    tx.execute(query).await.map(|_| ())
}

/// False when somebody decided at the same moment.
pub(super) async fn decide(tx: &mut Tx, decided: &Emergency) -> Result<bool, DbError> {
    let query = sql("update consent_emergency
         set approved = $2, decided_by = $3, decided_at = $4, ends_at = $5
         where emergency_id = $1 and approved is null");
    let approved = decided.approved.map(|yes| if yes { "yes" } else { "no" });
    let query = query.bind(decided.emergency_id.as_str()).bind(approved).bind(decided.decided_by.as_deref());
    Ok(tx.execute(query.bind(decided.decided_at).bind(decided.ends_at)).await? == 1)
}

/// What is open for this reader about this subject and order, oldest first.
pub(super) async fn list_open(
    tx: &mut Tx,
    reader: BankReader<'_>,
    subject: &SubjectKey,
    order: &OrderId,
    now: Timestamp,
) -> Result<Vec<Emergency>, DbError> {
    let query = sql("select * from consent_emergency
         where bank_id = $1 and asked_by = $2 and subject_key = $3 and order_id = $4 and approved = 'yes'
           and ends_at > $5 and readings_used < readings_max
         order by asked_at, emergency_id");
    let query = query.bind(reader.bank.as_str()).bind(reader.reader).bind(subject.as_str());
    tx.fetch_all(query.bind(order.as_str()).bind(now)).await?.iter().map(read).collect()
}

/// Counts a reading. False when the last one was taken at the same moment.
pub(super) async fn count_reading(tx: &mut Tx, id: &EmergencyId, now: Timestamp) -> Result<bool, DbError> {
    let query = sql("update consent_emergency set readings_used = readings_used + 1
         where emergency_id = $1 and approved = 'yes' and ends_at > $2 and readings_used < readings_max");
    Ok(tx.execute(query.bind(id.as_str()).bind(now)).await? == 1)
}

/// What was approved, is over, and was not told to the firm.
pub(super) async fn list_over(tx: &mut Tx, now: Timestamp) -> Result<Vec<Emergency>, DbError> {
    let query = sql("select * from consent_emergency
         where approved = 'yes' and announced_at is null and (ends_at <= $1 or readings_used >= readings_max)
         order by asked_at, emergency_id limit 200");
    tx.fetch_all(query.bind(now)).await?.iter().map(read).collect()
}

/// False when it was told at the same moment.
pub(super) async fn note_announced(tx: &mut Tx, id: &EmergencyId, now: Timestamp) -> Result<bool, DbError> {
    let query = sql(
        "update consent_emergency set announced_at = $2 where emergency_id = $1 and announced_at is null",
    );
    Ok(tx.execute(query.bind(id.as_str()).bind(now)).await? == 1)
}

pub(super) async fn find_in(tx: &mut Tx, id: &EmergencyId) -> Result<Option<Emergency>, DbError> {
    tx.fetch_optional(by_id(id)).await?.as_ref().map(read).transpose()
}

/// The emergency with that number.
pub async fn find_emergency(db: &Db, id: &EmergencyId) -> Result<Option<Emergency>, DbError> {
    db.fetch_optional(by_id(id)).await?.as_ref().map(read).transpose()
}

fn by_id(id: &EmergencyId) -> Query {
    sql("select * from consent_emergency where emergency_id = $1").bind(id.as_str())
}

/// What the people of a bank asked for, newest first.
pub async fn list_emergencies(db: &Db, bank: &BankId, limit: u32) -> Result<Vec<Emergency>, DbError> {
    let query = sql("select * from consent_emergency where bank_id = $1
         order by asked_at desc, emergency_id desc limit $2");
    db.fetch_all(query.bind(bank.as_str()).bind(limit)).await?.iter().map(read).collect()
}

/// What the people of all banks asked for, newest first.
pub async fn list_all_emergencies(db: &Db, limit: u32) -> Result<Vec<Emergency>, DbError> {
    let query = sql("select * from consent_emergency order by asked_at desc, emergency_id desc limit $1");
    db.fetch_all(query.bind(limit)).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Emergency, DbError> {
    Ok(Emergency {
        emergency_id: row.parsed("emergency_id")?,
        bank: row.parsed("bank_id")?,
        subject: row.parsed("subject_key")?,
        subject_name: row.text("subject_name")?,
        order: row.parsed("order_id")?,
        purpose: row.parsed("purpose")?,
        items: row.json("items")?,
        reason: row.text("reason")?,
        asked_by: row.text("asked_by")?,
        asked_at: row.instant("asked_at")?,
        approve_by: row.instant("approve_by")?,
        approved: row.opt_text("approved")?.map(|word| word == "yes"),
        decided_by: row.opt_text("decided_by")?,
        decided_at: row.get("decided_at")?,
        ends_at: row.get("ends_at")?,
        readings_max: row.get("readings_max")?,
        readings_used: row.get("readings_used")?,
        announced_at: row.get("announced_at")?,
    })
}
