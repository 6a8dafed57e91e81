//! Money that is paid out and paid back, each report once.

use jiff::SignedDuration;
use jiff::civil::date;
use jq_base::money::Money;
use jq_lending::loan::Loan;
use jq_lending::{Actor, LendingError, Order, OrderAct, OrderState};
use jq_testkit::each_database;

use super::people::Town;

async fn drawn(town: &Town<'_>) -> (Order, Loan) {
    let order = town.granted().await;
    let order = town.firm_does(&order, OrderAct::Sign { contract_no: None }).await;
    let order = town.firm_does(&order, OrderAct::AskDraw { amount: order.available() }).await;
    let order = town.officer_does(&order, draw(&order)).await;
    let loan = town.lending.loans(&town.test.db, &order.order_id).await.unwrap().remove(0);
    (order, loan)
}

fn draw(order: &Order) -> OrderAct {
    OrderAct::Draw {
        loan_ref: "B01-2026-0001".to_owned(),
        amount: order.granted.as_ref().unwrap().amount,
        drawn_on: date(2026, 11, 10),
        report_no: "R-1".to_owned(),
    }
}

fn repay(loan: &Loan, amount: Money, report_no: &str, paid_on: jiff::civil::Date) -> OrderAct {
    OrderAct::Repay {
        loan_id: loan.loan_id.clone(),
        amount,
        principal: None,
        paid_on,
        report_no: report_no.to_owned(),
    }
}

#[tokio::test]
async fn a_drawdown_told_twice_pays_out_once() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let (order, loan) = drawn(&town).await;
        assert_eq!(order.state, OrderState::Drawing);
        assert_eq!(order.available(), Money::ZERO);
        let again = town.officer_does(&order, draw(&order)).await;
        assert_eq!(again.version, order.version);
        assert_eq!(town.lending.loans(&test.db, &order.order_id).await.unwrap().len(), 1);
        let planned: i64 = loan.instalments.iter().map(|one| one.instalment.principal.fen()).sum();
        assert_eq!(planned, loan.principal.fen());
        let other = OrderAct::Draw {
            loan_ref: "B01-2026-0001".to_owned(),
            amount: Money::from_fen(1),
            drawn_on: date(2026, 11, 10),
            report_no: "R-1".to_owned(),
        };
        let conflict = town.act(&Actor::Bank(&town.officer), &order.order_id, other).await;
        assert!(matches!(conflict, Err(LendingError::ReportConflict { .. })), "{conflict:?}");
    })
    .await;
}

#[tokio::test]
async fn more_than_the_line_is_never_paid_out() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let order = town.granted().await;
        let order = town.firm_does(&order, OrderAct::Sign { contract_no: Some("HT-1".to_owned()) }).await;
        let much = order.available().checked_add(Money::from_fen(1)).unwrap();
        let asked =
            town.act(&Actor::Firm(&town.firm), &order.order_id, OrderAct::AskDraw { amount: much }).await;
        assert!(matches!(asked, Err(LendingError::Fields(_))));
    })
    .await;
}

#[tokio::test]
async fn instalments_are_paid_in_their_order_and_the_last_settles_the_order() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let (order, loan) = drawn(&town).await;
        let first = loan.instalments[0].instalment.clone();
        test.advance(SignedDuration::from_hours(24 * 31));
        let total = first.principal.checked_add(first.interest).unwrap();
        let order = town.officer_does(&order, repay(&loan, total, "P-1", first.due_on)).await;
        assert_eq!(order.state, OrderState::Repaying);
        let loan = town.lending.loans(&test.db, &order.order_id).await.unwrap().remove(0);
        assert_eq!(loan.instalments[0].paid_on, Some(first.due_on));
        assert_eq!(loan.repayments.len(), 1);
        let again = town.officer_does(&order, repay(&loan, total, "P-1", first.due_on)).await;
        assert_eq!(again.version, order.version, "told twice, paid once");
        let rest = loan.outstanding;
        let all = OrderAct::Repay {
            loan_id: loan.loan_id.clone(),
            amount: rest,
            principal: Some(rest),
            paid_on: date(2026, 12, 11),
            report_no: "P-2".to_owned(),
        };
        let order = town.officer_does(&order, all).await;
        assert_eq!(order.state, OrderState::Settled);
    })
    .await;
}

#[tokio::test]
async fn an_unpaid_instalment_makes_a_loan_overdue_and_paying_cures_it() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let (order, loan) = drawn(&town).await;
        let first = loan.instalments[0].instalment.clone();
        let days = date(2026, 11, 10).until(first.due_on).unwrap().get_days();
        test.advance(SignedDuration::from_hours(24 * (i64::from(days) + 1)));
        assert!(town.lending.sweep_now(town.now()).await.unwrap() >= 1);
        let late = town.lending.get(&test.db, &order.order_id).await.unwrap();
        assert_eq!(late.state, OrderState::Overdue);
        assert_eq!(town.lending.sweep_now(town.now()).await.unwrap(), 0, "done once");
        let total = first.principal.checked_add(first.interest).unwrap();
        let today = jq_base::clock::date_of(town.now());
        let cured = town.officer_does(&late, repay(&loan, total, "P-1", today)).await;
        let done = if loan.instalments.len() == 1 { OrderState::Settled } else { OrderState::Repaying };
        assert_eq!(cured.state, done);
        assert!(town.lending.is_whole(&test.db, &order.order_id).await.unwrap());
    })
    .await;
}
