//! Everything a command needs, opened from one data folder.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use jq_base::clock::{Clock, SHIFT_SETTING};
use jq_base::ids::SubjectKey;
use jq_base::permit::{Permit, Purpose};
use jq_base::sign::Sign;
use jq_base::workdays::Calendar;
use jq_catalog::Catalog;
use jq_consent::Receipts;
use jq_credit::Credit;
use jq_crypto::Signatory;
use jq_db::{Db, Shelf};
use jq_decision::{Decisions, Flows};
use jq_ingest::Ingest;
use jq_lake::{Lake, LakeKeys, Sizes};
use jq_lending::clock::ClockLimits;
use jq_lending::document::DocumentLimits;
use jq_lending::product::Products;
use jq_lending::refusal::RefusalReasons;
use jq_lending::{Documents, Lending};
use jq_matching::Matching;
use jq_warning::Warnings;

use crate::cli::KeyOptions;
use crate::keys::Keys;

/// The parts of the platform over one data folder.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) folder: PathBuf,
    pub(crate) clock: Clock,
    pub(crate) db: Db,
    pub(crate) catalog: Arc<Catalog>,
    pub(crate) lake: Lake,
    pub(crate) ingest: Ingest,
    pub(crate) keys: Keys,
    decisions: Arc<OnceLock<Decisions>>,
    lending: Arc<OnceLock<Lending>>,
    warnings: Arc<OnceLock<Warnings>>,
}

