//! Whatever a program shows as a key or a certificate, and whatever lies where the platform keeps its own, it is taken or
//! refused, and nothing breaks.

#[path = "../../../fuzz/entries/crypto.rs"]
mod entries;
#[path = "../../../fuzz/entries/inputs.rs"]
mod inputs;

use jiff::Timestamp;
use jq_crypto::{KeyStore, Keyring, Master, MasterKey, Place, Purpose, Suite};

/// Memory that reading may take at most, in MB, the test program included.
const MEMORY_MAX: u64 = 128;

/// Keys that OpenSSL made, and what stands for a certificate.
const SHOWN: [&str; 4] = [
    include_str!("data/sm2.pub.pem"),
    include_str!("data/p256.pub.pem"),
    "-----BEGIN CERTIFICATE-----\nMAMCAQU=\n-----END CERTIFICATE-----\n",
    ":MAMCAQU=:",
];

#[test]
fn no_text_breaks_the_readers_of_keys_and_certificates() {
    inputs::drive(&SHOWN, 10_000, MEMORY_MAX, entries::shown);
}

#[test]
fn no_text_breaks_the_readers_of_what_is_kept() {
    let folder = std::env::temp_dir().join(format!("jq-crypto-kept-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let master = Master::Given(MasterKey::parse(entries::MASTER).unwrap());
    let keys = Keyring::open(&folder, master).unwrap();
    let [signs, seals] = [Purpose::Signature, Purpose::Level4]
        .map(|purpose| keys.generate(purpose, Suite::National, Timestamp::UNIX_EPOCH).unwrap());
    let sealed = keys.seal(&seals.id, &Place::new("person", "mobile", "p-17"), b"13812341234").unwrap();
    let signature = keys.sign(&signs.id, b"a report").unwrap();
    let texts = [sealed.to_string(), signature.to_string(), entries::MASTER.to_owned()];
    inputs::drive(&texts, 10_000, MEMORY_MAX, entries::kept);
    let file = std::fs::read(folder.join("keyring.json")).unwrap();
    inputs::drive(&[file], 3_000, MEMORY_MAX, entries::keyring);
    std::fs::remove_dir_all(folder).unwrap();
}
