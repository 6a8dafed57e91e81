//! One line of a delivery file while it is being written, field by field in catalogue order.

use crate::time::{Day, Month};

/// A row under construction: the text so far, and where each field ends.
#[derive(Default)]
pub(crate) struct Row {
    text: String,
    ends: Vec<usize>,
}

impl Row {
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// The row as CSV, without the delivery columns.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// How many fields have been written.
    pub(crate) fn width(&self) -> usize {
        self.ends.len()
    }

    /// A field as it stands in the file.
    pub(crate) fn field(&self, position: usize) -> &str {
        let start = if position == 0 { 0 } else { self.ends[position - 1] + 1 };
        &self.text[start..self.ends[position]]
    }

    /// The row with one field replaced.
    pub(crate) fn with(&self, position: usize, value: &str) -> String {
        let start = if position == 0 { 0 } else { self.ends[position - 1] + 1 };
        let mut text = String::with_capacity(self.text.len() + value.len());
        text.push_str(&self.text[..start]);
        push_quoted(&mut text, value);
        text.push_str(&self.text[self.ends[position]..]);
        text
    }

    fn begin(&mut self) {
        if !self.ends.is_empty() {
            self.text.push(',');
        }
    }

    fn end(&mut self) -> &mut Self {
        self.ends.push(self.text.len());
        self
    }

    /// Text; quoted when it has to be.
    pub(crate) fn text(&mut self, value: &str) -> &mut Self {
        self.begin();
        push_quoted(&mut self.text, value);
        self.end()
    }

    /// An empty field.
    pub(crate) fn none(&mut self) -> &mut Self {
        self.begin();
        self.end()
    }

    pub(crate) fn opt_text(&mut self, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.text(value),
            None => self.none(),
        }
    }

    pub(crate) fn int(&mut self, value: i64) -> &mut Self {
        self.begin();
        push_whole(&mut self.text, value);
        self.end()
    }

    /// Yuan with two decimals, from fen.
    pub(crate) fn money(&mut self, fen: i64) -> &mut Self {
        self.begin();
        push_hundredths(&mut self.text, fen);
        self.end()
    }

    pub(crate) fn opt_money(&mut self, fen: Option<i64>) -> &mut Self {
        match fen {
            Some(fen) => self.money(fen),
            None => self.none(),
        }
    }

    /// A decimal number, rounded to two places.
    pub(crate) fn dec(&mut self, value: f64) -> &mut Self {
        self.begin();
        push_hundredths(&mut self.text, (value * 100.0).round() as i64);
        self.end()
    }

    /// A share of 0 to 1 with four places.
    pub(crate) fn ratio(&mut self, value: f64) -> &mut Self {
        self.begin();
        let units = (value.clamp(0.0, 1.0) * 10_000.0).round() as i64;
        push_whole(&mut self.text, units / 10_000);
        self.text.push('.');
        push_padded(&mut self.text, units % 10_000, 4);
        self.end()
    }

    pub(crate) fn flag(&mut self, value: bool) -> &mut Self {
        self.text(if value { "1" } else { "0" })
    }

    pub(crate) fn date(&mut self, day: Day) -> &mut Self {
        self.begin();
        push_date(&mut self.text, day);
        self.end()
    }

    pub(crate) fn opt_date(&mut self, day: Option<Day>) -> &mut Self {
        match day {
            Some(day) => self.date(day),
            None => self.none(),
        }
    }

    pub(crate) fn month(&mut self, month: Month) -> &mut Self {
        self.begin();
        push_padded(&mut self.text, i64::from(month.year()), 4);
        self.text.push('-');
        push_padded(&mut self.text, i64::from(month.number()), 2);
        self.end()
    }
}

fn push_quoted(text: &mut String, value: &str) {
    if value.contains([',', '"', '\n', '\r']) {
        text.push('"');
        text.push_str(&value.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(value);
    }
}

fn push_whole(text: &mut String, value: i64) {
    if value < 0 {
        text.push('-');
    }
    push_padded(text, value.saturating_abs(), 1);
}

fn push_hundredths(text: &mut String, value: i64) {
    if value < 0 {
        text.push('-');
    }
    let value = value.saturating_abs();
    push_padded(text, value / 100, 1);
    text.push('.');
    push_padded(text, value % 100, 2);
}

/// A whole number that is not negative, with leading zeros up to `width` digits.
pub(crate) fn push_padded(text: &mut String, value: i64, width: usize) {
    let mut digits = [b'0'; 20];
    let (mut left, mut used) = (value.unsigned_abs(), 0);
    while left > 0 || used < width.max(1) {
        used += 1;
        digits[20 - used] = b'0' + (left % 10) as u8;
        left /= 10;
    }
    for digit in &digits[20 - used..] {
        text.push(char::from(*digit));
    }
}

/// `YYYY-MM-DD`.
pub(crate) fn push_date(text: &mut String, day: Day) {
    let (year, month, day) = day.parts();
    push_padded(text, i64::from(year), 4);
    text.push('-');
    push_padded(text, i64::from(month), 2);
    text.push('-');
    push_padded(text, i64::from(day), 2);
}

/// `YYYY-MM-DD` as a text of its own.
pub(crate) fn date_text(day: Day) -> String {
    let mut text = String::with_capacity(10);
    push_date(&mut text, day);
    text
}

/// RFC 3339 in Beijing time.
pub(crate) fn push_instant(text: &mut String, day: Day, second: u32) {
    push_date(text, day);
    text.push('T');
    push_padded(text, i64::from(second / 3_600), 2);
    text.push(':');
    push_padded(text, i64::from(second / 60 % 60), 2);
    text.push(':');
    push_padded(text, i64::from(second % 60), 2);
    text.push_str("+08:00");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_written_as_the_catalogue_asks() {
        let mut row = Row::default();
        row.text("a,b").money(-5).dec(1.005).ratio(0.5).none().flag(true).date(Day::ymd(2026, 5, 3));
        row.month(Month::of(2026, 10)).int(-12);
        assert_eq!(row.as_str(), "\"a,b\",-0.05,1.00,0.5000,,1,2026-05-03,2026-10,-12");
        assert_eq!(row.field(0), "\"a,b\"");
        assert_eq!(row.field(8), "-12");
        assert_eq!(row.with(4, "x\"y"), "\"a,b\",-0.05,1.00,0.5000,\"x\"\"y\",1,2026-05-03,2026-10,-12");
    }

    #[test]
    fn an_instant_carries_the_beijing_offset() {
        let mut text = String::new();
        push_instant(&mut text, Day::ymd(2026, 5, 3), 7_801);
        assert_eq!(text, "2026-05-03T02:10:01+08:00");
    }
}
