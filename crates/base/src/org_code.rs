//! The organisation code (组织机构代码, GB 11714-1997): eight characters and a check, inside every credit code.

use std::fmt;

/// What each of the eight body characters weighs.
const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// An organisation code that passed its check, kept without the dash.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrgCode(String);

/// Why a text is not an organisation code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrgCodeError {
    /// Not eight digits or capital letters and a check.
    #[error("an organisation code is eight digits or capital letters and a check character")]
    Shape,
    /// The check does not fit.
    #[error("the check character should be {0}")]
    Check(char),
}

impl OrgCode {
    /// Reads `MAC8YUW2-3` or `MAC8YUW23`; lower case and full width are put right.
    pub fn parse(text: &str) -> Result<Self, OrgCodeError> {
        let mut code = crate::fold::code_text(text);
        if code.len() == 10 && code.as_bytes()[8] == b'-' {
            code.remove(8);
        }
        if code.len() != 9 || !code.is_ascii() {
            return Err(OrgCodeError::Shape);
        }
        let expected = check_character(&code[..8]).ok_or(OrgCodeError::Shape)?;
        if code.ends_with(expected) { Ok(Self(code)) } else { Err(OrgCodeError::Check(expected)) }
    }

    /// The nine characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OrgCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", &self.0[..8], &self.0[8..])
    }
}

/// The check character of an eight-character body of digits and capital letters.
pub fn check_character(body: &str) -> Option<char> {
    if body.len() != WEIGHTS.len() || body.bytes().any(|b| b.is_ascii_lowercase()) {
        return None;
    }
    let mut sum = 0;
    for (character, weight) in body.chars().zip(WEIGHTS) {
        sum += character.to_digit(36)? * weight;
    }
    match 11 - sum % 11 {
        10 => Some('X'),
        11 => Some('0'),
        digit => char::from_digit(digit, 10),
    }
}

/// True when the ninth character is the check of the first eight.
pub(crate) fn body_and_check_agree(code: &str) -> bool {
    code.get(..8).and_then(check_character).is_some_and(|expected| code.ends_with(expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_codes_pass() {
        for code in ["MAC8YUW2-3", "MAE1234A-X", "MA7TEX01-0", "MA60BCDE-8", "20999999-4", "MA9RRRRR-1"] {
            assert_eq!(OrgCode::parse(code).unwrap().to_string(), code);
        }
    }

    #[test]
    fn a_wrong_check_names_the_right_one() {
        assert_eq!(OrgCode::parse("MAC8YUW2-4"), Err(OrgCodeError::Check('3')));
        assert_eq!(OrgCode::parse("MAC8"), Err(OrgCodeError::Shape));
        assert_eq!(OrgCode::parse("组织机构代码"), Err(OrgCodeError::Shape));
    }
}
