//! The rows of sessions.

use jiff::Timestamp;
use jq_base::clock;
use jq_base::ids::{AccountId, SessionId, SubjectKey};
use jq_db::{Db, DbError, Row, Tx, sql};

use super::Holder;

/// A session as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) account_id: AccountId,
    pub(crate) subject_key: Option<SubjectKey>,
    pub(crate) seen_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    /// Opened where every employee must have a second factor.
    pub(crate) strict: bool,
    /// When the second factor was last shown.
    pub(crate) proven_at: Option<Timestamp>,
    /// The browser and system, as it calls itself.
    pub(crate) device: String,
}

impl Session {
    fn read(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.parsed("session_id")?,
            account_id: row.parsed("account_id")?,
            subject_key: row.opt_parsed("subject_key")?,
            seen_at: row.instant("seen_at")?,
            expires_at: row.instant("expires_at")?,
            strict: row.flag("strict")?,
            proven_at: row.get("proven_at")?,
            device: row.text("device")?,
        })
    }
}

pub(super) async fn insert(
    tx: &mut Tx,
    token_hash: &str,
    holder: Holder,
    session: &Session,
) -> Result<(), DbError> {
    let query = sql("insert into identity_session
             (token_hash, session_id, holder, account_id, subject_key, opened_at, seen_at, expires_at, strict, device)
         values ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9)");
    let query = query.bind(token_hash).bind(session.id.as_str()).bind(holder.code());
    let query =
        query.bind(session.account_id.as_str()).bind(session.subject_key.as_ref().map(SubjectKey::as_str));
    let query = query.bind(session.seen_at).bind(session.expires_at).bind(session.strict);
    tx.execute(query.bind(&session.device)).await.map(|_| ())
}

pub(super) async fn find(db: &Db, token_hash: &str, holder: Holder) -> Result<Option<Session>, DbError> {
    let query =
        sql("select session_id, account_id, subject_key, seen_at, expires_at, strict, proven_at, device
         from identity_session where token_hash = $1 and holder = $2 and closed_at is null");
    let row = db.fetch_optional(query.bind(token_hash).bind(holder.code())).await?;
    row.as_ref().map(Session::read).transpose()
}

/// Notes that the second factor was shown; false when the session was closed meanwhile.
pub(crate) async fn note_proof(tx: &mut Tx, session: &SessionId, now: Timestamp) -> Result<bool, DbError> {
    let query = sql("update identity_session set proven_at = $2 where session_id = $1 and closed_at is null");
    Ok(tx.execute(query.bind(session.as_str()).bind(now)).await? == 1)
}

pub(super) async fn note_use(tx: &mut Tx, session: &SessionId, now: Timestamp) -> Result<(), DbError> {
    let query = sql("update identity_session set seen_at = $2
         where session_id = $1 and seen_at < $2 and closed_at is null");
    tx.execute(query.bind(session.as_str()).bind(now)).await.map(|_| ())
}

/// Notes for which subject the person acts in this session; false when it was closed meanwhile.
pub(crate) async fn choose(tx: &mut Tx, session: &SessionId, subject: &SubjectKey) -> Result<bool, DbError> {
    let query =
        sql("update identity_session set subject_key = $2 where session_id = $1 and closed_at is null");
    Ok(tx.execute(query.bind(session.as_str()).bind(subject.as_str())).await? == 1)
}

/// Closes a session; its account, or nothing when it was not open.
pub(super) async fn close(
    tx: &mut Tx,
    token_hash: &str,
    now: Timestamp,
) -> Result<Option<(AccountId, String)>, DbError> {
    let query = sql("update identity_session set closed_at = $2 where token_hash = $1 and closed_at is null
         returning account_id, holder");
    let row = tx.fetch_optional(query.bind(token_hash).bind(now)).await?;
    row.map(|row| Ok((row.parsed("account_id")?, row.text("holder")?))).transpose()
}

pub(super) async fn close_all(tx: &mut Tx, account: &AccountId, now: Timestamp) -> Result<u64, DbError> {
    let query = sql("update identity_session set closed_at = $2 where account_id = $1 and closed_at is null");
    tx.execute(query.bind(account.as_str()).bind(now)).await
}

pub(super) async fn forget(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    let mut forgotten = 0;
    for query in [
        sql("delete from identity_session where expires_at < $1"),
        sql("delete from identity_bearer where expires_at < $1"),
        sql("delete from identity_code where expires_at < $1"),
        sql("delete from identity_ceremony where ends_at < $1"),
    ] {
        forgotten += tx.execute(query.bind(before)).await?;
    }
    let checks = sql("delete from identity_check where day < $1").bind(clock::date_of(before));
    Ok(forgotten + tx.execute(checks).await?)
}
