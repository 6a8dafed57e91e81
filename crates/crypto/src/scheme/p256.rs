//! ECDSA on P-256 over SHA-256, its numbers drawn from key and message (RFC 6979).

use p256::ecdsa::signature::{Signer, Verifier};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use p256::pkcs8::{DecodePublicKey, EncodePublicKey};

use super::Signs;
use crate::{CryptoError, Secret, random};

/// The international way to sign for those who do not know Ed25519.
pub(crate) struct EcdsaP256;

impl Signs for EcdsaP256 {
    fn generate(&self) -> Result<Secret, CryptoError> {
        random::scalar(|bytes| SigningKey::from_slice(bytes).is_ok())
    }

    fn public_key(&self, private: &Secret) -> Result<Vec<u8>, CryptoError> {
        let der = key(private)?.verifying_key().to_public_key_der();
        Ok(der.map_err(|_| CryptoError::Primitive("p-256"))?.into_vec())
    }

    fn is_public_key(&self, der: &[u8]) -> bool {
        VerifyingKey::from_public_key_der(der).is_ok()
    }

    fn sign(&self, private: &Secret, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let signed: Signature =
            key(private)?.try_sign(message).map_err(|_| CryptoError::Primitive("p-256"))?;
        Ok(signed.to_der().as_bytes().to_vec())
    }

    fn verify(&self, public_der: &[u8], message: &[u8], signature: &[u8]) -> Result<(), CryptoError> {
        let public =
            VerifyingKey::from_public_key_der(public_der).map_err(|_| CryptoError::Primitive("p-256"))?;
        let signature = Signature::from_der(signature).map_err(|_| CryptoError::Forged)?;
        public.verify(message, &signature).map_err(|_| CryptoError::Forged)
    }
}

fn key(private: &Secret) -> Result<SigningKey, CryptoError> {
    SigningKey::from_slice(private.bytes()).map_err(|_| CryptoError::Primitive("p-256"))
}
