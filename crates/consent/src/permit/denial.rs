//! Why a bank may not read: the kinds of no, in words for the bank and with what it can do.

use std::str::FromStr;

use jiff::Timestamp;
use jq_base::clock;
use jq_base::lang::Lang;

/// Why a bank may not read at this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denial {
    /// The subject never consented to this purpose.
    NoConsent,
    /// The subject took its consent back.
    Withdrawn {
        /// When.
        at: Timestamp,
    },
    /// The consent's time is up.
    Expired {
        /// Since when.
        at: Timestamp,
    },
    /// The consent stands still until the subject has confirmed it.
    Suspended {
        /// Since when.
        at: Timestamp,
    },
    /// The consent that comes closest does not open these items.
    ItemNotGranted {
        /// The items that were asked for and not granted.
        items: Vec<String>,
    },
    /// The consent that comes closest leaves these fields of its items closed.
    FieldNotGranted {
        /// The fields that were asked for and stay closed, each as `item.field`.
        fields: Vec<String>,
    },
    /// A newer consent for the same took the place of the one that was named.
    Superseded {
        /// Since when.
        at: Timestamp,
    },
    /// The subject consented, but to another purpose.
    OtherPurpose,
    /// The subject consented, but for another order.
    OtherOrder,
    /// The subject consented, but whoever asks is not the one who reads under it: another bank than the one that the
    /// named consent is for, or somebody of the bank whose role does not read.
    OtherReader,
    /// All readings of the consent are used.
    QuotaUsed,
    /// Today's readings are used.
    DayQuotaUsed,
    /// The person who reads has read as often today as one person may.
    OfficerQuotaUsed,
    /// The subject is no more.
    SubjectClosed,
}

impl Denial {
    /// Which kind of no it is.
    pub fn kind(&self) -> DenialKind {
        match self {
            Self::NoConsent => DenialKind::NoConsent,
            Self::Withdrawn { .. } => DenialKind::Withdrawn,
            Self::Expired { .. } => DenialKind::Expired,
            Self::Suspended { .. } => DenialKind::Suspended,
            Self::ItemNotGranted { .. } => DenialKind::ItemNotGranted,
            Self::FieldNotGranted { .. } => DenialKind::FieldNotGranted,
            Self::Superseded { .. } => DenialKind::Superseded,
            Self::OtherPurpose => DenialKind::OtherPurpose,
            Self::OtherOrder => DenialKind::OtherOrder,
            Self::OtherReader => DenialKind::OtherReader,
            Self::QuotaUsed => DenialKind::QuotaUsed,
            Self::DayQuotaUsed => DenialKind::DayQuotaUsed,
            Self::OfficerQuotaUsed => DenialKind::OfficerQuotaUsed,
            Self::SubjectClosed => DenialKind::SubjectClosed,
        }
    }

    /// The stable word for programs, such as `item_not_granted`.
    pub fn code(&self) -> &'static str {
        self.kind().code()
    }

    /// What the bank reads: the kind, and what belongs to this case.
    pub fn text(&self, lang: Lang) -> String {
        let kind = self.kind().text(lang);
        match self {
            Self::Withdrawn { at }
            | Self::Expired { at }
            | Self::Suspended { at }
            | Self::Superseded { at } => {
                let at = at.to_zoned(clock::zone()).strftime("%Y-%m-%d %H:%M").to_string();
                lang.pick("{kind}（{at}）。", "{kind} ({at}).").replace("{kind}", kind).replace("{at}", &at)
            }
            Self::ItemNotGranted { items: named } | Self::FieldNotGranted { fields: named } => {
                let named = named.join(lang.pick("、", ", "));
                lang.pick("{kind}：{named}。", "{kind}: {named}.")
                    .replace("{kind}", kind)
                    .replace("{named}", &named)
            }
            _ => format!("{kind}{}", lang.pick("。", ".")),
        }
    }

    /// What the bank can do now.
    pub fn next(&self, lang: Lang) -> &'static str {
        self.kind().next(lang)
    }
}

/// The kinds of no, as kept with a refused look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DenialKind {
    /// No consent to this purpose.
    NoConsent,
    /// Taken back.
    Withdrawn,
    /// Its time is up.
    Expired,
    /// It stands still.
    Suspended,
    /// An item outside the consent.
    ItemNotGranted,
    /// A field that stays closed.
    FieldNotGranted,
    /// A newer one took its place.
    Superseded,
    /// A consent to another purpose.
    OtherPurpose,
    /// A consent for another order.
    OtherOrder,
    /// A consent for another reader.
    OtherReader,
    /// All readings used.
    QuotaUsed,
    /// Today's readings used.
    DayQuotaUsed,
    /// The reader's own readings of today used.
    OfficerQuotaUsed,
    /// The subject is no more.
    SubjectClosed,
}

impl DenialKind {
    /// Every kind.
    pub const ALL: [Self; 14] = [
        Self::NoConsent,
        Self::Withdrawn,
        Self::Expired,
        Self::Suspended,
        Self::ItemNotGranted,
        Self::FieldNotGranted,
        Self::Superseded,
        Self::OtherPurpose,
        Self::OtherOrder,
        Self::OtherReader,
        Self::QuotaUsed,
        Self::DayQuotaUsed,
        Self::OfficerQuotaUsed,
        Self::SubjectClosed,
    ];

