//! Drawing a report from a city that has delivered nothing yet, and verifying it the way a stranger would.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::SignedDuration;
use jq_base::clock::Clock;
use jq_base::ids::{PermitId, SubjectKey};
use jq_base::lang::Lang;
use jq_base::permit::{Permit, Purpose};
use jq_base::sign::{Sign, SignError, SignatureCheck};
use jq_catalog::Catalog;
use jq_credit::view::ItemState;
use jq_credit::{Credit, Reader, ReportState};
use jq_db::Db;
use jq_lake::Lake;

const SUBJECT: &str = "91500102MAC8YUW23Y";

/// A folder that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("jq-credit-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed stays in the machine's folder for temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn platform(folder: &Path) -> (Credit, Db, Clock, Permit) {
    let clock = Clock::fixed("2026-11-10T09:30:05+08:00".parse().unwrap());
    let db = Db::open(folder.join("business.db").to_str().unwrap(), clock.clone()).await.unwrap();
    db.migrate().await.unwrap();
    let catalog = Arc::new(Catalog::embedded().unwrap());
    let tables = catalog.items().map(jq_catalog::Item::table).collect();
    let lake = Lake::open(&folder.join("lake"), tables).unwrap();
    let permit = Permit::issue(
        PermitId::parse("p-1").unwrap(),
        "firm:a-1",
        Purpose::ReportSelf,
        SubjectKey::parse(SUBJECT).unwrap(),
        catalog.items().map(|item| item.id.clone()).collect(),
        clock.now(),
        "own records",
    );
    let verify = "http://127.0.0.1:8080/verify";
    let credit = Credit::new(db.clone(), lake, catalog, folder.join("reports"), verify).unwrap();
    (credit, db, clock, permit)
}

