//! What a keeper of keys does, in the shape of a hardware security module.

use jiff::Timestamp;

use crate::algorithm::Use;
use crate::key::{KeyId, KeyInfo, KeyState, Purpose};
use crate::{CryptoError, Place, PublicKey, Sealed, Secret, Signature, Suite};

/// Keys named by id whose private bytes never leave the store.
pub trait KeyStore: Send + Sync {
    /// All keys, in the order of their making.
    fn list(&self) -> Result<Vec<KeyInfo>, CryptoError>;

    /// Makes the first active key for a purpose; where there is one, a new one is a rotation.
    fn generate(&self, purpose: Purpose, suite: Suite, now: Timestamp) -> Result<KeyInfo, CryptoError>;

    /// Makes a new active key for a purpose and retires those before it, at once.
    fn rotate(&self, purpose: Purpose, suite: Suite, now: Timestamp) -> Result<KeyInfo, CryptoError>;

    /// Lets a key make nothing new any more.
    fn retire(&self, id: &KeyId, now: Timestamp) -> Result<KeyInfo, CryptoError>;

    /// Wipes a retired key: what it sealed is lost, what it signed is not believed any more.
    fn destroy(&self, id: &KeyId, now: Timestamp) -> Result<KeyInfo, CryptoError>;

    /// The public half of a signing key that is not destroyed.
    fn public_key(&self, id: &KeyId) -> Result<PublicKey, CryptoError>;

    /// Signs with an active key.
    fn sign(&self, id: &KeyId, message: &[u8]) -> Result<Signature, CryptoError>;

    /// Seals a value for its place with an active key.
    fn seal(&self, id: &KeyId, place: &Place<'_>, value: &[u8]) -> Result<Sealed, CryptoError>;

    /// Opens a value in its place with the key that sealed it.
    fn open(&self, sealed: &Sealed, place: &Place<'_>) -> Result<Secret, CryptoError>;

    /// The key of that id.
    fn get(&self, id: &KeyId) -> Result<KeyInfo, CryptoError> {
        let known = self.list()?.into_iter().find(|key| &key.id == id);
        known.ok_or_else(|| CryptoError::UnknownKey(id.clone()))
    }

    /// The active key for a purpose, the newest if a store has several.
    fn active(&self, purpose: Purpose) -> Result<KeyInfo, CryptoError> {
        let fits = |key: &KeyInfo| key.purpose == purpose && key.state == KeyState::Active;
        self.list()?.into_iter().rfind(fits).ok_or(CryptoError::NoActiveKey(purpose))
    }

    /// That the signature is over this message by the key that it names.
    fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), CryptoError> {
        let public = self.public_key(&signature.key)?;
        // A signature that names another algorithm than its key's is not one of this store.
        if public.algorithm() != signature.algorithm {
            return Err(CryptoError::Forged);
        }
        public.verify(message, &signature.bytes)
    }
}

/// The key to make something with. The first use of a purpose makes its first key; where keys were made and none is
/// active, somebody meant it, and no new one is made.
pub(crate) fn active_or_first(
    keys: &dyn KeyStore,
    purpose: Purpose,
    suite: Suite,
    now: Timestamp,
) -> Result<KeyInfo, CryptoError> {
    match keys.active(purpose) {
        Err(CryptoError::NoActiveKey(_)) if keys.list()?.iter().all(|key| key.purpose != purpose) => {
            match keys.generate(purpose, suite, now) {
                // Another process was faster.
                Err(CryptoError::AlreadyActive { .. }) => keys.active(purpose),
                made => made,
            }
        }
        found => found,
    }
}

/// That a key is for what it is asked to do.
pub(crate) fn is_for(key: &KeyInfo, made_for: Use, act: &'static str) -> Result<(), CryptoError> {
    if key.algorithm.is_for() == made_for {
        return Ok(());
    }
    Err(CryptoError::WrongUse { id: key.id.clone(), made_for: key.algorithm.is_for(), act })
}
