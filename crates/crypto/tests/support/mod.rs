//! What the tests share: folders that go away, a fixed time, hexadecimal digits.

#![allow(dead_code, reason = "each test file uses some of it")]

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jq_crypto::{Keyring, Master, MasterKey, Secret};

/// A folder that goes away with the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("jq-crypto-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed stays in the machine's folder for temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A day later each time.
pub(crate) fn day(day: i8) -> Timestamp {
    jiff::civil::date(2026, 11, day).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp()
}

/// A keyring of its own under a new master key.
pub(crate) fn keyring(folder: &Folder) -> (Keyring, MasterKey) {
    let master = MasterKey::generate().unwrap();
    (Keyring::open(folder.path(), Master::Given(master.clone())).unwrap(), master)
}

/// The bytes of hexadecimal digits; blanks between them are passed over.
pub(crate) fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.bytes().filter(|digit| !digit.is_ascii_whitespace()).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

pub(crate) fn secret(digits: &str) -> Secret {
    Secret::new(hex(digits))
}
