//! The rows of loans, their plans and payments.

use std::collections::BTreeMap;

use jq_base::ids::{LoanId, OrderId};
use jq_base::rate::Rate;
use jq_db::{Db, DbError, Query, Row, Tx, sql, sql_built};

use super::model::{Loan, LoanInstalment, Repayment};
use crate::order::store::ORDERS_PER_STATEMENT;
use crate::schedule::Instalment;

/// Writes a loan with its plan.
pub(crate) async fn insert(tx: &mut Tx, loan: &Loan) -> Result<(), DbError> {
    let query = sql("insert into lending_loan (loan_id, order_id, bank_id, subject_key, loan_ref, principal_fen,
             outstanding_fen, rate_ppm, method, security, first_loan, drawn_on, ends_on, settled_on, written_off_on,
             report_no, reported_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)");
    let query = query.bind(loan.loan_id.as_str()).bind(loan.order_id.as_str()).bind(loan.bank.as_str());
    let query = query.bind(loan.subject.as_str()).bind(&loan.loan_ref).bind(loan.principal);
    let query = query.bind(loan.outstanding).bind(loan.rate.ppm()).bind(loan.method.code());
    let query = query.bind(loan.security.code()).bind(loan.first_loan).bind(loan.drawn_on).bind(loan.ends_on);
    let query = query.bind(loan.settled_on).bind(loan.written_off_on);
    tx.execute(query.bind(&loan.report_no).bind(loan.reported_at)).await?;
    for instalments in loan.instalments.chunks(120) {
        let row = |at: usize| format!("({})", Query::next_places(6 * at + 1, 6));
        let rows: Vec<_> = (0..instalments.len()).map(row).collect();
        let mut query = sql_built(format!(
            "insert into lending_instalment (loan_id, instalment_no, due_on, principal_fen, interest_fen, paid_on)
             values {}",
            rows.join(", ")
        ));
        for one in instalments {
            query = query.bind(loan.loan_id.as_str()).bind(one.instalment.no).bind(one.instalment.due_on);
            query = query.bind(one.instalment.principal).bind(one.instalment.interest).bind(one.paid_on);
        }
        tx.execute(query).await?;
    }
    Ok(())
}

