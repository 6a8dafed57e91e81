//! The table of jobs: all SQL on it.

use jiff::Timestamp;
use jq_base::ids::JobId;
use jq_db::{Db, DbError, Query, Row, Tx, fresh_id, fresh_token, outbox, sql, sql_built};

use crate::{Failure, Job, NewJob};

/// How often queueing looks again when the waiting job it met is claimed meanwhile.
const LOOKS_MAX: u32 = 5;

/// Queues a job in the caller's transaction; its name, or that of the waiting job it is the same as.
pub async fn enqueue(tx: &mut Tx, new: NewJob) -> Result<JobId, DbError> {
    tx.wake_workers();
    let run_at = new.run_at.unwrap_or_else(|| tx.now());
    for _ in 0..LOOKS_MAX {
        let job_id: JobId = fresh_id(tx.now());
        if insert(tx, &job_id, &new, run_at).await? {
            return Ok(job_id);
        }
        let find = sql("select job_id from job where kind = $1 and dedup_key = $2 and state = 'waiting'");
        if let Some(row) = tx.fetch_optional(find.bind(&new.kind).bind(new.dedup_key.clone())).await? {
            let forward = sql("update job set run_at = $2 where job_id = $1 and run_at > $2");
            let job_id: JobId = row.parsed("job_id")?;
            tx.execute(forward.bind(job_id.as_str()).bind(run_at)).await?;
            return Ok(job_id);
        }
    }
    Err(DbError::NoRow("a job with this key is neither waiting nor free to be queued".to_owned()))
}

/// Queues a job that comes back by itself, unless one is waiting already.
pub(crate) async fn ensure(tx: &mut Tx, new: &NewJob, run_at: Timestamp) -> Result<(), DbError> {
    let job_id: JobId = fresh_id(tx.now());
    insert(tx, &job_id, new, run_at).await?;
    Ok(())
}

async fn insert(tx: &mut Tx, job_id: &JobId, new: &NewJob, run_at: Timestamp) -> Result<bool, DbError> {
    let query =
        sql("insert into job (job_id, kind, payload, dedup_key, state, run_at, attempts, attempts_max,
            lease_until, created_at)
         values ($1, $2, $3, $4, 'waiting', $5, 0, $6, 0, $7) on conflict do nothing");
    let now = tx.now();
    let query = query.bind(job_id.as_str()).bind(&new.kind).bind(&new.payload).bind(new.dedup_key.clone());
    Ok(tx.execute(query.bind(run_at).bind(new.tries_max).bind(now)).await? == 1)
}

