//! What holds for every value, key and place.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod support;

use base64ct::{Base64UrlUnpadded, Encoding};
use jq_crypto::{CryptoError, KeyId, KeyInfo, KeyStore, Keyring, Place, Purpose, Sealed, Signature, Suite};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any};
use proptest::{prop_assert, prop_assert_eq, proptest};
use support::{Folder, day, keyring};

/// A keyring with one key of each suite that seals, and one of each that signs.
fn keys(name: &str) -> (Folder, Keyring, Vec<KeyInfo>, Vec<KeyInfo>) {
    let folder = Folder::new(name);
    let (keyring, _) = keyring(&folder);
    let national = keyring.generate(Purpose::Level3, Suite::National, day(1)).unwrap();
    let international = keyring.generate(Purpose::Level4, Suite::International, day(1)).unwrap();
    let signing = Suite::ALL.map(|suite| keyring.rotate(Purpose::Signature, suite, day(1)).unwrap());
    (folder, keyring, vec![national, international], signing.to_vec())
}

/// The text with one bit of one of its base64url parts turned over.
fn flipped(text: &str, part: usize, bit: usize) -> String {
    let mut parts: Vec<String> = text.split('.').map(str::to_owned).collect();
    let mut bytes = Base64UrlUnpadded::decode_vec(&parts[part]).unwrap();
    let at = bit % (bytes.len() * 8);
    bytes[at / 8] ^= 1 << (at % 8);
    parts[part] = Base64UrlUnpadded::encode_string(&bytes);
    parts.join(".")
}

#[test]
fn what_is_sealed_opens_in_its_place_and_nowhere_else() {
    let (_folder, keyring, sealing, _) = keys("places");
    let config = ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(value in vec(any::<u8>(), 0..200), table in "[a-z_]{0,12}", field in "\\PC{0,8}",
            subject in "\\PC{0,20}", other in "\\PC{0,8}", bit in any::<usize>())| {
        for key in &sealing {
            let place = Place::new(&table, &field, &subject);
            let text = keyring.seal(&key.id, &place, &value).unwrap().to_string();
            prop_assert!(Sealed::is_sealed(&text));
            let sealed: Sealed = text.parse().unwrap();
            let opened = keyring.open(&sealed, &place).unwrap();
            prop_assert_eq!(opened.bytes(), &value[..]);
            let places = [
                Place::new(&other, &field, &subject),
                Place::new(&table, &other, &subject),
                Place::new(&table, &field, &other),
                Place::new(&field, &table, &subject),
            ];
            for elsewhere in places.iter().filter(|elsewhere| **elsewhere != place) {
                prop_assert!(matches!(keyring.open(&sealed, elsewhere), Err(CryptoError::DoesNotOpen)));
            }
            for part in [2, 3] {
                let changed: Sealed = flipped(&text, part, bit).parse().unwrap();
                prop_assert!(matches!(keyring.open(&changed, &place), Err(CryptoError::DoesNotOpen)));
            }
        }
    });
}

#[test]
fn every_bit_of_a_sealed_value_and_of_a_signature_counts() {
    let (_folder, keyring, sealing, signing) = keys("bits");
    let place = Place::new("person", "mobile", "p-17");
    for key in &sealing {
        let text = keyring.seal(&key.id, &place, b"13812341234").unwrap().to_string();
        assert!(text.len() <= 80, "{text}");
        for (part, bits) in [(2, 12 * 8), (3, (11 + 16) * 8)] {
            for bit in 0..bits {
                let changed: Sealed = flipped(&text, part, bit).parse().unwrap();
                assert!(keyring.open(&changed, &place).is_err(), "{part} {bit}");
            }
        }
    }
    for (key, suite) in signing.iter().zip(Suite::ALL) {
        let fresh = keyring.rotate(Purpose::Signature, suite, day(2)).unwrap();
        assert_eq!(fresh.algorithm, key.algorithm);
        let signature = keyring.sign(&fresh.id, b"message").unwrap();
        keyring.verify(b"message", &signature).unwrap();
        let text = signature.to_string();
        for bit in 0..signature.bytes.len() * 8 {
            let changed: Signature = flipped(&text, 3, bit).parse().unwrap();
            assert!(matches!(keyring.verify(b"message", &changed), Err(CryptoError::Forged)), "{text} {bit}");
        }
    }
}

#[test]
fn a_signature_is_over_its_message_only() {
    let (_folder, keyring, _, signing) = keys("messages");
    let config = ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() };
    let active = signing.last().unwrap();
    proptest!(config, |(message in vec(any::<u8>(), 0..300), other in vec(any::<u8>(), 0..300))| {
        let signature: Signature = keyring.sign(&active.id, &message).unwrap().to_string().parse().unwrap();
        keyring.verify(&message, &signature).unwrap();
        prop_assert_eq!(keyring.verify(&other, &signature).is_ok(), other == message);
    });
}

#[test]
fn a_value_or_signature_under_another_keys_name_is_refused() {
    let (_folder, keyring, sealing, signing) = keys("names");
    let place = Place::new("t", "f", "s");
    let mut sealed = keyring.seal(&sealing[0].id, &place, b"x").unwrap();
    sealed.key = sealing[1].id.clone();
    assert!(matches!(keyring.open(&sealed, &place), Err(CryptoError::DoesNotOpen)));
    sealed.key = KeyId::parse("no-such-key").unwrap();
    assert!(matches!(keyring.open(&sealed, &place), Err(CryptoError::UnknownKey(_))));
    sealed.key = signing[0].id.clone();
    assert!(matches!(keyring.open(&sealed, &place), Err(CryptoError::WrongUse { .. })));

    let mut signature = keyring.sign(&signing[2].id, b"x").unwrap();
    signature.algorithm = signing[0].algorithm;
    assert!(
        matches!(keyring.verify(b"x", &signature), Err(CryptoError::Forged)),
        "the algorithm is the key's"
    );
    signature = keyring.sign(&signing[2].id, b"x").unwrap();
    signature.key = sealing[0].id.clone();
    assert!(matches!(keyring.verify(b"x", &signature), Err(CryptoError::WrongUse { .. })));
    assert!(matches!(keyring.sign(&sealing[0].id, b"x"), Err(CryptoError::WrongUse { .. })));
    assert!(matches!(keyring.seal(&signing[2].id, &place, b"x"), Err(CryptoError::WrongUse { .. })));
}

#[test]
fn no_text_breaks_a_reader() {
    let config = ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(text in "(jqe1|jqs1|.{0,4})(\\.[a-z0-9_-]{0,30}){0,4}.{0,3}")| {
        if let Ok(sealed) = text.parse::<Sealed>() {
            prop_assert_eq!(sealed.to_string(), text.clone());
        }
        if let Ok(signature) = text.parse::<Signature>() {
            prop_assert_eq!(signature.to_string(), text);
        }
    });
    assert!(!Sealed::is_sealed("13812341234") && !Sealed::is_sealed("jqe12.x"));
}
