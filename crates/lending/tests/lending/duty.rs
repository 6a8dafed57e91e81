//! Who gets orders: leave, how many, a pool to claim from, and handing everything over.

use jiff::civil::date;
use jq_base::clock::date_of;
use jq_lending::order::{DispatchWay, Duty, OrderFilter};
use jq_lending::{Actor, FieldRule, LendingError, OrderAct, OrderState};
use jq_testkit::each_database;

use super::people::{Town, bank};

#[tokio::test]
async fn whoever_is_away_or_full_gets_no_new_orders() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let today = date_of(town.now());
        let away = Duty { away: Some((today, date(2026, 11, 30))), ..Duty::default() };
        town.lending.set_duty(&town.admin, "officer@bank01", away).await.unwrap();
        let order = town.applied().await;
        assert_eq!(order.officer.as_deref(), Some("officer2@bank01"));
        town.firm_does(&order, OrderAct::Withdraw { note: String::new() }).await;
        let none = Duty { orders_max: Some(0), away: None };
        town.lending.set_duty(&town.admin, "officer2@bank01", none).await.unwrap();
        let pooled = town.apply(town.wish()).await.unwrap();
        assert_eq!((pooled.state, pooled.officer.clone()), (OrderState::Dispatched, None), "nobody takes it");
        let taken =
            town.act(&Actor::Bank(&town.colleague), &pooled.order_id, OrderAct::Accept).await.unwrap();
        assert_eq!(taken.officer.as_deref(), Some("officer2@bank01"), "whoever claims it has it");
        let duties = town.lending.duties(&test.db, &bank("bank01")).await.unwrap();
        assert_eq!(duties["officer@bank01"], away);
    })
    .await;
}

#[tokio::test]
async fn a_bank_that_lets_its_people_claim_sends_orders_to_nobody() {
    each_database(async |test| {
        let town = Town::new(test).await;
        town.lending.set_dispatch_way(&town.admin, DispatchWay::Pool).await.unwrap();
        let order = town.applied().await;
        assert_eq!((order.state, order.officer.as_ref()), (OrderState::Dispatched, None));
        let pool = OrderFilter { unclaimed: true, ..OrderFilter::default() };
        let officer = Actor::Bank(&town.officer);
        let seen = town.lending.list_for(&test.db, &officer, &pool, None, 10).await.unwrap();
        assert_eq!(seen.orders.len(), 1);
        // Two claim it; the first has it, the other is told.
        town.officer_does(&order, OrderAct::Accept).await;
        let late = town.act(&Actor::Bank(&town.colleague), &order.order_id, OrderAct::Accept).await;
        assert!(matches!(late, Err(LendingError::NotAllowed(_))), "{late:?}");
        let refused = town.lending.set_dispatch_way(&town.officer, DispatchWay::Rule).await;
        assert!(matches!(refused, Err(LendingError::WrongRole { .. })));
    })
    .await;
}

#[tokio::test]
async fn all_orders_of_somebody_are_handed_over_and_their_times_go_on() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let order = town.applied().await;
        let order = town.officer_does(&order, OrderAct::Accept).await;
        assert_eq!(order.officer.as_deref(), Some("officer@bank01"));
        let own = town.lending.hand_over(&town.admin, "officer@bank01", Some("officer@bank01")).await;
        assert!(matches!(own, Err(LendingError::Fields(_))), "{own:?}");
        let theirs = town.lending.hand_over(&town.admin, "officer@bank02", None).await;
        assert!(matches!(theirs, Err(LendingError::NotYours)), "{theirs:?}");
        let done = town.lending.hand_over(&town.admin, "officer@bank01", None).await.unwrap();
        assert_eq!(done, (1, 0));
        let now = town.lending.get(&test.db, &order.order_id).await.unwrap();
        assert_eq!((now.officer.as_deref(), now.due_at), (Some("officer2@bank01"), order.due_at));
        assert_eq!(town.lending.hand_over(&town.admin, "officer@bank01", None).await.unwrap(), (0, 0));
        assert!(town.lending.is_whole(&test.db, &order.order_id).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_duty_that_makes_no_sense_is_told_field_by_field() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let wrong = Duty { orders_max: Some(9_999), away: Some((date(2026, 12, 1), date(2026, 11, 1))) };
        match town.lending.set_duty(&town.admin, "officer@bank01", wrong).await {
            Err(LendingError::Fields(fields)) => {
                assert_eq!((fields[0].field, &fields[0].rule), ("orders_max", &FieldRule::CountAbove(500)));
                assert_eq!(fields[1].field, "away_until");
            }
            other => panic!("{other:?}"),
        }
        let by_officer = town.lending.set_duty(&town.officer, "officer2@bank01", Duty::default()).await;
        assert!(matches!(by_officer, Err(LendingError::WrongRole { .. })));
    })
    .await;
}
