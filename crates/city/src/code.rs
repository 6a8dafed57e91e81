//! Invented credit codes and identity hashes: right in every check digit, and never those of a real firm or person.

use jq_base::sm3;

use crate::dice::mix;

/// The key under which the city's units hash resident identity numbers.
pub const CITY_KEY: &[u8] = b"jinqiao synthetic city: no living person";

const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const WEIGHTS: [u64; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const ORG_WEIGHTS: [u64; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
const ID_WEIGHTS: [u64; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// 31 to the power of 5.
const BODIES: u64 = 28_629_151;

/// A valid credit code of subject `number`: `class` is `91`, `92`, `93` or `N2`, `division` the registrar's.
///
/// Bodies begin with `MA` and a letter that the registrar has not come to yet, so that no real firm is hit.
pub(crate) fn uscc(class: &str, division: &str, year: i32, seed: u64, number: u64) -> String {
    let series = match year {
        ..=2014 => b'P',
        2015..=2017 => b'R',
        2018..=2020 => b'T',
        2021..=2022 => b'U',
        2023..=2024 => b'W',
        _ => b'Y',
    };
    let mut left = (number * 7_368_787 + mix(seed) % BODIES) % BODIES;
    let mut body = [b'M', b'A', series, 0, 0, 0, 0, 0];
    for place in (3..8).rev() {
        body[place] = ALPHABET[(left % 31) as usize];
        left /= 31;
    }
    let mut code = String::with_capacity(18);
    code.push_str(class);
    code.push_str(division);
    code.extend(body.iter().map(|byte| char::from(*byte)));
    code.push(organisation_check(body));
    code.push(uscc_check(&code));
    code
}

/// The ninth character of an organisation code.
fn organisation_check(body: [u8; 8]) -> char {
    let value = |byte: u8| u64::from(if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' + 10 });
    let sum: u64 = body.iter().zip(ORG_WEIGHTS).map(|(byte, weight)| value(*byte) * weight).sum();
    match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from(b'0' + digit as u8),
    }
}

/// The eighteenth character of a credit code, from the first seventeen.
fn uscc_check(code: &str) -> char {
    let value = |byte: u8| ALPHABET.iter().position(|letter| *letter == byte).unwrap_or(0) as u64;
    let sum: u64 = code.bytes().zip(WEIGHTS).map(|(byte, weight)| value(byte) * weight).sum();
    char::from(ALPHABET[((31 - sum % 31) % 31) as usize])
}

/// The same code with a last character that cannot be right.
pub(crate) fn spoiled(code: &str) -> String {
    let last = code.bytes().next_back().unwrap_or(b'0');
    let place = ALPHABET.iter().position(|letter| *letter == last).unwrap_or(0);
    let kept = code.len().saturating_sub(1);
    format!("{}{}", &code[..kept], char::from(ALPHABET[(place + 7) % 31]))
}

/// How many identity numbers the city can give out: districts, birthdays from 1850 to 1899, and a thousand each.
const PEOPLE: u64 = 20 * 50 * 12 * 28 * 1_000;
/// Shares no factor with [`PEOPLE`], so that two persons never get one number.
const STRIDE: u64 = 207_658_421;

/// The invented resident identity number of a person. It passes every check; births lie between 1850 and 1899,
/// so that nobody who lives has it.
pub(crate) fn identity_number(seed: u64, person: u64) -> String {
    let mut left = (person % PEOPLE * STRIDE + mix(seed) % PEOPLE) % PEOPLE;
    let mut draw = |count: u64| {
        let drawn = left % count;
        left /= count;
        drawn
    };
    let (order, division, year) = (draw(1_000), 500_101 + draw(20), 1850 + draw(50));
    let (month, day) = (1 + draw(12), 1 + draw(28));
    let number = format!("{division}{year}{month:02}{day:02}{order:03}");
    let sum: u64 =
        number.bytes().zip(ID_WEIGHTS).map(|(digit, weight)| u64::from(digit - b'0') * weight).sum();
    format!("{number}{}", char::from(b"10X98765432"[(sum % 11) as usize]))
}

/// The hash under which the city's units deliver a person's records; the number itself is in none of them.
pub(crate) fn identity_hash(seed: u64, person: u64) -> String {
    sm3::keyed_hex(CITY_KEY, identity_number(seed, person).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    use jq_base::resident_id::ResidentId;

    #[test]
    fn check_digits_are_those_of_the_standards() {
        assert_eq!(organisation_check(*b"MAC8YUW2"), '3');
        assert_eq!(organisation_check(*b"MAE1234A"), 'X');
        assert_eq!(organisation_check(*b"MA7TEX01"), '0');
        assert_eq!(uscc_check("91500102MAC8YUW23"), 'Y');
        assert_eq!(uscc_check("91500107MA7TEX010"), '0');
        assert_eq!(uscc_check("N2500116MA7HJKLM7"), 'U');
    }

    #[test]
    fn no_two_subjects_share_a_code() {
        let codes: BTreeSet<String> = (0..50_000).map(|n| uscc("91", "500116", 2023, 7, n)).collect();
        assert_eq!(codes.len(), 50_000);
    }

    #[test]
    fn no_two_people_share_an_identity_number() {
        let numbers: BTreeSet<String> = (0..50_000).map(|person| identity_number(7, person)).collect();
        assert_eq!(numbers.len(), 50_000);
    }

    #[test]
    fn an_identity_number_is_hashed_as_the_platform_hashes_what_a_person_types() {
        let number = ResidentId::parse(&identity_number(7, 16), crate::UNTIL).expect("every check fits");
        assert_eq!(number.keyed_hash(CITY_KEY), identity_hash(7, 16));
        let born = number.birth_date().expect("a day that exists");
        assert!((1850..1900).contains(&born.year()), "{born}");
    }

    #[test]
    fn a_spoiled_code_is_never_right() {
        let code = uscc("93", "500116", 2019, 7, 12);
        let wrong = spoiled(&code);
        assert_eq!(wrong.len(), 18);
        assert_ne!(uscc_check(&wrong[..17]), wrong.chars().next_back().expect("18 characters"));
    }
}
