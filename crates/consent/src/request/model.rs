//! A bank's question for a consent and how it stands.

use std::collections::BTreeSet;
use std::str::FromStr;

use jiff::Timestamp;
use jq_base::ids::{BankId, ConsentId, ConsentRequestId, OrderId, ProductId, SubjectKey};
use jq_base::lang::Lang;
use jq_base::permit::Purpose;

use crate::{ConsentError, Evidence, NewGrant};

/// How a request stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RequestState {
    /// It waits for the subject's answer (待答复).
    Asked,
    /// The subject said yes, perhaps to less (已同意).
    Granted,
    /// The subject said no (已拒绝).
    Refused,
    /// Nobody answered in time (已失效).
    Lapsed,
}

impl RequestState {
    /// The word kept in the table.
    pub fn code(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Lapsed => "lapsed",
        }
    }

    /// What a person reads.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::Asked => lang.pick("待答复", "waits for an answer"),
            Self::Granted => lang.pick("已同意", "agreed"),
            Self::Refused => lang.pick("未同意", "refused"),
            Self::Lapsed => lang.pick("逾期未答复，已失效", "not answered in time"),
        }
    }

    /// The state once an answer was given; the only place it changes. Time alone makes it [`Self::Lapsed`].
    pub(crate) fn after_answer(self, yes: bool) -> Result<Self, ConsentError> {
        match (self, yes) {
            (Self::Asked, true) => Ok(Self::Granted),
            (Self::Asked, false) => Ok(Self::Refused),
            (closed, _) => Err(ConsentError::RequestClosed(closed)),
        }
    }
}

impl FromStr for RequestState {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let all = [Self::Asked, Self::Granted, Self::Refused, Self::Lapsed];
        all.into_iter().find(|state| state.code() == text).ok_or(())
    }
}

/// A bank's question for a consent (授权申请).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its number.
    pub request_id: ConsentRequestId,
    /// Whose records.
    pub subject: SubjectKey,
    /// The subject's name as the bank gave it.
    pub subject_name: String,
    /// The bank.
    pub bank: BankId,
    /// Its name.
    pub bank_zh: String,
    /// Its English name.
    pub bank_en: String,
    /// Who of the bank asked.
    pub asked_by: String,
    /// Which items.
    pub items: BTreeSet<String>,
    /// Fields of these items that the bank can do without, each as `item.field`.
    pub left_out: BTreeSet<String>,
    /// What for.
    pub purpose: Purpose,
    /// For which product.
    pub product: Option<ProductId>,
    /// For which order.
    pub order: Option<OrderId>,
    /// For how many days.
    pub days: u32,
    /// For how many readings.
    pub queries_max: u32,
    /// The bank's words to the subject; may be empty.
    pub note: String,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// Until when it can be answered, that moment not included.
    pub answer_by: Timestamp,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
    /// The subject's words with a no; may be empty.
    pub answer_reason: Option<String>,
    /// The consent that came of a yes.
    pub consent_id: Option<ConsentId>,
    /// The state as recorded, the time not considered.
    pub(crate) recorded: RequestState,
}

impl Request {
    /// How it stands at this moment.
    pub fn state(&self, now: Timestamp) -> RequestState {
        match self.recorded {
            RequestState::Asked if now >= self.answer_by => RequestState::Lapsed,
            recorded => recorded,
        }
    }

    /// The consent that is asked for, whole; its text is what the subject reads before it answers.
    pub fn as_new_grant(&self) -> NewGrant {
        NewGrant {
            bank: self.bank.clone(),
            bank_zh: self.bank_zh.clone(),
            bank_en: self.bank_en.clone(),
            items: self.items.clone(),
            left_out: self.left_out.clone(),
            purpose: self.purpose,
            product: self.product.clone(),
            order: self.order.clone(),
            days: self.days,
            queries_max: Some(self.queries_max),
            text_hash: None,
            evidence: Evidence::default(),
        }
    }

    /// What stays closed after a yes to these items: what the bank can do without of them, and what the subject leaves
    /// out as well.
    pub fn left_out_with(&self, items: &BTreeSet<String>, more: BTreeSet<String>) -> BTreeSet<String> {
        let of_items = |field: &&String| field.split_once('.').is_some_and(|(item, _)| items.contains(item));
        self.left_out.iter().filter(of_items).cloned().chain(more).collect()
    }

    /// The bank's name.
    pub fn bank_name(&self, lang: Lang) -> &str {
        lang.pick(&self.bank_zh, &self.bank_en)
    }
}

/// A request as a bank makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRequest {
    /// Whose records.
    pub subject: SubjectKey,
    /// The subject's name, for messages.
    pub subject_name: String,
    /// The bank's name.
    pub bank_zh: String,
    /// Its English name.
    pub bank_en: String,
    /// Which items.
    pub items: BTreeSet<String>,
    /// Fields of these items that the bank can do without, each as `item.field`.
    pub left_out: BTreeSet<String>,
    /// What for.
    pub purpose: Purpose,
    /// For which product.
    pub product: Option<ProductId>,
    /// For which order.
    pub order: Option<OrderId>,
    /// For how many days; nothing stands for the proposed term.
    pub days: Option<u32>,
    /// For how many readings; nothing stands for the proposed number.
    pub queries_max: Option<u32>,
    /// Words to the subject; may be empty.
    pub note: String,
}

/// The subject's answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes, to these items for so many days: what was asked or less.
    Yes {
        /// The items.
        items: BTreeSet<String>,
        /// Fields of these items that the subject leaves out, beside those that the bank can do without.
        left_out: BTreeSet<String>,
        /// The days.
        days: u32,
        /// The digest of the text that was shown, as in [`crate::NewGrant`].
        text_hash: Option<String>,
        /// From where the yes comes.
        evidence: Evidence,
    },
    /// No.
    No {
        /// Why; may be empty, nobody has to say.
        reason: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_answered_once() {
        let after = |state: RequestState, yes| state.after_answer(yes).ok();
        assert_eq!(after(RequestState::Asked, true), Some(RequestState::Granted));
        assert_eq!(after(RequestState::Asked, false), Some(RequestState::Refused));
        for closed in [RequestState::Granted, RequestState::Refused, RequestState::Lapsed] {
            assert_eq!((after(closed, true), after(closed, false)), (None, None));
        }
    }
}
