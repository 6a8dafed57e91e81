//! What of the firm's orders waits for the firm: papers, a contract, an instalment.

use jiff::Timestamp;
use jiff::ToSpan;
use jq_base::clock::date_of;
use jq_identity::FirmUser;
use jq_lending::loan::LoanInstalment;
use jq_lending::order::OrderFilter;
use jq_lending::{Actor, Order, OrderEventKind, OrderState};
use jq_web::Visit;

use super::bank_name;
use super::loans::follows;
use crate::firm::home::Waiting;
use crate::refused::Refused;
use crate::state::PortalState;
use crate::words;

/// Orders looked at; a firm has few that wait.
const ORDERS_MAX: u32 = 20;
/// An instalment waits from so many days before it is due.
const DUE_SOON_DAYS: i64 = 7;

/// What waits, in the order of the orders.
pub async fn waiting(state: &PortalState, user: &FirmUser, v: &Visit) -> Result<Vec<Waiting>, Refused> {
    let states = [
        OrderState::Accepted,
        OrderState::Surveying,
        OrderState::Approving,
        OrderState::AwaitingMaterials,
        OrderState::Approved,
        OrderState::Drawing,
        OrderState::Repaying,
        OrderState::Overdue,
    ];
    let filter = OrderFilter { states: states.to_vec(), ..OrderFilter::default() };
    let page = state.lending.list_for(&state.db, &Actor::Firm(user), &filter, None, ORDERS_MAX).await?;
    let now = state.db.clock().now();
    let mut found = Vec::new();
    for order in &page.orders {
        found.extend(of_order(state, user, v, order, now).await?);
    }
    found.extend(ending(state, user, v, now).await?);
    Ok(found)
}

/// Loans that end soon and could be followed by another.
async fn ending(
    state: &PortalState,
    user: &FirmUser,
    v: &Visit,
    now: Timestamp,
) -> Result<Vec<Waiting>, Refused> {
    let today = date_of(now);
    let mut found = Vec::new();
    for loan in state.lending.list_ending(&Actor::Firm(user), today).await? {
        if loan.followed_by.is_some() {
            continue;
        }
        let order = state.lending.get(&state.db, &loan.order_id).await?;
        let loans = state.lending.loans(&state.db, &loan.order_id).await?;
        if !loans.iter().any(|one| !follows(state, &order, one, today).is_empty()) {
            continue;
        }
        let until = words::until_day(v, loan.ends_on, today);
        found.push(Waiting {
            text: v.one("waiting-ends", "bank", bank_name(state, &order, v.lang())),
            when: v.one("waiting-by", "until", until),
            href: super::address(&loan.order_id),
        });
    }
    Ok(found)
}

async fn of_order(
    state: &PortalState,
    user: &FirmUser,
    v: &Visit,
    order: &Order,
    now: Timestamp,
) -> Result<Option<Waiting>, Refused> {
    let bank = bank_name(state, order, v.lang());
    let item =
        |text: String, when: String| Some(Waiting { text, when, href: super::address(&order.order_id) });
    match order.state {
        OrderState::Accepted | OrderState::Surveying | OrderState::Approving => {
            let may = state.lending.allowed(&Actor::Firm(user), order);
            let asked = may.contains(&OrderEventKind::ConfirmContact);
            Ok(asked.then(|| item(v.one("waiting-contacted", "bank", bank), String::new())).flatten())
        }
        OrderState::AwaitingMaterials => {
            let steps = state.lending.steps(&state.db, &order.order_id).await?;
            let due = state.lending.supply_by(order, &steps);
            let when = due.map(|due| words::until(v, due, now)).unwrap_or_default();
            Ok(item(v.one("waiting-materials", "bank", bank), v.one("waiting-by", "until", when)))
        }
        OrderState::Approved => {
            let until = order.granted.as_ref().map(|terms| terms.valid_until);
            let when = until.map(|last| words::until_day(v, last, date_of(now))).unwrap_or_default();
            Ok(item(v.one("waiting-sign", "bank", bank), v.one("waiting-by", "until", when)))
        }
        _ => {
            let loans = state.lending.loans(&state.db, &order.order_id).await?;
            let next = loans.iter().filter_map(|loan| loan.next_due());
            let next = next.min_by_key(|one| one.instalment.due_on);
            Ok(next.and_then(|one| {
                let (text, when) = instalment(v, &bank, one, now)?;
                item(text, when)
            }))
        }
    }
}

/// An instalment that is due soon or late.
fn instalment(v: &Visit, bank: &str, one: &LoanInstalment, now: Timestamp) -> Option<(String, String)> {
    let (today, due_on) = (date_of(now), one.instalment.due_on);
    if due_on > today.saturating_add(DUE_SOON_DAYS.days()) {
        return None;
    }
    let amount = words::exact(v.lang(), one.instalment.total());
    let text = v.text().with("waiting-instalment", &[("bank", &bank), ("amount", &amount)]);
    let when = if one.is_late(today) {
        let days = due_on.until(today).map_or(0, |gone| gone.get_days());
        v.n("loan-late", days)
    } else {
        v.one("waiting-by", "until", words::until_day(v, due_on, today))
    };
    Some((text, when))
}
