//! The statements behind the figures. Each answers for the whole cut, for each value of a group, or for each month at
//! once: only the key it groups by differs.

use std::fmt::Write as _;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use jq_base::money::Money;
use jq_base::workdays::Calendar;
use jq_db::{DbError, Query, ReadTx, Row, sql_built};

use super::handling::Took;
use super::model::{Cut, Group, Tally};
use super::period::Period;

/// By what one statement splits its answer.
#[derive(Clone, Copy, Debug)]
pub(super) enum Split<'a> {
    /// Not at all: one answer, under an empty key.
    Whole,
    /// By a column of the order.
    Group(Group),
    /// By months that follow each other, each under its `YYYY-MM`.
    Months(&'a [Period]),
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) period: Period,
    pub(super) cut: &'a Cut,
    pub(super) split: Split<'a>,
}

/// Answers under their keys.
pub(super) type Keyed<T> = Vec<(String, T)>;

/// The key of a month.
pub(super) fn month_key(month: &Period) -> String {
    month.from().strftime("%Y-%m").to_string()
}

impl Asked<'_> {
    /// The key of a row that happened at `moment`, a column of microseconds.
    fn key_at(&self, moment: &str) -> String {
        let Split::Months(months) = self.split else { return self.key("o.bank_id") };
        let mut text = "case".to_owned();
        for month in months {
            let over = month.moments().1.as_microsecond();
            // Writing to a text cannot fail.
            let _ = write!(text, " when {moment} < {over} then '{}'", month_key(month));
        }
        text + " else '' end"
    }

    /// The key of a row of the day `day`, a column of dates.
    fn key_on(&self, day: &str) -> String {
        match self.split {
            Split::Months(_) => format!("substr({day}, 1, 7)"),
            _ => self.key("o.bank_id"),
        }
    }

    /// The key of a row that has no time of its own; `bank` is where its bank stands.
    fn key(&self, bank: &str) -> String {
        match self.split {
            Split::Whole | Split::Months(_) => "''".to_owned(),
            Split::Group(Group::Bank) => bank.to_owned(),
            Split::Group(Group::District) => "coalesce(o.subject_district, '')".to_owned(),
            Split::Group(Group::Product) => "o.product_id".to_owned(),
            Split::Group(Group::Kind) => "o.kind".to_owned(),
            Split::Group(Group::Industry) => "coalesce(substr(o.subject_industry, 1, 3), '')".to_owned(),
        }
    }

    /// The statement with the moments of the period as `$1` and `$2` and the cut after them.
    fn by_moment(&self, text: String) -> Query {
        let (from, to) = self.period.moments();
        self.bind_cut(sql_built(text).bind(from).bind(to))
    }

    /// The same with the days of the period.
    fn by_day(&self, text: String) -> Query {
        self.bind_cut(sql_built(text).bind(self.period.from()).bind(self.period.to()))
    }

    fn bind_cut(&self, query: Query) -> Query {
        let Cut { bank, district, product, kind, industry } = self.cut;
        let query = query.bind(bank.as_ref().map_or("", |bank| bank.as_str()));
        let query = query.bind(district.as_deref().unwrap_or_default());
        let query = query.bind(product.as_ref().map_or("", |product| product.as_str()));
        let query = query.bind(kind.map_or("", |kind| kind.code()));
        query.bind(industry.as_deref().unwrap_or_default())
    }
}

/// The cut as a condition, its values from `$first` on; `bank` is where the bank stands.
fn cut_from(first: usize, bank: &str) -> String {
    let [b, d, p, k, i] = [first, first + 1, first + 2, first + 3, first + 4];
    format!(
        "(${b} = '' or {bank} = ${b}) and (${d} = '' or substr(o.subject_district, 1, length(${d})) = ${d})
         and (${p} = '' or o.product_id = ${p}) and (${k} = '' or o.kind = ${k})
         and (${i} = '' or substr(o.subject_industry, 1, length(${i})) = ${i})"
    )
}

fn cut() -> String {
    cut_from(3, "o.bank_id")
}

async fn ask<T>(
    db: &mut ReadTx,
    query: Query,
    read: impl Fn(&Row) -> Result<T, DbError>,
) -> Result<Keyed<T>, DbError> {
    let rows = db.fetch_all(query).await?;
    rows.iter().map(|row| Ok((row.text("k")?, read(row)?))).collect()
}

fn tally(row: &Row) -> Result<Tally, DbError> {
    Ok(Tally { count: row.get("number")?, firms: row.get("firms")?, amount: row.get("fen")? })
}

/// Orders handed in.
pub(super) async fn submitted(db: &mut ReadTx, asked: &Asked<'_>) -> Result<Keyed<Tally>, DbError> {
    let text = format!(
        "select {} as k, count(*) as number, count(distinct o.subject_key) as firms,
             cast(sum(o.amount_fen) as bigint) as fen
         from lending_order o where o.submitted_at >= $1 and o.submitted_at < $2 and {} group by 1",
        asked.key_at("o.submitted_at"),
        cut(),
    );
    ask(db, asked.by_moment(text), tally).await
}

