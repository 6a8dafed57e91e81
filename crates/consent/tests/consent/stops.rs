//! A withdrawal sends the bank a stop notice; the bank takes note, once and for itself only; the firm sees it.

use std::sync::{Arc, Mutex};

use jq_base::ids::SubjectKey;
use jq_base::permit::Purpose;
use jq_consent::{
    BankReader, ConsentError, StopWhy, acknowledge_stop, list_stop_notices, list_stop_notices_about,
    permit_bank,
};
use jq_jobs::{NewJob, Worker, enqueue};
use jq_testkit::{TestDb, each_database};

use crate::people::{CATALOG, bank, events, firm_key, give, lines, new_grant, officer, signed_in, take_back};

async fn note(test: &TestDb, reader: BankReader<'_>, at: usize) -> Result<Option<String>, ConsentError> {
    let notices = list_stop_notices_about(&test.db, &firm_key(), 10).await.unwrap();
    let mut tx = test.db.begin().await.unwrap();
    let now = tx.now();
    let noted = acknowledge_stop(&mut tx, reader, &notices[at].notice_id, now).await?;
    tx.commit().await.unwrap();
    Ok(noted.acknowledged_by)
}

#[tokio::test]
async fn a_bank_takes_note_of_a_withdrawal_and_the_firm_sees_who_has_not() {
    each_database(async |test| {
        let (user, one, two) = (signed_in(test).await, bank("bank01"), bank("bank02"));
        for bank in [&one, &two] {
            let given = give(test, &user, new_grant(bank, &["tax_payment"])).await;
            take_back(test, &user, &given.consent_id).await;
        }
        let sent = list_stop_notices(&test.db, &one, 10).await.unwrap();
        assert_eq!((sent.len(), sent[0].why, &sent[0].bank), (1, StopWhy::Withdrawn, &one));
        assert_eq!((sent[0].subject_name.as_str(), sent[0].sent_at), ("某某食品", test.clock.now()));
        let told = events(&test.db, "consent.withdrawn").await;
        assert!(told.iter().any(|event| event.payload["notice_id"] == sent[0].notice_id.as_str()));

        let of_one = list_stop_notices_about(&test.db, &firm_key(), 10)
            .await
            .unwrap()
            .iter()
            .position(|n| n.bank == one);
        let of_one = of_one.unwrap();
        let foreign = note(test, officer(&two), of_one).await.unwrap_err();
        assert!(matches!(foreign, ConsentError::NotFound), "another bank's notice is not there");
        assert_eq!(note(test, officer(&one), of_one).await.unwrap().as_deref(), Some("officer@bank01"));
        let again = BankReader { reader: "admin@bank01", role: "bank_admin", ..officer(&one) };
        let kept = note(test, again, of_one).await.unwrap();
        assert_eq!(kept.as_deref(), Some("officer@bank01"), "the first word counts");

        let seen = list_stop_notices_about(&test.db, &firm_key(), 10).await.unwrap();
        let open: Vec<_> = seen.iter().filter(|n| n.acknowledged_at.is_none()).map(|n| &n.bank).collect();
        assert_eq!(open, [&two]);
        assert_eq!(lines(&test.db, "consent.stop_acknowledged").await.len(), 1);
        assert_eq!(events(&test.db, "consent.stop_acknowledged").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_job_that_was_queued_before_reads_nothing_after() {
    each_database(async |test| {
        let (user, one) = (signed_in(test).await, bank("bank01"));
        let given = give(test, &user, new_grant(&one, &["tax_payment"])).await;
        let mut tx = test.db.begin().await.unwrap();
        enqueue(&mut tx, NewJob::new("bank.look", &firm_key())).await.unwrap();
        tx.commit().await.unwrap();
        take_back(test, &user, &given.consent_id).await;
        let said = Arc::new(Mutex::new(Vec::new()));
        let worker = Worker::new(test.db.clone()).on("bank.look", {
            let (db, said) = (test.db.clone(), Arc::clone(&said));
            move |job| {
                let (db, said) = (db.clone(), Arc::clone(&said));
                async move {
                    // A permit has no form in which a job could keep it: whoever reads later asks later.
                    let subject: SubjectKey = SubjectKey::parse(&job.read::<String>()?).unwrap();
                    let bank = bank("bank01");
                    let mut tx = db.begin().await?;
                    let (now, what, why) = (tx.now(), &["tax_payment"], Purpose::PreLoan);
                    let answer =
                        permit_bank(&mut tx, &CATALOG, officer(&bank), &subject, what, why, None, now).await;
                    tx.commit().await?;
                    said.lock().unwrap().push(answer.map(|_| ()).map_err(|error| error.code()));
                    Ok(())
                }
            }
        });
        worker.run_due().await.unwrap();
        assert_eq!(*said.lock().unwrap(), [Err("consent/withdrawn")]);
    })
    .await;
}
