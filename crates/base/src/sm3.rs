//! SM3, the national hash standard (GB/T 32905), and its keyed form (HMAC).

use ::sm3::{Digest, Sm3};

/// Bytes SM3 takes in at once; the HMAC key is padded to it.
const BLOCK: usize = 64;

/// A hash that is fed piece by piece.
#[derive(Clone, Debug, Default)]
pub struct Hasher(Sm3);

impl Hasher {
    /// A hash of nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds more bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash of all bytes added: 64 lower-case hexadecimal digits.
    pub fn finish_hex(self) -> String {
        to_hex(&self.0.finalize())
    }
}

/// The SM3 hash of `bytes`, raw.
pub fn digest(bytes: &[u8]) -> [u8; 32] {
    Sm3::digest(bytes).into()
}

/// The SM3 hash of `bytes`: 64 lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    to_hex(&Sm3::digest(bytes))
}

/// HMAC-SM3 of `bytes` under `key` (RFC 2104): 64 lower-case hexadecimal digits.
pub fn keyed_hex(key: &[u8], bytes: &[u8]) -> String {
    let mut block = [0_u8; BLOCK];
    if key.len() > BLOCK {
        let hashed = Sm3::digest(key);
        block[..hashed.len()].copy_from_slice(&hashed);
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let mut inner = Sm3::new();
    inner.update(block.map(|byte| byte ^ 0x36));
    inner.update(bytes);
    let mut outer = Sm3::new();
    outer.update(block.map(|byte| byte ^ 0x5c));
    outer.update(inner.finalize());
    to_hex(&outer.finalize())
}

fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_example_agrees() {
        assert_eq!(hex(b"abc"), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
        let long = b"abcd".repeat(16);
        assert_eq!(hex(&long), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
    }

    #[test]
    fn a_hash_fed_in_pieces_is_the_same() {
        let mut hasher = Hasher::new();
        hasher.update(b"a");
        hasher.update(b"bc");
        assert_eq!(hasher.finish_hex(), hex(b"abc"));
    }

    #[test]
    fn the_key_matters_and_a_long_key_is_hashed_first() {
        assert_ne!(keyed_hex(b"a", b"x"), keyed_hex(b"b", b"x"));
        let long = [7_u8; 100];
        let mut short = Vec::new();
        short.extend_from_slice(&Sm3::digest(long));
        assert_eq!(keyed_hex(&long, b"x"), keyed_hex(&short, b"x"));
    }
}
