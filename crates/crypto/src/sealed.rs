//! The text of a sealed value, for a column of either store.

use std::fmt;
use std::str::FromStr;

use crate::key::KeyId;
use crate::scheme::NONCE;
use crate::{CryptoError, text};

const WHAT: &str = "a sealed value";

/// A sealed value: `jqe1.<key>.<nonce>.<ciphertext and tag>`, the last two in base64url.
///
/// The first part is the version of this form, the key tells the algorithm. Eleven digits take 67 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The key that opens it.
    pub key: KeyId,
    pub(crate) nonce: [u8; NONCE],
    pub(crate) body: Vec<u8>,
}

impl Sealed {
    /// The version of the form that is written today.
    pub(crate) const VERSION: &'static str = "jqe1";

    /// Whether the text of a column looks sealed; a column that is being sealed holds both kinds.
    pub fn is_sealed(text: &str) -> bool {
        text.strip_prefix(Self::VERSION).is_some_and(|rest| rest.starts_with('.'))
    }

    /// What every sealed value begins with, or every one that this key opens.
    pub(crate) fn beginning(key: Option<&KeyId>) -> String {
        let version = Self::VERSION;
        key.map_or_else(|| format!("{version}."), |key| format!("{version}.{key}."))
    }
}

impl fmt::Display for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (nonce, body) = (text::encode(&self.nonce), text::encode(&self.body));
        write!(f, "{}.{}.{nonce}.{body}", Self::VERSION, self.key)
    }
}

impl FromStr for Sealed {
    type Err = CryptoError;

    fn from_str(sealed: &str) -> Result<Self, CryptoError> {
        let parts: Vec<&str> = sealed.split('.').collect();
        let [Self::VERSION, key, nonce, body] = parts[..] else { return Err(CryptoError::Form(WHAT)) };
        let nonce = text::decode(nonce, WHAT)?.try_into().map_err(|_| CryptoError::Form(WHAT))?;
        Ok(Self { key: KeyId::parse(key)?, nonce, body: text::decode(body, WHAT)? })
    }
}
