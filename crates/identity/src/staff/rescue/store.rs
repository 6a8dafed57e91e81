//! The rows of requests for help.

use jiff::Timestamp;
use jq_base::ids::{AccountId, RescueId};
use jq_db::{Db, DbError, Row, Tx, sql};

/// An open request of somebody who lost the second factor (找回申请).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rescue {
    /// The request.
    pub rescue_id: RescueId,
    /// Whose account.
    pub account: AccountId,
    /// What is typed at sign-in.
    pub login: String,
    /// Where the person works.
    pub institution: String,
    /// When it was asked.
    pub asked_at: Timestamp,
}

pub(super) async fn has_open(tx: &mut Tx, account: &AccountId) -> Result<bool, DbError> {
    let query = sql("select rescue_id from identity_rescue where account_id = $1 and state = 'asked'");
    Ok(tx.fetch_optional(query.bind(account.as_str())).await?.is_some())
}

pub(super) async fn insert(tx: &mut Tx, new: &Rescue) -> Result<(), DbError> {
    let query =
        sql("insert into identity_rescue (rescue_id, account_id, login, institution, asked_at, state)
         values ($1, $2, $3, $4, $5, 'asked')");
    let query = query.bind(new.rescue_id.as_str()).bind(new.account.as_str()).bind(&new.login);
    tx.execute(query.bind(&new.institution).bind(new.asked_at)).await.map(|_| ())
}

pub(super) async fn list_open(
    db: &Db,
    institution: Option<&str>,
    without: &str,
) -> Result<Vec<Rescue>, DbError> {
    let query = sql("select rescue_id, account_id, login, institution, asked_at from identity_rescue
         where state = 'asked' and login <> $1 and (cast($2 as text) is null or institution = $2)
         order by asked_at, rescue_id limit 200");
    db.fetch_all(query.bind(without).bind(institution)).await?.iter().map(read).collect()
}

pub(super) async fn find_open(tx: &mut Tx, rescue: &RescueId) -> Result<Option<Rescue>, DbError> {
    let query = sql("select rescue_id, account_id, login, institution, asked_at from identity_rescue
         where rescue_id = $1 and state = 'asked'");
    tx.fetch_optional(query.bind(rescue.as_str())).await?.as_ref().map(read).transpose()
}

/// False when somebody else was faster.
pub(super) async fn decide(
    tx: &mut Tx,
    rescue: &RescueId,
    state: &str,
    by: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let query = sql("update identity_rescue set state = $2, decided_by = $3, decided_at = $4
         where rescue_id = $1 and state = 'asked'");
    Ok(tx.execute(query.bind(rescue.as_str()).bind(state).bind(by).bind(now)).await? == 1)
}

fn read(row: &Row) -> Result<Rescue, DbError> {
    Ok(Rescue {
        rescue_id: row.parsed("rescue_id")?,
        account: row.parsed("account_id")?,
        login: row.text("login")?,
        institution: row.text("institution")?,
        asked_at: row.instant("asked_at")?,
    })
}
