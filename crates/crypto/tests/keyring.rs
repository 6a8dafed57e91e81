//! How keys live: made, rotated, retired, destroyed, wrapped anew; and what happens when files are not as they should be.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use jq_base::clock::Clock;
use jq_base::seal::{Seal, SecretLevel, SecretPlace};
use jq_base::sign::{Sign, SignatureCheck};
use jq_crypto::{
    Algorithm, CryptoError, KeyState, KeyStore, Keyring, Master, MasterKey, Place, PublicKey, Purpose,
    Sealer, Signatory, Suite,
};
use support::{Folder, day, keyring};

const PLACE: (&str, &str, &str) = ("person", "mobile", "p-17");

fn place() -> Place<'static> {
    Place::new(PLACE.0, PLACE.1, PLACE.2)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_rotation_makes_a_new_key_and_the_old_one_still_opens() {
    let folder = Folder::new("rotate");
    let (keyring, _) = keyring(&folder);
    let first = keyring.generate(Purpose::Level4, Suite::International, day(1)).unwrap();
    let old = keyring.seal(&first.id, &place(), b"13812341234").unwrap();
    let refused = keyring.generate(Purpose::Level4, Suite::National, day(2));
    assert!(matches!(refused, Err(CryptoError::AlreadyActive { .. })), "a second one is a rotation");

    let second = keyring.rotate(Purpose::Level4, Suite::National, day(3)).unwrap();
    assert_eq!(
        (second.algorithm, second.state),
        (Algorithm::Sm4Gcm, KeyState::Active),
        "the suite may change"
    );
    assert_eq!(keyring.active(Purpose::Level4).unwrap().id, second.id);
    let first = keyring.get(&first.id).unwrap();
    assert_eq!((first.state, first.created_at, first.state_since), (KeyState::Retired, day(1), day(3)));
    assert_eq!(keyring.open(&old, &place()).unwrap().bytes(), b"13812341234");
    let refused = keyring.seal(&first.id, &place(), b"x").unwrap_err();
    assert!(refused.to_string().contains("retired") && refused.to_string().contains("seal"), "{refused}");
    let new = keyring.seal(&second.id, &place(), b"x").unwrap();

    assert!(matches!(keyring.destroy(&second.id, day(4)), Err(CryptoError::State { .. })), "it is in use");
    let gone = keyring.destroy(&first.id, day(4)).unwrap();
    assert_eq!(gone.state, KeyState::Destroyed);
    assert!(matches!(keyring.open(&old, &place()), Err(CryptoError::State { .. })));
    assert_eq!(keyring.open(&new, &place()).unwrap().bytes(), b"x");
}

#[test]
fn a_former_signature_stays_genuine_until_its_key_is_destroyed() {
    let folder = Folder::new("signatory");
    let (keyring, _) = keyring(&folder);
    let keyring = Arc::new(keyring);
    let store = Arc::clone(&keyring) as Arc<dyn KeyStore>;
    let signatory = Signatory::new(store, Suite::National, Clock::fixed(day(1)));
    assert!(keyring.list().unwrap().is_empty(), "nothing is made before it is needed");
    let signature = signatory.sign(b"report").unwrap();
    let first = keyring.active(Purpose::Signature).unwrap();
    assert_eq!(first.created_at, day(1));
    let key_id = first.id.to_string();
    let genuine = SignatureCheck::Genuine { key_id: key_id.clone(), algorithm: "sm2-sm3".to_owned() };
    assert_eq!(signatory.check(b"report", &signature).unwrap(), genuine);
    assert_eq!(signatory.check(b"another", &signature).unwrap(), SignatureCheck::Forged);
    assert_eq!(signatory.check(b"report", "no signature").unwrap(), SignatureCheck::Forged);

    keyring.rotate(Purpose::Signature, Suite::International, day(2)).unwrap();
    assert_eq!(signatory.check(b"report", &signature).unwrap(), genuine);
    assert_ne!(signatory.sign(b"report").unwrap(), signature);
    let pem = keyring.public_key(&first.id).unwrap().pem().unwrap();
    assert_eq!(PublicKey::parse_pem(&pem).unwrap(), keyring.public_key(&first.id).unwrap());
    keyring.destroy(&first.id, day(3)).unwrap();
    assert_eq!(signatory.check(b"report", &signature).unwrap(), SignatureCheck::KeyUnknown { key_id });
    assert!(keyring.public_key(&first.id).is_err());

    let active = keyring.active(Purpose::Signature).unwrap();
    keyring.retire(&active.id, day(4)).unwrap();
    let refused = signatory.sign(b"report").unwrap_err();
    let cause = std::error::Error::source(&refused).unwrap().to_string();
    assert!(
        cause.contains("jinqiao keys make --purpose signature"),
        "who retired the last one meant it: {cause}"
    );
}

