//! What programs of others show: public keys, certificates in files and in headers, signatures; and what the platform
//! keeps: sealed values and the file of its keys.

use std::path::PathBuf;
use std::sync::OnceLock;

use jq_crypto::{Certificate, Keyring, Master, MasterKey, PublicKey, Sealed, Signature};

/// The master key under which [`keyring`] opens what it reads.
pub(crate) const MASTER: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

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

/// Reads a text as a sealed value, a signature and a master key; what is taken is written in one way only.
pub(crate) fn kept(bytes: &[u8]) {
    let text = &*String::from_utf8_lossy(bytes);
    if let Ok(sealed) = text.parse::<Sealed>() {
        assert!(Sealed::is_sealed(text) && sealed.to_string() == text, "{text}");
    }
    if let Ok(signature) = text.parse::<Signature>() {
        assert_eq!(signature.to_string(), text);
    }
    let _ = MasterKey::parse(text);
}

/// Reads a file of keys.
pub(crate) fn keyring(bytes: &[u8]) {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("jq-fuzz-keyring-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        folder
    });
    std::fs::write(folder.join("keyring.json"), bytes).expect("a file");
    let master = MasterKey::parse(MASTER).expect("64 digits");
    let _ = Keyring::open(folder, Master::Given(master));
}
