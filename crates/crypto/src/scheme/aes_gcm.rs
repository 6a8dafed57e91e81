//! AES-256 in Galois/Counter Mode (NIST SP 800-38D).

use super::{NONCE, Seals, gcm};
use crate::{CryptoError, Secret};

/// The international way to seal.
pub(crate) struct Aes256Gcm;

impl Seals for Aes256Gcm {
    fn key_length(&self) -> usize {
        32
    }

    fn seal(
        &self,
        key: &Secret,
        nonce: &[u8; NONCE],
        bound: &[u8],
        value: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        gcm::seal::<aes_gcm::Aes256Gcm>(key, nonce, bound, value)
    }

    fn open(
        &self,
        key: &Secret,
        nonce: &[u8; NONCE],
        bound: &[u8],
        body: &[u8],
    ) -> Result<Secret, CryptoError> {
        gcm::open::<aes_gcm::Aes256Gcm>(key, nonce, bound, body)
    }
}
