//! What nobody goes on with ends by itself, and nothing depends on when it is looked at.

use jiff::SignedDuration;
use jq_lending::clock::{ClockKind, ClockState};
use jq_lending::{OrderAct, OrderState};
use jq_testkit::each_database;

use super::people::Town;

#[tokio::test]
async fn papers_that_never_come_and_offers_that_nobody_signs_lapse() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let order = town.applied().await;
        let order = town.officer_does(&order, OrderAct::Accept).await;
        let order = town.officer_does(&order, OrderAct::Survey).await;
        let ask = OrderAct::RequestMaterials { materials: vec!["购销合同".to_owned()] };
        let order = town.officer_does(&order, ask).await;
        test.advance(SignedDuration::from_hours(24 * 10));
        assert_eq!(town.lending.sweep_now(town.now()).await.unwrap(), 0);
        test.advance(SignedDuration::from_hours(24 * 6));
        assert_eq!(town.lending.sweep_now(town.now()).await.unwrap(), 1);
        let over = town.lending.get(&test.db, &order.order_id).await.unwrap();
        assert_eq!(over.state, OrderState::Lapsed);
        assert_eq!(town.events("lending.order.lapse").await.len(), 1);
        let order = town.granted().await;
        test.advance(SignedDuration::from_hours(24 * 60));
        assert_eq!(town.lending.sweep_now(town.now()).await.unwrap(), 1);
        let over = town.lending.get(&test.db, &order.order_id).await.unwrap();
        assert_eq!(over.state, OrderState::Lapsed);
    })
    .await;
}

#[tokio::test]
async fn the_ten_days_are_over_at_midnight_of_the_tenth() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let order = town.applied().await;
        let order = town.officer_does(&order, OrderAct::Accept).await;
        let steps = town.lending.steps(&test.db, &order.order_id).await.unwrap();
        let due = jq_testkit::instant("2026-11-25T00:00:00+08:00");
        let stands = |at| {
            let clocks = town.lending.clocks(&order, &steps, at);
            let clock = clocks.find(ClockKind::K2).unwrap().clone();
            (clock.state, clock.days_left, clock.due_at)
        };
        let before = due - SignedDuration::from_secs(1);
        assert_eq!(stands(before), (ClockState::Running, Some(0), Some(due)));
        assert_eq!(stands(due), (ClockState::Late, Some(-1), Some(due)));
        let order = town.officer_does(&order, OrderAct::Survey).await;
        let order = town.officer_does(&order, super::people::conclusion()).await;
        test.advance(SignedDuration::from_hours(24 * 20));
        let grant = OrderAct::Grant(town.terms(&order));
        let late = town.act(&jq_lending::Actor::Bank(&town.approver), &order.order_id, grant).await.unwrap();
        assert_eq!(late.decided_in_time, Some(false));
    })
    .await;
}
