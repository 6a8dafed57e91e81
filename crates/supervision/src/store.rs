//! All SQL on acts of supervision.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jq_base::ids::{ActId, BankId, OrderId};
use jq_db::{Db, DbError, Query, Row, Tx, sql, sql_built};

use crate::model::{Act, ActKind, Answer, BankActs};

const COLUMNS: &str = "act_id, order_id, order_no, subject_key, bank_id, branch_id, officer, round, rung, kind,
    due_at, recorded_at, actor, role, institution, act_text, settled_at, answer_text, answered_by, answered_at";

/// Writes an act; false when the ladder has done it before.
pub(crate) async fn insert(tx: &mut Tx, act: &Act) -> Result<bool, DbError> {
    let query = sql("insert into supervision_act
             (act_id, order_id, order_no, subject_key, bank_id, branch_id, officer, round, rung, kind,
              due_at, recorded_at, actor, role, institution, act_text, settled_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
         on conflict do nothing");
    let query = query.bind(act.act_id.as_str()).bind(act.order_id.as_str()).bind(&act.order_no);
    let query = query.bind(act.subject.as_str()).bind(act.bank.as_str());
    let query = query.bind(act.branch.as_ref().map(|branch| branch.as_str().to_owned()));
    let query = query.bind(act.officer.clone()).bind(act.round).bind(&act.rung).bind(act.kind.code());
    let query = query.bind(act.due_at).bind(act.recorded_at).bind(&act.actor).bind(&act.role);
    let query = query.bind(&act.institution).bind(&act.text).bind(act.settled_at);
    Ok(tx.execute(query).await? == 1)
}

/// Writes the bank's answer to an urge; false when there is one.
pub(crate) async fn answer(tx: &mut Tx, act: &ActId, answer: &Answer) -> Result<bool, DbError> {
    let query = sql("update supervision_act
         set answer_text = $2, answered_by = $3, answered_at = $4, settled_at = $4
         where act_id = $1 and kind = 'urged' and answered_at is null");
    let query = query.bind(act.as_str()).bind(&answer.text).bind(&answer.by).bind(answer.at);
    Ok(tx.execute(query).await? == 1)
}

/// Notes that what an act was about is done.
pub(crate) async fn settle(tx: &mut Tx, act: &ActId, at: Timestamp) -> Result<(), DbError> {
    let query = sql("update supervision_act set settled_at = $2 where act_id = $1 and settled_at is null");
    tx.execute(query.bind(act.as_str()).bind(at)).await.map(|_| ())
}

/// Notes that what the act of a rung was about is not done after all.
pub(crate) async fn open_again(tx: &mut Tx, order: &OrderId, round: u32, rung: &str) -> Result<(), DbError> {
    let query = sql("update supervision_act set settled_at = null
         where order_id = $1 and round = $2 and rung = $3 and settled_at is not null");
    tx.execute(query.bind(order.as_str()).bind(round).bind(rung)).await.map(|_| ())
}

/// One act.
pub(crate) async fn find(tx: &mut Tx, act: &ActId) -> Result<Option<Act>, DbError> {
    let query = select("where act_id = $1").bind(act.as_str());
    tx.fetch_optional(query).await?.as_ref().map(read).transpose()
}

/// Which rungs have been acted upon, for several orders.
pub(crate) async fn recorded(
    db: &Db,
    orders: &[OrderId],
) -> Result<BTreeSet<(OrderId, u32, String)>, DbError> {
    if orders.is_empty() {
        return Ok(BTreeSet::new());
    }
    let places = Query::next_places(1, orders.len());
    let text = format!("select order_id, round, rung from supervision_act where order_id in ({places})");
    let query = sql_built(text).bind_all(orders.iter().map(OrderId::as_str));
    let read = |row: &Row| Ok((row.parsed("order_id")?, row.get("round")?, row.text("rung")?));
    db.fetch_all(query).await?.iter().map(read).collect()
}

/// How many urges of an order the bank has not answered.
pub(crate) async fn count_unanswered(tx: &mut Tx, order: &OrderId) -> Result<u32, DbError> {
    let query = sql("select count(*) as urges from supervision_act
         where order_id = $1 and kind = 'urged' and settled_at is null");
    tx.fetch_one(query.bind(order.as_str())).await?.get("urges")
}

/// Everything done about an order, as it was due.
pub(crate) async fn list(db: &Db, order: &OrderId) -> Result<Vec<Act>, DbError> {
    let query = select("where order_id = $1 order by due_at, recorded_at, act_id").bind(order.as_str());
    db.fetch_all(query).await?.iter().map(read).collect()
}

/// Acts made at or after a moment, the newest first.
pub(crate) async fn list_recent(db: &Db, since: Timestamp, limit: u32) -> Result<Vec<Act>, DbError> {
    let query = select("where recorded_at >= $1 order by due_at desc, act_id desc limit $2");
    db.fetch_all(query.bind(since).bind(limit)).await?.iter().map(read).collect()
}

/// What is open: times that ran out, and urges without an answer; the oldest first.
pub(crate) async fn list_open(
    db: &Db,
    kinds: &[ActKind],
    bank: Option<&BankId>,
    limit: u32,
) -> Result<Vec<Act>, DbError> {
    let kind_places = Query::next_places(3, kinds.len());
    let tail = format!(
        "where settled_at is null and ($1 = '' or bank_id = $1) and kind in ({kind_places})
         order by due_at, act_id limit $2"
    );
    let query = select(&tail).bind(bank.map_or("", BankId::as_str)).bind(limit);
    let query = query.bind_all(kinds.iter().map(|kind| kind.code()));
    db.fetch_all(query).await?.iter().map(read).collect()
}

/// How many acts there were by bank and kind in a period, by the moment they were due.
pub(crate) async fn count(db: &Db, from: Timestamp, to: Timestamp) -> Result<Vec<BankActs>, DbError> {
    let query = sql("select bank_id, kind, count(*) as acts from supervision_act
         where due_at >= $1 and due_at < $2 group by bank_id, kind");
    let read =
        |row: &Row| Ok(BankActs { bank: row.parsed("bank_id")?, kind: kind(row)?, count: row.get("acts")? });
    let rows = db.fetch_all(query.bind(from).bind(to)).await?;
    let mut counts: Vec<BankActs> = rows.iter().map(read).collect::<Result<_, DbError>>()?;
    counts.sort_by(|a, b| (&a.bank, a.kind).cmp(&(&b.bank, b.kind)));
    Ok(counts)
}

fn select(tail: &str) -> Query {
    sql_built(format!("select {COLUMNS} from supervision_act {tail}"))
}

fn kind(row: &Row) -> Result<ActKind, DbError> {
    row.parsed("kind")
}

fn read(row: &Row) -> Result<Act, DbError> {
    let answer = match row.opt_text("answer_text")? {
        Some(text) => Some(Answer { text, by: row.text("answered_by")?, at: row.instant("answered_at")? }),
        None => None,
    };
    Ok(Act {
        act_id: row.parsed("act_id")?,
        order_id: row.parsed("order_id")?,
        order_no: row.text("order_no")?,
        subject: row.parsed("subject_key")?,
        bank: row.parsed("bank_id")?,
        branch: row.opt_parsed("branch_id")?,
        officer: row.opt_text("officer")?,
        round: row.get("round")?,
        rung: row.text("rung")?,
        kind: kind(row)?,
        due_at: row.instant("due_at")?,
        recorded_at: row.instant("recorded_at")?,
        actor: row.text("actor")?,
        role: row.text("role")?,
        institution: row.text("institution")?,
        text: row.text("act_text")?,
        settled_at: row.get("settled_at")?,
        answer,
    })
}
