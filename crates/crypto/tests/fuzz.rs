//! Whatever a program shows as a key or a certificate, it is taken or refused, and nothing breaks.

#[path = "../../../fuzz/entries/crypto.rs"]
mod entries;
#[path = "../../../fuzz/entries/inputs.rs"]
mod inputs;

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
