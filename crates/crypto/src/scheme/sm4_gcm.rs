//! SM4, the national block cipher (GB/T 32907), in Galois/Counter Mode as RFC 8998 has it.

use aes_gcm::AesGcm;
use aes_gcm::aead::consts::U12;
use sm4::Sm4;

use super::{NONCE, Seals, gcm};
use crate::{CryptoError, Secret};

/// The mode is the one of AES-GCM; its crate takes every block cipher of 128 bits.
type Mode = AesGcm<Sm4, U12>;

/// The national way to seal.
pub(crate) struct Sm4Gcm;

impl Seals for Sm4Gcm {
    fn key_length(&self) -> usize {
        16
    }

    fn seal(
        &self,
        key: &Secret,
        nonce: &[u8; NONCE],
        bound: &[u8],
        value: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        gcm::seal::<Mode>(key, nonce, bound, value)
    }

    fn open(
        &self,
        key: &Secret,
        nonce: &[u8; NONCE],
        bound: &[u8],
        body: &[u8],
    ) -> Result<Secret, CryptoError> {
        gcm::open::<Mode>(key, nonce, bound, body)
    }
}
