//! When a source counts as late: one definition for reports, records and the state of the lake.

use jiff::ToSpan;
use jiff::civil::Date;
use jq_catalog::Frequency;

use crate::content::ReportContent;

impl ReportContent {
    /// The day from which a source of this rhythm is late, if it is: the rhythm's limit after its newest data or
    /// delivery, `last`.
    pub fn late_since(&self, frequency: Frequency, last: Date, today: Date) -> Option<Date> {
        let limit = *self.late_after_days.get(rhythm_key(frequency))?;
        let due = last.checked_add(limit.days()).ok()?;
        (due < today).then_some(due)
    }
}

/// The word of a rhythm in `late_after_days`.
pub(crate) fn rhythm_key(frequency: Frequency) -> &'static str {
    match frequency {
        Frequency::Daily => "daily",
        Frequency::Weekly => "weekly",
        Frequency::Monthly => "monthly",
        Frequency::Quarterly => "quarterly",
        Frequency::Yearly => "yearly",
        Frequency::OnQuery => "on_query",
    }
}
