//! The public half of a signing key, as others take it.

use p256::pkcs8::Document;
use p256::pkcs8::der::pem::LineEnding;

use crate::algorithm::Algorithm;
use crate::{CryptoError, digest};

const LABEL: &str = "PUBLIC KEY";

/// A public key with what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    algorithm: Algorithm,
    /// Subject public key info (X.509), DER.
    der: Vec<u8>,
}

impl PublicKey {
    pub(crate) fn new(algorithm: Algorithm, der: Vec<u8>) -> Self {
        Self { algorithm, der }
    }

    /// Reads a key in PEM, as OpenSSL writes it; its kind is in it.
    pub fn parse_pem(pem: &str) -> Result<Self, CryptoError> {
        const WHAT: CryptoError = CryptoError::Form("a public key in PEM");
        let (label, document) = Document::from_pem(pem).map_err(|_| WHAT)?;
        if label != LABEL {
            return Err(WHAT);
        }
        Self::parse_der(document.as_bytes()).map_err(|_| WHAT)
    }

    /// Reads a key in DER; its kind is in it.
    pub fn parse_der(der: &[u8]) -> Result<Self, CryptoError> {
        let fits = |algorithm: &Algorithm| algorithm.signs().is_some_and(|signs| signs.is_public_key(der));
        let algorithm = Algorithm::ALL.into_iter().find(fits);
        Ok(Self::new(algorithm.ok_or(CryptoError::Form("a public key"))?, der.to_vec()))
    }

    /// What it verifies.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key in PEM (`-----BEGIN PUBLIC KEY-----`), as OpenSSL reads it.
    pub fn pem(&self) -> Result<String, CryptoError> {
        let document = Document::try_from(self.der.as_slice()).map_err(|_| CryptoError::Primitive("pem"))?;
        document.to_pem(LABEL, LineEnding::LF).map_err(|_| CryptoError::Primitive("pem"))
    }

    /// The SHA-256 digest of the key's DER bytes, 64 lower-case hexadecimal digits: everybody who has the key finds the
    /// same, by `openssl pkey -pubin -outform DER | sha256sum`.
    pub fn fingerprint(&self) -> String {
        digest::sha256_hex(&self.der)
    }

    /// That the signature is over this message by this key; it is DER for SM2 and ECDSA.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), CryptoError> {
        let signs = self.algorithm.signs().ok_or(CryptoError::Forged)?;
        signs.verify(&self.der, message, signature)
    }

    /// The same for a signature that comes as two numbers of 32 bytes after each other, as JSON Web Signatures have it
    /// (RFC 7518, section 3.4).
    pub fn verify_pair(&self, message: &[u8], pair: &[u8]) -> Result<(), CryptoError> {
        let der = match self.algorithm {
            Algorithm::EcdsaP256 => p256::ecdsa::Signature::from_slice(pair)
                .map(|signature| signature.to_der().as_bytes().to_vec())
                .map_err(|_| CryptoError::Forged)?,
            Algorithm::Sm2Sm3 => sm2::dsa::Signature::from_slice(pair)
                .map(|signature| signature.to_der().as_bytes().to_vec())
                .map_err(|_| CryptoError::Forged)?,
            Algorithm::Ed25519 | Algorithm::Sm4Gcm | Algorithm::Aes256Gcm => pair.to_vec(),
        };
        self.verify(message, &der)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Suite;
    use crate::algorithm::Use;

    #[test]
    fn a_signature_as_two_numbers_is_the_one_in_der() {
        for suite in [Suite::National, Suite::InternationalP256] {
            let algorithm = suite.algorithm(Use::Signing);
            let signs = algorithm.signs().unwrap();
            let private = signs.generate().unwrap();
            let public = PublicKey::new(algorithm, signs.public_key(&private).unwrap());
            let der = signs.sign(&private, b"message").unwrap();
            let pair = match algorithm {
                Algorithm::Sm2Sm3 => sm2::dsa::Signature::from_der(&der).unwrap().to_bytes().to_vec(),
                _ => p256::ecdsa::Signature::from_der(&der).unwrap().to_bytes().to_vec(),
            };
            assert_eq!(pair.len(), 64);
            public.verify_pair(b"message", &pair).unwrap();
            assert!(public.verify_pair(b"another", &pair).is_err());
            assert!(public.verify_pair(b"message", &pair[..63]).is_err());
            assert!(public.verify_pair(b"message", &[0; 64]).is_err());
        }
    }

    #[test]
    fn a_key_has_one_fingerprint_and_another_key_another() {
        let signs = Algorithm::Sm2Sm3.signs().unwrap();
        let key = || {
            let private = signs.generate().unwrap();
            PublicKey::new(Algorithm::Sm2Sm3, signs.public_key(&private).unwrap())
        };
        let one = key();
        assert_eq!(PublicKey::parse_pem(&one.pem().unwrap()).unwrap().fingerprint(), one.fingerprint());
        assert_ne!(key().fingerprint(), one.fingerprint());
    }
}
