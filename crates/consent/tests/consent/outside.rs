//! Whatever was granted, taken back and asked, in whatever order and at whatever times: a permit never names an item
//! that no consent opens at that moment, and a bank that may read is not turned away.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use jq_base::ids::{BankId, OrderId};
use jq_base::permit::Purpose;
use jq_consent::{
    BankReader, ConsentError, Grant, NewGrant, find_grant, grant, list_grants_to, permit_bank, withdraw,
};
use jq_identity::FirmUser;
use jq_testkit::{TestDb, each_database};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::people::{CATALOG, firm_key, new_grant, signed_in};

/// Stories per database.
const STORIES: usize = 48;
/// The items that stories are about; every purpose in them can be granted all of these.
const ITEMS: [&str; 5] = ["tax_payment", "power_bill", "gas_bill", "tax_filing", "ent_registration"];
const PURPOSES: [Purpose; 2] = [Purpose::PreLoan, Purpose::PostLoan];
/// Asked for as well: no bank is ever granted the last one.
const ASKED_PURPOSES: [Purpose; 3] = [Purpose::PreLoan, Purpose::PostLoan, Purpose::ReportSelf];

#[derive(Clone, Debug)]
enum Act {
    /// The firm grants items (a bit mask) for a purpose, perhaps for one of two orders.
    Give { items: u8, purpose: usize, order: Option<bool>, days: u32, queries: u32 },
    /// The firm takes back one of its consents.
    TakeBack { which: usize },
    /// Time passes.
    Wait { hours: i64 },
    /// The bank asks for items.
    Ask { items: u8, purpose: usize, order: Option<bool> },
}

/// Many items are granted and few are asked for, so that there is a yes as often as a no.
fn acts() -> impl Strategy<Value = Vec<Act>> {
    let order = proptest::option::weighted(0.3, any::<bool>());
    let many = (1_u8..32, 1_u8..32).prop_map(|(some, more)| some | more);
    let few =
        (1_u8..32, 1_u8..32).prop_map(|(some, other)| if some & other == 0 { some } else { some & other });
    let give = (many, 0..PURPOSES.len(), order.clone(), 1_u32..20, 1_u32..4).prop_map(
        |(items, purpose, order, days, queries)| Act::Give { items, purpose, order, days, queries },
    );
    let ask = (few, 0..ASKED_PURPOSES.len(), order).prop_map(|(items, purpose, order)| Act::Ask {
        items,
        purpose,
        order,
    });
    let take_back = (0_usize..4).prop_map(|which| Act::TakeBack { which });
    let wait = (1_i64..200).prop_map(|hours| Act::Wait { hours });
    proptest::collection::vec(prop_oneof![4 => give, 1 => take_back, 1 => wait, 6 => ask], 1..24)
}

fn chosen(mask: u8) -> Vec<&'static str> {
    ITEMS.iter().enumerate().filter(|(at, _)| mask & (1 << at) != 0).map(|(_, item)| *item).collect()
}

fn order_id(first: bool) -> OrderId {
    OrderId::parse(if first { "o-1" } else { "o-2" }).unwrap()
}

/// What the rule says, written apart from the code that is tested: one consent of this bank that stands, is for
/// the purpose and for no other order, names every item, and has a reading left.
fn may_read(
    all: &[Grant],
    items: &BTreeSet<&str>,
    purpose: Purpose,
    order: Option<&OrderId>,
    now: Timestamp,
) -> bool {
    all.iter().any(|grant| {
        grant.withdrawn_at.is_none()
            && grant.superseded_at.is_none()
            && grant.valid_from <= now
            && now < grant.valid_to
            && grant.purpose == purpose
            && grant.order.as_ref().is_none_or(|tied| Some(tied) == order)
            && items.iter().all(|item| grant.items.contains(*item))
            && grant.queries_used < grant.queries_max
    })
}

