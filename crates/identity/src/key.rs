//! The secret under which one-time codes and unknown mobile numbers are hashed.

use std::fmt;

use jiff::Timestamp;
use jq_base::mobile::Mobile;
use jq_base::sm3;

/// The key of all processes that share a store; whoever has only the store cannot guess codes from their hashes.
#[derive(Clone)]
pub struct CodeKey(Vec<u8>);

impl CodeKey {
    /// A key from the configuration; `None` when it has fewer than 16 bytes.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        (bytes.len() >= 16).then(|| Self(bytes.to_vec()))
    }

    pub(crate) fn mobile_hash(&self, mobile: &Mobile) -> String {
        mobile.keyed_hash(&self.0)
    }

    /// The hash of a code bound to its number and the moment it was sent.
    pub(crate) fn code_hash(&self, mobile_hash: &str, sent_at: Timestamp, code: &str) -> String {
        let sent_at = sent_at.as_microsecond();
        sm3::keyed_hex(&self.0, format!("code|{mobile_hash}|{sent_at}|{code}").as_bytes())
    }
}

impl fmt::Debug for CodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeKey(**)")
    }
}
