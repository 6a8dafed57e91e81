//! Personal data that shows itself masked: `张**` in pages and logs, in full only with a permit.

use std::fmt;

use crate::permit::Permit;

/// Personal data. `Debug` and `Display` show it masked, so that no log line can leak it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Masked<T>(T);

impl<T> Masked<T> {
    /// Wraps a value as personal data.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for a reader who holds a permit.
    pub fn reveal(&self, _permit: &Permit) -> &T {
        &self.0
    }

    /// The value, for the store that keeps it or the gateway that delivers to it; never for a page or a log.
    pub fn for_storage(&self) -> &T {
        &self.0
    }
}

impl<T: AsRef<str>> fmt::Display for Masked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&mask(self.0.as_ref()))
    }
}

impl<T: AsRef<str>> fmt::Debug for Masked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&mask(self.0.as_ref()))
    }
}

/// How a text is shown: a mobile as `138****1234`, an identity number as `500103********1231`, a name as `张**`.
fn mask(text: &str) -> String {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    match text.len() {
        11 if digits == 11 => format!("{}****{}", &text[..3], &text[7..]),
        18 if digits >= 17 && text.is_ascii() => format!("{}********{}", &text[..6], &text[14..]),
        _ => text.chars().next().map_or_else(String::new, |first| format!("{first}**")),
    }
}

/// A name of an organisation or person with its middle left out, for who has to recognise it and not to learn it.
pub fn middle(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let (head, tail) = match chars.len() {
        0..=1 => return "*".to_owned(),
        2..=3 => (1, 0),
        4..=7 => (1, 2),
        _ => (2, 4),
    };
    let hidden = "*".repeat(chars.len() - head - tail);
    format!(
        "{}{hidden}{}",
        String::from_iter(&chars[..head]),
        String::from_iter(&chars[chars.len() - tail..])
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_name_keeps_its_ends() {
        assert_eq!(middle("重庆山城精密机械有限公司"), "重庆******有限公司");
        assert_eq!(middle("张三面馆"), "张*面馆");
        assert_eq!(middle("张三"), "张*");
    }

    #[test]
    fn personal_data_shows_itself_masked() {
        assert_eq!(Masked::new("张小明").to_string(), "张**");
        assert_eq!(Masked::new("13812341234").to_string(), "138****1234");
        assert_eq!(format!("{:?}", Masked::new("11010519491231002X".to_owned())), "110105********002X");
        assert_eq!(Masked::new("").to_string(), "");
    }
}
