//! Each rung is acted upon once for each round of an order, however late the sweep comes.

use jiff::SignedDuration;
use jq_lending::order::ContactChannel;
use jq_lending::{Actor, LendingError, OrderAct, OrderState};
use jq_testkit::{each_database, instant};

use super::people::Town;
use super::staff::supervision;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Moves the test's clock to a moment.
fn go_to(town: &Town<'_>, at: &str) {
    town.test.advance(instant(at).duration_since(town.now()));
}

async fn rungs(town: &Town<'_>, order: &jq_lending::Order) -> Vec<String> {
    let acts = supervision(town).list_acts(&order.order_id).await.unwrap();
    acts.into_iter().map(|act| act.rung).collect()
}

#[tokio::test]
async fn an_order_nobody_decides_climbs_the_ladder_once_a_rung() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let supervision = supervision(&town);
        let order = town.applied().await;
        let order = town.officer_does(&order, OrderAct::Accept).await;
        // Accepted on Tuesday 10th: the fifth working day begins on the 17th, the eighth on the 20th.
        for (at, expected) in [
            ("2026-11-11T12:00:00+08:00", vec![]),
            ("2026-11-12T00:00:00+08:00", vec!["k1b_over"]),
            ("2026-11-17T09:00:00+08:00", vec!["k1b_over", "k2_day5"]),
            ("2026-11-20T09:00:00+08:00", vec!["k1b_over", "k2_day5", "k2_day8"]),
            ("2026-11-24T09:00:00+08:00", vec!["k1b_over", "k2_day5", "k2_day8", "k2_day10"]),
            ("2026-11-25T00:00:00+08:00", vec!["k1b_over", "k2_day5", "k2_day8", "k2_day10", "k2_over"]),
        ] {
            go_to(&town, at);
            supervision.sweep_now(town.now()).await.unwrap();
            supervision.sweep_now(town.now()).await.unwrap();
            assert_eq!(rungs(&town, &order).await, expected, "{at}");
        }
        assert_eq!(town.events("supervision.overdue").await.len(), 1);
        assert_eq!(town.events("supervision.escalated").await.len(), 2);
        let late = supervision.list_late(None, town.now(), 10).await.unwrap();
        assert_eq!((late.len(), late[0].order.order_no.as_str()), (1, order.order_no.as_str()));
    })
    .await;
}

#[tokio::test]
async fn a_sweep_that_comes_late_does_everything_in_the_order_it_was_due() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let order = town.to_decide().await;
        go_to(&town, "2026-11-30T09:00:00+08:00");
        let swept = supervision(&town).sweep_now(town.now()).await.unwrap();
        assert_eq!((swept.acts, swept.failed), (4, 0));
        let acts = supervision(&town).list_acts(&order.order_id).await.unwrap();
        assert!(acts.windows(2).all(|pair| pair[0].due_at <= pair[1].due_at));
        assert_eq!(acts[0].due_at, instant("2026-11-17T00:00:00+08:00"));
        assert_eq!(acts[0].recorded_at, town.now());
    })
    .await;
}

#[tokio::test]
async fn days_of_waiting_for_papers_are_not_held_against_the_bank() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let order = town.to_decide().await;
        let ask = OrderAct::RequestMaterials { materials: vec!["购销合同".to_owned()] };
        let order = town.officer_does(&order, ask).await;
        go_to(&town, "2026-11-17T10:00:00+08:00");
        supervision(&town).sweep_now(town.now()).await.unwrap();
        assert_eq!(rungs(&town, &order).await, ["supply_day5"], "the firm is reminded, not the bank");
        town.firm_does(&order, OrderAct::Supply { note: "已提交".to_owned() }).await;
        go_to(&town, "2026-11-20T09:00:00+08:00");
        supervision(&town).sweep_now(town.now()).await.unwrap();
        assert_eq!(rungs(&town, &order).await, ["supply_day5"]);
    })
    .await;
}

#[tokio::test]
async fn an_order_nobody_takes_is_sent_on_and_that_is_on_record() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let order = town.applied().await;
        go_to(&town, "2026-11-13T09:00:00+08:00");
        supervision(&town).sweep_now(town.now()).await.unwrap();
        let again = town.lending.get(&test.db, &order.order_id).await.unwrap();
        assert_eq!((again.state, again.round), (OrderState::Dispatched, 2));
        assert_eq!(rungs(&town, &order).await, ["k1_over"]);
        test.advance(DAY);
        supervision(&town).sweep_now(town.now()).await.unwrap();
        assert_eq!(rungs(&town, &order).await, ["k1_over"], "the new round has its own time");
    })
    .await;
}

