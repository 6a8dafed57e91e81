//! Statements on loans: paid out, paid back, owed, late. Loans and payments name their bank themselves, so that the order
//! is looked at only when the cut or the split asks for it.

use jiff::civil::Date;
use jq_base::money::Money;
use jq_db::{DbError, ReadTx, Row, sql_built};

use super::asked::{Asked, Keyed, ask, tally};
use crate::figures::{Stock, Tally};

/// Where the bank of a loan stands.
const BANK: &str = "l.bank_id";

/// The loan's order, where it is needed.
fn order(asked: &Asked<'_>) -> &'static str {
    if asked.needs_order() { " join lending_order o on o.order_id = l.order_id" } else { "" }
}

/// Payments `r`, with their loan and order where these are needed, and where the bank stands then.
fn payments(asked: &Asked<'_>) -> (&'static str, &'static str) {
    if asked.needs_order() {
        let joined = "lending_repayment r join lending_loan l on l.loan_id = r.loan_id
             join lending_order o on o.order_id = l.order_id";
        (joined, BANK)
    } else {
        ("lending_repayment r", "r.bank_id")
    }
}

/// What was paid out.
#[derive(Clone, Copy, Debug)]
pub(in crate::figures) struct Drawn {
    pub(in crate::figures) all: Tally,
    pub(in crate::figures) unsecured: Money,
    pub(in crate::figures) first: Tally,
    /// Sum of yuan times rate, and of yuan.
    pub(in crate::figures) weighed: [i64; 2],
}

/// Loans paid out.
pub(in crate::figures) async fn drawn(db: &mut ReadTx, asked: &Asked<'_>) -> Result<Keyed<Drawn>, DbError> {
    let text = format!(
        "select {} as k, count(*) as number, count(distinct l.subject_key) as firms,
             cast(sum(l.principal_fen) as bigint) as fen,
             cast(sum(case when l.security = 'credit' then l.principal_fen else 0 end) as bigint) as unsecured,
             cast(sum(l.first_loan) as bigint) as first_number,
             count(distinct case when l.first_loan = 1 then l.subject_key end) as first_firms,
             cast(sum(l.first_loan * l.principal_fen) as bigint) as first_fen,
             cast(sum(l.principal_fen / 100 * l.rate_ppm) as bigint) as weighed,
             cast(sum(l.principal_fen / 100) as bigint) as weight
         from lending_loan l{} where l.drawn_on >= $1 and l.drawn_on < $2{} group by 1",
        asked.key_on("l.drawn_on", BANK),
        order(asked),
        asked.cut(3, BANK),
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
pub(in crate::figures) async fn repaid(db: &mut ReadTx, asked: &Asked<'_>) -> Result<Keyed<Money>, DbError> {
    let (payments, bank) = payments(asked);
    let text = format!(
        "select {} as k, cast(sum(r.principal_fen) as bigint) as fen
         from {payments} where r.paid_on >= $1 and r.paid_on < $2{} group by 1",
        asked.key_on("r.paid_on", bank),
        asked.cut(3, bank),
    );
    ask(db, asked.by_day(text), |row| row.get("fen")).await
}

/// Loans on which money was owed at the start of `as_of`: those of today, without what was paid out since, and with what
/// was paid back or given up since.
pub(in crate::figures) async fn balance(
    db: &mut ReadTx,
    asked: &Asked<'_>,
    as_of: Date,
) -> Result<Keyed<Stock>, DbError> {
    let (payments, bank) = payments(asked);
    let loans = |number: &str, fen: &str, condition: &str| {
        format!(
            "select {} as k, {number} as number, {fen} as fen from lending_loan l{} where {condition}{}",
            asked.key(BANK),
            order(asked),
            asked.cut(2, BANK),
        )
    };
    let text = format!(
        "select t.k as k, cast(sum(t.number) as bigint) as number, cast(sum(t.fen) as bigint) as fen
         from ({} union all {} union all {} union all {}
               union all select {} as k, 0 as number, r.principal_fen as fen
               from {payments} where r.paid_on >= $1{}) t
         group by 1 having sum(t.number) <> 0",
        loans("1", "l.outstanding_fen", "l.outstanding_fen > 0 and l.written_off_on is null"),
        loans("-1", "-l.principal_fen", "l.drawn_on >= $1"),
        loans("1", "0", "l.settled_on >= $1"),
        loans("1", "l.outstanding_fen", "l.written_off_on >= $1"),
        asked.key(bank),
        asked.cut(2, bank),
    );
    let read = |row: &Row| Ok(Stock { loans: row.get("number")?, amount: row.get("fen")? });
    ask(db, asked.bind_cut(sql_built(text).bind(as_of)), read).await
}

/// Instalments that were due before `as_of` and not paid by then.
pub(in crate::figures) async fn overdue(
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
         join lending_loan l on l.loan_id = i.loan_id{}
         where (l.settled_on is null or l.settled_on >= $1)
           and (l.written_off_on is null or l.written_off_on >= $1){}
         group by 1",
        asked.key(BANK),
        order(asked),
        asked.cut(2, BANK),
    );
    ask(db, asked.bind_cut(sql_built(text).bind(as_of)), tally).await
}
