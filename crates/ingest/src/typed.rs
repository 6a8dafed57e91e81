//! Values that a file holds as numbers, dates or yes and no, written as the catalogue has them written.
//!
//! Clocks of no named place are Beijing's: that is where the units are.

use std::fmt::Write as _;

use jiff::civil::Date;
use jq_catalog::FieldKind;
use jq_lake::{ForeignValue, day};

/// Decimal digits that a double is sure to hold.
const FLOAT_DIGITS: usize = 15;
/// Longest number that is written without an exponent.
const FLOAT_PLACES_MAX: i32 = 40;
const DAY_MICROS: i64 = 86_400_000_000;
const BEIJING_MICROS: i64 = 8 * 3_600_000_000;

/// What a column tells when it tells a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimeForm {
    Day,
    Month,
    Instant,
}

impl TimeForm {
    /// The form of an item's field.
    pub(crate) fn of(kind: FieldKind) -> Self {
        if kind == FieldKind::Month { Self::Month } else { Self::Day }
    }
}

/// Writes a value of somebody's file.
pub(crate) fn write(value: &ForeignValue<'_>, form: TimeForm, out: &mut String) {
    match value {
        ForeignValue::Text(text) => out.push_str(text),
        ForeignValue::Float(value) => out.push_str(&float(*value)),
        ForeignValue::Bool(value) => out.push_str(if *value { "1" } else { "0" }),
        ForeignValue::Day(number) => match day(*number) {
            Some(date) => write_moment(date, 0, form, out),
            None => put(out, *number),
        },
        ForeignValue::Local(micros) => write_local(*micros, form, out),
        ForeignValue::Instant(micros) => match micros.checked_add(BEIJING_MICROS) {
            Some(local) => write_local(local, form, out),
            None => put(out, *micros),
        },
    }
}

fn put(out: &mut String, value: impl std::fmt::Display) {
    let written = write!(out, "{value}");
    debug_assert!(written.is_ok(), "writing to a string cannot fail");
}

/// A binary fraction in decimals: with the fifteen digits that it can hold, so that 0.1 + 0.2 is 0.3, as spreadsheet
/// programs show it, and without `.0`.
fn float(value: f64) -> String {
    let text = format!("{value:.*e}", FLOAT_DIGITS - 1);
    let split =
        text.split_once('e').and_then(|(digits, exponent)| Some((digits, exponent.parse::<i32>().ok()?)));
    let Some((digits, exponent)) = split.filter(|(_, exponent)| exponent.abs() < FLOAT_PLACES_MAX) else {
        return text;
    };
    let sign = if digits.starts_with('-') { "-" } else { "" };
    let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() {
        return "0".to_owned();
    }
    // Digits that stand before the point.
    let whole = exponent + 1;
    match usize::try_from(whole) {
        Ok(whole) if whole >= digits.len() => format!("{sign}{digits:0<whole$}"),
        Ok(whole) if whole > 0 => format!("{sign}{}.{}", &digits[..whole], &digits[whole..]),
        _ => format!("{sign}0.{}{digits}", "0".repeat(usize::try_from(-whole).unwrap_or(0))),
    }
}

fn write_local(micros: i64, form: TimeForm, out: &mut String) {
    let date = i32::try_from(micros.div_euclid(DAY_MICROS)).ok().and_then(day);
    match date {
        Some(date) => write_moment(date, micros.rem_euclid(DAY_MICROS), form, out),
        None => put(out, micros),
    }
}

/// Writes a day, with its time where it has one or the column wants one.
fn write_moment(date: Date, micros: i64, form: TimeForm, out: &mut String) {
    match form {
        TimeForm::Month if micros == 0 && date.day() == 1 => {
            let written = write!(out, "{:04}-{:02}", date.year(), date.month());
            debug_assert!(written.is_ok(), "writing to a string cannot fail");
        }
        TimeForm::Day | TimeForm::Month if micros == 0 => put(out, date),
        _ => {
            let (seconds, rest) = (micros / 1_000_000, micros % 1_000_000);
            let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
            put(out, date);
            put(out, format_args!("T{hour:02}:{minute:02}:{second:02}"));
            if rest > 0 {
                put(out, format_args!(".{rest:06}"));
            }
            out.push_str("+08:00");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: &ForeignValue<'_>, form: TimeForm) -> String {
        let mut out = String::new();
        write(value, form, &mut out);
        out
    }

    #[test]
    fn numbers_are_written_as_a_person_sees_them() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (350.0, "350"),
            (120.5, "120.5"),
            (0.1 + 0.2, "0.3"),
            (1.1 * 1.1, "1.21"),
            (-1_234.56, "-1234.56"),
            (0.000_012, "0.000012"),
            (1e20, "100000000000000000000"),
            (123_456_789_012_345.0, "123456789012345"),
            (2.5e-7, "0.00000025"),
        ] {
            assert_eq!(written(&ForeignValue::Float(value), TimeForm::Day), text);
        }
        assert!(float(1e300).contains('e') && float(f64::NAN) == "NaN");
        assert_eq!(written(&ForeignValue::Bool(true), TimeForm::Day), "1");
    }

    #[test]
    fn a_moment_is_written_as_its_column_wants_it() {
        let midnight = i64::from(jq_lake::day_number(Date::constant(2026, 8, 1))) * DAY_MICROS;
        let local = ForeignValue::Local(midnight);
        assert_eq!(written(&local, TimeForm::Day), "2026-08-01");
        assert_eq!(written(&local, TimeForm::Month), "2026-08");
        assert_eq!(written(&local, TimeForm::Instant), "2026-08-01T00:00:00+08:00");
        let instant = ForeignValue::Instant(midnight - BEIJING_MICROS + 1);
        assert_eq!(written(&instant, TimeForm::Day), "2026-08-01T00:00:00.000001+08:00");
        let mid_month = ForeignValue::Day(jq_lake::day_number(Date::constant(2026, 8, 25)));
        assert_eq!(written(&mid_month, TimeForm::Month), "2026-08-25", "no month, and told as it is");
    }
}