fn reader() -> Reader {
    Reader {
        actor: "a-1".to_owned(),
        role: "owner".to_owned(),
        shown_zh: "本企业（138****2046）".to_owned(),
        shown_en: "The enterprise itself (138****2046)".to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drawn_report_is_verified_by_number_and_by_file_until_it_is_superseded() {
    let folder = Folder::new("draw");
    let (credit, db, clock, permit) = platform(&folder.0).await;
    let drawn = credit.draw(&permit, &reader()).await.unwrap();
    let number = drawn.entry.report_no.clone();
    assert!(drawn.zh.annex.iter().all(|row| row.state.code == ItemState::NotConnected));
    assert_eq!(credit.view(&number, Lang::En).await.unwrap(), drawn.en, "it reads back as it was drawn");

    let known = credit.verify(number.as_str()).await.unwrap().unwrap();
    assert_eq!((known.state, known.files.len()), (ReportState::Valid, 2));
    assert_eq!(known.signature, SignatureCheck::Unsigned, "nobody was given to sign");
    let pdf = credit.pdf(&number, Lang::Zh, &reader()).await.unwrap();
    assert_eq!(credit.verify_file(&pdf).await.unwrap().as_ref(), Some(&known));
    let forged = [&pdf[..], b"\n"].concat();
    assert_eq!(credit.verify_file(&forged).await.unwrap(), None, "one byte more is another file");
    assert_eq!(credit.verify("CQZ20261110AAAAAAAAAAA").await.unwrap(), None);

    assert_eq!(credit.supersede(permit.subject(), "repair").await.unwrap(), 1);
    assert_eq!(credit.verify(number.as_str()).await.unwrap().unwrap().state, ReportState::Superseded);

    clock.advance(SignedDuration::from_hours(24));
    let second = credit.draw(&permit, &reader()).await.unwrap();
    assert_eq!(second.zh.queries.total, 1, "the first report is in the query history");
    clock.advance(SignedDuration::from_hours(24 * 31));
    let late = credit.verify(second.entry.report_no.as_str()).await.unwrap().unwrap();
    assert_eq!(late.state, ReportState::Expired);
    assert_eq!(credit.list(permit.subject(), 10).await.unwrap().len(), 2);
    assert!(jq_db::audit::verify(&db, None).await.unwrap().is_whole());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_gets_its_own_edition_and_is_told_of_enquiries_in_number_only() {
    let folder = Folder::new("financing");
    let (credit, db, clock, own) = platform(&folder.0).await;
    credit.draw(&own, &reader()).await.unwrap();
    let granted = ["tax_payment".to_owned()].into();
    let (purpose, subject) = (Purpose::PreLoan, own.subject().clone());
    let number = PermitId::parse("p-2").unwrap();
    let permit =
        Permit::issue(number, "bank:bank01:bank01", purpose, subject, granted, clock.now(), "consent:c-1");
    let bank = Reader { role: "client".to_owned(), shown_en: "Shancheng Bank".to_owned(), ..reader() };
    let first = credit.draw_financing(&permit, &bank).await.unwrap();
    assert!(first.entry.report_no.as_str().starts_with("CQR"));
    assert_eq!(
        (first.entry.edition.as_str(), first.en.cover.reader.as_str()),
        ("financing", "Shancheng Bank")
    );
    assert_eq!(
        (first.en.queries.total, first.en.queries.rows.len()),
        (0, 0),
        "no institution has asked before"
    );

    let second = credit.draw_financing(&permit, &bank).await.unwrap();
    assert_eq!((second.en.queries.total, second.en.queries.rows.len()), (1, 0));
    let lead = &second.en.queries.lead;
    assert!(lead.contains("last 6 months: 1") && !lead.contains("bank01"), "{lead}");
    clock.advance(SignedDuration::from_hours(24 * 200));
    assert_eq!(credit.draw_financing(&permit, &bank).await.unwrap().en.queries.total, 0, "long ago");
    let own_again = credit.draw(&own, &reader()).await.unwrap();
    assert!(own_again.zh.queries.rows.iter().any(|row| row.reader == "bank01"), "the firm sees who it was");

    let read = credit.records(&permit, &bank).await.unwrap().items;
    let items: Vec<_> = read.iter().map(|item| (item.item_id.as_str(), item.state)).collect();
    assert_eq!(items, [("tax_payment", ItemState::NotConnected)], "what is not granted is not in it");
    let glance = credit.glance(&permit, &bank, Lang::Zh).await.unwrap();
    assert_eq!((glance.items.len(), glance.empty.len()), (0, 1));
    assert_eq!(glance.empty[0].state.code, ItemState::NotConnected);
    assert!(jq_db::audit::verify(&db, None).await.unwrap().is_whole());
}

/// Signs with a word before the message's hash: a platform with a key that others do not have.
struct Stamp(&'static str);

impl Sign for Stamp {
    fn sign(&self, message: &[u8]) -> Result<String, SignError> {
        Ok(jq_base::sm3::keyed_hex(self.0.as_bytes(), message))
    }

    fn check(&self, message: &[u8], signature: &str) -> Result<SignatureCheck, SignError> {
        let genuine = SignatureCheck::Genuine { key_id: self.0.to_owned(), algorithm: "hmac-sm3".to_owned() };
        Ok(if self.sign(message)? == signature { genuine } else { SignatureCheck::Forged })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_signed_and_a_register_that_was_rewritten_does_not_vouch_for_another_file() {
    let folder = Folder::new("signed");
    let (credit, db, _, permit) = platform(&folder.0).await;
    let old = credit.draw(&permit, &reader()).await.unwrap().entry.report_no;
    let credit = credit.with_signer(Arc::new(Stamp("key-1")));
    let drawn = credit.draw(&permit, &reader()).await.unwrap();
    let number = drawn.entry.report_no.clone();
    let seen = async |number: &str| credit.verify(number).await.unwrap().unwrap().signature;
    assert_eq!(seen(number.as_str()).await.code(), "genuine");
    assert_eq!(seen(old.as_str()).await, SignatureCheck::Unsigned, "reports of before stay what they were");
    let text = jq_credit::signed_text(&number, &drawn.entry.files[0]);
    assert!(text.contains(number.as_str()) && text.contains(&drawn.entry.files[0].pdf_sm3), "{text}");

    let mut tx = db.begin().await.unwrap();
    let other = "update credit_report_file set pdf_sm3 = $2 where report_no = $1 and lang = 'en'";
    let forged = jq_base::sm3::hex(b"%PDF another");
    tx.execute(jq_db::sql(other).bind(number.as_str()).bind(&forged)).await.unwrap();
    tx.commit().await.unwrap();
    let found = credit.verify_file(b"%PDF another").await.unwrap().unwrap();
    assert_eq!(found.signature, SignatureCheck::Forged, "the file is on record and not signed");
    let stranger = credit.clone().with_signer(Arc::new(Stamp("key-2")));
    assert!(stranger.verify(number.as_str()).await.unwrap().unwrap().signature.is_refused());
}
