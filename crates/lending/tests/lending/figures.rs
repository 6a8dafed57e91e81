//! Published figures of a history made by hand, each reckoned on paper.

use jiff::civil::date;
use jq_base::ids::BankId;
use jq_base::lang::Lang;
use jq_base::money::Money;
use jq_base::rate::Rate;
use jq_lending::OrderKind;
use jq_lending::figures::{Cut, Days, Figure, Figures, Group, Period, Stock, Tally};
use jq_testkit::each_database;

use crate::past::{autumn, take};

fn tally(count: u64, firms: u64, yuan: i64) -> Tally {
    Tally { count, firms, amount: Money::from_yuan(yuan).unwrap() }
}

fn stock(loans: u64, yuan: i64) -> Stock {
    Stock { loans, amount: Money::from_yuan(yuan).unwrap() }
}

fn days(text: &str) -> Option<Days> {
    text.replace('.', "").parse().ok().map(Days::from_tenths)
}

fn october() -> Period {
    Period::month_of(date(2026, 10, 1))
}

fn check_october(all: &Figures) {
    // Handed in: six orders of the firms a, b, c and d.
    assert_eq!(all.submitted, tally(6, 4, 1_230_000));
    // Sent out: each once, the one left lying and the one declined once more; one was taken back before it was taken.
    assert_eq!((all.dispatched, all.accepted, all.accepted_in_time), (8, 5, 4));
    assert_eq!(all.accept_share(), Some(Rate::from_ppm(625_000)));
    assert_eq!(all.accept_in_time_share(), Some(Rate::from_ppm(500_000)));
    // Granted 400,000 to a and 300,000 to c; refused b, which gave up, and a.
    assert_eq!(all.approved, tally(2, 2, 700_000));
    assert_eq!((all.refused, all.refused_uncounted, all.firms_decided), (2, 1, 3));
    assert_eq!(all.approval_share(), Some(Rate::from_ppm(500_000)));
    assert_eq!(all.approval_share_counted(), Some(Rate::from_ppm(666_667)));
    assert_eq!(all.approval_share_firms(), Some(Rate::from_ppm(666_667)));
    assert_eq!((all.renewals_decided, all.renewals_approved), (1, 1));
    assert_eq!((all.withdrawn, all.lapsed), (1, 0));
    check_times(all);
    // Paid out 300,000 at 3.65 % to a, unsecured and its first, and 300,000 at 5 % to c against a pledge.
    assert_eq!(all.drawn, tally(2, 2, 600_000));
    assert_eq!(all.unsecured_share(), Some(Rate::from_ppm(500_000)));
    assert_eq!(all.first_loans, tally(1, 1, 300_000));
    assert_eq!(all.mean_rate, Some(Rate::from_ppm(43_250)));
    // f paid 30,000 back; a and c owe all, e owes eight of twelve parts of 120,000 and is late with the fifth.
    assert_eq!(all.repaid, Money::from_yuan(30_000).unwrap());
    assert_eq!(all.balance, stock(3, 680_000));
    assert_eq!(all.overdue, tally(1, 1, 10_400));
    assert_eq!(all.as_of, date(2026, 11, 1));
}

/// From the hand-in 7 days, 21 days and an hour, 2 days, 1 day; from the acceptance 6 days and an hour, 16 days, 42
/// hours, 22 hours. The holiday ended on the 7th and Saturday the 10th was worked.
fn check_times(all: &Figures) {
    let submitted = all.from_submitted;
    assert_eq!((submitted.count, submitted.mean, submitted.median), (4, days("7.8"), days("4.5")));
    assert_eq!((submitted.working_mean, submitted.working_median), (days("6.0"), days("3.5")));
    let accepted = all.from_accepted;
    assert_eq!((accepted.count, accepted.mean, accepted.median), (4, days("6.2"), days("3.9")));
    assert_eq!((accepted.working_mean, accepted.working_median), (days("4.8"), days("3.0")));
    assert_eq!((all.decided_in_time, all.decided_judged), (3, 4));
}

#[tokio::test]
async fn the_figures_of_a_month_are_those_reckoned_by_hand() {
    each_database(async |test| {
        let (lending, _) = take(test, &autumn()).await;
        let all = lending.figures(&test.db, october(), &Cut::default()).await.unwrap();
        check_october(&all);
        assert_eq!(all.value(Figure::ApprovalShare).text(Lang::Zh), "50.0%");
        assert_eq!(all.value(Figure::Balance).text(Lang::Zh), "68 万元");
        assert_eq!(all.value(Figure::HandlingMean).text(Lang::En), "7.8 days");
        assert_eq!(all.values().count(), Figure::ALL.len());
    })
    .await;
}