/// Lives through one story of one bank; the number of permits and of refusals in it.
async fn live(test: &TestDb, user: &FirmUser, bank: &BankId, story: &[Act]) -> (usize, usize) {
    let mut count = (0, 0);
    for act in story {
        let now = test.clock.now();
        let all = list_grants_to(&test.db, bank, 100).await.unwrap();
        let mut tx = test.db.begin().await.unwrap();
        match act {
            Act::Wait { hours } => {
                test.advance(SignedDuration::from_hours(*hours));
            }
            Act::Give { items, purpose, order, days, queries } => {
                let new = NewGrant {
                    purpose: PURPOSES[*purpose],
                    order: order.map(order_id),
                    days: *days,
                    queries_max: Some(*queries),
                    ..new_grant(bank, &chosen(*items))
                };
                grant(&mut tx, &CATALOG, user, new, now).await.unwrap();
            }
            Act::TakeBack { which } => {
                if let Some(grant) = all.get(*which).filter(|grant| grant.is_active(now)) {
                    withdraw(&mut tx, user, &grant.consent_id, "", now).await.unwrap();
                }
            }
            Act::Ask { items, purpose, order } => {
                let (asked, purpose) = (chosen(*items), ASKED_PURPOSES[*purpose]);
                let order = order.map(order_id);
                let reader = BankReader { bank, reader: "officer@bank", role: "officer" };
                let answer =
                    permit_bank(&mut tx, &CATALOG, reader, &firm_key(), &asked, purpose, order.as_ref(), now)
                        .await;
                let asked: BTreeSet<&str> = asked.into_iter().collect();
                let expected = may_read(&all, &asked, purpose, order.as_ref(), now);
                match answer {
                    Ok(permit) => {
                        count.0 += 1;
                        assert!(expected, "{permit:?} rests on none of {all:#?}");
                        assert!(permit.items().iter().map(String::as_str).eq(asked), "{permit:?}");
                        assert_eq!((permit.purpose(), permit.subject()), (purpose, &firm_key()));
                    }
                    Err(ConsentError::Denied(denial)) => {
                        count.1 += 1;
                        assert!(!expected, "{denial:?} although {all:#?} allow it");
                    }
                    Err(error) => panic!("{error}"),
                }
            }
        }
        tx.commit().await.unwrap();
    }
    count
}

#[tokio::test]
async fn no_permit_names_an_item_outside_a_consent_that_holds() {
    each_database(async |test| {
        let user = signed_in(test).await;
        let mut runner = TestRunner::deterministic();
        let mut total = (0, 0);
        for number in 0..STORIES {
            let story = acts().new_tree(&mut runner).unwrap().current();
            let bank = BankId::parse(&format!("bank{number}")).unwrap();
            let (allowed, refused) = live(test, &user, &bank, &story).await;
            total = (total.0 + allowed, total.1 + refused);
        }
        assert!(total.0 > 20 && total.1 > 20, "the stories tell both answers: {total:?}");
    })
    .await;
}

#[tokio::test]
async fn a_reading_is_counted_on_one_consent_only() {
    each_database(async |test| {
        let user = signed_in(test).await;
        let bank = BankId::parse("bank01").unwrap();
        let mut tx = test.db.begin().await.unwrap();
        let now = tx.now();
        let free = grant(&mut tx, &CATALOG, &user, new_grant(&bank, &["tax_payment"]), now).await.unwrap();
        let tied = NewGrant { order: Some(order_id(true)), ..new_grant(&bank, &["tax_payment"]) };
        let tied = grant(&mut tx, &CATALOG, &user, tied, now).await.unwrap();
        let reader = BankReader { bank: &bank, reader: "officer@bank01", role: "officer" };
        let order = order_id(true);
        let items = ["tax_payment"];
        let purpose = Purpose::PreLoan;
        permit_bank(&mut tx, &CATALOG, reader, &firm_key(), &items, purpose, Some(&order), now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let mut readings = 0;
        for id in [&free.consent_id, &tied.consent_id] {
            readings += find_grant(&test.db, id).await.unwrap().unwrap().queries_used;
        }
        assert_eq!(readings, 1);
    })
    .await;
}
