//! The rows of clients' keys and certificates.

use jiff::Timestamp;
use jq_base::ids::ClientId;
use jq_crypto::{Algorithm, PublicKey};
use jq_db::{Db, DbError, Row, Tx, sql};

use super::model::{CertificateMark, ClientAccess, ClientCertificate, ClientKey, KeyPurpose, Settings};
use crate::IdentityError;

/// Fails when there is no such client.
pub(super) async fn must_exist(tx: &mut Tx, client: &ClientId) -> Result<(), IdentityError> {
    let query = sql("select client_id from identity_client where client_id = $1").bind(client.as_str());
    tx.fetch_optional(query).await?.map(|_| ()).ok_or(IdentityError::NoAccount)
}

/// False when the key is registered for this already.
pub(super) async fn insert_key(
    tx: &mut Tx,
    key_id: &str,
    client: &ClientId,
    purpose: KeyPurpose,
    (algorithm, pem): (Algorithm, &str),
    now: Timestamp,
) -> Result<bool, DbError> {
    let query = sql("insert into identity_client_key (key_id, purpose, client_id, algorithm, pem, added_at)
         values ($1, $2, $3, $4, $5, $6) on conflict (key_id, purpose) do nothing");
    let query = query.bind(key_id).bind(purpose.code()).bind(client.as_str());
    Ok(tx.execute(query.bind(algorithm.code()).bind(pem).bind(now)).await? == 1)
}

pub(super) async fn end_key(
    tx: &mut Tx,
    client: &ClientId,
    key_id: &str,
    now: Timestamp,
) -> Result<u64, DbError> {
    let query = sql("update identity_client_key set ended_at = $3
         where client_id = $1 and key_id = $2 and ended_at is null");
    tx.execute(query.bind(client.as_str()).bind(key_id).bind(now)).await
}

/// False when it is registered already.
pub(super) async fn insert_certificate(
    tx: &mut Tx,
    client: &ClientId,
    mark: CertificateMark,
    value: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let query = sql("insert into identity_client_certificate (client_id, kind, value, added_at)
         values ($1, $2, $3, $4) on conflict (client_id, kind, value) do nothing");
    let query = query.bind(client.as_str()).bind(mark.code()).bind(value).bind(now);
    Ok(tx.execute(query).await? == 1)
}

pub(super) async fn end_certificate(
    tx: &mut Tx,
    client: &ClientId,
    mark: CertificateMark,
    value: &str,
    now: Timestamp,
) -> Result<u64, DbError> {
    let query = sql("update identity_client_certificate set ended_at = $4
         where client_id = $1 and kind = $2 and value = $3 and ended_at is null");
    tx.execute(query.bind(client.as_str()).bind(mark.code()).bind(value).bind(now)).await
}

/// Takes away the tokens that are bound to a certificate.
pub(super) async fn forget_bound(tx: &mut Tx, client: &ClientId) -> Result<u64, DbError> {
    let query = sql("delete from identity_bearer where client_id = $1 and certificate is not null");
    tx.execute(query.bind(client.as_str())).await
}

/// Takes away all tokens.
pub(super) async fn forget_bearers(tx: &mut Tx, client: &ClientId) -> Result<u64, DbError> {
    tx.execute(sql("delete from identity_bearer where client_id = $1").bind(client.as_str())).await
}

pub(super) async fn set(tx: &mut Tx, client: &ClientId, settings: Settings) -> Result<(), DbError> {
    let query = sql("update identity_client set
             token_auth = coalesce($2, token_auth),
             signatures = coalesce($3, signatures),
             calls_a_minute = case when $4 < 0 then calls_a_minute else nullif($4, 0) end
         where client_id = $1");
    let query = query.bind(client.as_str()).bind(settings.token_auth.map(super::TokenAuth::code));
    let query = query.bind(settings.signatures.map(super::SignatureRule::code));
    // A number of its own for "stays as it is": both databases have to know the type of what is bound.
    let calls = settings.calls_a_minute.map_or(-1, i64::from);
    tx.execute(query.bind(calls)).await.map(|_| ())
}

/// The keys of a client that have not ended.
pub(in crate::client) async fn list_keys(
    db: &Db,
    client: &ClientId,
    purpose: KeyPurpose,
) -> Result<Vec<ClientKey>, IdentityError> {
    let query = sql("select key_id, purpose, pem, added_at, ended_at from identity_client_key
         where client_id = $1 and purpose = $2 and ended_at is null order by added_at, key_id");
    let rows = db.fetch_all(query.bind(client.as_str()).bind(purpose.code())).await?;
    rows.iter().map(read_key).collect()
}

/// Whether one of these marks is registered for the client and has not ended.
pub(in crate::client) async fn has_certificate(
    db: &Db,
    client: &ClientId,
    fingerprint: &str,
    subject: Option<&str>,
) -> Result<bool, DbError> {
    let query = sql("select kind from identity_client_certificate
         where client_id = $1 and ended_at is null
           and ((kind = 'fingerprint' and value = $2) or (kind = 'subject' and value = $3))");
    let query = query.bind(client.as_str()).bind(fingerprint).bind(subject.unwrap_or_default());
    Ok(db.fetch_optional(query).await?.is_some())
}

pub(super) async fn list_access(
    db: &Db,
    only: Option<&ClientId>,
) -> Result<Vec<ClientAccess>, IdentityError> {
    let wanted = only.map_or("", ClientId::as_str);
    let clients = sql("select client_id, institution, token_auth, signatures, calls_a_minute
         from identity_client where $1 = '' or client_id = $1");
    let keys = sql("select client_id, key_id, purpose, pem, added_at, ended_at from identity_client_key
         where $1 = '' or client_id = $1 order by added_at, key_id");
    let certificates =
        sql("select client_id, kind, value, added_at, ended_at from identity_client_certificate
         where $1 = '' or client_id = $1 order by added_at, value");
    let (keys, certificates) =
        (db.fetch_all(keys.bind(wanted)).await?, db.fetch_all(certificates.bind(wanted)).await?);
    let mut all = Vec::new();
    for row in db.fetch_all(clients.bind(wanted)).await? {
        let client_id: ClientId = row.parsed("client_id")?;
        let own = |row: &&Row| row.text("client_id").is_ok_and(|owner| owner == client_id.as_str());
        all.push(ClientAccess {
            institution: row.text("institution")?,
            token_auth: row.parsed("token_auth")?,
            signatures: row.parsed("signatures")?,
            calls_a_minute: row.get("calls_a_minute")?,
            keys: keys.iter().filter(own).map(read_key).collect::<Result<_, _>>()?,
            certificates: certificates.iter().filter(own).map(read_certificate).collect::<Result<_, _>>()?,
            client_id,
        });
    }
    // Not left to the database, which sorts text in its own way.
    all.sort_by(|one, other| one.client_id.cmp(&other.client_id));
    Ok(all)
}

fn read_key(row: &Row) -> Result<ClientKey, IdentityError> {
    Ok(ClientKey {
        key_id: row.text("key_id")?,
        purpose: row.parsed("purpose")?,
        public: PublicKey::parse_pem(&row.text("pem")?).map_err(|_| IdentityError::Secret)?,
        added_at: row.instant("added_at")?,
        ended_at: row.get("ended_at")?,
    })
}

fn read_certificate(row: &Row) -> Result<ClientCertificate, IdentityError> {
    Ok(ClientCertificate {
        mark: row.parsed("kind")?,
        value: row.text("value")?,
        added_at: row.instant("added_at")?,
        ended_at: row.get("ended_at")?,
    })
}
