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
    /// The subject consented, but to another purpose.
    OtherPurpose,
    /// The subject consented, but for another order.
    OtherOrder,
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
            Self::OtherPurpose => DenialKind::OtherPurpose,
            Self::OtherOrder => DenialKind::OtherOrder,
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
            Self::Withdrawn { at } | Self::Expired { at } | Self::Suspended { at } => {
                let at = at.to_zoned(clock::zone()).strftime("%Y-%m-%d %H:%M").to_string();
                lang.pick("{kind}（{at}）。", "{kind} ({at}).").replace("{kind}", kind).replace("{at}", &at)
            }
            Self::ItemNotGranted { items } => {
                let items = items.join(lang.pick("、", ", "));
                lang.pick("{kind}：{items}。", "{kind}: {items}.")
                    .replace("{kind}", kind)
                    .replace("{items}", &items)
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
    /// A consent to another purpose.
    OtherPurpose,
    /// A consent for another order.
    OtherOrder,
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
    pub const ALL: [Self; 11] = [
        Self::NoConsent,
        Self::Withdrawn,
        Self::Expired,
        Self::Suspended,
        Self::ItemNotGranted,
        Self::OtherPurpose,
        Self::OtherOrder,
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
            Self::OtherPurpose => "other_purpose",
            Self::OtherOrder => "other_order",
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
            Self::OtherPurpose => "consent/other-purpose",
            Self::OtherOrder => "consent/other-order",
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
            Self::OtherPurpose => lang.pick("授权的用途与本次查询不同", "the consent is for another purpose"),
            Self::OtherOrder => lang.pick("授权属于另一笔订单", "the consent is for another order"),
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
    }
}
