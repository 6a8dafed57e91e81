//! Counting checks, and what is kept of the person who passed one.

use jiff::Timestamp;
use jq_base::clock;
use jq_base::ids::{AccountId, SubjectKey};
use jq_db::{DbError, Row, Tx, sql};

use super::super::model::KycState;
use super::super::store::{SECRETS, place};
use crate::IdentityError;

/// Checks an account can fail in one Beijing day.
pub const CHECKS_PER_DAY_MAX: u32 = 5;
/// Checks about one firm that can fail in one Beijing day, whoever tries.
pub const SUBJECT_CHECKS_PER_DAY_MAX: u32 = 20;

/// Counts one check before it is made; how many are left today, or nothing when there are none. One statement, so
/// that two checks at the same moment cannot both be the last.
pub(super) async fn count(
    tx: &mut Tx,
    counted: &str,
    max: u32,
    now: Timestamp,
) -> Result<Option<u32>, DbError> {
    let query = sql("insert into identity_check (counted, day, tries) values ($1, $2, 1)
         on conflict (counted) do update set day = excluded.day,
             tries = case when identity_check.day = excluded.day then identity_check.tries + 1 else 1 end
         where identity_check.day <> excluded.day or identity_check.tries < $3
         returning tries");
    let query = query.bind(counted).bind(clock::date_of(now).to_string()).bind(max);
    let row = tx.fetch_optional(query).await?;
    row.map(|row| Ok(max.saturating_sub(row.get("tries")?))).transpose()
}

/// Takes the count of a check back that was passed.
pub(super) async fn uncount(tx: &mut Tx, counted: &str) -> Result<(), DbError> {
    let query = sql("update identity_check set tries = tries - 1 where counted = $1 and tries > 0");
    tx.execute(query.bind(counted)).await.map(|_| ())
}

/// Where the check of a person stands, and the hash of the number the person was verified with.
pub(super) async fn get_check(
    tx: &mut Tx,
    account: &AccountId,
) -> Result<(KycState, Option<String>), IdentityError> {
    let query = sql("select kyc, id_hash from identity_person where account_id = $1").bind(account.as_str());
    let row = tx.fetch_optional(query).await?.ok_or(IdentityError::NoAccount)?;
    Ok((row.parsed("kyc")?, row.opt_text("id_hash")?))
}

/// The names of the verified people with the same number under other accounts.
pub(super) async fn list_names(
    tx: &mut Tx,
    account: &AccountId,
    id_hash: &str,
) -> Result<Vec<String>, DbError> {
    let query = sql("select account_id, person_name from identity_person
         where id_hash = $2 and account_id <> $1 and kyc = 'verified' limit 20");
    let rows = tx.fetch_all(query.bind(account.as_str()).bind(id_hash)).await?;
    let name = |row: &Row| row.secret("person_name", &place("person_name", &row.parsed("account_id")?));
    rows.iter().map(name).collect()
}

/// Notes name and number's hash of a person who passed. False when the check no longer stands as it was read.
pub(super) async fn note_person(
    tx: &mut Tx,
    account: &AccountId,
    from: KycState,
    name: &str,
    id_hash: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let query = sql("update identity_person
         set kyc = 'verified', person_name = $3, id_hash = $4, changed_at = $5
         where account_id = $1 and kyc = $2");
    let query = query.bind(account.as_str()).bind(from.code());
    let query = query.bind_secret(SECRETS.level, place("person_name", account), name.trim()).bind(id_hash);
    Ok(tx.execute(query.bind(now)).await? == 1)
}

/// The legal representatives of a firm who were verified with another number than the one the register has now.
pub(super) async fn list_former(
    tx: &mut Tx,
    subject: &SubjectKey,
    id_hash: &str,
) -> Result<Vec<AccountId>, DbError> {
    let query = sql("select r.account_id from identity_relation r
         join identity_person p on p.account_id = r.account_id
         where r.subject_key = $1 and r.role = 'legal_rep' and r.ended_at is null and p.id_hash <> $2
         order by r.account_id");
    let read = |row: &Row| row.parsed("account_id");
    tx.fetch_all(query.bind(subject.as_str()).bind(id_hash)).await?.iter().map(read).collect()
}
