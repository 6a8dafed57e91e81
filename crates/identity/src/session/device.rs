//! The devices at which an employee is signed in, each a session that can be ended from any of them.

use jiff::Timestamp;
use jq_base::ids::{AccountId, SessionId};
use jq_db::{Db, DbError, Tx, sql};

use super::Holder;

/// A device at which somebody is signed in (登录设备).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// The session.
    pub session: SessionId,
    /// The browser and system, as it calls itself; empty when it said nothing.
    pub agent: String,
    /// Since when.
    pub opened_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
}

/// Where an employee is signed in, the newest first.
pub async fn list_devices(db: &Db, account: &AccountId, now: Timestamp) -> Result<Vec<Device>, DbError> {
    let query = sql("select session_id, device, opened_at, seen_at, expires_at from identity_session
         where account_id = $1 and holder = $2 and closed_at is null order by opened_at desc, session_id desc");
    let rows = db.fetch_all(query.bind(account.as_str()).bind(Holder::Staff.code())).await?;
    let mut devices = Vec::new();
    for row in &rows {
        let device = Device {
            session: row.parsed("session_id")?,
            agent: row.text("device")?,
            opened_at: row.instant("opened_at")?,
            seen_at: row.instant("seen_at")?,
        };
        if Holder::Staff.holds(device.seen_at, row.instant("expires_at")?, now) {
            devices.push(device);
        }
    }
    Ok(devices)
}

/// Ends one session of the account; false when it has none of that id that is open.
pub(crate) async fn close_one(
    tx: &mut Tx,
    account: &AccountId,
    session: &SessionId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let query = sql("update identity_session set closed_at = $3
         where account_id = $1 and session_id = $2 and closed_at is null");
    Ok(tx.execute(query.bind(account.as_str()).bind(session.as_str()).bind(now)).await? == 1)
}

/// Ends all sessions of the account but one; how many there were.
pub(crate) async fn close_others(
    tx: &mut Tx,
    account: &AccountId,
    kept: &SessionId,
    now: Timestamp,
) -> Result<u64, DbError> {
    let query = sql("update identity_session set closed_at = $3
         where account_id = $1 and session_id <> $2 and closed_at is null");
    tx.execute(query.bind(account.as_str()).bind(kept.as_str()).bind(now)).await
}

/// Ends the oldest sessions of the account, so that at most `others` stay beside the kept one.
pub(super) async fn close_beyond(
    tx: &mut Tx,
    account: &AccountId,
    kept: &SessionId,
    others: u32,
    now: Timestamp,
) -> Result<u64, DbError> {
    let query = sql("update identity_session set closed_at = $3
         where account_id = $1 and session_id <> $2 and closed_at is null and session_id not in (
             select session_id from identity_session
             where account_id = $1 and session_id <> $2 and closed_at is null
             order by opened_at desc, session_id desc limit $4)");
    tx.execute(query.bind(account.as_str()).bind(kept.as_str()).bind(now).bind(others)).await
}
