//! Ed25519 (RFC 8032).

use ed25519_dalek::pkcs8::{DecodePublicKey, EncodePublicKey};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use super::Signs;
use crate::{CryptoError, Secret, random};

/// The international way to sign.
pub(crate) struct Ed25519;

impl Signs for Ed25519 {
    fn generate(&self) -> Result<Secret, CryptoError> {
        random::secret(32)
    }

    fn public_key(&self, private: &Secret) -> Result<Vec<u8>, CryptoError> {
        let der = key(private)?.verifying_key().to_public_key_der();
        Ok(der.map_err(|_| CryptoError::Primitive("ed25519"))?.into_vec())
    }

    fn is_public_key(&self, der: &[u8]) -> bool {
        VerifyingKey::from_public_key_der(der).is_ok()
    }

    fn sign(&self, private: &Secret, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let signed = key(private)?.try_sign(message).map_err(|_| CryptoError::Primitive("ed25519"))?;
        Ok(signed.to_vec())
    }

    fn verify(&self, public_der: &[u8], message: &[u8], signature: &[u8]) -> Result<(), CryptoError> {
        let public =
            VerifyingKey::from_public_key_der(public_der).map_err(|_| CryptoError::Primitive("ed25519"))?;
        let signature = Signature::from_slice(signature).map_err(|_| CryptoError::Forged)?;
        // Strict: a signature that fits several messages or keys of small order is none.
        public.verify_strict(message, &signature).map_err(|_| CryptoError::Forged)
    }
}

fn key(private: &Secret) -> Result<SigningKey, CryptoError> {
    SigningKey::try_from(private.bytes()).map_err(|_| CryptoError::Primitive("ed25519"))
}
