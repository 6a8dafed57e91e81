//! The statements that taking a history adds to those of orders and loans.

use std::collections::BTreeSet;

use jq_db::{DbError, Query, Tx, sql, sql_built};

/// Which of these numbers are taken.
pub(super) async fn known(tx: &mut Tx, numbers: &[&str]) -> Result<BTreeSet<String>, DbError> {
    let places = Query::next_places(1, numbers.len());
    let query = sql_built(format!("select order_no from lending_order where order_no in ({places})"));
    let rows = tx.fetch_all(query.bind_all(numbers.iter().copied())).await?;
    rows.iter().map(|row| row.text("order_no")).collect()
}

/// Sees to it that the next number of that day is above `number`.
pub(super) async fn raise_number(tx: &mut Tx, day: &str, number: i64) -> Result<(), DbError> {
    let query = sql("insert into lending_number (day, last_number) values ($1, $2)
         on conflict (day) do update set last_number = excluded.last_number
         where lending_number.last_number < excluded.last_number");
    tx.execute(query.bind(day).bind(number)).await.map(|_| ())
}
