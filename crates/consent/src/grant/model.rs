//! A consent and its states. The state follows from what was recorded and from the time; it is never stored.

use std::collections::BTreeSet;
use std::str::FromStr;

use jiff::{Timestamp, civil};
use jq_base::clock;
use jq_base::ids::{AccountId, BankId, ConsentId, OrderId, ProductId, SubjectKey};
use jq_base::lang::Lang;
use jq_base::permit::Purpose;
use jq_identity::FirmRole;

use super::evidence::Evidence;
use super::suspension::{Suspension, SuspensionWhy};

/// How a consent stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GrantState {
    /// It holds (有效).
    Active,
    /// It stands still until somebody who acts for the subject now has confirmed it or let it go (已暂停).
    Suspended,
    /// The firm took it back (已撤回).
    Withdrawn,
    /// Its time is up (已到期).
    Expired,
    /// A newer one for the same bank, purpose, product and order stands in its place (已被取代).
    Superseded,
}

impl GrantState {
    /// Every state.
    pub const ALL: [Self; 5] =
        [Self::Active, Self::Suspended, Self::Withdrawn, Self::Expired, Self::Superseded];

    /// True while the subject can take it back: it opens something, or would if it were confirmed.
    pub fn can_be_withdrawn(self) -> bool {
        matches!(self, Self::Active | Self::Suspended)
    }

    /// The stable word for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Superseded => "superseded",
        }
    }

    /// What a person reads.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::Active => lang.pick("有效", "active"),
            Self::Suspended => lang.pick("已暂停，待确认", "suspended until confirmed"),
            Self::Withdrawn => lang.pick("已撤回", "withdrawn"),
            Self::Expired => lang.pick("已到期", "expired"),
            Self::Superseded => lang.pick("已由新授权取代", "replaced by a newer one"),
        }
    }
}

impl FromStr for GrantState {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|state| state.code() == text).ok_or(())
    }
}

/// A consent (授权): the subject allows one bank to read these items for this purpose until a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Its number.
    pub consent_id: ConsentId,
    /// Whose records.
    pub subject: SubjectKey,
    /// The subject's name when it consented.
    pub subject_name: String,
    /// Who consented.
    pub grantor: AccountId,
    /// In which capacity.
    pub grantor_role: FirmRole,
    /// Which bank may read.
    pub bank: BankId,
    /// The bank's name as it was shown.
    pub bank_zh: String,
    /// The same in English.
    pub bank_en: String,
    /// Which items, none else.
    pub items: BTreeSet<String>,
    /// What for.
    pub purpose: Purpose,
    /// For which product, if it was for one.
    pub product: Option<ProductId>,
    /// For which order, if it was for one; it then opens nothing for another.
    pub order: Option<OrderId>,
    /// From when.
    pub valid_from: Timestamp,
    /// Until when, that moment not included.
    pub valid_to: Timestamp,
    /// How often the bank may read in all.
    pub queries_max: u32,
    /// How often it has read.
    pub queries_used: u32,
    /// How often it may read on one Beijing day.
    pub queries_day_max: u32,
    /// The version of the text that was agreed to.
    pub text_version: String,
    /// The digest of that text with these terms.
    pub text_hash: String,
    /// How the yes came about.
    pub evidence: Evidence,
    /// Fields of its items that stay closed all the same, each as `item.field`.
    pub withheld: BTreeSet<String>,
    /// Those among them that the subject left out itself; the purpose closes the others whatever is granted.
    pub left_out: BTreeSet<String>,
    /// Since when it stands still, and why.
    pub suspended: Option<Suspension>,
    /// Who confirmed it after it had stood still.
    pub confirmed_by: Option<AccountId>,
    /// When that was.
    pub confirmed_at: Option<Timestamp>,
    /// When it was taken back.
    pub withdrawn_at: Option<Timestamp>,
    /// Why, in the firm's words; may be empty.
    pub withdraw_reason: Option<String>,
    /// When a newer one took its place.
    pub superseded_at: Option<Timestamp>,
    /// The last Beijing day on which the bank read; empty before the first time.
    pub(crate) day: String,
    /// How often it read on that day.
    pub(crate) day_used: u32,
}

impl Grant {
    /// How it stands at this moment; the only place a consent's state comes from.
    ///
    /// What happened first counts: a consent that had expired stays expired when a newer one takes its place.
    pub fn state(&self, now: Timestamp) -> GrantState {
        let before_end = |at: &Timestamp| *at < self.valid_to;
        if self.withdrawn_at.is_some() {
            GrantState::Withdrawn
        } else if self.superseded_at.as_ref().is_some_and(before_end) {
            GrantState::Superseded
        } else if !before_end(&now) {
            GrantState::Expired
        } else if self.suspended.is_some() {
            GrantState::Suspended
        } else {
            GrantState::Active
        }
    }

