//! Values as people read them: money grouped, months as months, codes as words, numbers masked.

use jiff::civil::Date;
use jq_base::ids::{SubjectKey, SubjectKind};
use jq_base::lang::Lang;
use jq_base::money::Money;
use jq_catalog::{Catalog, Field, FieldKind};
use jq_lake::Value;

use crate::content::{ColumnChoice, ReportContent};
use crate::view::{Align, CellKind};

/// Shown where the source left a field empty.
pub(crate) const EMPTY: &str = "—";
/// Fen in 10,000 yuan.
const FEN_PER_WAN: i64 = 1_000_000;

/// What every cell is set with.
#[derive(Clone, Copy)]
pub(crate) struct Setting<'a> {
    /// Code lists, districts and industries.
    pub(crate) catalog: &'a Catalog,
    /// Short words.
    pub(crate) content: &'a ReportContent,
    /// The reader's language.
    pub(crate) lang: Lang,
}

impl Setting<'_> {
    /// The text of one cell.
    pub(crate) fn cell(&self, field: &Field, column: &ColumnChoice, value: Option<&Value>) -> String {
        let Some(value) = value else { return EMPTY.to_owned() };
        let text = self.text(field, column, value);
        if text.is_empty() {
            EMPTY.to_owned()
        } else if column.last4 {
            last4(&text)
        } else {
            text
        }
    }

    fn text(&self, field: &Field, column: &ColumnChoice, value: &Value) -> String {
        match (field.kind, value) {
            (FieldKind::Money, Value::Int(fen)) if column.wan => wan(*fen),
            (FieldKind::Money, Value::Int(fen)) => Money::from_fen(*fen).grouped(),
            (FieldKind::Ratio, Value::Decimal { unscaled, scale: 6 }) => {
                format!("{}%", scaled(i64::try_from(unscaled / 100).unwrap_or(i64::MAX), 2))
            }
            (FieldKind::Bool, Value::Bool(yes)) => {
                self.content.value(if *yes { "yes" } else { "no" }, self.lang).to_owned()
            }
            (FieldKind::Month, Value::Date(date)) => month(*date),
            (FieldKind::Year, Value::Int(year)) => year.to_string(),
            (_, Value::Int(value)) => grouped(i128::from(*value)),
            (_, Value::Decimal { .. }) => group_text(&value.to_text()),
            (_, Value::Text(text)) => self.words(field, text),
            (_, other) => other.to_text(),
        }
    }

    fn words(&self, field: &Field, text: &str) -> String {
        match field.kind {
            FieldKind::Enum => self
                .catalog
                .field_codes(field)
                .map_or_else(|| text.to_owned(), |list| list.label(text, self.lang).to_owned()),
            FieldKind::Division => self.catalog.districts().label(text, self.lang),
            FieldKind::Industry => self
                .catalog
                .industry(text)
                .map_or_else(|| text.to_owned(), |industry| format!("{text} {}", industry.name(self.lang))),
            FieldKind::List => text.replace(';', self.lang.pick("、", ", ")),
            FieldKind::IdHash | FieldKind::UsccOrIdHash => match SubjectKey::parse(text) {
                Ok(key) if key.kind() == SubjectKind::Organisation => key.to_string(),
                _ => self.content.value("person", self.lang).to_owned(),
            },
            _ => text.to_owned(),
        }
    }

    /// The heading of a column, with the unit of its figures.
    pub(crate) fn label(&self, field: &Field, column: &ColumnChoice) -> String {
        let unit = match field.unit(self.lang) {
            Some(unit) => Some(unit),
            None if column.wan => Some(self.content.value("wan", self.lang)),
            None if field.kind == FieldKind::Money => Some(self.content.value("yuan", self.lang)),
            None => None,
        };
        let label = field.label(self.lang);
        match unit {
            Some(unit) => self
                .lang
                .pick("{label}（{unit}）", "{label} ({unit})")
                .replace("{label}", label)
                .replace("{unit}", unit),
            None => label.to_owned(),
        }
    }
}

