//! Permits and refused looks, read together.

use jq_base::ids::{BankId, ConsentId, SubjectKey};
use jq_db::{Db, DbError, Query, Row, sql, sql_built};

use super::{Look, LookOutcome};
use crate::permit::store::reader_name;

/// The newest looks at a subject's records, its own and everybody's, granted and refused.
pub async fn list_looks(db: &Db, subject: &SubjectKey, limit: u32) -> Result<Vec<Look>, DbError> {
    let query =
        sql("select issued_at as at, permit_id as look_id, reader, coalesce(role, '') as role, bank_id,
                purpose, items, basis, consent_id, cast(null as text) as denial
             from consent_permit where subject_key = $1
         union all
         select at, look_id, reader, role, bank_id, purpose, items, '' as basis,
                cast(null as text) as consent_id, denial
             from consent_refused_look where subject_key = $1
         order by at desc, look_id desc limit $2");
    db.fetch_all(query.bind(subject.as_str()).bind(limit)).await?.iter().map(read).collect()
}

/// The look of that name at a subject's records.
pub async fn find_look(db: &Db, subject: &SubjectKey, look_id: &str) -> Result<Option<Look>, DbError> {
    let query =
        sql("select issued_at as at, permit_id as look_id, reader, coalesce(role, '') as role, bank_id,
                purpose, items, basis, consent_id, cast(null as text) as denial
             from consent_permit where subject_key = $1 and permit_id = $2
         union all
         select at, look_id, reader, role, bank_id, purpose, items, '' as basis,
                cast(null as text) as consent_id, denial
             from consent_refused_look where subject_key = $1 and look_id = $2");
    db.fetch_optional(query.bind(subject.as_str()).bind(look_id)).await?.as_ref().map(read).transpose()
}

/// The newest looks that rest on one consent.
pub async fn list_looks_under(
    db: &Db,
    subject: &SubjectKey,
    consent: &ConsentId,
    limit: u32,
) -> Result<Vec<Look>, DbError> {
    let query =
        sql("select issued_at as at, permit_id as look_id, reader, coalesce(role, '') as role, bank_id,
                purpose, items, basis, consent_id, cast(null as text) as denial
             from consent_permit where subject_key = $1 and consent_id = $2
         order by at desc, look_id desc limit $3");
    let query = query.bind(subject.as_str()).bind(consent.as_str()).bind(limit);
    db.fetch_all(query).await?.iter().map(read).collect()
}

/// The newest looks at a subject's records by anybody but these readers, granted and refused. Readers are named as
/// permits name them, such as `firm:<account>`.
pub async fn list_looks_by_others(
    db: &Db,
    subject: &SubjectKey,
    own: &[String],
    limit: u32,
) -> Result<Vec<Look>, DbError> {
    if own.is_empty() {
        return list_looks(db, subject, limit).await;
    }
    let query = sql_built(format!(
        "select issued_at as at, permit_id as look_id, reader, coalesce(role, '') as role, bank_id,
                purpose, items, basis, consent_id, cast(null as text) as denial
             from consent_permit where subject_key = $1 and reader not in ({})
         union all
         select at, look_id, reader, role, bank_id, purpose, items, '' as basis,
                cast(null as text) as consent_id, denial
             from consent_refused_look where subject_key = $1
         order by at desc, look_id desc limit $2",
        Query::next_places(3, own.len())
    ));
    let query = query.bind(subject.as_str()).bind(limit).bind_all(own.iter().map(String::as_str));
    db.fetch_all(query).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Look, DbError> {
    let bank: Option<BankId> = row.opt_parsed("bank_id")?;
    let denial = row.opt_parsed("denial")?;
    Ok(Look {
        look_id: row.text("look_id")?,
        at: row.instant("at")?,
        reader: plain_reader(row.text("reader")?, bank.as_ref()),
        role: row.text("role")?,
        bank,
        purpose: row.parsed("purpose")?,
        items: row.json("items")?,
        basis: row.text("basis")?,
        consent_id: row.opt_parsed("consent_id")?,
        outcome: denial.map_or(LookOutcome::Granted, LookOutcome::Refused),
    })
}

/// The officer or program of a bank without the bank, which stands beside it.
fn plain_reader(reader: String, bank: Option<&BankId>) -> String {
    let prefix = bank.map(|bank| reader_name(bank, ""));
    match prefix.and_then(|prefix| reader.strip_prefix(&prefix).map(str::to_owned)) {
        Some(plain) => plain,
        None => reader,
    }
}
