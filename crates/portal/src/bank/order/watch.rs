//! What supervision did about an order, and the form with which the bank answers an urge.

use jq_identity::{BankUser, StaffRole};
use jq_lending::Order;
use jq_supervision::{Act, ActKind};
use jq_web::{Visit, say};

use super::form::{ActForm, Maker, Typed};
use crate::state::PortalState;

/// One act of supervision.
pub struct WatchLine {
    /// When.
    pub at: String,
    /// What kind.
    pub kind: String,
    /// The colour.
    pub tone: &'static str,
    /// What was done or said.
    pub text: String,
    /// Who urged; empty for the ladder.
    pub who: String,
    /// The bank's answer; empty without one.
    pub answer: String,
    /// How to answer, where an answer is due.
    pub form: Option<ActForm>,
}

impl WatchLine {
    /// An act about an order of the employee's bank.
    pub fn new(v: &Visit, state: &PortalState, order: &Order, act: &Act, typed: Option<&Typed>) -> Self {
        let waits = act.kind == ActKind::Urged && act.settled_at.is_none() && act.bank == order.bank;
        Self {
            at: say::moment(act.recorded_at),
            kind: act.kind.text(v.lang()).to_owned(),
            tone: match act.kind {
                ActKind::Reminded | ActKind::Escalated => "soon",
                ActKind::Urged if act.settled_at.is_some() => "",
                ActKind::Urged | ActKind::Overdue | ActKind::Expired => "bad",
            },
            text: state.supervision.act_text(act, v.lang()).to_owned(),
            who: act.role.parse::<StaffRole>().map_or("", |role| role.text(v.lang())).to_owned(),
            answer: act.answer.as_ref().map(|answer| answer.text.clone()).unwrap_or_default(),
            form: waits.then(|| answer_form(v, order, act, typed)),
        }
    }
}

/// The name of the form that answers an urge.
pub fn answer_id(act: &str) -> String {
    format!("answer-{act}")
}

fn answer_form(v: &Visit, order: &Order, act: &Act, typed: Option<&Typed>) -> ActForm {
    let id = answer_id(act.act_id.as_str());
    let make = Maker::new(v, &id, typed);
    ActForm {
        href: format!("/bank/orders/{}/urges/{}/answer", order.order_id, act.act_id),
        title: v.t("watch-answer"),
        lead: String::new(),
        fields: vec![make.area("text", v.t("watch-answer-hint"))],
        send: v.t("watch-answer"),
        open: make.was_sent(),
        hard: false,
        id,
    }
}

/// The form with which a bank's administrator urges the own people.
pub fn urge_form(v: &Visit, user: &BankUser, order: &Order, typed: Option<&Typed>) -> Option<ActForm> {
    if user.role() != StaffRole::BankAdmin || !order.state.is_at_a_bank() {
        return None;
    }
    let make = Maker::new(v, "urge", typed);
    Some(ActForm {
        id: "urge".to_owned(),
        href: format!("/bank/orders/{}/urge", order.order_id),
        title: v.t("watch-urge"),
        lead: v.t("watch-urge-lead"),
        fields: vec![make.area("text", v.t("watch-answer-hint"))],
        send: v.t("watch-urge"),
        open: make.was_sent(),
        hard: false,
    })
}
