//! All SQL on what firms asked to be told and on what is recommended to banks.

use jiff::{SignedDuration, Timestamp};
use jq_base::ids::{BankId, RecommendationId, SubjectKey};
use jq_base::money::Money;
use jq_base::seal::{SecretLevel, SecretPlace, SecretTable};
use jq_db::{Db, DbError, Query, Row, Tx, sql, sql_built};
use jq_decision::model::Words;
use jq_identity::FirmUser;

use crate::follow::Ranked;
use crate::model::{Recommendation, RecommendationState};
use crate::{AGAIN_DAYS, MatchingError, RELOOK_DAYS};

/// What fits a firm tells of its taxes and bills.
pub(crate) const SUBSCRIPTIONS: SecretTable = SecretTable {
    name: "matching_subscription",
    keys: &["subject_key"],
    columns: &["ranked"],
    level: SecretLevel::Three,
    mixed: false,
};

/// So does what speaks for it at a bank, and what the bank noted of it.
pub(crate) const RECOMMENDATIONS: SecretTable = SecretTable {
    name: "matching_recommendation",
    keys: &["recommendation_id"],
    columns: &["told", "note"],
    level: SecretLevel::Three,
    mixed: false,
};

/// True when it was not asked before.
pub(crate) async fn subscribe(tx: &mut Tx, user: &FirmUser, now: Timestamp) -> Result<bool, DbError> {
    let query = sql("insert into matching_subscription (subject_key, subject_name, account, since)
         values ($1, $2, $3, $4) on conflict (subject_key) do nothing");
    let query = query.bind(user.subject().as_str()).bind(user.subject_name());
    Ok(tx.execute(query.bind(user.account().as_str()).bind(now)).await? == 1)
}

/// True when it was asked before.
pub(crate) async fn unsubscribe(tx: &mut Tx, subject: &SubjectKey) -> Result<bool, DbError> {
    let query = sql("delete from matching_subscription where subject_key = $1");
    Ok(tx.execute(query.bind(subject.as_str())).await? == 1)
}

pub(crate) async fn is_subscribed(db: &Db, subject: &SubjectKey) -> Result<bool, DbError> {
    let query = sql("select 1 as asked from matching_subscription where subject_key = $1");
    Ok(db.fetch_optional(query.bind(subject.as_str())).await?.is_some())
}

/// Who asked to be told, among these where some are named.
pub(crate) async fn list_subscribed(
    db: &Db,
    among: Option<&[SubjectKey]>,
) -> Result<Vec<SubjectKey>, DbError> {
    let named = match among {
        Some([]) => return Ok(Vec::new()),
        Some(subjects) => format!("where subject_key in ({})", Query::next_places(1, subjects.len())),
        None => String::new(),
    };
    let query =
        sql_built(format!("select subject_key from matching_subscription {named} order by subject_key"));
    let query = query.bind_all(among.into_iter().flatten().map(SubjectKey::as_str));
    db.fetch_all(query).await?.iter().map(|row| row.parsed("subject_key")).collect()
}

/// Where a subject's ranks lie sealed.
fn ranked_of(subject: &SubjectKey) -> SecretPlace {
    SUBSCRIPTIONS.place("ranked", subject.as_str())
}

/// What fitted a firm when it was last matched: nothing where it does not ask to be told, and within that nothing before
/// the first time.
pub(crate) async fn find_ranked(
    tx: &mut Tx,
    subject: &SubjectKey,
) -> Result<Option<Option<Vec<Ranked>>>, DbError> {
    let query = sql("select ranked, ranked_at from matching_subscription where subject_key = $1");
    let Some(row) = tx.fetch_optional(query.bind(subject.as_str())).await? else { return Ok(None) };
    let at: Option<Timestamp> = row.get("ranked_at")?;
    Ok(Some(at.map(|_| row.secret_json("ranked", &ranked_of(subject))).transpose()?))
}

pub(crate) async fn save_ranked(
    tx: &mut Tx,
    subject: &SubjectKey,
    ranked: &[Ranked],
    now: Timestamp,
) -> Result<(), MatchingError> {
    let query = sql("update matching_subscription set ranked = $2, ranked_at = $3 where subject_key = $1");
    let text = serde_json::to_string(ranked)?;
    let query = query.bind(subject.as_str()).bind_secret(SUBSCRIPTIONS.level, ranked_of(subject), text);
    tx.execute(query.bind(now)).await?;
    Ok(())
}

/// Notes that a firm's records are read for a bank's list now; false when that was done lately.
pub(crate) async fn begin_look(
    tx: &mut Tx,
    bank: &BankId,
    subject: &SubjectKey,
    now: Timestamp,
) -> Result<bool, DbError> {
    let query = sql("insert into matching_look (bank_id, subject_key, looked_at) values ($1, $2, $3)
         on conflict (bank_id, subject_key) do update set looked_at = excluded.looked_at
             where matching_look.looked_at <= $4");
    let before = now - SignedDuration::from_hours(24 * RELOOK_DAYS);
    let query = query.bind(bank.as_str()).bind(subject.as_str()).bind(now).bind(before);
    Ok(tx.execute(query).await? == 1)
}

/// The recommendation of a firm to a bank that stands, or that the bank declined lately.
pub(crate) async fn find_of(
    db: &Db,
    bank: &BankId,
    subject: &SubjectKey,
    now: Timestamp,
) -> Result<Option<Recommendation>, MatchingError> {
    let query = sql("select * from matching_recommendation
         where bank_id = $1 and subject_key = $2
           and (state in ('open', 'contacted') or (state = 'declined' and acted_at > $3))
         order by listed_at desc limit 1");
    let lately = now - SignedDuration::from_hours(24 * AGAIN_DAYS);
    let row = db.fetch_optional(query.bind(bank.as_str()).bind(subject.as_str()).bind(lately)).await?;
    row.as_ref().map(read).transpose()
}

/// Puts a firm on a bank's list. False when it is on it already.
pub(crate) async fn insert(tx: &mut Tx, one: &Recommendation) -> Result<bool, MatchingError> {
    let query = sql(
        "insert into matching_recommendation (recommendation_id, bank_id, subject_key, subject_name, rank,
             kind_zh, kind_en, told, product_id, limit_fen, permit_id, state, listed_at, renewed_at, due_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
         on conflict do nothing",
    );
    let query = query.bind(one.recommendation_id.as_str()).bind(one.bank.as_str());
    let query = query.bind(one.subject.as_str()).bind(one.subject_name.as_str()).bind(u32::from(one.rank));
    let query = query.bind(one.kind.zh.as_str()).bind(one.kind.en.as_str());
    let told = serde_json::to_string(&one.fits)?;
    let query = query.bind_secret(RECOMMENDATIONS.level, place("told", &one.recommendation_id), told);
    let query = query.bind(one.product.clone()).bind(one.limit).bind(one.permit_id.as_str());
    let query = query.bind(one.state.code()).bind(one.listed_at).bind(one.renewed_at).bind(one.due_at);
    Ok(tx.execute(query).await? == 1)
}

/// Writes what the models say now of a recommendation that stands.
pub(crate) async fn renew(tx: &mut Tx, one: &Recommendation) -> Result<(), MatchingError> {
    let query = sql("update matching_recommendation set rank = $2, kind_zh = $3, kind_en = $4, told = $5,
             product_id = $6, limit_fen = $7, permit_id = $8, renewed_at = $9
         where recommendation_id = $1 and state in ('open', 'contacted')");
    let query = query.bind(one.recommendation_id.as_str()).bind(u32::from(one.rank));
    let query = query.bind(one.kind.zh.as_str()).bind(one.kind.en.as_str());
    let told = serde_json::to_string(&one.fits)?;
    let query = query.bind_secret(RECOMMENDATIONS.level, place("told", &one.recommendation_id), told);
    let query = query.bind(one.product.clone()).bind(one.limit).bind(one.permit_id.as_str());
    tx.execute(query.bind(one.renewed_at)).await?;
    Ok(())
}

/// Writes what somebody of the bank did. False when it has moved since it was read.
pub(crate) async fn act(tx: &mut Tx, from: &Recommendation, to: &Recommendation) -> Result<bool, DbError> {
    let query = sql("update matching_recommendation set state = $4, acted_by = $5, acted_at = $6, note = $7
         where recommendation_id = $1 and state = $2 and coalesce(acted_at, 0) = $3");
    let query = query.bind(from.recommendation_id.as_str()).bind(from.state.code());
    let query = query.bind(from.acted_at.map_or(0, Timestamp::as_microsecond)).bind(to.state.code());
    let query = query.bind(to.acted_by.clone()).bind(to.acted_at);
    let query = query.bind_secret(RECOMMENDATIONS.level, place("note", &to.recommendation_id), &to.note);
    Ok(tx.execute(query).await? == 1)
}

/// Ends what stands of a firm with a bank, in that state; how many.
pub(crate) async fn end_of(
    tx: &mut Tx,
    bank: &BankId,
    subject: &SubjectKey,
    state: RecommendationState,
) -> Result<u64, DbError> {
    let query = sql("update matching_recommendation set state = $3
         where bank_id = $1 and subject_key = $2 and state in ('open', 'contacted')");
    tx.execute(query.bind(bank.as_str()).bind(subject.as_str()).bind(state.code())).await
}

/// Ends what nobody has answered in time; how many.
pub(crate) async fn lapse(tx: &mut Tx, now: Timestamp) -> Result<u64, DbError> {
    let query = sql("update matching_recommendation set state = 'lapsed'
         where state in ('open', 'contacted') and due_at <= $1");
    tx.execute(query.bind(now)).await
}

/// The recommendation, as this transaction sees it.
pub(crate) async fn find_within(
    tx: &mut Tx,
    id: &RecommendationId,
) -> Result<Option<Recommendation>, MatchingError> {
    let query = sql("select * from matching_recommendation where recommendation_id = $1");
    tx.fetch_optional(query.bind(id.as_str())).await?.as_ref().map(read).transpose()
}

/// A bank's recommendations in one of these states, what fits best first.
pub(crate) async fn list_of_bank(
    db: &Db,
    bank: &BankId,
    states: &[RecommendationState],
    limit: u32,
) -> Result<Vec<Recommendation>, MatchingError> {
    let query = sql_built(format!(
        "select * from matching_recommendation where bank_id = $1 and state in ({})
         order by rank desc, listed_at desc, recommendation_id limit $2",
        Query::next_places(3, states.len()),
    ));
    let query = query.bind(bank.as_str()).bind(limit).bind_all(states.iter().map(|state| state.code()));
    db.fetch_all(query).await?.iter().map(read).collect()
}

/// Where a secret of a recommendation lies sealed.
fn place(column: &'static str, id: &RecommendationId) -> SecretPlace {
    RECOMMENDATIONS.place(column, id.as_str())
}

fn read(row: &Row) -> Result<Recommendation, MatchingError> {
    let recommendation_id: RecommendationId = row.parsed("recommendation_id")?;
    let note = match row.opt_text("note")? {
        Some(_) => row.secret("note", &place("note", &recommendation_id))?,
        None => String::new(),
    };
    let fits: Vec<Words> = row.secret_json("told", &place("told", &recommendation_id))?;
    Ok(Recommendation {
        bank: row.parsed("bank_id")?,
        subject: row.parsed("subject_key")?,
        subject_name: row.text("subject_name")?,
        rank: u8::try_from(row.int("rank")?).unwrap_or_default(),
        kind: Words { zh: row.text("kind_zh")?, en: row.text("kind_en")? },
        fits,
        product: row.opt_text("product_id")?,
        limit: row.opt_int("limit_fen")?.map(Money::from_fen),
        permit_id: row.parsed("permit_id")?,
        state: row.parsed("state")?,
        listed_at: row.instant("listed_at")?,
        renewed_at: row.instant("renewed_at")?,
        due_at: row.instant("due_at")?,
        acted_by: row.opt_text("acted_by")?,
        acted_at: row.get("acted_at")?,
        note,
        recommendation_id,
    })
}
