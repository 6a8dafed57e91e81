//! What has happened to an order, step by step, as the firm reads it: when, what, who, and what was said to the firm.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jq_base::masked::Masked;
use jq_identity::{FirmUser, StaffRole, institution, staff};
use jq_lending::order::OrderEvent;
use jq_lending::{Order, OrderEventKind, OrderStep};
use jq_supervision::{Act, ActKind};
use jq_web::{Visit, say};
use serde::Deserialize;

use crate::refused::Refused;
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
    /// What was said or decided.
    pub details: Vec<String>,
    /// Happened while the firm was looking at an older state.
    pub is_new: bool,
}

/// One act of supervision.
pub struct ActLine {
    /// When.
    pub at: String,
    /// What kind.
    pub kind: String,
    /// The colour.
    pub tone: &'static str,
    /// What was done.
    pub text: String,
    /// The bank's answer; empty without one.
    pub answer: String,
}

/// The names of those who acted, masked, and of their institutions.
pub struct Names {
    staff: BTreeMap<String, String>,
    institutions: BTreeMap<String, String>,
}

impl Names {
    /// The names in the steps of an order.
    pub async fn gather(v: &Visit, state: &PortalState, steps: &[OrderStep]) -> Result<Self, Refused> {
        let mut names = Self { staff: BTreeMap::new(), institutions: BTreeMap::new() };
        for step in steps.iter().filter(|step| !step.institution.is_empty()) {
            if !names.staff.contains_key(&step.actor) {
                let entry = staff::find_by_login(&state.db, &step.actor).await?;
                let name = entry.map(|entry| Masked::new(entry.person_name).to_string()).unwrap_or_default();
                names.staff.insert(step.actor.clone(), name);
            }
            if !names.institutions.contains_key(&step.institution) {
                let found = institution::find(&state.db, &step.institution).await?;
                let name =
                    found.map_or_else(|| step.institution.clone(), |one| one.name(v.lang()).to_owned());
                names.institutions.insert(step.institution.clone(), name);
            }
        }
        Ok(names)
    }

    /// Who acted: institution, role, masked name.
    fn who(&self, v: &Visit, user: &FirmUser, step: &OrderStep) -> String {
        if step.institution.is_empty() {
            return firm_or_platform(v, user, step);
        }
        let institution = self.institutions.get(&step.institution).map_or("", String::as_str);
        let role = step.role.parse::<StaffRole>().map_or("", |role| role.text(v.lang()));
        let name = self.staff.get(&step.actor).map_or("", String::as_str);
        let parts = [institution, role, name].into_iter().filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join(" · ")
    }
}

fn firm_or_platform(v: &Visit, user: &FirmUser, step: &OrderStep) -> String {
    match step.role.parse::<jq_identity::FirmRole>() {
        Ok(role) if step.actor == user.account().as_str() => {
            format!("{} · {}", role.text(v.lang()), user.person().name())
        }
        Ok(role) => role.text(v.lang()).to_owned(),
        Err(()) => v.t("step-by-platform"),
    }
}

/// The steps of an order, the newest first; those after the version `seen` are marked.
pub fn lines(
    v: &Visit,
    user: &FirmUser,
    order: &Order,
    steps: &[OrderStep],
    names: &Names,
    seen: Option<u32>,
) -> Vec<StepLine> {
    let line = |step: &OrderStep| StepLine {
        at: say::moment(step.at),
        event: step.event.code(),
        text: v.t(event_key(step.event)),
        who: names.who(v, user, step),
        details: details(v, order, step),
        is_new: seen.is_some_and(|seen| step.step_no > seen),
    };
    steps.iter().rev().map(line).collect()
}

