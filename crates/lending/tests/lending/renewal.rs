//! Loans that end soon, and what follows them.

use jiff::SignedDuration;
use jiff::civil::{Date, date};
use jq_base::clock::date_of;
use jq_lending::order::NewOrder;
use jq_lending::{Actor, LendingError, Order, OrderAct, OrderKind};
use jq_testkit::each_database;

use super::people::Town;

/// A loan of a year from 2026-11-10, paid out and owed.
async fn lent(town: &Town<'_>) -> (Order, Date) {
    let order = town.granted().await;
    let order = town.firm_does(&order, OrderAct::Sign { contract_no: None }).await;
    let draw = OrderAct::Draw {
        loan_ref: "B01-2026-0001".to_owned(),
        amount: order.available(),
        drawn_on: date(2026, 11, 10),
        report_no: "R-1".to_owned(),
    };
    let order = town.officer_does(&order, draw).await;
    let loans = town.lending.loans(&town.test.db, &order.order_id).await.unwrap();
    (order, loans[0].ends_on)
}

/// Pays every instalment that was due by now.
async fn pay(town: &Town<'_>, order: &Order, round: &str) {
    let today = date_of(town.now());
    let loan = town.lending.loans(&town.test.db, &order.order_id).await.unwrap().remove(0);
    for one in loan.instalments.iter().filter(|one| one.paid_on.is_none()) {
        if one.instalment.due_on > today {
            break;
        }
        let paid = OrderAct::Repay {
            loan_id: loan.loan_id.clone(),
            amount: one.instalment.total(),
            principal: Some(one.instalment.principal),
            paid_on: today,
            report_no: format!("P-{round}-{}", one.instalment.no),
        };
        town.officer_does(order, paid).await;
    }
}

fn renewal(town: &Town<'_>, order: &Order) -> NewOrder {
    NewOrder { kind: OrderKind::Renewal, follows: Some(order.order_id.clone()), ..town.wish() }
}

#[tokio::test]
async fn firm_and_bank_are_told_three_times_before_a_loan_ends() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let (order, ends_on) = lent(&town).await;
        let told = async || town.events("lending.loan.ends_soon").await.len();
        let mut expected = 0;
        for (round, days_before) in [61, 60, 45, 30, 16, 15, 14].into_iter().enumerate() {
            let day = ends_on.saturating_sub(jiff::ToSpan::days(i64::from(days_before)));
            let ahead = date_of(town.now()).until(day).unwrap().get_days();
            test.advance(SignedDuration::from_hours(24 * i64::from(ahead)));
            pay(&town, &order, &round.to_string()).await;
            town.lending.sweep_now(town.now()).await.unwrap();
            town.lending.sweep_now(town.now()).await.unwrap();
            expected += usize::from([60, 30, 15].contains(&days_before));
            assert_eq!(told().await, expected, "{days_before} days before");
        }
        let last = town.events("lending.loan.ends_soon").await.pop().unwrap();
        assert_eq!(last.payload["data"]["days_left"], 15);
        assert_eq!(last.payload["data"]["ends_on"], ends_on.to_string());
        let ending =
            town.lending.list_ending(&Actor::Bank(&town.officer), date_of(town.now())).await.unwrap();
        assert_eq!((ending.len(), ending[0].followed_by.clone()), (1, None));
        let theirs =
            town.lending.list_ending(&Actor::Bank(&town.stranger), date_of(town.now())).await.unwrap();
        assert!(theirs.is_empty(), "another bank's loans are not there");
    })
    .await;
}

#[tokio::test]
async fn a_loan_that_is_followed_is_shown_with_its_renewal_and_not_told_of() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let (order, ends_on) = lent(&town).await;
        let early = town.apply(renewal(&town, &order)).await;
        assert!(matches!(early, Err(LendingError::Fields(_))), "a year before the end: {early:?}");
        let day = ends_on.saturating_sub(jiff::ToSpan::days(58));
        let ahead = date_of(town.now()).until(day).unwrap().get_days();
        test.advance(SignedDuration::from_hours(24 * i64::from(ahead)));
        pay(&town, &order, "a").await;
        town.consent().await;
        let next = town.apply(renewal(&town, &order)).await.unwrap();
        assert_eq!(next.follows.as_ref(), Some(&order.order_id));
        assert_eq!(next.officer, order.officer, "whoever knows the firm has it");
        town.lending.sweep_now(town.now()).await.unwrap();
        assert!(town.events("lending.loan.ends_soon").await.is_empty());
        let ending = town.lending.list_ending(&Actor::Firm(&town.firm), date_of(town.now())).await.unwrap();
        assert_eq!(ending[0].followed_by.as_ref().unwrap().order_no, next.order_no);
        // Taken back, it is no longer followed, and the next time before the end is told of.
        town.firm_does(&next, OrderAct::Withdraw { note: String::new() }).await;
        test.advance(SignedDuration::from_hours(24 * 30));
        pay(&town, &order, "b").await;
        town.lending.sweep_now(town.now()).await.unwrap();
        assert_eq!(town.events("lending.loan.ends_soon").await.len(), 1);
    })
    .await;
}
