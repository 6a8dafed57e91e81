//! The receipt of a consent: numbered, signed, kept as JSON and PDF, and verifiable by whoever holds it.

use std::path::PathBuf;
use std::sync::Arc;

use jq_base::ids::MandateId;
use jq_base::lang::Lang;
use jq_base::sign::{Sign, SignError, SignatureCheck};
use jq_base::sm3;
use jq_consent::{Evidence, GrantState, NewGrant, Receipts, find_text};
use jq_db::sql;
use jq_testkit::{TestDb, each_database};

use crate::people::{CATALOG, bank, give, lines, new_grant, signed_in, take_back};

/// Takes the message's own hash for its signature.
struct Stamp;

impl Sign for Stamp {
    fn sign(&self, message: &[u8]) -> Result<String, SignError> {
        Ok(sm3::hex(message))
    }

    fn check(&self, message: &[u8], signature: &str) -> Result<SignatureCheck, SignError> {
        let genuine = SignatureCheck::Genuine { key_id: "stamp".to_owned(), algorithm: "sm3".to_owned() };
        Ok(if self.sign(message)? == signature { genuine } else { SignatureCheck::Forged })
    }
}

fn receipts(test: &TestDb) -> (Receipts, PathBuf) {
    let name = format!("jq-receipts-{}", jq_db::fresh_token(jq_base::clock::Clock::System.now()));
    let folder = std::env::temp_dir().join(name);
    let receipts =
        Receipts::new(test.db.clone(), Arc::new(CATALOG.clone()), folder.clone(), "https://x.test/verify");
    (receipts.with_signer(Arc::new(Stamp)), folder)
}

#[tokio::test]
async fn a_receipt_is_made_once_signed_and_verified() {
    each_database(async |test| {
        let (receipts, folder) = receipts(test);
        let (user, bank) = (signed_in(test).await, bank("bank01"));
        let evidence = Evidence::from_web("192.0.2.7", "Phone 1");
        let given =
            give(test, &user, NewGrant { evidence, ..new_grant(&bank, &["tax_payment", "power_bill"]) })
                .await;
        assert_eq!(
            (given.evidence.address.as_str(), given.evidence.device.as_str()),
            ("192.0.2.7", "Phone 1")
        );
        assert_eq!(given.evidence.session, user.session().to_string());
        assert_eq!(given.evidence.mandate, None::<MandateId>, "the representative acts under none");

        let entry = receipts.draw(&given).await.unwrap();
        assert_eq!(receipts.draw(&given).await.unwrap(), entry, "asked again, it is the same");
        assert!(entry.receipt_no.as_str().starts_with("CQS20261110"), "{}", entry.receipt_no);
        let json = receipts.json(&entry.receipt_no, Lang::Zh).await.unwrap();
        assert_eq!(sm3::hex(json.as_bytes()), entry.files[0].content_sm3);
        let told: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(told["consent"]["text_sm3"], given.text_hash);
        assert_eq!(told["consent"]["evidence"]["address"], "192.0.2.7");
        let text = find_text(&test.db, &given, Lang::Zh).await.unwrap().unwrap();
        assert_eq!(told["text"]["paragraphs"][0], text.paragraphs[0], "word for word as agreed to");
        let pdf = receipts.pdf(&entry.receipt_no, Lang::En).await.unwrap();
        assert!(pdf.starts_with(b"%PDF") && sm3::hex(&pdf) == entry.files[1].pdf_sm3);

        let number = entry.receipt_no.as_str().to_lowercase();
        let check = receipts.verify(&number).await.unwrap().unwrap();
        assert_eq!((check.signature.code(), check.state_now), ("genuine", GrantState::Active));
        let by_file = receipts.verify_file(&pdf).await.unwrap().unwrap();
        assert_eq!(by_file.entry.receipt_no, entry.receipt_no);
        assert_eq!(receipts.verify_file(b"%PDF made at home").await.unwrap(), None);
        assert_eq!(lines(&test.db, "consent.receipt").await.len(), 1);

        take_back(test, &user, &given.consent_id).await;
        let after = jq_consent::find_grant(&test.db, &given.consent_id).await.unwrap().unwrap();
        let second = receipts.draw(&after).await.unwrap();
        assert_ne!(
            second.receipt_no, entry.receipt_no,
            "a consent that stands differently has a receipt of its own"
        );
        let former = receipts.verify(&number).await.unwrap().unwrap();
        assert_eq!((former.entry.state, former.state_now), (GrantState::Active, GrantState::Withdrawn));

        let mut tx = test.db.begin().await.unwrap();
        tx.execute(sql("update consent_receipt_file set pdf_sm3 = 'ff' where lang = 'en'")).await.unwrap();
        tx.commit().await.unwrap();
        let forged = receipts.verify(&number).await.unwrap().unwrap();
        assert_eq!(forged.signature.code(), "forged", "a changed register is noticed");
        std::fs::remove_dir_all(folder).unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_number_that_was_never_given_verifies_nothing() {
    each_database(async |test| {
        let (receipts, _) = receipts(test);
        for number in ["", "CQS20261110", "CQZ202611107K3M9P2Q4R5", "not a number"] {
            assert_eq!(receipts.verify(number).await.unwrap(), None, "{number}");
        }
    })
    .await;
}
