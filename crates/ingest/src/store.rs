//! All SQL on batches and quarantined rows.

use std::collections::HashSet;

use jiff::Timestamp;
use jq_base::seal::{SecretLevel, SecretPlace, SecretTable};
use jq_db::{Db, DbError, Row, Tx, sql, sql_built};

use crate::fault::Fault;
use crate::receipt::{BatchState, Receipt};
use crate::wrong::WrongRows;

/// A receipt quotes what was wrong, which may be anything.
pub(crate) const RECEIPTS: SecretTable = SecretTable {
    name: "ingest_batch",
    keys: &["batch_id"],
    columns: &["receipt"],
    level: SecretLevel::Four,
    mixed: false,
};

/// What stands in the wrong place may be more secret than the place.
pub(crate) const ROWS: SecretTable = SecretTable {
    name: "ingest_quarantine",
    keys: &["batch_id", "row_no"],
    columns: &["value", "fault", "delivered"],
    level: SecretLevel::Four,
    mixed: false,
};

/// A batch as kept.
#[derive(Debug, Clone)]
pub struct BatchRow {
    pub file_sm3: String,
    pub state: BatchState,
    pub receipt: Receipt,
    pub received_at: Timestamp,
}

/// A quarantined row as kept.
#[derive(Debug, Clone)]
pub struct QuarantinedRow {
    pub batch_id: String,
    pub source_unit: String,
    pub item_id: String,
    pub state: String,
    pub fault: Fault,
    /// The cells as delivered.
    pub delivered: Vec<String>,
    pub entered_at: Timestamp,
}

pub(crate) async fn find_batch(db: &Db, batch_id: &str) -> Result<Option<BatchRow>, DbError> {
    let row = db
        .fetch_optional(
            sql("select batch_id, file_sm3, state, receipt, received_at from ingest_batch where batch_id = $1")
                .bind(batch_id),
        )
        .await?;
    row.as_ref().map(batch_row).transpose()
}

