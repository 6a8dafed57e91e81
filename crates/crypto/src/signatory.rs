//! The platform as one that signs: its active signing key, behind the seam that other crates know.

use std::sync::Arc;

use jq_base::clock::Clock;
use jq_base::sign::{Sign, SignError, SignatureCheck};

use crate::key::Purpose;
use crate::store::active_or_first;
use crate::{CryptoError, KeyStore, Signature, Suite};

/// Signs with the active key for [`Purpose::Signature`], and checks with it and the retired ones.
#[derive(Clone)]
pub struct Signatory {
    keys: Arc<dyn KeyStore>,
    suite: Suite,
    clock: Clock,
}

impl Signatory {
    /// Signs with keys of this store. The first signature of all makes the first key, of this suite.
    pub fn new(keys: Arc<dyn KeyStore>, suite: Suite, clock: Clock) -> Self {
        Self { keys, suite, clock }
    }
}

impl Sign for Signatory {
    fn sign(&self, message: &[u8]) -> Result<String, SignError> {
        let key = active_or_first(self.keys.as_ref(), Purpose::Signature, self.suite, self.clock.now());
        let signed = key.and_then(|key| self.keys.sign(&key.id, message));
        signed.map(|signature| signature.to_string()).map_err(SignError::new)
    }

    fn check(&self, message: &[u8], signature: &str) -> Result<SignatureCheck, SignError> {
        let Ok(signature) = signature.parse::<Signature>() else { return Ok(SignatureCheck::Forged) };
        let key_id = signature.key.to_string();
        match self.check_purpose(&signature).and_then(|()| self.keys.verify(message, &signature)) {
            Ok(()) => {
                Ok(SignatureCheck::Genuine { key_id, algorithm: signature.algorithm.code().to_owned() })
            }
            Err(CryptoError::UnknownKey(_) | CryptoError::State { .. }) => {
                Ok(SignatureCheck::KeyUnknown { key_id })
            }
            Err(CryptoError::Forged | CryptoError::WrongUse { .. }) => Ok(SignatureCheck::Forged),
            Err(failed) => Err(SignError::new(failed)),
        }
    }
}

impl Signatory {
    /// A key that signs for something else does not sign for the platform.
    fn check_purpose(&self, signature: &Signature) -> Result<(), CryptoError> {
        match self.keys.get(&signature.key)?.purpose {
            Purpose::Signature => Ok(()),
            Purpose::Level3 | Purpose::Level4 => Err(CryptoError::Forged),
        }
    }
}
