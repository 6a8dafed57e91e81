//! Numbers of papers that can be verified, such as reports and receipts: `CQ`, a letter for the kind, the day, ten random
//! characters and one check character.
//!
//! They cannot be guessed and do not count up, so a number alone proves that its holder has seen the paper.

use jiff::civil::Date;

use crate::ids::{IdError, ReportNo};

/// The alphabet of social credit codes: digits and letters without I, O, S, V and Z.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const PREFIX: &str = "CQ";
const RANDOM: usize = 10;
/// `CQ`, letter, eight digits, random part, check character.
const LENGTH: usize = 2 + 1 + 8 + RANDOM + 1;

/// A number for a paper of this kind made on `day`, from the machine's random bytes. Fails as `byte` does, or when the
/// letter cannot stand in a number.
pub fn compose<E: From<IdError>>(
    letter: char,
    day: Date,
    mut byte: impl FnMut() -> Result<u8, E>,
) -> Result<ReportNo, E> {
    let mut text = format!("{PREFIX}{letter}{:04}{:02}{:02}", day.year(), day.month(), day.day());
    let mut left = RANDOM;
    while left > 0 {
        let random = byte()?;
        // 248 is the largest multiple of 31 in a byte: above it the remainder would not be even.
        if random < 248 {
            text.push(char::from(ALPHABET[usize::from(random % 31)]));
            left -= 1;
        }
    }
    text.push(check_character(&text));
    Ok(ReportNo::parse(&text)?)
}

/// The letter that says which kind of paper a number is of.
pub fn letter(number: &ReportNo) -> Option<char> {
    number.as_str().strip_prefix(PREFIX)?.chars().next()
}

/// The text has the form of such a number and its check character is right. Spaces and small letters are taken.
pub fn parse(text: &str) -> Option<ReportNo> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase();
    if text.len() != LENGTH || !text.is_ascii() || !text.starts_with(PREFIX) {
        return None;
    }
    let (body, check) = text.split_at(LENGTH - 1);
    let fits = check.starts_with(check_character(body));
    fits.then(|| ReportNo::parse(&text).ok()).flatten()
}

/// Weights are powers of three modulo 31, as in social credit codes; letters outside the alphabet stand for
/// their code point modulo 31.
fn check_character(body: &str) -> char {
    let mut weight = 1_usize;
    let mut sum = 0_usize;
    for byte in body.bytes() {
        let value = ALPHABET.iter().position(|&known| known == byte).unwrap_or(usize::from(byte) % 31);
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    char::from(ALPHABET[(31 - sum % 31) % 31])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(start: u8) -> ReportNo {
        let mut next = start;
        let bytes = || {
            next = next.wrapping_add(83);
            Ok::<u8, IdError>(next)
        };
        compose('Z', jiff::civil::date(2026, 11, 10), bytes).unwrap()
    }

    #[test]
    fn a_number_reads_back_and_says_its_kind() {
        let one = made(0);
        assert!(one.as_str().starts_with("CQZ20261110"), "{one}");
        assert_eq!((one.as_str().len(), letter(&one)), (LENGTH, Some('Z')));
        assert_ne!(one, made(1));
        assert_eq!(parse(&one.as_str().to_lowercase()), Some(one));
    }

    #[test]
    fn a_mistyped_number_is_noticed() {
        let number = made(7).to_string();
        for at in 2..LENGTH {
            let typed = if number.as_bytes()[at] == b'7' { "4" } else { "7" };
            let wrong = format!("{}{typed}{}", &number[..at], &number[at + 1..]);
            assert_eq!(parse(&wrong), None, "{wrong}");
        }
    }
}
