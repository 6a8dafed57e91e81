//! Times, dates and durations as FEEL writes them.

use std::cmp::Ordering;
use std::fmt;

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Span};

/// A time of day, with or without an offset from UTC in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// The time that a clock shows.
    pub time: Time,
    /// Seconds east of UTC.
    pub offset: Option<i32>,
}

/// A date with a time of day, with or without an offset from UTC in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// What calendar and clock show.
    pub at: DateTime,
    /// Seconds east of UTC.
    pub offset: Option<i32>,
}

impl Clock {
    /// Reads `10:15:30`, `10:15:30.5`, `10:15:30Z` or `10:15:30+08:00`.
    pub fn parse(text: &str) -> Option<Self> {
        let (text, offset) = split_offset(text)?;
        Some(Self { time: time(text)?, offset })
    }

    /// Nanoseconds since midnight, in UTC where an offset is known.
    fn nanoseconds(self) -> i128 {
        let midnight = Time::midnight();
        self.time.duration_since(midnight).as_nanos() - i128::from(self.offset.unwrap_or(0)) * 1_000_000_000
    }

    /// Which is earlier; nothing where only one has an offset.
    pub(crate) fn compare(&self, other: &Self) -> Option<Ordering> {
        (self.offset.is_some() == other.offset.is_some())
            .then(|| self.nanoseconds().cmp(&other.nanoseconds()))
    }

    /// The time that passes from the other to this one.
    pub(crate) fn since(self, other: Self) -> Option<i128> {
        (self.offset.is_some() == other.offset.is_some()).then(|| self.nanoseconds() - other.nanoseconds())
    }

    /// The time so much later, after midnight from the start.
    pub(crate) fn plus(self, nanoseconds: i128) -> Option<Self> {
        const DAY: i128 = 86_400_000_000_000;
        let nanoseconds = i64::try_from(nanoseconds.rem_euclid(DAY)).ok()?;
        Some(Self {
            time: self.time.wrapping_add(SignedDuration::from_nanos(nanoseconds)),
            offset: self.offset,
        })
    }
}

impl Moment {
    /// Reads `2026-11-10T10:15:30`, with an offset or without; a date alone is its midnight.
    pub fn parse(text: &str) -> Option<Self> {
        let Some((day, clock)) = text.split_once('T') else {
            return Some(Self { at: date(text)?.to_datetime(Time::midnight()), offset: None });
        };
        let clock = Clock::parse(clock)?;
        Some(Self { at: date(day)?.to_datetime(clock.time), offset: clock.offset })
    }

    fn nanoseconds(self) -> i128 {
        const START: Date = jiff::civil::date(1970, 1, 1);
        let start = START.to_datetime(Time::midnight());
        self.at.duration_since(start).as_nanos() - i128::from(self.offset.unwrap_or(0)) * 1_000_000_000
    }

    /// Which is earlier; nothing where only one has an offset.
    pub(crate) fn compare(&self, other: &Self) -> Option<Ordering> {
        (self.offset.is_some() == other.offset.is_some())
            .then(|| self.nanoseconds().cmp(&other.nanoseconds()))
    }

    /// The time that passes from the other to this one.
    pub(crate) fn since(self, other: Self) -> Option<i128> {
        (self.offset.is_some() == other.offset.is_some()).then(|| self.nanoseconds() - other.nanoseconds())
    }

    pub(crate) fn plus(self, nanoseconds: i128) -> Option<Self> {
        let later = duration(nanoseconds)?;
        Some(Self { at: self.at.checked_add(later).ok()?, offset: self.offset })
    }

    pub(crate) fn plus_months(self, months: i64) -> Option<Self> {
        let later = Span::new().try_months(months).ok()?;
        Some(Self { at: self.at.checked_add(later).ok()?, offset: self.offset })
    }
}

/// A duration of jiff, where it is not too long.
pub(crate) fn duration(nanoseconds: i128) -> Option<SignedDuration> {
    const SECOND: i128 = 1_000_000_000;
    let seconds = i64::try_from(nanoseconds / SECOND).ok()?;
    Some(SignedDuration::new(seconds, i32::try_from(nanoseconds % SECOND).ok()?))
}

