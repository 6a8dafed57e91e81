//! A withdrawal in the middle of a storm of reads by two processes over PostgreSQL: no read that starts after it comes
//! through, whichever process it is in. How long it took is printed.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use jq_base::clock::Clock;
use jq_base::permit::Purpose;
use jq_base::table::TableSpec;
use jq_consent::{BankReader, ConsentError, permit_bank};
use jq_db::{Db, sql};
use jq_lake::{Cell, Lake, Stamp};
use jq_testkit::{MORNING, TestDb, clock_at};

use crate::people::{CATALOG, bank, firm_key, give, new_grant, signed_in, take_back};

const ITEM: &str = "tax_payment";
/// Readers in each process.
const READERS: usize = 4;
/// Reads that each process has had before the withdrawal, and refusals that each has had after it.
const READS_MIN: usize = 40;
/// The second process finds its store, its lake and its work here.
const PLACE: &str = "JQ_TEST_STORM";

/// One read: when it started, and whether it came through. Both processes take the time from the same machine.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Read {
    started_us: i64,
    ended_us: i64,
    outcome: String,
}

/// Reads and reads until it is stopped; what became of each.
async fn storm(db: Db, lake: Lake, stop: Arc<AtomicBool>, count: Arc<Counts>) -> Vec<Read> {
    let bank = bank("bank01");
    let reader = BankReader { bank: &bank, reader: "bank01", role: "client" };
    let mut reads = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let started_us = Clock::System.now().as_microsecond();
        let mut tx = db.begin().await.unwrap();
        let (now, subject, purpose) = (tx.now(), firm_key(), Purpose::PreLoan);
        let asked = permit_bank(&mut tx, &CATALOG, reader, &subject, &[ITEM], purpose, None, now).await;
        tx.commit().await.unwrap();
        let outcome = match asked {
            Ok(permit) => {
                let rows = lake.read_subject(&permit, ITEM).await.unwrap().len();
                count.read.fetch_add(1, Ordering::Relaxed);
                format!("read {rows}")
            }
            Err(ConsentError::Denied(denial)) => {
                count.refused.fetch_add(1, Ordering::Relaxed);
                denial.code().to_owned()
            }
            Err(error) => panic!("{error}"),
        };
        reads.push(Read { started_us, ended_us: Clock::System.now().as_microsecond(), outcome });
    }
    reads
}

#[derive(Default)]
struct Counts {
    read: AtomicUsize,
    refused: AtomicUsize,
}

/// Several readers at once.
async fn storms(db: &Db, lake: &Lake, stop: &Arc<AtomicBool>, count: &Arc<Counts>) -> Vec<Read> {
    let start = |_| tokio::spawn(storm(db.clone(), lake.clone(), Arc::clone(stop), Arc::clone(count)));
    let tasks: Vec<_> = (0..READERS).map(start).collect();
    let mut reads = Vec::new();
    for task in tasks {
        reads.extend(task.await.unwrap());
    }
    reads
}

fn open(folder: &Path) -> Lake {
    let table = TableSpec { name: ITEM.to_owned(), columns: vec![], also_subjects: vec![], key_level: 1 };
    Lake::open(&folder.join("lake"), vec![table]).unwrap()
}

/// A lake with one record of the firm.
async fn lake(folder: &Path) -> Lake {
    let lake = open(folder);
    let mut rows = lake.rows(ITEM).unwrap();
    let (key, text, at) = (firm_key(), Cell::Text, clock_at(MORNING).now().as_microsecond());
    let head = [text(key.as_str()), text(key.as_str()), text("upsert"), Cell::Int(1), Cell::Int(at)];
    rows.push(head.into_iter().chain([Cell::Empty, Cell::Empty, Cell::Int(1)])).unwrap();
    let lock = lake.write_lock(ITEM).await.unwrap();
    let stamp = Stamp { source_unit: "sw".to_owned(), batch_id: "batch-1".to_owned(), received_at: at };
    lake.append(&lock, ITEM, stamp, rows).await.unwrap();
    lake
}

