//! Registering clients, giving out tokens, knowing who shows one.

use jiff::{SignedDuration, Timestamp};
use jq_base::ids::ClientId;
use jq_db::audit::AuditLine;
use jq_db::{Db, Tx};
use serde_json::json;

use super::key::TokenAuth;
use super::model::{ApiClient, Bearer, NewClient};
use super::store;
use crate::{IdentityError, PasswordHash, Token};

/// How long a bearer token can be used.
const BEARER_LIFE: SignedDuration = SignedDuration::from_hours(1);

/// Registers a client; fails when the client id is taken. `registered_by` names who did it.
pub async fn register(
    tx: &mut Tx,
    client: &NewClient,
    registered_by: &str,
    now: Timestamp,
) -> Result<(), IdentityError> {
    if !store::insert(tx, client, now).await? {
        return Err(IdentityError::Taken("client id"));
    }
    let line = AuditLine::new(registered_by, "operator", "identity.client_registered");
    let detail = json!({ "institution": client.institution, "kind": client.kind.code() });
    tx.audit(line.subject(client.client_id.as_str()).detail(detail));
    Ok(())
}

/// Gives a token to a client that shows its secret (OAuth 2.0 client credentials), when that is its way.
pub async fn issue(db: &Db, client_id: &str, secret: &str, now: Timestamp) -> Result<Bearer, IdentityError> {
    let Some(found) = store::find(db, client_id).await? else {
        PasswordHash::fits_nobody(secret).await?;
        return Err(IdentityError::WrongLogin);
    };
    let fits = found.secret.fits(secret).await?;
    if !fits || found.token_auth != TokenAuth::ClientSecret {
        refuse(db, &found.client, if fits { "other_way" } else { "secret" }).await?;
        return Err(IdentityError::WrongLogin);
    }
    give(db.begin().await?, &found.client, TokenAuth::ClientSecret, None, now).await
}

/// An audit line for what a client does.
pub(super) fn line(client: &ApiClient, action: &str) -> AuditLine {
    AuditLine::new(client.client_id.as_str(), client.kind.code(), format!("identity.{action}"))
        .institution(&client.institution)
}

/// Puts on record that a client got no token, and why.
pub(super) async fn refuse(db: &Db, client: &ApiClient, why: &str) -> Result<(), IdentityError> {
    let mut tx = db.begin().await?;
    tx.audit(line(client, "token_refused").detail(json!({ "why": why })));
    Ok(tx.commit().await?)
}

/// Makes a token, keeps it and puts it on record, with whatever else is in the transaction.
pub(super) async fn give(
    mut tx: Tx,
    client: &ApiClient,
    way: TokenAuth,
    certificate: Option<&str>,
    now: Timestamp,
) -> Result<Bearer, IdentityError> {
    let token = Token::fresh()?;
    let expires_at = now.checked_add(BEARER_LIFE).unwrap_or(Timestamp::MAX);
    let issued = (now, expires_at);
    store::insert_bearer(&mut tx, &token.hash(), &client.client_id, certificate, issued).await?;
    tx.audit(line(client, "token_issued").detail(json!({ "way": way.code() })));
    tx.commit().await?;
    Ok(Bearer { token, expires_at })
}

/// The client for which queued work is done; nothing when it or its institution takes part no longer.
pub async fn find_active(db: &Db, client_id: &ClientId) -> Result<Option<ApiClient>, IdentityError> {
    Ok(store::find(db, client_id.as_str()).await?.map(|found| found.client))
}

/// The client a request comes from; a token that is bound to a certificate is of no use here.
pub async fn authenticate(db: &Db, token: &Token, now: Timestamp) -> Result<ApiClient, IdentityError> {
    authenticate_with(db, token, None, now).await
}

/// The client a request comes from, over a connection with this certificate: a token that is bound to one can be used
/// with that one only.
pub async fn authenticate_with(
    db: &Db,
    token: &Token,
    certificate: Option<&str>,
    now: Timestamp,
) -> Result<ApiClient, IdentityError> {
    let (client, bound_to) = store::get_by_bearer(db, &token.hash(), now).await?;
    match bound_to {
        Some(bound) if certificate != Some(bound.as_str()) => Err(IdentityError::NotSignedIn),
        _ => Ok(client),
    }
}
