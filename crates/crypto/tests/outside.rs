//! What programs that we did not write say of our signatures, digests and sealed values, and we of theirs: OpenSSL at
//! the command line, the Python packages gmssl and gmalg, and Python's cryptography for SM4-GCM.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use jq_crypto::{Algorithm, KeyStore, NONCE, PublicKey, Purpose, SM2_DIST_ID, Secret, Suite, Use};
use serde_json::{Value, json};
use support::{Folder, hex, to_hex};

const MESSAGE: &str = "渝州金桥 · credit report CQZ20261110AAAAAAAAAAA";

/// Where `CI` is set the outside program must be there, so that a run that tests half of it does not pass for a whole
/// one.
#[expect(clippy::disallowed_methods, reason = "which outside programs there are is the environment's to say")]
fn must_run(what: &str) {
    assert!(std::env::var("CI").is_err(), "{what} is missing: this test must run where CI is set");
    eprintln!("skipped: {what} is missing");
}

#[expect(clippy::disallowed_methods, reason = "which outside programs there are is the environment's to say")]
fn python() -> Option<String> {
    let named = std::env::var("JINQIAO_TEST_PYTHON").ok();
    if named.is_none() {
        must_run("a Python, named by JINQIAO_TEST_PYTHON,");
    }
    named
}

/// Whether OpenSSL 3 or later is there, which knows SM2, SM3 and SM4.
fn has_openssl() -> bool {
    let version = Command::new("openssl").arg("version").output().ok();
    let said = version.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let major = said.strip_prefix("OpenSSL ").and_then(|rest| rest.split('.').next()?.parse::<u32>().ok());
    let is_there = major.is_some_and(|major| major >= 3);
    if !is_there {
        must_run("OpenSSL 3");
    }
    is_there
}

fn openssl(folder: &Path, arguments: &[&str]) -> Output {
    Command::new("openssl").current_dir(folder).args(arguments).output().unwrap()
}

