//! Keys in a file: each wrapped under the master key, all of them under one seal.
//!
//! `keyring.json` is read again when another process has written it, so that a rotation at the command line holds for
//! the running platform at once. Whoever writes holds `keyring.lock` meanwhile.

mod document;
mod held;
mod store;

use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use self::document::Document;
use self::held::Held;
use crate::algorithm::Algorithm;
use crate::file::{self, Stamp};
use crate::master::{Master, MasterKey};
use crate::{CryptoError, Suite, Use};

/// Keys kept in a folder of the platform.
pub struct Keyring {
    path: PathBuf,
    master: RwLock<Master>,
    seen: RwLock<Seen>,
}

/// What was read of the file.
#[derive(Default)]
struct Seen {
    stamp: Option<Stamp>,
    ring: Option<Ring>,
}

/// The keys of one state of the file, ready to be used.
#[derive(Clone)]
struct Ring {
    wrapping: Algorithm,
    master: MasterKey,
    keys: Vec<Held>,
}

impl Keyring {
    /// The keys in `folder`. There need not be any yet; what is there must open under the master key.
    pub fn open(folder: &Path, master: Master) -> Result<Self, CryptoError> {
        let path = folder.join("keyring.json");
        let keyring = Self { path, master: RwLock::new(master), seen: RwLock::default() };
        drop(keyring.seen()?);
        Ok(keyring)
    }

    /// The id of the master key that wraps the keys; none while there are none.
    pub fn master_id(&self) -> Result<Option<String>, CryptoError> {
        Ok(self.seen()?.ring.as_ref().map(|ring| ring.master.id()))
    }

    /// Wraps all keys under another master key, with the suite's algorithm. The former opens nothing any more.
    pub fn rewrap(&self, next: &MasterKey, suite: Suite) -> Result<(), CryptoError> {
        let lock = self.lock()?;
        let Some(ring) = self.fresh()?.ring else { return Ok(()) };
        let wrapping = suite.algorithm(Use::Sealing);
        self.write(
            Ring { wrapping, master: next.clone(), keys: ring.keys },
            Some(Master::Given(next.clone())),
        )?;
        drop(lock);
        Ok(())
    }

    /// Wraps all keys under a new master key, which takes the place of the former in its file. Cut off at any moment,
    /// the keys open with what lies in the folder of the master key.
    pub fn rewrap_file(&self, master: &Path, suite: Suite) -> Result<MasterKey, CryptoError> {
        let next = Master::next(master);
        let key = MasterKey::read_or_make(&next)?;
        self.rewrap(&key, suite)?;
        Master::settle(master, &key.id())?;
        *self.master.write().unwrap_or_else(PoisonError::into_inner) = Master::File(master.to_owned());
        Ok(key)
    }

    /// What the file holds now; it is read only when it was written since.
    fn seen(&self) -> Result<RwLockReadGuard<'_, Seen>, CryptoError> {
        let stamp = file::stamp(&self.path)?;
        {
            let seen = self.seen.read().unwrap_or_else(PoisonError::into_inner);
            if seen.stamp == stamp {
                return Ok(seen);
            }
        }
        let fresh = self.fresh()?;
        *self.seen.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(self.seen.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the file. The stamp is taken before, so that a write in between is seen the next time.
    fn fresh(&self) -> Result<Seen, CryptoError> {
        let stamp = file::stamp(&self.path)?;
        let Some(bytes) = file::read(&self.path)? else { return Ok(Seen::default()) };
        let document = Document::parse(bytes.bytes(), &self.path)?;
        let master = self.master.read().unwrap_or_else(PoisonError::into_inner);
        let master = master.find(&document.master, &self.path)?;
        Ok(Seen { stamp, ring: Some(document.unwrap(master, &self.path)?) })
    }

    /// Changes the keys: `change` gets them as they are now, and what it makes of them is written.
    fn change<T>(
        &self,
        suite: Suite,
        change: impl FnOnce(&mut Vec<Held>) -> Result<T, CryptoError>,
    ) -> Result<T, CryptoError> {
        let _lock = self.lock()?;
        let mut ring = match self.fresh()?.ring {
            Some(ring) => ring,
            None => Ring {
                wrapping: suite.algorithm(Use::Sealing),
                master: self.master.read().unwrap_or_else(PoisonError::into_inner).first()?,
                keys: Vec::new(),
            },
        };
        let changed = change(&mut ring.keys)?;
        self.write(ring, None)?;
        Ok(changed)
    }

    /// Writes the keys; whoever calls holds the lock.
    fn write(&self, ring: Ring, master: Option<Master>) -> Result<(), CryptoError> {
        let document = Document::wrap(&ring)?;
        file::replace(&self.path, &document.bytes())?;
        if let Some(master) = master {
            *self.master.write().unwrap_or_else(PoisonError::into_inner) = master;
        }
        let stamp = file::stamp(&self.path)?;
        *self.seen.write().unwrap_or_else(PoisonError::into_inner) = Seen { stamp, ring: Some(ring) };
        Ok(())
    }

    fn lock(&self) -> Result<std::fs::File, CryptoError> {
        file::lock(&self.path.with_file_name("keyring.lock"))
    }
}