    /// The word kept in the table.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoConsent => "no_consent",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Suspended => "suspended",
            Self::ItemNotGranted => "item_not_granted",
            Self::FieldNotGranted => "field_not_granted",
            Self::Superseded => "superseded",
            Self::OtherPurpose => "other_purpose",
            Self::OtherOrder => "other_order",
            Self::OtherReader => "other_reader",
            Self::QuotaUsed => "quota_used",
            Self::DayQuotaUsed => "day_quota_used",
            Self::OfficerQuotaUsed => "officer_quota_used",
            Self::SubjectClosed => "subject_closed",
        }
    }

    /// The stable word of the problem that a refused reader is told.
    pub fn problem(self) -> &'static str {
        match self {
            Self::NoConsent => "consent/no-consent",
            Self::Withdrawn => "consent/withdrawn",
            Self::Expired => "consent/expired",
            Self::Suspended => "consent/suspended",
            Self::ItemNotGranted => "consent/item-not-granted",
            Self::FieldNotGranted => "consent/field-not-granted",
            Self::Superseded => "consent/superseded",
            Self::OtherPurpose => "consent/other-purpose",
            Self::OtherOrder => "consent/other-order",
            Self::OtherReader => "consent/other-reader",
            Self::QuotaUsed => "consent/quota-used",
            Self::DayQuotaUsed => "consent/day-quota-used",
            Self::OfficerQuotaUsed => "consent/officer-quota-used",
            Self::SubjectClosed => "consent/subject-closed",
        }
    }

    /// What a person reads.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::NoConsent => {
                lang.pick("该主体未就此用途授权", "the subject has not consented to this purpose")
            }
            Self::Withdrawn => lang.pick("该主体已撤回授权", "the subject has withdrawn its consent"),
            Self::Expired => lang.pick("授权已到期", "the consent has expired"),
            Self::Suspended => lang.pick(
                "授权已暂停，待该主体确认",
                "the consent stands still until the subject has confirmed it",
            ),
            Self::ItemNotGranted => {
                lang.pick("所查事项不在授权范围内", "items outside the consent were asked for")
            }
            Self::FieldNotGranted => {
                lang.pick("所查字段未在授权之列", "fields that stay closed were asked for")
            }
            Self::Superseded => {
                lang.pick("该授权已由新的授权取代", "a newer consent took the place of this one")
            }
            Self::OtherPurpose => lang.pick("授权的用途与本次查询不同", "the consent is for another purpose"),
            Self::OtherOrder => lang.pick("授权属于另一笔订单", "the consent is for another order"),
            Self::OtherReader => lang.pick("授权不是给本次查询者的", "the consent is for another reader"),
            Self::QuotaUsed => lang.pick("授权的查询次数已用完", "all readings of the consent are used"),
            Self::DayQuotaUsed => {
                lang.pick("授权的当日查询次数已用完", "today's readings of the consent are used")
            }
            Self::OfficerQuotaUsed => lang.pick(
                "该查询人员的当日查询次数已用完",
                "this person has used today's readings of one person",
            ),
            Self::SubjectClosed => {
                lang.pick("该主体已注销，不再提供查询", "the subject is deregistered and is no longer read")
            }
        }
    }

    /// What the bank can do now.
    pub fn next(self, lang: Lang) -> &'static str {
        match self {
            Self::DayQuotaUsed | Self::OfficerQuotaUsed => {
                lang.pick("次日零时（北京时间）起可再次查询。", "Read again from midnight on, Beijing time.")
            }
            Self::Suspended => lang.pick(
                "平台已请该主体现任法定代表人确认；确认后即可查询，此前请停止查询和使用。",
                "Whoever acts for the subject now has been asked. Read again once it is confirmed, and stop until then.",
            ),
            Self::SubjectClosed => lang.pick("请核对主体的登记状态。", "Check the subject's registration."),
            Self::ItemNotGranted => lang.pick(
                "请只查询已授权事项，或向该主体申请补充授权。",
                "Ask for the granted items only, or ask the subject for a wider consent.",
            ),
            Self::FieldNotGranted => lang.pick(
                "请不要求这些字段后再查询，或向该主体申请补充授权。",
                "Read without these fields, or ask the subject for a wider consent.",
            ),
            Self::Superseded => lang.pick(
                "请按新的授权查询：不指明授权编号，或指明新的编号。",
                "Read under the newer consent: name its number, or none.",
            ),
            Self::OtherReader => lang.pick(
                "请由获得授权的银行中负责查询的人员或系统查询。",
                "Have it read by the bank that was given the consent, by its officers, approvers or programs.",
            ),
            _ => lang.pick(
                "可向该主体发起授权申请，由其决定是否同意。",
                "Ask the subject for its consent; it decides.",
            ),
        }
    }
}

impl FromStr for DenialKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.code() == text).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_read_back_from_their_words() {
        for kind in DenialKind::ALL {
            assert_eq!(kind.code().parse(), Ok(kind));
        }
        assert!("perhaps".parse::<DenialKind>().is_err());
    }

    #[test]
    fn a_no_says_what_belongs_to_the_case() {
        let at = "2026-11-10T09:30:00+08:00".parse().unwrap();
        let withdrawn = Denial::Withdrawn { at };
        assert_eq!(withdrawn.text(Lang::Zh), "该主体已撤回授权（2026-11-10 09:30）。");
        let item = Denial::ItemNotGranted { items: vec!["gas_bill".to_owned()] };
        assert_eq!(item.text(Lang::En), "items outside the consent were asked for: gas_bill.");
        assert_eq!(Denial::NoConsent.text(Lang::Zh), "该主体未就此用途授权。");
        let field = Denial::FieldNotGranted { fields: vec!["tax_filing.sales_amount".to_owned()] };
        assert_eq!(field.text(Lang::Zh), "所查字段未在授权之列：tax_filing.sales_amount。");
        let replaced = Denial::Superseded { at };
        assert_eq!(replaced.text(Lang::En), "a newer consent took the place of this one (2026-11-10 09:30).");
    }
}
