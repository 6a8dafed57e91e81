//! The file of keys as a [`KeyStore`].

use jiff::Timestamp;

use super::held::Held;
use super::{Keyring, Ring};
use crate::key::{KeyId, KeyInfo, Purpose};
use crate::{CryptoError, KeyStore, Place, PublicKey, Sealed, Secret, Signature, Suite};

impl KeyStore for Keyring {
    fn list(&self) -> Result<Vec<KeyInfo>, CryptoError> {
        let seen = self.seen()?;
        let keys = seen.ring.iter().flat_map(|ring| &ring.keys);
        Ok(keys.map(|held| held.info().clone()).collect())
    }

    fn generate(&self, purpose: Purpose, suite: Suite, now: Timestamp) -> Result<KeyInfo, CryptoError> {
        self.change(suite, |keys| {
            if let Some(active) = keys.iter().find(|key| key.is_active_for(purpose)) {
                return Err(CryptoError::AlreadyActive { purpose, id: active.info().id.clone() });
            }
            add(keys, purpose, suite, now)
        })
    }

    fn rotate(&self, purpose: Purpose, suite: Suite, now: Timestamp) -> Result<KeyInfo, CryptoError> {
        self.change(suite, |keys| {
            for key in keys.iter_mut().filter(|key| key.is_active_for(purpose)) {
                key.retire(now)?;
            }
            add(keys, purpose, suite, now)
        })
    }

    fn retire(&self, id: &KeyId, now: Timestamp) -> Result<KeyInfo, CryptoError> {
        self.move_on(id, |key| key.retire(now))
    }

    fn destroy(&self, id: &KeyId, now: Timestamp) -> Result<KeyInfo, CryptoError> {
        self.move_on(id, |key| key.destroy(now))
    }

    fn public_key(&self, id: &KeyId) -> Result<PublicKey, CryptoError> {
        self.with(id, Held::public_key)
    }

    fn sign(&self, id: &KeyId, message: &[u8]) -> Result<Signature, CryptoError> {
        self.with(id, |key| key.sign(message))
    }

    fn seal(&self, id: &KeyId, place: &Place<'_>, value: &[u8]) -> Result<Sealed, CryptoError> {
        self.with(id, |key| key.seal(place, value))
    }

    fn open(&self, sealed: &Sealed, place: &Place<'_>) -> Result<Secret, CryptoError> {
        self.with(&sealed.key, |key| key.open(sealed, place))
    }
}

impl Keyring {
    fn with<T>(
        &self,
        id: &KeyId,
        act: impl FnOnce(&Held) -> Result<T, CryptoError>,
    ) -> Result<T, CryptoError> {
        let seen = self.seen()?;
        let found = seen.ring.as_ref().and_then(|ring| ring.find(id));
        act(found.ok_or_else(|| CryptoError::UnknownKey(id.clone()))?)
    }

    fn move_on(
        &self,
        id: &KeyId,
        act: impl FnOnce(&mut Held) -> Result<(), CryptoError>,
    ) -> Result<KeyInfo, CryptoError> {
        self.change(Suite::default(), |keys| {
            let found = keys.iter_mut().find(|key| &key.info().id == id);
            let key = found.ok_or_else(|| CryptoError::UnknownKey(id.clone()))?;
            act(key)?;
            Ok(key.info().clone())
        })
    }
}

impl Ring {
    fn find(&self, id: &KeyId) -> Option<&Held> {
        self.keys.iter().find(|key| &key.info().id == id)
    }
}

/// Adds a new active key whose id is nobody else's.
fn add(keys: &mut Vec<Held>, purpose: Purpose, suite: Suite, now: Timestamp) -> Result<KeyInfo, CryptoError> {
    loop {
        let key = Held::fresh(purpose, suite, now)?;
        if keys.iter().all(|other| other.info().id != key.info().id) {
            keys.push(key.clone());
            return Ok(key.info().clone());
        }
    }
}