/// The second process: the same test program, told by the environment to do nothing but this.
#[expect(clippy::disallowed_methods, reason = "the environment says whether this is the second process")]
#[tokio::test(flavor = "multi_thread")]
async fn the_second_process_reads_when_it_is_told_to() {
    let Ok(place) = std::env::var(PLACE) else { return };
    let folder = PathBuf::from(place);
    let url = std::fs::read_to_string(folder.join("url")).unwrap();
    let db = Db::open(&url, clock_at(MORNING)).await.unwrap();
    let (stop, count) = (Arc::new(AtomicBool::new(false)), Arc::new(Counts::default()));
    let watch = tokio::spawn({
        let (folder, stop, count) = (folder.clone(), Arc::clone(&stop), Arc::clone(&count));
        async move {
            while !folder.join("stop").exists() {
                let (read, refused) =
                    (count.read.load(Ordering::Relaxed), count.refused.load(Ordering::Relaxed));
                say(&folder, "counts", &format!("{read} {refused}"));
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            stop.store(true, Ordering::Relaxed);
        }
    });
    let reads = storms(&db, &open(&folder), &stop, &count).await;
    watch.await.unwrap();
    let mut lines = String::new();
    for read in reads {
        writeln!(lines, "{} {} {}", read.started_us, read.ended_us, read.outcome).unwrap();
    }
    say(&folder, "reads", &lines);
    db.close().await;
}

/// Writes a file that is whole whenever it is there.
fn say(folder: &Path, name: &str, text: &str) {
    let unfinished = folder.join(format!("{name}.unfinished"));
    std::fs::write(&unfinished, text).unwrap();
    std::fs::rename(unfinished, folder.join(name)).unwrap();
}

/// Reads and refusals of the second process so far.
fn counts_of_second(folder: &Path) -> (usize, usize) {
    let text = std::fs::read_to_string(folder.join("counts")).unwrap_or_default();
    let mut numbers = text.split(' ').map(|number| number.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

fn second_process(folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["storm::the_second_process_reads_when_it_is_told_to", "--exact", "--nocapture"])
        .env(PLACE, folder)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// Waits until both processes have had enough of something.
async fn both(
    folder: &Path,
    child: &mut Child,
    of_first: impl Fn() -> usize,
    of_second: impl Fn((usize, usize)) -> usize,
) {
    while of_first() < READS_MIN || of_second(counts_of_second(folder)) < READS_MIN {
        assert!(child.try_wait().unwrap().is_none(), "the second process has ended");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_read_that_starts_after_a_withdrawal_comes_through_in_either_process() {
    let Some(test) = TestDb::postgres().await else { return };
    let folder = std::env::temp_dir().join(format!("jq-storm-{}", jq_db::fresh_token(Clock::System.now())));
    std::fs::create_dir_all(&folder).unwrap();
    let lake = lake(&folder).await;
    let user = signed_in(&test).await;
    let given = give(&test, &user, new_grant(&bank("bank01"), &[ITEM])).await;
    let mut tx = test.db.begin().await.unwrap();
    // A storm has more readings than any purpose allows.
    tx.execute(sql("update consent_grant set queries_max = 1000000, queries_day_max = 1000000"))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    std::fs::write(folder.join("url"), test.url()).unwrap();
    let mut child = second_process(&folder);

    let (stop, count) = (Arc::new(AtomicBool::new(false)), Arc::new(Counts::default()));
    let own = tokio::spawn({
        let (db, lake, stop, count) = (test.db.clone(), lake.clone(), Arc::clone(&stop), Arc::clone(&count));
        async move { storms(&db, &lake, &stop, &count).await }
    });
    both(&folder, &mut child, || count.read.load(Ordering::Relaxed), |(read, _)| read).await;
    let sent_us = Clock::System.now().as_microsecond();
    take_back(&test, &user, &given.consent_id).await;
    let done_us = Clock::System.now().as_microsecond();
    both(&folder, &mut child, || count.refused.load(Ordering::Relaxed), |(_, refused)| refused).await;
    stop.store(true, Ordering::Relaxed);
    std::fs::write(folder.join("stop"), "").unwrap();
    let own = own.await.unwrap();
    assert!(child.wait().unwrap().success());
    let told = std::fs::read_to_string(folder.join("reads")).unwrap();
    let second: Vec<Read> = told.lines().map(read_line).collect();

    let mut last_us = i64::MIN;
    for (process, reads) in [("first", &own), ("second", &second)] {
        let through = reads.iter().filter(|read| read.outcome == "read 1");
        let after: Vec<_> = through.clone().filter(|read| read.started_us > done_us).collect();
        assert!(after.is_empty(), "late reads of the {process} process: {after:?}");
        assert!(through.clone().count() >= READS_MIN, "the {process} process read before");
        let refused = reads.iter().filter(|read| read.started_us > done_us);
        assert!(refused.clone().count() > 0, "the {process} process asked after");
        assert!(refused.clone().all(|read| read.outcome == "withdrawn"), "{:?}", refused.collect::<Vec<_>>());
        assert!(reads.iter().all(|read| ["read 1", "withdrawn"].contains(&read.outcome.as_str())));
        last_us = last_us.max(through.map(|read| read.ended_us).max().unwrap());
    }
    println!(
        "withdrawn in {} us during {} reads; the last read that had started before ended {} us after it was sent; \
         no late read",
        done_us - sent_us,
        own.len() + second.len(),
        last_us - sent_us
    );
    test.db.close().await;
    std::fs::remove_dir_all(folder).unwrap();
}

fn read_line(line: &str) -> Read {
    let mut parts = line.splitn(3, ' ');
    let mut number = || parts.next().unwrap().parse::<i64>().unwrap();
    let (started_us, ended_us) = (number(), number());
    Read { started_us, ended_us, outcome: parts.next().unwrap().to_owned() }
}
