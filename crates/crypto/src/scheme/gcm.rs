//! Galois/Counter Mode (NIST SP 800-38D) over whichever block cipher, by the kept crate.

use aes_gcm::KeyInit;
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, AeadCore, Payload};

use super::NONCE;
use crate::{CryptoError, Secret};

/// Seals with the mode `C`.
pub(super) fn seal<C: Aead + KeyInit + AeadCore<NonceSize = U12>>(
    key: &Secret,
    nonce: &[u8; NONCE],
    bound: &[u8],
    value: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    let cipher = C::new_from_slice(key.bytes()).map_err(|_| CryptoError::Primitive("gcm"))?;
    let payload = Payload { msg: value, aad: bound };
    cipher.encrypt(nonce.into(), payload).map_err(|_| CryptoError::Primitive("gcm"))
}

/// Opens with the mode `C`.
pub(super) fn open<C: Aead + KeyInit + AeadCore<NonceSize = U12>>(
    key: &Secret,
    nonce: &[u8; NONCE],
    bound: &[u8],
    body: &[u8],
) -> Result<Secret, CryptoError> {
    let cipher = C::new_from_slice(key.bytes()).map_err(|_| CryptoError::Primitive("gcm"))?;
    let payload = Payload { msg: body, aad: bound };
    cipher.decrypt(nonce.into(), payload).map(Secret::new).map_err(|_| CryptoError::DoesNotOpen)
}
