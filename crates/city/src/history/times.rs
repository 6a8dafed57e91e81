//! Moments and working days of the past: when banks are open, and what the n-th working day is.

use jq_base::workdays::Calendar;

use crate::dice::Dice;
use crate::row::date_text;
use crate::time::Day;

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;
/// When banks open and close.
const OPEN: (i64, i64) = (9 * 3_600, 17 * 3_600 + 1_800);

/// A moment in Beijing, in seconds since 1970-01-01 00:00 there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(pub(super) i64);

impl Moment {
    /// So many seconds after midnight.
    pub(super) fn at(day: Day, seconds: i64) -> Self {
        Self(i64::from(day.0) * DAY + seconds)
    }

    pub(super) fn day(self) -> Day {
        Day(self.0.div_euclid(DAY) as i32)
    }

    pub(super) fn second(self) -> i64 {
        self.0.rem_euclid(DAY)
    }

    pub(super) fn plus(self, seconds: i64) -> Self {
        Self(self.0 + seconds)
    }

    /// Milliseconds since 1970 in UTC, as identifiers carry them.
    pub(super) fn unix_millis(self) -> i64 {
        (self.0 - 8 * 3_600) * 1_000
    }

    /// `2026-11-10T09:30:00+08:00`.
    pub(super) fn text(self) -> String {
        let (day, second) = (date_text(self.day()), self.second());
        format!("{day}T{:02}:{:02}:{:02}+08:00", second / 3_600, second / 60 % 60, second % 60)
    }
}

/// Which days are worked, for the years around the history.
pub(super) struct Times {
    /// The moment at which the history ends.
    pub(super) now: Moment,
    first: Day,
    works: Vec<bool>,
}

impl Times {
    /// Working days of three years up to `now`. Where the calendar of a year is not known, Monday to Friday.
    pub(super) fn until(now: Moment) -> Self {
        let calendar = Calendar::embedded();
        let first = now.day().plus(-1_100);
        let works = |day: Day| {
            let (year, month, number) = day.parts();
            let date = jiff::civil::date(year as i16, month as i8, number as i8);
            let weekday = (day.0 + 3).rem_euclid(7);
            calendar.is_workday(date).unwrap_or(weekday < 5)
        };
        Self { now, first, works: (0..1_250).map(|past| works(first.plus(past))).collect() }
    }

    pub(super) fn is_workday(&self, day: Day) -> bool {
        usize::try_from(day.0 - self.first.0).is_ok_and(|at| self.works.get(at).copied().unwrap_or_default())
    }

    /// The `count`-th working day after `day`, or before it when negative; the next worked one from `day` on for 0.
    pub(super) fn workday(&self, day: Day, count: i32) -> Day {
        let (mut day, mut left) = (day, count.abs());
        let step = if count < 0 { -1 } else { 1 };
        while left > 0 {
            day = day.plus(step);
            left -= i32::from(self.is_workday(day) || self.is_outside(day));
        }
        while !self.is_workday(day) && !self.is_outside(day) {
            day = day.plus(step);
        }
        day
    }

    fn is_outside(&self, day: Day) -> bool {
        day < self.first || day >= self.first.plus(self.works.len() as i32)
    }

    /// The moment at which a period of `count` working days after `from` is over.
    pub(super) fn due(&self, from: Moment, count: i32) -> Moment {
        Moment::at(self.workday(from.day(), count).plus(1), 0)
    }

    /// `moment` when a bank is open then, otherwise some minutes after it opens again.
    pub(super) fn office(&self, moment: Moment, dice: &mut Dice) -> Moment {
        let (day, second) = (moment.day(), moment.second());
        if self.is_workday(day) && second < OPEN.1 {
            let early = (OPEN.0 - second).max(0);
            return moment.plus(if early > 0 { early + dice.whole(120, 3_000) } else { 0 });
        }
        Moment::at(self.workday(day.plus(1), 0), OPEN.0 + dice.whole(120, 7_200))
    }

    /// Some moment of a working day on which a bank is open.
    pub(super) fn in_office(&self, day: Day, dice: &mut Dice) -> Moment {
        Moment::at(self.workday(day, 0), dice.whole(OPEN.0, OPEN.1 - 1_800))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times() -> Times {
        Times::until(Moment::at(Day::ymd(2026, 11, 10), 9 * 3_600 + 1_800))
    }

    #[test]
    fn working_days_are_counted_by_the_calendar() {
        let times = times();
        assert_eq!(times.now.text(), "2026-11-10T09:30:00+08:00");
        assert_eq!(times.workday(Day::ymd(2026, 11, 10), -2), Day::ymd(2026, 11, 6));
        assert_eq!(times.workday(Day::ymd(2026, 9, 30), 1), Day::ymd(2026, 10, 8));
        let noon = Moment::at(Day::ymd(2026, 11, 6), 12 * 3_600);
        assert_eq!(times.due(noon, 2).text(), "2026-11-11T00:00:00+08:00");
    }

    #[test]
    fn banks_act_when_they_are_open() {
        let (times, dice) = (times(), &mut Dice::new(1, 2, 3));
        for hour in 0..24 * 14 {
            let moment = Moment::at(Day::ymd(2026, 9, 28), hour * 3_600);
            let acted = times.office(moment, dice);
            assert!(
                acted >= moment
                    && times.is_workday(acted.day())
                    && (OPEN.0..OPEN.1).contains(&acted.second())
            );
        }
    }
}
