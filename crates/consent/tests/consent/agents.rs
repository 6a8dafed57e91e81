//! An agent consents and reads as far as the mandate goes.

use std::collections::BTreeSet;

use jiff::civil::date;
use jq_base::mobile::Mobile;
use jq_base::resident_id::ResidentId;
use jq_consent::{ConsentError, OwnPurpose, grant, permit_self, withdraw};
use jq_identity::firm::mandate::{self, AgentClaim, MandateScope, NewMandate};
use jq_identity::{CodeKey, FirmRole, FirmSession, FirmUser, IdHashKey, firm};
use jq_testkit::{TestDb, each_database};

use crate::people::{CATALOG, bank, events, firm_key, new_grant, signed_in};

/// Somebody whom the legal representative lets do this, signed in.
async fn agent(test: &TestDb, rep: &FirmUser, mobile: &str, scope: MandateScope) -> FirmUser {
    let now = test.clock.now();
    let key = CodeKey::new(b"a key for tests only").unwrap();
    let id_key = IdHashKey::new(b"the key of the units in tests").unwrap();
    let mobile = Mobile::parse(mobile).unwrap();
    let name = "李华".to_owned();
    let scopes = BTreeSet::from([scope]);
    let new = NewMandate { mobile: mobile.clone(), name: name.clone(), scopes, until: date(2026, 12, 31) };
    let mut tx = test.db.begin().await.unwrap();
    let mandate = mandate::grant(&mut tx, &key, rep, &new, now).await.unwrap();
    firm::request_code(&mut tx, &key, &mobile, now).await.unwrap();
    tx.commit().await.unwrap();
    let sent = events(&test.db, "notify.sms").await;
    let sent = sent.iter().rev().find(|sms| sms.payload["template"] == "sign_in_code").unwrap();
    let code = sent.payload["values"]["code"].as_str().unwrap();
    let token = firm::sign_in(&test.db, &key, &mobile, code, now).await.unwrap().token;
    let FirmSession::Unverified(person) = firm::authenticate(&test.db, &token, now).await.unwrap() else {
        panic!("a new number belongs to nobody yet");
    };
    let resident_id = ResidentId::parse("500103188503071231", date(2026, 11, 10)).unwrap();
    let claim = AgentClaim { name, resident_id };
    let mut tx = test.db.begin().await.unwrap();
    mandate::accept(&mut tx, &key, &id_key, &person, &mandate.mandate_id, &claim, now).await.unwrap();
    tx.commit().await.unwrap();
    firm::choose_subject(&test.db, &token, &firm_key(), now).await.unwrap()
}

#[tokio::test]
async fn an_agent_consents_only_when_the_mandate_says_so() {
    each_database(async |test| {
        let (rep, bank, now) = (signed_in(test).await, bank("bank01"), test.clock.now());
        let agent = agent(test, &rep, "13900005678", MandateScope::Consent).await;
        let mut tx = test.db.begin().await.unwrap();
        let given = grant(&mut tx, &CATALOG, &agent, new_grant(&bank, &["tax_payment"]), now).await.unwrap();
        assert_eq!((given.grantor_role, &given.grantor), (FirmRole::Agent, agent.account()));
        let read = permit_self(&mut tx, &CATALOG, &agent, OwnPurpose::Report, &["tax_payment"], now).await;
        assert!(matches!(read, Err(ConsentError::MayNotRead)));
        withdraw(&mut tx, &rep, &given.consent_id, "", now).await.unwrap();
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_agent_for_reports_reads_and_grants_nothing() {
    each_database(async |test| {
        let (rep, bank, now) = (signed_in(test).await, bank("bank01"), test.clock.now());
        let agent = agent(test, &rep, "13900005678", MandateScope::Report).await;
        let mut tx = test.db.begin().await.unwrap();
        let new = new_grant(&bank, &["tax_payment"]);
        let given = grant(&mut tx, &CATALOG, &rep, new.clone(), now).await.unwrap();
        let refused = grant(&mut tx, &CATALOG, &agent, new, now).await;
        assert!(matches!(refused, Err(ConsentError::MayNotConsent)));
        let refused = withdraw(&mut tx, &agent, &given.consent_id, "", now).await;
        assert!(matches!(refused, Err(ConsentError::MayNotConsent)));
        for own in [OwnPurpose::Report, OwnPurpose::Prequal] {
            permit_self(&mut tx, &CATALOG, &agent, own, &["tax_payment"], now).await.unwrap();
        }
        tx.commit().await.unwrap();
    })
    .await;
}
