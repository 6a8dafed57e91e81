//! The rows of clients and their tokens.

use jiff::Timestamp;
use jq_base::ids::ClientId;
use jq_db::{Db, DbError, Row, Tx, sql};

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

/// A client and the hash of its secret.
pub(super) async fn find(
    db: &Db,
    client_id: &str,
) -> Result<Option<(ApiClient, PasswordHash)>, IdentityError> {
    let query = sql("select client_id, secret_hash, institution, kind from identity_client
         where client_id = $1 and active = 1
           and institution not in (select institution_id from identity_institution where active = 0)");
    match db.fetch_optional(query.bind(client_id)).await? {
        Some(row) => Ok(Some((read(&row)?, PasswordHash::from_storage(row.text("secret_hash")?)))),
        None => Ok(None),
    }
}

pub(super) async fn insert_bearer(
    tx: &mut Tx,
    token_hash: &str,
    client: &ClientId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), DbError> {
    let query = sql("insert into identity_bearer (token_hash, client_id, issued_at, expires_at)
         values ($1, $2, $3, $4)");
    let query = query.bind(token_hash).bind(client.as_str()).bind(now).bind(expires_at);
    tx.execute(query).await.map(|_| ())
}

/// The client a live token was given to.
pub(super) async fn get_by_bearer(
    db: &Db,
    token_hash: &str,
    now: Timestamp,
) -> Result<ApiClient, IdentityError> {
    let query = sql("select c.client_id, c.institution, c.kind from identity_bearer b
         join identity_client c on c.client_id = b.client_id
         where b.token_hash = $1 and b.expires_at > $2 and c.active = 1
           and c.institution not in (select institution_id from identity_institution where active = 0)");
    let row = db.fetch_optional(query.bind(token_hash).bind(now)).await?;
    read(&row.ok_or(IdentityError::NotSignedIn)?)
}

fn read(row: &Row) -> Result<ApiClient, IdentityError> {
    Ok(ApiClient {
        client_id: row.parsed("client_id")?,
        institution: row.text("institution")?,
        kind: row.text("kind")?.parse().map_err(|()| IdentityError::NoAccount)?,
    })
}