/// Reads a date as FEEL writes it, `2026-11-10`.
pub(crate) fn date(text: &str) -> Option<Date> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let mut parts = digits.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 || month.len() != 2 || day.len() != 2 {
        return None;
    }
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?;
    let year: i16 = number(year)?;
    Date::new(sign * year, i8::try_from(number(month)?).ok()?, i8::try_from(number(day)?).ok()?).ok()
}

fn time(text: &str) -> Option<Time> {
    let shape = text.len() >= 8 && text.is_char_boundary(8);
    let (clock, part) = if shape { text.split_at(8) } else { return None };
    let bytes = clock.as_bytes();
    let pair = |at: usize| -> Option<i8> {
        let (tens, ones) = (bytes[at], bytes[at + 1]);
        let digits = tens.is_ascii_digit() && ones.is_ascii_digit();
        digits.then(|| (tens - b'0') * 10 + ones - b'0').and_then(|value| i8::try_from(value).ok())
    };
    if bytes[2] != b':' || bytes[5] != b':' {
        return None;
    }
    let nanoseconds = match part.strip_prefix('.') {
        Some(digits) if (1..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) => {
            format!("{digits:0<9}").parse().ok()?
        }
        None if part.is_empty() => 0,
        _ => return None,
    };
    Time::new(pair(0)?, pair(3)?, pair(6)?, nanoseconds).ok()
}

/// Takes `Z` or `+08:00` off the end of a time.
fn split_offset(text: &str) -> Option<(&str, Option<i32>)> {
    if let Some(rest) = text.strip_suffix(['Z', 'z']) {
        return Some((rest, Some(0)));
    }
    let Some(at) = text.rfind(['+', '-']) else { return Some((text, None)) };
    let (clock, offset) = text.split_at(at);
    let (sign, offset) = (if offset.starts_with('-') { -1 } else { 1 }, &offset[1..]);
    let (hours, minutes) = offset.split_once(':')?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 14 && minutes < 60).then_some((clock, Some(sign * (hours * 3600 + minutes * 60))))
}

/// A duration: either of days and time, in nanoseconds, or of years and months, in months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    Time(i128),
    Months(i64),
}

impl Length {
    /// Reads `P1DT2H30M`, `-PT0.5S`, `P1Y2M`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let rest = rest.strip_prefix('P')?;
        let (days, clock) = rest.split_once('T').map_or((rest, None), |(days, clock)| (days, Some(clock)));
        if rest.is_empty() || clock == Some("") {
            return None;
        }
        let (mut months, mut nanoseconds): (i128, i128) = (0, 0);
        let (mut in_months, mut in_time) = (false, clock.is_some());
        for (amount, unit) in parts(days)? {
            match unit {
                'Y' | 'M' => {
                    months = months.checked_add(whole(amount)? * if unit == 'Y' { 12 } else { 1 })?;
                    in_months = true;
                }
                'D' => {
                    nanoseconds = nanoseconds.checked_add(whole(amount)? * 86_400_000_000_000)?;
                    in_time = true;
                }
                _ => return None,
            }
        }
        for (amount, unit) in parts(clock.unwrap_or_default())? {
            let more = match unit {
                'H' => whole(amount)? * 3_600_000_000_000,
                'M' => whole(amount)? * 60_000_000_000,
                'S' => seconds(amount)?,
                _ => return None,
            };
            nanoseconds = nanoseconds.checked_add(more)?;
        }
        match (in_months, in_time) {
            (true, false) => Some(Self::Months(i64::try_from(sign * months).ok()?)),
            (false, true) => Some(Self::Time(sign * nanoseconds)),
            _ => None,
        }
    }
}

/// `1Y2M` as amounts with their units, which come once each and in their order.
fn parts(text: &str) -> Option<Vec<(&str, char)>> {
    const ORDER: &str = "YMDHS";
    let (mut found, mut from): (Vec<(&str, char)>, usize) = (Vec::new(), 0);
    for (at, character) in text.char_indices().filter(|(_, c)| !c.is_ascii_digit() && *c != '.') {
        let before = found.last().and_then(|(_, unit)| ORDER.find(*unit));
        let place = ORDER.find(character)?;
        let in_order = before.is_none_or(|before| before < place || (before == 3 && character == 'M'));
        if !in_order {
            return None;
        }
        found.push((&text[from..at], character));
        from = at + 1;
    }
    (from == text.len()).then_some(found)
}

