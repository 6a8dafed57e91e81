//! The rows of accounts, as administrators change them.

use jiff::Timestamp;
use jq_base::ids::AccountId;
use jq_db::{Db, DbError, Row, Tx, sql};

use super::model::Account;
use crate::StaffRole;
use crate::staff::read_entry;

/// Accounts shown at most.
const SHOWN_MAX: u32 = 500;

/// All accounts of an institution. Sorted here, because databases differ in how they sort texts.
pub(super) async fn list_of(db: &Db, institution: &str) -> Result<Vec<Account>, DbError> {
    let query = sql("select account_id, login, person_name, institution, branch, role, active, awaits_role
         from identity_staff where institution = $1 order by active desc, account_id limit $2");
    let rows = db.fetch_all(query.bind(institution).bind(SHOWN_MAX)).await?;
    let mut accounts = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    accounts.sort_by(|a, b| a.entry.login.cmp(&b.entry.login));
    Ok(accounts)
}

pub(super) async fn list_awaiting(db: &Db) -> Result<Vec<Account>, DbError> {
    let query = sql("select account_id, login, person_name, institution, branch, role, active, awaits_role
         from identity_staff where awaits_role = 1 order by created_at, account_id limit $1");
    db.fetch_all(query.bind(SHOWN_MAX)).await?.iter().map(read).collect()
}

/// Shuts a new account until its role is given.
pub(super) async fn let_wait(tx: &mut Tx, account: &AccountId) -> Result<(), DbError> {
    let query = sql("update identity_staff set active = 0, awaits_role = 1 where account_id = $1");
    tx.execute(query.bind(account.as_str())).await.map(|_| ())
}

/// Gives up an account that waits; false when it does not.
pub(super) async fn stop_waiting(tx: &mut Tx, login: &str) -> Result<bool, DbError> {
    let query = sql("update identity_staff set awaits_role = 0 where login = $1 and awaits_role = 1");
    Ok(tx.execute(query.bind(login.trim().to_lowercase())).await? == 1)
}

/// False when the account is closed.
pub(super) async fn set_role(
    tx: &mut Tx,
    account: &AccountId,
    role: StaffRole,
    now: Timestamp,
) -> Result<bool, DbError> {
    let query = sql("update identity_staff set role = $2, active = 1, awaits_role = 0, changed_at = $3
         where account_id = $1 and (active = 1 or awaits_role = 1)");
    Ok(tx.execute(query.bind(account.as_str()).bind(role.code()).bind(now)).await? == 1)
}

fn read(row: &Row) -> Result<Account, DbError> {
    Ok(Account { entry: read_entry(row)?, awaits_role: row.flag("awaits_role")? })
}
