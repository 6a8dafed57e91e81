//! How a yes came about: what is kept with a consent so that it can be shown later that it was given, by whom and how.

use jq_base::ids::MandateId;
use serde::{Deserialize, Serialize};

/// The longest text of a browser about itself that is kept, in characters.
const DEVICE_CHARS_MAX: usize = 300;

/// What is kept of the act (证据). The text that was agreed to stands beside it by version and digest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Evidence {
    /// The address from which the yes came; empty where the platform did not see one.
    pub address: String,
    /// What the browser said of itself; empty where there was none.
    pub device: String,
    /// The session in which the person was signed in.
    pub session: String,
    /// The mandate under which an agent acted.
    pub mandate: Option<MandateId>,
}

impl Evidence {
    /// What a page knows of whoever sends a form.
    pub fn from_web(address: &str, device: &str) -> Self {
        let device = device.chars().take(DEVICE_CHARS_MAX).collect();
        Self { address: address.to_owned(), device, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_does_not_say_more_than_is_kept() {
        let kept = Evidence::from_web("127.0.0.1", &"x".repeat(5_000));
        assert_eq!((kept.device.len(), kept.address.as_str()), (DEVICE_CHARS_MAX, "127.0.0.1"));
    }

    #[test]
    fn a_consent_of_before_evidence_was_kept_reads_as_one_without() {
        assert_eq!(serde_json::from_str::<Evidence>("{}").unwrap(), Evidence::default());
    }
}
