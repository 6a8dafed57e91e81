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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_data_shows_itself_masked() {
        assert_eq!(Masked::new("张小明").to_string(), "张**");
        assert_eq!(Masked::new("13812341234").to_string(), "138****1234");
        assert_eq!(format!("{:?}", Masked::new("11010519491231002X".to_owned())), "110105********002X");
        assert_eq!(Masked::new("").to_string(), "");
    }
}
