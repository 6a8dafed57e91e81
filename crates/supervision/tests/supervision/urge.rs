//! People urge a bank, the bank answers, and everybody sees both.

use jq_lending::{Actor, OrderAct, OrderState};
use jq_supervision::{SupervisionError, URGES_OPEN_MAX, Urger};
use jq_testkit::each_database;

use super::people::{Town, refusal};
use super::staff::{desk, supervision, supervisor};

#[tokio::test]
async fn an_urge_is_answered_by_the_bank_it_went_to() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let (supervision, desk) = (supervision(&town), desk(test).await);
        let order = town.applied().await;
        let mut tx = test.db.begin().await.unwrap();
        let urger = Urger::Desk(&desk);
        let text = "企业来电询问进度，请尽快联系";
        let act = supervision.urge(&mut tx, urger, &order.order_id, text, town.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(supervision.list_unanswered(Some(&order.bank), 10).await.unwrap().len(), 1);
        let mut tx = test.db.begin().await.unwrap();
        let other =
            supervision.answer(&mut tx, &town.stranger, &act.act_id, "与我行无关的单", town.now()).await;
        assert!(matches!(other, Err(SupervisionError::ActNotFound)));
        tx.rollback().await.unwrap();
        let mut tx = test.db.begin().await.unwrap();
        let answer = "已约定今天下午三点上门";
        let told = supervision.answer(&mut tx, &town.officer, &act.act_id, answer, town.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(told.answer.unwrap().by, "officer@bank01");
        assert!(supervision.list_unanswered(None, 10).await.unwrap().is_empty());
        let mut tx = test.db.begin().await.unwrap();
        let again = supervision.answer(&mut tx, &town.officer, &act.act_id, answer, town.now()).await;
        assert!(matches!(again, Err(SupervisionError::Answered { .. })));
        assert_eq!(town.events("supervision.answered").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn nobody_urges_without_reason_or_without_end() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let (supervision, supervisor) = (supervision(&town), supervisor(test).await);
        let order = town.to_decide().await;
        let urger = Urger::Oversight(&supervisor);
        let mut tx = test.db.begin().await.unwrap();
        let short = supervision.urge(&mut tx, urger, &order.order_id, "快", town.now()).await;
        assert!(matches!(short, Err(SupervisionError::Text { min: 5, max: 500 })));
        for _ in 0..URGES_OPEN_MAX {
            supervision.urge(&mut tx, urger, &order.order_id, "请按时答复企业", town.now()).await.unwrap();
        }
        let more = supervision.urge(&mut tx, urger, &order.order_id, "请按时答复企业", town.now()).await;
        assert!(matches!(more, Err(SupervisionError::TooManyUrges { count: URGES_OPEN_MAX })));
        let officer = Urger::Bank(&town.officer);
        let role = supervision.urge(&mut tx, officer, &order.order_id, "请按时答复企业", town.now()).await;
        assert!(matches!(role, Err(SupervisionError::WrongRole)));
        tx.commit().await.unwrap();
        let refuse = OrderAct::Refuse(refusal());
        town.act(&Actor::Bank(&town.approver), &order.order_id, refuse).await.unwrap();
        let mut tx = test.db.begin().await.unwrap();
        let over = supervision.urge(&mut tx, urger, &order.order_id, "请按时答复企业", town.now()).await;
        assert!(matches!(over, Err(SupervisionError::NothingToUrge { state: OrderState::Rejected })));
        tx.rollback().await.unwrap();
        supervision.sweep_now(town.now()).await.unwrap();
        assert!(supervision.list_unanswered(None, 10).await.unwrap().is_empty(), "the decision settles them");
    })
    .await;
}
