//! The ways an order can go.

use jiff::{SignedDuration, Timestamp};
use jq_base::lang::Lang;
use jq_base::mobile::Mobile;
use jq_base::uscc::check_character;
use jq_db::audit;
use jq_lending::clock::{ClockKind, ClockState};
use jq_lending::order::{ContactChannel, OrderFilter, OrderSort};
use jq_lending::{Actor, Order, OrderAct, OrderEventKind, OrderState};
use jq_testkit::each_database;

use super::people::{self, Town, bank, refusal};

#[tokio::test]
async fn a_firm_asks_a_bank_answers_and_every_step_is_on_record() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let order = town.applied().await;
        assert_eq!(order.state, OrderState::Dispatched);
        assert_eq!(order.officer.as_deref(), Some("officer@bank01"));
        assert_eq!(order.order_no, "JQ20261110-0001");
        let order = town.officer_does(&order, OrderAct::Accept).await;
        let contact =
            OrderAct::Contact {
                channel: ContactChannel::Phone, note: "约定周四上门".to_owned(), at: None
            };
        let order = town.officer_does(&order, contact).await;
        assert_eq!(order.contacted_at, Some(town.now()));
        let order = town.officer_does(&order, OrderAct::Survey).await;
        let order = town.officer_does(&order, super::people::conclusion()).await;
        let terms = town.terms(&order);
        let grant = OrderAct::Grant(terms.clone());
        let order = town.act(&Actor::Bank(&town.approver), &order.order_id, grant).await.unwrap();
        assert_eq!((order.state, order.granted.clone()), (OrderState::Approved, Some(terms)));
        assert_eq!((order.accepted_in_time, order.decided_in_time), (Some(true), Some(true)));
        let order = town.firm_does(&order, OrderAct::Sign { contract_no: None }).await;
        assert_eq!(order.contract_no.as_deref(), Some("JQ20261110-0001-C"));
        let steps = town.lending.steps(&test.db, &order.order_id).await.unwrap();
        let said: Vec<_> = steps.iter().map(|step| step.event.code()).collect();
        assert_eq!(
            said,
            ["submit", "dispatch", "accept", "contact", "survey", "submit_approval", "grant", "sign"]
        );
        assert!(town.lending.is_whole(&test.db, &order.order_id).await.unwrap());
        assert!(audit::verify(&test.db, None).await.unwrap().is_whole());
        let filter =
            audit::Filter { action: Some("lending.order.grant".to_owned()), ..audit::Filter::default() };
        let lines = audit::list(&test.db, &filter, 10).await.unwrap();
        assert_eq!((lines.len(), lines[0].actor.as_str()), (1, "approver@bank01"));
        let told = town.events("lending.order.grant").await;
        assert_eq!(told[0].payload["data"]["amount_fen"], order.amount.fen());
        assert_eq!(told[0].payload["bank"], "bank01");
    })
    .await;
}

#[tokio::test]
async fn a_refusal_has_reasons_the_firm_can_use() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let order = town.to_decide().await;
        let refuse = OrderAct::Refuse(refusal());
        let order = town.act(&Actor::Bank(&town.approver), &order.order_id, refuse).await.unwrap();
        assert_eq!(order.state, OrderState::Rejected);
        assert_eq!(order.refusal, Some(refusal()));
        let told = &town.events("lending.order.refuse").await[0].payload["data"];
        let reason = town.lending.reasons().find("R08").unwrap();
        assert_eq!(told["zh"], reason.text(Lang::Zh));
        assert_eq!(told["next_en"], reason.next(Lang::En));
        assert_eq!(told["text"], refusal().text);
    })
    .await;
}

#[tokio::test]
async fn papers_pause_the_clock_and_come_back_to_where_they_were_asked() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let order = town.to_decide().await;
        let ask = OrderAct::RequestMaterials {
            materials: vec![" 近六个月银行流水 ".to_owned(), "购销合同".to_owned(), "购销合同".to_owned()],
        };
        let order = town.officer_does(&order, ask).await;
        assert_eq!(order.materials, ["近六个月银行流水", "购销合同"]);
        test.advance(jiff::SignedDuration::from_hours(48));
        let steps = town.lending.steps(&test.db, &order.order_id).await.unwrap();
        let clocks = town.lending.clocks(&order, &steps, town.now());
        assert_eq!(clocks.find(ClockKind::K2).unwrap().state, ClockState::Paused);
        assert_eq!(order.due_at, None);
        let order = town.firm_does(&order, OrderAct::Supply { note: "已上传".to_owned() }).await;
        assert_eq!((order.state, order.materials.len()), (OrderState::Approving, 0));
        assert!(order.due_at.is_some());
    })
    .await;
}

#[tokio::test]
async fn an_order_nobody_takes_goes_to_somebody_else() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let order = town.applied().await;
        let mut tx = test.db.begin().await.unwrap();
        let early = town.lending.not_accepted(&mut tx, &order.order_id, town.now()).await;
        assert!(early.is_err());
        tx.rollback().await.unwrap();
        test.advance(jiff::SignedDuration::from_hours(3 * 24));
        let mut tx = test.db.begin().await.unwrap();
        let again = town.lending.not_accepted(&mut tx, &order.order_id, town.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!((again.round, again.state), (2, OrderState::Dispatched));
        assert_eq!(again.officer.as_deref(), Some("officer2@bank01"));
        assert_eq!(town.events("lending.order.not_accepted").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_declined_order_goes_to_another_bank_that_may_read() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let order = town.applied().await;
        let decline = OrderAct::Decline(refusal());
        let order = town.officer_does(&order, decline).await;
        assert_eq!((order.state, order.round), (OrderState::Rejected, 1));
        assert_eq!(town.events("lending.order.decline").await[0].payload["data"]["another_bank"], false);
    })
    .await;
}

