//! One field of many rows: from the texts that a unit delivered to typed values, or a reason why not.

use std::borrow::Cow;
use std::collections::HashSet;

use jiff::civil::Date;
use jq_base::uscc::{Uscc, UsccError};
use jq_catalog::{Catalog, Field, FieldKind};
use jq_lake::day_number;

use crate::rule::Rule;
use crate::values::{Checked, Values};

/// How one field of an item is read, prepared once per item.
pub(crate) struct FieldReader {
    pub(crate) name: String,
    pub(crate) required: bool,
    pub(crate) kind: FieldKind,
    codes: HashSet<String>,
    min: Option<i64>,
    past: bool,
    max_len: usize,
}

impl FieldReader {
    pub(crate) fn new(catalog: &Catalog, field: &Field, required: bool) -> Self {
        let mut codes = HashSet::new();
        if field.kind == FieldKind::Industry {
            let industries = catalog.industries();
            codes.extend(industries.classes().map(|class| class.code.clone()));
            codes.extend(industries.divisions().map(|division| division.code.clone()));
            codes.extend(industries.sections().map(|section| section.code.clone()));
        } else if let Some(list) = catalog.field_codes(field) {
            codes.extend(list.codes.iter().map(|code| code.value.clone()));
        }
        Self {
            name: field.name.clone(),
            required,
            kind: field.kind,
            codes,
            min: field.min,
            past: field.past,
            max_len: field.max_len,
        }
    }

    /// Reads a column; `wrong` is told of each row that breaks a rule, and the row's value stays empty. `today` is
    /// the Beijing date.
    pub(crate) fn read<'c>(
        &self,
        texts: impl Iterator<Item = Option<&'c str>>,
        today: Date,
        mut wrong: impl FnMut(usize, Rule),
    ) -> Values<'c> {
        let mut values = Values::of(self.kind, texts.size_hint().0);
        // Neighbouring rows often say the same: the same subject, month or code.
        let mut last: (&str, Checked<'c>) = ("", Checked::Empty);
        for (row, text) in texts.enumerate() {
            let text = trimmed(text.unwrap_or_default());
            if text != last.0 {
                match self.value(text, today) {
                    Ok(value) => last = (text, value),
                    Err(rule) => {
                        wrong(row, rule);
                        values.push_empty();
                        continue;
                    }
                }
            }
            values.push(&last.1);
        }
        values
    }

    fn value<'a>(&self, text: &'a str, today: Date) -> Result<Checked<'a>, Rule> {
        if text.is_empty() {
            return Ok(Checked::Empty);
        }
        match self.kind {
            FieldKind::Str | FieldKind::List => self.text(text),
            FieldKind::Uscc => uscc(text),
            FieldKind::IdHash => id_hash(text),
            FieldKind::UsccOrIdHash => {
                if text.len() == 64 {
                    id_hash(text)
                } else {
                    uscc(text)
                }
            }
            FieldKind::Int => self.at_least(whole(text)?).map(Checked::Int),
            FieldKind::Money => {
                let fen = scaled(text, 2)?;
                self.at_least_scaled(fen, 100)?;
                Ok(Checked::Int(fen))
            }
            FieldKind::Dec => {
                let value = scaled(text, 4)?;
                self.at_least_scaled(value, 10_000)?;
                Ok(Checked::Scaled(value.into()))
            }
            FieldKind::Ratio => match scaled(text, 6)? {
                value @ 0..=1_000_000 => Ok(Checked::Scaled(value.into())),
                _ => Err(Rule::OutOfRange),
            },
            FieldKind::Bool => bool(text),
            FieldKind::Date => self.not_future(date(text)?, today).map(|day| Checked::Day(day_number(day))),
            FieldKind::Month => self.not_future(month(text)?, today).map(|day| Checked::Day(day_number(day))),
            FieldKind::Year => self.year(text, today),
            FieldKind::Quarter => quarter(text),
            FieldKind::QuarterOrYear => {
                if text.len() == 4 {
                    year(text).map(|_| Checked::Text(Cow::Borrowed(text)))
                } else {
                    quarter(text)
                }
            }
            FieldKind::Division => division(text),
            FieldKind::Industry | FieldKind::Enum => {
                if self.codes.contains(text) {
                    Ok(Checked::Text(Cow::Borrowed(text)))
                } else {
                    Err(Rule::CodeUnknown)
                }
            }
        }
    }

    fn text<'a>(&self, text: &'a str) -> Result<Checked<'a>, Rule> {
        if text.chars().any(|c| (c.is_control() && c != '\n' && c != '\t') || c == '\u{FFFD}') {
            return Err(Rule::TextInvalid);
        }
        if text.len() > self.max_len && text.chars().count() > self.max_len {
            return Err(Rule::TextTooLong);
        }
        Ok(Checked::Text(Cow::Borrowed(text)))
    }

    fn at_least(&self, value: i64) -> Result<i64, Rule> {
        if self.min.is_some_and(|min| value < min) { Err(Rule::BelowMinimum) } else { Ok(value) }
    }

    fn at_least_scaled(&self, value: i64, unit: i64) -> Result<(), Rule> {
        match self.min {
            Some(min) if value < min.saturating_mul(unit) => Err(Rule::BelowMinimum),
            _ => Ok(()),
        }
    }

    fn not_future(&self, date: Date, today: Date) -> Result<Date, Rule> {
        if self.past && date > today { Err(Rule::DateInFuture) } else { Ok(date) }
    }

    fn year(&self, text: &str, today: Date) -> Result<Checked<'static>, Rule> {
        let year = year(text)?;
        if self.past && year > today.year() {
            return Err(Rule::DateInFuture);
        }
        Ok(Checked::Int(i64::from(year)))
    }
}

