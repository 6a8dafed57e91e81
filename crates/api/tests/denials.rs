//! However a consent stands, the answer is a plain one with a stable code, the same for every reading, seen by the
//! subject and counted.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod door;

use door::bank::Town;
use door::{A, Answer, Door, each_platform};
use jiff::SignedDuration;
use jq_base::ids::{ConsentId, OrderId};
use jq_base::permit::Purpose;
use jq_consent::{SuspensionWhy, close_subject, list_looks, suspend_until};
use serde_json::json;

fn records(items: &str, purpose: &str) -> String {
    format!("/api/v1/subjects/{A}/records?items={items}&purpose={purpose}")
}

/// Reads in every way there is; each is refused alike.
async fn refused(door: &Door, token: &str, items: &str, purpose: &str, code: &str) {
    let report = format!("/api/v1/subjects/{A}/report?purpose={purpose}");
    let mut answers = vec![door.get_as(token, &records(items, purpose)).await];
    if code != "consent/item-not-granted" {
        // These two ask for what is granted, so that no item of theirs is outside.
        answers.push(door.get_as(token, &report).await);
        answers.push(door.get_as(token, &format!("{}&partial=true", records(items, purpose))).await);
    }
    for answer in answers {
        assert_eq!(answer.problem(), (403, code.to_owned()));
        says_no_more_than_it_must(&answer);
    }
}

/// Nothing about other banks, other consents or the records themselves.
fn says_no_more_than_it_must(answer: &Answer) {
    let told = answer.json();
    let members: Vec<&String> = told.as_object().unwrap().keys().collect();
    let known = ["type", "title", "status", "code", "remedy", "detail", "items"];
    assert!(members.iter().all(|member| known.contains(&member.as_str())), "{members:?}");
    assert!(!answer.text.contains("bank02") && !answer.text.contains("长江银行"), "{}", answer.text);
}

