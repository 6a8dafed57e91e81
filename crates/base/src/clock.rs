//! The platform's one clock: the machine's, a fixed one for tests, or the machine's moved by the demo.
//!
//! A use case reads it once and hands `now` down; nothing else asks the machine for the time.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, civil};

/// The zone in which days, deadlines and statements are reckoned.
pub const ZONE: &str = "Asia/Shanghai";

/// Name of the setting in which a demonstration keeps how far its clock is from the machine's, in seconds.
pub const SHIFT_SETTING: &str = "demo.clock_shift_seconds";

/// Where the time comes from. Clones share one hand: moving one moves all.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's time.
    #[default]
    System,
    /// A time that stands still until it is moved.
    Fixed(Arc<Mutex<Timestamp>>),
    /// The machine's time plus a shift; the demo moves the shift.
    Shifted(Arc<Mutex<SignedDuration>>),
}

impl Clock {
    /// A clock that stands at `at`.
    pub fn fixed(at: Timestamp) -> Self {
        Self::Fixed(Arc::new(Mutex::new(at)))
    }

    /// A running clock that shows the machine's time plus `shift`.
    pub fn shifted(shift: SignedDuration) -> Self {
        Self::Shifted(Arc::new(Mutex::new(shift)))
    }

    /// A running clock that shows `at` at this moment.
    pub fn starting_at(at: Timestamp) -> Self {
        Self::shifted(at.duration_since(machine_time()))
    }

    /// The present moment, in whole microseconds as the databases keep it.
    pub fn now(&self) -> Timestamp {
        let at = match self {
            Self::System => machine_time(),
            Self::Fixed(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
            Self::Shifted(shift) => {
                let shift = *shift.lock().unwrap_or_else(PoisonError::into_inner);
                moved(machine_time(), shift)
            }
        };
        Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
    }

    /// The present moment for what devices of people compute by their own clocks: the machine's also where a
    /// demonstration shows another time.
    pub fn device_time(&self) -> Timestamp {
        match self {
            Self::System | Self::Shifted(_) => machine_time(),
            Self::Fixed(_) => self.now(),
        }
    }

    /// Today's date in Beijing time.
    pub fn today(&self) -> civil::Date {
        date_of(self.now())
    }

    /// Moves a fixed or shifted clock; the machine's own clock cannot be moved and answers `false`.
    pub fn advance(&self, by: SignedDuration) -> bool {
        match self {
            Self::System => false,
            Self::Fixed(at) => {
                let mut at = at.lock().unwrap_or_else(PoisonError::into_inner);
                *at = moved(*at, by);
                true
            }
            Self::Shifted(shift) => {
                let mut shift = shift.lock().unwrap_or_else(PoisonError::into_inner);
                *shift = shift.saturating_add(by);
                true
            }
        }
    }
}

/// Beijing time, UTC+8 without daylight saving since 1991.
pub fn zone() -> TimeZone {
    TimeZone::get(ZONE).unwrap_or_else(|_| TimeZone::fixed(jiff::tz::offset(8)))
}

/// The calendar day in Beijing on which `at` falls.
pub fn date_of(at: Timestamp) -> civil::Date {
    at.to_zoned(zone()).date()
}

/// The first instant of `date` in Beijing; `None` outside the calendar's range.
pub fn start_of(date: civil::Date) -> Option<Timestamp> {
    date.to_zoned(zone()).ok().map(|zoned| zoned.timestamp())
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]
fn machine_time() -> Timestamp {
    Timestamp::now()
}

fn moved(at: Timestamp, by: SignedDuration) -> Timestamp {
    let end = if by.is_negative() { Timestamp::MIN } else { Timestamp::MAX };
    at.checked_add(by).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_stands_until_it_is_moved() {
        let clock = Clock::fixed("2026-11-10T09:30:00+08:00".parse().unwrap());
        let seen_elsewhere = clock.clone();
        assert_eq!(clock.now(), seen_elsewhere.now());
        assert_eq!(clock.device_time(), clock.now());
        assert!(clock.advance(SignedDuration::from_hours(24)));
        assert_eq!(seen_elsewhere.now(), "2026-11-11T09:30:00+08:00".parse().unwrap());
    }

    #[test]
    fn the_day_turns_at_midnight_in_beijing() {
        let clock = Clock::fixed("2026-11-10T15:59:59Z".parse().unwrap());
        assert_eq!(clock.today(), civil::date(2026, 11, 10));
        clock.advance(SignedDuration::from_secs(1));
        assert_eq!(clock.today(), civil::date(2026, 11, 11));
        assert_eq!(start_of(civil::date(2026, 11, 11)), Some(clock.now()));
    }

    #[test]
    fn the_machine_clock_is_not_moved() {
        assert!(!Clock::System.advance(SignedDuration::from_hours(1)));
    }

    #[test]
    fn the_devices_of_people_keep_their_own_time() {
        let clock = Clock::shifted(SignedDuration::from_hours(48));
        let apart = clock.now().duration_since(clock.device_time());
        assert!(apart > SignedDuration::from_hours(47) && apart <= SignedDuration::from_hours(48), "{apart}");
    }

    #[test]
    fn a_shifted_clock_runs_from_where_it_was_set() {
        let start: Timestamp = "2026-11-10T09:30:00+08:00".parse().unwrap();
        let clock = Clock::starting_at(start);
        let late = clock.now().duration_since(start);
        assert!(late.abs() < SignedDuration::from_mins(5), "{late:?}");
        clock.advance(SignedDuration::from_hours(240));
        assert_eq!(clock.today(), civil::date(2026, 11, 20));
    }
}
