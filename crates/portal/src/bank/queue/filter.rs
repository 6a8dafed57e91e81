//! What the queue shows, as its address says: which states, whose orders, which kind, which text.

use jq_base::ids::BranchId;
use jq_identity::{BankUser, StaffRole};
use jq_lending::order::{OrderFilter, OrderSort};
use jq_lending::{OrderKind, OrderState};
use serde::Deserialize;
use url::form_urlencoded;

/// The own orders, as the address says.
pub const MINE: &str = "mine";
/// Those that nobody has claimed.
pub const POOL: &str = "pool";

/// Groups of states, in the order of the business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// Everything that the bank has in hand.
    Open,
    /// Nobody has taken it yet.
    ToAccept,
    /// A customer manager works on it.
    InHand,
    /// The firm brings papers.
    Waiting,
    /// A second person decides.
    ToDecide,
    /// A firm has appealed against a refusal.
    Appeals,
    /// Granted: to be signed, paid out and paid back.
    Granted,
    /// Nothing follows.
    Ended,
}

impl Tab {
    /// Every group.
    pub const ALL: [Self; 8] = [
        Self::Open,
        Self::ToAccept,
        Self::InHand,
        Self::Waiting,
        Self::ToDecide,
        Self::Appeals,
        Self::Granted,
        Self::Ended,
    ];

    /// The word in the address.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::ToAccept => "accept",
            Self::InHand => "hand",
            Self::Waiting => "waiting",
            Self::ToDecide => "decide",
            Self::Appeals => "appeals",
            Self::Granted => "granted",
            Self::Ended => "ended",
        }
    }

    /// The key of its name.
    pub fn key(self) -> &'static str {
        match self {
            Self::Open => "queue-tab-open",
            Self::ToAccept => "queue-tab-accept",
            Self::InHand => "queue-tab-hand",
            Self::Waiting => "queue-tab-waiting",
            Self::ToDecide => "queue-tab-decide",
            Self::Appeals => "queue-tab-appeals",
            Self::Granted => "queue-tab-granted",
            Self::Ended => "queue-tab-ended",
        }
    }

    /// Whether orders in this state stand in it; appeals are told by more than their state.
    pub fn holds(self, state: OrderState) -> bool {
        use OrderState as S;
        match self {
            Self::Open => state.is_at_a_bank(),
            Self::ToAccept => state == S::Dispatched,
            Self::InHand => matches!(state, S::Accepted | S::Surveying),
            Self::Waiting => state == S::AwaitingMaterials,
            Self::ToDecide => state == S::Approving,
            Self::Appeals => false,
            Self::Granted => matches!(state, S::Approved | S::Signed) || state.has_loan(),
            Self::Ended => state.is_final(),
        }
    }

    /// Where somebody of this role begins.
    fn first_of(role: StaffRole) -> Self {
        if role == StaffRole::Approver { Self::ToDecide } else { Self::Open }
    }

    /// What is due first stands first where something is due.
    fn sort(self) -> OrderSort {
        if matches!(self, Self::Granted | Self::Ended) { OrderSort::Newest } else { OrderSort::DueFirst }
    }
}

/// The words of the address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct QueueQuery {
    /// Which group of states.
    pub tab: String,
    /// Whose: `mine`, `pool` for what nobody has claimed, the id of a branch, or the login of a colleague; everybody's
    /// when it is empty.
    pub whose: String,
    /// Which kind of order.
    pub kind: String,
    /// What number or firm's name contains.
    pub q: String,
    /// After which order the page begins.
    pub after: String,
    /// What was just done with the list.
    pub done: String,
}

impl QueueQuery {
    /// The group of states; the one that this role begins with when the address names none.
    pub fn tab(&self, user: &BankUser) -> Tab {
        let named = Tab::ALL.into_iter().find(|tab| tab.code() == self.tab);
        named.unwrap_or_else(|| Tab::first_of(user.role()))
    }

    /// Whether anything but the group of states narrows the list.
    pub fn narrows(&self) -> bool {
        !(self.whose.is_empty() && self.kind.is_empty() && self.q.trim().is_empty())
    }

    /// The orders of every state that the other filters let through. What the address says wrongly filters nothing.
    pub fn filter(&self, user: &BankUser) -> OrderFilter {
        let whose = self.whose.as_str();
        let officer = match whose {
            MINE => Some(user.staff().login().to_owned()),
            login if login.contains('@') => Some(login.to_owned()),
            _ => None,
        };
        let is_branch = officer.is_none() && whose != POOL;
        let branch = if is_branch { BranchId::parse(whose).ok() } else { None };
        OrderFilter {
            bank: Some(user.bank().clone()),
            officer,
            branch,
            unclaimed: whose == POOL,
            kind: self.kind.parse::<OrderKind>().ok(),
            text: self.q.trim().chars().take(60).collect(),
            ..OrderFilter::default()
        }
    }

    /// The orders of one group of states.
    pub fn filter_of(&self, user: &BankUser, tab: Tab) -> OrderFilter {
        let states = OrderState::ALL.iter().copied().filter(|state| tab.holds(*state)).collect();
        OrderFilter { states, appealed: tab == Tab::Appeals, sort: tab.sort(), ..self.filter(user) }
    }

    /// The address of everything that is open, with the other filters as they are.
    pub fn open_address(&self) -> String {
        self.address(Tab::Open, "")
    }

    /// The address of a group of states with the other filters as they are, from its beginning or after an order.
    pub fn address(&self, tab: Tab, after: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("tab", tab.code());
        for (name, value) in [
            ("whose", self.whose.as_str()),
            ("kind", self.kind.as_str()),
            ("q", self.q.trim()),
            ("after", after),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        format!("/bank?{}", query.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_a_bank_sees_stands_in_one_group_beside_the_open_ones() {
        for &state in OrderState::ALL {
            let groups = Tab::ALL.into_iter().filter(|tab| *tab != Tab::Open && tab.holds(state)).count();
            let at_no_bank = matches!(state, OrderState::Draft | OrderState::Submitted);
            assert_eq!(groups, usize::from(!at_no_bank), "{state}");
            assert_eq!(Tab::Open.holds(state), state.is_at_a_bank(), "{state}");
        }
    }

    #[test]
    fn the_address_keeps_the_filters() {
        let query =
            QueueQuery { whose: "mine".to_owned(), q: " 食品 ".to_owned(), ..QueueQuery::default() };
        let address = query.address(Tab::InHand, "");
        assert_eq!(address, "/bank?tab=hand&whose=mine&q=%E9%A3%9F%E5%93%81");
        assert!(query.narrows() && !QueueQuery::default().narrows());
    }
}