impl App {
    /// Opens the data folder, making it when it is new; business records lie in it unless `database` names a server,
    /// and its keys where `keys` says.
    pub(crate) async fn open(
        folder: &Path,
        database: Option<&str>,
        keys: KeyOptions,
    ) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("make the data folder {}", folder.display()))?;
        let clock = Clock::shifted(SignedDuration::ZERO);
        let file = folder.join("jinqiao.db");
        let file = file.to_str().context("the data folder's name is not UTF-8")?;
        let db =
            Db::open(database.unwrap_or(file), clock.clone()).await.context("open the business records")?;
        db.migrate().await?;
        if let Some(shift) = db.setting(SHIFT_SETTING).await? {
            let seconds: i64 = shift.parse().context("the demo clock's setting is not a number")?;
            clock.advance(SignedDuration::from_secs(seconds));
        }
        let catalog = Arc::new(load_catalog(folder)?);
        let tables = catalog.items().map(jq_catalog::Item::table).collect();
        let seals_new_files = !keys.lake_in_clear;
        let keys = Keys::new(folder, keys);
        let sealer = keys.sealer(&clock);
        let db = db.sealing(Arc::new(sealer.clone()));
        let lake_keys = LakeKeys { sealer, seals_new_files };
        let lake = Lake::open_with(&folder.join("lake"), tables, Sizes::default(), Some(lake_keys))?;
        let ingest = Ingest::new(db.clone(), lake.clone(), Arc::clone(&catalog), folder.join("ingest"));
        let (decisions, lending, warnings) = (Arc::default(), Arc::default(), Arc::default());
        let folder = folder.to_owned();
        Ok(Self { folder, clock, db, catalog, lake, ingest, keys, decisions, lending, warnings })
    }

    /// The file in which the ends of the audit chain are kept, apart from the store.
    pub(crate) fn anchors(&self) -> PathBuf {
        self.folder.join("audit-anchor.jsonl")
    }

    /// The platform as one that signs. The first signature makes the first key.
    pub(crate) fn signer(&self) -> anyhow::Result<Arc<dyn Sign>> {
        Ok(Arc::new(Signatory::new(self.keys.ring()?, self.keys.suite(), self.clock.clone())))
    }

    /// Where packages lie that arrive over HTTP, until they are taken.
    pub(crate) fn uploads(&self) -> PathBuf {
        self.folder.join("uploads")
    }

    /// Where the files of reports and receipts lie.
    pub(crate) fn reports(&self) -> PathBuf {
        self.folder.join("reports")
    }

    /// Credit reports, signed; `address` is where people reach the platform, to whose page of verification their QR
    /// codes lead.
    pub(crate) fn credit(&self, address: &str) -> anyhow::Result<Credit> {
        let (folder, catalog) = (self.reports(), Arc::clone(&self.catalog));
        let verify_base = format!("{address}/verify");
        let credit = Credit::new(self.db.clone(), self.lake.clone(), catalog, folder, verify_base)?;
        Ok(credit.with_signer(self.signer()?))
    }

    /// Papers that firms hand in.
    pub(crate) fn documents(&self) -> anyhow::Result<Documents> {
        let limits = DocumentLimits::load(&self.folder)?;
        Ok(Documents::new(self.db.clone(), self.folder.join("documents"), limits))
    }

    /// The folders of files that lie sealed beside the store, each with its name.
    pub(crate) fn shelves(&self) -> [(&'static str, Shelf); 2] {
        [("reports", self.reports()), ("documents", self.folder.join("documents"))]
            .map(|(name, folder)| (name, Shelf::new(&self.db, folder)))
    }

    /// Receipts of consents, signed; `address` is where people reach the platform.
    pub(crate) fn consent_receipts(&self, address: &str) -> anyhow::Result<Receipts> {
        let (folder, catalog) = (self.reports(), Arc::clone(&self.catalog));
        let receipts = Receipts::new(self.db.clone(), catalog, folder, format!("{address}/verify"));
        Ok(receipts.with_signer(self.signer()?))
    }

    /// The banks' models, compiled at the first call.
    pub(crate) fn decisions(&self) -> anyhow::Result<Decisions> {
        if let Some(compiled) = self.decisions.get() {
            return Ok(compiled.clone());
        }
        let flows = Flows::load(&[self.folder.as_path()])?;
        let compiled = Decisions::new(self.db.clone(), self.lake.clone(), flows).with_signer(self.signer()?);
        Ok(self.decisions.get_or_init(|| compiled).clone())
    }

    /// Orders, loans and products, with the data folder's content beside the shipped one, read at the first call.
    pub(crate) fn lending(&self) -> anyhow::Result<Lending> {
        if let Some(read) = self.lending.get() {
            return Ok(read.clone());
        }
        let folders = [self.folder.as_path()];
        let (products, reasons) = (Products::load(&folders)?, RefusalReasons::load(&folders)?);
        let limits = ClockLimits::embedded()?;
        let read = Lending::new(self.db.clone(), products, reasons, Calendar::embedded(), limits);
        Ok(self.lending.get_or_init(|| read).clone())
    }

    /// Which products fit a firm, and which firms a bank may approach.
    pub(crate) fn matching(&self) -> anyhow::Result<Matching> {
        let (lending, decisions) = (self.lending()?, self.decisions()?);
        Ok(Matching::new(self.db.clone(), Arc::clone(&self.catalog), lending, decisions))
    }

    /// Early warnings on live loans, with the data folder's models beside the shipped ones.
    pub(crate) fn warnings(&self) -> anyhow::Result<Warnings> {
        if let Some(loaded) = self.warnings.get() {
            return Ok(loaded.clone());
        }
        let (lending, decisions) = (self.lending()?, self.decisions()?);
        let loaded = Warnings::new(self.db.clone(), Arc::clone(&self.catalog), lending, decisions)?;
        let loaded = loaded.over(self.folder.clone())?;
        Ok(self.warnings.get_or_init(|| loaded).clone())
    }

    /// A permit for the operator at the command line, put on record.
    pub(crate) async fn operator_permit(
        &self,
        subject: &SubjectKey,
        purpose: Purpose,
        items: &[&str],
    ) -> anyhow::Result<Permit> {
        let mut tx = self.db.begin().await?;
        let now = tx.now();
        let permit =
            jq_consent::permit_operator(&mut tx, &self.catalog, "operator@cli", purpose, subject, items, now)
                .await?;
        tx.commit().await?;
        Ok(permit)
    }

    /// A permit over all items, as the subject's own report needs it.
    pub(crate) async fn own_report_permit(&self, subject: &SubjectKey) -> anyhow::Result<Permit> {
        let items: Vec<&str> = self.catalog.items().map(|item| item.id.as_str()).collect();
        self.operator_permit(subject, Purpose::ReportSelf, &items).await
    }

    /// Sets the demo city's clock to `to`, now and for every later start.
    pub(crate) async fn set_demo_clock(&self, to: Timestamp) -> anyhow::Result<()> {
        Ok(jq_portal::demo::clock::move_to(&self.db, to).await?)
    }
}

/// The embedded catalogue with what the data folder's `catalog/` adds or replaces.
pub(crate) fn load_catalog(folder: &Path) -> anyhow::Result<Catalog> {
    Ok(Catalog::load(&[folder])?)
}
