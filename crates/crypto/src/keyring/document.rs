//! The form of the file: JSON that says of each key what everybody may know, its private bytes wrapped.

use std::path::Path;

use jq_base::json::canonical;
use serde::{Deserialize, Serialize};

use super::Ring;
use super::held::Held;
use crate::algorithm::Algorithm;
use crate::key::{KeyInfo, KeyState};
use crate::master::MasterKey;
use crate::scheme::NONCE;
use crate::{CryptoError, Secret, random, text};

const FORMAT: &str = "jinqiao.keyring/1";
/// What a wrapped key is bound to, beside its own name, purpose and algorithm.
const KEY: &str = "jinqiao.key/1";

/// The file as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    format: String,
    /// The id of the master key under which everything is wrapped.
    pub(super) master: String,
    /// How it is wrapped.
    wrapping: Algorithm,
    keys: Vec<Entry>,
    /// Seals everything above, so that no state is changed and no key taken out or put in by hand.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    seal: String,
}

/// One key of the file.
#[derive(Serialize, Deserialize)]
struct Entry {
    #[serde(flatten)]
    info: KeyInfo,
    /// Its private bytes under the master key; gone when it is destroyed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    wrapped: Option<String>,
}

impl Document {
    /// Reads the file's text.
    pub(super) fn parse(bytes: &[u8], path: &Path) -> Result<Self, CryptoError> {
        let document: Self = serde_json::from_slice(bytes).map_err(|_| damaged(path, "it is no keyring"))?;
        if document.format != FORMAT {
            return Err(damaged(path, "its format is of another version"));
        }
        Ok(document)
    }

    /// The file of these keys.
    pub(super) fn wrap(ring: &Ring) -> Result<Self, CryptoError> {
        let under = Under { algorithm: ring.wrapping, key: ring.master.wrapping_key(ring.wrapping)? };
        let entry = |held: &Held| {
            let wrapped = held.private().map(|private| under.seal(&bound(held.info()), private.bytes()));
            Ok(Entry { info: held.info().clone(), wrapped: wrapped.transpose()? })
        };
        let mut document = Self {
            format: FORMAT.to_owned(),
            master: ring.master.id(),
            wrapping: ring.wrapping,
            keys: ring.keys.iter().map(entry).collect::<Result<_, CryptoError>>()?,
            seal: String::new(),
        };
        document.seal = under.seal(&document.sealed()?, b"")?;
        Ok(document)
    }

    /// The keys of the file, once the seal is found whole.
    pub(super) fn unwrap(mut self, master: MasterKey, path: &Path) -> Result<Ring, CryptoError> {
        let under = Under { algorithm: self.wrapping, key: master.wrapping_key(self.wrapping)? };
        let seal = std::mem::take(&mut self.seal);
        under.open(&self.sealed()?, &seal).map_err(|_| damaged(path, "its seal does not fit"))?;
        let held = |entry: Entry| {
            let bound = bound(&entry.info);
            let private = entry.wrapped.map(|wrapped| under.open(&bound, &wrapped)).transpose();
            let private = private.map_err(|_| damaged(path, "a key does not open"))?;
            if private.is_none() != (entry.info.state == KeyState::Destroyed) {
                return Err(damaged(path, "a key is there without its private bytes"));
            }
            Held::new(entry.info, private)
        };
        let keys = self.keys.into_iter().map(held).collect::<Result<_, _>>()?;
        Ok(Ring { wrapping: self.wrapping, master, keys })
    }

    /// The bytes of the file, readable for people too.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("a keyring has a JSON form");
        bytes.push(b'\n');
        bytes
    }

    /// What the seal is over: the document without it.
    fn sealed(&self) -> Result<Vec<u8>, CryptoError> {
        canonical(self).map(String::into_bytes).map_err(|_| CryptoError::Form("a keyring"))
    }
}

/// What a wrapped key is bound to: put under another name, or made to serve something else, it does not open.
fn bound(info: &KeyInfo) -> Vec<u8> {
    text::joined(&[KEY, info.id.as_str(), info.purpose.code(), info.algorithm.code()])
}

/// The key drawn from the master key, with how it wraps.
struct Under {
    algorithm: Algorithm,
    key: Secret,
}

impl Under {
    /// `<nonce>.<ciphertext and tag>`
    fn seal(&self, bound: &[u8], bytes: &[u8]) -> Result<String, CryptoError> {
        let seals = self.algorithm.seals().ok_or(CryptoError::Form("an algorithm that seals"))?;
        let nonce = random::bytes::<NONCE>()?;
        let body = seals.seal(&self.key, &nonce, bound, bytes)?;
        Ok(format!("{}.{}", text::encode(&nonce), text::encode(&body)))
    }

    fn open(&self, bound: &[u8], wrapped: &str) -> Result<Secret, CryptoError> {
        const WHAT: &str = "a wrapped key";
        let seals = self.algorithm.seals().ok_or(CryptoError::Form("an algorithm that seals"))?;
        let (nonce, body) = wrapped.split_once('.').ok_or(CryptoError::Form(WHAT))?;
        let nonce = text::decode(nonce, WHAT)?.try_into().map_err(|_| CryptoError::Form(WHAT))?;
        seals.open(&self.key, &nonce, bound, &text::decode(body, WHAT)?)
    }
}

fn damaged(path: &Path, why: &'static str) -> CryptoError {
    CryptoError::Damaged { path: path.to_owned(), why }
}
