//! The platform's keys: in which folder they lie and under which master key. They are opened when they are first needed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use anyhow::Context;
use jq_base::clock::Clock;
use jq_crypto::{CryptoError, KeyStore, Keyring, Master, MasterKey, Sealer, Suite};

use crate::cli::KeyOptions;

/// The keys of one data folder. Clones share them.
#[derive(Clone)]
pub(crate) struct Keys {
    folder: PathBuf,
    options: KeyOptions,
    opened: Arc<OnceLock<Arc<Keyring>>>,
}

impl Keys {
    /// Keys under `keys/` of the data folder.
    pub(crate) fn new(data: &Path, options: KeyOptions) -> Self {
        Self { folder: data.join("keys"), options, opened: Arc::default() }
    }

    /// The suite of new keys.
    pub(crate) fn suite(&self) -> Suite {
        self.options.suite
    }

    /// The keys themselves.
    pub(crate) fn ring(&self) -> anyhow::Result<Arc<Keyring>> {
        self.open().context("open the platform's keys")
    }

    fn open(&self) -> Result<Arc<Keyring>, CryptoError> {
        if let Some(ring) = self.opened.get() {
            return Ok(Arc::clone(ring));
        }
        let master = match (&self.options.master_key, &self.options.master_key_digits) {
            (None, Some(digits)) => Master::Given(MasterKey::parse(&digits.0)?),
            _ => Master::File(self.master_file()),
        };
        let ring = Keyring::open(&self.folder, master)?;
        Ok(Arc::clone(self.opened.get_or_init(|| Arc::new(ring))))
    }

    /// Seals with these keys, which are opened when there is something to seal or to open.
    pub(crate) fn sealer(&self, clock: &Clock) -> Sealer {
        let keys = self.clone();
        let open = move || keys.open().map(|ring| ring as Arc<dyn KeyStore>);
        Sealer::new(open, self.suite(), clock.clone())
    }

    /// The file of the master key; none when the environment holds the key itself.
    pub(crate) fn own_master_file(&self) -> Option<PathBuf> {
        let is_given = self.options.master_key.is_none() && self.options.master_key_digits.is_some();
        (!is_given).then(|| self.master_file())
    }

    fn master_file(&self) -> PathBuf {
        self.options.master_key.clone().unwrap_or_else(|| self.folder.join("master.key"))
    }
}
