//! Loans that end soon: what is owed, how many days are left, and whether the firm has asked for a renewal.

use askama::Template;
use axum::extract::{Query, State};
use jiff::civil::Date;
use jq_lending::Actor;
use jq_lending::loan::EndingLoan;
use jq_web::{Visit, page, say};
use serde::Deserialize;

use crate::bank::{Colleagues, Me, tone};
use crate::form::Choice;
use crate::refused::Answer;
use crate::session::Bank;
use crate::state::PortalState;
use crate::words;

/// The list.
#[derive(Template)]
#[template(path = "bank/renewals.html")]
struct RenewalsPage {
    v: Visit,
    me: Me,
    within: Vec<Choice>,
    waiting: bool,
    rows: Vec<Row>,
    total: usize,
}

/// A loan that ends soon.
struct Row {
    href: String,
    firm: String,
    loan_ref: String,
    outstanding: String,
    ends_on: String,
    left: String,
    tone: &'static str,
    officer: String,
    next: Option<Next>,
}

/// The order that follows it.
struct Next {
    href: String,
    order_no: String,
    state: String,
    tone: &'static str,
    icon: &'static str,
}

/// Which of them. What the address says wrongly filters nothing.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Within how many days.
    within: String,
    /// Only those that nothing follows yet.
    waiting: String,
}

/// `GET /bank/renewals`
pub async fn list(
    State(state): State<PortalState>,
    Bank(user): Bank,
    Query(asked): Query<Asked>,
    v: Visit,
) -> Answer {
    let today = state.db.clock().today();
    let ending = state.lending.list_ending(&Actor::Bank(&user), today).await?;
    let colleagues = Colleagues::of(&state, &user, v.lang()).await?;
    let days = state.lending.limits().radar_days;
    let within = days.into_iter().find(|days| days.to_string() == asked.within);
    let within = within.unwrap_or_else(|| state.lending.limits().follow_days());
    let waiting = !asked.waiting.is_empty();
    let total = ending.len();
    let shown = |loan: &&EndingLoan| {
        left(loan, today) <= i64::from(within) && (!waiting || loan.followed_by.is_none())
    };
    Ok(page(&RenewalsPage {
        me: Me::of(&state, &user, v.lang()).await?,
        within: days
            .into_iter()
            .map(|days| Choice::plain(&days.to_string(), &v.n("renewals-within", days), &within.to_string()))
            .collect(),
        waiting,
        rows: ending.iter().filter(shown).map(|loan| Row::new(&v, &colleagues, loan, today)).collect(),
        total,
        v,
    }))
}

/// Days until the loan ends.
fn left(loan: &EndingLoan, today: Date) -> i64 {
    today.until(loan.ends_on).map_or(0, |left| i64::from(left.get_days()))
}

impl Row {
    fn new(v: &Visit, colleagues: &Colleagues, loan: &EndingLoan, today: Date) -> Self {
        let left = left(loan, today);
        let address = |order: &str| format!("/bank/orders/{order}");
        Self {
            href: address(loan.order_id.as_str()),
            firm: loan.subject_name.clone(),
            loan_ref: loan.loan_ref.clone(),
            outstanding: words::exact(v.lang(), loan.outstanding),
            ends_on: say::date(v.lang(), loan.ends_on),
            left: v.n("renewals-left", left),
            tone: match left {
                ..=15 => "bad",
                16..=30 => "soon",
                _ => "info",
            },
            officer: loan.officer.as_deref().map(|login| colleagues.name(login)).unwrap_or_default(),
            next: loan.followed_by.as_ref().map(|next| {
                let (tone, icon) = tone(next.state);
                Next {
                    href: address(next.order_id.as_str()),
                    order_no: next.order_no.clone(),
                    state: next.state.text(v.lang()).to_owned(),
                    tone,
                    icon,
                }
            }),
        }
    }
}
