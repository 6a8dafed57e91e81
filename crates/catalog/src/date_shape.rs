//! How a unit writes its days and times, such as `yyyy/MM/dd` or `yyyy年M月d日`, and reading them so.

use jiff::civil::{Date, DateTime, Time};

/// A way of writing a day, a month or a moment, prepared for reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateShape {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// So many digits at least and at most.
    Number(Unit, usize, usize),
    Literal(char),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

/// The signs of a shape, the longer ones first.
const SIGNS: [(&str, Unit, usize, usize); 11] = [
    ("yyyy", Unit::Year, 4, 4),
    ("MM", Unit::Month, 2, 2),
    ("M", Unit::Month, 1, 2),
    ("dd", Unit::Day, 2, 2),
    ("d", Unit::Day, 1, 2),
    ("HH", Unit::Hour, 2, 2),
    ("H", Unit::Hour, 1, 2),
    ("mm", Unit::Minute, 2, 2),
    ("m", Unit::Minute, 1, 2),
    ("ss", Unit::Second, 2, 2),
    ("s", Unit::Second, 1, 2),
];

impl DateShape {
    /// Prepares a shape; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if let Some((sign, unit, least, most)) = SIGNS.iter().find(|(sign, ..)| rest.starts_with(sign)) {
                parts.push(Part::Number(*unit, *least, *most));
                rest = &rest[sign.len()..];
            } else if first.is_ascii_alphanumeric() && first != 'T' {
                return Err(format!("`{first}` in `{text}` is neither a sign (yyyy M d H m s) nor a mark"));
            } else {
                parts.push(Part::Literal(first));
                rest = &rest[first.len_utf8()..];
            }
        }
        let shape = Self { parts };
        if !shape.has(Unit::Year) || !shape.has(Unit::Month) {
            return Err(format!("`{text}` has no year or no month"));
        }
        for (_, unit, ..) in SIGNS {
            let times = shape.parts.iter().filter(|part| matches!(part, Part::Number(of, ..) if *of == unit));
            if times.count() > 1 {
                return Err(format!("`{text}` names something twice"));
            }
        }
        Ok(shape)
    }

    fn has(&self, unit: Unit) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Number(of, ..) if *of == unit))
    }

    /// It says the day, not only the month.
    pub fn has_day(&self) -> bool {
        self.has(Unit::Day)
    }

    /// The moment that the text tells in this shape; what the shape does not say is the first day of the month, or
    /// midnight. Nothing when the text has another shape or tells a day that does not exist.
    pub fn read(&self, text: &str) -> Option<DateTime> {
        let (mut date, mut time) = ([0_i16, 1, 1], [0_i16; 3]);
        let mut rest = text;
        for part in &self.parts {
            match part {
                Part::Literal(mark) => rest = rest.strip_prefix(*mark)?,
                Part::Number(unit, least, most) => {
                    let digits = rest.bytes().take(*most).take_while(u8::is_ascii_digit).count();
                    if digits < *least {
                        return None;
                    }
                    let value = rest[..digits].parse().ok()?;
                    rest = &rest[digits..];
                    match unit {
                        Unit::Year => date[0] = value,
                        Unit::Month => date[1] = value,
                        Unit::Day => date[2] = value,
                        Unit::Hour => time[0] = value,
                        Unit::Minute => time[1] = value,
                        Unit::Second => time[2] = value,
                    }
                }
            }
        }
        if !rest.is_empty() {
            return None;
        }
        let small = |value: i16| i8::try_from(value).ok();
        let date = Date::new(date[0], small(date[1])?, small(date[2])?).ok()?;
        let time = Time::new(small(time[0])?, small(time[1])?, small(time[2])?, 0).ok()?;
        Some(date.to_datetime(time))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_in_the_shape_in_which_its_unit_writes() {
        for (shape, text, expected) in [
            ("yyyy/MM/dd", "2026/08/05", Some("2026-08-05T00:00:00")),
            ("yyyyMMdd", "20260805", Some("2026-08-05T00:00:00")),
            ("yyyy年M月d日", "2026年8月5日", Some("2026-08-05T00:00:00")),
            ("yyyy年M月d日", "2026年12月25日", Some("2026-12-25T00:00:00")),
            ("yyyyMM", "202608", Some("2026-08-01T00:00:00")),
            ("yyyy-MM-dd HH:mm:ss", "2026-08-05 09:30:00", Some("2026-08-05T09:30:00")),
            ("yyyy/MM/dd", "2026-08-05", None),
            ("yyyy/MM/dd", "2026/8/5", None),
            ("yyyyMMdd", "20260230", None),
            ("yyyyMMdd", "202608051", None),
            ("yyyyMMdd", "２０２６０８０５", None),
            ("yyyyMMdd", "", None),
        ] {
            let read = DateShape::parse(shape).unwrap().read(text).map(|moment| moment.to_string());
            assert_eq!(read.as_deref(), expected, "{text} as {shape}");
        }
    }

    #[test]
    fn a_shape_that_nobody_could_read_is_refused() {
        for wrong in ["", "yyyy", "dd.MM", "yy-MM-dd", "yyyy-MM-dd MM", "yyyyQMM"] {
            assert!(DateShape::parse(wrong).is_err(), "{wrong}");
        }
    }
}
