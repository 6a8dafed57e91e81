//! Everything that happened to an order, the newest on top, as its bank reads it: with its own people's names and
//! notes, of another bank only that the order was there.

use jiff::SignedDuration;
use jq_base::lang::Lang;
use jq_identity::{FirmRole, StaffRole};
use jq_lending::order::OrderEvent;
use jq_lending::{Order, OrderEventKind, OrderStep};
use jq_web::{Visit, say};
use serde::Deserialize;

use super::forms::sentence_case;
use crate::bank::Colleagues;
use crate::state::PortalState;
use crate::words;

/// Between happening and being told, more than this is said to be late.
const TOLD_LATE: SignedDuration = SignedDuration::from_hours(24);

/// One step.
pub struct StepLine {
    /// When.
    pub at: String,
    /// What happened, by code.
    pub event: &'static str,
    /// What happened.
    pub text: String,
    /// Who did it.
    pub who: String,
    /// What was decided or asked for.
    pub details: Vec<String>,
    /// What the actor said beside.
    pub note: String,
    /// Happened after the employee last looked.
    pub is_new: bool,
}

/// What lines are made of beside the step.
pub struct Reading<'a> {
    /// The visit.
    pub v: &'a Visit,
    /// The services.
    pub state: &'a PortalState,
    /// The bank's people.
    pub colleagues: &'a Colleagues,
    /// The order.
    pub order: &'a Order,
    /// The version the employee had been looking at.
    pub seen: Option<u32>,
}

impl Reading<'_> {
    /// The lines of these steps.
    pub fn lines(&self, steps: &[OrderStep]) -> Vec<StepLine> {
        steps.iter().rev().map(|step| self.line(step)).collect()
    }

    fn line(&self, step: &OrderStep) -> StepLine {
        let own = step.institution.is_empty() || step.institution == self.order.bank.as_str();
        let mut line = StepLine {
            at: say::moment(step.at),
            event: step.event.code(),
            text: sentence_case(step.event.text(self.v.lang())),
            who: self.who(step),
            details: Vec::new(),
            note: String::new(),
            is_new: self.seen.is_some_and(|seen| step.step_no > seen),
        };
        if own {
            line.note.clone_from(&step.note);
            line.details.extend(OrderEvent::deserialize(&step.data).ok().and_then(|event| self.fact(&event)));
            if step.reported_at.duration_since(step.at) > TOLD_LATE {
                line.details.push(self.v.one("bank-step-told", "at", say::moment(step.reported_at)));
            }
        }
        line
    }

    fn who(&self, step: &OrderStep) -> String {
        let lang = self.v.lang();
        if self.colleagues.knows(&step.actor) {
            let role = step.role.parse::<StaffRole>().map_or("", |role| role.text(lang));
            return format!("{role} {}", self.colleagues.name(&step.actor));
        }
        if let Ok(role) = step.role.parse::<FirmRole>() {
            return format!("{} · {}", self.v.t("bank-by-firm"), role.text(lang));
        }
        match step.role.parse::<StaffRole>() {
            Ok(StaffRole::Officer | StaffRole::Approver | StaffRole::BankAdmin) => {
                self.v.t("bank-by-other-bank")
            }
            Ok(role) => role.text(lang).to_owned(),
            Err(()) => self.v.t("bank-by-platform"),
        }
    }

    fn fact(&self, event: &OrderEvent) -> Option<String> {
        let (v, lang) = (self.v, self.v.lang());
        match event {
            OrderEvent::Submit => Some(format!(
                "{} · {}",
                words::exact(lang, self.order.amount),
                words::months(v, self.order.months)
            )),
            OrderEvent::Dispatch { officer: Some(login), .. }
            | OrderEvent::Reassign { officer: login, .. } => self
                .colleagues
                .knows(login)
                .then(|| v.one("bank-step-to", "name", self.colleagues.name(login))),
            OrderEvent::Decline { refusal, .. } | OrderEvent::Refuse(refusal) => {
                let reason = self.state.lending.reasons().find(&refusal.code);
                let reason = reason.map_or("", |reason| reason.text(lang));
                Some(format!("{} {reason}{}{}", refusal.code, v.pick("：", ": "), refusal.text))
            }
            OrderEvent::Contact { channel } => Some(channel.text(lang).to_owned()),
            OrderEvent::ConfirmContact { reached } => {
                Some(v.t(if *reached { "contact-reached" } else { "contact-not-reached" }))
            }
            OrderEvent::RequestMaterials { materials } => Some(materials.join(v.pick("；", "; "))),
            OrderEvent::Grant(terms) => Some(v.text().with(
                "bank-step-granted",
                &[
                    ("amount", &words::exact(lang, terms.amount)),
                    ("months", &words::months(v, terms.months)),
                    ("rate", &terms.rate),
                    ("method", &terms.method.text(lang)),
                ],
            )),
            OrderEvent::Sign { contract_no } => Some(v.one("bank-step-contract", "no", contract_no)),
            OrderEvent::AskDraw { amount } | OrderEvent::WriteOff { amount } => {
                Some(words::exact(lang, *amount))
            }
            OrderEvent::Draw(drawn) => Some(paid(lang, drawn.amount, &drawn.loan_ref, &drawn.report_no)),
            OrderEvent::Repay(repaid) => Some(paid(lang, repaid.amount, "", &repaid.report_no)),
            OrderEvent::FallOverdue { due_on, .. } => Some(due_on.to_string()),
            _ => None,
        }
    }
}

fn paid(lang: Lang, amount: jq_base::money::Money, loan_ref: &str, report_no: &str) -> String {
    let exact = words::exact(lang, amount);
    [exact.as_str(), loan_ref, report_no]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ")
}

/// Whose turn it is, when it is not this employee's: what can happen now, with who does it.
pub fn turn(v: &Visit, order: &Order, own: &[OrderEventKind]) -> Vec<String> {
    use jq_lending::order::Who;
    let others = order.allowed().into_iter().filter(|event| !own.contains(event));
    // What is over is over until the firm asks that it is looked at again.
    let others = others.filter(|event| *event != OrderEventKind::Appeal);
    let by_people = others.filter(|event| event.who().iter().any(|who| *who != Who::System));
    let said = |event: OrderEventKind| {
        let who: Vec<_> = event.who().iter().map(|who| who.text(v.lang())).collect();
        format!("{}{}{}", who.join(v.pick("、", ", ")), v.pick("：", ": "), event.text(v.lang()))
    };
    by_people.map(said).collect()
}