#[tokio::test]
async fn every_state_of_a_consent_has_its_own_stable_answer() {
    each_platform(async |door| {
        door.fill_register().await;
        let town = Town::new(door).await;
        let (token, other) = (&town.token, &town.other);
        refused(door, token, "power_bill", "pre_loan", "consent/no-consent").await;

        let first = town.consent("bank01", &["power_bill", "tax_payment"]).await;
        assert_eq!(door.get_as(token, &records("tax_payment", "pre_loan")).await.status, 200);
        refused(door, token, "power_bill", "post_loan", "consent/other-purpose").await;
        refused(door, token, "gas_bill", "pre_loan", "consent/item-not-granted").await;
        refused(door, other, "power_bill", "pre_loan", "consent/no-consent").await;

        // Suspended: it stands still until the firm confirms it or gives another one.
        let mut tx = door.test.db.begin().await.unwrap();
        let (subject, why, now) = (A.parse().unwrap(), SuspensionWhy::AbnormalListing, door.test.clock.now());
        assert_eq!(suspend_until(&mut tx, &subject, why, now, "register", now).await.unwrap(), 1);
        tx.commit().await.unwrap();
        refused(door, token, "power_bill", "pre_loan", "consent/suspended").await;

        // Superseded: the newer consent alone decides.
        let second = town.consent("bank01", &["power_bill"]).await;
        assert_ne!(first.consent_id, second.consent_id);
        assert_eq!(door.get_as(token, &records("power_bill", "pre_loan")).await.status, 200);
        let replaced = door.get_as(token, &records("tax_payment", "pre_loan")).await;
        assert_eq!(replaced.problem(), (403, "consent/item-not-granted".to_owned()));
        assert_eq!(replaced.json()["items"], json!(["tax_payment"]));
        let named = |id: &ConsentId| format!("{}&consent={id}", records("power_bill", "pre_loan"));
        let by_number = door.get_as(token, &named(&first.consent_id)).await;
        assert_eq!(by_number.problem(), (403, "consent/superseded".to_owned()));
        says_no_more_than_it_must(&by_number);
        assert_eq!(door.get_as(token, &named(&second.consent_id)).await.status, 200);

        // Another bank hears of it by its number alone, and nothing of how it stands.
        for id in [&first.consent_id, &second.consent_id] {
            let foreign = door.get_as(other, &named(id)).await;
            assert_eq!(foreign.problem(), (403, "consent/other-reader".to_owned()));
            says_no_more_than_it_must(&foreign);
        }
        let guessed = ConsentId::parse("01990000-0000-7000-8000-000000000000").unwrap();
        assert_eq!(door.get_as(other, &named(&guessed)).await.problem().1, "consent/no-consent");

        town.withdraw(&second.consent_id).await;
        refused(door, token, "power_bill", "pre_loan", "consent/withdrawn").await;

        // Without a field: the item is read, and a reading that needs the field is not.
        let without = || ["power_bill.usage_kwh".to_owned()].into();
        town.consent_with("bank01", &["power_bill"], |new| new.left_out = without()).await;
        let read = door.get_as(token, &records("power_bill", "pre_loan")).await;
        assert_eq!(read.status, 200, "{}", read.text);
        assert_eq!(read.json()["permit"]["fields_left_out"], json!(["power_bill.usage_kwh"]));
        let needs = format!("{}&needs=power_bill.usage_kwh", records("power_bill", "pre_loan"));
        let needed = door.get_as(token, &needs).await;
        assert_eq!(needed.problem(), (403, "consent/field-not-granted".to_owned()));
        assert_eq!(needed.json()["items"], json!(["power_bill.usage_kwh"]));
        let unknown = format!("{}&needs=power_bill.nothing", records("power_bill", "pre_loan"));
        assert_eq!(door.get_as(token, &unknown).await.problem().0, 422);

        town.consent_with("bank01", &["power_bill"], |new| new.queries_max = Some(1)).await;
        assert_eq!(door.get_as(token, &records("power_bill", "pre_loan")).await.status, 200);
        refused(door, token, "power_bill", "pre_loan", "consent/quota-used").await;

        town.consent_with("bank01", &["power_bill"], |new| new.purpose = Purpose::PostLoan).await;
        for _ in 0..10 {
            assert_eq!(door.get_as(token, &records("power_bill", "post_loan")).await.status, 200);
        }
        refused(door, token, "power_bill", "post_loan", "consent/day-quota-used").await;

        let order = OrderId::parse("o-1").unwrap();
        let tied = order.clone();
        town.consent_with("bank01", &["power_bill"], |new| {
            (new.purpose, new.order) = (Purpose::InLoan, Some(tied));
        })
        .await;
        refused(door, token, "power_bill", "in_loan", "consent/other-order").await;
        let named = door.get_as(token, &format!("{}&order={order}", records("power_bill", "in_loan"))).await;
        assert_eq!(named.status, 200, "{}", named.text);

        door.test.advance(SignedDuration::from_hours(24 * 31));
        let token = door.token("bank01").await;
        refused(door, &token, "power_bill", "post_loan", "consent/expired").await;
        let mut tx = door.test.db.begin().await.unwrap();
        let now = door.test.clock.now();
        close_subject(&mut tx, &A.parse().unwrap(), "deregistered", "register", now).await.unwrap();
        tx.commit().await.unwrap();
        refused(door, &token, "power_bill", "pre_loan", "consent/subject-closed").await;

        let looks = list_looks(&door.test.db, &A.parse().unwrap(), 200).await.unwrap();
        let no = looks.iter().filter(|look| look.bank.is_some() && !look.is_granted()).count();
        assert_eq!(door.figure("jinqiao_api_refused_consent_total"), no as u64, "each is counted and seen");
        assert!(jq_db::audit::verify(&door.test.db, None).await.unwrap().is_whole());
    })
    .await;
}
