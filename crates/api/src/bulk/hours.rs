//! The hours in which bulk readings are done, by the platform's clock in Beijing time. Pure.

use jiff::{SignedDuration, Timestamp};
use jq_base::clock;

/// From one full hour until another, usually of the next morning; the same hour twice is the whole day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BulkHours {
    from: i8,
    until: i8,
}

impl Default for BulkHours {
    fn default() -> Self {
        Self { from: 22, until: 6 }
    }
}

impl BulkHours {
    /// Hours from 0 to 23; `None` for others.
    pub fn new(from: i8, until: i8) -> Option<Self> {
        let fits = |hour| (0..24).contains(&hour);
        (fits(from) && fits(until)).then_some(Self { from, until })
    }

    /// Whether work may be done at this moment.
    pub(super) fn is_open(self, now: Timestamp) -> bool {
        let hour = now.to_zoned(clock::zone()).hour();
        match self.from.cmp(&self.until) {
            std::cmp::Ordering::Less => (self.from..self.until).contains(&hour),
            std::cmp::Ordering::Equal => true,
            std::cmp::Ordering::Greater => hour >= self.from || hour < self.until,
        }
    }

    /// The first moment from `now` on at which work may be done.
    pub(super) fn next_open(self, now: Timestamp) -> Timestamp {
        if self.is_open(now) {
            return now;
        }
        let begin = clock::start_of(clock::date_of(now));
        let begin = begin.map(|midnight| midnight + SignedDuration::from_hours(i64::from(self.from)));
        // The hour of today has not come yet, since the hours are closed and end before they begin or have not begun.
        begin.map_or(now, |begin| if begin > now { begin } else { begin + SignedDuration::from_hours(24) })
    }
}

impl std::fmt::Display for BulkHours {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.from, self.until)
    }
}

impl std::str::FromStr for BulkHours {
    type Err = &'static str;

    /// Reads `22-6`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let hours = text
            .split_once('-')
            .and_then(|(from, until)| Self::new(from.trim().parse().ok()?, until.trim().parse().ok()?));
        hours.ok_or("two hours from 0 to 23, such as 22-6")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(hours: &str, now: &str, next: &str) {
        let hours: BulkHours = hours.parse().unwrap();
        let now: Timestamp = format!("2026-11-10T{now}:00+08:00").parse().unwrap();
        let next: Timestamp = format!("{next}:00+08:00").parse().unwrap();
        assert_eq!(hours.next_open(now), next);
        assert_eq!(hours.is_open(now), now == next);
    }

    #[test]
    fn the_night_begins_in_the_evening_and_ends_in_the_morning() {
        check("22-6", "09:30", "2026-11-10T22:00");
        check("22-6", "21:59", "2026-11-10T22:00");
        check("22-6", "22:00", "2026-11-10T22:00");
        check("22-6", "05:59", "2026-11-10T05:59");
        check("22-6", "06:00", "2026-11-10T22:00");
        check("0-6", "09:30", "2026-11-11T00:00");
        check("12-13", "13:00", "2026-11-11T12:00");
        check("0-0", "13:00", "2026-11-10T13:00");
    }

    #[test]
    fn hours_are_read_from_the_command_line() {
        assert_eq!("22-6".parse(), Ok(BulkHours::default()));
        for text in ["22", "24-6", "-1-6", "a-b", ""] {
            assert!(text.parse::<BulkHours>().is_err(), "{text}");
        }
    }
}