#[tokio::test]
async fn two_sweepers_at_the_same_moment_act_once() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let order = town.to_decide().await;
        go_to(&town, "2026-11-30T09:00:00+08:00");
        let other = jq_supervision::Supervision::new(
            test.open_again().await,
            jq_lending::Lending::embedded(test.open_again().await).unwrap(),
        )
        .unwrap();
        let ours = supervision(&town);
        let (one, two) = tokio::join!(ours.sweep_now(town.now()), other.sweep_now(town.now()));
        assert_eq!(one.unwrap().acts + two.unwrap().acts, 4);
        assert_eq!(rungs(&town, &order).await.len(), 4);
    })
    .await;
}

#[tokio::test]
async fn an_appeal_is_chased_and_what_was_decided_is_not() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let supervision = supervision(&town);
        let order = town.refused().await;
        go_to(&town, "2026-11-23T09:00:00+08:00");
        let why = "本月新签两份供货合同，回款足以覆盖本息".to_owned();
        let order = town.firm_does(&order, OrderAct::Appeal { note: why.clone() }).await;
        supervision.sweep_now(town.now()).await.unwrap();
        assert!(rungs(&town, &order).await.is_empty(), "the decision was in time");
        // The fourth working day after Monday 23rd is Friday 27th; the fifth is over on the 30th.
        for (at, expected) in [
            ("2026-11-27T09:00:00+08:00", vec!["k2a_day4"]),
            ("2026-12-01T09:00:00+08:00", vec!["k2a_day4", "k2a_over"]),
        ] {
            go_to(&town, at);
            supervision.sweep_now(town.now()).await.unwrap();
            assert_eq!(rungs(&town, &order).await, expected, "{at}");
        }
        assert_eq!(supervision.list_late(None, town.now(), 10).await.unwrap().len(), 1);
        // Taken up again, it climbs the ladder of a decision anew.
        let reopen = OrderAct::Reopen { note: why };
        let again = Actor::Bank(&town.second_approver);
        let order = town.act(&again, &order.order_id, reopen).await.unwrap();
        supervision.sweep_now(town.now()).await.unwrap();
        assert!(supervision.list_late(None, town.now(), 10).await.unwrap().is_empty(), "it was answered");
        go_to(&town, "2026-12-08T09:00:00+08:00");
        supervision.sweep_now(town.now()).await.unwrap();
        assert_eq!(rungs(&town, &order).await, ["k2a_day4", "k2a_over", "k2_day5"]);
    })
    .await;
}

#[tokio::test]
async fn a_call_that_is_denied_is_late_again() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let supervision = supervision(&town);
        let order = town.applied().await;
        let order = town.officer_does(&order, OrderAct::Accept).await;
        go_to(&town, "2026-11-12T09:00:00+08:00");
        supervision.sweep_now(town.now()).await.unwrap();
        let late = async || supervision.list_late(None, town.now(), 10).await.unwrap().len();
        assert_eq!(late().await, 1);
        let called = OrderAct::Contact { channel: ContactChannel::Phone, note: String::new(), at: None };
        let order = town.officer_does(&order, called).await;
        supervision.sweep_now(town.now()).await.unwrap();
        assert_eq!(late().await, 0);
        test.advance(SignedDuration::from_mins(5));
        let order = town.firm_does(&order, OrderAct::ConfirmContact { reached: false }).await;
        supervision.sweep_now(town.now()).await.unwrap();
        assert_eq!(late().await, 1, "nobody called");
        assert_eq!(rungs(&town, &order).await, ["k1b_over"]);
        let before = instant("2026-11-12T09:01:00+08:00");
        let again =
            OrderAct::Contact { channel: ContactChannel::Phone, note: String::new(), at: Some(before) };
        let told = town.act(&Actor::Bank(&town.officer), &order.order_id, again).await;
        assert!(matches!(told, Err(LendingError::Fields(_))), "a call before the denial: {told:?}");
    })
    .await;
}
