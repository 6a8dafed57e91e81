//! Work for later: jobs in the same store as the records they follow from, and events carried to who must know.
//!
//! A job is written in the transaction that makes it necessary, so it exists exactly when its reason does. A worker
//! claims it by a conditional update, holds it by a lease that it keeps renewing, and runs it; when the worker dies
//! the lease ends and another one runs the job again. A job may therefore run twice and looks before it acts.
//!
//! ```
//! use jq_jobs::{NewJob, Worker, enqueue};
//!
//! # async fn run(db: jq_db::Db) -> Result<(), jq_db::DbError> {
//! let worker = Worker::new(db.clone())
//!     .on("report.render", |job| async move {
//!         let subject: String = job.read()?;
//!         println!("rendering the report of {subject}");
//!         Ok(())
//!     })
//!     .consume("notify", ["consent.withdrawn"], |delivery| async move {
//!         println!("telling {} about it", delivery.event.subject);
//!         Ok(())
//!     });
//!
//! let mut tx = db.begin().await?;
//! enqueue(&mut tx, NewJob::new("report.render", &"91500102MAC8YUW23Y")).await?;
//! tx.commit().await?;
//!
//! let ran = worker.run_due().await?; // a server calls `worker.run(shutdown)` instead
//! assert_eq!(ran.jobs, 1);
//! # Ok(())
//! # }
//! # let folder = std::env::temp_dir().join(format!("jq-jobs-example-{}", std::process::id()));
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
//! # runtime.block_on(async {
//! #     let path = folder.join("business.db");
//! #     let db = jq_db::Db::open(path.to_str().unwrap(), Default::default()).await.unwrap();
//! #     db.migrate().await.unwrap();
//! #     run(db).await.unwrap();
//! # });
//! # std::fs::remove_dir_all(folder).unwrap();
//! ```
//!
//! States of a job: `waiting` → `running` → `done`; back to `waiting` with a growing pause after a failure; `failed`
//! when its tries are used up, where [`list_failed`] shows it and [`try_again`] has it run once more; `superseded`
//! when the same work was queued again while it ran and failed.
//!
//! It never runs work inside a transaction, and never loses a job because a process was killed.

mod failure;
mod held;
mod job;
mod queue;
mod relay;
mod worker;

pub use failure::Failure;
pub use job::{Job, NewJob, TRIES_MAX};
pub use queue::{FailedJob, Waiting, count_waiting, enqueue, forget, list_failed, try_again};
pub use worker::{Ran, Worker, hasten};