fn openssl_done(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = openssl(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// How OpenSSL is told to sign and verify, and to make a key, as the algorithm has it.
fn options(algorithm: Algorithm) -> (Vec<&'static str>, Vec<&'static str>) {
    match algorithm {
        Algorithm::Sm2Sm3 => {
            let distid = concat!("distid:", "1234567812345678");
            assert!(distid.ends_with(SM2_DIST_ID));
            (vec!["-rawin", "-digest", "sm3", "-pkeyopt", distid], vec!["-algorithm", "SM2"])
        }
        Algorithm::EcdsaP256 => (
            vec!["-rawin", "-digest", "sha256"],
            vec!["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        ),
        _ => (vec!["-rawin"], vec!["-algorithm", "ED25519"]),
    }
}

#[test]
fn openssl_verifies_our_signatures_and_we_verify_those_of_openssl() {
    if !has_openssl() {
        return;
    }
    let folder = Folder::new("openssl-sign");
    let at = folder.path();
    fs::write(at.join("message"), MESSAGE).unwrap();
    fs::write(at.join("another"), "another").unwrap();
    for algorithm in [Algorithm::Sm2Sm3, Algorithm::Ed25519, Algorithm::EcdsaP256] {
        let (how, kind) = options(algorithm);
        let (public, signature) = own_signature(algorithm);
        fs::write(at.join("ours.pem"), public.pem().unwrap()).unwrap();
        fs::write(at.join("ours.sig"), signature).unwrap();
        let verify = |message: &str| {
            let mut arguments =
                vec!["pkeyutl", "-verify", "-pubin", "-inkey", "ours.pem", "-sigfile", "ours.sig"];
            arguments.extend(["-in", message]);
            arguments.extend(&how);
            openssl(at, &arguments).status.success()
        };
        assert!(verify("message"), "{algorithm}: OpenSSL takes our signature");
        assert!(!verify("another"), "{algorithm}: and not over something else");

        openssl_done(at, &[vec!["genpkey", "-out", "theirs.key"], kind].concat());
        openssl_done(at, &["pkey", "-in", "theirs.key", "-pubout", "-out", "theirs.pem"]);
        let mut arguments =
            vec!["pkeyutl", "-sign", "-inkey", "theirs.key", "-in", "message", "-out", "theirs.sig"];
        arguments.extend(&how);
        openssl_done(at, &arguments);
        let theirs = PublicKey::parse_pem(&fs::read_to_string(at.join("theirs.pem")).unwrap()).unwrap();
        assert_eq!(theirs.algorithm(), algorithm, "the kind of key is in it");
        let signature = fs::read(at.join("theirs.sig")).unwrap();
        theirs.verify(MESSAGE.as_bytes(), &signature).unwrap();
        assert!(theirs.verify(b"another", &signature).is_err());
    }
}

/// A key of our own, its public half, and its signature over the message.
fn own_signature(algorithm: Algorithm) -> (PublicKey, Vec<u8>) {
    let folder = Folder::new(&format!("own-{algorithm}"));
    let (keyring, _) = support::keyring(&folder);
    let suite = Suite::ALL.into_iter().find(|suite| suite.algorithm(Use::Signing) == algorithm);
    let key = keyring.generate(Purpose::Signature, suite.unwrap(), support::day(1)).unwrap();
    let signature = keyring.sign(&key.id, MESSAGE.as_bytes()).unwrap();
    (keyring.public_key(&key.id).unwrap(), signature.bytes)
}

#[test]
fn openssl_has_the_same_digests() {
    if !has_openssl() {
        return;
    }
    let folder = Folder::new("openssl-digest");
    for (suite, name) in [(Suite::National, "-sm3"), (Suite::International, "-sha256")] {
        for length in [0, 1, 55, 56, 63, 64, 65, 1_000] {
            let bytes: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect();
            fs::write(folder.path().join("bytes"), &bytes).unwrap();
            let said = openssl_done(folder.path(), &["dgst", name, "-r", "bytes"]);
            let said = String::from_utf8(said).unwrap();
            assert!(said.starts_with(&to_hex(&suite.digest(&bytes))), "{name} of {length}: {said}");
        }
    }
}

/// GCM enciphers as counter mode does from the second counter on, so that OpenSSL's counter mode over SM4 finds the
/// value again; its command line has no SM4-GCM.
#[test]
fn openssl_reads_what_sm4_gcm_enciphers() {
    if !has_openssl() {
        return;
    }
    let folder = Folder::new("openssl-sm4");
    let key = Secret::new(hex("0123456789abcdeffedcba9876543210"));
    let nonce = [7; NONCE];
    let seals = Algorithm::Sm4Gcm.seals().unwrap();
    let body = seals.seal(&key, &nonce, b"bound", MESSAGE.as_bytes()).unwrap();
    fs::write(folder.path().join("body"), &body[..body.len() - 16]).unwrap();
    let (key, counter) = (to_hex(key.bytes()), format!("{}00000002", to_hex(&nonce)));
    let arguments = ["enc", "-d", "-sm4-ctr", "-in", "body", "-K", &key, "-iv", &counter];
    assert_eq!(openssl_done(folder.path(), &arguments), MESSAGE.as_bytes());
}

/// Runs the script of `tests/python` on what we made; what it made itself comes back.
fn peers(python: &str, folder: &Path, ours: &Value) -> Value {
    let script: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../tests/python/crypto_peers.py"].iter().collect();
    fs::write(folder.join("ours.json"), ours.to_string()).unwrap();
    let output = Command::new(python).arg(script).arg(folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&fs::read(folder.join("theirs.json")).unwrap()).unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    hex(value.as_str().unwrap())
}

#[test]
fn three_python_packages_take_ours_and_we_take_theirs() {
    let Some(python) = python() else { return };
    let folder = Folder::new("peers");
    let (public, signature) = own_signature(Algorithm::Sm2Sm3);
    let nonce = [9; NONCE];
    let sealed = |algorithm: Algorithm| {
        let seals = algorithm.seals().unwrap();
        let key = Secret::new((0_u8..).take(seals.key_length()).collect());
        let body = seals.seal(&key, &nonce, b"bound", MESSAGE.as_bytes()).unwrap();
        json!({ "algorithm": algorithm, "key": to_hex(key.bytes()), "nonce": to_hex(&nonce),
            "bound": to_hex(b"bound"), "value": to_hex(MESSAGE.as_bytes()), "body": to_hex(&body) })
    };
    let ours = json!({
        "message": to_hex(MESSAGE.as_bytes()),
        "sm3": to_hex(&Suite::National.digest(MESSAGE.as_bytes())),
        "sm2": { "public": public.pem().unwrap(), "signature": to_hex(&signature) },
        "sealed": [sealed(Algorithm::Sm4Gcm), sealed(Algorithm::Aes256Gcm)],
    });
    let theirs = peers(&python, folder.path(), &ours);
    let signed = theirs["sm2"].as_array().unwrap();
    assert_eq!(signed.len(), 2, "gmssl and gmalg");
    for one in signed {
        let public = PublicKey::parse_pem(one["public"].as_str().unwrap()).unwrap();
        public.verify(&bytes(&one["message"]), &bytes(&one["signature"])).unwrap();
        assert!(public.verify(b"another", &bytes(&one["signature"])).is_err());
    }
    let sealed = theirs["sealed"].as_array().unwrap();
    assert_eq!(sealed.len(), 2, "SM4-GCM and AES-256-GCM");
    for one in sealed {
        let seals = Algorithm::parse(one["algorithm"].as_str().unwrap()).unwrap().seals().unwrap();
        let (key, nonce) = (Secret::new(bytes(&one["key"])), bytes(&one["nonce"]).try_into().unwrap());
        let opened = seals.open(&key, &nonce, &bytes(&one["bound"]), &bytes(&one["body"])).unwrap();
        assert_eq!(opened.bytes(), bytes(&one["value"]));
    }
}
