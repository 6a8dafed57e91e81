//! Private bytes: wiped when let go, and never shown.

use std::fmt;

use zeroize::Zeroizing;

/// Bytes that nobody else may see: a private key, or a value that was opened.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes the bytes over; they are wiped when the secret goes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes themselves.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes as text, where a text was sealed.
    pub fn text(&self) -> Result<&str, crate::CryptoError> {
        std::str::from_utf8(&self.0).map_err(|_| crate::CryptoError::Form("a text"))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(**)")
    }
}
