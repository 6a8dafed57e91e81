//! Counts as figures, chance that can be repeated, and numbers out of cells.

/// A count as a figure.
#[expect(clippy::cast_precision_loss, reason = "counts of rows stay far below 2^53")]
pub(crate) fn figure(count: u64) -> f64 {
    count as f64
}

/// A length as a figure.
#[expect(clippy::cast_precision_loss, reason = "lengths stay far below 2^53")]
pub(crate) fn length(count: usize) -> f64 {
    count as f64
}

/// A sum of points as a figure.
#[expect(clippy::cast_precision_loss, reason = "sums of points stay far below 2^53")]
pub(crate) fn signed(points: i64) -> f64 {
    points as f64
}

/// A figure as a whole number of rows or points, rounded half away from zero and kept inside `i32`.
#[expect(clippy::cast_possible_truncation, reason = "a cast from f64 saturates")]
pub(crate) fn whole(figure: f64) -> i32 {
    figure.round() as i32
}

/// A share of `rows`, rounded up.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a count is a count, and a cast saturates"
)]
pub(crate) fn share_of(rows: u64, share: f64) -> u64 {
    (figure(rows) * share).ceil() as u64
}

/// Spreads a number over all 64 bits, so that neighbours have nothing in common.
pub(crate) fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A number below `end` drawn for `index`; the same for the same seed.
pub(crate) fn draw(seed: u64, index: u64, end: u64) -> u64 {
    ((u128::from(mix(mix(seed) ^ index)) * u128::from(end)) >> 64) as u64
}

/// A number in 0..1 drawn for `index`.
pub(crate) fn unit(seed: u64, index: u64) -> f64 {
    figure(mix(mix(seed) ^ index) >> 11) / 9_007_199_254_740_992.0
}

/// Whole numbers of up to this many digits are read without the general parser.
const PLAIN_DIGITS_MAX: usize = 15;

/// The number that a cell holds; nothing for words, and for what is no finite number.
pub(crate) fn parse(cell: &[u8]) -> Option<f64> {
    let (digits, minus) = match cell.split_first() {
        Some((b'-', rest)) => (rest, true),
        _ => (cell, false),
    };
    if !digits.is_empty() && digits.len() <= PLAIN_DIGITS_MAX && digits.iter().all(u8::is_ascii_digit) {
        let value = figure(digits.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')));
        return Some(if minus { -value } else { value });
    }
    // The general parser also takes `inf`, `nan` and `infinity`, which are words here.
    if !cell.iter().any(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(cell).ok()?.parse().ok().filter(|value: &f64| value.is_finite())
}

/// True for a whole number that is written with zeros in front, as codes are.
pub(crate) fn has_leading_zero(cell: &[u8]) -> bool {
    cell.len() > 1 && cell[0] == b'0' && cell.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_become_the_numbers_that_the_general_parser_reads() {
        for text in ["0", "-7", "123456789012345", "1e3", "-0.25", "9007199254740993", "+4"] {
            assert_eq!(parse(text.as_bytes()), text.parse().ok(), "{text}");
        }
        for text in ["", "-", "abc", "inf", "NaN", "-infinity", "1,000", "1e999", "12 "] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn codes_are_known_by_the_zeros_in_front() {
        assert!(has_leading_zero(b"00") && has_leading_zero(b"0312"));
        assert!(!has_leading_zero(b"0") && !has_leading_zero(b"0.5") && !has_leading_zero(b"10"));
    }

    #[test]
    fn draws_are_below_their_end_and_repeat() {
        for index in 0..1000 {
            assert!(draw(7, index, 3) < 3);
            assert_eq!(draw(7, index, 1000).to_string(), draw(7, index, 1000).to_string());
            assert!((0.0..1.0).contains(&unit(7, index)));
        }
    }
}
