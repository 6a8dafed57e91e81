//! Words that may be used once, for all processes over the store and over restarts.

use jiff::Timestamp;
use jq_base::ids::ClientId;
use jq_db::{DbError, Tx, sql};

/// What a word was used in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Once {
    /// The name of an assertion.
    Assertion,
    /// The nonce of a signed call.
    Request,
}

impl Once {
    fn code(self) -> &'static str {
        match self {
            Self::Assertion => "assertion",
            Self::Request => "request",
        }
    }
}

/// Uses a word of the client; false when it was used before. It is remembered until then, which must be later than it
/// could be believed again.
pub(super) async fn use_once(
    tx: &mut Tx,
    (client, once, word): (&ClientId, Once, &str),
    until: Timestamp,
) -> Result<bool, DbError> {
    let query = sql("insert into identity_client_once (client_id, kind, word, expires_at)
         values ($1, $2, $3, $4) on conflict (client_id, kind, word) do nothing");
    let query = query.bind(client.as_str()).bind(once.code()).bind(word).bind(until);
    Ok(tx.execute(query).await? == 1)
}

/// Forgets words that nobody would believe any more; how many.
pub(crate) async fn forget(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    tx.execute(sql("delete from identity_client_once where expires_at < $1").bind(before)).await
}
