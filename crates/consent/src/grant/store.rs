//! The rows of consents.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jq_base::clock;
use jq_base::ids::{AccountId, BankId, ConsentId, SubjectKey};
use jq_base::lang::Lang;
use jq_base::permit::Purpose;
use jq_db::{Db, DbError, Query, Row, Tx, sql, sql_built};

use super::model::Grant;
use super::suspension::Suspension;
use crate::content::text::{self, AgreedText, ConsentText};

/// Consents of one subject to one bank that are looked at when the bank wants to read. Those that hold come
/// first, and of those for one thing only one stands, so that no consent is left out that could open anything.
const LOOKED_AT_MAX: u32 = 200;

/// False when another one for the same thing was written at the same moment.
pub(crate) async fn insert(tx: &mut Tx, grant: &Grant) -> Result<bool, DbError> {
    let query = sql("insert into consent_grant
             (consent_id, subject_key, subject_name, grantor, grantor_role, bank_id, bank_zh, bank_en, items,
              purpose, product_id, order_id, valid_from, valid_to, queries_max, queries_used, queries_day_max,
              day, day_used, text_version, text_hash, withheld, evidence, left_out)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, $16, '', 0, $17, $18, $19,
             $20, $21)
         on conflict do nothing");
    let query = query.bind(grant.consent_id.as_str()).bind(grant.subject.as_str());
    let query = query.bind(&grant.subject_name).bind(grant.grantor.as_str());
    let query = query.bind(grant.grantor_role.code()).bind(grant.bank.as_str());
    let query = query.bind(&grant.bank_zh).bind(&grant.bank_en).bind(serde_json::json!(grant.items));
    let query = query.bind(grant.purpose.code());
    let query = query.bind(grant.product.as_ref().map(|product| product.as_str().to_owned()));
    let query = query.bind(grant.order.as_ref().map(|order| order.as_str().to_owned()));
    let query = query.bind(grant.valid_from).bind(grant.valid_to).bind(grant.queries_max);
    let query = query.bind(grant.queries_day_max).bind(&grant.text_version).bind(&grant.text_hash);
    let query = query.bind(serde_json::json!(grant.withheld)).bind(serde_json::json!(grant.evidence));
    let query = query.bind(serde_json::json!(grant.left_out));
    Ok(tx.execute(query).await? == 1)
}

/// Keeps a text word for word; one that is there already is the same by its digest.
pub(super) async fn keep_text(tx: &mut Tx, text: &AgreedText) -> Result<(), DbError> {
    let query =
        sql("insert into consent_text (text_hash, version, body) values ($1, $2, $3) on conflict do nothing");
    tx.execute(query.bind(&text.hash).bind(&text.version).bind(&text.body)).await.map(|_| ())
}

/// The text of a consent as it was agreed to, word for word; nothing for one of before texts were kept.
pub async fn find_text(db: &Db, grant: &Grant, lang: Lang) -> Result<Option<ConsentText>, DbError> {
    let query = sql("select body from consent_text where text_hash = $1").bind(&grant.text_hash);
    let Some(row) = db.fetch_optional(query).await? else { return Ok(None) };
    Ok(text::kept(&row.text("body")?, &grant.text_hash, lang))
}

