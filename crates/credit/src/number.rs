//! Report numbers: `CQ`, the edition's letter, the day, ten random characters and one check character.
//!
//! They cannot be guessed and do not count up, so a number alone proves that its holder has seen the report.

use jiff::civil::Date;
use jq_base::ids::ReportNo;
use rand::TryRng;
use rand::rngs::SysRng;

/// The alphabet of social credit codes: digits and letters without I, O, S, V and Z.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const PREFIX: &str = "CQ";
const RANDOM: usize = 10;
/// `CQ`, letter, eight digits, random part, check character.
const LENGTH: usize = 2 + 1 + 8 + RANDOM + 1;

/// No report number could be made.
#[derive(Debug, thiserror::Error)]
pub enum NumberError {
    /// The machine gave no random bytes.
    #[error("no random bytes from the machine")]
    Random(#[from] rand::rngs::SysError),
    /// The content file names a letter that cannot stand in a number.
    #[error("edition letter cannot stand in a report number")]
    Letter(#[from] jq_base::ids::IdError),
}

/// A fresh number for a report of the edition drawn on `day`.
pub fn fresh(letter: char, day: Date) -> Result<ReportNo, NumberError> {
    let mut text = format!("{PREFIX}{letter}{:04}{:02}{:02}", day.year(), day.month(), day.day());
    let mut left = RANDOM;
    while left > 0 {
        let mut byte = [0_u8];
        SysRng.try_fill_bytes(&mut byte)?;
        // 248 is the largest multiple of 31 in a byte: above it the remainder would not be even.
        if byte[0] < 248 {
            text.push(char::from(ALPHABET[usize::from(byte[0] % 31)]));
            left -= 1;
        }
    }
    text.push(check_character(&text));
    Ok(ReportNo::parse(&text)?)
}

/// The text has the form of a report number and its check character is right. Spaces and small letters are taken.
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

    #[test]
    fn a_fresh_number_reads_back_and_no_two_are_alike() {
        let day = jiff::civil::date(2026, 11, 10);
        let (one, two) = (fresh('Z', day).unwrap(), fresh('Z', day).unwrap());
        assert!(one.as_str().starts_with("CQZ20261110"), "{one}");
        assert_eq!(one.as_str().len(), LENGTH);
        assert_ne!(one, two);
        assert_eq!(parse(&one.as_str().to_lowercase()), Some(one));
    }

    #[test]
    fn a_mistyped_number_is_noticed() {
        let number = fresh('Z', jiff::civil::date(2026, 11, 10)).unwrap().to_string();
        for at in 2..LENGTH {
            let typed = if number.as_bytes()[at] == b'7' { "4" } else { "7" };
            let wrong = format!("{}{typed}{}", &number[..at], &number[at + 1..]);
            assert_eq!(parse(&wrong), None, "{wrong}");
        }
    }
}
