//! Urging a bank, and the bank's answer.

use jiff::Timestamp;
use jq_base::ids::{ActId, OrderId};
use jq_db::Tx;
use jq_db::audit::AuditLine;
use jq_db::outbox::Event;
use jq_identity::{BankUser, DeskUser, OversightUser, StaffRole, StaffUser};
use jq_lending::{Order, OrderState};

use crate::model::{Act, ActKind, Answer, URGE};
use crate::{Supervision, SupervisionError, store};

/// Characters that an urge or an answer has.
pub const TEXT_CHARS: std::ops::RangeInclusive<usize> = 5..=500;
/// Urges about one order that may wait for an answer at the same time.
pub const URGES_OPEN_MAX: u32 = 3;

/// Who may urge a bank.
#[derive(Clone, Copy, Debug)]
pub enum Urger<'a> {
    /// The platform's service.
    Desk(&'a DeskUser),
    /// A supervisor or regulator.
    Oversight(&'a OversightUser),
    /// The bank's own administrator.
    Bank(&'a BankUser),
}

impl Urger<'_> {
    fn staff(&self) -> &StaffUser {
        match self {
            Self::Desk(user) => user.staff(),
            Self::Oversight(user) => user.staff(),
            Self::Bank(user) => user.staff(),
        }
    }

    /// Whether this person may urge about the order: a bank's administrator about those of the own bank and branch.
    fn may_urge(&self, order: &Order) -> bool {
        match self {
            Self::Desk(_) | Self::Oversight(_) => true,
            Self::Bank(user) => {
                user.role() == StaffRole::BankAdmin
                    && *user.bank() == order.bank
                    && user.branch().is_none_or(|branch| order.branch.as_ref() == Some(branch))
            }
        }
    }
}

impl Supervision {
    /// Whether there is anything to urge about: the next step is the bank's.
    pub fn can_urge(&self, order: &Order) -> bool {
        is_the_banks_turn(order.state)
    }

    /// Urges the bank that has the order in hand.
    pub async fn urge(
        &self,
        tx: &mut Tx,
        urger: Urger<'_>,
        order: &OrderId,
        text: &str,
        now: Timestamp,
    ) -> Result<Act, SupervisionError> {
        let order = self.lending.get_within(tx, order).await?;
        let (staff, text) = (urger.staff(), checked(text)?);
        if !urger.may_urge(&order) {
            return Err(SupervisionError::WrongRole);
        }
        if !self.can_urge(&order) {
            return Err(SupervisionError::NothingToUrge { state: order.state });
        }
        let count = store::count_unanswered(tx, &order.order_id).await?;
        if count >= URGES_OPEN_MAX {
            return Err(SupervisionError::TooManyUrges { count });
        }
        let act = Act {
            actor: staff.login().to_owned(),
            role: staff.role().code().to_owned(),
            institution: staff.institution().to_owned(),
            text,
            ..Act::about(&order, URGE, ActKind::Urged, now, now)
        };
        store::insert(tx, &act).await?;
        tx.audit(line(staff, "supervision.urged", &act).detail(serde_json::json!({
            "act": act.act_id, "order": act.order_id, "bank": act.bank, "text": act.text,
        })));
        let more = serde_json::json!({
            "act_id": act.act_id, "text": act.text,
            "asker_zh": staff.role().text(jq_base::lang::Lang::Zh),
            "asker_en": staff.role().text(jq_base::lang::Lang::En),
            "asked_by": act.actor, "urged_role": act.role,
        });
        let payload = self.payload(tx, &order, now, more).await?;
        tx.emit(Event::new("supervision.urged", order.subject.as_str(), payload));
        Ok(act)
    }

    /// Answers an urge, as somebody of the bank that was urged.
    pub async fn answer(
        &self,
        tx: &mut Tx,
        user: &BankUser,
        act: &ActId,
        text: &str,
        now: Timestamp,
    ) -> Result<Act, SupervisionError> {
        let found = store::find(tx, act).await?;
        let urged = |act: &Act| act.kind == ActKind::Urged && act.bank == *user.bank();
        let act = found.filter(urged).ok_or(SupervisionError::ActNotFound)?;
        if let Some(answer) = &act.answer {
            return Err(SupervisionError::Answered { at: answer.at });
        }
        let staff = user.staff();
        let answer = Answer { text: checked(text)?, by: staff.login().to_owned(), at: now };
        if !store::answer(tx, &act.act_id, &answer).await? {
            return Err(SupervisionError::Answered { at: now });
        }
        let order = self.lending.get_within(tx, &act.order_id).await?;
        tx.audit(line(staff, "supervision.answered", &act).detail(serde_json::json!({
            "act": act.act_id, "order": act.order_id, "text": answer.text,
        })));
        let more = serde_json::json!({
            "act_id": act.act_id, "text": answer.text, "asked_by": act.actor, "urged_role": act.role,
        });
        let payload = self.payload(tx, &order, now, more).await?;
        tx.emit(Event::new("supervision.answered", order.subject.as_str(), payload));
        Ok(Act { settled_at: Some(now), answer: Some(answer), ..act })
    }
}

/// States in which the next step is the bank's.
fn is_the_banks_turn(state: OrderState) -> bool {
    matches!(
        state,
        OrderState::Dispatched | OrderState::Accepted | OrderState::Surveying | OrderState::Approving
    )
}

fn checked(text: &str) -> Result<String, SupervisionError> {
    let text = text.trim();
    if TEXT_CHARS.contains(&text.chars().count()) {
        return Ok(text.to_owned());
    }
    Err(SupervisionError::Text { min: *TEXT_CHARS.start(), max: *TEXT_CHARS.end() })
}

fn line(staff: &StaffUser, action: &str, act: &Act) -> AuditLine {
    let line = AuditLine::new(staff.login(), staff.role().code(), action);
    line.institution(staff.institution()).subject(act.subject.as_str())
}
