//! The rows of second factors.

use jiff::{SignedDuration, Timestamp};
use jq_base::ids::{AccountId, SessionId};
use jq_base::seal::{SecretLevel, SecretPlace, SecretTable};
use jq_db::{Db, DbError, Query, Row, Tx, sql};
use webauthn_rs::prelude::Passkey;

use super::totp::TotpSecret;
use super::{Factor, FactorKind, passkey};
use crate::IdentityError;

/// What one-time codes are computed from lies sealed.
pub(crate) const SECRETS: SecretTable = SecretTable {
    name: "identity_totp",
    keys: &["account_id"],
    columns: &["secret"],
    level: SecretLevel::Four,
    mixed: false,
};

/// One-time codes of an account as they are kept.
pub(super) struct Totp {
    pub(super) secret: TotpSecret,
    pub(super) confirmed: bool,
    pub(super) last_step: i64,
}

/// Where a secret stands: sealed for its account, it opens for no other.
fn place(account: &AccountId) -> SecretPlace {
    SECRETS.place("secret", account.as_str())
}

pub(super) async fn find_totp(tx: &mut Tx, account: &AccountId) -> Result<Option<Totp>, IdentityError> {
    let query = sql("select secret, confirmed_at, last_step from identity_totp where account_id = $1");
    let row = tx.fetch_optional(query.bind(account.as_str())).await?;
    row.map(|row| {
        Ok(Totp {
            secret: TotpSecret::parse(&row.secret("secret", &place(account))?)
                .ok_or(IdentityError::Secret)?,
            confirmed: row.opt_int("confirmed_at")?.is_some(),
            last_step: row.int("last_step")?,
        })
    })
    .transpose()
}

pub(super) async fn insert_totp(
    tx: &mut Tx,
    account: &AccountId,
    secret: &TotpSecret,
    now: Timestamp,
) -> Result<(), DbError> {
    let query =
        sql("insert into identity_totp (account_id, secret, created_at, last_step) values ($1, $2, $3, 0)");
    let query = query.bind(account.as_str()).bind_secret(SECRETS.level, place(account), secret.text());
    tx.execute(query.bind(now)).await.map(|_| ())
}

pub(super) async fn confirm_totp(
    tx: &mut Tx,
    account: &AccountId,
    step: i64,
    now: Timestamp,
) -> Result<(), DbError> {
    let query = sql("update identity_totp set confirmed_at = $2, last_step = $3 where account_id = $1");
    tx.execute(query.bind(account.as_str()).bind(now).bind(step)).await.map(|_| ())
}

/// False when this step, or a later one, was used already.
pub(super) async fn use_step(tx: &mut Tx, account: &AccountId, step: i64) -> Result<bool, DbError> {
    let query = sql("update identity_totp set last_step = $2 where account_id = $1 and last_step < $2");
    Ok(tx.execute(query.bind(account.as_str()).bind(step)).await? == 1)
}

