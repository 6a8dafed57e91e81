//! A mobile number: eleven digits that reach one person, shown only masked.

use std::fmt;

use crate::fold;
use crate::masked::Masked;
use crate::sm3;

/// A mainland mobile number (手机号). `Debug` and `Display` show `138****1234`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mobile(Masked<String>);

/// The text is no mainland mobile number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a mobile number has 11 digits and starts with 13 to 19")]
pub struct MobileError;

impl Mobile {
    /// Reads eleven digits; full-width digits, spaces, dashes and `+86` in front are put right.
    pub fn parse(text: &str) -> Result<Self, MobileError> {
        let plain: String =
            fold::code_text(text).chars().filter(|&sign| sign != ' ' && sign != '-').collect();
        let digits = plain.strip_prefix("+86").unwrap_or(&plain);
        let bytes = digits.as_bytes();
        let fits = bytes.len() == 11
            && bytes.iter().all(u8::is_ascii_digit)
            && bytes[0] == b'1'
            && (b'3'..=b'9').contains(&bytes[1]);
        if fits { Ok(Self(Masked::new(digits.to_owned()))) } else { Err(MobileError) }
    }

    /// The digits, for the store that keeps them or the gateway that delivers to them.
    pub fn for_storage(&self) -> &str {
        self.0.for_storage()
    }

    /// The keyed hash under which things about a number are kept without keeping the number.
    pub fn keyed_hash(&self, key: &[u8]) -> String {
        sm3::keyed_hex(key, format!("mobile|{}", self.for_storage()).as_bytes())
    }
}

impl fmt::Display for Mobile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Mobile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::str::FromStr for Mobile {
    type Err = MobileError;

    fn from_str(text: &str) -> Result<Self, MobileError> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_type_it_and_shown_masked() {
        for typed in ["13800001234", "+86 138 0000 1234", "138-0000-1234", "\u{ff11}3800001234"] {
            let mobile = Mobile::parse(typed).unwrap();
            assert_eq!(mobile.for_storage(), "13800001234");
            assert_eq!(format!("{mobile} {mobile:?}"), "138****1234 138****1234");
        }
        for wrong in ["", "1380000123", "12800001234", "138000012345", "1380000123x"] {
            assert_eq!(Mobile::parse(wrong), Err(MobileError), "{wrong}");
        }
    }
}
