//! Statements on orders and their steps: handed in, sent out, decided, ended.

use std::fmt::Write as _;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use jq_base::workdays::Calendar;
use jq_db::{DbError, Query, ReadTx, Row};

use super::asked::{Asked, Keyed, ask, tally};
use crate::figures::Tally;
use crate::figures::handling::Took;

/// Where the bank of an order stands.
const BANK: &str = "o.bank_id";

/// Orders handed in.
pub(in crate::figures) async fn submitted(
    db: &mut ReadTx,
    asked: &Asked<'_>,
) -> Result<Keyed<Tally>, DbError> {
    let text = format!(
        "select {} as k, count(*) as number, count(distinct o.subject_key) as firms,
             cast(sum(o.amount_fen) as bigint) as fen
         from lending_order o where o.submitted_at >= $1 and o.submitted_at < $2{} group by 1",
        asked.key_at("o.submitted_at", BANK),
        asked.cut(3, BANK),
    );
    ask(db, asked.by_moment(text), tally).await
}

/// Orders that went to the bank they are at: how many, how many it took, how many of these in time.
pub(in crate::figures) async fn dispatched(
    db: &mut ReadTx,
    asked: &Asked<'_>,
) -> Result<Keyed<[u64; 3]>, DbError> {
    let text = format!(
        "select {} as k, count(*) as dispatched, count(o.accepted_at) as accepted,
             sum(case when o.accepted_in_time = 1 then 1 else 0 end) as in_time
         from lending_order o where o.dispatched_at >= $1 and o.dispatched_at < $2{} group by 1",
        asked.key_at("o.dispatched_at", BANK),
        asked.cut(3, BANK),
    );
    let read = |row: &Row| Ok([row.get("dispatched")?, row.get("accepted")?, row.get("in_time")?]);
    ask(db, asked.by_moment(text), read).await
}

/// Earlier rounds of orders: they went to somebody who did not take them. A bank that declined is named by its step;
/// whoever let the time run out belongs to the bank that still has the order.
pub(in crate::figures) async fn not_taken(db: &mut ReadTx, asked: &Asked<'_>) -> Result<Keyed<u64>, DbError> {
    const BANK: &str = "case when e.institution <> '' then e.institution else o.bank_id end";
    let key = asked.key_at("d.at", BANK);
    // The few ends of rounds lead to their beginnings: `cross join` keeps SQLite from going the long way round.
    let text = format!(
        "select {key} as k, count(*) as rounds
         from lending_step e cross join lending_step d cross join lending_order o
         where e.event in ('decline', 'not_accepted') and e.to_state = 'submitted' and e.at >= $1
           and d.order_id = e.order_id and d.round = e.round and d.event = 'dispatch'
           and d.at >= $1 and d.at < $2 and o.order_id = e.order_id{}
         group by 1",
        asked.cut(3, BANK),
    );
    ask(db, asked.by_moment(text), |row| row.get("rounds")).await
}

/// What became of orders that were decided.
#[derive(Clone, Copy, Debug)]
pub(in crate::figures) struct Decided {
    pub(in crate::figures) approved: Tally,
    pub(in crate::figures) refused: u64,
    pub(in crate::figures) refused_uncounted: u64,
    pub(in crate::figures) firms: u64,
    pub(in crate::figures) in_time: u64,
    pub(in crate::figures) judged: u64,
    pub(in crate::figures) renewals: u64,
    pub(in crate::figures) renewals_approved: u64,
}

/// Orders that were granted or refused; `uncounted` are the codes that do not count against a bank.
pub(in crate::figures) async fn decided(
    db: &mut ReadTx,
    asked: &Asked<'_>,
    uncounted: &[&str],
) -> Result<Keyed<Decided>, DbError> {
    let codes = Query::next_places(3 + asked.cut_values(), uncounted.len() + 1);
    let text = format!(
        "select {} as k, count(o.granted_fen) as number,
             count(distinct case when o.granted_fen is not null then o.subject_key end) as firms,
             cast(sum(coalesce(o.granted_fen, 0)) as bigint) as fen,
             count(o.refusal_code) as refused,
             sum(case when o.refusal_code in ({codes}) then 1 else 0 end) as uncounted,
             count(distinct o.subject_key) as firms_decided,
             sum(case when o.decided_in_time = 1 then 1 else 0 end) as in_time,
             count(o.decided_in_time) as judged,
             sum(case when o.kind = 'renewal' then 1 else 0 end) as renewals,
             sum(case when o.kind = 'renewal' and o.granted_fen is not null then 1 else 0 end) as renewed
         from lending_order o where o.decided_at >= $1 and o.decided_at < $2{} group by 1",
        asked.key_at("o.decided_at", BANK),
        asked.cut(3, BANK),
    );
    // A code that nobody has keeps the list from being empty.
    let query = asked.by_moment(text).bind_all(uncounted.iter().copied()).bind("");
    ask(db, query, |row| {
        Ok(Decided {
            approved: tally(row)?,
            refused: row.get("refused")?,
            refused_uncounted: row.get("uncounted")?,
            firms: row.get("firms_decided")?,
            in_time: row.get("in_time")?,
            judged: row.get("judged")?,
            renewals: row.get("renewals")?,
            renewals_approved: row.get("renewed")?,
        })
    })
    .await
}

