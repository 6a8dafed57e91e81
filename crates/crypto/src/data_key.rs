//! Data keys: one for what one file holds. Wrapped under a key of the store it lies beside what it seals.

use std::fmt;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};

use crate::scheme::NONCE;
use crate::{CryptoError, Secret, random};

/// A key of 256 bits for AES-GCM, whatever the platform's suite: formats that are shared with other programs know no
/// other cipher. What wraps it is of the suite.
pub struct DataKey {
    bytes: Secret,
    cipher: Aes256Gcm,
}

impl DataKey {
    /// Bytes of a data key.
    pub const LENGTH: usize = 32;

    /// A new one.
    pub(crate) fn fresh() -> Result<Self, CryptoError> {
        Self::of(random::secret(Self::LENGTH)?)
    }

    /// The key of these bytes.
    pub(crate) fn of(bytes: Secret) -> Result<Self, CryptoError> {
        let cipher = Aes256Gcm::new_from_slice(bytes.bytes()).map_err(|_| CryptoError::Form("a data key"))?;
        Ok(Self { bytes, cipher })
    }

    /// The bytes themselves, for a library that seals with them.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.bytes()
    }

    /// Opens what was sealed with this key: ciphertext and tag, with what is bound to it.
    pub fn open(&self, nonce: &[u8; NONCE], bound: &[u8], body: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let payload = Payload { msg: body, aad: bound };
        self.cipher.decrypt(nonce.into(), payload).map_err(|_| CryptoError::DoesNotOpen)
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(**)")
    }
}
