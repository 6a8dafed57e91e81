//! Taking a past: each order once, by the rules of today, and a whole city's without an objection.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufReader;

use jq_catalog::Catalog;
use jq_db::{Db, audit};
use jq_lending::OrderEventKind::{Cure, FallOverdue, Repay, Sign, StartRepaying};
use jq_lending::history::{self, HistoryError};
use jq_lending::order::OrderFilter;
use jq_lending::{Lending, LendingError, OrderState};
use jq_testkit::each_database;
use serde_json::json;

use crate::past::{autumn, order, step, take, taken};

async fn states(db: &Db, lending: &Lending) -> BTreeMap<String, OrderState> {
    let page = lending.list_all(db, &OrderFilter::default(), None, 100).await.unwrap();
    page.orders.into_iter().map(|order| (order.order_no, order.state)).collect()
}

#[tokio::test]
async fn each_order_is_taken_once_and_nobody_is_told() {
    each_database(async |test| {
        let (lending, taken) = take(test, &autumn()[..3]).await;
        assert_eq!(taken, 3);
        assert_eq!(take(test, &autumn()).await.1, 5, "a history that was broken off goes on");
        assert_eq!(take(test, &autumn()).await.1, 0);
        let states = states(&test.db, &lending).await;
        assert_eq!(states["JQ20261012-0001"], OrderState::Drawing);
        assert_eq!(states["JQ20261009-0001"], OrderState::Rejected);
        assert_eq!(states["JQ20261015-0001"], OrderState::Withdrawn);
        assert_eq!(states["JQ20261022-0001"], OrderState::AwaitingMaterials);
        assert_eq!(states["JQ20260511-0001"], OrderState::Overdue);
        assert_eq!(states["JQ20260701-0001"], OrderState::Settled);
        let lines = audit::list(&test.db, &audit::Filter::default(), 10).await.unwrap();
        assert_eq!(lines.iter().filter(|line| line.action == "lending.history_taken").count(), 2);
        assert!(audit::verify(&test.db, None).await.unwrap().is_whole());
        let events = jq_db::outbox::list_after(&test.db, 0, 10).await.unwrap();
        assert!(events.is_empty(), "{events:?}");
    })
    .await;
}

#[tokio::test]
async fn what_the_platform_would_have_done_is_on_the_timeline() {
    each_database(async |test| {
        let (lending, _) = take(test, &autumn()).await;
        let page = lending.list_all(&test.db, &OrderFilter::default(), None, 100).await.unwrap();
        let unpaid = page.orders.iter().find(|order| order.order_no == "JQ20260511-0001").unwrap();
        let steps = lending.steps(&test.db, &unpaid.order_id).await.unwrap();
        let told: Vec<_> = steps.iter().map(|step| (step.event, step.at.to_string())).skip(8).collect();
        let expected = [
            (StartRepaying, "2026-06-19T16:01:00Z"),
            (Repay, "2026-06-20T09:00:00Z"),
            (Repay, "2026-07-20T09:00:00Z"),
            (FallOverdue, "2026-08-20T16:01:00Z"),
            (Repay, "2026-08-25T09:00:00Z"),
            (Cure, "2026-08-25T09:00:00Z"),
            (Repay, "2026-09-20T09:00:00Z"),
            (FallOverdue, "2026-10-20T16:01:00Z"),
        ];
        assert_eq!(told, expected.map(|(event, at)| (event, at.to_owned())));
        let loan = &lending.loans(&test.db, &unpaid.order_id).await.unwrap()[0];
        assert_eq!((loan.outstanding.fen(), loan.repayments.len()), (8_000_000, 4));
        for order in &page.orders {
            assert!(lending.is_whole(&test.db, &order.order_id).await.unwrap(), "{}", order.order_no);
        }
    })
    .await;
}

#[tokio::test]
async fn what_cannot_have_happened_is_refused_by_name() {
    each_database(async |test| {
        let lending = Lending::embedded(test.db.clone()).unwrap();
        let mut wrong = order("JQ20261012-0009", 'a', "bank01", "shancheng_tax_loan", 100_000);
        taken(&mut wrong, "10-12 10:00", "10-13 09:00", "bank01");
        step(&mut wrong, "10-14 10:00", "firm", json!({ "event": "sign", "contract_no": "C-9" }));
        let lines = [autumn()[0].to_string(), wrong.to_string()].join("\n");
        let refused = lending.take_history("demo", history::read(lines.as_bytes())).await.unwrap_err();
        let HistoryError::Order { order_no, source: LendingError::NotAllowed(refused) } = refused else {
            panic!("{refused:?}");
        };
        assert_eq!((order_no.as_str(), refused.event), ("JQ20261012-0009", Sign));
        assert!(states(&test.db, &lending).await.is_empty(), "nothing of that part was taken");
        let refused = lending.take_history("demo", history::read("{}".as_bytes())).await;
        assert!(matches!(refused, Err(HistoryError::Shape { line_no: 1, .. })));
    })
    .await;
}

#[tokio::test]
async fn a_whole_city_is_taken_without_an_objection() {
    let catalog = Catalog::embedded().unwrap();
    let out = std::env::temp_dir().join(format!("jq-history-{}", std::process::id()));
    jq_city::history::write(&jq_city::Options::new(1_200, 7, out.clone(), &catalog)).unwrap();
    let lines = std::fs::read(out.join("history/orders.jsonl")).unwrap();
    std::fs::remove_dir_all(out).unwrap();
    each_database(async |test| {
        let lending = Lending::embedded(test.db.clone()).unwrap();
        let taken = lending.take_history("demo", history::read(BufReader::new(&lines[..]))).await.unwrap();
        assert!(taken >= 350, "{taken} orders");
        let mut found = BTreeSet::new();
        let mut cursor = None;
        loop {
            let page = lending.list_all(&test.db, &OrderFilter::default(), cursor, 200).await.unwrap();
            for order in &page.orders {
                found.insert(order.state);
                if let Some(refusal) = &order.refusal {
                    assert!(lending.reasons().check(refusal).is_ok(), "{refusal:?}");
                }
                let product = lending.products().find(&order.product).unwrap();
                assert_eq!(product.bank, order.bank);
                let inside = (product.amount_min..=product.amount_max).contains(&order.amount);
                assert!(inside && (product.months_min..=product.months_max).contains(&order.months));
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let missing: Vec<_> = OrderState::ALL.iter().filter(|state| !found.contains(state)).collect();
        assert!(
            missing.iter().all(|state| matches!(state, OrderState::Draft | OrderState::WrittenOff)),
            "{missing:?}"
        );
        assert_eq!(
            lending.sweep_now(test.clock.now()).await.unwrap(),
            0,
            "everything that was due has been done"
        );
    })
    .await;
}
