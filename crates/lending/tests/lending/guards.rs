//! Every wrong act is refused with what is wrong and what is possible.

use jq_base::money::Money;
use jq_lending::order::GrantTerms;
use jq_lending::refusal::Refusal;
use jq_lending::{Actor, FieldRule, LendingError, OrderAct, OrderState};
use jq_testkit::each_database;

use super::people::{Town, conclusion, refusal};

#[tokio::test]
async fn without_consent_or_with_wrong_figures_nothing_is_handed_in() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let product = town.product();
        match town.apply(town.wish()).await {
            Err(LendingError::ConsentMissing { items, .. }) => assert_eq!(items.len(), product.items.len()),
            other => panic!("{other:?}"),
        }
        let much = product.amount_max.checked_add(Money::from_fen(1)).unwrap();
        let wrong = jq_lending::order::NewOrder { amount: much, months: 0, ..town.wish() };
        match town.apply(wrong).await {
            Err(LendingError::Fields(fields)) => {
                assert_eq!(fields[0].rule, FieldRule::AmountAbove(product.amount_max));
                assert_eq!(fields[1].rule, FieldRule::Missing);
            }
            other => panic!("{other:?}"),
        }
        assert!(town.list(&Actor::Firm(&town.firm)).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_second_order_for_the_same_product_leads_to_the_first() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let first = town.applied().await;
        match town.apply(town.wish()).await {
            Err(LendingError::DoubleOpen { order_no, .. }) => assert_eq!(order_no, first.order_no),
            other => panic!("{other:?}"),
        }
        town.firm_does(&first, OrderAct::Withdraw { note: String::new() }).await;
        assert!(town.apply(town.wish()).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn whoever_handled_an_order_does_not_decide_on_it() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let order = town.to_decide().await;
        let grant = OrderAct::Grant(town.terms(&order));
        let by_officer = town.act(&Actor::Bank(&town.officer), &order.order_id, grant).await;
        assert!(matches!(by_officer, Err(LendingError::WrongRole { .. })), "{by_officer:?}");
        let early = town.act(&Actor::Bank(&town.approver), &order.order_id, OrderAct::Accept).await;
        assert!(matches!(early, Err(LendingError::WrongRole { .. })));
        let again = town.act(&Actor::Bank(&town.colleague), &order.order_id, OrderAct::Survey).await;
        assert!(matches!(again, Err(LendingError::NotAllowed(_))));
    })
    .await;
}

#[tokio::test]
async fn another_banks_order_does_not_exist_for_a_bank() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let order = town.applied().await;
        let theirs = town.act(&Actor::Bank(&town.stranger), &order.order_id, OrderAct::Accept).await;
        assert!(matches!(theirs, Err(LendingError::NotYours)));
        let found = town.lending.find_for(&test.db, &Actor::Bank(&town.stranger), &order.order_id).await;
        assert!(matches!(found, Err(LendingError::NotYours)));
    })
    .await;
}

#[tokio::test]
async fn a_refusal_without_usable_words_is_not_taken() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let order = town.to_decide().await;
        let empty = Refusal { code: "R08".to_owned(), text: "综合评分不足".to_owned() };
        let refused = town.act(&Actor::Bank(&town.approver), &order.order_id, OrderAct::Refuse(empty)).await;
        assert!(matches!(refused, Err(LendingError::Fields(_))));
        let now = town.lending.get(&test.db, &order.order_id).await.unwrap();
        assert_eq!((now.state, now.version), (OrderState::Approving, order.version));
    })
    .await;
}

#[tokio::test]
async fn terms_outside_the_product_are_told_field_by_field() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let order = town.to_decide().await;
        let terms = GrantTerms {
            amount: Money::ZERO,
            rate: jq_base::rate::Rate::from_ppm(990_000),
            valid_until: "2026-11-01".parse().unwrap(),
            ..town.terms(&order)
        };
        let grant = OrderAct::Grant(terms);
        match town.act(&Actor::Bank(&town.approver), &order.order_id, grant).await {
            Err(LendingError::Fields(fields)) => {
                let named: Vec<_> = fields.iter().map(|error| error.field).collect();
                assert_eq!(named, ["amount", "rate", "valid_until"]);
            }
            other => panic!("{other:?}"),
        }
    })
    .await;
}

#[tokio::test]
async fn of_two_acts_at_the_same_moment_one_wins_and_the_other_is_told() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let order = town.applied().await;
        let order_id = order.order_id.clone();
        let handles = test.handles(2).await;
        let mut won = 0;
        let accept = async |db: &jq_db::Db, user: &jq_identity::BankUser| {
            let mut tx = db.begin().await?;
            let now = town.now();
            let done = town
                .lending
                .act(&mut tx, &Actor::Bank(user), &order_id, OrderAct::Accept, Some(order.version), now)
                .await?;
            tx.commit().await?;
            Ok::<_, LendingError>(done)
        };
        let (one, two) =
            tokio::join!(accept(&handles[0], &town.officer), accept(&handles[1], &town.colleague));
        for result in [one, two] {
            match result {
                Ok(_) => won += 1,
                Err(LendingError::MovedOn { state }) => assert_eq!(state, OrderState::Accepted),
                Err(LendingError::NotAllowed(refused)) => assert_eq!(refused.state, OrderState::Accepted),
                Err(error) => panic!("{error:?}"),
            }
        }
        assert_eq!(won, 1);
        assert_eq!(town.lending.steps(&test.db, &order.order_id).await.unwrap().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn an_old_page_cannot_act_on_an_order_that_has_moved() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let seen = town.to_decide().await.version - 1;
        let order = town.list(&Actor::Firm(&town.firm)).await.remove(0);
        let mut tx = test.db.begin().await.unwrap();
        let act = OrderAct::Refuse(refusal());
        let approver = Actor::Bank(&town.approver);
        let late = town.lending.act(&mut tx, &approver, &order.order_id, act, Some(seen), town.now()).await;
        assert!(matches!(late, Err(LendingError::MovedOn { state: OrderState::Approving })));
        let words = late.unwrap_err().explain(jq_base::lang::Lang::Zh);
        assert!(words.contains("审批中"), "{words}");
        let short = OrderAct::SubmitApproval { note: "可以".to_owned() };
        let again = town.lending.act(&mut tx, &approver, &order.order_id, short, None, town.now()).await;
        assert!(matches!(again, Err(LendingError::WrongRole { .. })));
        let _ = conclusion();
    })
    .await;
}

#[tokio::test]
async fn what_all_banks_lend_to_a_chain_stays_below_its_cap() {
    each_database(async |test| {
        let town = Town::new(test).await;
        let order = town.to_decide().await;
        let terms = town.terms(&order);
        let wanted = terms.amount;
        let yuan = wanted.fen() / 100;
        let town = town.with_chain(yuan - 1);
        let grant = OrderAct::Grant(terms.clone());
        match town.act(&Actor::Bank(&town.approver), &order.order_id, grant.clone()).await {
            Err(LendingError::Fields(fields)) => {
                assert_eq!(fields[0].rule, FieldRule::ChainLeft(Money::from_yuan(yuan - 1).unwrap()));
            }
            other => panic!("{other:?}"),
        }
        let town = town.with_chain(yuan);
        let granted = town.act(&Actor::Bank(&town.approver), &order.order_id, grant).await.unwrap();
        assert_eq!(granted.state, OrderState::Approved);
        let mut tx = test.db.begin().await.unwrap();
        let chain = town.product().chain.unwrap();
        assert_eq!(town.lending.lent_to_chain(&mut tx, &chain).await.unwrap(), wanted);
    })
    .await;
}