#[tokio::test]
async fn lists_show_everybody_their_own_and_what_is_due_first() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let order = town.applied().await;
        assert_eq!(town.list(&Actor::Firm(&town.firm)).await.len(), 1);
        assert_eq!(town.list(&Actor::Bank(&town.officer)).await.len(), 1);
        assert_eq!(town.list(&Actor::Bank(&town.stranger)).await.len(), 0);
        let filter = OrderFilter {
            states: vec![OrderState::Dispatched, OrderState::Accepted],
            bank: Some(bank("bank01")),
            text: "某某".to_owned(),
            sort: OrderSort::DueFirst,
            ..OrderFilter::default()
        };
        let page = town.lending.list_all(&test.db, &filter, None, 1).await.unwrap();
        assert_eq!((page.orders.len(), page.next.is_none()), (1, true));
        let odd = OrderFilter { text: "100%_\\".to_owned(), ..OrderFilter::default() };
        assert!(town.lending.list_all(&test.db, &odd, None, 1).await.unwrap().orders.is_empty());
        let counts = town.lending.count_states(&test.db, None, &OrderFilter::default()).await.unwrap();
        assert_eq!(counts, [(OrderState::Dispatched, 1)]);
        let allowed = town.lending.allowed(&Actor::Bank(&town.officer), &order);
        assert_eq!(allowed, [OrderEventKind::Accept, OrderEventKind::Decline]);
    })
    .await;
}

#[tokio::test]
async fn pages_of_a_list_follow_one_another_whatever_the_states() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let lending = &town.lending;
        for number in 0..7 {
            let first = format!("91500102M{number:08}");
            let code = format!("{first}{}", check_character(&first).unwrap());
            let mobile = Mobile::parse(&format!("139{number:08}")).unwrap();
            let (firm, _) = people::firm_of(test, &code, mobile).await;
            people::consent_of(&town, &firm).await;
            let mut tx = test.db.begin().await.unwrap();
            let wish = people::wish_of(lending, firm.subject());
            let order = lending.apply(&mut tx, &firm, wish, town.now()).await.unwrap();
            tx.commit().await.unwrap();
            // Some of the same moment, some in another state, and of those that are over none has a deadline.
            if number % 3 == 1 {
                town.officer_does(&order, OrderAct::Accept).await;
            } else if number % 3 == 2 {
                let withdraw = OrderAct::Withdraw { note: String::new() };
                town.act(&Actor::Firm(&firm), &order.order_id, withdraw).await.unwrap();
            }
            if number % 2 == 1 {
                test.advance(SignedDuration::from_hours(30));
            }
        }
        for sort in [OrderSort::Newest, OrderSort::DueFirst] {
            for actor in [None, Some(Actor::Bank(&town.officer))] {
                let some = vec![OrderState::Withdrawn, OrderState::Accepted, OrderState::Dispatched];
                for states in [Vec::new(), some] {
                    let filter = OrderFilter { sort, states, ..OrderFilter::default() };
                    let page = async |cursor, limit| match &actor {
                        Some(actor) => {
                            lending.list_for(&test.db, actor, &filter, cursor, limit).await.unwrap()
                        }
                        None => lending.list_all(&test.db, &filter, cursor, limit).await.unwrap(),
                    };
                    let whole = page(None, 100).await.orders;
                    assert_eq!(whole.len(), 7);
                    let due = |order: &Order| order.due_at.unwrap_or(Timestamp::MAX);
                    let sorted = match sort {
                        OrderSort::Newest => {
                            whole.is_sorted_by(|one, next| one.created_at >= next.created_at)
                        }
                        OrderSort::DueFirst => whole.is_sorted_by_key(due),
                    };
                    assert!(sorted);
                    let (mut pieced, mut cursor) = (Vec::new(), None);
                    loop {
                        let found = page(cursor, 2).await;
                        pieced.extend(found.orders);
                        cursor = found.next;
                        if cursor.is_none() {
                            break;
                        }
                    }
                    assert_eq!(pieced, whole);
                    assert_eq!(lending.steps_each(&test.db, &whole).await.unwrap().len(), 7);
                    if let Some(actor) = &actor {
                        assert_eq!(lending.count(&test.db, actor, &filter).await.unwrap(), 7);
                        let exact = lending.count_states(&test.db, Some(actor), &filter).await.unwrap();
                        let some = lending.count_states_up_to(&test.db, actor, &filter, 2).await.unwrap();
                        let cut: Vec<_> =
                            exact.into_iter().map(|(state, count)| (state, count.min(2))).collect();
                        assert_eq!(some.into_iter().filter(|(_, count)| *count > 0).collect::<Vec<_>>(), cut);
                    }
                }
            }
        }
    })
    .await;
}