/// What the firm may read of a step: what was said to it and what it said itself, no notes of the bank.
fn details(v: &Visit, order: &Order, step: &OrderStep) -> Vec<String> {
    let mut told = Vec::new();
    if let Ok(event) = OrderEvent::deserialize(&step.data) {
        told.extend(fact(v, order, &event));
    }
    let is_told = matches!(
        step.event,
        OrderEventKind::Supply
            | OrderEventKind::Withdraw
            | OrderEventKind::Appeal
            | OrderEventKind::Uphold
            | OrderEventKind::Reopen
    );
    if is_told && !step.note.is_empty() {
        told.push(step.note.clone());
    }
    if step.reported_at.duration_since(step.at) > TOLD_LATE {
        told.push(v.one("step-told", "at", say::moment(step.reported_at)));
    }
    told
}

fn fact(v: &Visit, order: &Order, event: &OrderEvent) -> Option<String> {
    let lang = v.lang();
    match event {
        OrderEvent::Contact { channel } => Some(channel.text(lang).to_owned()),
        OrderEvent::ConfirmContact { reached } => {
            Some(v.t(if *reached { "contact-reached" } else { "contact-not-reached" }))
        }
        OrderEvent::RequestMaterials { materials } => Some(materials.join(v.pick("；", "; "))),
        OrderEvent::Decline { refusal, .. } | OrderEvent::Refuse(refusal) => Some(refusal.text.clone()),
        OrderEvent::Grant(terms) => {
            let (amount, months) = (words::amount(lang, terms.amount), words::months(v, terms.months));
            let values: [(&str, &dyn std::fmt::Display); 3] =
                [("amount", &amount), ("months", &months), ("rate", &terms.rate)];
            Some(v.text().with("step-granted", &values))
        }
        OrderEvent::Sign { contract_no } => Some(v.one("step-contract", "no", contract_no)),
        OrderEvent::AskDraw { amount } => Some(words::exact(lang, *amount)),
        OrderEvent::Draw(drawn) => Some(words::exact(lang, drawn.amount)),
        OrderEvent::Repay(repaid) => Some(words::exact(lang, repaid.amount)),
        OrderEvent::Submit => Some(words::exact(lang, order.amount)),
        _ => None,
    }
}

/// The acts of supervision on an order, the newest first.
pub fn acts(v: &Visit, state: &PortalState, acts: &[Act]) -> Vec<ActLine> {
    let line = |act: &Act| ActLine {
        at: say::moment(act.recorded_at),
        kind: act.kind.text(v.lang()).to_owned(),
        tone: match act.kind {
            ActKind::Reminded | ActKind::Escalated | ActKind::Urged => "soon",
            ActKind::Overdue | ActKind::Expired => "bad",
        },
        text: state.supervision.act_text(act, v.lang()).to_owned(),
        answer: act.answer.as_ref().map(|answer| answer.text.clone()).unwrap_or_default(),
    };
    acts.iter().rev().map(line).collect()
}

/// The key of an event's words for the firm.
pub fn event_key(event: OrderEventKind) -> &'static str {
    use OrderEventKind as E;
    match event {
        E::Submit => "step-submit",
        E::Dispatch => "step-dispatch",
        E::Accept => "step-accept",
        E::Decline => "step-decline",
        E::NotAccepted => "step-not-accepted",
        E::Reassign => "step-reassign",
        E::Contact => "step-contact",
        E::ConfirmContact => "step-confirm-contact",
        E::Survey => "step-survey",
        E::RequestMaterials => "step-request-materials",
        E::Supply => "step-supply",
        E::SubmitApproval => "step-submit-approval",
        E::Grant => "step-grant",
        E::Refuse => "step-refuse",
        E::Appeal => "step-appeal",
        E::Uphold => "step-uphold",
        E::Reopen => "step-reopen",
        E::Withdraw => "step-withdraw",
        E::Lapse => "step-lapse",
        E::Sign => "step-sign",
        E::AskDraw => "step-ask-draw",
        E::Draw => "step-draw",
        E::StartRepaying => "step-start-repaying",
        E::Repay => "step-repay",
        E::FallOverdue => "step-fall-overdue",
        E::Cure => "step-cure",
        E::Settle => "step-settle",
        E::WriteOff => "step-write-off",
    }
}
