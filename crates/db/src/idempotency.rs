//! The same request sent twice does its work once and gets the same answer twice.
//!
//! The key is claimed in the transaction that does the work, so that two requests at the same moment cannot both
//! do it: the second one waits for the first to commit, then finds its answer.

use jiff::Timestamp;

use crate::{DbError, Tx, sql};

/// What is known about a request's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Once {
    /// Not seen before: do the work, then call [`Tx::keep_answer`] before the commit.
    New,
    /// Done before: give the kept answer again.
    Replay {
        /// The HTTP status that was given.
        status: u16,
        /// The body that was given.
        answer: String,
    },
    /// The key was used for a different request.
    Conflict,
}

impl Tx {
    /// Claims `key` of `actor` for the request with this hash.
    ///
    /// After [`Once::New`] the commit is refused unless an answer was kept.
    pub async fn once(&mut self, actor: &str, key: &str, request_hash: &str) -> Result<Once, DbError> {
        let claim = sql("insert into idempotency_key (actor, name, request_hash, status, answer, claimed_at)
             values ($1, $2, $3, 0, '', $4) on conflict do nothing");
        let now = self.now();
        let claimed = self.execute(claim.bind(actor).bind(key).bind(request_hash).bind(now)).await?;
        if claimed == 1 {
            self.answer_due();
            return Ok(Once::New);
        }
        let find =
            sql("select request_hash, status, answer from idempotency_key where actor = $1 and name = $2");
        let row = self.fetch_one(find.bind(actor).bind(key)).await?;
        let status: u32 = row.get("status")?;
        match u16::try_from(status) {
            Ok(status) if row.text("request_hash")? == request_hash => {
                Ok(Once::Replay { status, answer: row.text("answer")? })
            }
            _ => Ok(Once::Conflict),
        }
    }

    /// Keeps the answer of a request that was [`Once::New`] in this transaction.
    pub async fn keep_answer(
        &mut self,
        actor: &str,
        key: &str,
        status: u16,
        answer: &str,
    ) -> Result<(), DbError> {
        let keep = sql("update idempotency_key set status = $3, answer = $4
             where actor = $1 and name = $2 and status = 0");
        let kept = self.execute(keep.bind(actor).bind(key).bind(status).bind(answer)).await?;
        if kept == 1 {
            self.answer_kept();
        }
        Ok(())
    }

    /// Forgets keys claimed before `before`; how many.
    pub async fn forget_answers(&mut self, before: Timestamp) -> Result<u64, DbError> {
        self.execute(sql("delete from idempotency_key where claimed_at < $1").bind(before)).await
    }
}
