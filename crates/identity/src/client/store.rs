//! The rows of clients and their tokens.

use jiff::Timestamp;
use jq_base::ids::ClientId;
use jq_db::{Db, DbError, Row, Tx, sql};

use super::key::TokenAuth;
use super::model::{ApiClient, NewClient};
use crate::{IdentityError, PasswordHash};

/// False when the client id is taken.
pub(super) async fn insert(tx: &mut Tx, client: &NewClient, now: Timestamp) -> Result<bool, DbError> {
    let query =
        sql("insert into identity_client (client_id, secret_hash, institution, kind, active, created_at)
         values ($1, $2, $3, $4, 1, $5) on conflict (client_id) do nothing");
    let query = query.bind(client.client_id.as_str()).bind(client.secret.for_storage());
    Ok(tx.execute(query.bind(&client.institution).bind(client.kind.code()).bind(now)).await? == 1)
}

/// A client with what it is compared with when it asks for a token.
pub(super) struct Found {
    pub(super) client: ApiClient,
    pub(super) secret: PasswordHash,
    pub(super) token_auth: TokenAuth,
}

/// A client that may ask for tokens.
pub(super) async fn find(db: &Db, client_id: &str) -> Result<Option<Found>, IdentityError> {
    let query =
        sql("select client_id, secret_hash, institution, kind, token_auth, signatures, calls_a_minute
         from identity_client
         where client_id = $1 and active = 1
           and institution not in (select institution_id from identity_institution where active = 0)");
    let Some(row) = db.fetch_optional(query.bind(client_id)).await? else { return Ok(None) };
    Ok(Some(Found {
        client: read(&row)?,
        secret: PasswordHash::from_storage(row.text("secret_hash")?),
        token_auth: row.parsed("token_auth")?,
    }))
}

pub(super) async fn insert_bearer(
    tx: &mut Tx,
    token_hash: &str,
    client: &ClientId,
    certificate: Option<&str>,
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<(), DbError> {
    let query = sql("insert into identity_bearer (token_hash, client_id, certificate, issued_at, expires_at)
         values ($1, $2, $3, $4, $5)");
    let query = query.bind(token_hash).bind(client.as_str()).bind(certificate);
    tx.execute(query.bind(now).bind(expires_at)).await.map(|_| ())
}

/// The client a live token was given to, and the certificate that the token is bound to.
pub(super) async fn get_by_bearer(
    db: &Db,
    token_hash: &str,
    now: Timestamp,
) -> Result<(ApiClient, Option<String>), IdentityError> {
    let query =
        sql("select c.client_id, c.institution, c.kind, c.signatures, c.calls_a_minute, b.certificate
         from identity_bearer b
         join identity_client c on c.client_id = b.client_id
         where b.token_hash = $1 and b.expires_at > $2 and c.active = 1
           and c.institution not in (select institution_id from identity_institution where active = 0)");
    let row = db.fetch_optional(query.bind(token_hash).bind(now)).await?;
    let row = row.ok_or(IdentityError::NotSignedIn)?;
    Ok((read(&row)?, row.opt_text("certificate")?))
}

fn read(row: &Row) -> Result<ApiClient, IdentityError> {
    Ok(ApiClient {
        client_id: row.parsed("client_id")?,
        institution: row.text("institution")?,
        kind: row.text("kind")?.parse().map_err(|()| IdentityError::NoAccount)?,
        signatures: row.parsed("signatures")?,
        calls_a_minute: row.get("calls_a_minute")?,
    })
}
