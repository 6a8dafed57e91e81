//! What a firm says of the bank's work: whether it was called, and that a refusal should be looked at again.

use jiff::SignedDuration;
use jq_lending::clock::{ClockKind, ClockState};
use jq_lending::order::{ContactChannel, OrderFilter};
use jq_lending::{Actor, FieldRule, LendingError, OrderAct, OrderEventKind, OrderState};
use jq_testkit::each_database;

use super::people::{Town, conclusion};

const WHY: &str = "本月新签两份供货合同，回款足以覆盖本息";

fn called() -> OrderAct {
    OrderAct::Contact { channel: ContactChannel::Phone, note: String::new(), at: None }
}

fn appeal() -> OrderAct {
    OrderAct::Appeal { note: WHY.to_owned() }
}

#[tokio::test]
async fn a_call_that_the_firm_denies_does_not_count() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let order = town.applied().await;
        let order = town.officer_does(&order, OrderAct::Accept).await;
        let say = |reached| OrderAct::ConfirmContact { reached };
        let early = town.act(&Actor::Firm(&town.firm), &order.order_id, say(true)).await;
        assert!(matches!(early, Err(LendingError::NotAllowed(_))), "nothing was noted yet: {early:?}");
        let order = town.officer_does(&order, called()).await;
        assert_eq!(town.clock(&order, ClockKind::K1b).await.unwrap().state, ClockState::Done);
        let order = town.firm_does(&order, say(false)).await;
        assert_eq!((order.contacted_at, order.contact_confirmed), (None, Some(false)));
        assert_eq!(town.clock(&order, ClockKind::K1b).await.unwrap().state, ClockState::Running);
        assert_eq!(town.events("lending.order.confirm_contact").await[0].payload["data"]["reached"], false);
        let twice = town.act(&Actor::Firm(&town.firm), &order.order_id, say(true)).await;
        assert!(matches!(twice, Err(LendingError::NotAllowed(_))));
        // The bank calls again, and the firm says so.
        test.advance(SignedDuration::from_hours(1));
        let order = town.officer_does(&order, called()).await;
        let order = town.firm_does(&order, say(true)).await;
        assert_eq!((order.contacted_at, order.contact_confirmed), (Some(town.now()), Some(true)));
        let order = town.officer_does(&order, called()).await;
        assert_eq!(order.contact_confirmed, Some(true), "a later call asks nothing again");
        assert!(town.lending.is_whole(&test.db, &order.order_id).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_second_person_stands_by_a_refusal_and_says_why() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let order = town.refused().await;
        let uphold = |note: &str| OrderAct::Uphold { note: note.to_owned() };
        let early =
            town.act(&Actor::Bank(&town.second_approver), &order.order_id, uphold(WHY)).await.unwrap_err();
        match early {
            LendingError::NotAllowed(refused) => assert_eq!(refused.allowed, [OrderEventKind::Appeal]),
            other => panic!("{other:?}"),
        }
        let order = town.firm_does(&order, appeal()).await;
        assert_eq!(order.state, OrderState::Rejected);
        assert!(order.waits_for_appeal() && order.due_at.is_some());
        let waiting = OrderFilter { appealed: true, ..OrderFilter::default() };
        let bank = Actor::Bank(&town.second_approver);
        let list = || town.lending.list_for(&test.db, &bank, &waiting, None, 10);
        assert_eq!(list().await.unwrap().orders.len(), 1);
        // Whoever refused does not answer, and an empty phrase is no answer.
        let own = town.act(&Actor::Bank(&town.approver), &order.order_id, uphold(WHY)).await;
        assert!(matches!(own, Err(LendingError::FourEyes)), "{own:?}");
        match town.act(&bank, &order.order_id, uphold("综合评分不足，综合评分不足")).await {
            Err(LendingError::Fields(fields)) => assert_eq!(fields[0].rule, FieldRule::SaysNothing),
            other => panic!("{other:?}"),
        }
        let said = "复核了近一年流水，还款来源仍不足以覆盖新增本息";
        let order = town.act(&bank, &order.order_id, uphold(said)).await.unwrap();
        assert_eq!((order.state, order.due_at), (OrderState::Rejected, None));
        assert!(order.refusal.is_some() && !order.waits_for_appeal());
        assert!(list().await.unwrap().orders.is_empty());
        assert_eq!(town.clock(&order, ClockKind::K2a).await.unwrap().state, ClockState::Done);
        assert_eq!(town.events("lending.order.uphold").await[0].payload["note"], said);
        let again = town.act(&Actor::Firm(&town.firm), &order.order_id, appeal()).await;
        assert!(matches!(again, Err(LendingError::NotAllowed(_))), "once: {again:?}");
    })
    .await;
}

#[tokio::test]
async fn a_refusal_that_was_wrong_is_taken_up_again_in_a_time_of_its_own() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let order = town.refused().await;
        let refused_at = order.decided_at;
        test.advance(SignedDuration::from_hours(24 * 20));
        let order = town.firm_does(&order, appeal()).await;
        let reopen =
            OrderAct::Reopen { note: "新的合同说明还款来源充足，重新办理".to_owned() };
        let order = town.act(&Actor::Bank(&town.second_approver), &order.order_id, reopen).await.unwrap();
        assert_eq!(order.state, OrderState::Surveying);
        assert!(order.refusal.is_none() && order.decided_at.is_none() && order.ended_at.is_none());
        let decide = town.clock(&order, ClockKind::K2).await.unwrap();
        assert_eq!((decide.state, decide.started_at), (ClockState::Running, town.now()));
        let order = town.officer_does(&order, conclusion()).await;
        let grant = OrderAct::Grant(town.terms(&order));
        let order = town.act(&Actor::Bank(&town.approver), &order.order_id, grant).await.unwrap();
        assert_eq!((order.state, order.decided_in_time), (OrderState::Approved, Some(true)));
        assert_ne!(order.decided_at, refused_at);
        let steps = town.lending.steps(&test.db, &order.order_id).await.unwrap();
        assert!(steps.iter().any(|step| step.event == OrderEventKind::Refuse), "the refusal stays on record");
        assert!(town.lending.is_whole(&test.db, &order.order_id).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn an_appeal_has_its_days_and_does_not_stand_beside_a_new_order() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let order = town.refused().await;
        let order = town.firm_does(&order, appeal()).await;
        let other = town.apply(town.wish()).await.unwrap();
        let reopen =
            OrderAct::Reopen { note: "新的合同说明还款来源充足，重新办理".to_owned() };
        match town.act(&Actor::Bank(&town.second_approver), &order.order_id, reopen).await {
            Err(LendingError::DoubleOpen { order_no, .. }) => assert_eq!(order_no, other.order_no),
            other => panic!("{other:?}"),
        }
        let second = town.officer_does(&other, OrderAct::Accept).await;
        let second = town.officer_does(&second, OrderAct::Survey).await;
        let refuse = OrderAct::Refuse(super::people::refusal());
        let second = town.act(&Actor::Bank(&town.approver), &second.order_id, refuse).await.unwrap();
        test.advance(SignedDuration::from_hours(24 * 31));
        match town.act(&Actor::Firm(&town.firm), &second.order_id, appeal()).await {
            Err(LendingError::TooLate { until }) => assert!(until <= town.now()),
            other => panic!("{other:?}"),
        }
    })
    .await;
}