/// False when a passkey of this id is known, whoever holds it.
pub(super) async fn insert_passkey(
    tx: &mut Tx,
    account: &AccountId,
    name: &str,
    made: &Passkey,
    now: Timestamp,
) -> Result<bool, IdentityError> {
    let query =
        sql("insert into identity_passkey (credential_id, account_id, passkey_name, credential, created_at)
         values ($1, $2, $3, $4, $5) on conflict (credential_id) do nothing");
    let query = query.bind(passkey::id_of(made)).bind(account.as_str()).bind(name);
    Ok(tx.execute(query.bind(passkey::write(made)?).bind(now)).await? == 1)
}

pub(super) async fn list_passkeys(db: &Db, account: &AccountId) -> Result<Vec<Passkey>, IdentityError> {
    db.fetch_all(passkeys_of(account)).await?.iter().map(read_passkey).collect()
}

pub(super) async fn list_passkeys_within(
    tx: &mut Tx,
    account: &AccountId,
) -> Result<Vec<Passkey>, IdentityError> {
    tx.fetch_all(passkeys_of(account)).await?.iter().map(read_passkey).collect()
}

fn passkeys_of(account: &AccountId) -> Query {
    sql("select credential from identity_passkey where account_id = $1 order by created_at, credential_id")
        .bind(account.as_str())
}

fn read_passkey(row: &Row) -> Result<Passkey, IdentityError> {
    passkey::read(&row.text("credential")?)
}

pub(super) async fn note_passkey_use(
    tx: &mut Tx,
    shown: &Passkey,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let query = sql("update identity_passkey set credential = $2, used_at = $3 where credential_id = $1");
    let query = query.bind(passkey::id_of(shown)).bind(passkey::write(shown)?).bind(now);
    tx.execute(query).await?;
    Ok(())
}

/// Keeps what a session's browser was asked; a newer question takes the place of the one before.
pub(super) async fn keep_ceremony(
    tx: &mut Tx,
    session: &SessionId,
    kind: &str,
    state: &str,
    ends_at: Timestamp,
) -> Result<(), DbError> {
    let query =
        sql("insert into identity_ceremony (session_id, kind, state, ends_at) values ($1, $2, $3, $4)
         on conflict (session_id, kind) do update set state = excluded.state, ends_at = excluded.ends_at");
    tx.execute(query.bind(session.as_str()).bind(kind).bind(state).bind(ends_at)).await.map(|_| ())
}

/// Takes the question out, so that it is answered once; nothing when there is none or it waited too long.
pub(super) async fn use_ceremony(
    tx: &mut Tx,
    session: &SessionId,
    kind: &str,
    now: Timestamp,
) -> Result<Option<String>, DbError> {
    let query =
        sql("delete from identity_ceremony where session_id = $1 and kind = $2 returning state, ends_at");
    let Some(row) = tx.fetch_optional(query.bind(session.as_str()).bind(kind)).await? else {
        return Ok(None);
    };
    Ok((row.instant("ends_at")? > now).then_some(row.text("state")?))
}

pub(super) async fn list(db: &Db, account: &AccountId) -> Result<Vec<Factor>, DbError> {
    let totp =
        sql("select confirmed_at from identity_totp where account_id = $1 and confirmed_at is not null");
    let mut factors = Vec::new();
    if let Some(row) = db.fetch_optional(totp.bind(account.as_str())).await? {
        let since = row.instant("confirmed_at")?;
        factors.push(Factor { kind: FactorKind::Totp, name: String::new(), since, used_at: None });
    }
    let passkeys = sql("select credential_id, passkey_name, created_at, used_at from identity_passkey
         where account_id = $1 order by created_at, credential_id");
    for row in db.fetch_all(passkeys.bind(account.as_str())).await? {
        factors.push(Factor {
            kind: FactorKind::Passkey(row.text("credential_id")?),
            name: row.text("passkey_name")?,
            since: row.instant("created_at")?,
            used_at: row.get("used_at")?,
        });
    }
    Ok(factors)
}

/// False when the account has no such factor.
pub(super) async fn remove(tx: &mut Tx, account: &AccountId, factor: &FactorKind) -> Result<bool, DbError> {
    let query = match factor {
        FactorKind::Totp => sql("delete from identity_totp where account_id = $1").bind(account.as_str()),
        FactorKind::Passkey(id) => {
            let query = sql("delete from identity_passkey where account_id = $1 and credential_id = $2");
            query.bind(account.as_str()).bind(id)
        }
    };
    Ok(tx.execute(query).await? == 1)
}

pub(super) async fn remove_all(tx: &mut Tx, account: &AccountId) -> Result<u64, DbError> {
    let mut removed = 0;
    for query in [
        sql("delete from identity_totp where account_id = $1"),
        sql("delete from identity_passkey where account_id = $1"),
    ] {
        removed += tx.execute(query.bind(account.as_str())).await?;
    }
    Ok(removed)
}

/// How many second factors can be shown.
pub(super) async fn count(tx: &mut Tx, account: &AccountId) -> Result<i64, DbError> {
    let query = sql("select
             (select count(*) from identity_totp where account_id = $1 and confirmed_at is not null)
             + (select count(*) from identity_passkey where account_id = $1) as factors");
    tx.fetch_one(query.bind(account.as_str())).await?.int("factors")
}

/// Whether a second factor may be tried.
pub(super) enum Trial {
    /// It may; nothing is left after this one when it `locks`.
    Open {
        /// The last try before the lock.
        locks: bool,
    },
    /// Not before then.
    Locked(Timestamp),
}

/// Counts a try before the factor is looked at. The last try locks the account; a right factor takes that back.
pub(super) async fn begin_try(
    tx: &mut Tx,
    account: &AccountId,
    tries_max: u32,
    lock: SignedDuration,
    now: Timestamp,
) -> Result<Trial, DbError> {
    let count = sql("update identity_staff set
             factor_tries = case when factor_tries + 1 >= $3 then 0 else factor_tries + 1 end,
             factor_locked_until = case when factor_tries + 1 >= $3 then $4 else 0 end
         where account_id = $1 and factor_locked_until <= $2 returning factor_locked_until");
    let until = now.checked_add(lock).unwrap_or(Timestamp::MAX);
    let query = count.bind(account.as_str()).bind(now).bind(tries_max).bind(until);
    if let Some(row) = tx.fetch_optional(query).await? {
        return Ok(Trial::Open { locks: row.int("factor_locked_until")? > 0 });
    }
    let locked = sql("select factor_locked_until from identity_staff where account_id = $1");
    Ok(Trial::Locked(tx.fetch_one(locked.bind(account.as_str())).await?.instant("factor_locked_until")?))
}

pub(super) async fn forget_tries(tx: &mut Tx, account: &AccountId) -> Result<(), DbError> {
    let query =
        sql("update identity_staff set factor_tries = 0, factor_locked_until = 0 where account_id = $1");
    tx.execute(query.bind(account.as_str())).await.map(|_| ())
}
