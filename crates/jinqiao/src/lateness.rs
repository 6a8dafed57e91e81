//! How late the source of an item is, by the rhythm the catalogue promises and the rule of the credit report.

use jiff::civil::Date;
use jq_base::clock::date_of;
use jq_catalog::Item;
use jq_credit::content::ReportContent;
use jq_lake::TableStatus;

/// A source that has missed its rhythm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lateness {
    /// The day by which its newest batch was due.
    pub(crate) since: Date,
    /// Days from then to today.
    pub(crate) days: i32,
}

/// How late the item's source is; nothing for one that is in time, that is asked per query, or that never delivered.
pub(crate) fn lateness(
    content: &ReportContent,
    item: &Item,
    table: &TableStatus,
    today: Date,
) -> Option<Lateness> {
    let last = table.as_of.max(table.received_at).map(date_of)?;
    let since = content.late_since(item.frequency, last, today)?;
    Some(Lateness { since, days: today.since(since).map_or(0, |span| span.get_days()) })
}

#[cfg(test)]
mod tests {
    use jq_catalog::Catalog;

    use super::*;

    fn check(item: &str, received: Option<&str>, late: Option<(&str, i32)>) {
        let catalog = Catalog::embedded().unwrap();
        let tier = jq_lake::TierStatus { files: 0, rows: 0, bytes: 0 };
        let table = TableStatus {
            table: item.to_owned(),
            version: 1,
            files: 0,
            rows_current: 0,
            rows_arrival: 0,
            rows_history: 0,
            bytes: 0,
            tiers: jq_lake::Tiers { current: tier, arrival: tier, history: tier },
            as_of: Some("2020-01-01T00:00:00Z".parse().unwrap()),
            received_at: received.map(|at| at.parse().unwrap()),
            compacted_at: None,
        };
        let content = ReportContent::embedded().unwrap();
        let found = lateness(&content, catalog.item(item).unwrap(), &table, "2026-11-10".parse().unwrap());
        let late = late.map(|(since, days)| Lateness { since: since.parse().unwrap(), days });
        assert_eq!(found, late, "{item}");
    }

    #[test]
    fn a_source_is_late_from_its_rhythms_limit_after_its_newest_batch() {
        check("dishonest_debtor", Some("2026-11-09T04:00:00Z"), None);
        check("dishonest_debtor", Some("2026-10-31T04:00:00Z"), Some(("2026-11-07", 3)));
        check("tax_filing", Some("2026-10-31T04:00:00Z"), None);
        check("tax_filing", Some("2026-08-31T04:00:00Z"), Some(("2026-11-01", 9)));
    }
}
