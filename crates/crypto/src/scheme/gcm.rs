//! Galois/Counter Mode (NIST SP 800-38D) over either block cipher, by the kept crate.

use std::marker::PhantomData;

use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, AeadCore, Payload};
use aes_gcm::{AesGcm, KeyInit};
use sm4::Sm4;

use super::{NONCE, Seals};
use crate::{CryptoError, Secret};

/// The international way to seal: AES with keys of 256 bits.
pub(crate) type Aes256Gcm = Gcm<aes_gcm::Aes256Gcm>;

/// The national way to seal: SM4 (GB/T 32907) as RFC 8998 has it. The mode is the one of AES-GCM; its crate takes
/// every block cipher of 128 bits.
pub(crate) type Sm4Gcm = Gcm<AesGcm<Sm4, U12>>;

/// Sealing with the mode `C`.
pub(crate) struct Gcm<C>(PhantomData<fn() -> C>);

impl<C> Gcm<C> {
    pub(crate) const NEW: Self = Self(PhantomData);
}

impl<C: Aead + KeyInit + AeadCore<NonceSize = U12>> Seals for Gcm<C> {
    fn key_length(&self) -> usize {
        C::key_size()
    }

    fn seal(
        &self,
        key: &Secret,
        nonce: &[u8; NONCE],
        bound: &[u8],
        value: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        let cipher = C::new_from_slice(key.bytes()).map_err(|_| CryptoError::Primitive("gcm"))?;
        let payload = Payload { msg: value, aad: bound };
        cipher.encrypt(nonce.into(), payload).map_err(|_| CryptoError::Primitive("gcm"))
    }

    fn open(
        &self,
        key: &Secret,
        nonce: &[u8; NONCE],
        bound: &[u8],
        body: &[u8],
    ) -> Result<Secret, CryptoError> {
        let cipher = C::new_from_slice(key.bytes()).map_err(|_| CryptoError::Primitive("gcm"))?;
        let payload = Payload { msg: body, aad: bound };
        cipher.decrypt(nonce.into(), payload).map(Secret::new).map_err(|_| CryptoError::DoesNotOpen)
    }
}
