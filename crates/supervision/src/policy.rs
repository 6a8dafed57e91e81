//! When rungs are due: a pure function of an order's steps and the calendar.

use jiff::{Timestamp, ToSpan};
use jq_base::clock;
use jq_base::workdays::{Calendar, CalendarNotLoaded};
use jq_lending::stretch::{Stretch, began_running};

/// The moment at which the `day`-th working day begins that counts after the event the first stretch starts with:
/// a working day counts when the time ran at any moment of it. None when that is not so by `until`.
///
/// Only days up to `until` are looked at, so a year without a calendar is met only when it has begun.
pub(crate) fn day_begins(
    calendar: &Calendar,
    stretches: &[Stretch],
    day: u32,
    until: Timestamp,
) -> Result<Option<Timestamp>, CalendarNotLoaded> {
    let Some(first) = stretches.first() else { return Ok(None) };
    let mut date = clock::date_of(first.from);
    let mut counted = 0;
    while date < clock::date_of(until) {
        date = date.saturating_add(1.day());
        let Some(began) = began_running(stretches, date) else { continue };
        if calendar.is_workday(date)? {
            counted += 1;
        }
        if counted == day {
            return Ok((began <= until).then_some(began));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn check(stretches: &[(&str, &str)], day: u32, until: &str, expected: Option<&str>) {
        let stretch =
            |(from, to): &(&str, &str)| Stretch { from: at(from), to: (!to.is_empty()).then(|| at(to)) };
        let stretches: Vec<_> = stretches.iter().map(stretch).collect();
        let found = day_begins(&Calendar::embedded(), &stretches, day, at(until)).unwrap();
        assert_eq!(found, expected.map(at), "day {day} until {until}");
    }

    #[test]
    fn a_rung_is_due_when_its_working_day_begins() {
        let run = [("2026-11-10T09:30:00+08:00", "")];
        check(&run, 5, "2026-11-16T23:59:59+08:00", None);
        check(&run, 5, "2026-11-17T00:00:00+08:00", Some("2026-11-17T00:00:00+08:00"));
        check(&run, 10, "2026-12-31T00:00:00+08:00", Some("2026-11-24T00:00:00+08:00"));
    }

    #[test]
    fn a_holiday_and_a_made_up_saturday_are_known() {
        let run = [("2026-02-13T10:00:00+08:00", "")];
        check(&run, 1, "2026-03-31T00:00:00+08:00", Some("2026-02-14T00:00:00+08:00"));
        check(&run, 2, "2026-03-31T00:00:00+08:00", Some("2026-02-24T00:00:00+08:00"));
        check(&run, 10, "2026-03-31T00:00:00+08:00", Some("2026-03-05T00:00:00+08:00"));
    }

    #[test]
    fn days_on_which_the_firm_was_waited_for_do_not_count() {
        // Papers asked for on day 2 (Thursday), supplied on Tuesday: Friday and Monday stand still.
        let run =
            [("2026-11-10T09:30:00+08:00", "2026-11-12T15:00:00+08:00"), ("2026-11-17T10:00:00+08:00", "")];
        check(&run, 2, "2026-12-01T00:00:00+08:00", Some("2026-11-12T00:00:00+08:00"));
        check(&run, 3, "2026-12-01T00:00:00+08:00", Some("2026-11-17T10:00:00+08:00"));
        check(&run, 4, "2026-12-01T00:00:00+08:00", Some("2026-11-18T00:00:00+08:00"));
        let waits = [("2026-11-10T09:30:00+08:00", "2026-11-12T15:00:00+08:00")];
        check(&waits, 2, "2026-12-01T00:00:00+08:00", Some("2026-11-12T00:00:00+08:00"));
        check(&waits, 3, "2026-12-01T00:00:00+08:00", None);
    }

    #[test]
    fn a_year_without_a_calendar_is_refused_only_once_it_is_needed() {
        let run = [Stretch { from: at("2026-12-21T10:00:00+08:00"), to: None }];
        let begins = |until: &str| day_begins(&Calendar::embedded(), &run, 9, at(until));
        assert_eq!(begins("2026-12-31T23:00:00+08:00"), Ok(None));
        assert_eq!(begins("2027-01-01T00:00:00+08:00"), Err(CalendarNotLoaded { year: 2027 }));
    }
}