fn whole(text: &str) -> Option<i128> {
    (text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

fn seconds(text: &str) -> Option<i128> {
    let (seconds, part) = text.split_once('.').unwrap_or((text, "0"));
    if part.is_empty() || part.len() > 9 {
        return None;
    }
    Some(whole(seconds)? * 1_000_000_000 + whole(&format!("{part:0<9}"))?)
}

fn write_offset(f: &mut fmt::Formatter<'_>, offset: Option<i32>) -> fmt::Result {
    match offset {
        None => Ok(()),
        Some(0) => f.write_str("Z"),
        Some(seconds) => {
            let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.abs() / 60);
            write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
        }
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.time)?;
        write_offset(f, self.offset)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.at)?;
        write_offset(f, self.offset)
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Months(months) => {
                let (sign, months) = (if months < 0 { "-" } else { "" }, months.unsigned_abs());
                match (months / 12, months % 12) {
                    (0, months) => write!(f, "{sign}P{months}M"),
                    (years, 0) => write!(f, "{sign}P{years}Y"),
                    (years, months) => write!(f, "{sign}P{years}Y{months}M"),
                }
            }
            Self::Time(nanoseconds) => write_time(f, nanoseconds),
        }
    }
}

fn write_time(f: &mut fmt::Formatter<'_>, nanoseconds: i128) -> fmt::Result {
    let total = nanoseconds.unsigned_abs();
    let (seconds, part) = (total / 1_000_000_000, total % 1_000_000_000);
    f.write_str(if nanoseconds < 0 { "-P" } else { "P" })?;
    let days = seconds / 86_400;
    if days > 0 {
        write!(f, "{days}D")?;
    }
    let (hours, minutes, seconds) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    if days > 0 && hours + minutes + seconds + part == 0 {
        return Ok(());
    }
    f.write_str("T")?;
    if hours > 0 {
        write!(f, "{hours}H")?;
    }
    if minutes > 0 {
        write!(f, "{minutes}M")?;
    }
    if part > 0 {
        let part = format!("{part:09}");
        write!(f, "{seconds}.{}S", part.trim_end_matches('0'))
    } else if seconds > 0 || hours + minutes == 0 {
        write!(f, "{seconds}S")
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_either_of_months_or_of_time() {
        let check =
            |text: &str, expected: Option<Length>| assert_eq!(Length::parse(text), expected, "{text}");
        check("P1Y2M", Some(Length::Months(14)));
        check("-P3M", Some(Length::Months(-3)));
        check("P1DT2H", Some(Length::Time(26 * 3_600_000_000_000)));
        check("PT0.5S", Some(Length::Time(500_000_000)));
        check("PT1H30M", Some(Length::Time(5_400_000_000_000)));
        for wrong in ["P", "PT", "P1", "P1Y1D", "1D", "P1H", "PT1D", "P1M1Y", "PDT1H", "P１D"] {
            check(wrong, None);
        }
    }

    #[test]
    fn durations_are_written_as_they_are_read() {
        for text in ["P1Y2M", "-P3M", "P2Y", "P1DT2H", "PT0.5S", "PT1H30M", "PT0S", "-P10D"] {
            assert_eq!(Length::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn times_and_dates_must_be_whole() {
        assert!(date("2026-11-10").is_some() && date("2026-02-29").is_none() && date("26-1-1").is_none());
        assert_eq!(Clock::parse("10:15:30+08:00").unwrap().to_string(), "10:15:30+08:00");
        assert_eq!(Moment::parse("2026-11-10T10:15:30Z").unwrap().to_string(), "2026-11-10T10:15:30Z");
        for wrong in ["", "10:15", "25:00:00", "10:15:30@Asia/Shanghai", "10:15:30.", "十:15:30"] {
            assert_eq!(Clock::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_time_with_an_offset_has_no_order_with_one_without() {
        let clock = |text| Clock::parse(text).unwrap();
        assert_eq!(clock("10:00:00+08:00").compare(&clock("02:00:00Z")), Some(Ordering::Equal));
        assert_eq!(clock("10:00:00").compare(&clock("02:00:00Z")), None);
    }
}
