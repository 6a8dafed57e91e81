//! The audit chain: whole under load, and no tampering goes unnoticed.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

use std::path::Path;

use jiff::SignedDuration;
use jq_base::sign::{Sign, SignError, SignatureCheck};
use jq_db::audit::{Anchored, AuditLine, Fault, Filter, anchor, list, verify};
use jq_db::{Db, sql};
use jq_testkit::{TestDb, each_database};

async fn act(db: &Db, actor: &str, lines: usize) {
    let mut tx = db.begin().await.unwrap();
    for at in 0..lines {
        tx.audit(
            AuditLine::new(actor, "officer", "report.read")
                .institution("bank01")
                .subject(format!("subject-{at}"))
                .items(["tax_payment", "ent_registration"])
                .permit("pre_loan", "permit-1")
                .detail(serde_json::json!({ "edition": "financing", "at": at }))
                .result_hash("66c7f0f4"),
        );
    }
    tx.commit().await.unwrap();
}

/// Three days: 3, 3 and 4 lines, the last day in two commits.
async fn three_days(test: &TestDb) {
    act(&test.db, "a", 3).await;
    test.advance(SignedDuration::from_hours(24));
    act(&test.db, "b", 3).await;
    test.advance(SignedDuration::from_hours(24));
    act(&test.db, "c", 2).await;
    act(&test.db, "d", 2).await;
}

async fn tamper(test: &TestDb, statements: &[&'static str]) {
    let mut tx = test.db.begin().await.unwrap();
    for statement in statements {
        assert_eq!(tx.execute(sql(statement)).await.unwrap(), 1, "{statement}");
    }
    tx.commit().await.unwrap();
}

/// Checks that after `statements` the first broken place is the one given.
async fn check(statements: &'static [&'static str], day: &str, seq: i64, fault: Fault) {
    each_database(async |test| {
        three_days(test).await;
        assert!(verify(&test.db, None).await.unwrap().is_whole());
        tamper(test, statements).await;
        let broken = verify(&test.db, None).await.unwrap().broken.expect("tampering is noticed");
        assert_eq!((broken.day.as_str(), broken.seq, broken.fault), (day, seq, fault));
    })
    .await;
}

/// Lines of their own from many tasks at once, some of whose callers stop waiting.
#[tokio::test]
async fn lines_that_wait_together_are_written_once_each() {
    each_database(async |test| {
        let mut callers = tokio::task::JoinSet::new();
        for at in 0..60 {
            let db = test.db.clone();
            callers.spawn(async move {
                let line = AuditLine::new(format!("reader-{at}"), "client", "credit.records.read");
                let recorded = db.record(line);
                if at % 10 == 0 {
                    // Whoever hangs up leaves the line to be written, or not, and never twice.
                    let _ = tokio::time::timeout(std::time::Duration::from_micros(50), recorded).await;
                } else {
                    recorded.await.unwrap();
                }
            });
        }
        while let Some(ended) = callers.join_next().await {
            ended.unwrap();
        }
        // A line after them all is written after them all.
        test.db.record(AuditLine::new("last", "client", "credit.records.read")).await.unwrap();
        let counts = sql("select actor, count(*) as lines from audit_line group by actor");
        let counts = test.db.fetch_all(counts).await.unwrap();
        assert!(counts.iter().all(|row| row.int("lines").unwrap() == 1));
        assert!(counts.len() >= 55, "who waited is on record: {}", counts.len());
        assert!(verify(&test.db, None).await.unwrap().is_whole());
    })
    .await;
}

#[tokio::test]
async fn an_untouched_chain_is_whole() {
    each_database(async |test| {
        assert!(verify(&test.db, None).await.unwrap().is_whole());
        three_days(test).await;
        let report = verify(&test.db, None).await.unwrap();
        assert!(report.is_whole());
        assert_eq!((report.days, report.lines), (3, 10));
    })
    .await;
}

#[tokio::test]
async fn a_changed_line_is_found() {
    let change = &["update audit_line set actor = 'someone else' where day = '2026-11-11' and seq = 2"];
    check(change, "2026-11-11", 2, Fault::Changed).await;
}

#[tokio::test]
async fn a_deleted_line_is_found() {
    check(&["delete from audit_line where day = '2026-11-10' and seq = 2"], "2026-11-10", 2, Fault::Removed)
        .await;
}

#[tokio::test]
async fn a_deleted_line_is_found_when_the_rest_is_renumbered() {
    let renumber = &[
        "delete from audit_line where day = '2026-11-10' and seq = 2",
        "update audit_line set seq = 2 where day = '2026-11-10' and seq = 3",
        "update audit_head set line_count = 2 where day = '2026-11-10'",
    ];
    check(renumber, "2026-11-10", 2, Fault::Changed).await;
}

const COPY: &str =
    "insert into audit_line (day, seq, at, actor, role, institution, action, subject, items, purpose,
        permit, detail, result_hash, prev_hash, hash)
    select day, 5, at, actor, role, institution, action, subject, items, purpose,
        permit, detail, result_hash, prev_hash, hash
    from audit_line where day = '2026-11-12' and seq = 4";

