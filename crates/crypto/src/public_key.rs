//! The public half of a signing key, as others take it.

use p256::pkcs8::Document;
use p256::pkcs8::der::pem::LineEnding;

use crate::CryptoError;
use crate::algorithm::Algorithm;

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
        let der = document.as_bytes();
        let fits = |algorithm: &Algorithm| algorithm.signs().is_some_and(|signs| signs.is_public_key(der));
        let algorithm = Algorithm::ALL.into_iter().find(fits).filter(|_| label == LABEL).ok_or(WHAT)?;
        Ok(Self::new(algorithm, der.to_vec()))
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

    /// That the signature is over this message by this key.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), CryptoError> {
        let signs = self.algorithm.signs().ok_or(CryptoError::Forged)?;
        signs.verify(&self.der, message, signature)
    }
}