/// Orders that went to the bank they are at: how many, how many it took, how many of these in time.
pub(super) async fn dispatched(db: &mut ReadTx, asked: &Asked<'_>) -> Result<Keyed<[u64; 3]>, DbError> {
    let text = format!(
        "select {} as k, count(*) as dispatched, count(o.accepted_at) as accepted,
             sum(case when o.accepted_in_time = 1 then 1 else 0 end) as in_time
         from lending_order o where o.dispatched_at >= $1 and o.dispatched_at < $2 and {} group by 1",
        asked.key_at("o.dispatched_at"),
        cut(),
    );
    let read = |row: &Row| Ok([row.get("dispatched")?, row.get("accepted")?, row.get("in_time")?]);
    ask(db, asked.by_moment(text), read).await
}

/// Earlier rounds of orders: they went to somebody who did not take them. A bank that declined is named by its step;
/// whoever let the time run out belongs to the bank that still has the order.
pub(super) async fn not_taken(db: &mut ReadTx, asked: &Asked<'_>) -> Result<Keyed<u64>, DbError> {
    const BANK: &str = "case when e.institution <> '' then e.institution else o.bank_id end";
    let key = match asked.split {
        Split::Months(_) => asked.key_at("d.at"),
        _ => asked.key(BANK),
    };
    // The few ends of rounds lead to their beginnings: `cross join` keeps SQLite from going the long way round.
    let text = format!(
        "select {key} as k, count(*) as rounds
         from lending_step e cross join lending_step d cross join lending_order o
         where e.event in ('decline', 'not_accepted') and e.to_state = 'submitted' and e.at >= $1
           and d.order_id = e.order_id and d.round = e.round and d.event = 'dispatch'
           and d.at >= $1 and d.at < $2 and o.order_id = e.order_id and {}
         group by 1",
        cut_from(3, BANK),
    );
    ask(db, asked.by_moment(text), |row| row.get("rounds")).await
}

/// What became of orders that were decided.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decided {
    pub(super) approved: Tally,
    pub(super) refused: u64,
    pub(super) refused_uncounted: u64,
    pub(super) firms: u64,
    pub(super) in_time: u64,
    pub(super) judged: u64,
    pub(super) renewals: u64,
    pub(super) renewals_approved: u64,
}