pub(crate) async fn list_batches(db: &Db, unit: Option<&str>, limit: u32) -> Result<Vec<BatchRow>, DbError> {
    let rows = db
        .fetch_all(
            sql("select batch_id, file_sm3, state, receipt, received_at from ingest_batch
                 where $1 = '' or source_unit = $1
                 order by received_at desc, batch_id desc limit $2")
            .bind(unit.unwrap_or_default())
            .bind(limit),
        )
        .await?;
    rows.iter().map(batch_row).collect()
}

fn batch_row(row: &Row) -> Result<BatchRow, DbError> {
    let receipt = RECEIPTS.place("receipt", row.text("batch_id")?);
    Ok(BatchRow {
        file_sm3: row.text("file_sm3")?,
        state: BatchState::parse(&row.text("state")?),
        receipt: row.secret_json("receipt", &receipt)?,
        received_at: row.instant("received_at")?,
    })
}

/// Batches of a unit's item that were about to be committed.
pub(crate) async fn list_checked(db: &Db, unit: &str, item: &str) -> Result<Vec<BatchRow>, DbError> {
    let query = sql("select batch_id, file_sm3, state, receipt, received_at from ingest_batch
         where source_unit = $1 and item_id = $2 and state = 'checked' order by seq, batch_id");
    db.fetch_all(query.bind(unit).bind(item)).await?.iter().map(batch_row).collect()
}

/// When the newest batch of a unit came in; nothing before the first.
pub(crate) async fn newest_arrival(db: &Db, unit: &str) -> Result<Option<Timestamp>, DbError> {
    let query =
        sql("select cast(max(received_at) as bigint) as newest from ingest_batch where source_unit = $1");
    let newest = db.fetch_one(query.bind(unit)).await?.opt_int("newest")?;
    Ok(newest.and_then(|micros| Timestamp::from_microsecond(micros).ok()))
}

/// The highest sequence number taken from a unit for an item by batches other than this one; nothing before the
/// first.
pub(crate) async fn last_sequence(
    db: &Db,
    unit: &str,
    item: &str,
    batch_id: &str,
) -> Result<Option<u64>, DbError> {
    let row = db
        .fetch_one(
            sql("select cast(max(seq) as bigint) as seq from ingest_batch
                 where source_unit = $1 and item_id = $2 and state = 'committed' and seq > 0 and batch_id <> $3")
            .bind(unit)
            .bind(item)
            .bind(batch_id),
        )
        .await?;
    Ok(row.opt_int("seq")?.and_then(|seq| u64::try_from(seq).ok()))
}

/// Writes what became of a batch; false when it is committed already, whose record never changes.
pub(crate) async fn put_batch(tx: &mut Tx, receipt: &Receipt, file_sm3: &str) -> Result<bool, DbError> {
    let finished = (receipt.state != BatchState::Checked).then(|| tx.now());
    let text = encode(receipt);
    let query =
        sql("insert into ingest_batch (batch_id, source_unit, item_id, seq, file_sm3, state, rows_total,
                 rows_quarantined, rows_unmatched, receipt, received_at, finished_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             on conflict (batch_id) do update set
                 source_unit = excluded.source_unit, item_id = excluded.item_id, seq = excluded.seq,
                 file_sm3 = excluded.file_sm3, state = excluded.state, rows_total = excluded.rows_total,
                 rows_quarantined = excluded.rows_quarantined, rows_unmatched = excluded.rows_unmatched,
                 receipt = excluded.receipt, received_at = excluded.received_at,
                 finished_at = excluded.finished_at
             where ingest_batch.state <> 'committed'")
        .bind(&receipt.batch_id)
        .bind(&receipt.source_unit)
        .bind(&receipt.item_id)
        .bind(to_int(receipt.seq))
        .bind(file_sm3)
        .bind(receipt.state.name())
        .bind(to_int(receipt.counts.rows))
        .bind(to_int(receipt.counts.quarantined))
        .bind(to_int(receipt.counts.unmatched))
        .bind_secret(RECEIPTS.level, RECEIPTS.place("receipt", &receipt.batch_id), text)
        .bind(receipt.received_at)
        .bind(finished);
    Ok(tx.execute(query).await? > 0)
}

fn to_int(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn encode(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("plain data has no value that JSON lacks")
}

/// Rows written with one statement at most; both databases allow more parameters than this takes.
const ROWS_PER_INSERT: usize = 16;

/// Replaces the quarantined rows of a batch.
pub(crate) async fn put_quarantine(tx: &mut Tx, receipt: &Receipt, wrong: &WrongRows) -> Result<(), DbError> {
    tx.execute(sql("delete from ingest_quarantine where batch_id = $1").bind(&receipt.batch_id)).await?;
    let now = tx.now();
    let pairs: Vec<(&Fault, &Vec<String>)> = wrong.faults.iter().zip(&wrong.delivered).collect();
    for chunk in pairs.chunks(ROWS_PER_INSERT) {
        let places: Vec<String> = (0..chunk.len())
            .map(|row| {
                let first = row * 8 + 4;
                let own: Vec<String> = (first..first + 7).map(|place| format!("${place}")).collect();
                format!("($1, $2, $3, {}, ${})", own.join(", "), first + 7)
            })
            .collect();
        let text = format!(
            "insert into ingest_quarantine (batch_id, source_unit, item_id, row_no, field, value, rule,
                 fault, delivered, state, entered_at) values {}",
            places.join(", ")
        );
        let mut query =
            sql_built(text).bind(&receipt.batch_id).bind(&receipt.source_unit).bind(&receipt.item_id);
        for (fault, cells) in chunk {
            let state = if fault.is_unmatched() { "unmatched" } else { "open" };
            let place = |column| quarantined(column, &receipt.batch_id, to_int(fault.row_no));
            let secret = ROWS.level;
            query = query
                .bind(to_int(fault.row_no))
                .bind(fault.field.as_deref())
                .bind_secret(secret, place("value"), &fault.value)
                .bind(&fault.rule)
                .bind_secret(secret, place("fault"), encode(&fault.terse()))
                .bind_secret(secret, place("delivered"), encode(cells))
                .bind(state)
                .bind(now);
        }
        tx.execute(query).await?;
    }
    Ok(())
}

/// The numbers of all rows of a batch that were turned away.
pub(crate) async fn wrong_row_numbers(db: &Db, batch_id: &str) -> Result<HashSet<u64>, DbError> {
    let query = sql("select row_no from ingest_quarantine where batch_id = $1").bind(batch_id);
    let rows = db.fetch_all(query).await?;
    rows.iter().map(|row| row.int("row_no").map(i64::unsigned_abs)).collect()
}

pub(crate) async fn list_quarantine(
    db: &Db,
    batch_id: Option<&str>,
    limit: u32,
) -> Result<Vec<QuarantinedRow>, DbError> {
    let rows = db
        .fetch_all(
            sql("select batch_id, row_no, source_unit, item_id, state, fault, delivered, entered_at
                 from ingest_quarantine
                 where ($1 = '' and state <> 'resolved') or batch_id = $1
                 order by entered_at desc, batch_id, row_no limit $2")
            .bind(batch_id.unwrap_or_default())
            .bind(limit),
        )
        .await?;
    rows.iter().map(quarantined_row).collect()
}

/// A unit's rows that are still open, the newest first.
pub(crate) async fn list_unit_quarantine(
    db: &Db,
    unit: &str,
    limit: u32,
) -> Result<Vec<QuarantinedRow>, DbError> {
    let query = sql("select batch_id, row_no, source_unit, item_id, state, fault, delivered, entered_at
         from ingest_quarantine where source_unit = $1 and state <> 'resolved'
         order by entered_at desc, batch_id, row_no limit $2");
    db.fetch_all(query.bind(unit).bind(limit)).await?.iter().map(quarantined_row).collect()
}

/// How many rows of an item wait in quarantine, by state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuarantineCount {
    /// The unit that delivered them.
    pub source_unit: String,
    /// The item.
    pub item_id: String,
    /// Rows that are to be mended.
    pub open: u64,
    /// Rows whose subject is not registered.
    pub unmatched: u64,
}

/// How many rows wait, by unit and item; only those of which any do.
pub(crate) async fn count_quarantine(db: &Db) -> Result<Vec<QuarantineCount>, DbError> {
    let query = sql("select source_unit, item_id,
             cast(sum(case when state = 'open' then 1 else 0 end) as bigint) as rows_open,
             cast(sum(case when state = 'unmatched' then 1 else 0 end) as bigint) as rows_unmatched
         from ingest_quarantine where state <> 'resolved'
         group by source_unit, item_id order by source_unit, item_id");
    let read = |row: &Row| {
        Ok(QuarantineCount {
            source_unit: row.text("source_unit")?,
            item_id: row.text("item_id")?,
            open: row.get("rows_open")?,
            unmatched: row.get("rows_unmatched")?,
        })
    };
    db.fetch_all(query).await?.iter().map(read).collect()
}

/// Where a part of a quarantined row lies sealed.
fn quarantined(column: &'static str, batch_id: &str, row_no: i64) -> SecretPlace {
    ROWS.place(column, format!("{batch_id}/{row_no}"))
}

fn quarantined_row(row: &Row) -> Result<QuarantinedRow, DbError> {
    let (batch_id, row_no) = (row.text("batch_id")?, row.int("row_no")?);
    Ok(QuarantinedRow {
        source_unit: row.text("source_unit")?,
        item_id: row.text("item_id")?,
        state: row.text("state")?,
        fault: row.secret_json::<Fault>("fault", &quarantined("fault", &batch_id, row_no))?.told(),
        delivered: row.secret_json("delivered", &quarantined("delivered", &batch_id, row_no))?,
        batch_id,
        entered_at: row.instant("entered_at")?,
    })
}

/// Marks rows as sent again.
pub(crate) async fn resolve_rows(tx: &mut Tx, batch_id: &str, rows: &[u64]) -> Result<(), DbError> {
    for row in rows {
        tx.execute(
            sql("update ingest_quarantine set state = 'resolved' where batch_id = $1 and row_no = $2")
                .bind(batch_id)
                .bind(to_int(*row)),
        )
        .await?;
    }
    Ok(())
}