#[tokio::test]
async fn a_cut_is_a_part_and_a_split_has_all_parts() {
    each_database(async |test| {
        let (lending, _) = take(test, &autumn()).await;
        let bank = |id: &str| Cut { bank: Some(BankId::parse(id).unwrap()), ..Cut::default() };
        let first = lending.figures(&test.db, october(), &bank("bank01")).await.unwrap();
        assert_eq!(first.submitted, tally(4, 3, 830_000));
        assert_eq!((first.dispatched, first.accepted, first.accepted_in_time), (5, 3, 2));
        let second = lending.figures(&test.db, october(), &bank("bank02")).await.unwrap();
        assert_eq!((second.dispatched, second.accepted), (3, 2), "the one it declined counts for it");
        assert_eq!(second.from_submitted.median, days("1.5"));
        let split = lending.figures_by(&test.db, october(), &Cut::default(), Group::Bank).await.unwrap();
        assert_eq!(split, [("bank01".to_owned(), first), ("bank02".to_owned(), second)]);

        let renewals = Cut { kind: Some(OrderKind::Renewal), ..Cut::default() };
        let renewals = lending.figures(&test.db, october(), &renewals).await.unwrap();
        assert_eq!((renewals.submitted, renewals.balance), (tally(1, 1, 300_000), stock(1, 300_000)));
        let district = Cut { district: Some("500107".to_owned()), ..Cut::default() };
        assert_eq!(
            lending.figures(&test.db, october(), &district).await.unwrap().submitted,
            tally(2, 2, 500_000)
        );
        let industry = Cut { industry: Some("I".to_owned()), ..Cut::default() };
        assert_eq!(lending.figures(&test.db, october(), &industry).await.unwrap().submitted.count, 1);
        for (group, keys) in [
            (Group::District, vec!["500103", "500107"]),
            (Group::Industry, vec!["C36", "I65"]),
            (Group::Kind, vec!["new", "renewal"]),
            (Group::Product, vec!["liangjiang_growth_loan", "liangjiang_invoice_loan", "shancheng_tax_loan"]),
        ] {
            let split = lending.figures_by(&test.db, october(), &Cut::default(), group).await.unwrap();
            assert_eq!(split.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), keys);
            assert_eq!(split.iter().map(|(_, part)| part.dispatched).sum::<u64>(), 8, "{group}");
        }
    })
    .await;
}

#[tokio::test]
async fn months_follow_each_other_and_say_what_stood_at_their_end() {
    each_database(async |test| {
        let (lending, _) = take(test, &autumn()).await;
        let months =
            lending.figures_by_month(&test.db, test.clock.today(), 7, &Cut::default()).await.unwrap();
        assert_eq!(months.len(), 7);
        assert_eq!(months[0].period, Period::month_of(date(2026, 5, 1)));
        check_october(&months[5]);
        let balance: Vec<_> = months.iter().map(|month| month.balance.amount.fen() / 1_000_000).collect();
        assert_eq!(balance, [12, 11, 13, 12, 11, 68, 68], "ten thousands at the end of each month");
        let granted: Vec<_> = months.iter().map(|month| month.approved.count).collect();
        assert_eq!(granted, [1, 0, 1, 0, 0, 2, 0]);
        assert_eq!(months[6].as_of, date(2026, 11, 10), "today at the latest");
        assert_eq!(months[6].overdue, tally(1, 1, 10_400));
        assert_eq!(
            months[4].overdue,
            Tally::default(),
            "what came late in August had come by September's end"
        );
        let august = Period::new(date(2026, 8, 1), date(2026, 8, 24)).unwrap();
        let august = lending.figures(&test.db, august, &Cut::default()).await.unwrap();
        assert_eq!(august.overdue, tally(1, 1, 10_500), "the third part and its interest");
    })
    .await;
}

#[tokio::test]
async fn a_period_without_orders_has_no_shares() {
    each_database(async |test| {
        let (lending, _) = take(test, &[]).await;
        let none = lending.figures(&test.db, october(), &Cut::default()).await.unwrap();
        assert_eq!(none, Figures::none(october(), date(2026, 11, 1)));
        assert_eq!(none.value(Figure::ApprovalShare).text(Lang::Zh), "—");
        assert!(
            lending.figures_by(&test.db, october(), &Cut::default(), Group::Bank).await.unwrap().is_empty()
        );
    })
    .await;
}

#[tokio::test]
async fn a_loan_that_is_given_up_was_owed_until_then() {
    each_database(async |test| {
        let mut orders = autumn();
        let at = "2026-11-05T10:00:00+08:00";
        orders[6]["loans"][0]["given_up"] = serde_json::json!({ "at": at, "approver": "approver@bank01" });
        let (lending, _) = take(test, &orders).await;
        let figures = async |day| {
            let month = Period::month_of(day);
            lending.figures(&test.db, month, &Cut::default()).await.unwrap()
        };
        check_october(&figures(date(2026, 10, 1)).await);
        let november = figures(date(2026, 11, 1)).await;
        assert_eq!((november.balance, november.overdue), (stock(2, 600_000), Tally::default()));
    })
    .await;
}