/// Orders that were granted or refused; `uncounted` are the codes that do not count against a bank.
pub(super) async fn decided(
    db: &mut ReadTx,
    asked: &Asked<'_>,
    uncounted: &[&str],
) -> Result<Keyed<Decided>, DbError> {
    let codes = Query::next_places(8, uncounted.len() + 1);
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
         from lending_order o where o.decided_at >= $1 and o.decided_at < $2 and {} group by 1",
        asked.key_at("o.decided_at"),
        cut(),
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Since {
    Submitted,
    Accepted,
}

/// How long decided orders took, as a table of how many took how long.
pub(super) async fn took(
    db: &mut ReadTx,
    asked: &Asked<'_>,
    calendar: &Calendar,
) -> Result<Keyed<(Since, Took)>, DbError> {
    let select = |since: &str, start: &str| {
        format!(
            "select {} as k, '{since}' as since, (o.decided_at - o.{start}) / 1000000 as s,
                 (o.{start} + 28800000000) / 86400000000 as first_day,
                 (o.decided_at + 28800000000) / 86400000000 as last_day
             from lending_order o
             where o.decided_at >= $1 and o.decided_at < $2 and o.{start} is not null and {}",
            asked.key_at("o.decided_at"),
            cut(),
        )
    };
    let text = format!(
        "with workday (day, past) as (values {}),
         took as ({} union all {})
         select t.k as k, t.since as since, (t.s + 4320) / 8640 as tenths, b.past - a.past as workdays,
             count(*) as orders, cast(sum(t.s) as bigint) as seconds
         from took t left join workday a on a.day = t.first_day left join workday b on b.day = t.last_day
         group by 1, 2, 3, 4",
        workdays(calendar),
        select("submitted", "submitted_at"),
        select("accepted", "accepted_at"),
    );
    ask(db, asked.by_moment(text), |row| {
        let since = if row.text("since")? == "accepted" { Since::Accepted } else { Since::Submitted };
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
pub(super) async fn ended(db: &mut ReadTx, asked: &Asked<'_>) -> Result<Keyed<[u64; 2]>, DbError> {
    let text = format!(
        "select {} as k, sum(case when o.state = 'withdrawn' then 1 else 0 end) as withdrawn,
             sum(case when o.state = 'lapsed' then 1 else 0 end) as lapsed
         from lending_order o where o.ended_at >= $1 and o.ended_at < $2 and {} group by 1",
        asked.key_at("o.ended_at"),
        cut(),
    );
    ask(db, asked.by_moment(text), |row| Ok([row.get("withdrawn")?, row.get("lapsed")?])).await
}

/// What was paid out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drawn {
    pub(super) all: Tally,
    pub(super) unsecured: Money,
    pub(super) first: Tally,
    /// Sum of yuan times rate, and of yuan.
    pub(super) weighed: [i64; 2],
}

/// Loans paid out.
pub(super) async fn drawn(db: &mut ReadTx, asked: &Asked<'_>) -> Result<Keyed<Drawn>, DbError> {
    let text = format!(
        "select {} as k, count(*) as number, count(distinct l.subject_key) as firms,
             cast(sum(l.principal_fen) as bigint) as fen,
             cast(sum(case when l.security = 'credit' then l.principal_fen else 0 end) as bigint) as unsecured,
             cast(sum(l.first_loan) as bigint) as first_number,
             count(distinct case when l.first_loan = 1 then l.subject_key end) as first_firms,
             cast(sum(l.first_loan * l.principal_fen) as bigint) as first_fen,
             cast(sum(l.principal_fen / 100 * l.rate_ppm) as bigint) as weighed,
             cast(sum(l.principal_fen / 100) as bigint) as weight
         from lending_loan l join lending_order o on o.order_id = l.order_id
         where l.drawn_on >= $1 and l.drawn_on < $2 and {} group by 1",
        asked.key_on("l.drawn_on"),
        cut(),
    );
    ask(db, asked.by_day(text), |row| {
        Ok(Drawn {
            all: tally(row)?,
            unsecured: row.get("unsecured")?,
            first: Tally {
                count: row.get("first_number")?,
                firms: row.get("first_firms")?,
                amount: row.get("first_fen")?,
            },
            weighed: [row.int("weighed")?, row.int("weight")?],
        })
    })
    .await
}

/// Principal paid back.
pub(super) async fn repaid(db: &mut ReadTx, asked: &Asked<'_>) -> Result<Keyed<Money>, DbError> {
    let text = format!(
        "select {} as k, cast(sum(r.principal_fen) as bigint) as fen
         from lending_repayment r join lending_loan l on l.loan_id = r.loan_id
         join lending_order o on o.order_id = l.order_id
         where r.paid_on >= $1 and r.paid_on < $2 and {} group by 1",
        asked.key_on("r.paid_on"),
        cut(),
    );
    ask(db, asked.by_day(text), |row| row.get("fen")).await
}

/// Loans on which money is owed at the start of `as_of`: what is owed today and what was paid since.
pub(super) async fn balance(
    db: &mut ReadTx,
    asked: &Asked<'_>,
    as_of: Date,
) -> Result<Keyed<Tally>, DbError> {
    let text = format!(
        "select t.k as k, count(*) as number, count(distinct t.subject_key) as firms,
             cast(sum(t.fen) as bigint) as fen
         from (select {} as k, l.subject_key as subject_key, l.outstanding_fen + coalesce((
                   select sum(r.principal_fen) from lending_repayment r
                   where r.loan_id = l.loan_id and r.paid_on >= $1), 0) as fen
               from lending_loan l join lending_order o on o.order_id = l.order_id
               where l.drawn_on < $1 and (l.settled_on is null or l.settled_on >= $1)
                 and (l.written_off_on is null or l.written_off_on >= $1) and {}) t
         where t.fen > 0 group by 1",
        asked.key("o.bank_id"),
        cut_from(2, "o.bank_id"),
    );
    ask(db, asked.bind_cut(sql_built(text).bind(as_of)), tally).await
}

/// Instalments that were due before `as_of` and not paid by then.
pub(super) async fn overdue(
    db: &mut ReadTx,
    asked: &Asked<'_>,
    as_of: Date,
) -> Result<Keyed<Tally>, DbError> {
    let text = format!(
        "select {} as k, count(distinct i.loan_id) as number, count(distinct l.subject_key) as firms,
             cast(sum(i.principal_fen + i.interest_fen) as bigint) as fen
         from (select loan_id, principal_fen, interest_fen from lending_instalment
               where paid_on is null and due_on < $1
               union all
               select loan_id, principal_fen, interest_fen from lending_instalment
               where paid_on > due_on and paid_on >= $1 and due_on < $1) i
         join lending_loan l on l.loan_id = i.loan_id join lending_order o on o.order_id = l.order_id
         where (l.settled_on is null or l.settled_on >= $1)
           and (l.written_off_on is null or l.written_off_on >= $1) and {}
         group by 1",
        asked.key("o.bank_id"),
        cut_from(2, "o.bank_id"),
    );
    ask(db, asked.bind_cut(sql_built(text).bind(as_of)), tally).await
}
