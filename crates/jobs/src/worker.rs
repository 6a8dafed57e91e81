//! The worker: takes what is due, runs it, notes how it went.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use jq_db::outbox::Delivery;
use jq_db::{Db, DbError, Tx};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::held::{hold, lease_clock, lease_end};
use crate::relay::Consumer;
use crate::{Failure, Job, NewJob, queue};

/// How often a worker looks for work of other processes and for what became due.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Jobs that one process runs at the same time unless told otherwise.
const SLOTS: usize = 2;
/// The key of a job that comes back by itself.
const SWEEP_KEY: &str = "sweep";

type Handler = Arc<dyn Fn(Job) -> Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>> + Send + Sync>;

/// What [`Worker::run_due`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// Jobs run.
    pub jobs: u64,
    /// Events delivered, or tried to.
    pub deliveries: u64,
    /// How many of both failed.
    pub failures: u64,
}

/// What one task of a worker attends to, so that a slow job holds up no event and a slow consumer no other.
#[derive(Clone, Copy)]
enum Lane {
    Jobs,
    Consumer(usize),
}

/// Runs jobs and carries events, for the kinds it was told.
pub struct Worker {
    db: Db,
    handlers: BTreeMap<String, Handler>,
    sweeps: BTreeMap<String, SignedDuration>,
    consumers: Vec<Consumer>,
    slots: usize,
}

impl Worker {
    /// A worker on this store that knows no work yet.
    pub fn new(db: Db) -> Self {
        Self { db, handlers: BTreeMap::new(), sweeps: BTreeMap::new(), consumers: Vec::new(), slots: SLOTS }
    }