#[tokio::test]
async fn an_added_line_is_found() {
    check(&[COPY], "2026-11-12", 5, Fault::Inserted).await;
    let with_head = &[COPY, "update audit_head set line_count = 5 where day = '2026-11-12'"];
    check(with_head, "2026-11-12", 5, Fault::Changed).await;
}

#[tokio::test]
async fn cutting_off_the_newest_line_is_found() {
    check(&["delete from audit_line where day = '2026-11-12' and seq = 4"], "2026-11-12", 4, Fault::CutOff)
        .await;
}

#[tokio::test]
async fn cutting_off_the_newest_line_with_its_head_is_found_by_the_count() {
    let cut = &[
        "delete from audit_line where day = '2026-11-12' and seq = 4",
        "update audit_head set line_count = 3,
            hash = (select hash from audit_line where day = '2026-11-12' and seq = 3) where day = '2026-11-12'",
    ];
    check(cut, "2026-11-12", 3, Fault::DayRemoved).await;
}

#[tokio::test]
async fn a_head_that_was_touched_is_found() {
    check(
        &["update audit_head set hash = '00' where day = '2026-11-10'"],
        "2026-11-10",
        3,
        Fault::HeadChanged,
    )
    .await;
}

#[tokio::test]
async fn a_day_taken_out_whole_is_found() {
    each_database(async |test| {
        three_days(test).await;
        let mut tx = test.db.begin().await.unwrap();
        tx.execute(sql("delete from audit_line where day = '2026-11-11'")).await.unwrap();
        tx.execute(sql("delete from audit_head where day = '2026-11-11'")).await.unwrap();
        tx.execute(sql("update commit_tip set line_count = line_count - 3")).await.unwrap();
        tx.commit().await.unwrap();
        let broken = verify(&test.db, None).await.unwrap().broken.unwrap();
        assert_eq!((broken.day.as_str(), broken.seq, broken.fault), ("2026-11-12", 1, Fault::Unlinked));
    })
    .await;
}

/// The whole store put back to an earlier moment, counts and all, is consistent in itself.
async fn put_back(test: &TestDb) {
    tamper(
        test,
        &[
            "delete from audit_line where day = '2026-11-12' and seq = 4",
            "update audit_head set line_count = 3,
                hash = (select hash from audit_line where day = '2026-11-12' and seq = 3) where day = '2026-11-12'",
            "update commit_tip set line_count = line_count - 1",
        ],
    )
    .await;
}

fn unsigned(path: &Path) -> Anchored<'_> {
    Anchored { path, signer: None }
}

/// Signs with the message's own hash: enough to see what is signed, and no cryptography.
struct Stamp;

impl Sign for Stamp {
    fn sign(&self, message: &[u8]) -> Result<String, SignError> {
        Ok(jq_base::sm3::hex(message))
    }

    fn check(&self, message: &[u8], signature: &str) -> Result<SignatureCheck, SignError> {
        let genuine = SignatureCheck::Genuine { key_id: "stamp".to_owned(), algorithm: "sm3".to_owned() };
        Ok(if self.sign(message)? == signature { genuine } else { SignatureCheck::Forged })
    }
}

#[tokio::test]
async fn an_anchor_that_was_changed_or_lost_its_signature_is_found() {
    let test = TestDb::sqlite().await;
    let path = anchor_file(&test);
    let signed = || Some(Anchored { path: &path, signer: Some(&Stamp) });
    act(&test.db, "a", 1).await;
    let old = anchor(&test.db, &path, None).await.unwrap().unwrap();
    act(&test.db, "b", 1).await;
    let new = anchor(&test.db, &path, Some(&Stamp)).await.unwrap().unwrap();
    assert_eq!((&old.signature, new.signature.is_some()), (&None, true));
    let report = verify(&test.db, signed()).await.unwrap();
    assert!(report.is_whole(), "an anchor of before the platform signed is taken: {report:?}");
    assert_eq!((report.anchors, report.anchors_signed, report.anchors_unsigned), (2, 1, 1));
    let report = verify(&test.db, Some(unsigned(&path))).await.unwrap();
    assert_eq!((report.is_whole(), report.anchors_unchecked), (true, 1), "without keys it is only said");

    let whole = std::fs::read_to_string(&path).unwrap();
    let later = whole.replace(&format!("\"lines_total\":{}", new.lines_total), "\"lines_total\":3");
    assert_ne!(later, whole);
    std::fs::write(&path, later).unwrap();
    let broken = verify(&test.db, signed()).await.unwrap().broken.unwrap();
    assert_eq!((broken.seq, broken.fault), (2, Fault::AnchorForged));

    std::fs::write(&path, whole).unwrap();
    act(&test.db, "c", 1).await;
    anchor(&test.db, &path, None).await.unwrap().unwrap();
    let broken = verify(&test.db, signed()).await.unwrap().broken.unwrap();
    assert_eq!((broken.seq, broken.fault), (3, Fault::AnchorForged), "who signs goes on signing");
    std::fs::remove_file(path).unwrap();
}