#[test]
fn keys_are_the_same_after_a_restart_and_nobody_else_reads_the_files() {
    let folder = Folder::new("restart");
    let at = folder.path().join("keys");
    let master = at.join("master.key");
    let keyring = Keyring::open(&at, Master::File(master.clone())).unwrap();
    assert!(!at.exists(), "nothing is made before it is needed");
    let key = keyring.generate(Purpose::Level3, Suite::National, day(1)).unwrap();
    let sealed = keyring.seal(&key.id, &place(), b"x").unwrap();
    assert_eq!((mode(&at), mode(&at.join("keyring.json")), mode(&master)), (0o700, 0o600, 0o600));
    let text = fs::read_to_string(at.join("keyring.json")).unwrap();
    assert!(text.contains("level-3") && text.contains("sm4-gcm"), "{text}");

    let again = Keyring::open(&at, Master::File(master.clone())).unwrap();
    assert_eq!(again.list().unwrap(), [key]);
    assert_eq!(again.open(&sealed, &place()).unwrap().bytes(), b"x");
    let left: Vec<_> = fs::read_dir(&at).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "no half-written file is left: {left:?}");

    fs::set_permissions(&master, fs::Permissions::from_mode(0o640)).unwrap();
    let refused = Keyring::open(&at, Master::File(master)).err().unwrap();
    assert!(refused.to_string().contains("chmod 600"), "{refused}");
}

#[test]
fn a_rotation_by_another_process_holds_at_once() {
    let folder = Folder::new("processes");
    let (here, master) = keyring(&folder);
    let there = Keyring::open(folder.path(), Master::Given(master)).unwrap();
    let first = here.generate(Purpose::Signature, Suite::International, day(1)).unwrap();
    assert_eq!(there.active(Purpose::Signature).unwrap(), first);
    let second = there.rotate(Purpose::Signature, Suite::International, day(2)).unwrap();
    assert_eq!(here.active(Purpose::Signature).unwrap(), second);
    assert!(here.sign(&first.id, b"x").is_err());
}

#[test]
fn many_at_once_lose_no_key() {
    let folder = Folder::new("many");
    let (_, master) = keyring(&folder);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let keyring = Keyring::open(folder.path(), Master::Given(master.clone())).unwrap();
                for _ in 0..5 {
                    keyring.rotate(Purpose::Level4, Suite::National, day(1)).unwrap();
                }
            });
        }
    });
    let keys = Keyring::open(folder.path(), Master::Given(master)).unwrap().list().unwrap();
    let active = keys.iter().filter(|key| key.state == KeyState::Active).count();
    assert_eq!((keys.len(), active), (20, 1));
}

#[test]
fn keys_are_wrapped_anew_under_another_master_key() {
    let folder = Folder::new("rewrap");
    let (keyring, former) = keyring(&folder);
    let key = keyring.generate(Purpose::Level4, Suite::National, day(1)).unwrap();
    let sealed = keyring.seal(&key.id, &place(), b"x").unwrap();
    let next = MasterKey::generate().unwrap();
    keyring.rewrap(&next, Suite::International).unwrap();
    assert_eq!(keyring.master_id().unwrap(), Some(next.id()));
    assert_eq!(keyring.open(&sealed, &place()).unwrap().bytes(), b"x", "what was sealed is left as it is");
    assert!(fs::read_to_string(folder.path().join("keyring.json")).unwrap().contains("aes-256-gcm"));

    let refused = Keyring::open(folder.path(), Master::Given(former.clone())).err().unwrap();
    let said = refused.to_string();
    assert!(said.contains(&former.id()) && said.contains(&next.id()), "{said}");
    let again = Keyring::open(folder.path(), Master::Given(next)).unwrap();
    assert_eq!(again.open(&sealed, &place()).unwrap().bytes(), b"x");
}

#[test]
fn a_master_key_in_a_file_is_exchanged_and_a_cut_in_between_is_mended() {
    let folder = Folder::new("exchange");
    let (at, master) = (folder.path().join("keys"), folder.path().join("elsewhere/master.key"));
    let keyring = Keyring::open(&at, Master::File(master.clone())).unwrap();
    let running = Keyring::open(&at, Master::File(master.clone())).unwrap();
    let key = keyring.generate(Purpose::Level4, Suite::National, day(1)).unwrap();
    let sealed = running.seal(&key.id, &place(), b"x").unwrap();
    let former = fs::read_to_string(&master).unwrap();

    let next = keyring.rewrap_file(&master, Suite::National).unwrap();
    assert_eq!(MasterKey::read(&master).unwrap().unwrap().id(), next.id());
    assert_eq!(running.open(&sealed, &place()).unwrap().bytes(), b"x", "the running platform goes on");

    // As if the process had been killed before the file of the master key was exchanged.
    let waiting = master.with_file_name("master.key.next");
    fs::rename(&master, &waiting).unwrap();
    fs::write(&master, former).unwrap();
    fs::set_permissions(&master, fs::Permissions::from_mode(0o600)).unwrap();
    let mended = Keyring::open(&at, Master::File(master.clone())).unwrap();
    assert_eq!(mended.open(&sealed, &place()).unwrap().bytes(), b"x");
    assert!(!waiting.exists());

    fs::remove_file(&master).unwrap();
    let refused = Keyring::open(&at, Master::File(master.clone())).err().unwrap();
    assert!(matches!(refused, CryptoError::MasterMissing { .. }), "{refused}");
    assert!(!master.exists(), "no other master key is made where keys exist");
}