    /// True when the bank may read under it at this moment, quotas aside.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.state(now) == GrantState::Active && self.valid_from <= now
    }

    /// Why it stands still; nothing when it does not.
    pub fn suspended_why(&self) -> Option<SuspensionWhy> {
        self.suspended.map(|suspended| suspended.why)
    }

    /// The items among these that it does not open.
    pub fn missing<'a>(&self, items: impl IntoIterator<Item = &'a str>) -> Vec<String> {
        items.into_iter().filter(|item| !self.items.contains(*item)).map(str::to_owned).collect()
    }

    /// True when it opens every one of these items.
    pub fn covers<'a>(&self, items: impl IntoIterator<Item = &'a str>) -> bool {
        self.missing(items).is_empty()
    }

    /// How often the bank may still read.
    pub fn queries_left(&self) -> u32 {
        self.queries_max.saturating_sub(self.queries_used)
    }

    /// How often the bank may still read on this Beijing day, the total aside.
    pub(crate) fn queries_left_on(&self, day: civil::Date) -> u32 {
        let used = if self.day == day.to_string() { self.day_used } else { 0 };
        self.queries_day_max.saturating_sub(used)
    }

    /// How often the bank may still read today.
    pub fn queries_left_today(&self, now: Timestamp) -> u32 {
        self.queries_left_on(clock::date_of(now)).min(self.queries_left())
    }

    /// The bank's name as it was shown.
    pub fn bank_name(&self, lang: Lang) -> &str {
        lang.pick(&self.bank_zh, &self.bank_en)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use jiff::SignedDuration;

    use super::*;

    pub(crate) fn granted_at() -> Timestamp {
        "2026-11-10T09:30:00+08:00".parse().unwrap()
    }

    /// A consent for 30 days over two items.
    pub(crate) fn sample() -> Grant {
        Grant {
            consent_id: ConsentId::parse("c-1").unwrap(),
            subject: SubjectKey::parse("91500102MAC8YUW23Y").unwrap(),
            subject_name: "某某食品".to_owned(),
            grantor: AccountId::parse("a-1").unwrap(),
            grantor_role: FirmRole::LegalRep,
            bank: BankId::parse("bank01").unwrap(),
            bank_zh: "山城银行".to_owned(),
            bank_en: "Mountain City Bank".to_owned(),
            items: ["tax_payment".to_owned(), "power_bill".to_owned()].into(),
            purpose: Purpose::PreLoan,
            product: None,
            order: None,
            valid_from: granted_at(),
            valid_to: granted_at() + SignedDuration::from_hours(30 * 24),
            queries_max: 10,
            queries_used: 0,
            queries_day_max: 5,
            text_version: "1".to_owned(),
            text_hash: String::new(),
            evidence: Evidence::default(),
            withheld: BTreeSet::new(),
            left_out: BTreeSet::new(),
            suspended: None,
            confirmed_by: None,
            confirmed_at: None,
            withdrawn_at: None,
            withdraw_reason: None,
            superseded_at: None,
            day: String::new(),
            day_used: 0,
        }
    }

    #[test]
    fn a_consent_expires_by_the_clock_alone() {
        let (grant, micro) = (sample(), SignedDuration::from_micros(1));
        assert_eq!(grant.state(grant.valid_to - micro), GrantState::Active);
        assert_eq!(grant.state(grant.valid_to), GrantState::Expired);
        assert!(grant.is_active(grant.valid_from) && !grant.is_active(grant.valid_from - micro));
    }

    #[test]
    fn what_ended_a_consent_first_counts() {
        let end = sample().valid_to;
        let early = Grant { superseded_at: Some(granted_at()), ..sample() };
        assert_eq!(early.state(end), GrantState::Superseded);
        let late = Grant { superseded_at: Some(end), ..sample() };
        assert_eq!(late.state(end), GrantState::Expired);
        let taken_back = Grant { withdrawn_at: Some(granted_at()), ..sample() };
        assert_eq!(taken_back.state(end), GrantState::Withdrawn);
    }

    #[test]
    fn a_consent_that_stands_still_is_over_when_its_time_is() {
        let suspended = Suspension { at: granted_at(), why: SuspensionWhy::LegalRepChanged };
        let still = Grant { suspended: Some(suspended), ..sample() };
        assert_eq!(still.state(granted_at()), GrantState::Suspended);
        assert!(!still.is_active(granted_at()) && still.state(granted_at()).can_be_withdrawn());
        assert_eq!(still.state(still.valid_to), GrantState::Expired);
    }

    #[test]
    fn the_quota_of_a_day_starts_again_with_the_next() {
        let grant = Grant { queries_used: 5, day: "2026-11-10".to_owned(), day_used: 5, ..sample() };
        assert_eq!(grant.queries_left_today(granted_at()), 0);
        assert_eq!(grant.queries_left_today(granted_at() + SignedDuration::from_hours(24)), 5);
        assert_eq!(grant.queries_left(), 5);
    }

    #[test]
    fn what_is_missing_is_named() {
        assert!(sample().covers(["tax_payment"]));
        assert_eq!(sample().missing(["tax_payment", "gas_bill"]), ["gas_bill"]);
    }
}
