//! The algorithms, each behind the same two small traits.

mod ed25519;
mod gcm;
mod p256;
mod sm2;

pub(crate) use self::ed25519::Ed25519;
pub(crate) use self::gcm::{Aes256Gcm, Sm4Gcm};
pub(crate) use self::p256::EcdsaP256;
pub use self::sm2::SM2_DIST_ID;
pub(crate) use self::sm2::Sm2;

use crate::{CryptoError, Secret};

/// Bytes of a nonce: 96 bits, drawn at random for each value. With one key at most 2^32 values are sealed, more than
/// a city has; a key is rotated long before.
pub const NONCE: usize = 12;

/// A way to sign.
pub trait Signs: Send + Sync {
    /// A new private key.
    fn generate(&self) -> Result<Secret, CryptoError>;

    /// The public half: subject public key info, DER.
    fn public_key(&self, private: &Secret) -> Result<Vec<u8>, CryptoError>;

    /// Whether the bytes are a public key of this kind.
    fn is_public_key(&self, der: &[u8]) -> bool;

    /// Signs the message.
    fn sign(&self, private: &Secret, message: &[u8]) -> Result<Vec<u8>, CryptoError>;

    /// That the signature is over this message by the key with this public half.
    fn verify(&self, public_der: &[u8], message: &[u8], signature: &[u8]) -> Result<(), CryptoError>;
}

/// A way to seal: authenticated encryption with associated data.
pub trait Seals: Send + Sync {
    /// Bytes of a key.
    fn key_length(&self) -> usize;

    /// Ciphertext and tag of the value; `bound` is not in it, and must be the same to open it.
    fn seal(
        &self,
        key: &Secret,
        nonce: &[u8; NONCE],
        bound: &[u8],
        value: &[u8],
    ) -> Result<Vec<u8>, CryptoError>;

    /// The value, if nothing was changed.
    fn open(
        &self,
        key: &Secret,
        nonce: &[u8; NONCE],
        bound: &[u8],
        body: &[u8],
    ) -> Result<Secret, CryptoError>;
}
