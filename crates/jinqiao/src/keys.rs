//! The platform's keys: in which folder they lie and under which master key. They are opened when they are first needed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use anyhow::Context;
use jq_base::clock::Clock;
use jq_crypto::{CryptoError, KeyStore, Keyring, Master, MasterKey, Sealer, Suite};
use jq_db::Db;
use jq_db::audit::{AuditLine, Filter, list};

use crate::cli::KeyOptions;

/// The acts that make a key, as their audit lines name them: making one, exchanging one at the command line and at the
/// security administrator's page.
const MADE_BY: [&str; 3] = ["crypto.key.make", "crypto.key.rotate", "crypto.keys.rotate"];
/// Lines of each of these acts that are looked at; keys are few.
const LINES_MAX: u32 = 10_000;

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

    /// Whether columns of level 3 and 4 are sealed in new files of the lake.
    pub(crate) fn seals_lake(&self) -> bool {
        !self.options.lake_in_clear
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

    /// Puts the making of every key on record that no line tells of: the first signature and the first sealing make
    /// their keys by themselves. How many there were. Keys that nobody has opened were not made here.
    pub(crate) async fn note_first_uses(&self, db: &Db) -> anyhow::Result<usize> {
        let Some(ring) = self.opened.get() else { return Ok(0) };
        let (keys, mut known) = (ring.list()?, BTreeSet::new());
        if keys.is_empty() {
            return Ok(0);
        }
        for action in MADE_BY {
            let filter = Filter { action: Some(action.to_owned()), ..Filter::default() };
            let lines = list(db, &filter, LINES_MAX).await?;
            known.extend(lines.iter().filter_map(|line| Some(line.detail["id"].as_str()?.to_owned())));
        }
        let mut noted = 0;
        for key in keys.iter().filter(|key| !known.contains(key.id.as_str())) {
            let mut detail = serde_json::to_value(key)?;
            detail["first_use"] = true.into();
            db.record(AuditLine::new("system", "system", MADE_BY[0]).detail(detail)).await?;
            noted += 1;
        }
        Ok(noted)
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

#[cfg(test)]
mod tests {
    use jq_base::sign::Sign;
    use jq_crypto::{Purpose, Signatory};

    use super::*;

    #[tokio::test]
    async fn a_key_that_the_first_signature_made_is_put_on_record_once() {
        let clock = Clock::System;
        let folder = std::env::temp_dir().join(jq_db::fresh_token(clock.now()));
        let db = Db::open(folder.join("jinqiao.db").to_str().unwrap(), clock.clone()).await.unwrap();
        db.migrate().await.unwrap();
        let keys = Keys::new(&folder, KeyOptions::default());
        assert_eq!(keys.note_first_uses(&db).await.unwrap(), 0, "nothing was opened");
        let ring = keys.ring().unwrap();
        assert_eq!(keys.note_first_uses(&db).await.unwrap(), 0, "nothing was made");
        let signatory =
            Signatory::new(Arc::clone(&ring) as Arc<dyn KeyStore>, Suite::National, clock.clone());
        signatory.sign(b"a report").unwrap();
        signatory.sign(b"another").unwrap();
        let asked_for = ring.generate(Purpose::Level4, Suite::National, clock.now()).unwrap();
        let line = AuditLine::new("operator@cli", "operator", "crypto.key.make");
        db.record(line.detail(serde_json::to_value(&asked_for).unwrap())).await.unwrap();

        assert_eq!(keys.note_first_uses(&db).await.unwrap(), 1);
        assert_eq!(keys.note_first_uses(&db).await.unwrap(), 0);
        let filter = Filter { action: Some("crypto.key.make".to_owned()), ..Filter::default() };
        let lines = list(&db, &filter, 10).await.unwrap();
        assert_eq!(lines.len(), 2);
        let made = lines.iter().find(|line| line.actor == "system").unwrap();
        assert_eq!((&made.detail["purpose"], &made.detail["first_use"]), (&"signature".into(), &true.into()));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
