//! A digest of what comes piece by piece, such as the body of a request.

use jq_base::sm3;
use sha2::{Digest as _, Sha256};

use crate::algorithm::Algorithm;
use crate::text;

/// A digest that is fed piece by piece: SM3 beside SM2, SHA-256 beside everything else.
#[derive(Clone, Debug)]
pub struct Digest(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Sm3(sm3::Hasher),
    Sha256(Sha256),
}

impl Digest {
    /// The digest that goes with signatures of this algorithm, of nothing yet.
    pub fn beside(algorithm: Algorithm) -> Self {
        Self(match algorithm {
            Algorithm::Sm2Sm3 | Algorithm::Sm4Gcm => Kind::Sm3(sm3::Hasher::new()),
            Algorithm::Ed25519 | Algorithm::EcdsaP256 | Algorithm::Aes256Gcm => Kind::Sha256(Sha256::new()),
        })
    }

    /// Adds more bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            Kind::Sm3(hasher) => hasher.update(bytes),
            Kind::Sha256(hasher) => hasher.update(bytes),
        }
    }

    /// The digest of all bytes added: 64 lower-case hexadecimal digits.
    pub fn finish_hex(self) -> String {
        match self.0 {
            Kind::Sm3(hasher) => hasher.finish_hex(),
            Kind::Sha256(hasher) => text::to_hex(&hasher.finalize()),
        }
    }
}

/// The SHA-256 digest of `bytes`, as lower-case hexadecimal digits: how others name a key or a certificate.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    text::to_hex(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_have_the_digest_of_the_whole() {
        for (algorithm, expected) in [
            (Algorithm::Sm2Sm3, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
            (Algorithm::EcdsaP256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ] {
            let mut digest = Digest::beside(algorithm);
            digest.update(b"a");
            digest.update(b"bc");
            assert_eq!(digest.finish_hex(), expected, "{algorithm}");
        }
    }
}
