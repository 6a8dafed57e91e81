//! What programs of others show: public keys, certificates in files and in headers, signatures.

use jq_crypto::{Certificate, PublicKey};

/// Reads a text as a key and as a certificate; what is taken has one name only.
pub(crate) fn shown(bytes: &[u8]) {
    let text = &*String::from_utf8_lossy(bytes);
    if let Ok(key) = PublicKey::parse_pem(text) {
        let again = key.pem().and_then(|pem| PublicKey::parse_pem(&pem)).expect("a key reads back");
        assert_eq!(again.fingerprint(), key.fingerprint());
        assert!(key.verify(b"message", bytes).is_err() && key.verify_pair(b"message", bytes).is_err());
    }
    let _ = PublicKey::parse_der(bytes);
    if let Ok(certificate) = Certificate::parse_pem(text) {
        assert_eq!(certificate.fingerprint().len(), 64);
    }
    let _ = Certificate::parse_header(text);
}