/// Writes what is owed and which instalments are paid. False when a payment came in between.
pub(crate) async fn update(tx: &mut Tx, before: &Loan, next: &Loan) -> Result<bool, DbError> {
    let query = sql("update lending_loan set outstanding_fen = $3, settled_on = $4, written_off_on = $5
         where loan_id = $1 and outstanding_fen = $2");
    let query = query.bind(next.loan_id.as_str()).bind(before.outstanding).bind(next.outstanding);
    if tx.execute(query.bind(next.settled_on).bind(next.written_off_on)).await? != 1 {
        return Ok(false);
    }
    for (was, is) in before.instalments.iter().zip(&next.instalments) {
        if was.paid_on != is.paid_on {
            let query = sql("update lending_instalment set paid_on = $3
                 where loan_id = $1 and instalment_no = $2");
            let query = query.bind(next.loan_id.as_str()).bind(is.instalment.no);
            tx.execute(query.bind(is.paid_on)).await?;
        }
    }
    Ok(true)
}

/// Writes a payment.
pub(crate) async fn insert_repayment(tx: &mut Tx, loan: &Loan, paid: &Repayment) -> Result<(), DbError> {
    let query = sql("insert into lending_repayment
             (loan_id, bank_id, report_no, amount_fen, principal_fen, paid_on, reported_at)
         values ($1, $2, $3, $4, $5, $6, $7)");
    let query = query.bind(loan.loan_id.as_str()).bind(loan.bank.as_str()).bind(&paid.report_no);
    let query = query.bind(paid.amount).bind(paid.principal).bind(paid.paid_on);
    tx.execute(query.bind(paid.reported_at)).await.map(|_| ())
}

/// The order's loans, the oldest first.
pub(crate) async fn list(db: &Db, order: &OrderId) -> Result<Vec<Loan>, DbError> {
    Ok(list_each(db, &[order]).await?.remove(order).unwrap_or_default())
}

/// The loans of each order that has any, the oldest first: three statements, however many orders there are.
pub(crate) async fn list_each(db: &Db, orders: &[&OrderId]) -> Result<BTreeMap<OrderId, Vec<Loan>>, DbError> {
    let mut loans: BTreeMap<OrderId, Vec<Loan>> = BTreeMap::new();
    for orders in orders.chunks(ORDERS_PER_STATEMENT) {
        let orders = orders.iter().map(|order| order.as_str());
        let rows = db.fetch_all(among("lending_loan", "order_id", orders, "drawn_on, loan_id")).await?;
        let ids = rows.iter().map(|row| row.text("loan_id")).collect::<Result<Vec<_>, _>>()?;
        if ids.is_empty() {
            continue;
        }
        let instalments =
            among("lending_instalment", "loan_id", ids.iter().map(String::as_str), "instalment_no");
        let instalments = by_loan(db.fetch_all(instalments).await?)?;
        let repayments =
            among("lending_repayment", "loan_id", ids.iter().map(String::as_str), "paid_on, reported_at");
        let repayments = by_loan(db.fetch_all(repayments).await?)?;
        let none = Vec::new();
        for (row, id) in rows.iter().zip(&ids) {
            let loan = read(row, instalments.get(id).unwrap_or(&none), repayments.get(id).unwrap_or(&none))?;
            loans.entry(loan.order_id.clone()).or_default().push(loan);
        }
    }
    Ok(loans)
}

/// All rows of a table that belong to one of these.
fn among<'i>(table: &str, column: &str, ids: impl ExactSizeIterator<Item = &'i str>, order: &str) -> Query {
    let places = Query::next_places(1, ids.len());
    sql_built(format!("select * from {table} where {column} in ({places}) order by {order}")).bind_all(ids)
}

/// Rows by the loan that they belong to.
fn by_loan(rows: Vec<Row>) -> Result<BTreeMap<String, Vec<Row>>, DbError> {
    let mut sorted: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in rows {
        sorted.entry(row.text("loan_id")?).or_default().push(row);
    }
    Ok(sorted)
}

/// Like [`list`], within a transaction.
pub(crate) async fn list_within(tx: &mut Tx, order: &OrderId) -> Result<Vec<Loan>, DbError> {
    let mut loans = Vec::new();
    for row in tx.fetch_all(of_order(order)).await? {
        let id = row.text("loan_id")?;
        let instalments = tx.fetch_all(instalments_of(&id)).await?;
        let repayments = tx.fetch_all(repayments_of(&id)).await?;
        loans.push(read(&row, &instalments, &repayments)?);
    }
    Ok(loans)
}

/// The order that a loan was paid out under.
pub(crate) async fn find_order(db: &Db, loan: &LoanId) -> Result<Option<OrderId>, DbError> {
    let query = sql("select order_id from lending_loan where loan_id = $1").bind(loan.as_str());
    db.fetch_optional(query).await?.map(|row| row.parsed("order_id")).transpose()
}

/// Orders with a loan of which an unpaid instalment was due before `day`, or whose plan is over.
pub(crate) async fn list_orders_due(db: &Db, day: jiff::civil::Date) -> Result<Vec<OrderId>, DbError> {
    let query = sql("select distinct o.order_id from lending_order o
         join lending_loan l on l.order_id = o.order_id
         where o.state in ('drawing', 'repaying')
           and (l.ends_on < $1 or exists (select 1 from lending_instalment i
                where i.loan_id = l.loan_id and i.paid_on is null and i.due_on <= $1))");
    db.fetch_all(query.bind(day)).await?.iter().map(|row| row.parsed("order_id")).collect()
}

fn of_order(order: &OrderId) -> Query {
    sql("select * from lending_loan where order_id = $1 order by drawn_on, loan_id").bind(order.as_str())
}

fn instalments_of(loan: &str) -> Query {
    sql("select * from lending_instalment where loan_id = $1 order by instalment_no").bind(loan)
}

fn repayments_of(loan: &str) -> Query {
    sql("select * from lending_repayment where loan_id = $1 order by paid_on, reported_at").bind(loan)
}

fn read(row: &Row, instalments: &[Row], repayments: &[Row]) -> Result<Loan, DbError> {
    Ok(Loan {
        loan_id: row.parsed("loan_id")?,
        order_id: row.parsed("order_id")?,
        bank: row.parsed("bank_id")?,
        subject: row.parsed("subject_key")?,
        loan_ref: row.text("loan_ref")?,
        principal: row.get("principal_fen")?,
        outstanding: row.get("outstanding_fen")?,
        rate: Rate::from_ppm(row.int("rate_ppm")?),
        method: row.parsed("method")?,
        security: row.parsed("security")?,
        first_loan: row.flag("first_loan")?,
        drawn_on: row.get("drawn_on")?,
        ends_on: row.get("ends_on")?,
        settled_on: row.get("settled_on")?,
        written_off_on: row.get("written_off_on")?,
        report_no: row.text("report_no")?,
        reported_at: row.instant("reported_at")?,
        instalments: instalments.iter().map(read_instalment).collect::<Result<_, _>>()?,
        repayments: repayments.iter().map(read_repayment).collect::<Result<_, _>>()?,
    })
}

fn read_instalment(row: &Row) -> Result<LoanInstalment, DbError> {
    let instalment = Instalment {
        no: row.get("instalment_no")?,
        due_on: row.get("due_on")?,
        principal: row.get("principal_fen")?,
        interest: row.get("interest_fen")?,
    };
    Ok(LoanInstalment { instalment, paid_on: row.get("paid_on")? })
}

fn read_repayment(row: &Row) -> Result<Repayment, DbError> {
    Ok(Repayment {
        report_no: row.text("report_no")?,
        amount: row.get("amount_fen")?,
        principal: row.get("principal_fen")?,
        paid_on: row.get("paid_on")?,
        reported_at: row.instant("reported_at")?,
    })
}
