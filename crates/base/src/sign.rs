//! The seam through which the platform signs what it puts out, and hears whether a signature is its own.
//!
//! Whoever has something to sign knows this trait and nothing of keys; what implements it is put in by the program.

use std::error::Error;
use std::fmt;

use serde::Serialize;

/// Signs with the platform's key, and checks signatures that were made with it or with a former one.
pub trait Sign: Send + Sync {
    /// A detached signature over the message, as text that names its key.
    fn sign(&self, message: &[u8]) -> Result<String, SignError>;

    /// Whether the signature is the platform's own, over exactly this message.
    fn check(&self, message: &[u8], signature: &str) -> Result<SignatureCheck, SignError>;
}

/// What a check of a signature found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SignatureCheck {
    /// There is none: it was made before the platform signed.
    Unsigned,
    /// It is the platform's, over exactly this content.
    Genuine {
        /// The key that signed.
        key_id: String,
        /// How it signed, such as `sm2-sm3`.
        algorithm: String,
    },
    /// It is not over this content, or no signature at all.
    Forged,
    /// The key that it names is not one of the platform's, or is destroyed.
    KeyUnknown {
        /// The key that it names.
        key_id: String,
    },
    /// There is one, and whoever asked has no keys to check it with.
    Unchecked,
}

impl SignatureCheck {
    /// The stable word.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::Genuine { .. } => "genuine",
            Self::Forged => "forged",
            Self::KeyUnknown { .. } => "key_unknown",
            Self::Unchecked => "unchecked",
        }
    }

    /// Whether what carries it must not be believed.
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Forged | Self::KeyUnknown { .. })
    }
}

/// No signature could be made or checked; the cause says which key or file.
#[derive(Debug)]
pub struct SignError(Box<dyn Error + Send + Sync>);

impl SignError {
    /// What went wrong on the other side of the seam.
    pub fn new(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(cause.into())
    }
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the platform's signature")
    }
}

impl Error for SignError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.0.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_of_a_signature_is_a_word_in_json() {
        let genuine = SignatureCheck::Genuine { key_id: "k".to_owned(), algorithm: "sm2-sm3".to_owned() };
        let json = serde_json::to_value(&genuine).unwrap();
        assert_eq!(json, serde_json::json!({ "state": "genuine", "key_id": "k", "algorithm": "sm2-sm3" }));
        assert_eq!(serde_json::to_value(SignatureCheck::Unsigned).unwrap()["state"], "unsigned");
        assert!(SignatureCheck::Forged.is_refused() && !genuine.is_refused());
    }
}
