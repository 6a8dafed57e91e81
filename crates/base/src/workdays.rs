//! Working days in mainland China: which days count, and on which day a deadline ends.
//!
//! A period of N working days starts on the day after the event and ends with the N-th working day, at 24:00
//! in Beijing. A year whose holidays are not loaded is refused, never guessed.

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan};

use crate::clock;

/// The calendar shipped with the platform.
const EMBEDDED: &str = include_str!("../../../calendar/workdays.csv");
/// The name under which decisions record the shipped calendar.
const EMBEDDED_VERSION: &str = "2026";
/// The first line of a calendar file.
const HEADER: &str = "date,weekday,kind,festival_zh,festival_en";

/// Days off and days worked in exchange, for the years loaded (工作日历).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    version: String,
    years: BTreeSet<i16>,
    holidays: BTreeSet<Date>,
    makeup_workdays: BTreeSet<Date>,
}

/// The holidays of a year that is needed have not been published or not been entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the working-day calendar of {year} is not loaded")]
pub struct CalendarNotLoaded {
    /// The year that is missing.
    pub year: i16,
}

/// What is wrong with a calendar file; lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The first line names other columns.
    #[error("line 1 must be: {HEADER}")]
    Header,
    /// Not a date, or a weekday that is not that date's.
    #[error("line {0}: not a date with its weekday")]
    Day(usize),
    /// Neither `holiday` nor `makeup_workday`, or a make-up day from Monday to Friday.
    #[error("line {0}: not a holiday or a make-up day on a weekend")]
    Kind(usize),
    /// The date stands there twice.
    #[error("line {0}: the date is listed twice")]
    Twice(usize),
    /// No year has both its 1 January and its 1 October.
    #[error("no whole year is listed")]
    NoYear,
}

impl Calendar {
    /// The calendar shipped with the platform.
    pub fn embedded() -> Self {
        Self::parse_csv(EMBEDDED, EMBEDDED_VERSION).expect("the shipped calendar is read by a test")
    }

    /// Reads a calendar file. A year is loaded when its 1 January and 1 October are listed as days off:
    /// stray days of a neighbouring year do not load it.
    pub fn parse_csv(text: &str, version: &str) -> Result<Self, CalendarError> {
        let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate();
        if lines.next().map(|(_, line)| line.trim()) != Some(HEADER) {
            return Err(CalendarError::Header);
        }
        let mut calendar = Self {
            version: version.to_owned(),
            years: BTreeSet::new(),
            holidays: BTreeSet::new(),
            makeup_workdays: BTreeSet::new(),
        };
        for (index, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
            calendar.read_line(line, index + 1)?;
        }
        let off = |year, month| Date::new(year, month, 1).is_ok_and(|day| calendar.holidays.contains(&day));
        let listed: BTreeSet<i16> = calendar.holidays.iter().map(|day| day.year()).collect();
        calendar.years = listed.into_iter().filter(|&year| off(year, 1) && off(year, 10)).collect();
        if calendar.years.is_empty() { Err(CalendarError::NoYear) } else { Ok(calendar) }
    }

    fn read_line(&mut self, line: &str, line_no: usize) -> Result<(), CalendarError> {
        let mut cells = line.splitn(4, ',').map(str::trim);
        let (day, weekday, kind) = (cells.next(), cells.next(), cells.next());
        let day: Date = day.and_then(|text| text.parse().ok()).ok_or(CalendarError::Day(line_no))?;
        if weekday != Some(weekday_name(day.weekday())) {
            return Err(CalendarError::Day(line_no));
        }
        if self.holidays.contains(&day) || self.makeup_workdays.contains(&day) {
            return Err(CalendarError::Twice(line_no));
        }
        match kind {
            Some("holiday") => self.holidays.insert(day),
            Some("makeup_workday") if is_weekend(day) => self.makeup_workdays.insert(day),
            _ => return Err(CalendarError::Kind(line_no)),
        };
        Ok(())
    }

    /// The name that decisions and clocks record, so that they can be judged again by the same calendar.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The years whose holidays are known.
    pub fn loaded_years(&self) -> impl Iterator<Item = i16> + '_ {
        self.years.iter().copied()
    }

    /// True when people work on `day`.
    pub fn is_workday(&self, day: Date) -> Result<bool, CalendarNotLoaded> {
        if !self.years.contains(&day.year()) {
            return Err(CalendarNotLoaded { year: day.year() });
        }
        let exchanged = self.makeup_workdays.contains(&day);
        Ok(exchanged || (!is_weekend(day) && !self.holidays.contains(&day)))
    }

    /// The last day of a period of `days` working days after an event on `event`; with 0 days, `event` itself.
    pub fn add(&self, event: Date, days: u32) -> Result<Date, CalendarNotLoaded> {
        let mut day = event;
        let mut left = days;
        while left > 0 {
            day = day.tomorrow().map_err(|_| CalendarNotLoaded { year: day.year() })?;
            if self.is_workday(day)? {
                left -= 1;
            }
        }
        if days == 0 { self.is_workday(day).map(|_| day) } else { Ok(day) }
    }

    /// Working days after `from` up to and including `to`; none when `to` is not later.
    pub fn between(&self, from: Date, to: Date) -> Result<u32, CalendarNotLoaded> {
        let mut day = from;
        let mut count = 0;
        while day < to {
            day = day.tomorrow().map_err(|_| CalendarNotLoaded { year: day.year() })?;
            count += u32::from(self.is_workday(day)?);
        }
        Ok(count)
    }

    /// The instant at which a period of `days` working days after `event` is over: 00:00 in Beijing of the
    /// calendar day after its last day. An act before that instant is in time.
    pub fn due(&self, event: Timestamp, days: u32) -> Result<Timestamp, CalendarNotLoaded> {
        let last = self.add(clock::date_of(event), days)?;
        let next = last.saturating_add(1.day());
        clock::start_of(next).ok_or(CalendarNotLoaded { year: next.year() })
    }
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn weekday_name(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "Mon",
        Weekday::Tuesday => "Tue",
        Weekday::Wednesday => "Wed",
        Weekday::Thursday => "Thu",
        Weekday::Friday => "Fri",
        Weekday::Saturday => "Sat",
        Weekday::Sunday => "Sun",
    }
}
