//! Random acts by everybody, possible or not: whatever happens, the record is whole and the rules hold.

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};
use jq_base::clock::date_of;
use jq_lending::order::{ContactChannel, GrantTerms, OrderFilter};
use jq_lending::{Actor, LendingError, Order, OrderAct, OrderEventKind, OrderState};
use jq_testkit::each_database;

use super::people::{Town, conclusion, refusal};

/// Orders driven on each database.
const ORDERS: u64 = 12;
/// Acts tried on each.
const ACTS: u32 = 30;

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

fn some_act(town: &Town<'_>, order: &Order, dice: &mut Dice) -> OrderAct {
    let note = || "双方说明的情况已经核实，请按规定办理".to_owned();
    match dice.roll(18) {
        0 | 1 => OrderAct::Accept,
        2 => OrderAct::Decline(refusal()),
        3 | 4 => OrderAct::Contact { channel: ContactChannel::Phone, note: String::new(), at: None },
        5 => OrderAct::ConfirmContact { reached: dice.roll(2) == 0 },
        6 | 7 => OrderAct::Survey,
        8 => OrderAct::RequestMaterials { materials: vec!["近六个月银行流水".to_owned()] },
        9 => OrderAct::Supply { note: String::new() },
        10 | 11 => conclusion(),
        12 => OrderAct::Grant(GrantTerms { valid_until: until(town), ..town.terms(order) }),
        13 | 14 => OrderAct::Refuse(refusal()),
        15 => OrderAct::Appeal { note: note() },
        16 => match dice.roll(2) {
            0 => OrderAct::Uphold { note: note() },
            _ => OrderAct::Reopen { note: note() },
        },
        _ if dice.roll(8) == 0 => OrderAct::Withdraw { note: String::new() },
        _ => OrderAct::Reassign { officer: "officer2@bank01".to_owned() },
    }
}

/// The last day of an offer made now.
fn until(town: &Town<'_>) -> Date {
    date_of(town.now()).saturating_add(30.days())
}

async fn check(town: &Town<'_>, before: &Order, outcome: Result<Order, LendingError>) -> Order {
    let db = &town.test.db;
    let now = town.lending.get(db, &before.order_id).await.unwrap();
    let steps = town.lending.steps(db, &before.order_id).await.unwrap();
    match outcome {
        Ok(after) => assert_eq!(after, now, "what was answered is what is kept"),
        Err(LendingError::Store(error)) => panic!("{error:?}"),
        Err(_) => assert_eq!(&now, before, "what was refused changed nothing"),
    }
    assert!(town.lending.is_whole(db, &now.order_id).await.unwrap());
    assert_eq!(steps.len(), now.version as usize, "a step for each change");
    assert!(steps.is_sorted_by_key(|step| step.reported_at), "time goes forward");
    for pair in steps.windows(2) {
        assert_eq!(pair[0].to, pair[1].from, "each step begins where the one before ended");
    }
    for clock in &town.lending.clocks(&now, &steps, town.now()) {
        assert!(clock.due_at.is_none_or(|due| due > clock.started_at), "{clock:?}");
        assert!(clock.done_at.is_none_or(|done| done >= clock.started_at), "{clock:?}");
    }
    four_eyes(&now, &steps);
    now
}

/// Nobody decides what they handled, nobody answers an appeal against the own decision.
fn four_eyes(now: &Order, steps: &[jq_lending::OrderStep]) {
    if let Some(approver) = &now.approver {
        assert_ne!(Some(approver), now.submitted_by.as_ref());
    }
    let mut refused_by = None;
    for step in steps {
        match step.event {
            OrderEventKind::Refuse => refused_by = Some(step.actor.as_str()),
            OrderEventKind::Uphold | OrderEventKind::Reopen => {
                assert_ne!(Some(step.actor.as_str()), refused_by);
            }
            _ => {}
        }
    }
}

#[tokio::test]
async fn whatever_is_tried_the_record_is_whole_and_the_rules_hold() {
    each_database(async |test| {
        let town = Town::new(test).await;
        town.consent().await;
        let mut reached = std::collections::BTreeSet::new();
        for seed in 1..=ORDERS {
            let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let Ok(mut order) = town.apply(town.wish()).await else {
                panic!("the order before this one was ended");
            };
            for _ in 0..ACTS {
                let actors = [
                    Actor::Bank(&town.officer),
                    Actor::Bank(&town.approver),
                    Actor::Bank(&town.second_approver),
                    Actor::Firm(&town.firm),
                ];
                let able = |act: &OrderAct| -> Vec<&Actor<'_>> {
                    let may = |actor: &&Actor<'_>| town.lending.allowed(actor, &order).contains(&act.kind());
                    actors.iter().filter(may).collect()
                };
                // Mostly what is possible and by somebody who may, so that orders get on.
                let mut act = some_act(&town, &order, &mut dice);
                for _ in 0..dice.roll(6) {
                    if able(&act).is_empty() {
                        act = some_act(&town, &order, &mut dice);
                    }
                }
                let actor = match able(&act).as_slice() {
                    [] => &actors[usize::try_from(dice.roll(4)).unwrap()],
                    some => some[usize::try_from(dice.roll(some.len() as u64)).unwrap()],
                };
                let outcome = town.act(actor, &order.order_id, act).await;
                order = check(&town, &order, outcome).await;
                reached.insert(order.state);
                test.advance(SignedDuration::from_mins(i64::try_from(dice.roll(600)).unwrap()));
            }
            if order.state.is_pending() {
                let act = if order.state == OrderState::Approved {
                    OrderAct::Sign { contract_no: None }
                } else {
                    OrderAct::Withdraw { note: String::new() }
                };
                let outcome = town.act(&Actor::Firm(&town.firm), &order.order_id, act).await;
                check(&town, &order, outcome).await;
            }
            // A consent lasts some months; the next order may need another.
            town.consent().await;
        }
        let all = town.lending.list_all(&test.db, &OrderFilter::default(), None, 100).await.unwrap();
        assert_eq!(all.orders.len() as u64, ORDERS, "nothing is lost");
        assert!(reached.len() > 6, "the acts lead somewhere: {reached:?}");
        assert!(jq_db::audit::verify(&test.db, None).await.unwrap().is_whole());
    })
    .await;
}
