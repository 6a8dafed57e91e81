//! What nobody goes on with ends by itself, and nothing depends on when it is looked at.

use jiff::SignedDuration;
use jq_lending::clock::{ClockKind, ClockState};
use jq_lending::{ImportError, OrderAct, OrderState};
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

/// The shipped calendar with one more year, and a day off in November that was worked before.
fn with_next_year(day_off: &str) -> String {
    let shipped = include_str!("../../../../calendar/workdays.csv").trim_end();
    format!(
        "{shipped}\n{day_off},holiday,临时,extra\n2027-01-01,Fri,holiday,元旦,New Year's Day\n2027-10-01,Fri,holiday,国庆节,National Day\n"
    )
}

#[tokio::test]
async fn a_new_calendar_moves_what_is_open_and_leaves_what_was_judged() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let decided = town.granted().await;
        town.firm_does(&decided, OrderAct::Sign { contract_no: None }).await;
        let judged = town.clock(&decided, ClockKind::K2).await.unwrap();
        let open = town.apply(town.wish()).await.unwrap();
        let open = town.officer_does(&open, OrderAct::Accept).await;
        let before = town.clock(&open, ClockKind::K2).await.unwrap().due_at;
        let text = with_next_year("2026-11-18,Wed");
        let by = ("operator@cli", "operator");
        let done = town.lending.import_calendar(&text, "2027", by).await.unwrap();
        assert_eq!((done.version.as_str(), done.years.last()), ("2027", Some(&2027)));
        let after = town.clock(&open, ClockKind::K2).await.unwrap().due_at;
        assert!(after > before, "a day off more is a day later: {before:?}, {after:?}");
        assert_eq!(town.clock(&decided, ClockKind::K2).await.unwrap().state, judged.state);
        // Another process takes it over; the same import again changes nothing.
        let other = jq_lending::Lending::embedded(test.db.clone()).unwrap();
        assert!(other.refresh_calendar().await.unwrap());
        assert_eq!(other.calendar().version(), "2027");
        assert_eq!(town.lending.import_calendar(&text, "2027", by).await.unwrap().moved, 0);
        let taken = town.lending.import_calendar(&with_next_year("2026-11-19,Thu"), "2027", by).await;
        assert!(matches!(taken, Err(ImportError::Taken(_))), "{taken:?}");
        let short = include_str!("../../../../calendar/workdays.csv");
        let short = town.lending.import_calendar(short, "back", by).await;
        assert!(matches!(short, Err(ImportError::YearMissing(2027))), "{short:?}");
        let broken = town.lending.import_calendar("day,kind\n", "broken", by).await;
        assert!(matches!(broken, Err(ImportError::File(_))));
        assert_eq!(town.lending.list_calendars().await.unwrap().len(), 1);
    })
    .await;
}
