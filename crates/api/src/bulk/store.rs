//! The rows of bulk readings.

use jiff::Timestamp;
use jq_base::ids::{BankId, SubjectKey};
use jq_base::seal::{SecretLevel, SecretPlace, SecretTable};
use jq_db::{Db, DbError, Row, Tx, sql};

use super::model::{Bulk, BulkSubject, Progress};

/// What was read of a subject lies sealed until it is erased.
pub(crate) const SECRETS: SecretTable = SecretTable {
    name: "api_bulk_subject",
    keys: &["bulk_id", "place"],
    columns: &["line"],
    level: SecretLevel::Four,
    mixed: false,
};

/// Keeps a new one with its subjects.
pub(super) async fn insert(tx: &mut Tx, bulk: &Bulk, subjects: &[SubjectKey]) -> Result<(), DbError> {
    let query = sql("insert into api_bulk
             (bulk_id, client_id, bank_id, purpose, items, partial, subjects, asked_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)");
    let query = query.bind(&bulk.bulk_id).bind(bulk.client_id.as_str()).bind(bulk.bank.as_str());
    let query = query.bind(bulk.purpose.code()).bind(serde_json::json!(bulk.items)).bind(bulk.partial);
    let count = u32::try_from(subjects.len()).unwrap_or(u32::MAX);
    tx.execute(query.bind(count).bind(bulk.asked_at)).await?;
    for (place, subject) in (1_u32..).zip(subjects) {
        let query = sql("insert into api_bulk_subject (bulk_id, place, subject_key, state)
             values ($1, $2, $3, 'waiting')");
        tx.execute(query.bind(&bulk.bulk_id).bind(place).bind(subject.as_str())).await?;
    }
    Ok(())
}

/// The bulk reading of that number.
pub(super) async fn find(db: &Db, bulk_id: &str) -> Result<Option<Bulk>, DbError> {
    let query = sql("select * from api_bulk where bulk_id = $1").bind(bulk_id);
    db.fetch_optional(query).await?.as_ref().map(read).transpose()
}

/// The same, when it is the bank's.
pub(super) async fn find_of(db: &Db, bank: &BankId, bulk_id: &str) -> Result<Option<Bulk>, DbError> {
    Ok(find(db, bulk_id).await?.filter(|bulk| bulk.bank == *bank))
}

/// How many of the bank's are not done.
pub(super) async fn count_open(tx: &mut Tx, bank: &BankId) -> Result<u32, DbError> {
    let query = sql("select cast(count(*) as bigint) as count from api_bulk
         where bank_id = $1 and finished_at is null");
    tx.fetch_one(query.bind(bank.as_str())).await?.get("count")
}

/// What became of its subjects so far.
pub(super) async fn progress(db: &Db, bulk_id: &str) -> Result<Progress, DbError> {
    let query = sql("select state, cast(count(*) as bigint) as count from api_bulk_subject
         where bulk_id = $1 group by state");
    let mut progress = Progress::default();
    for row in db.fetch_all(query.bind(bulk_id)).await? {
        let count = row.get("count")?;
        match row.text("state")?.as_str() {
            "read" => progress.read = count,
            "refused" => progress.refused = count,
            _ => progress.waiting = count,
        }
    }
    Ok(progress)
}

/// The next subjects that wait.
pub(super) async fn list_waiting(db: &Db, bulk_id: &str, limit: u32) -> Result<Vec<BulkSubject>, DbError> {
    let query = sql("select * from api_bulk_subject where bulk_id = $1 and state = 'waiting'
         order by place limit $2");
    db.fetch_all(query.bind(bulk_id).bind(limit)).await?.iter().map(read_subject).collect()
}

/// All subjects in the order in which they were asked for.
pub(super) async fn list_subjects(db: &Db, bulk_id: &str) -> Result<Vec<BulkSubject>, DbError> {
    let query = sql("select * from api_bulk_subject where bulk_id = $1 order by place").bind(bulk_id);
    db.fetch_all(query).await?.iter().map(read_subject).collect()
}

/// What was read of a subject.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept<'a> {
    pub(super) items: &'a [String],
    pub(super) permit_id: &'a str,
    pub(super) line: &'a str,
}

/// Notes that a subject was read; false when another worker was faster.
pub(super) async fn note_read(
    tx: &mut Tx,
    (bulk_id, place): (&str, u32),
    kept: Kept<'_>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let query = sql("update api_bulk_subject
         set state = 'read', items = $3, permit_id = $4, line = $5, done_at = $6
         where bulk_id = $1 and place = $2 and state = 'waiting'");
    let query = query.bind(bulk_id).bind(place).bind(serde_json::json!(kept.items));
    let query = query.bind(kept.permit_id).bind_secret(SECRETS.level, line_of(bulk_id, place), kept.line);
    Ok(tx.execute(query.bind(now)).await? == 1)
}

/// Notes that a subject was refused, under this code.
pub(super) async fn note_refused(
    tx: &mut Tx,
    (bulk_id, place): (&str, u32),
    code: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let query = sql("update api_bulk_subject set state = 'refused', code = $3, done_at = $4
         where bulk_id = $1 and place = $2 and state = 'waiting'");
    Ok(tx.execute(query.bind(bulk_id).bind(place).bind(code).bind(now)).await? == 1)
}

/// Notes that all are done; false when that stands already, or some wait.
pub(super) async fn finish(tx: &mut Tx, bulk_id: &str, now: Timestamp) -> Result<bool, DbError> {
    let query = sql("update api_bulk set finished_at = $2 where bulk_id = $1 and finished_at is null
         and not exists (select 1 from api_bulk_subject s where s.bulk_id = $1 and s.state = 'waiting')");
    Ok(tx.execute(query.bind(bulk_id).bind(now)).await? == 1)
}

/// Those that were done before this and are not erased.
pub(super) async fn list_over(db: &Db, before: Timestamp) -> Result<Vec<String>, DbError> {
    let query = sql("select bulk_id from api_bulk where finished_at < $1 and erased_at is null");
    db.fetch_all(query.bind(before)).await?.iter().map(|row| row.text("bulk_id")).collect()
}

/// Takes away what was read, and notes it.
pub(super) async fn erase(tx: &mut Tx, bulk_id: &str, now: Timestamp) -> Result<(), DbError> {
    tx.execute(sql("update api_bulk_subject set line = null where bulk_id = $1").bind(bulk_id)).await?;
    let query = sql("update api_bulk set erased_at = $2 where bulk_id = $1 and erased_at is null");
    tx.execute(query.bind(bulk_id).bind(now)).await.map(|_| ())
}

fn read(row: &Row) -> Result<Bulk, DbError> {
    Ok(Bulk {
        bulk_id: row.text("bulk_id")?,
        client_id: row.parsed("client_id")?,
        bank: row.parsed("bank_id")?,
        purpose: row.parsed("purpose")?,
        items: row.json("items")?,
        partial: row.flag("partial")?,
        asked_at: row.instant("asked_at")?,
        finished_at: row.get("finished_at")?,
        erased_at: row.get("erased_at")?,
    })
}

fn read_subject(row: &Row) -> Result<BulkSubject, DbError> {
    let (items, line) = (row.opt_text("items")?, row.opt_text("line")?);
    let place = row.get("place")?;
    let sealed = line_of(&row.text("bulk_id")?, place);
    Ok(BulkSubject {
        place,
        subject: row.parsed("subject_key")?,
        state: row.parsed("state")?,
        code: row.opt_text("code")?,
        items: if items.is_some() { row.json("items")? } else { Vec::new() },
        permit: row.opt_parsed("permit_id")?,
        line: if line.is_some() { Some(row.secret("line", &sealed)?) } else { None },
    })
}

/// Where a line is sealed.
fn line_of(bulk_id: &str, place: u32) -> SecretPlace {
    SECRETS.place("line", format!("{bulk_id}/{place}"))
}
