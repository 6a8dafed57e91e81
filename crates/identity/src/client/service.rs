//! Registering clients, giving out tokens, knowing who shows one.

use jiff::{SignedDuration, Timestamp};
use jq_db::audit::AuditLine;
use jq_db::{Db, Tx};

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
    let detail = serde_json::json!({ "institution": client.institution, "kind": client.kind.code() });
    tx.audit(line.subject(client.client_id.as_str()).detail(detail));
    Ok(())
}

/// Gives a token to a client that shows its secret (OAuth 2.0 client credentials).
pub async fn issue(db: &Db, client_id: &str, secret: &str, now: Timestamp) -> Result<Bearer, IdentityError> {
    let Some((client, kept)) = store::find(db, client_id).await? else {
        PasswordHash::fits_nobody(secret).await?;
        return Err(IdentityError::WrongLogin);
    };
    let fits = kept.fits(secret).await?;
    let mut tx = db.begin().await?;
    let line = |action: &str| {
        AuditLine::new(client.client_id.as_str(), client.kind.code(), format!("identity.{action}"))
            .institution(&client.institution)
    };
    if !fits {
        tx.audit(line("token_refused"));
        tx.commit().await?;
        return Err(IdentityError::WrongLogin);
    }
    let token = Token::fresh()?;
    let expires_at = now.checked_add(BEARER_LIFE).unwrap_or(Timestamp::MAX);
    store::insert_bearer(&mut tx, &token.hash(), &client.client_id, now, expires_at).await?;
    tx.audit(line("token_issued"));
    tx.commit().await?;
    Ok(Bearer { token, expires_at })
}

/// The client a request comes from.
pub async fn authenticate(db: &Db, token: &Token, now: Timestamp) -> Result<ApiClient, IdentityError> {
    store::get_by_bearer(db, &token.hash(), now).await
}
