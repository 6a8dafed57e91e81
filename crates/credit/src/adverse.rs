//! Which adverse records a report may show, and which of them still stand against the enterprise.
//!
//! Repaired records are never shown; a penalty only during its publicity; any other for five years from the end of
//! the conduct, where a conduct that has not ended has no start of the five years.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::content::AdverseRule;
use crate::record::{Record, RepairState};
use crate::view::MarkCode;

/// How a record stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Not shown: repaired, out of publicity, or older than the limit.
    Hidden,
    /// Shown; it tells an event and nothing that goes on.
    Plain,
    /// Shown; a penalty within its publicity.
    InPublicity,
    /// Shown; the conduct has not ended.
    Live,
    /// Shown; the conduct has ended.
    Ended,
}

impl Standing {
    /// The record still stands against the enterprise.
    pub fn counts(self) -> bool {
        matches!(self, Self::InPublicity | Self::Live)
    }

    /// The mark a record of this standing carries.
    pub(crate) fn mark(self) -> Option<MarkCode> {
        match self {
            Self::InPublicity => Some(MarkCode::InPublicity),
            Self::Live => Some(MarkCode::Live),
            Self::Ended => Some(MarkCode::Ended),
            Self::Plain | Self::Hidden => None,
        }
    }
}

/// How the record stands on `today`; items without a rule only hide what was repaired.
pub fn standing(rule: Option<&AdverseRule>, record: &Record, today: Date) -> Standing {
    if record.repair == RepairState::Repaired {
        return Standing::Hidden;
    }
    let Some(rule) = rule else { return Standing::Plain };
    if rule.repaired_by.as_ref().is_some_and(|field| record.get(field).is_some()) {
        return Standing::Hidden;
    }
    if let Some(field) = &rule.public_until {
        let public = record.date(field).is_some_and(|until| today <= until);
        return if public { Standing::InPublicity } else { Standing::Hidden };
    }
    let Some(ended_on) = ended_on(rule, record) else {
        return if record.matches(&rule.counts_when) { Standing::Live } else { Standing::Plain };
    };
    if ended_on.checked_add(rule.years.years()).is_ok_and(|limit| limit < today) {
        Standing::Hidden
    } else if rule.ended_by == [rule.dated_by.as_str()] || !record.matches(&rule.counts_when) {
        Standing::Plain
    } else {
        Standing::Ended
    }
}

/// The end of the conduct, where it has ended.
fn ended_on(rule: &AdverseRule, record: &Record) -> Option<Date> {
    let dated = rule.ended_by.iter().find_map(|field| record.date(field));
    let by_value = || !rule.ended_when.is_empty() && record.matches(&rule.ended_when);
    dated.or_else(|| by_value().then(|| record.date(&rule.dated_by)).flatten())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::ReportContent;
    use crate::record::tests::record;

    fn check(item: &str, fields: &[(&str, &str)], today: &str, expected: Standing) {
        let content = ReportContent::embedded().unwrap();
        let rule = content.item(item).unwrap().adverse.clone();
        assert_eq!(
            standing(rule.as_ref(), &record("k", fields), today.parse().unwrap()),
            expected,
            "{fields:?}"
        );
    }

    #[test]
    fn a_penalty_is_shown_until_the_last_day_of_its_publicity() {
        let fields = [("decided_on", "2026-02-01"), ("max_public_until", "2026-08-01")];
        check("admin_penalty", &fields, "2026-08-01", Standing::InPublicity);
        check("admin_penalty", &fields, "2026-08-02", Standing::Hidden);
    }

    #[test]
    fn a_repaired_penalty_is_hidden_at_once() {
        let fields =
            [("decided_on", "2026-02-01"), ("max_public_until", "2027-02-01"), ("repaired_on", "2026-06-01")];
        check("admin_penalty", &fields, "2026-06-01", Standing::Hidden);
        let mut disputed = record("k", &[("listed_on", "2026-01-01")]);
        disputed.repair = RepairState::Repaired;
        let today = "2026-02-01".parse().unwrap();
        assert_eq!(standing(None, &disputed, today), Standing::Hidden);
    }

    #[test]
    fn an_ended_listing_is_shown_for_five_years_from_its_end() {
        let fields = [("listed_on", "2015-03-01"), ("removed_on", "2021-11-10")];
        check("abnormal_operation", &fields, "2026-11-10", Standing::Ended);
        check("abnormal_operation", &fields, "2026-11-11", Standing::Hidden);
    }

    #[test]
    fn a_conduct_that_has_not_ended_has_no_limit() {
        check("dishonest_debtor", &[("published_on", "2012-01-01")], "2026-11-10", Standing::Live);
    }

    #[test]
    fn a_case_as_plaintiff_does_not_count_against_the_enterprise() {
        let role = |role| [("filed_on", "2026-01-05"), ("party_role", role), ("state", "filed")];
        check("case_filing", &role("plaintiff"), "2026-11-10", Standing::Plain);
        check("case_filing", &role("defendant"), "2026-11-10", Standing::Live);
    }

    #[test]
    fn a_closed_case_is_shown_for_three_years() {
        let fields = [("filed_on", "2023-11-10"), ("party_role", "defendant"), ("state", "closed")];
        check("case_filing", &fields, "2026-11-10", Standing::Ended);
        check("case_filing", &fields, "2026-11-11", Standing::Hidden);
    }
}
