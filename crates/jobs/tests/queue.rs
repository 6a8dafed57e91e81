//! A job is done once it has reason to be, is tried again when it fails, and survives its worker.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::SignedDuration;
use jq_base::ids::JobId;
use jq_db::{Db, sql};
use jq_jobs::{Failure, NewJob, Ran, Worker, count_waiting, enqueue, forget, list_failed, try_again};
use jq_testkit::{TestDb, each_database};

async fn queue(db: &Db, job: NewJob) -> JobId {
    let mut tx = db.begin().await.unwrap();
    let id = enqueue(&mut tx, job).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// What the handlers of a test did, in order.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    fn add(&self, text: impl Into<String>) {
        self.0.lock().unwrap().push(text.into());
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// A worker that notes the payload of every `write` job.
fn writer(test: &TestDb, seen: &Seen) -> Worker {
    let seen = seen.clone();
    Worker::new(test.db.clone()).on("write", move |job| {
        let seen = seen.clone();
        async move {
            seen.add(job.read::<String>()?);
            Ok(())
        }
    })
}

#[tokio::test]
async fn a_job_exists_exactly_when_its_transaction_committed() {
    each_database(async |test| {
        let seen = Seen::default();
        let worker = writer(test, &seen);
        let mut tx = test.db.begin().await.unwrap();
        enqueue(&mut tx, NewJob::new("write", &"undone")).await.unwrap();
        drop(tx);
        queue(&test.db, NewJob::new("write", &"a")).await;
        queue(&test.db, NewJob::new("unknown", &"b")).await;
        assert_eq!(worker.run_due().await.unwrap(), Ran { jobs: 1, ..Ran::default() });
        assert_eq!(seen.take(), ["a"]);
        assert_eq!(worker.run_due().await.unwrap(), Ran::default());
        let waiting = count_waiting(&test.db).await.unwrap();
        assert_eq!((waiting.len(), &waiting[0].kind[..], waiting[0].count), (1, "unknown", 1));
    })
    .await;
}

#[tokio::test]
async fn a_job_waits_until_it_is_due() {
    each_database(async |test| {
        let seen = Seen::default();
        let worker = writer(test, &seen);
        let later = test.clock.now() + SignedDuration::from_hours(2);
        queue(&test.db, NewJob::new("write", &"later").at(later)).await;
        queue(&test.db, NewJob::new("write", &"now")).await;
        worker.run_due().await.unwrap();
        assert_eq!(seen.take(), ["now"]);
        test.advance(SignedDuration::from_hours(2));
        worker.run_due().await.unwrap();
        assert_eq!(seen.take(), ["later"]);
    })
    .await;
}

#[tokio::test]
async fn the_same_work_is_queued_once_and_brought_forward() {
    each_database(async |test| {
        let seen = Seen::default();
        let worker = writer(test, &seen);
        let now = test.clock.now();
        let tomorrow = NewJob::new("write", &"score").once_per("s1").at(now + SignedDuration::from_hours(24));
        let first = queue(&test.db, tomorrow.clone()).await;
        assert_eq!(queue(&test.db, tomorrow.clone()).await, first);
        assert_ne!(queue(&test.db, tomorrow.clone().once_per("s2")).await, first);
        assert_eq!(queue(&test.db, tomorrow.at(now)).await, first);
        worker.run_due().await.unwrap();
        assert_eq!(seen.take(), ["score"]);
        let again = queue(&test.db, NewJob::new("write", &"score").once_per("s1")).await;
        assert_ne!(again, first, "done work may be queued again");
    })
    .await;
}

#[tokio::test]
async fn what_fails_is_tried_again_after_a_growing_pause() {
    each_database(async |test| {
        let tries = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&tries);
        let worker = Worker::new(test.db.clone()).on("fetch", move |job| {
            let number = counted.fetch_add(1, Ordering::Relaxed) + 1;
            async move {
                assert_eq!(job.attempt, number);
                if number < 3 { Err(Failure::passing("no answer")) } else { Ok(()) }
            }
        });
        queue(&test.db, NewJob::new("fetch", &())).await;
        assert_eq!(worker.run_due().await.unwrap(), Ran { jobs: 1, failures: 1, ..Ran::default() });
        test.advance(SignedDuration::from_secs(10));
        assert_eq!(worker.run_due().await.unwrap().failures, 1);
        test.advance(SignedDuration::from_secs(10));
        assert_eq!(worker.run_due().await.unwrap().jobs, 0, "the second pause is 20 seconds");
        test.advance(SignedDuration::from_secs(10));
        assert_eq!(worker.run_due().await.unwrap(), Ran { jobs: 1, ..Ran::default() });
        assert_eq!(tries.load(Ordering::Relaxed), 3);
        assert_eq!(list_failed(&test.db, 10).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn what_fails_every_time_is_listed_and_run_again_on_demand() {
    each_database(async |test| {
        let worker =
            Worker::new(test.db.clone()).on("fetch", |_| async { Err(Failure::passing("no answer")) });
        let id = queue(&test.db, NewJob::new("fetch", &"x").tries(3)).await;
        for _ in 0..4 {
            worker.run_due().await.unwrap();
            test.advance(SignedDuration::from_hours(1));
        }
        let failed = list_failed(&test.db, 10).await.unwrap();
        assert_eq!(failed.len(), 1);
        assert_eq!((&failed[0].job_id, failed[0].attempts), (&id, 3));
        assert_eq!(failed[0].last_error.as_deref(), Some("no answer"));

        let mut tx = test.db.begin().await.unwrap();
        assert!(try_again(&mut tx, &id).await.unwrap());
        assert!(!try_again(&mut tx, &id).await.unwrap(), "it is waiting already");
        tx.commit().await.unwrap();
        let mended = Worker::new(test.db.clone()).on("fetch", |_| async { Ok(()) });
        assert_eq!(mended.run_due().await.unwrap(), Ran { jobs: 1, ..Ran::default() });
        assert_eq!(list_failed(&test.db, 10).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn a_lasting_failure_is_not_tried_again() {
    each_database(async |test| {
        let seen = Seen::default();
        queue(&test.db, NewJob::new("write", &17)).await; // not a text
        let ran = writer(test, &seen).run_due().await.unwrap();
        assert_eq!((ran.jobs, ran.failures), (1, 1));
        let failed = list_failed(&test.db, 10).await.unwrap();
        assert!(failed[0].last_error.as_ref().unwrap().contains("expected a string"), "{failed:?}");
    })
    .await;
}

#[tokio::test]
async fn a_panic_is_a_failure_of_that_job_only() {
    each_database(async |test| {
        let worker = Worker::new(test.db.clone())
            .on("bad", |_| async { panic!("index out of bounds") })
            .on("good", |_| async { Ok(()) });
        queue(&test.db, NewJob::new("bad", &()).tries(1)).await;
        queue(&test.db, NewJob::new("good", &())).await;
        assert_eq!(worker.run_due().await.unwrap(), Ran { jobs: 2, failures: 1, ..Ran::default() });
        let failed = list_failed(&test.db, 10).await.unwrap();
        assert_eq!(failed[0].last_error.as_deref(), Some("panicked: index out of bounds"));
    })
    .await;
}

/// Starts a worker that never finishes its job and stops it at once, as a kill would, when it has begun.
async fn killed_worker(test: &TestDb, kind: &'static str) {
    let (begun, mut begins) = tokio::sync::mpsc::unbounded_channel();
    let worker = Worker::new(test.open_again().await).slots(1).on(kind, move |_| {
        begun.send(()).unwrap();
        std::future::pending()
    });
    let running = tokio::spawn(worker.run(std::future::pending()));
    begins.recv().await.unwrap();
    running.abort();
    assert!(running.await.unwrap_err().is_cancelled());
}

#[tokio::test]
async fn a_job_whose_worker_was_killed_runs_again() {
    each_database(async |test| {
        let seen = Seen::default();
        let worker = writer(test, &seen);
        queue(&test.db, NewJob::new("write", &"a")).await;
        killed_worker(test, "write").await;
        assert_eq!(worker.run_due().await.unwrap().jobs, 0, "the lease still holds");
        test.advance(SignedDuration::from_secs(30));
        assert_eq!(worker.run_due().await.unwrap().jobs, 1);
        assert_eq!(seen.take(), ["a"]);
    })
    .await;
}

#[tokio::test]
async fn a_job_that_kills_every_worker_is_given_up() {
    each_database(async |test| {
        queue(&test.db, NewJob::new("write", &"a").tries(2)).await;
        for _ in 0..2 {
            killed_worker(test, "write").await;
            test.advance(SignedDuration::from_secs(30));
        }
        let seen = Seen::default();
        assert_eq!(writer(test, &seen).run_due().await.unwrap().jobs, 0);
        let failed = list_failed(&test.db, 10).await.unwrap();
        assert!(failed[0].last_error.as_ref().unwrap().contains("worker stopped"), "{failed:?}");
    })
    .await;
}

#[tokio::test]
async fn work_queued_again_while_it_runs_is_done_again_and_not_at_the_same_time() {
    each_database(async |test| {
        let running = Arc::new(AtomicU32::new(0));
        let (db, counted) = (test.db.clone(), Arc::clone(&running));
        let worker = Worker::new(test.db.clone()).on("score", move |job| {
            let (db, running) = (db.clone(), Arc::clone(&counted));
            async move {
                assert_eq!(running.fetch_add(1, Ordering::SeqCst), 0);
                if job.read::<u32>()? == 1 {
                    queue(&db, NewJob::new("score", &2).once_per("s1")).await;
                    let other = Worker::new(db.clone()).on("score", |_| async { Ok(()) });
                    assert_eq!(other.run_due().await?.jobs, 0, "it waits for the running one");
                }
                running.fetch_sub(1, Ordering::SeqCst);
                if job.read::<u32>()? == 1 { Err(Failure::passing("overtaken")) } else { Ok(()) }
            }
        });
        queue(&test.db, NewJob::new("score", &1).once_per("s1")).await;
        let ran = worker.run_due().await.unwrap();
        assert_eq!((ran.jobs, ran.failures), (2, 1));
        let states = sql("select state from job order by created_at, job_id");
        let mut states: Vec<String> =
            test.db.fetch_all(states).await.unwrap().iter().map(|row| row.text("state").unwrap()).collect();
        states.sort();
        assert_eq!(states, ["done", "superseded"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_of_two_processes_run_every_job_once() {
    const JOBS: usize = 40;
    each_database(async |test| {
        for number in 0..JOBS {
            queue(&test.db, NewJob::new("write", &format!("{number:02}"))).await;
        }
        let seen = Seen::default();
        let mut tasks = tokio::task::JoinSet::new();
        for db in test.handles(4).await {
            let seen = seen.clone();
            tasks.spawn(async move {
                let worker = Worker::new(db).on("write", move |job| {
                    seen.add(job.read::<String>().unwrap());
                    async { Ok(()) }
                });
                worker.run_due().await.unwrap().jobs
            });
        }
        assert_eq!(tasks.join_all().await.into_iter().sum::<u64>(), JOBS as u64);
        let mut done = seen.take();
        done.sort();
        assert_eq!(done, (0..JOBS).map(|number| format!("{number:02}")).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn a_sweep_comes_back_by_itself_once_for_all_processes() {
    each_database(async |test| {
        let seen = Seen::default();
        let worker = |name: &'static str| {
            let seen = seen.clone();
            Worker::new(test.db.clone()).sweep("clean", SignedDuration::from_hours(1), move |_| {
                seen.add(name);
                async { Ok(()) }
            })
        };
        let (one, two) = (worker("one"), worker("two"));
        one.run_due().await.unwrap();
        two.run_due().await.unwrap();
        assert_eq!(seen.take(), ["one"]);
        test.advance(SignedDuration::from_hours(1));
        two.run_due().await.unwrap();
        one.run_due().await.unwrap();
        assert_eq!(seen.take(), ["two"]);
    })
    .await;
}

#[tokio::test]
async fn a_running_worker_hears_of_work_without_being_asked_and_stops_when_told() {
    each_database(async |test| {
        let (done, mut ended) = tokio::sync::mpsc::unbounded_channel();
        let worker = Worker::new(test.db.clone()).on("write", move |job| {
            done.send(job.read::<u32>().unwrap()).unwrap();
            async { Ok(()) }
        });
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let running = tokio::spawn(worker.run(async {
            let _told = stopped.await;
        }));
        for number in 0..3 {
            queue(&test.db, NewJob::new("write", &number)).await;
            let heard = tokio::time::timeout(Duration::from_secs(20), ended.recv()).await;
            assert_eq!(heard.unwrap(), Some(number));
        }
        stop.send(()).unwrap();
        tokio::time::timeout(Duration::from_secs(20), running).await.unwrap().unwrap();
    })
    .await;
}

#[tokio::test]
async fn old_jobs_are_forgotten_and_failed_ones_are_not() {
    each_database(async |test| {
        let seen = Seen::default();
        queue(&test.db, NewJob::new("write", &"a")).await;
        queue(&test.db, NewJob::new("write", &17)).await;
        writer(test, &seen).run_due().await.unwrap();
        test.advance(SignedDuration::from_hours(24));
        let mut tx = test.db.begin().await.unwrap();
        let before = tx.now();
        assert_eq!(forget(&mut tx, before).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert_eq!(list_failed(&test.db, 10).await.unwrap().len(), 1);
    })
    .await;
}