    /// Has `handler` run jobs of `kind`. It may be given the same job twice.
    #[must_use]
    pub fn on<F, R>(mut self, kind: impl Into<String>, handler: F) -> Self
    where
        F: Fn(Job) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        self.handlers.insert(kind.into(), Arc::new(move |job| Box::pin(handler(job))));
        self
    }

    /// Has `handler` run now and again after every `every` of the platform's clock, once for all processes. It gets
    /// no input: it compares what is with what should be.
    #[must_use]
    pub fn sweep<F, R>(mut self, kind: impl Into<String>, every: SignedDuration, handler: F) -> Self
    where
        F: Fn(Job) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        let kind = kind.into();
        self.sweeps.insert(kind.clone(), every);
        self.on(kind, handler)
    }

    /// Has `handler` told of every event of `kinds`, at least once and per subject in order. The name keeps its
    /// place in the stream over restarts; a new name starts with the first event on record. An event it fails on
    /// comes again after a pause; after a lasting failure it is set aside at once, where
    /// [`jq_db::outbox::list_dead`] shows it, and the subject's next event follows.
    #[must_use]
    pub fn consume<K, F, R>(mut self, name: impl Into<String>, kinds: K, handler: F) -> Self
    where
        K: IntoIterator<Item: Into<String>>,
        F: Fn(Delivery) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        let kinds = kinds.into_iter().map(Into::into).collect();
        self.consumers.push(Consumer::new(name.into(), kinds, handler));
        self
    }

    /// How many jobs run at the same time in this process; at least one.
    #[must_use]
    pub fn slots(mut self, slots: usize) -> Self {
        self.slots = slots.max(1);
        self
    }

    /// Works until `shutdown` completes, then finishes what was begun and comes back. Dropped before that, it stops
    /// at once; what it held is run again elsewhere when the lease ends.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let worker = Arc::new(self);
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        let jobs = std::iter::repeat_n(Lane::Jobs, worker.slots);
        for lane in jobs.chain((0..worker.consumers.len()).map(Lane::Consumer)) {
            tasks.spawn(Arc::clone(&worker).work(lane, stopped.clone()));
        }
        shutdown.await;
        stop.send_replace(true);
        while tasks.join_next().await.is_some() {}
    }

    /// Does everything that is due now, one after the other, and what becomes due by it, until nothing is left.
    /// Tests move the clock and call this; nothing sleeps.
    pub async fn run_due(&self) -> Result<Ran, DbError> {
        self.queue_sweeps().await?;
        let mut ran = Ran::default();
        loop {
            let mut idle = true;
            for consumer in &self.consumers {
                while consumer.step(&self.db, &mut ran).await? {
                    idle = false;
                }
            }
            while self.job_step(&mut ran).await? {
                idle = false;
            }
            if idle {
                return Ok(ran);
            }
        }
    }

    /// Takes step after step as long as there is work, then waits for news. A store that does not answer is asked
    /// again.
    async fn work(self: Arc<Self>, lane: Lane, mut stopped: watch::Receiver<bool>) {
        let mut ran = Ran::default();
        let mut swept = false;
        while !*stopped.borrow() {
            let news = self.db.work_committed(); // from here on nothing is missed
            match self.step(lane, &mut swept, &mut ran).await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => {
                    let error = Failure::passing(error).text();
                    tracing::error!(error, "worker cannot reach its work");
                }
            }
            tokio::select! {
                () = news => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stopped.changed() => {}
            }
        }
    }

    async fn step(&self, lane: Lane, swept: &mut bool, ran: &mut Ran) -> Result<bool, DbError> {
        match lane {
            Lane::Consumer(at) => self.consumers[at].step(&self.db, ran).await,
            Lane::Jobs => {
                if !*swept {
                    self.queue_sweeps().await?;
                    *swept = true;
                }
                self.job_step(ran).await
            }
        }
    }

    /// Runs one job that is due; false when there is none.
    async fn job_step(&self, ran: &mut Ran) -> Result<bool, DbError> {
        let kinds: Vec<String> = self.handlers.keys().cloned().collect();
        let now = lease_clock(self.db.clock()).now();
        let Some(job) = queue::claim(&self.db, &kinds, now, lease_end(now)).await? else { return Ok(false) };
        let Some(handler) = self.handlers.get(&job.kind) else { return Ok(false) };
        let result = hold(handler(job.clone()), || self.renew(&job)).await;
        ran.jobs += 1;
        ran.failures += u64::from(result.is_err());
        self.note(&job, result).await?;
        Ok(true)
    }

    async fn renew(&self, job: &Job) {
        let end = lease_end(lease_clock(self.db.clock()).now());
        let renewed = async {
            let mut tx = self.db.begin().await?;
            queue::renew(&mut tx, job, end).await?;
            tx.commit().await
        };
        if let Err(error) = renewed.await {
            tracing::warn!(job.id = %job.job_id, error = %error, "job lease could not be renewed");
        }
    }

    /// Notes how a job went and queues the next run of a sweep.
    async fn note(&self, job: &Job, result: Result<(), Failure>) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        let held = match &result {
            Ok(()) => queue::finish(&mut tx, job).await?,
            Err(failure) => queue::fail(&mut tx, job, failure).await?,
        };
        let ended = result.as_ref().map_or_else(|failure| job.ends_with(failure), |()| true);
        if let Some(every) = self.sweeps.get(&job.kind).filter(|_| ended) {
            let next = tx.now().checked_add(*every).unwrap_or(Timestamp::MAX);
            queue::ensure(&mut tx, &sweep_job(&job.kind), next).await?;
        }
        tx.commit().await?;
        log(job, held, result.err().as_ref());
        Ok(())
    }

    async fn queue_sweeps(&self) -> Result<(), DbError> {
        if self.sweeps.is_empty() {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        let now = tx.now();
        for kind in self.sweeps.keys() {
            queue::ensure(&mut tx, &sweep_job(kind), now).await?;
        }
        tx.commit().await
    }
}

/// Has a sweep of this kind run as soon as the transaction has committed, and again when it is running now.
pub async fn hasten(tx: &mut Tx, kind: &str) -> Result<(), DbError> {
    queue::enqueue(tx, sweep_job(kind)).await.map(|_| ())
}

fn sweep_job(kind: &str) -> NewJob {
    NewJob::new(kind, &()).once_per(SWEEP_KEY)
}

fn log(job: &Job, held: bool, failure: Option<&Failure>) {
    if !held {
        tracing::warn!(job.id = %job.job_id, job.kind = %job.kind, "job ended after its lease had gone to another");
    }
    let Some(failure) = failure else { return };
    let (id, kind, attempt, error) = (&job.job_id, &job.kind, job.attempt, failure.text());
    if job.ends_with(failure) {
        tracing::error!(job.id = %id, job.kind = %kind, attempt, error, "job has failed for good");
    } else {
        tracing::warn!(job.id = %id, job.kind = %kind, attempt, error, "job failed and will be tried again");
    }
}
