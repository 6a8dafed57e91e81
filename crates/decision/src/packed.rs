//! A vector as it is kept: two bits say what each value is, whole numbers take as few bytes as they need, and the names
//! of the features stand once in their version.

use base64ct::{Base64Unpadded, Encoding};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What the two bits of a value say.
const UNKNOWN: u8 = 0;
const ZERO: u8 = 1;
const WHOLE: u8 = 2;
const REAL: u8 = 3;

/// Whole numbers below this are exact in a double.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Values in text, for `#[serde(with = "packed")]`; a list, as earlier releases kept them, is read as well.
pub(crate) fn serialize<S: Serializer>(values: &[Option<f64>], serializer: S) -> Result<S::Ok, S::Error> {
    let packed = Packed { count: values.len(), bytes: Base64Unpadded::encode_string(&pack(values)) };
    packed.serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Option<f64>>, D::Error> {
    match Kept::deserialize(deserializer)? {
        Kept::List(values) => Ok(values),
        Kept::Packed(packed) => {
            let bytes = Base64Unpadded::decode_vec(&packed.bytes).map_err(D::Error::custom)?;
            unpack(&bytes, packed.count).ok_or_else(|| D::Error::custom("the packed values end too early"))
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Packed {
    count: usize,
    bytes: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Kept {
    Packed(Packed),
    List(Vec<Option<f64>>),
}

fn pack(values: &[Option<f64>]) -> Vec<u8> {
    let mut kinds = vec![0u8; values.len().div_ceil(4)];
    let mut numbers = Vec::with_capacity(values.len() * 2);
    for (at, value) in values.iter().enumerate() {
        let kind = match *value {
            None => UNKNOWN,
            Some(value) if value.to_bits() == 0 => ZERO,
            Some(value) if value.fract() == 0.0 && value.abs() < EXACT && value.abs() > 0.0 => {
                push_whole(&mut numbers, value);
                WHOLE
            }
            Some(value) => {
                numbers.extend_from_slice(&value.to_le_bytes());
                REAL
            }
        };
        kinds[at / 4] |= kind << (at % 4 * 2);
    }
    kinds.extend(numbers);
    kinds
}

fn unpack(bytes: &[u8], count: usize) -> Option<Vec<Option<f64>>> {
    let (kinds, mut numbers) = bytes.split_at_checked(count.div_ceil(4))?;
    let mut values = Vec::with_capacity(count);
    for at in 0..count {
        values.push(match kinds[at / 4] >> (at % 4 * 2) & 3 {
            UNKNOWN => None,
            ZERO => Some(0.0),
            WHOLE => Some(take_whole(&mut numbers)?),
            _ => {
                let (real, rest) = numbers.split_first_chunk::<8>()?;
                numbers = rest;
                Some(f64::from_le_bytes(*real))
            }
        });
    }
    Some(values)
}

/// The sign in the lowest bit, then seven bits a byte, lowest first.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and below 2^53")]
fn push_whole(numbers: &mut Vec<u8>, value: f64) {
    let mut rest = (value.abs() as u64) << 1 | u64::from(value.is_sign_negative());
    while rest >= 0x80 {
        numbers.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    numbers.push(rest as u8);
}

#[expect(clippy::cast_precision_loss, reason = "below 2^53 when it was written")]
fn take_whole(numbers: &mut &[u8]) -> Option<f64> {
    let (mut value, mut shift) = (0u64, 0);
    loop {
        let (byte, rest) = numbers.split_first()?;
        *numbers = rest;
        value |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            break;
        }
        shift += 7;
    }
    let size = (value >> 1) as f64;
    Some(if value & 1 == 1 { -size } else { size })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Serialize, Deserialize)]
    struct Held {
        #[serde(with = "super")]
        values: Vec<Option<f64>>,
    }

    #[test]
    fn every_value_comes_back_to_the_bit() {
        let mut values: Vec<Option<f64>> =
            vec![None, Some(0.0), Some(-0.0), Some(1.0), Some(-1.0), Some(0.1)];
        values.extend([EXACT - 1.0, EXACT, EXACT * 4.0, -EXACT + 1.0, 63.0, 64.0, 127.0, 128.0].map(Some));
        values.extend([f64::MAX, f64::MIN_POSITIVE, -1e-300, 1.0 / 3.0, 12_345_678.9].map(Some));
        for count in 0..=values.len() {
            let held = Held { values: values[..count].to_vec() };
            let text = serde_json::to_string(&held).unwrap();
            let back: Held = serde_json::from_str(&text).unwrap();
            let bits = |values: &[Option<f64>]| -> Vec<Option<u64>> {
                values.iter().map(|value| value.map(f64::to_bits)).collect()
            };
            assert_eq!(bits(&back.values), bits(&held.values), "{text}");
        }
    }

    #[test]
    fn a_list_is_read_too() {
        let held: Held = serde_json::from_str(r#"{ "values": [1.5, null, 0.0] }"#).unwrap();
        assert_eq!(held.values, [Some(1.5), None, Some(0.0)]);
    }

    #[test]
    fn what_was_cut_off_is_an_error() {
        let packed = pack(&[Some(0.1), Some(1_000_000.0)]);
        for end in 0..packed.len() {
            assert_eq!(unpack(&packed[..end], 2), None, "{end}");
        }
    }
}
