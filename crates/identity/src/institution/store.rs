//! The rows of institutions.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jq_base::ids::BankId;
use jq_db::{Db, DbError, Query, Row, Tx, sql, sql_built};

use super::model::{Counts, Institution, InstitutionKind};

/// False when the id is taken.
pub(super) async fn insert(tx: &mut Tx, new: &Institution, now: Timestamp) -> Result<bool, DbError> {
    let query = sql("insert into identity_institution
             (institution_id, kind, parent_id, name_zh, name_en, district, active, created_at, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8) on conflict (institution_id) do nothing");
    let query = query.bind(&new.id).bind(new.kind.code()).bind(new.parent.as_deref());
    let query = query.bind(&new.name_zh).bind(&new.name_en).bind(new.district.as_deref());
    Ok(tx.execute(query.bind(new.active).bind(now)).await? == 1)
}

/// Rows written by one statement.
const ROWS: usize = 100;

/// False when an id is taken.
pub(super) async fn insert_all(tx: &mut Tx, all: &[Institution], now: Timestamp) -> Result<bool, DbError> {
    let mut written = 0;
    for rows in all.chunks(ROWS) {
        let places: Vec<_> =
            (0..rows.len()).map(|row| format!("({})", Query::next_places(9 * row + 1, 9))).collect();
        let mut query = sql_built(format!(
            "insert into identity_institution
                 (institution_id, kind, parent_id, name_zh, name_en, district, active, created_at, changed_at)
             values {} on conflict (institution_id) do nothing",
            places.join(", ")
        ));
        for new in rows {
            query = query.bind(&new.id).bind(new.kind.code()).bind(new.parent.as_deref()).bind(&new.name_zh);
            query =
                query.bind(&new.name_en).bind(new.district.as_deref()).bind(new.active).bind(now).bind(now);
        }
        written += tx.execute(query).await?;
    }
    Ok(written == all.len() as u64)
}

/// The ids of all banks, also of those that have left.
pub(super) async fn list_bank_ids(tx: &mut Tx) -> Result<BTreeSet<String>, DbError> {
    let rows =
        tx.fetch_all(sql("select institution_id from identity_institution where kind = 'bank'")).await?;
    rows.iter().map(|row| row.text("institution_id")).collect()
}

/// The banks of all branches, by the branch.
pub(crate) async fn list_branch_banks(tx: &mut Tx) -> Result<BTreeMap<String, String>, DbError> {
    let query = sql("select institution_id, parent_id from identity_institution where kind = 'branch'");
    let rows = tx.fetch_all(query).await?;
    rows.iter().map(|row| Ok((row.text("institution_id")?, row.text("parent_id")?))).collect()
}

/// False when there is none with this id.
pub(super) async fn set_active(
    tx: &mut Tx,
    institution: &str,
    active: bool,
    now: Timestamp,
) -> Result<bool, DbError> {
    let query = sql("update identity_institution set active = $2, changed_at = $3 where institution_id = $1");
    Ok(tx.execute(query.bind(institution).bind(active).bind(now)).await? == 1)
}

/// The institution with this id, also one that has left.
pub async fn find(db: &Db, institution: &str) -> Result<Option<Institution>, DbError> {
    db.fetch_optional(by_id(institution)).await?.as_ref().map(read).transpose()
}

/// The same inside a transaction.
pub async fn find_within(tx: &mut Tx, institution: &str) -> Result<Option<Institution>, DbError> {
    tx.fetch_optional(by_id(institution)).await?.as_ref().map(read).transpose()
}

/// The banks that take part, by id.
pub async fn list_banks(db: &Db) -> Result<Vec<Institution>, DbError> {
    list_kind(db, InstitutionKind::Bank).await
}

/// The institutions of a kind that take part, by id.
pub async fn list_kind(db: &Db, kind: InstitutionKind) -> Result<Vec<Institution>, DbError> {
    let query = sql("select institution_id, kind, parent_id, name_zh, name_en, district, active
         from identity_institution where kind = $1 and active = 1");
    in_order(&db.fetch_all(query.bind(kind.code())).await?)
}

/// The branches of a bank that take part, by id.
pub async fn list_branches(db: &Db, bank: &BankId) -> Result<Vec<Institution>, DbError> {
    in_order(&db.fetch_all(of_bank(bank)).await?)
}

/// The same inside a transaction, for a choice that must hold with what is written.
pub async fn list_branches_within(tx: &mut Tx, bank: &BankId) -> Result<Vec<Institution>, DbError> {
    in_order(&tx.fetch_all(of_bank(bank)).await?)
}

/// How many banks, branches and customer managers take part.
pub async fn counts(db: &Db) -> Result<Counts, DbError> {
    let query = sql("select
             (select count(*) from identity_institution where kind = 'bank' and active = 1) as banks,
             (select count(*) from identity_institution b
                  join identity_institution p on p.institution_id = b.parent_id and p.active = 1
                  where b.kind = 'branch' and b.active = 1) as branches,
             (select count(*) from identity_staff s
                  join identity_institution p on p.institution_id = s.institution and p.active = 1
                  where s.role = 'officer' and s.active = 1) as managers");
    let row = db.fetch_one(query).await?;
    Ok(Counts { banks: row.get("banks")?, branches: row.get("branches")?, managers: row.get("managers")? })
}

fn by_id(institution: &str) -> Query {
    sql("select institution_id, kind, parent_id, name_zh, name_en, district, active
         from identity_institution where institution_id = $1")
    .bind(institution)
}

fn of_bank(bank: &BankId) -> Query {
    sql("select institution_id, kind, parent_id, name_zh, name_en, district, active
         from identity_institution where parent_id = $1 and kind = 'branch' and active = 1")
    .bind(bank.as_str())
}

/// Sorted here, because databases differ in how they sort texts.
fn in_order(rows: &[Row]) -> Result<Vec<Institution>, DbError> {
    let mut found = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    found.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(found)
}

fn read(row: &Row) -> Result<Institution, DbError> {
    Ok(Institution {
        id: row.text("institution_id")?,
        kind: row.parsed("kind")?,
        parent: row.opt_text("parent_id")?,
        name_zh: row.text("name_zh")?,
        name_en: row.text("name_en")?,
        district: row.opt_text("district")?,
        active: row.flag("active")?,
    })
}
