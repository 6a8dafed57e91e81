//! The rows of permits.

use jiff::Timestamp;
use jq_base::ids::{PermitId, SubjectKey};
use jq_base::permit::{Permit, Purpose};
use jq_db::{Db, DbError, Row, Tx, sql};

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

pub(crate) async fn insert(tx: &mut Tx, permit: &Permit) -> Result<(), DbError> {
    let query =
        sql("insert into consent_permit (permit_id, reader, purpose, subject_key, items, basis, issued_at)
         values ($1, $2, $3, $4, $5, $6, $7)");
    let query = query.bind(permit.id().as_str()).bind(permit.reader()).bind(permit.purpose().code());
    let query = query.bind(permit.subject().as_str()).bind(serde_json::json!(permit.items()));
    tx.execute(query.bind(permit.basis()).bind(permit.issued_at())).await.map(|_| ())
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
