//! The resident identity number (公民身份号码, GB 11643-1999): read, checked, and shown only masked.

use std::fmt;

use jiff::civil::Date;

use crate::fold;
use crate::masked::Masked;
use crate::permit::Permit;
use crate::sm3;

/// What each of the first 17 digits weighs.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// The check for each remainder of the weighted sum by 11.
const CHECKS: &[u8; 11] = b"10X98765432";

/// A resident identity number that passed every check. `Debug` and `Display` are masked.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ResidentId(Masked<String>);

/// Why a text is not a resident identity number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResidentIdError {
    /// Not 17 digits and a digit or X.
    #[error("an identity number is 17 digits and a check")]
    Shape,
    /// Fifteen digits: the form given out before 1999, invalid since 2013.
    #[error("15-digit identity numbers are no longer valid")]
    FifteenDigits,
    /// No such birthday, or one that has not come yet.
    #[error("the birth date does not exist or lies in the future")]
    BirthDate,
    /// The check does not fit.
    #[error("the check character does not fit")]
    Check,
}

impl ResidentId {
    /// Reads an 18-character number; `today` bounds the birth date. An unknown division is no error.
    pub fn parse(text: &str, today: Date) -> Result<Self, ResidentIdError> {
        let number = fold::code_text(text);
        if number.len() == 15 && number.bytes().all(|b| b.is_ascii_digit()) {
            return Err(ResidentIdError::FifteenDigits);
        }
        if number.len() != 18 || !number.is_ascii() {
            return Err(ResidentIdError::Shape);
        }
        let expected = check_character(&number[..17]).ok_or(ResidentIdError::Shape)?;
        let birth = birth_date(&number).ok_or(ResidentIdError::BirthDate)?;
        if birth > today {
            return Err(ResidentIdError::BirthDate);
        }
        if !number.ends_with(expected) {
            return Err(ResidentIdError::Check);
        }
        Ok(Self(Masked::new(number)))
    }

    /// The 18-character number behind a 15-digit one of an old source record.
    pub fn from_fifteen_digits(text: &str, today: Date) -> Result<Self, ResidentIdError> {
        let old = fold::code_text(text);
        if old.len() != 15 || !old.bytes().all(|b| b.is_ascii_digit()) {
            return Err(ResidentIdError::Shape);
        }
        let first_17 = format!("{}19{}", &old[..6], &old[6..]);
        let check = check_character(&first_17).ok_or(ResidentIdError::Shape)?;
        Self::parse(&format!("{first_17}{check}"), today)
    }

    /// The day of birth.
    pub fn birth_date(&self) -> Option<Date> {
        birth_date(self.0.for_storage())
    }

    /// The keyed hash under which the person's records are kept: 64 lower-case hexadecimal digits.
    pub fn keyed_hash(&self, key: &[u8]) -> String {
        sm3::keyed_hex(key, self.0.for_storage().as_bytes())
    }

    /// The full number, for a reader with a permit.
    pub fn reveal(&self, permit: &Permit) -> &str {
        self.0.reveal(permit)
    }
}

impl fmt::Debug for ResidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Display for ResidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The check of the first 17 digits; `None` when they are not 17 digits.
pub fn check_character(first_17: &str) -> Option<char> {
    if first_17.len() != WEIGHTS.len() {
        return None;
    }
    let mut sum = 0;
    for (digit, weight) in first_17.chars().zip(WEIGHTS) {
        sum += digit.to_digit(10)? * weight;
    }
    usize::try_from(sum % 11).ok().map(|remainder| char::from(CHECKS[remainder]))
}

fn birth_date(number: &str) -> Option<Date> {
    let year = number.get(6..10)?.parse().ok()?;
    let month = number.get(10..12)?.parse().ok()?;
    let day = number.get(12..14)?.parse().ok()?;
    Date::new(year, month, day).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 11, 10);

    #[test]
    fn the_examples_of_the_standard_pass() {
        for number in ["11010519491231002X", "440524188001010014", "500103188503071231", "500222189912310028"]
        {
            assert!(ResidentId::parse(number, TODAY).is_ok(), "{number}");
        }
        assert!(ResidentId::parse("11010519491231002x", TODAY).is_ok(), "a small x is read as X");
    }

    #[test]
    fn a_wrong_number_says_what_is_wrong() {
        let why = |number: &str| ResidentId::parse(number, TODAY).unwrap_err();
        assert_eq!(why("110105194912310021"), ResidentIdError::Check);
        assert_eq!(why("110105194902300028"), ResidentIdError::BirthDate);
        assert_eq!(why("110105203001010021"), ResidentIdError::BirthDate);
        assert_eq!(why("110105491231002"), ResidentIdError::FifteenDigits);
        assert_eq!(why("1101051949123100"), ResidentIdError::Shape);
    }

    #[test]
    fn an_old_number_gains_its_century_and_check() {
        let id = ResidentId::from_fifteen_digits("110105491231002", TODAY).unwrap();
        assert_eq!(id, ResidentId::parse("11010519491231002X", TODAY).unwrap());
        assert_eq!(id.birth_date(), Some(date(1949, 12, 31)));
    }

    #[test]
    fn a_number_is_shown_masked() {
        let id = ResidentId::parse("500103188503071231", TODAY).unwrap();
        assert_eq!(format!("{id} {id:?}"), "500103********1231 500103********1231");
        assert_eq!(id.keyed_hash(b"key").len(), 64);
    }
}
