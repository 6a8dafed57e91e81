//! A detached signature as text.

use std::fmt;
use std::str::FromStr;

use crate::algorithm::Algorithm;
use crate::key::KeyId;
use crate::{CryptoError, text};

const VERSION: &str = "jqs1";
const WHAT: &str = "a signature";

/// A detached signature: `jqs1.<algorithm>.<key>.<signature>`, the last in base64url.
///
/// Its bytes are in the form that other programs take: DER for SM2 and ECDSA, 64 bytes for Ed25519.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// How it was made.
    pub algorithm: Algorithm,
    /// The key that made it.
    pub key: KeyId,
    /// The signature proper.
    pub bytes: Vec<u8>,
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{VERSION}.{}.{}.{}", self.algorithm, self.key, text::encode(&self.bytes))
    }
}

impl FromStr for Signature {
    type Err = CryptoError;

    fn from_str(signature: &str) -> Result<Self, CryptoError> {
        let parts: Vec<&str> = signature.split('.').collect();
        let [VERSION, algorithm, key, bytes] = parts[..] else { return Err(CryptoError::Form(WHAT)) };
        Ok(Self {
            algorithm: Algorithm::parse(algorithm)?,
            key: KeyId::parse(key)?,
            bytes: text::decode(bytes, WHAT)?,
        })
    }
}
