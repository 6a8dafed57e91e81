//! SM2 signatures over SM3 (GB/T 32918.2), on the curve of GB/T 32918.5.

use sm2::dsa::signature::{Signer, Verifier};
use sm2::dsa::{Signature, SigningKey, VerifyingKey};
use sm2::pkcs8::{DecodePublicKey, EncodePublicKey};
use sm2::{PublicKey, SecretKey};

use super::Signs;
use crate::{CryptoError, Secret, random};

/// The identity of the signer that goes into every SM2 signature: the one that GM/T 0009 has for those who agreed on
/// no other. OpenSSL must be told it (`distid:1234567812345678`).
pub const SM2_DIST_ID: &str = "1234567812345678";

/// The national way to sign.
pub(crate) struct Sm2;

impl Signs for Sm2 {
    fn generate(&self) -> Result<Secret, CryptoError> {
        random::scalar(|bytes| SecretKey::from_slice(bytes).is_ok())
    }

    fn public_key(&self, private: &Secret) -> Result<Vec<u8>, CryptoError> {
        let der = key(private)?.verifying_key().to_public_key_der();
        Ok(der.map_err(|_| CryptoError::Primitive("sm2"))?.into_vec())
    }

    fn is_public_key(&self, der: &[u8]) -> bool {
        PublicKey::from_public_key_der(der).is_ok()
    }

    fn sign(&self, private: &Secret, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let signed: Signature = key(private)?.try_sign(message).map_err(|_| CryptoError::Primitive("sm2"))?;
        Ok(signed.to_der().as_bytes().to_vec())
    }

    fn verify(&self, public_der: &[u8], message: &[u8], signature: &[u8]) -> Result<(), CryptoError> {
        let public = PublicKey::from_public_key_der(public_der).map_err(|_| CryptoError::Primitive("sm2"))?;
        let public = VerifyingKey::new(SM2_DIST_ID, public).map_err(|_| CryptoError::Primitive("sm2"))?;
        let signature = Signature::from_der(signature).map_err(|_| CryptoError::Forged)?;
        public.verify(message, &signature).map_err(|_| CryptoError::Forged)
    }
}

fn key(private: &Secret) -> Result<SigningKey, CryptoError> {
    SigningKey::from_slice(SM2_DIST_ID, private.bytes()).map_err(|_| CryptoError::Primitive("sm2"))
}