/// A text without blanks around it. Most have none, which two bytes show.
#[inline]
pub(crate) fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

fn uscc(text: &str) -> Result<Checked<'_>, Rule> {
    match Uscc::parse(text) {
        Ok(code) if code.as_str() == text => Ok(Checked::Text(Cow::Borrowed(text))),
        Ok(code) => Ok(Checked::Text(Cow::Owned(code.as_str().to_owned()))),
        Err(UsccError::Check { .. }) => Err(Rule::UsccCheckDigit),
        Err(_) => Err(Rule::UsccFormat),
    }
}

fn id_hash(text: &str) -> Result<Checked<'_>, Rule> {
    let hash = text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if hash { Ok(Checked::Text(Cow::Borrowed(text))) } else { Err(Rule::IdHashInvalid) }
}

fn whole(text: &str) -> Result<i64, Rule> {
    if text.starts_with('+') {
        return Err(Rule::NumberInvalid);
    }
    text.parse().map_err(|_| Rule::NumberInvalid)
}

/// A plain decimal with at most `places` places, times ten to `places`; at most 18 digits in all.
fn scaled(text: &str, places: usize) -> Result<i64, Rule> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let bytes = digits.as_bytes();
    let point = bytes.iter().position(|b| *b == b'.').unwrap_or(bytes.len());
    let (whole, part) = (&bytes[..point], bytes.get(point + 1..).unwrap_or_default());
    let ends_with_point = point + 1 == bytes.len();
    if whole.is_empty() || ends_with_point || part.len() > places || whole.len() + places > 18 {
        return Err(Rule::NumberInvalid);
    }
    let mut value: i64 = 0;
    for digit in whole.iter().chain(part) {
        if !digit.is_ascii_digit() {
            return Err(Rule::NumberInvalid);
        }
        value = value * 10 + i64::from(digit - b'0');
    }
    for _ in part.len()..places {
        value *= 10;
    }
    Ok(if negative { -value } else { value })
}

fn bool(text: &str) -> Result<Checked<'_>, Rule> {
    match text {
        "1" | "true" | "TRUE" | "True" | "是" => Ok(Checked::Bool(true)),
        "0" | "false" | "FALSE" | "False" | "否" => Ok(Checked::Bool(false)),
        _ => Err(Rule::BoolInvalid),
    }
}