/// The next job of `kinds` that is due or whose worker died, held until `lease_end`.
pub(crate) async fn claim(
    db: &Db,
    kinds: &[String],
    lease_now: Timestamp,
    lease_end: Timestamp,
) -> Result<Option<Job>, DbError> {
    if kinds.is_empty() {
        return Ok(None);
    }
    loop {
        let due = due(kinds, db.clock().now(), lease_now);
        let Some(row) = db.fetch_optional(due).await? else { return Ok(None) };
        let mut tx = db.begin().await?;
        let claim = fresh_token(tx.now());
        // The number of attempts is the version of the row: whoever claims first moves it.
        let take =
            sql("update job set state = 'running', claim = $3, lease_until = $4, attempts = attempts + 1
             where job_id = $1 and attempts = $2
               and (state = 'waiting' or (state = 'running' and lease_until <= $5))
             returning job_id, kind, payload, run_at, attempts, attempts_max, dedup_key, claim");
        let take = take.bind(row.text("job_id")?).bind(row.int("attempts")?);
        let take = take.bind(claim).bind(lease_end).bind(lease_now);
        let Some(row) = tx.fetch_optional(take).await? else { continue };
        let job = read(&row)?;
        if job.attempt > job.attempts_max {
            fail(&mut tx, &job, &Failure::lasting("the worker stopped while running it, every time")).await?;
            tx.commit().await?;
            continue;
        }
        tx.commit().await?;
        return Ok(Some(job));
    }
}

fn due(kinds: &[String], now: Timestamp, lease_now: Timestamp) -> Query {
    let text = format!(
        "select job_id, attempts from job
         where ((state = 'waiting' and run_at <= $1) or (state = 'running' and lease_until <= $2))
           and kind in ({})
           and (dedup_key is null or not exists (select 1 from job other
               where other.kind = job.kind and other.dedup_key = job.dedup_key
                 and other.state = 'running' and other.job_id <> job.job_id))
         order by run_at, job_id limit 1",
        Query::next_places(3, kinds.len()),
    );
    sql_built(text).bind(now).bind(lease_now).bind_all(kinds)
}

fn read(row: &Row) -> Result<Job, DbError> {
    Ok(Job {
        job_id: row.parsed("job_id")?,
        kind: row.text("kind")?,
        payload: row.json("payload")?,
        run_at: row.instant("run_at")?,
        attempt: row.get("attempts")?,
        attempts_max: row.get("attempts_max")?,
        dedup_key: row.opt_text("dedup_key")?,
        claim: row.text("claim")?,
    })
}

/// Holds the job longer; false when the lease had gone to someone else.
pub(crate) async fn renew(tx: &mut Tx, job: &Job, lease_end: Timestamp) -> Result<bool, DbError> {
    let query = sql("update job set lease_until = $3 where job_id = $1 and claim = $2 and state = 'running'");
    Ok(tx.execute(query.bind(job.job_id.as_str()).bind(&job.claim).bind(lease_end)).await? == 1)
}

/// Notes success; false when the lease had gone to someone else.
pub(crate) async fn finish(tx: &mut Tx, job: &Job) -> Result<bool, DbError> {
    end(tx, job, "done", None).await
}

/// Notes a failure: waiting again after a pause, or failed when it lasts or the tries are used up.
pub(crate) async fn fail(tx: &mut Tx, job: &Job, failure: &Failure) -> Result<bool, DbError> {
    let error = failure.text();
    if job.ends_with(failure) {
        return end(tx, job, "failed", Some(&error)).await;
    }
    let next = tx.now().checked_add(outbox::pause_after(job.attempt)).unwrap_or(Timestamp::MAX);
    let again = sql("update job set state = 'waiting', run_at = $3, lease_until = 0, last_error = $4
         where job_id = $1 and claim = $2 and state = 'running'
           and not exists (select 1 from job other where other.kind = job.kind
               and other.dedup_key = job.dedup_key and other.state = 'waiting')");
    let again = again.bind(job.job_id.as_str()).bind(&job.claim).bind(next).bind(&error);
    if tx.execute(again).await? == 1 {
        return Ok(true);
    }
    end(tx, job, "superseded", Some(&error)).await
}

async fn end(tx: &mut Tx, job: &Job, state: &str, error: Option<&str>) -> Result<bool, DbError> {
    let query = sql("update job set state = $3, finished_at = $4, last_error = $5, lease_until = 0
         where job_id = $1 and claim = $2 and state = 'running'");
    let now = tx.now();
    let query = query.bind(job.job_id.as_str()).bind(&job.claim).bind(state).bind(now).bind(error);
    Ok(tx.execute(query).await? == 1)
}

/// A job whose tries are used up.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct FailedJob {
    /// Its name.
    pub job_id: JobId,
    /// What kind of work.
    pub kind: String,
    /// What to work on.
    pub payload: serde_json::Value,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was given up.
    pub failed_at: Timestamp,
    /// What went wrong last.
    pub last_error: Option<String>,
}

/// The jobs that were given up, newest first.
pub async fn list_failed(db: &Db, limit: u32) -> Result<Vec<FailedJob>, DbError> {
    let query = sql("select job_id, kind, payload, attempts, finished_at, last_error from job
         where state = 'failed' order by finished_at desc, job_id desc limit $1");
    let read = |row: &Row| {
        Ok(FailedJob {
            job_id: row.parsed("job_id")?,
            kind: row.text("kind")?,
            payload: row.json("payload")?,
            attempts: row.get("attempts")?,
            failed_at: row.instant("finished_at")?,
            last_error: row.opt_text("last_error")?,
        })
    };
    db.fetch_all(query.bind(limit)).await?.iter().map(read).collect()
}

/// Has a failed job run once more; false when it has not failed or the same work is waiting already.
pub async fn try_again(tx: &mut Tx, job_id: &JobId) -> Result<bool, DbError> {
    let query =
        sql("update job set state = 'waiting', run_at = $2, attempts_max = attempts + 1, finished_at = null
         where job_id = $1 and state = 'failed'
           and not exists (select 1 from job other where other.kind = job.kind
               and other.dedup_key = job.dedup_key and other.state = 'waiting')");
    let now = tx.now();
    tx.wake_workers();
    Ok(tx.execute(query.bind(job_id.as_str()).bind(now)).await? == 1)
}

/// How much work of one kind is waiting.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Waiting {
    /// What kind of work.
    pub kind: String,
    /// Jobs that wait.
    pub count: u64,
    /// When the first of them is or was due.
    pub first_due: Timestamp,
}

/// Waiting jobs by kind.
pub async fn count_waiting(db: &Db) -> Result<Vec<Waiting>, DbError> {
    let query = sql("select kind, count(*) as waiting, min(run_at) as first_due from job
         where state = 'waiting' group by kind order by kind");
    let read = |row: &Row| {
        Ok(Waiting {
            kind: row.text("kind")?,
            count: row.get("waiting")?,
            first_due: row.instant("first_due")?,
        })
    };
    db.fetch_all(query).await?.iter().map(read).collect()
}

/// Forgets jobs that ended well before `before`; how many. Failed ones stay until someone has seen to them.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    let query = sql("delete from job where state in ('done', 'superseded') and finished_at < $1");
    tx.execute(query.bind(before)).await
}
