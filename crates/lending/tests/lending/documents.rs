//! Papers: handed in, looked at, taken back, used again, erased when they are over.

use jiff::SignedDuration;
use jq_base::ids::OrderId;
use jq_db::audit;
use jq_lending::document::{DocumentError, DocumentFault, DocumentLimits, Documents};
use jq_lending::{Actor, OrderAct};
use jq_testkit::each_database;

use super::people::Town;

const PHOTO: &[u8] = b"\xff\xd8\xff\xe0 a photo of a licence \xff\xd9";
const LICENCE: &str = "营业执照";

fn documents(town: &Town<'_>) -> Documents {
    let own: OrderId = jq_db::fresh_id(town.now());
    let folder = std::env::temp_dir().join(format!("jq-documents-{own}"));
    Documents::new(town.test.db.clone(), folder, DocumentLimits::embedded().unwrap())
}

#[tokio::test]
async fn a_paper_is_seen_by_the_bank_of_its_order_and_each_look_is_on_record() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let documents = documents(&town);
        let order = town.applied().await;
        let paper = documents.hand_in(&town.firm, &order.order_id, LICENCE, PHOTO.to_vec()).await.unwrap();
        let again = documents.hand_in(&town.firm, &order.order_id, LICENCE, PHOTO.to_vec()).await.unwrap();
        assert_eq!(again.document_id, paper.document_id, "sent twice it is one paper");
        let listed = documents.list(&order).await.unwrap();
        assert_eq!((listed.len(), listed[0].material.as_str()), (1, LICENCE));
        let (id, order_id) = (&paper.document_id, &order.order_id);
        let (_, bytes) = documents.open_for_bank(&town.officer, order_id, id).await.unwrap();
        assert_eq!(bytes, PHOTO);
        let looked =
            || audit::Filter { action: Some("lending.document.read".to_owned()), ..audit::Filter::default() };
        assert_eq!(audit::list(&test.db, &looked(), 10).await.unwrap().len(), 1);
        let foreign = documents.open_for_bank(&town.stranger, order_id, id).await;
        assert!(matches!(foreign, Err(DocumentError::Order(_))), "another bank's order is not there");
        documents.take_back(&town.firm, order_id, id).await.unwrap();
        let closed = documents.open_for_bank(&town.officer, order_id, id).await;
        assert!(matches!(closed, Err(DocumentError::NotFound)));
        assert_eq!(audit::list(&test.db, &looked(), 10).await.unwrap().len(), 1, "only what was seen");
    })
    .await;
}

#[tokio::test]
async fn wrong_files_and_closed_orders_are_refused_and_harm_nothing() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let documents = documents(&town);
        let order = town.to_decide().await;
        let program = documents.hand_in(&town.firm, &order.order_id, LICENCE, b"MZ a program".to_vec()).await;
        assert!(matches!(program, Err(DocumentError::Fault(DocumentFault::Kind))));
        let unnamed = documents.hand_in(&town.firm, &order.order_id, " ", PHOTO.to_vec()).await;
        assert!(matches!(unnamed, Err(DocumentError::Material)));
        let good = documents.hand_in(&town.firm, &order.order_id, LICENCE, PHOTO.to_vec()).await.unwrap();
        let terms = town.terms(&order);
        town.act(&Actor::Bank(&town.approver), &order.order_id, OrderAct::Grant(terms)).await.unwrap();
        let late = documents.take_back(&town.firm, &order.order_id, &good.document_id).await;
        assert!(matches!(late, Err(DocumentError::Closed)), "what was decided upon stays");
        assert_eq!(documents.list(&order).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_paper_is_used_again_and_erased_when_every_order_is_over() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let documents = documents(&town);
        let first = town.applied().await;
        let paper = documents.hand_in(&town.firm, &first.order_id, LICENCE, PHOTO.to_vec()).await.unwrap();
        town.firm_does(&first, OrderAct::Withdraw { note: String::new() }).await;
        test.advance(SignedDuration::from_hours(24 * 30));
        town.consent().await;
        let second = town.apply(town.wish()).await.unwrap();
        let others = documents.list_others(&second).await.unwrap();
        assert_eq!(others.len(), 1, "the earlier paper is offered");
        let id = &paper.document_id;
        documents.give_again(&town.firm, &second.order_id, id, LICENCE).await.unwrap();
        assert!(documents.list_others(&second).await.unwrap().is_empty());
        // The first order ended more than 90 days ago, the second has not.
        test.advance(SignedDuration::from_hours(24 * 70));
        assert_eq!(documents.erase_over(town.now()).await.unwrap(), 0);
        town.firm_does(&second, OrderAct::Withdraw { note: String::new() }).await;
        test.advance(SignedDuration::from_hours(24 * 91));
        assert_eq!(documents.erase_over(town.now()).await.unwrap(), 1);
        assert_eq!(documents.erase_over(town.now()).await.unwrap(), 0, "once");
        assert!(documents.shelf().find_as(id.as_str()).await.unwrap().is_none(), "the file is gone");
        let gone = documents.open_own(&town.firm, &second.order_id, id).await;
        assert!(matches!(gone, Err(DocumentError::NotFound)));
    })
    .await;
}
