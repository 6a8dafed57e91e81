//! The stretch of whole days that a figure is about.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use jq_base::clock::start_of;

/// Whole days in Beijing, from the first up to but not including the last (统计期间).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    from: Date,
    to: Date,
}

impl Period {
    /// From `from` up to but not including `to`; nothing when that is no day at all.
    pub fn new(from: Date, to: Date) -> Option<Self> {
        (from < to).then_some(Self { from, to })
    }

    /// The one day.
    pub fn day(day: Date) -> Self {
        Self { from: day, to: day.saturating_add(1.day()) }
    }

    /// The calendar month of a day.
    pub fn month_of(day: Date) -> Self {
        let from = day.first_of_month();
        Self { from, to: from.saturating_add(1.month()) }
    }

    /// The `days` days that end with `last`.
    pub fn days_to(last: Date, days: u16) -> Self {
        let to = last.saturating_add(1.day());
        Self { from: to.saturating_sub(i64::from(days.max(1)).days()), to }
    }

    /// The year that ends with `last`, that day included.
    pub fn year_to(last: Date) -> Self {
        let to = last.saturating_add(1.day());
        Self { from: to.saturating_sub(1.year()), to }
    }

    /// The calendar year of a day, up to and including that day.
    pub fn year_so_far(day: Date) -> Self {
        Self { from: day.first_of_year(), to: day.saturating_add(1.day()) }
    }

    /// The `count` calendar months of which `day`'s is the last, oldest first.
    pub fn months_to(day: Date, count: u16) -> Vec<Self> {
        let last = day.first_of_month();
        (0..i64::from(count)).rev().map(|back| Self::month_of(last.saturating_sub(back.months()))).collect()
    }

    /// The first day.
    pub fn from(&self) -> Date {
        self.from
    }

    /// The day after the last.
    pub fn to(&self) -> Date {
        self.to
    }

    /// The last day.
    pub fn last_day(&self) -> Date {
        self.to.saturating_sub(1.day())
    }

    /// Whether the day belongs to it.
    pub fn contains(&self, day: Date) -> bool {
        (self.from..self.to).contains(&day)
    }

    /// The moments at which it begins and is over.
    pub(super) fn moments(self) -> (Timestamp, Timestamp) {
        (start_of(self.from).unwrap_or(Timestamp::MIN), start_of(self.to).unwrap_or(Timestamp::MAX))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_month_ends_where_the_next_begins() {
        let months = Period::months_to(date(2026, 1, 31), 3);
        let first: Vec<_> = months.iter().map(Period::from).collect();
        assert_eq!(first, [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)]);
        assert!(months.windows(2).all(|pair| pair[0].to() == pair[1].from()));
        assert_eq!(months[0].last_day(), date(2025, 11, 30));
    }

    #[test]
    fn a_year_ends_with_its_last_day() {
        let year = Period::year_to(date(2026, 11, 10));
        assert_eq!((year.from(), year.to()), (date(2025, 11, 11), date(2026, 11, 11)));
        assert!(year.contains(date(2026, 11, 10)) && !year.contains(date(2025, 11, 10)));
        assert_eq!(Period::days_to(date(2026, 11, 10), 30).from(), date(2026, 10, 12));
        assert_eq!(Period::new(date(2026, 1, 2), date(2026, 1, 2)), None);
    }

    #[test]
    fn a_day_begins_at_midnight_in_beijing() {
        let (from, to) = Period::day(date(2026, 11, 10)).moments();
        assert_eq!(from, "2026-11-09T16:00:00Z".parse().unwrap());
        assert_eq!(to, "2026-11-10T16:00:00Z".parse().unwrap());
    }
}
