//! The platform as one that seals: its active keys for fields of level 3 and 4.

use std::fmt;
use std::sync::Arc;

use jq_base::clock::Clock;
use jq_base::seal::{Seal, SealError, SealMarks, SecretLevel, SecretPlace};

use crate::data_key::DataKey;
use crate::key::{KeyInfo, Purpose};
use crate::store::active_or_first;
use crate::{CryptoError, KeyStore, Place, Sealed, Secret, Suite};

/// Where a wrapped data key stands: beside what it seals, wherever that is. What it seals does not open elsewhere.
const BESIDE: Place<'static> = Place::new("data-key", "", "");

type OpenKeys = dyn Fn() -> Result<Arc<dyn KeyStore>, CryptoError> + Send + Sync;

/// Seals with the active key of a level, and opens what that key and the retired ones sealed.
#[derive(Clone)]
pub struct Sealer {
    keys: Arc<OpenKeys>,
    suite: Suite,
    clock: Clock,
}

impl Sealer {
    /// Seals with keys of the store that `keys` opens, which is asked when there is something to seal or to open. The
    /// first value of a level makes its first key, of this suite.
    pub fn new(
        keys: impl Fn() -> Result<Arc<dyn KeyStore>, CryptoError> + Send + Sync + 'static,
        suite: Suite,
        clock: Clock,
    ) -> Self {
        Self { keys: Arc::new(keys), suite, clock }
    }

    /// Seals a value for its place.
    pub fn seal(&self, level: Purpose, place: &Place<'_>, value: &[u8]) -> Result<Sealed, CryptoError> {
        let keys = (self.keys)()?;
        let key = self.key(keys.as_ref(), level)?;
        keys.seal(&key.id, place, value)
    }

    /// The key that seals for a purpose today.
    fn key(&self, keys: &dyn KeyStore, purpose: Purpose) -> Result<KeyInfo, CryptoError> {
        active_or_first(keys, purpose, self.suite, self.clock.now())
    }

    /// Opens a value in its place.
    pub fn open(&self, sealed: &Sealed, place: &Place<'_>) -> Result<Secret, CryptoError> {
        (self.keys)()?.open(sealed, place)
    }

    /// A new key for one file's fields of a level, and the same wrapped, to lie in the file.
    pub fn data_key(&self, level: Purpose) -> Result<(DataKey, Sealed), CryptoError> {
        let key = DataKey::fresh()?;
        let wrapped = self.seal(level, &BESIDE, key.bytes())?;
        Ok((key, wrapped))
    }

    /// The key that a file holds wrapped.
    pub fn open_data_key(&self, wrapped: &Sealed) -> Result<DataKey, CryptoError> {
        DataKey::of(self.open(wrapped, &BESIDE)?)
    }
}

impl Seal for Sealer {
    fn seal(&self, level: SecretLevel, place: &SecretPlace, value: &[u8]) -> Result<String, SealError> {
        let sealed = Self::seal(self, purpose_of(level), &of(place), value);
        sealed.map(|sealed| sealed.to_string()).map_err(SealError::new)
    }

    fn open(&self, place: &SecretPlace, kept: &[u8]) -> Result<Vec<u8>, SealError> {
        let Some(text) = str::from_utf8(kept).ok().filter(|text| Sealed::is_sealed(text)) else {
            return Ok(kept.to_vec());
        };
        let opened = text.parse().and_then(|sealed| Self::open(self, &sealed, &of(place)));
        Ok(opened.map_err(SealError::new)?.bytes().to_vec())
    }

    fn marks(&self, level: SecretLevel) -> Result<SealMarks, SealError> {
        let key = (self.keys)().and_then(|keys| self.key(keys.as_ref(), purpose_of(level)));
        let key = key.map_err(SealError::new)?;
        Ok(SealMarks { any: Sealed::beginning(None), current: Sealed::beginning(Some(&key.id)) })
    }
}

fn purpose_of(level: SecretLevel) -> Purpose {
    match level {
        SecretLevel::Three => Purpose::Level3,
        SecretLevel::Four => Purpose::Level4,
    }
}

fn of(place: &SecretPlace) -> Place<'_> {
    Place::new(place.table, place.column, &place.row)
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealer").field("suite", &self.suite).finish_non_exhaustive()
    }
}