#[test]
fn a_file_that_was_changed_by_hand_is_refused() {
    let folder = Folder::new("changed");
    let (keyring, master) = keyring(&folder);
    let first = keyring.generate(Purpose::Signature, Suite::National, day(1)).unwrap();
    keyring.rotate(Purpose::Signature, Suite::National, day(2)).unwrap();
    let path = folder.path().join("keyring.json");
    let whole = fs::read_to_string(&path).unwrap();
    let mut without: serde_json::Value = serde_json::from_str(&whole).unwrap();
    without["keys"].as_array_mut().unwrap().remove(0);
    let changes = [
        whole.replace("retired", "active"),
        whole.replace(first.id.as_str(), "another"),
        whole.replace("2026-11-01", "2026-11-02"),
        whole.replacen("keyring/1", "keyring/2", 1),
        without.to_string(),
        whole[..whole.len() / 2].to_owned(),
        String::new(),
    ];
    for changed in changes {
        assert_ne!(changed, whole);
        fs::write(&path, &changed).unwrap();
        let refused = Keyring::open(folder.path(), Master::Given(master.clone())).err().unwrap();
        assert!(matches!(refused, CryptoError::Damaged { .. }), "{changed}: {refused}");
        assert!(refused.to_string().contains("keyring.json"), "{refused}");
    }
    fs::write(&path, &whole).unwrap();
    assert_eq!(Keyring::open(folder.path(), Master::Given(master)).unwrap().list().unwrap().len(), 2);
}

#[test]
fn no_secret_shows_itself() {
    let master = MasterKey::generate().unwrap();
    assert_eq!(master.id().len(), 16);
    assert!(MasterKey::parse("00").is_err() && MasterKey::parse(&"g".repeat(64)).is_err());
    let folder = Folder::new("debug");
    let (keyring, _) = keyring(&folder);
    let key = keyring.generate(Purpose::Level4, Suite::National, day(1)).unwrap();
    let opened = keyring.open(&keyring.seal(&key.id, &place(), b"13812341234").unwrap(), &place()).unwrap();
    assert_eq!(format!("{opened:?}"), "Secret(**)");
}

#[test]
fn the_first_secret_makes_the_first_key_and_each_level_has_its_own() {
    let folder = Folder::new("sealer");
    let (ring, _) = keyring(&folder);
    let ring = Arc::new(ring);
    let keys = Arc::clone(&ring);
    let sealer =
        Sealer::new(move || Ok(Arc::clone(&keys) as Arc<dyn KeyStore>), Suite::National, Clock::System);
    let at = SecretPlace::new("person", "mobile", "p-17");
    let seal: &dyn Seal = &sealer;
    let (third, fourth) = (
        seal.seal(SecretLevel::Three, &at, "税".as_bytes()).unwrap(),
        seal.seal(SecretLevel::Four, &at, b"13812341234").unwrap(),
    );
    assert_eq!(seal.open(&at, third.as_bytes()).unwrap(), "税".as_bytes());
    assert_eq!(seal.open(&at, fourth.as_bytes()).unwrap(), b"13812341234");
    assert_eq!(seal.open(&at, b"138").unwrap(), b"138", "what was never sealed is itself");
    assert_eq!(seal.open(&at, b"%PDF-\xff").unwrap(), b"%PDF-\xff", "also what is no text");
    let elsewhere = SecretPlace::new("person", "mobile", "p-18");
    assert!(seal.open(&elsewhere, fourth.as_bytes()).is_err());
    let purposes: Vec<Purpose> = ring.list().unwrap().iter().map(|key| key.purpose).collect();
    assert_eq!(purposes, [Purpose::Level3, Purpose::Level4]);
    let (data_key, wrapped) = sealer.data_key(Purpose::Level3).unwrap();
    assert_eq!(sealer.open_data_key(&wrapped).unwrap().bytes(), data_key.bytes());
    let before = seal.marks(SecretLevel::Three).unwrap();
    assert!(third.starts_with(&before.any) && third.starts_with(&before.current));
    assert!(fourth.starts_with(&before.any) && !fourth.starts_with(&before.current));
    ring.rotate(Purpose::Level3, Suite::National, day(2)).unwrap();
    let after = seal.marks(SecretLevel::Three).unwrap();
    assert!(
        third.starts_with(&after.any) && !third.starts_with(&after.current),
        "it waits to be sealed anew"
    );
    ring.retire(&ring.active(Purpose::Level3).unwrap().id, day(2)).unwrap();
    let refused = seal.seal(SecretLevel::Three, &at, "税".as_bytes());
    assert!(refused.is_err(), "somebody meant it: no new key is made");
    assert_eq!(seal.open(&at, third.as_bytes()).unwrap(), "税".as_bytes());
}
