//! The rows of mandates.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jq_base::ids::{AccountId, MandateId, SubjectKey};
use jq_base::masked::Masked;
use jq_db::{Db, DbError, Row, Tx, sql};

use super::model::{Mandate, MandateScope, MandateState};

/// Mandates a list shows at most.
const LIST_MAX: u32 = 200;

/// Keeps a mandate that was offered. `mobile_hash` is the keyed hash of the agent's number.
pub(super) async fn insert(tx: &mut Tx, new: &Mandate, mobile_hash: &str) -> Result<(), DbError> {
    let query = sql("insert into identity_mandate
             (mandate_id, subject_key, subject_name, grantor_id, agent_name, mobile_hash, mobile_shown, scopes,
              granted_at, ends_at, state, agent_id, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, null, $9)");
    let query = query.bind(new.mandate_id.as_str()).bind(new.subject.as_str()).bind(&new.subject_name);
    let query = query.bind(new.grantor.as_str()).bind(new.agent_name.for_storage()).bind(mobile_hash);
    let query = query.bind(&new.agent_mobile).bind(written(&new.scopes)).bind(new.granted_at);
    tx.execute(query.bind(new.ends_at).bind(new.state.code())).await.map(|_| ())
}

/// A mandate and the keyed hash of the agent's number.
pub(super) async fn find(
    tx: &mut Tx,
    mandate: &MandateId,
    now: Timestamp,
) -> Result<Option<(Mandate, String)>, DbError> {
    let query = sql("select mandate_id, subject_key, subject_name, grantor_id, agent_name, mobile_hash,
             mobile_shown, scopes, granted_at, ends_at, state, agent_id
         from identity_mandate where mandate_id = $1");
    let row = tx.fetch_optional(query.bind(mandate.as_str())).await?;
    row.map(|row| Ok((read(&row, now)?, row.text("mobile_hash")?))).transpose()
}

/// Moves a mandate; false when it is no longer in the state that was read.
pub(super) async fn move_to(
    tx: &mut Tx,
    mandate: &MandateId,
    from: MandateState,
    to: MandateState,
    agent: Option<&AccountId>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let query =
        sql("update identity_mandate set state = $3, agent_id = coalesce($4, agent_id), changed_at = $5
         where mandate_id = $1 and state = $2");
    let query = query.bind(mandate.as_str()).bind(from.code()).bind(to.code());
    Ok(tx.execute(query.bind(agent.map(AccountId::as_str)).bind(now)).await? == 1)
}

/// The mandates of a firm, newest first.
pub(super) async fn list_given(
    db: &Db,
    subject: &SubjectKey,
    now: Timestamp,
) -> Result<Vec<Mandate>, DbError> {
    let query =
        sql("select mandate_id, subject_key, subject_name, grantor_id, agent_name, mobile_shown, scopes,
             granted_at, ends_at, state, agent_id
         from identity_mandate where subject_key = $1
         order by granted_at desc, mandate_id desc limit $2");
    let rows = db.fetch_all(query.bind(subject.as_str()).bind(LIST_MAX)).await?;
    rows.iter().map(|row| read(row, now)).collect()
}

/// The mandates that wait for the holder of a number, and those an account has held, newest first.
pub(super) async fn list_held(
    db: &Db,
    account: &AccountId,
    mobile_hash: &str,
    now: Timestamp,
) -> Result<Vec<Mandate>, DbError> {
    let query =
        sql("select mandate_id, subject_key, subject_name, grantor_id, agent_name, mobile_shown, scopes,
             granted_at, ends_at, state, agent_id
         from identity_mandate where agent_id = $1 or (mobile_hash = $2 and state = 'offered')
         order by granted_at desc, mandate_id desc limit $3");
    let rows = db.fetch_all(query.bind(account.as_str()).bind(mobile_hash).bind(LIST_MAX)).await?;
    rows.iter().map(|row| read(row, now)).collect()
}

/// How many mandates of a firm are offered or held.
pub(super) async fn count_open(
    tx: &mut Tx,
    subject: &SubjectKey,
    offered_after: Timestamp,
    now: Timestamp,
) -> Result<usize, DbError> {
    let query = sql("select count(*) as open from identity_mandate where subject_key = $1 and ends_at > $3
         and (state = 'held' or (state = 'offered' and granted_at > $2))");
    let row = tx.fetch_one(query.bind(subject.as_str()).bind(offered_after).bind(now)).await?;
    row.get("open")
}

/// What the mandates that an account holds for a firm cover together.
pub(super) async fn held_scopes(
    db: &Db,
    account: &AccountId,
    subject: &SubjectKey,
    now: Timestamp,
) -> Result<BTreeSet<MandateScope>, DbError> {
    let query = sql("select scopes from identity_mandate
         where agent_id = $1 and subject_key = $2 and state = 'held' and ends_at > $3");
    let rows = db.fetch_all(query.bind(account.as_str()).bind(subject.as_str()).bind(now)).await?;
    let mut covered = BTreeSet::new();
    for row in rows {
        covered.extend(scopes(&row)?);
    }
    Ok(covered)
}

/// The newest mandate of an account for a firm that covers this.
pub(super) async fn find_held(
    tx: &mut Tx,
    account: &AccountId,
    subject: &SubjectKey,
    scope: MandateScope,
    now: Timestamp,
) -> Result<Option<MandateId>, DbError> {
    let query = sql("select mandate_id, scopes from identity_mandate
         where agent_id = $1 and subject_key = $2 and state = 'held' and ends_at > $3
         order by granted_at desc, mandate_id desc");
    let rows = tx.fetch_all(query.bind(account.as_str()).bind(subject.as_str()).bind(now)).await?;
    for row in &rows {
        if scopes(row)?.contains(&scope) {
            return row.parsed("mandate_id").map(Some);
        }
    }
    Ok(None)
}

/// Whether an account acts for a firm in another capacity than as an agent.
pub(super) async fn acts_already(
    tx: &mut Tx,
    account: &AccountId,
    subject: &SubjectKey,
) -> Result<bool, DbError> {
    let query = sql("select role from identity_relation
         where account_id = $1 and subject_key = $2 and role <> 'agent' and ended_at is null");
    Ok(tx.fetch_optional(query.bind(account.as_str()).bind(subject.as_str())).await?.is_some())
}

/// Ends an agent's relation to a firm when no mandate is left that holds.
pub(super) async fn end_relation(
    tx: &mut Tx,
    account: &AccountId,
    subject: &SubjectKey,
    now: Timestamp,
) -> Result<(), DbError> {
    let query = sql("update identity_relation set ended_at = $3
         where account_id = $1 and subject_key = $2 and role = 'agent' and ended_at is null
           and not exists (select 1 from identity_mandate m
                where m.agent_id = $1 and m.subject_key = $2 and m.state = 'held' and m.ends_at > $3)");
    tx.execute(query.bind(account.as_str()).bind(subject.as_str()).bind(now)).await.map(|_| ())
}

/// Ends the open mandates that an account gave or holds for a firm; which ones, and whose relation ends with each.
pub(super) async fn end_all(
    tx: &mut Tx,
    account: &AccountId,
    subject: &SubjectKey,
    now: Timestamp,
) -> Result<Vec<(MandateId, Option<AccountId>)>, DbError> {
    let query = sql("update identity_mandate set state = 'ended', changed_at = $3
         where subject_key = $2 and (agent_id = $1 or grantor_id = $1) and state in ('offered', 'held')
         returning mandate_id, agent_id");
    let rows = tx.fetch_all(query.bind(account.as_str()).bind(subject.as_str()).bind(now)).await?;
    rows.iter().map(|row| Ok((row.parsed("mandate_id")?, row.opt_parsed("agent_id")?))).collect()
}

fn read(row: &Row, now: Timestamp) -> Result<Mandate, DbError> {
    let (granted_at, ends_at) = (row.instant("granted_at")?, row.instant("ends_at")?);
    Ok(Mandate {
        mandate_id: row.parsed("mandate_id")?,
        subject: row.parsed("subject_key")?,
        subject_name: row.text("subject_name")?,
        grantor: row.parsed("grantor_id")?,
        agent_name: Masked::new(row.text("agent_name")?),
        agent_mobile: row.text("mobile_shown")?,
        agent: row.opt_parsed("agent_id")?,
        scopes: scopes(row)?,
        granted_at,
        ends_at,
        state: row.parsed::<MandateState>("state")?.at(granted_at, ends_at, now),
    })
}

fn written(scopes: &BTreeSet<MandateScope>) -> String {
    scopes.iter().map(|scope| scope.code()).collect::<Vec<_>>().join(",")
}

/// A word that is no scope is one of a newer release and covers nothing here.
fn scopes(row: &Row) -> Result<BTreeSet<MandateScope>, DbError> {
    Ok(row.text("scopes")?.split(',').filter_map(|word| word.parse().ok()).collect())
}