fn digits<const N: usize>(text: &str) -> Option<i16> {
    let bytes = text.as_bytes();
    if bytes.len() != N {
        return None;
    }
    bytes.iter().try_fold(0_i16, |value, b| b.is_ascii_digit().then(|| value * 10 + i16::from(b - b'0')))
}

fn civil(year: &str, month: &str, day: &str) -> Option<Date> {
    let year = digits::<4>(year)?;
    let month = i8::try_from(digits::<2>(month)?).ok()?;
    let day = i8::try_from(digits::<2>(day)?).ok()?;
    if !(1800..=9998).contains(&year) {
        return None;
    }
    Date::new(year, month, day).ok()
}

fn date(text: &str) -> Result<Date, Rule> {
    let parts = (text.get(0..4), text.get(4..5), text.get(5..7), text.get(7..8), text.get(8..));
    match parts {
        (Some(year), Some("-"), Some(month), Some("-"), Some(day)) => {
            civil(year, month, day).ok_or(Rule::DateInvalid)
        }
        _ => Err(Rule::DateInvalid),
    }
}

fn month(text: &str) -> Result<Date, Rule> {
    match (text.get(0..4), text.get(4..5), text.get(5..)) {
        (Some(year), Some("-"), Some(month)) => civil(year, month, "01").ok_or(Rule::MonthInvalid),
        _ => Err(Rule::MonthInvalid),
    }
}

fn year(text: &str) -> Result<i16, Rule> {
    digits::<4>(text).filter(|year| (1800..=9998).contains(year)).ok_or(Rule::PeriodInvalid)
}

fn quarter(text: &str) -> Result<Checked<'_>, Rule> {
    let (Some(of_year), Some(rest)) = (text.get(0..4), text.get(4..)) else {
        return Err(Rule::PeriodInvalid);
    };
    year(of_year)?;
    let number = rest.trim_start_matches('-').strip_prefix('Q').ok_or(Rule::PeriodInvalid)?;
    if !matches!(number, "1" | "2" | "3" | "4") {
        return Err(Rule::PeriodInvalid);
    }
    if rest.starts_with('-') {
        return Ok(Checked::Text(Cow::Owned(format!("{of_year}Q{number}"))));
    }
    Ok(Checked::Text(Cow::Borrowed(text)))
}

fn division(text: &str) -> Result<Checked<'_>, Rule> {
    let gb = text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit());
    let zone = (2..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase());
    if gb || zone { Ok(Checked::Text(Cow::Borrowed(text))) } else { Err(Rule::DivisionInvalid) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_to_the_fen_or_refused() {
        assert_eq!(scaled("1234.5", 2), Ok(123_450));
        assert_eq!(scaled("-0.01", 2), Ok(-1));
        assert_eq!(scaled("7", 4), Ok(70_000));
        for wrong in ["1,234", "1.234", ".5", "5.", "1e3", "", "-", "１２", "12345678901234567"] {
            assert_eq!(scaled(wrong, 2), Err(Rule::NumberInvalid), "{wrong}");
        }
    }

    #[test]
    fn only_days_that_exist_are_dates() {
        assert!(date("2024-02-29").is_ok());
        for wrong in
            ["2023-02-29", "2024-2-29", "20240229", "2024/02/29", "2024-02-29 ", "0000-01-01", "二〇二四"]
        {
            assert_eq!(date(wrong), Err(Rule::DateInvalid), "{wrong}");
        }
    }

    #[test]
    fn a_quarter_is_kept_in_one_form() {
        assert_eq!(quarter("2026Q2"), Ok(Checked::Text("2026Q2".into())));
        assert_eq!(quarter("2026-Q2"), Ok(Checked::Text("2026Q2".into())));
        assert_eq!(quarter("2026Q5"), Err(Rule::PeriodInvalid));
    }
}