fn anchor_file(test: &TestDb) -> std::path::PathBuf {
    let name = jq_db::fresh_token(test.clock.now());
    std::env::temp_dir().join(format!("jinqiao-anchor-{name}.jsonl"))
}

#[tokio::test]
async fn a_store_put_back_to_an_earlier_moment_is_found_by_its_anchor() {
    each_database(async |test| {
        let path = anchor_file(test);
        assert_eq!(anchor(&test.db, &path, None).await.unwrap(), None, "nothing to anchor yet");
        three_days(test).await;
        let taken = anchor(&test.db, &path, None).await.unwrap().unwrap();
        assert_eq!((taken.line_count, taken.lines_total), (4, 10));
        assert_eq!(anchor(&test.db, &path, None).await.unwrap(), None, "the same end is anchored once");
        let report = verify(&test.db, Some(unsigned(&path))).await.unwrap();
        assert!(report.is_whole() && report.anchors == 1);

        put_back(test).await;
        assert!(verify(&test.db, None).await.unwrap().is_whole());
        let broken = verify(&test.db, Some(unsigned(&path))).await.unwrap().broken.unwrap();
        assert_eq!((broken.day.as_str(), broken.seq, broken.fault), ("2026-11-12", 4, Fault::CutOff));

        act(&test.db, "another story", 1).await;
        assert!(verify(&test.db, None).await.unwrap().is_whole());
        let broken = verify(&test.db, Some(unsigned(&path))).await.unwrap().broken.unwrap();
        assert_eq!((broken.seq, broken.fault), (4, Fault::Rewritten));
        std::fs::remove_file(path).unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_anchor_torn_by_a_power_cut_spoils_only_itself() {
    let test = TestDb::sqlite().await;
    let path = anchor_file(&test);
    act(&test.db, "a", 1).await;
    anchor(&test.db, &path, None).await.unwrap().unwrap();
    let torn = std::fs::read_to_string(&path).unwrap() + "{\"at\":\"2026-";
    std::fs::write(&path, torn).unwrap();
    act(&test.db, "b", 1).await;
    anchor(&test.db, &path, None).await.unwrap().unwrap();
    let report = verify(&test.db, Some(unsigned(&path))).await.unwrap();
    assert!(report.is_whole());
    assert_eq!((report.anchors, report.anchors_unreadable), (2, 1));
    std::fs::remove_file(path).unwrap();
}

#[tokio::test]
async fn an_undone_transaction_leaves_no_line() {
    each_database(async |test| {
        let mut tx = test.db.begin().await.unwrap();
        tx.audit(AuditLine::new("a", "officer", "report.read"));
        tx.rollback().await.unwrap();
        assert_eq!(list(&test.db, &Filter::default(), 10).await.unwrap(), []);
        assert_eq!(verify(&test.db, None).await.unwrap().days, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_of_two_processes_keep_one_chain() {
    const TASKS: usize = 8;
    const COMMITS: usize = 12;
    each_database(async |test| {
        let mut tasks = tokio::task::JoinSet::new();
        for (at, db) in test.handles(TASKS).await.into_iter().enumerate() {
            tasks.spawn(async move {
                for _ in 0..COMMITS {
                    act(&db, &format!("writer-{at}"), 2).await;
                }
            });
        }
        tasks.join_all().await;
        let report = verify(&test.db, None).await.unwrap();
        assert!(report.is_whole(), "{report:?}");
        assert_eq!(report.lines, (TASKS * COMMITS * 2) as u64);
    })
    .await;
}

#[tokio::test]
async fn a_clock_put_back_continues_the_newest_day() {
    each_database(async |test| {
        three_days(test).await;
        test.advance(SignedDuration::from_hours(-48));
        act(&test.db, "e", 1).await;
        let report = verify(&test.db, None).await.unwrap();
        assert!(report.is_whole() && report.days == 3 && report.lines == 11);
        let newest = list(&test.db, &Filter::default(), 1).await.unwrap().remove(0);
        assert_eq!((newest.day.as_str(), newest.seq, newest.at), ("2026-11-12", 5, test.clock.now()));
    })
    .await;
}

#[tokio::test]
async fn a_firm_sees_who_read_about_it_page_by_page() {
    each_database(async |test| {
        three_days(test).await;
        let mut filter = Filter { subject: Some("subject-1".to_owned()), ..Filter::default() };
        let first = list(&test.db, &filter, 3).await.unwrap();
        let actors: Vec<&str> = first.iter().map(|line| line.actor.as_str()).collect();
        assert_eq!(actors, ["d", "c", "b"]);
        assert_eq!(first[0].items, ["tax_payment", "ent_registration"]);
        assert_eq!(first[0].detail["edition"], "financing");
        filter.before = Some((first[2].day.clone(), first[2].seq));
        let second = list(&test.db, &filter, 3).await.unwrap();
        assert_eq!(second.iter().map(|line| line.actor.as_str()).collect::<Vec<_>>(), ["a"]);
        let by_actor = Filter { actor: Some("c".to_owned()), ..Filter::default() };
        assert_eq!(list(&test.db, &by_actor, 10).await.unwrap().len(), 2);
    })
    .await;
}
