//! The business registration number (工商注册号) used before credit codes; an alias, never a primary key.

use std::fmt;

/// What kind of business a number was given to, by its first sequence digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegacyKind {
    /// A domestic enterprise.
    Domestic,
    /// A foreign-funded enterprise.
    Foreign,
    /// An individual business (个体工商户).
    Individual,
}

/// A registration number of 15 digits with a check, or of 13 digits without.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LegacyNumber(String);

/// Why a text is not a registration number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LegacyNumberError {
    /// Not 15 or 13 digits.
    #[error("a registration number has 15 digits, an old one 13")]
    Shape,
    /// The check digit does not fit.
    #[error("the check digit should be {0}")]
    Check(char),
}

impl LegacyNumber {
    /// Reads 15 digits (checked) or 13 (which carry no check).
    pub fn parse(text: &str) -> Result<Self, LegacyNumberError> {
        let number = crate::fold::code_text(text);
        if !number.bytes().all(|b| b.is_ascii_digit()) {
            return Err(LegacyNumberError::Shape);
        }
        match number.len() {
            13 => Ok(Self(number)),
            15 => {
                let expected = check_digit(&number[..14]).ok_or(LegacyNumberError::Shape)?;
                if number.ends_with(expected) {
                    Ok(Self(number))
                } else {
                    Err(LegacyNumberError::Check(expected))
                }
            }
            _ => Err(LegacyNumberError::Shape),
        }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it was given to; `None` for a 13-digit number.
    pub fn kind(&self) -> Option<LegacyKind> {
        if self.0.len() != 15 {
            return None;
        }
        match self.0.as_bytes()[6] {
            b'0'..=b'3' => Some(LegacyKind::Domestic),
            b'4' | b'5' => Some(LegacyKind::Foreign),
            _ => Some(LegacyKind::Individual),
        }
    }
}

impl fmt::Display for LegacyNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The ISO 7064 MOD 11,10 check of 14 digits.
pub fn check_digit(first_14: &str) -> Option<char> {
    if first_14.len() != 14 {
        return None;
    }
    let mut carry = 10;
    for digit in first_14.chars() {
        let sum = (carry + digit.to_digit(10)?) % 10;
        carry = (if sum == 0 { 10 } else { sum }) * 2 % 11;
    }
    char::from_digit((11 - carry) % 10, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checked_numbers_pass_and_tell_their_kind() {
        let kind = |number: &str| LegacyNumber::parse(number).map(|n| n.kind());
        assert_eq!(kind("110108000000016"), Ok(Some(LegacyKind::Domestic)));
        assert_eq!(kind("500103000000123"), Ok(Some(LegacyKind::Domestic)));
        assert_eq!(kind("500000400000015"), Ok(Some(LegacyKind::Foreign)));
        assert_eq!(kind("500111600007779"), Ok(Some(LegacyKind::Individual)));
        assert_eq!(kind("5001032100123"), Ok(None));
    }

    #[test]
    fn a_wrong_check_digit_names_the_right_one() {
        assert_eq!(LegacyNumber::parse("110108000000017"), Err(LegacyNumberError::Check('6')));
        assert_eq!(LegacyNumber::parse("1101080000000"), Ok(LegacyNumber("1101080000000".to_owned())));
        assert_eq!(LegacyNumber::parse("11010800000001"), Err(LegacyNumberError::Shape));
        assert_eq!(LegacyNumber::parse("11010800000001X"), Err(LegacyNumberError::Shape));
    }
}