/// Ends the consent that stands for the same thing, if there is one.
pub(crate) async fn supersede(tx: &mut Tx, by: &Grant, now: Timestamp) -> Result<(), DbError> {
    let query = sql("update consent_grant set superseded_at = $6
         where subject_key = $1 and bank_id = $2 and purpose = $3
           and coalesce(product_id, '') = $4 and coalesce(order_id, '') = $5
           and withdrawn_at is null and superseded_at is null");
    let query = query.bind(by.subject.as_str()).bind(by.bank.as_str()).bind(by.purpose.code());
    let query = query.bind(by.product.as_ref().map_or("", |product| product.as_str()));
    let query = query.bind(by.order.as_ref().map_or("", |order| order.as_str()));
    tx.execute(query.bind(now)).await.map(|_| ())
}

/// False when it is over already.
pub(crate) async fn withdraw(
    tx: &mut Tx,
    id: &ConsentId,
    reason: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let query = sql("update consent_grant set withdrawn_at = $2, withdraw_reason = $3
         where consent_id = $1 and withdrawn_at is null and superseded_at is null and valid_to > $2");
    Ok(tx.execute(query.bind(id.as_str()).bind(now).bind(reason)).await? == 1)
}

/// Counts one reading. False when the consent holds no longer or its quota is used. On PostgreSQL this waits
/// for a withdrawal that is being committed and then sees it.
pub(crate) async fn count_query(tx: &mut Tx, id: &ConsentId, now: Timestamp) -> Result<bool, DbError> {
    let query = sql("update consent_grant
         set queries_used = queries_used + 1,
             day = $3,
             day_used = case when day = $3 then day_used + 1 else 1 end
         where consent_id = $1 and withdrawn_at is null and superseded_at is null and suspended_at is null
           and valid_from <= $2 and valid_to > $2
           and queries_used < queries_max and (day <> $3 or day_used < queries_day_max)");
    let today = clock::date_of(now).to_string();
    Ok(tx.execute(query.bind(id.as_str()).bind(now).bind(today)).await? == 1)
}

/// Takes the count of a reading back that came to nothing in the same transaction.
pub(crate) async fn uncount_query(tx: &mut Tx, id: &ConsentId) -> Result<(), DbError> {
    let query = sql("update consent_grant set queries_used = queries_used - 1, day_used = day_used - 1
         where consent_id = $1 and queries_used > 0 and day_used > 0");
    tx.execute(query.bind(id.as_str())).await.map(|_| ())
}

/// False when it does not hold any more, or stands still already.
pub(super) async fn suspend(tx: &mut Tx, id: &ConsentId, suspended: Suspension) -> Result<bool, DbError> {
    let query = sql("update consent_grant set suspended_at = $2, suspended_why = $3
         where consent_id = $1 and withdrawn_at is null and superseded_at is null and suspended_at is null
           and valid_to > $2");
    let query = query.bind(id.as_str()).bind(suspended.at).bind(suspended.why.code());
    Ok(tx.execute(query).await? == 1)
}

/// False when it does not stand still any more.
pub(super) async fn confirm(
    tx: &mut Tx,
    id: &ConsentId,
    by: &AccountId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let query = sql("update consent_grant
         set suspended_at = null, suspended_why = null, confirmed_at = $2, confirmed_by = $3
         where consent_id = $1 and withdrawn_at is null and superseded_at is null and suspended_at is not null
           and valid_to > $2");
    Ok(tx.execute(query.bind(id.as_str()).bind(now).bind(by.as_str())).await? == 1)
}

/// What a subject granted and neither took back nor replaced, to whomever, while its time is not up.
pub(super) async fn list_standing(
    tx: &mut Tx,
    subject: &SubjectKey,
    now: Timestamp,
) -> Result<Vec<Grant>, DbError> {
    let query = sql("select * from consent_grant
         where subject_key = $1 and withdrawn_at is null and superseded_at is null and valid_to > $2
         order by valid_from, consent_id");
    tx.fetch_all(query.bind(subject.as_str()).bind(now)).await?.iter().map(read).collect()
}

/// Everybody of whom some bank may read something.
pub(super) async fn list_standing_subjects(db: &Db, now: Timestamp) -> Result<BTreeSet<SubjectKey>, DbError> {
    let query = sql("select distinct subject_key from consent_grant
         where withdrawn_at is null and superseded_at is null and valid_to > $1");
    db.fetch_all(query.bind(now)).await?.iter().map(|row| row.parsed("subject_key")).collect()
}

/// What the subject granted this bank and did not replace: those that hold first, newest first.
pub(crate) async fn list_for_decision(
    tx: &mut Tx,
    subject: &SubjectKey,
    bank: &BankId,
    now: Timestamp,
) -> Result<Vec<Grant>, DbError> {
    let query = sql("select * from consent_grant
         where subject_key = $1 and bank_id = $2 and superseded_at is null
         order by case when withdrawn_at is not null or valid_to <= $3 then 2
                       when suspended_at is not null then 1 else 0 end,
                  valid_from desc, consent_id desc
         limit $4");
    let query = query.bind(subject.as_str()).bind(bank.as_str()).bind(now).bind(LOOKED_AT_MAX);
    tx.fetch_all(query).await?.iter().map(read).collect()
}

/// The newest consent under which the bank may read for this purpose.
pub async fn find_active(
    db: &Db,
    subject: &SubjectKey,
    bank: &BankId,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<Grant>, DbError> {
    db.fetch_optional(active(subject, bank, purpose, now)).await?.as_ref().map(read).transpose()
}

/// Like [`find_active`], within a transaction.
pub async fn find_active_in(
    tx: &mut Tx,
    subject: &SubjectKey,
    bank: &BankId,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<Grant>, DbError> {
    tx.fetch_optional(active(subject, bank, purpose, now)).await?.as_ref().map(read).transpose()
}

fn active(subject: &SubjectKey, bank: &BankId, purpose: Purpose, now: Timestamp) -> Query {
    let query = sql("select * from consent_grant
         where subject_key = $1 and bank_id = $2 and purpose = $3
           and withdrawn_at is null and superseded_at is null and suspended_at is null
           and valid_from <= $4 and valid_to > $4
         order by valid_from desc, consent_id desc limit 1");
    query.bind(subject.as_str()).bind(bank.as_str()).bind(purpose.code()).bind(now)
}

/// The consent with that number.
pub async fn find_grant(db: &Db, id: &ConsentId) -> Result<Option<Grant>, DbError> {
    db.fetch_optional(by_id(id)).await?.as_ref().map(read).transpose()
}

/// Like [`find_grant`], within a transaction.
pub async fn find_grant_in(tx: &mut Tx, id: &ConsentId) -> Result<Option<Grant>, DbError> {
    tx.fetch_optional(by_id(id)).await?.as_ref().map(read).transpose()
}

fn by_id(id: &ConsentId) -> Query {
    sql("select * from consent_grant where consent_id = $1").bind(id.as_str())
}

/// A subject's consents, newest first, whatever their state.
pub async fn list_grants(db: &Db, subject: &SubjectKey, limit: u32) -> Result<Vec<Grant>, DbError> {
    let query = sql("select * from consent_grant where subject_key = $1
         order by valid_from desc, consent_id desc limit $2");
    db.fetch_all(query.bind(subject.as_str()).bind(limit)).await?.iter().map(read).collect()
}

/// The consents a bank was given, newest first, whatever their state.
pub async fn list_grants_to(db: &Db, bank: &BankId, limit: u32) -> Result<Vec<Grant>, DbError> {
    let query = sql("select * from consent_grant where bank_id = $1
         order by valid_from desc, consent_id desc limit $2");
    db.fetch_all(query.bind(bank.as_str()).bind(limit)).await?.iter().map(read).collect()
}

/// The consents a bank was given before this one, newest first: the next page of [`list_grants_to`].
pub async fn list_grants_before(
    db: &Db,
    bank: &BankId,
    last: &Grant,
    limit: u32,
) -> Result<Vec<Grant>, DbError> {
    let query = sql("select * from consent_grant where bank_id = $1
           and (valid_from < $2 or (valid_from = $2 and consent_id < $3))
         order by valid_from desc, consent_id desc limit $4");
    let query = query.bind(bank.as_str()).bind(last.valid_from).bind(last.consent_id.as_str());
    db.fetch_all(query.bind(limit)).await?.iter().map(read).collect()
}

/// Consents for this purpose that stand and are not for one order, in the order of their numbers: those after `after`,
/// and where `among` names subjects only theirs.
pub async fn list_unbound(
    db: &Db,
    purpose: Purpose,
    among: Option<&[SubjectKey]>,
    after: Option<&ConsentId>,
    limit: u32,
) -> Result<Vec<Grant>, DbError> {
    let named = match among {
        Some([]) => return Ok(Vec::new()),
        Some(subjects) => format!("and subject_key in ({})", Query::next_places(5, subjects.len())),
        None => String::new(),
    };
    let query = sql_built(format!(
        "select * from consent_grant
         where purpose = $1 and order_id is null
           and withdrawn_at is null and superseded_at is null and suspended_at is null
           and valid_from <= $2 and valid_to > $2 and consent_id > $3 {named}
         order by consent_id limit $4"
    ));
    let query = query.bind(purpose.code()).bind(db.clock().now());
    let query = query.bind(after.map_or("", ConsentId::as_str)).bind(limit);
    let query = query.bind_all(among.into_iter().flatten().map(SubjectKey::as_str));
    db.fetch_all(query).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Grant, DbError> {
    let suspended_at: Option<Timestamp> = row.get("suspended_at")?;
    let suspended = match (suspended_at, row.opt_parsed("suspended_why")?) {
        (Some(at), Some(why)) => Some(Suspension { at, why }),
        _ => None,
    };
    Ok(Grant {
        consent_id: row.parsed("consent_id")?,
        subject: row.parsed("subject_key")?,
        subject_name: row.text("subject_name")?,
        grantor: row.parsed("grantor")?,
        grantor_role: row.parsed("grantor_role")?,
        bank: row.parsed("bank_id")?,
        bank_zh: row.text("bank_zh")?,
        bank_en: row.text("bank_en")?,
        items: row.json("items")?,
        purpose: row.parsed("purpose")?,
        product: row.opt_parsed("product_id")?,
        order: row.opt_parsed("order_id")?,
        valid_from: row.instant("valid_from")?,
        valid_to: row.instant("valid_to")?,
        queries_max: row.get("queries_max")?,
        queries_used: row.get("queries_used")?,
        queries_day_max: row.get("queries_day_max")?,
        text_version: row.text("text_version")?,
        text_hash: row.text("text_hash")?,
        evidence: row.json("evidence")?,
        withheld: row.json("withheld")?,
        left_out: row.json("left_out")?,
        suspended,
        confirmed_by: row.opt_parsed("confirmed_by")?,
        confirmed_at: row.get("confirmed_at")?,
        withdrawn_at: row.get("withdrawn_at")?,
        withdraw_reason: row.opt_text("withdraw_reason")?,
        superseded_at: row.get("superseded_at")?,
        day: row.text("day")?,
        day_used: row.get("day_used")?,
    })
}
