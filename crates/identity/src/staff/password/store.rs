//! The rows of passwords.

use jiff::Timestamp;
use jq_base::ids::AccountId;
use jq_db::{Db, DbError, Tx, sql};

use crate::PasswordHash;

/// The hashes of the last passwords, the newest first.
pub(super) async fn list_past(db: &Db, account: &AccountId, most: u32) -> Result<Vec<PasswordHash>, DbError> {
    let query = sql("select password_hash from identity_password_past where account_id = $1
         order by set_at desc limit $2");
    let rows = db.fetch_all(query.bind(account.as_str()).bind(most)).await?;
    rows.iter().map(|row| Ok(PasswordHash::from_storage(row.text("password_hash")?))).collect()
}

/// Keeps a password that is given up, and forgets those that are not asked for any more.
pub(super) async fn keep_past(
    tx: &mut Tx,
    account: &AccountId,
    former: &PasswordHash,
    most: u32,
    now: Timestamp,
) -> Result<(), DbError> {
    let keep =
        sql("insert into identity_password_past (account_id, set_at, password_hash) values ($1, $2, $3)
         on conflict (account_id, set_at) do nothing");
    tx.execute(keep.bind(account.as_str()).bind(now).bind(former.for_storage())).await?;
    let forget = sql("delete from identity_password_past where account_id = $1 and set_at not in (
             select set_at from identity_password_past where account_id = $1 order by set_at desc limit $2)");
    tx.execute(forget.bind(account.as_str()).bind(most)).await.map(|_| ())
}

pub(super) async fn set(
    tx: &mut Tx,
    account: &AccountId,
    hash: &PasswordHash,
    now: Timestamp,
) -> Result<(), DbError> {
    let query = sql("update identity_staff set password_hash = $2, password_set_at = $3, changed_at = $3
         where account_id = $1 and active = 1");
    tx.execute(query.bind(account.as_str()).bind(hash.for_storage()).bind(now)).await.map(|_| ())
}
