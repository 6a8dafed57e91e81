//! Registering keys and certificates of clients, ending them, and saying what a client must do.

use jiff::Timestamp;
use jq_base::ids::ClientId;
use jq_crypto::PublicKey;
use jq_db::audit::AuditLine;
use jq_db::{Db, Tx};
use serde_json::json;

use super::model::{CertificateMark, ClientAccess, KeyPurpose, Settings, clean_value, key_id};
use super::store;
use crate::IdentityError;

/// Registers a client's public key; under which id the client names it. A key belongs to one client, and one that has
/// ended does not come back.
pub async fn add_key(
    tx: &mut Tx,
    client: &ClientId,
    purpose: KeyPurpose,
    public: &PublicKey,
    by: &str,
    now: Timestamp,
) -> Result<String, IdentityError> {
    store::must_exist(tx, client).await?;
    if !purpose.takes(public.algorithm()) {
        return Err(IdentityError::KeyAlgorithm {
            purpose: purpose.code(),
            algorithm: public.algorithm().code(),
        });
    }
    let key_id = key_id(public);
    let pem = public.pem().map_err(|_| IdentityError::Secret)?;
    if !store::insert_key(tx, &key_id, client, purpose, (public.algorithm(), &pem), now).await? {
        return Err(IdentityError::Taken("key"));
    }
    let detail = json!({ "key": key_id, "purpose": purpose.code(), "algorithm": public.algorithm().code() });
    note(tx, by, "identity.client_key_added", client, detail);
    Ok(key_id)
}

/// Ends a key for everything it is registered for, from the next call on.
pub async fn end_key(
    tx: &mut Tx,
    client: &ClientId,
    key_id: &str,
    by: &str,
    now: Timestamp,
) -> Result<(), IdentityError> {
    if store::end_key(tx, client, key_id, now).await? == 0 {
        return Err(IdentityError::NoAccount);
    }
    note(tx, by, "identity.client_key_ended", client, json!({ "key": key_id }));
    Ok(())
}

/// Registers a certificate that a client may show, by its digest or its subject's name.
pub async fn add_certificate(
    tx: &mut Tx,
    client: &ClientId,
    mark: CertificateMark,
    value: &str,
    by: &str,
    now: Timestamp,
) -> Result<(), IdentityError> {
    store::must_exist(tx, client).await?;
    let value = clean_value(mark, value)?;
    if !store::insert_certificate(tx, client, mark, &value, now).await? {
        return Err(IdentityError::Taken("certificate"));
    }
    let detail = json!({ "mark": mark.code(), "value": value });
    note(tx, by, "identity.client_certificate_added", client, detail);
    Ok(())
}

/// Ends a certificate; tokens that are bound to it are of no use any more.
pub async fn end_certificate(
    tx: &mut Tx,
    client: &ClientId,
    mark: CertificateMark,
    value: &str,
    by: &str,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let value = clean_value(mark, value)?;
    if store::end_certificate(tx, client, mark, &value, now).await? == 0 {
        return Err(IdentityError::NoAccount);
    }
    store::forget_bound(tx, client).await?;
    let detail = json!({ "mark": mark.code(), "value": value });
    note(tx, by, "identity.client_certificate_ended", client, detail);
    Ok(())
}

/// Says how a client must show itself. Another way of asking for tokens ends the tokens it has.
pub async fn set(tx: &mut Tx, client: &ClientId, settings: Settings, by: &str) -> Result<(), IdentityError> {
    store::must_exist(tx, client).await?;
    store::set(tx, client, settings).await?;
    if settings.token_auth.is_some() {
        store::forget_bearers(tx, client).await?;
    }
    let detail = json!({
        "token_auth": settings.token_auth.map(super::TokenAuth::code),
        "signatures": settings.signatures.map(super::SignatureRule::code),
        "calls_a_minute": settings.calls_a_minute,
    });
    note(tx, by, "identity.client_set", client, detail);
    Ok(())
}

/// How a client shows itself; nothing when there is no such client.
pub async fn find_access(db: &Db, client: &ClientId) -> Result<Option<ClientAccess>, IdentityError> {
    Ok(store::list_access(db, Some(client)).await?.into_iter().next())
}

/// How each client shows itself, by name.
pub async fn list_access(db: &Db) -> Result<Vec<ClientAccess>, IdentityError> {
    store::list_access(db, None).await
}

fn note(tx: &mut Tx, by: &str, action: &str, client: &ClientId, detail: serde_json::Value) {
    tx.audit(AuditLine::new(by, "operator", action).subject(client.as_str()).detail(detail));
}
