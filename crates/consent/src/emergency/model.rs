//! A reading in an emergency and how it stands.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jq_base::ids::{BankId, EmergencyId, OrderId, SubjectKey};
use jq_base::lang::Lang;
use jq_base::permit::Purpose;

use crate::{ConsentError, Denial};

/// How it stands at a moment. Time alone ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EmergencyState {
    /// It waits for the second person (待复核).
    Asked,
    /// Approved: the one who asked may read (已批准).
    Open,
    /// The second person said no (未批准).
    Refused,
    /// Nobody decided in time (已失效).
    Lapsed,
    /// Its time is up, or its readings are used (已结束).
    Over,
}

impl EmergencyState {
    /// The stable word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Open => "open",
            Self::Refused => "refused",
            Self::Lapsed => "lapsed",
            Self::Over => "over",
        }
    }

    /// What a person reads.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::Asked => lang.pick("待复核", "waits for a second person"),
            Self::Open => lang.pick("已批准", "approved"),
            Self::Refused => lang.pick("未批准", "refused"),
            Self::Lapsed => lang.pick("逾期未复核", "not decided in time"),
            Self::Over => lang.pick("已结束", "over"),
        }
    }
}

/// A reading in an emergency (应急查询).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emergency {
    /// Its number.
    pub emergency_id: EmergencyId,
    /// The bank.
    pub bank: BankId,
    /// Whose records.
    pub subject: SubjectKey,
    /// The subject's name.
    pub subject_name: String,
    /// For which order: a bank reads nobody with whom it has nothing in hand.
    pub order: OrderId,
    /// What for.
    pub purpose: Purpose,
    /// Which items.
    pub items: BTreeSet<String>,
    /// Why, in the words of whoever asked.
    pub reason: String,
    /// Who asked, and alone may read.
    pub asked_by: String,
    /// When.
    pub asked_at: Timestamp,
    /// Until when it can be decided.
    pub approve_by: Timestamp,
    /// What the second person said.
    pub approved: Option<bool>,
    /// The second person.
    pub decided_by: Option<String>,
    /// When that was.
    pub decided_at: Option<Timestamp>,
    /// Until when it is open.
    pub ends_at: Option<Timestamp>,
    /// For how many readings.
    pub readings_max: u32,
    /// How many there were.
    pub readings_used: u32,
    /// When the firm was told.
    pub announced_at: Option<Timestamp>,
}

impl Emergency {
    /// How it stands at this moment.
    pub fn state(&self, now: Timestamp) -> EmergencyState {
        match self.approved {
            None if now >= self.approve_by => EmergencyState::Lapsed,
            None => EmergencyState::Asked,
            Some(false) => EmergencyState::Refused,
            Some(true) => {
                let in_time = self.ends_at.is_some_and(|end| now < end);
                let has_left = self.readings_used < self.readings_max;
                if in_time && has_left { EmergencyState::Open } else { EmergencyState::Over }
            }
        }
    }

    /// Refuses whoever may not decide about it now: it must be open for a decision, and by another person.
    pub(crate) fn check_decision(&self, by: &str, now: Timestamp) -> Result<(), ConsentError> {
        match self.state(now) {
            EmergencyState::Asked if self.asked_by == by => Err(ConsentError::FourEyes),
            EmergencyState::Asked => Ok(()),
            state => Err(ConsentError::EmergencyClosed(state)),
        }
    }
}

/// Whether an emergency may open what this no has closed. The subject's own no stands, be it to all or to a field; who
/// is no more is not read, nor does anybody read who does not otherwise.
pub(crate) fn can_open(denial: &Denial) -> bool {
    !matches!(
        denial,
        Denial::Withdrawn { .. }
            | Denial::FieldNotGranted { .. }
            | Denial::SubjectClosed
            | Denial::OfficerQuotaUsed
            | Denial::OtherReader
    )
}

/// An emergency as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEmergency {
    /// Whose records.
    pub subject: SubjectKey,
    /// The subject's name.
    pub subject_name: String,
    /// For which order.
    pub order: OrderId,
    /// What for.
    pub purpose: Purpose,
    /// Which items.
    pub items: BTreeSet<String>,
    /// Why.
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn asked() -> Emergency {
        let at: Timestamp = "2026-11-10T09:30:00+08:00".parse().unwrap();
        Emergency {
            emergency_id: EmergencyId::parse("e-1").unwrap(),
            bank: BankId::parse("bank01").unwrap(),
            subject: SubjectKey::parse("91500102MAC8YUW23Y").unwrap(),
            subject_name: "某某食品".to_owned(),
            order: OrderId::parse("o-1").unwrap(),
            purpose: Purpose::PreLoan,
            items: ["tax_payment".to_owned()].into(),
            reason: "疑似冒名申请，需当日核实".to_owned(),
            asked_by: "officer@bank01".to_owned(),
            asked_at: at,
            approve_by: at + SignedDuration::from_hours(24),
            approved: None,
            decided_by: None,
            decided_at: None,
            ends_at: None,
            readings_max: 3,
            readings_used: 0,
            announced_at: None,
        }
    }

    #[test]
    fn nobody_approves_what_they_asked_for_themselves() {
        let one = asked();
        let by = |who: &str| one.check_decision(who, one.asked_at);
        assert!(matches!(by("officer@bank01"), Err(ConsentError::FourEyes)));
        assert!(by("approver@bank01").is_ok());
        let late = one.check_decision("approver@bank01", one.approve_by);
        assert!(matches!(late, Err(ConsentError::EmergencyClosed(EmergencyState::Lapsed))));
    }

    #[test]
    fn it_ends_by_time_or_by_use() {
        let end = asked().asked_at + SignedDuration::from_mins(60);
        let open = Emergency { approved: Some(true), ends_at: Some(end), ..asked() };
        assert_eq!(open.state(open.asked_at), EmergencyState::Open);
        assert_eq!(open.state(end), EmergencyState::Over);
        assert_eq!(Emergency { readings_used: 3, ..open }.state(end), EmergencyState::Over);
    }

    #[test]
    fn the_subjects_own_no_is_not_read_past() {
        let at = asked().asked_at;
        assert!(!can_open(&Denial::Withdrawn { at }) && !can_open(&Denial::SubjectClosed));
        assert!(
            !can_open(&Denial::FieldNotGranted { fields: Vec::new() }) && !can_open(&Denial::OtherReader)
        );
        assert!(can_open(&Denial::Suspended { at }) && can_open(&Denial::Expired { at }));
    }
}
