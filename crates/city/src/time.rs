//! Days and months as whole numbers: a city needs a billion of them, and always in the same calendar.

/// A day, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Day(pub(crate) i32);

/// A month, counted from January of the year 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Month(pub(crate) i32);

impl Day {
    /// The day of a civil date.
    pub(crate) fn of(date: jiff::civil::Date) -> Self {
        Self::ymd(i32::from(date.year()), i32::from(date.month()), i32::from(date.day()))
    }

    /// The day of year, month and day; a day past the month's end runs into the next month.
    pub(crate) const fn ymd(year: i32, month: i32, day: i32) -> Self {
        let y = if month <= 2 { year - 1 } else { year };
        let era = y.div_euclid(400);
        let in_era = y.rem_euclid(400);
        let in_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
        Self(era * 146_097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719_468)
    }

    /// Year, month 1-12, day 1-31.
    pub(crate) const fn parts(self) -> (i32, i32, i32) {
        let z = self.0 + 719_468;
        let era = z.div_euclid(146_097);
        let of_era = z.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
        (year, month, day)
    }

    pub(crate) const fn plus(self, days: i32) -> Self {
        Self(self.0 + days)
    }

    /// The same day of the month `months` later, or that month's last day.
    pub(crate) fn plus_months(self, months: i32) -> Self {
        let (_, _, day) = self.parts();
        Month(self.month().0 + months).day(day)
    }

    pub(crate) const fn month(self) -> Month {
        let (year, month, _) = self.parts();
        Month(year * 12 + month - 1)
    }

    pub(crate) const fn year(self) -> i32 {
        self.parts().0
    }

    /// The later of two days.
    pub(crate) fn or_later(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }
}

impl Month {
    pub(crate) const fn of(year: i32, month: i32) -> Self {
        Self(year * 12 + month - 1)
    }

    pub(crate) const fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// 1 to 12.
    pub(crate) const fn number(self) -> i32 {
        self.0.rem_euclid(12) + 1
    }

    pub(crate) const fn first(self) -> Day {
        Day::ymd(self.year(), self.number(), 1)
    }

    pub(crate) const fn last(self) -> Day {
        Day(Self(self.0 + 1).first().0 - 1)
    }

    /// The day with that number, or the month's last day.
    pub(crate) fn day(self, number: i32) -> Day {
        Day((self.first().0 + number - 1).min(self.last().0))
    }

    pub(crate) const fn plus(self, months: i32) -> Self {
        Self(self.0 + months)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_agree() {
        let mut date = jiff::civil::date(1999, 12, 31);
        let mut day = Day::of(date);
        for _ in 0..15_000 {
            let parts = (i32::from(date.year()), i32::from(date.month()), i32::from(date.day()));
            assert_eq!(day.parts(), parts);
            date = date.tomorrow().expect("inside the calendar");
            day = day.plus(1);
            assert_eq!(day, Day::of(date));
        }
    }

    #[test]
    fn a_month_ends_the_day_before_the_next_one() {
        assert_eq!(Month::of(2024, 2).last(), Day::ymd(2024, 2, 29));
        assert_eq!(Month::of(2025, 12).last(), Day::ymd(2025, 12, 31));
        assert_eq!(Day::ymd(2026, 1, 31).plus_months(1), Day::ymd(2026, 2, 28));
    }
}
