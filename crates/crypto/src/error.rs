//! What can go wrong with keys, ordered by what the caller can do.

use std::path::PathBuf;

use crate::algorithm::Use;
use crate::key::{KeyId, KeyState, Purpose};

/// A failed step on keys, sealed values or signatures. No message holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum CryptoError {
    /// No key of this purpose is active.
    #[error("no active key for {0}; make one: jinqiao keys make --purpose {0}")]
    NoActiveKey(Purpose),
    /// A key of this purpose is active, so that a second one would be a rotation.
    #[error("key {id} for {purpose} is active; take a new one: jinqiao keys rotate --purpose {purpose}")]
    AlreadyActive {
        /// What for.
        purpose: Purpose,
        /// The active key.
        id: KeyId,
    },
    /// No key has this id.
    #[error("no key {0}")]
    UnknownKey(KeyId),
    /// The key's state does not allow it.
    #[error("key {id} is {state} and cannot {act}")]
    State {
        /// Which key.
        id: KeyId,
        /// Its state.
        state: KeyState,
        /// What it was asked to do.
        act: &'static str,
    },
    /// A key for sealing was asked to sign, or the other way round.
    #[error("key {id} is for {made_for} and cannot {act}")]
    WrongUse {
        /// Which key.
        id: KeyId,
        /// What it is for.
        made_for: Use,
        /// What it was asked to do.
        act: &'static str,
    },
    /// The value was changed, or sealed by another key or for another place.
    #[error("sealed value does not open: it was changed, or belongs to another place or key")]
    DoesNotOpen,
    /// The signature is not one over this message by this key.
    #[error("signature is not over this message by this key")]
    Forged,
    /// Not the text of a sealed value, a signature, a key or an id.
    #[error("not {0}")]
    Form(&'static str),
    /// There are keys, and the master key that wraps them is not there.
    #[error("no master key at {path}; put the one that wraps the keys there, or name it: --master-key FILE")]
    MasterMissing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The master key is not the one that wraps the keys.
    #[error("keys in {path} are wrapped by master key {needed}; the one given is {given}")]
    MasterOther {
        /// The file of keys.
        path: PathBuf,
        /// The id of the master key that is needed.
        needed: String,
        /// The id of the one that was given.
        given: String,
    },
    /// Others than the owner can read a secret file.
    #[error("{path} can be read by others than its owner; forbid it: chmod 600 {path}")]
    ReadByOthers {
        /// Which file.
        path: PathBuf,
    },
    /// There is a file already where a new one was to be made.
    #[error("{path} is there already and is not overwritten")]
    Exists {
        /// Which file.
        path: PathBuf,
    },
    /// The file of keys was changed by something else than the platform.
    #[error("{path} is damaged or was changed by hand ({why}); restore it from a backup")]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A file could not be read or written.
    #[error("{step} {path}")]
    File {
        /// What was done with it.
        step: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The machine gave no random bytes.
    #[error("no random bytes from the machine")]
    Random,
    /// A primitive refused what it was given.
    #[error("{0} refused its input")]
    Primitive(&'static str),
}
