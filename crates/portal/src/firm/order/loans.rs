//! The loans paid out under an order as the firm sees them: what is due when, what is paid, what is late.

use jiff::ToSpan;
use jiff::civil::Date;
use jq_lending::loan::{Loan, LoanInstalment};
use jq_lending::{Order, OrderKind};
use jq_web::{Visit, say};

use crate::state::PortalState;
use crate::words;

/// One loan.
pub struct LoanView {
    /// Its name on the platform.
    pub id: String,
    /// The bank's own number.
    pub loan_ref: String,
    /// How much was paid out.
    pub principal: String,
    /// How much of it is owed still.
    pub outstanding: String,
    /// The yearly rate.
    pub rate: String,
    /// The way to pay back.
    pub method: String,
    /// On which day it was paid out.
    pub drawn_on: String,
    /// On which day it ends, or ended.
    pub ends_on: String,
    /// The plan.
    pub rows: Vec<DueRow>,
    /// With which kinds of application it can be followed now.
    pub follows: Vec<FollowChoice>,
}

/// A kind of application that can follow a loan now.
pub struct FollowChoice {
    /// The kind, by code.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
}

/// One instalment.
pub struct DueRow {
    /// Which.
    pub no: u32,
    /// By the end of which day.
    pub due: String,
    /// Principal and interest.
    pub total: String,
    /// Principal.
    pub principal: String,
    /// Interest.
    pub interest: String,
    /// How it stands, in words.
    pub state: String,
    /// The colour of these words.
    pub tone: &'static str,
    /// The icon beside them.
    pub icon: &'static str,
}

impl LoanView {
    /// One loan on the day `today`.
    pub fn new(v: &Visit, state: &PortalState, order: &Order, loan: &Loan, today: Date) -> Self {
        let lang = v.lang();
        Self {
            id: loan.loan_id.to_string(),
            loan_ref: loan.loan_ref.clone(),
            principal: words::exact(lang, loan.principal),
            outstanding: words::exact(lang, loan.outstanding),
            rate: loan.rate.to_string(),
            method: loan.method.text(lang).to_owned(),
            drawn_on: say::date(lang, loan.drawn_on),
            ends_on: say::date(lang, loan.settled_on.unwrap_or(loan.ends_on)),
            rows: loan.instalments.iter().map(|one| DueRow::new(v, loan, one, today)).collect(),
            follows: follows(state, order, loan, today)
                .into_iter()
                .map(|kind| FollowChoice { kind: kind.code(), name: kind.text(lang).to_owned() })
                .collect(),
        }
    }

    /// The instalments that are not paid; all when everything is.
    pub fn open_rows(&self) -> &[DueRow] {
        let paid = self.rows.iter().take_while(|row| row.tone == "good").count();
        if paid == self.rows.len() { &self.rows } else { &self.rows[paid..] }
    }

    /// The instalments that were paid before those.
    pub fn paid_rows(&self) -> &[DueRow] {
        &self.rows[..self.rows.len() - self.open_rows().len()]
    }
}

impl DueRow {
    fn new(v: &Visit, loan: &Loan, one: &LoanInstalment, today: Date) -> Self {
        let due_on = one.instalment.due_on;
        let (state, tone, icon) = match one.paid_on {
            Some(day) => (v.one("loan-paid", "day", day.strftime("%m-%d")), "good", "circle-check"),
            None if !loan.is_owed() => (v.t("loan-given-up"), "", "circle-x"),
            None if one.is_late(today) => {
                let days = due_on.until(today).map_or(0, |gone| gone.get_days());
                (v.n("loan-late", days), "bad", "alert-triangle")
            }
            None if due_on <= today.saturating_add(7.days()) => (v.t("loan-soon"), "soon", "clock"),
            None => (v.t("loan-open"), "", "circle-dashed"),
        };
        Self {
            no: one.instalment.no,
            due: due_on.to_string(),
            total: one.instalment.total().grouped(),
            principal: one.instalment.principal.grouped(),
            interest: one.instalment.interest.grouped(),
            state,
            tone,
            icon,
        }
    }
}

/// The kinds of application that can follow the loan: it ends soon, nothing is late, and the product knows them.
pub fn follows(state: &PortalState, order: &Order, loan: &Loan, today: Date) -> Vec<OrderKind> {
    let product = state.lending.products().find(&order.product).filter(|product| product.open);
    let Some(product) = product else { return Vec::new() };
    if !loan.can_be_followed(order.state, state.lending.limits().follow_days(), today) {
        return Vec::new();
    }
    let offered = |kind: &OrderKind| product.kinds.contains(kind);
    [OrderKind::Renewal, OrderKind::Deferral].into_iter().filter(offered).collect()
}