/// From which moment the time of an order is reckoned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::figures) enum Since {
    Submitted,
    Accepted,
    /// From the acceptance, of renewals and deferrals alone.
    RenewalAccepted,
}

/// How long decided orders took, as a table of how many took how long.
pub(in crate::figures) async fn took(
    db: &mut ReadTx,
    asked: &Asked<'_>,
    calendar: &Calendar,
) -> Result<Keyed<(Since, Took)>, DbError> {
    let select = |since: &str, start: &str, only: &str| {
        format!(
            "select {} as k, '{since}' as since, (o.decided_at - o.{start}) / 1000000 as s,
                 (o.{start} + 28800000000) / 86400000000 as first_day,
                 (o.decided_at + 28800000000) / 86400000000 as last_day
             from lending_order o
             where o.decided_at >= $1 and o.decided_at < $2 and o.{start} is not null{only}{}",
            asked.key_at("o.decided_at", BANK),
            asked.cut(3, BANK),
        )
    };
    let text = format!(
        "with workday (day, past) as (values {}),
         took as ({} union all {} union all {})
         select t.k as k, t.since as since, (t.s + 4320) / 8640 as tenths, b.past - a.past as workdays,
             count(*) as orders, cast(sum(t.s) as bigint) as seconds
         from took t left join workday a on a.day = t.first_day left join workday b on b.day = t.last_day
         group by 1, 2, 3, 4",
        workdays(calendar),
        select("submitted", "submitted_at", ""),
        select("accepted", "accepted_at", ""),
        select("renewal", "accepted_at", " and o.kind in ('renewal', 'deferral')"),
    );
    ask(db, asked.by_moment(text), |row| {
        let since = match row.text("since")?.as_str() {
            "accepted" => Since::Accepted,
            "renewal" => Since::RenewalAccepted,
            _ => Since::Submitted,
        };
        let took = Took {
            tenths: row.get("tenths")?,
            workdays: row.get("workdays")?,
            orders: row.get("orders")?,
            seconds: row.get("seconds")?,
        };
        Ok((since, took))
    })
    .await
}

/// Every day of the loaded years, counted from 1970-01-01, with the working days up to and including it; the count
/// starts anew after a gap of years, so that nothing is reckoned across one.
fn workdays(calendar: &Calendar) -> String {
    const EPOCH: Date = date(1970, 1, 1);
    let mut text = String::new();
    let (mut past, mut last_year) = (0_i64, None);
    for year in calendar.loaded_years() {
        if last_year.is_some_and(|last: i16| last + 1 != year) {
            past += 1_000_000;
        }
        last_year = Some(year);
        let mut day = date(year, 1, 1);
        while day.year() == year {
            past += i64::from(calendar.is_workday(day).unwrap_or_default());
            let number = EPOCH.until(day).map_or(0, |span| span.get_days());
            let comma = if text.is_empty() { "" } else { "," };
            let _ = write!(text, "{comma}({number},{past})");
            day = day.saturating_add(1.day());
        }
    }
    if text.is_empty() { "(-1,0)".to_owned() } else { text }
}

/// Orders that ended without a decision: taken back, lapsed.
pub(in crate::figures) async fn ended(
    db: &mut ReadTx,
    asked: &Asked<'_>,
) -> Result<Keyed<[u64; 2]>, DbError> {
    let text = format!(
        "select {} as k, sum(case when o.state = 'withdrawn' then 1 else 0 end) as withdrawn,
             sum(case when o.state = 'lapsed' then 1 else 0 end) as lapsed
         from lending_order o where o.ended_at >= $1 and o.ended_at < $2{} group by 1",
        asked.key_at("o.ended_at", BANK),
        asked.cut(3, BANK),
    );
    ask(db, asked.by_moment(text), |row| Ok([row.get("withdrawn")?, row.get("lapsed")?])).await
}
