//! What was read, by whom and how often; and the rows of what was noticed.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jq_base::ids::{AlertId, BankId, SubjectKey};
use jq_db::{Db, DbError, Query, Row, Tx, sql, sql_built};

use super::Alert;
use super::find::Read;
use crate::permit::store::reader_name;

/// What banks read in this time, of these subjects only where some are named.
pub(super) async fn list_read(
    db: &Db,
    from: Timestamp,
    to: Timestamp,
    only: Option<&BTreeSet<SubjectKey>>,
) -> Result<Vec<Read>, DbError> {
    let of = only.map_or_else(String::new, |only| {
        format!("and subject_key in ({})", Query::next_places(3, only.len()))
    });
    let query = sql_built(format!(
        "select bank_id, reader, role, subject_key, count(*) as times from consent_permit
         where issued_at >= $1 and issued_at <= $2 and bank_id is not null {of}
         group by bank_id, reader, role, subject_key
         order by bank_id, reader, subject_key"
    ));
    let query = query.bind(from).bind(to);
    let query = query.bind_all(only.into_iter().flatten().map(|subject| subject.as_str().to_owned()));
    db.fetch_all(query).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Read, DbError> {
    let (bank, reader): (BankId, String) = (row.parsed("bank_id")?, row.text("reader")?);
    let role = row.opt_text("role")?.unwrap_or_default();
    Ok(Read {
        reader: reader.strip_prefix(&reader_name(&bank, "")).unwrap_or(&reader).to_owned(),
        is_person: role != "client",
        role,
        subject: row.parsed("subject_key")?,
        times: row.get("times")?,
        bank,
    })
}

/// False when the same was noticed before.
pub(super) async fn insert(tx: &mut Tx, alert: &Alert) -> Result<bool, DbError> {
    let query = sql("insert into consent_alert
             (alert_id, rule_id, bank_id, reader, role, about, day, count, found_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing");
    let query = query.bind(alert.alert_id.as_str()).bind(&alert.rule_id).bind(alert.bank.as_str());
    let query = query.bind(&alert.reader).bind(&alert.role).bind(&alert.about);
    let query = query.bind(alert.day.to_string()).bind(alert.count).bind(alert.found_at);
    Ok(tx.execute(query).await? == 1)
}

/// False when it was explained before.
pub(super) async fn answer(
    tx: &mut Tx,
    id: &AlertId,
    text: &str,
    by: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let query = sql("update consent_alert set answer = $2, answered_by = $3, answered_at = $4
         where alert_id = $1 and answer is null");
    Ok(tx.execute(query.bind(id.as_str()).bind(text).bind(by).bind(now)).await? == 1)
}

pub(super) async fn find_in(tx: &mut Tx, id: &AlertId) -> Result<Option<Alert>, DbError> {
    let query = sql("select * from consent_alert where alert_id = $1").bind(id.as_str());
    tx.fetch_optional(query).await?.as_ref().map(read_alert).transpose()
}

/// What was noticed at a bank, or at all of them: what is not explained first, then the newest.
pub async fn list_alerts(db: &Db, bank: Option<&BankId>, limit: u32) -> Result<Vec<Alert>, DbError> {
    let query = sql("select * from consent_alert where ($1 = '' or bank_id = $1)
         order by case when answer is null then 0 else 1 end, found_at desc, alert_id desc limit $2");
    let query = query.bind(bank.map_or("", BankId::as_str)).bind(limit);
    db.fetch_all(query).await?.iter().map(read_alert).collect()
}

fn read_alert(row: &Row) -> Result<Alert, DbError> {
    Ok(Alert {
        alert_id: row.parsed("alert_id")?,
        rule_id: row.text("rule_id")?,
        bank: row.parsed("bank_id")?,
        reader: row.text("reader")?,
        role: row.text("role")?,
        about: row.text("about")?,
        day: row.parsed("day")?,
        count: row.get("count")?,
        found_at: row.instant("found_at")?,
        answer: row.opt_text("answer")?,
        answered_by: row.opt_text("answered_by")?,
        answered_at: row.get("answered_at")?,
    })
}
