//! A thousand attempts to change the record of acts unseen, drawn at random: lines changed, exchanged, put in, taken out,
//! cut off at the end, with and without mending what hangs on them. Each time the first line that does not fit is named.
#![expect(clippy::unwrap_used, reason = "a step of a test that fails ends the test")]

mod attack;
mod chain;

use std::collections::BTreeMap;
use std::path::PathBuf;

use attack::{Attack, Dice};
use chain::Chain;
use jiff::SignedDuration;
use jq_db::audit::{Anchored, AuditLine, anchor, verify};
use jq_testkit::{TestDb, each_database};

const ATTEMPTS: usize = 1_000;

#[tokio::test]
async fn whatever_is_done_to_the_record_the_first_line_that_does_not_fit_is_named() {
    each_database(async |test| {
        let path = anchor_file(test);
        let places = write_record(test, &path).await;
        let whole = Chain::read(&test.db).await;
        let anchored = || Some(Anchored { path: &path, signer: None });
        let mut dice = Dice::new(20_261_110);
        let mut met: BTreeMap<&str, usize> = BTreeMap::new();
        for attempt in 0..ATTEMPTS {
            let attack = Attack::draw(&mut dice, &whole, &places);
            attack.chain.write(&test.db).await;
            let report = verify(&test.db, anchored().filter(|_| attack.with_anchors)).await.unwrap();
            let broken = report.broken.unwrap_or_else(|| panic!("{attempt}: unseen: {}", attack.what));
            let named = (broken.day, broken.seq);
            assert_eq!(named, attack.expected, "{attempt}: {} ({:?})", attack.what, broken.fault);
            *met.entry(attack.what).or_default() += 1;
        }
        assert!(met.len() == attack::KINDS && met.values().all(|times| *times > 30), "{met:?}");
        whole.write(&test.db).await;
        let report = verify(&test.db, anchored()).await.unwrap();
        assert!(report.is_whole(), "the untouched record is whole: {report:?}");
        std::fs::remove_file(&path).unwrap();
    })
    .await;
}

fn anchor_file(test: &TestDb) -> PathBuf {
    std::env::temp_dir().join(format!("jinqiao-tampering-{}.jsonl", jq_db::fresh_token(test.clock.now())))
}

/// Three days of lines; anchored in the middle of each day and at the very end. The anchored places.
async fn write_record(test: &TestDb, path: &std::path::Path) -> Vec<(String, i64)> {
    let mut places = Vec::new();
    let mut anchor_now = async || {
        let taken = anchor(&test.db, path, None).await.unwrap().unwrap();
        places.push((taken.day, taken.line_count));
    };
    for lines in [5_u32, 6, 7] {
        act(test, 4).await;
        anchor_now().await;
        act(test, lines - 3).await;
        if lines == 7 {
            anchor_now().await;
        }
        test.advance(SignedDuration::from_hours(24));
    }
    places
}

async fn act(test: &TestDb, lines: u32) {
    let mut tx = test.db.begin().await.unwrap();
    for place in 0..lines {
        let line = AuditLine::new(format!("officer-{place}@bank01"), "officer", "report.read");
        let line = line.institution("bank01").subject(format!("subject-{place}")).items(["tax_payment"]);
        tx.audit(line.permit("pre_loan", "permit-1").detail(serde_json::json!({ "place": place })));
    }
    tx.commit().await.unwrap();
}
