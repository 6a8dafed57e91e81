//! One order as a line of the list: until when, whose, where it stands, what was done about it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jq_base::ids::OrderId;
use jq_lending::{Order, OrderStep};
use jq_web::{Visit, say};

use crate::bank::tone;
use crate::refused::Refused;
use crate::staff::ClockChip;
use crate::state::PortalState;
use crate::words;

/// Unanswered urges looked at.
const URGES_MAX: u32 = 2_000;

/// A line.
pub(crate) struct Row {
    /// Its page.
    pub href: String,
    /// The number people say.
    pub order_no: String,
    /// The firm.
    pub subject: String,
    /// The bank.
    pub bank: String,
    /// The product, and what kind where it is not a new one.
    pub product: String,
    /// How much.
    pub amount: String,
    /// Where it stands.
    pub state: String,
    /// The colour of that word.
    pub tone: &'static str,
    /// The icon beside it.
    pub icon: &'static str,
    /// The time to look at.
    pub chip: Option<ClockChip>,
    /// The bank was urged and has not answered.
    pub urged: bool,
    /// What was done last about a late order; when any other was handed in.
    pub last: String,
}

/// What lines are made of beside the order.
pub(crate) struct Lines<'a> {
    v: &'a Visit,
    state: &'a PortalState,
    home: &'static str,
    banks: &'a BTreeMap<String, String>,
    urged: BTreeSet<OrderId>,
    now: Timestamp,
}

impl<'a> Lines<'a> {
    /// Reads what all lines share.
    pub(crate) async fn new(
        v: &'a Visit,
        state: &'a PortalState,
        home: &'static str,
        banks: &'a BTreeMap<String, String>,
        now: Timestamp,
    ) -> Result<Self, Refused> {
        let open = state.supervision.list_unanswered(None, URGES_MAX).await?;
        let urged = open.into_iter().map(|act| act.order_id).collect();
        Ok(Self { v, state, home, banks, urged, now })
    }

    /// The lines of these orders, with the last act of supervision where that is asked for.
    pub(crate) async fn rows(&self, orders: &[Order], with_acts: bool) -> Result<Vec<Row>, Refused> {
        let at_banks = orders.iter().filter(|order| order.state.is_at_a_bank());
        let steps = self.state.lending.steps_each(&self.state.db, at_banks).await?;
        let mut rows = Vec::with_capacity(orders.len());
        for order in orders {
            let last = if with_acts { self.last_act(order).await? } else { Self::since(order) };
            rows.push(self.row(order, steps.get(&order.order_id).map_or(&[], Vec::as_slice), last));
        }
        Ok(rows)
    }

    fn row(&self, order: &Order, steps: &[OrderStep], last: String) -> Row {
        let (v, lang, lending) = (self.v, self.v.lang(), &self.state.lending);
        let (tone, icon) = tone(order.state);
        let product = lending.products().find(&order.product);
        let product = product.map_or(order.product.as_str(), |product| product.name(lang));
        let chip = if order.state.is_at_a_bank() {
            ClockChip::next(v, &lending.clocks(order, steps, self.now), self.now)
        } else {
            None
        };
        let bank = self.banks.get(order.bank.as_str());
        Row {
            href: format!("{}/orders/{}", self.home, order.order_id),
            order_no: order.order_no.clone(),
            subject: order.subject_name.clone(),
            bank: bank.cloned().unwrap_or_else(|| order.bank.to_string()),
            product: if order.kind.follows_another() {
                format!("{product} · {}", order.kind.text(lang))
            } else {
                product.to_owned()
            },
            amount: words::amount(lang, order.amount),
            state: order.state.text(lang).to_owned(),
            tone,
            icon,
            chip,
            urged: self.urged.contains(&order.order_id),
            last,
        }
    }

    fn since(order: &Order) -> String {
        say::moment(order.submitted_at.unwrap_or(order.created_at))
    }

    async fn last_act(&self, order: &Order) -> Result<String, Refused> {
        let acts = self.state.supervision.list_acts(&order.order_id).await?;
        let said = |act| self.state.supervision.act_text(act, self.v.lang()).to_owned();
        Ok(acts.last().map_or_else(|| self.v.t("watch-none-yet"), said))
    }
}