/// How the cells of a field are set, and what kind of value they hold.
pub(crate) fn look(kind: FieldKind) -> (Align, CellKind) {
    match kind {
        FieldKind::Money => (Align::Right, CellKind::Money),
        FieldKind::Int | FieldKind::Dec | FieldKind::Ratio => (Align::Right, CellKind::Number),
        FieldKind::Date
        | FieldKind::Month
        | FieldKind::Quarter
        | FieldKind::QuarterOrYear
        | FieldKind::Year => (Align::Center, CellKind::Date),
        FieldKind::Bool => (Align::Center, CellKind::Flag),
        FieldKind::Enum | FieldKind::Division => (Align::Left, CellKind::Code),
        FieldKind::Uscc
        | FieldKind::IdHash
        | FieldKind::UsccOrIdHash
        | FieldKind::Str
        | FieldKind::Industry
        | FieldKind::List => (Align::Left, CellKind::Text),
    }
}

/// Money in 10,000 yuan with two decimals, rounded half away from zero: 123,456,789 fen is `123.46`.
pub(crate) fn wan(fen: i64) -> String {
    scaled(rounded(i128::from(fen), FEN_PER_WAN / 100), 2)
}

/// `value / unit`, rounded half away from zero.
pub(crate) fn rounded(value: i128, unit: i64) -> i64 {
    let unit = i128::from(unit);
    let half = if value < 0 { -unit / 2 } else { unit / 2 };
    i64::try_from((value + half) / unit).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
}

/// A number kept in steps of ten to the minus `decimals`, grouped: `scaled(123456, 2)` is `1,234.56`.
pub(crate) fn scaled(value: i64, decimals: u8) -> String {
    if decimals == 0 {
        return grouped(i128::from(value));
    }
    let one = 10_u64.pow(u32::from(decimals));
    let sign = if value < 0 { "-" } else { "" };
    let (whole, part) = (value.unsigned_abs() / one, value.unsigned_abs() % one);
    format!("{sign}{}.{part:0>width$}", grouped(i128::from(whole)), width = usize::from(decimals))
}

/// A whole number with commas between thousands.
pub(crate) fn grouped(value: i128) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if value < 0 {
        text.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Commas into the whole part of a decimal text.
fn group_text(text: &str) -> String {
    let (whole, part) = text.split_once('.').map_or((text, None), |(whole, part)| (whole, Some(part)));
    let grouped = match (whole, whole.parse()) {
        ("-0", _) | (_, Err(_)) => whole.to_owned(),
        (_, Ok(value)) => grouped(value),
    };
    part.map_or_else(|| grouped.clone(), |part| format!("{grouped}.{part}"))
}

/// The month of a date, `2026-10`.
pub(crate) fn month(date: Date) -> String {
    format!("{:04}-{:02}", date.year(), date.month())
}

/// All but the last four characters hidden; a shorter number is hidden as a whole.
pub(crate) fn last4(text: &str) -> String {
    let count = text.chars().count();
    let tail: String = text.chars().skip(count.saturating_sub(4)).collect();
    if count > 4 { format!("****{tail}") } else { "****".to_owned() }
}

/// Width that a heading needs on two lines: half of it, but no English word is broken (Chinese breaks anywhere).
pub(crate) fn label_width(label: &str) -> usize {
    let half = width(label).div_ceil(2);
    let words = label.split(' ').filter(|word| width(word) == word.chars().count());
    words.map(width).max().unwrap_or(0).max(half)
}

/// Width of a text in half-width characters: a Chinese character counts two.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(|c| if c < '\u{1100}' { 1 } else { 2 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_grouped_and_large_sums_are_in_ten_thousands() {
        assert_eq!(Money::from_fen(123_450).grouped(), "1,234.50");
        assert_eq!(wan(1_200_000_000), "1,200.00");
        assert_eq!(wan(123_456_789), "123.46");
        assert_eq!(wan(-5_000), "-0.01");
        assert_eq!(grouped(-1_234_567), "-1,234,567");
        assert_eq!(group_text("1234567.89"), "1,234,567.89");
        assert_eq!(group_text("-0.5"), "-0.5");
    }

    #[test]
    fn of_an_account_only_the_last_four_characters_are_shown() {
        assert_eq!(last4("5001234567"), "****4567");
        assert_eq!(last4("123"), "****");
    }
}
