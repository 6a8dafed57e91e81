//! Bytes as text and back: base64url without padding, as it stands in columns and files.

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::CryptoError;

/// The text of the bytes.
pub(crate) fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// The bytes of the text, which must be the only text of these bytes.
pub(crate) fn decode(text: &str, what: &'static str) -> Result<Vec<u8>, CryptoError> {
    Base64UrlUnpadded::decode_vec(text).map_err(|_| CryptoError::Form(what))
}

/// Lower-case hexadecimal digits.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes of hexadecimal digits, of either case.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

/// Several texts as one run of bytes that cannot be read in two ways: each with its length before it.
pub(crate) fn joined(parts: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_form_only() {
        assert_eq!(encode(&[0xff, 0xfe]), "__4");
        assert_eq!(decode("__4", "x").unwrap(), [0xff, 0xfe]);
        for other in ["__5", "__4=", "//4", "__4 ", "_"] {
            assert!(decode(other, "x").is_err(), "{other}");
        }
    }

    #[test]
    fn parts_cannot_be_shifted_into_each_other() {
        assert_ne!(joined(&["ab", "c"]), joined(&["a", "bc"]));
        assert_ne!(joined(&["", "a"]), joined(&["a", ""]));
    }

    #[test]
    fn hexadecimal_digits_come_back() {
        assert_eq!(from_hex(&to_hex(&[0, 10, 255])).unwrap(), [0, 10, 255]);
        assert!(from_hex("0").is_none() && from_hex("zz").is_none() && from_hex("+1").is_none());
    }
}
