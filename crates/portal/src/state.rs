//! What the pages work with: the services behind them and the settings of this installation.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use jq_catalog::Catalog;
use jq_consent::{Receipts, WatchRules};
use jq_credit::Credit;
use jq_crypto::{KeyStore, Suite};
use jq_db::Db;
use jq_decision::Decisions;
use jq_identity::{CodeKey, SecondFactors};
use jq_ingest::Ingest;
use jq_lending::{Documents, Lending};
use jq_matching::Matching;
use jq_notify::SmsSender;
use jq_supervision::Supervision;
use jq_warning::Warnings;

use crate::bank::BankPeople;

/// Everything the pages need; clones share it.
#[derive(Clone)]
pub struct PortalState {
    /// The business store and its clock.
    pub db: Db,
    /// The catalogue.
    pub catalog: Arc<Catalog>,
    /// The key of one-time codes.
    pub code_key: CodeKey,
    /// Text messages to phones.
    pub sms: SmsSender,
    /// Second factors of employees.
    pub factors: SecondFactors,
    /// The platform's keys, for who keeps them.
    pub keys: KeyDesk,
    /// Reports.
    pub credit: Credit,
    /// Receipts of consents.
    pub consent_receipts: Receipts,
    /// What counts as unusual reading.
    pub watch_rules: WatchRules,
    /// The banks' models.
    pub decisions: Decisions,
    /// Orders, loans and products.
    pub lending: Lending,
    /// Papers that firms hand in.
    pub documents: Documents,
    /// Who watches over orders.
    pub supervision: Supervision,
    /// Which products fit a firm, and which firms a bank may approach.
    pub matching: Matching,
    /// Early warnings on live loans.
    pub warnings: Warnings,
    /// Batches of source units.
    pub ingest: Ingest,
    /// Where uploads wait until they are taken.
    pub uploads: PathBuf,
    /// Where receipts and rejected rows lie, `<receipts>/<batch>/rejected.csv`.
    pub receipts: PathBuf,
    /// The largest upload, in bytes.
    pub upload_max: usize,
    /// Served over HTTPS: session cookies travel only there.
    pub https: bool,
    /// The city in figures, for the home page.
    pub city: CityBoard,
    /// The banks' people, for the pages that name them.
    pub bank_people: BankPeople,
    /// Firms a visitor of the demonstration can try.
    pub demo_firms: Arc<[DemoFirm]>,
    /// How this installation was started, for who keeps it.
    pub setup: Arc<Setup>,
}

/// How an installation was started.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// The release.
    pub version: String,
    /// Its settings, in the order in which they are shown.
    pub settings: Vec<Setting>,
}

/// A setting of an installation, as it is in force. No secret is one.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Which one: the page's words for it are `setup-<key>`.
    pub key: &'static str,
    /// Its value in Chinese.
    pub value_zh: String,
    /// The same in English.
    pub value_en: String,
    /// The option and the variable of the environment that set it; empty where nothing does.
    pub option: &'static str,
}

impl Setting {
    /// A setting whose value reads the same in both languages.
    pub fn plain(key: &'static str, value: impl Into<String>, option: &'static str) -> Self {
        let value = value.into();
        Self { key, value_zh: value.clone(), value_en: value, option }
    }
}

/// The platform's keys and the suite of new ones.
#[derive(Clone)]
pub struct KeyDesk {
    /// Where they are kept.
    pub store: Arc<dyn KeyStore>,
    /// What new ones are made for.
    pub suite: Suite,
}

/// A firm of the demonstration.
#[derive(Clone, Debug)]
pub struct DemoFirm {
    /// Its name.
    pub name: String,
    /// The mobile number that signs in for it.
    pub mobile: String,
    /// Its credit code; empty for a farm household.
    pub code: String,
    /// The invented person who acts for it.
    pub person: String,
    /// That person's invented identity number.
    pub resident_id: String,
    /// What is special about it, in Chinese.
    pub about_zh: String,
    /// The same in English.
    pub about_en: String,
}

/// The city in figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CityFigures {
    /// Firms and other subjects with records.
    pub subjects: u64,
    /// Current records.
    pub records: u64,
    /// Items of the catalogue.
    pub items: u64,
    /// Banks that take part.
    pub banks: u64,
}

/// The newest figures of the city, set by whoever counts them; clones share them.
#[derive(Clone, Debug, Default)]
pub struct CityBoard(Arc<RwLock<CityFigures>>);

impl CityBoard {
    /// Shows new figures from now on.
    pub fn set(&self, figures: CityFigures) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = figures;
    }

    /// The figures shown now.
    pub fn get(&self) -> CityFigures {
        *self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PortalState {
    /// The city in figures.
    pub fn city_figures(&self) -> CityFigures {
        self.city.get()
    }

    /// Firms to try in the demonstration.
    pub fn demo_firms(&self) -> Vec<DemoFirm> {
        self.demo_firms.to_vec()
    }
}
