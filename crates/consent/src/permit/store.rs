//! The rows of permits, of refused looks and of closed subjects.

use jiff::Timestamp;
use jq_base::ids::{BankId, ConsentId, PermitId, SubjectKey};
use jq_base::permit::{Permit, Purpose};
use jq_db::{Db, DbError, Row, Tx, fresh_token, sql};

use super::bank::BankReader;
use super::decide::Ask;
use super::denial::DenialKind;
use super::service::ByBank;

/// A permit as the subject sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedPermit {
    /// Its number.
    pub permit_id: PermitId,
    /// Who may read.
    pub reader: String,
    /// What for.
    pub purpose: Purpose,
    /// Which items, sorted.
    pub items: Vec<String>,
    /// The consent or the rule it rests on.
    pub basis: String,
    /// From when.
    pub issued_at: Timestamp,
}

/// Keeps a permit, with the bank that reads under it if one does.
pub(super) async fn insert(tx: &mut Tx, permit: &Permit, by: Option<ByBank<'_>>) -> Result<(), DbError> {
    let query = sql("insert into consent_permit
             (permit_id, reader, purpose, subject_key, items, basis, issued_at, bank_id, role, consent_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
    let query = query.bind(permit.id().as_str()).bind(permit.reader()).bind(permit.purpose().code());
    let query = query.bind(permit.subject().as_str()).bind(serde_json::json!(permit.items()));
    let query = query.bind(permit.basis()).bind(permit.issued_at());
    let query = query.bind(by.map(|by| by.reader.bank.as_str().to_owned()));
    let query = query.bind(by.map(|by| by.reader.role.to_owned()));
    let consent = by.and_then(|by| by.consent).map(|consent| consent.as_str().to_owned());
    tx.execute(query.bind(consent)).await.map(|_| ())
}

/// The consent that a permit rests on, where it rests on one.
pub(super) async fn consent_of(tx: &mut Tx, permit: &PermitId) -> Result<Option<ConsentId>, DbError> {
    let query = sql("select consent_id from consent_permit where permit_id = $1").bind(permit.as_str());
    let row = tx.fetch_optional(query).await?;
    Ok(row.map(|row| row.opt_parsed("consent_id")).transpose()?.flatten())
}

/// How a permit names a reader of a bank.
pub(crate) fn reader_name(bank: &BankId, reader: &str) -> String {
    format!("bank:{bank}:{reader}")
}

/// Whether a look of this bank at the subject was refused since then.
pub(super) async fn was_refused_since(
    tx: &mut Tx,
    subject: &SubjectKey,
    bank: &BankId,
    since: Timestamp,
) -> Result<bool, DbError> {
    let query = sql("select look_id from consent_refused_look
         where subject_key = $1 and at >= $3 and bank_id = $2 limit 1");
    let query = query.bind(subject.as_str()).bind(bank.as_str()).bind(since);
    Ok(tx.fetch_optional(query).await?.is_some())
}

/// Keeps a look that was refused.
pub(super) async fn insert_refused(
    tx: &mut Tx,
    reader: BankReader<'_>,
    ask: &Ask<'_>,
    denial: DenialKind,
) -> Result<(), DbError> {
    let query = sql("insert into consent_refused_look
             (look_id, at, reader, role, bank_id, subject_key, purpose, items, denial)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
    let query = query.bind(fresh_token(ask.now)).bind(ask.now).bind(reader.reader).bind(reader.role);
    let query = query.bind(reader.bank.as_str()).bind(ask.subject.as_str()).bind(ask.purpose.code());
    tx.execute(query.bind(serde_json::json!(ask.items)).bind(denial.code())).await.map(|_| ())
}

/// True when no bank may read the subject any more.
pub(crate) async fn is_closed(tx: &mut Tx, subject: &SubjectKey) -> Result<bool, DbError> {
    let query = sql("select why from consent_closed_subject where subject_key = $1");
    Ok(tx.fetch_optional(query.bind(subject.as_str())).await?.is_some())
}

/// False when it was closed before.
pub(super) async fn close(
    tx: &mut Tx,
    subject: &SubjectKey,
    why: &str,
    by: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let query = sql("insert into consent_closed_subject (subject_key, why, closed_by, closed_at)
         values ($1, $2, $3, $4) on conflict do nothing");
    Ok(tx.execute(query.bind(subject.as_str()).bind(why).bind(by).bind(now)).await? == 1)
}

/// False when it was not closed, or by somebody else.
pub(super) async fn open(tx: &mut Tx, subject: &SubjectKey, by: &str) -> Result<bool, DbError> {
    let query = sql("delete from consent_closed_subject where subject_key = $1 and closed_by = $2");
    Ok(tx.execute(query.bind(subject.as_str()).bind(by)).await? == 1)
}

/// The newest permits to read a subject's records.
pub async fn list_permits(db: &Db, subject: &SubjectKey, limit: u32) -> Result<Vec<IssuedPermit>, DbError> {
    let query = sql("select permit_id, reader, purpose, items, basis, issued_at from consent_permit
         where subject_key = $1 order by issued_at desc, permit_id desc limit $2");
    let read = |row: &Row| {
        Ok(IssuedPermit {
            permit_id: row.parsed("permit_id")?,
            reader: row.text("reader")?,
            purpose: row.parsed("purpose")?,
            items: row.json("items")?,
            basis: row.text("basis")?,
            issued_at: row.instant("issued_at")?,
        })
    };
    db.fetch_all(query.bind(subject.as_str()).bind(limit)).await?.iter().map(read).collect()
}
