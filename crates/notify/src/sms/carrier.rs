//! Which carrier takes the messages: a file of the data folder says it, the environment holds the secrets.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jq_db::Db;
use serde::Deserialize;

use super::demo::DemoPhone;
use super::gateway::Gateway;
use super::kannel::Kannel;
use super::receipt::ReceiptKey;
use super::tencent::{Account, Tencent};
use super::texts::Texts;

/// The file's place in the data folder.
const FILE: &str = "notify/carrier.toml";
const TENCENT: &str = "https://sms.tencentcloudapi.com/";

/// Why there is no way to a carrier.
#[derive(Debug, thiserror::Error)]
pub enum CarrierError {
    /// The file cannot be read or does not fit.
    #[error("{FILE}: {0}")]
    File(String),
    /// No address stands where one should.
    #[error("{FILE}: {0} is no address")]
    Address(String),
    /// A secret is missing.
    #[error("the carrier needs a secret: set {0}")]
    Secret(&'static str),
    /// A text has no number at the carrier.
    #[error("{FILE}: the carrier's number of the text {0} is missing")]
    Template(String),
    /// Calls cannot be made at all.
    #[error("prepare calls to the carrier")]
    Client(#[source] reqwest::Error),
}

/// The variable of the environment with the password at the carrier.
const PASSWORD: &str = "JINQIAO_SMS_PASSWORD";
/// That of what receipts are known by.
const RECEIPTS: &str = "JINQIAO_SMS_RECEIPT_KEY";

/// What stands in no file.
#[derive(Clone, Default)]
pub struct SmsSecrets {
    /// The password, or secret key, at the carrier.
    pub password: Option<String>,
    /// What a carrier's receipts are known by; without it none are believed.
    pub receipts: Option<String>,
}

#[derive(Deserialize)]
#[serde(tag = "carrier", rename_all = "snake_case", deny_unknown_fields)]
enum CarrierFile {
    Demo,
    Kannel {
        url: String,
        user: String,
        sender: Option<String>,
        receipts: Option<String>,
    },
    Tencent {
        url: Option<String>,
        user: String,
        region: String,
        app: String,
        signature: String,
        templates: BTreeMap<String, String>,
    },
}

/// The way to the carrier, and what its receipts are known by.
#[derive(Clone)]
pub struct Carrier {
    pub(crate) gateway: Arc<dyn Gateway>,
    pub(crate) receipts: Option<ReceiptKey>,
}

impl Carrier {
    /// The carrier that the data folder names; the demo phone where it names none. `address` is where people reach the
    /// platform, and a carrier too, unless its file says otherwise.
    pub fn load(
        folder: &Path,
        secrets: &SmsSecrets,
        db: &Db,
        texts: &Texts,
        address: &str,
    ) -> Result<Self, CarrierError> {
        match std::fs::read_to_string(folder.join(FILE)) {
            Ok(text) => Self::read(&text, secrets, db, texts, address),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::demo(db)),
            Err(error) => Err(CarrierError::File(error.to_string())),
        }
    }

    /// The demo phone.
    pub fn demo(db: &Db) -> Self {
        Self::through(Arc::new(DemoPhone::new(db.clone())))
    }

    /// Some other way, whose receipts nobody waits for.
    pub fn through(gateway: Arc<dyn Gateway>) -> Self {
        Self { gateway, receipts: None }
    }

    /// The same, believing receipts that show this key.
    #[must_use]
    pub fn believing(self, key: ReceiptKey) -> Self {
        Self { receipts: Some(key), ..self }
    }

    /// Its name on record.
    pub fn name(&self) -> &'static str {
        self.gateway.name()
    }

    /// Reads the file's text.
    pub fn read(
        text: &str,
        secrets: &SmsSecrets,
        db: &Db,
        texts: &Texts,
        address: &str,
    ) -> Result<Self, CarrierError> {
        let file: CarrierFile =
            toml::from_str(text).map_err(|error| CarrierError::File(error.to_string()))?;
        let password = || secrets.password.as_deref().ok_or(CarrierError::Secret(PASSWORD));
        let key = secrets
            .receipts
            .as_deref()
            .map(|text| ReceiptKey::new(text).ok_or(CarrierError::Secret(RECEIPTS)));
        let key = key.transpose()?;
        let gateway: Arc<dyn Gateway> = match file {
            CarrierFile::Demo => return Ok(Self::demo(db)),
            CarrierFile::Kannel { url, user, sender, receipts } => {
                let key = key.clone().ok_or(CarrierError::Secret(RECEIPTS))?;
                let receipts = receipts.as_deref().unwrap_or(address);
                Arc::new(Kannel::new(&url, (user.as_str(), password()?), sender, (receipts, key))?)
            }
            CarrierFile::Tencent { url, user, region, app, signature, templates } => {
                if let Some(text) = texts.all().find(|text| !templates.contains_key(text.id())) {
                    return Err(CarrierError::Template(text.id().to_owned()));
                }
                let (secret_id, secret_key) = (user.as_str(), password()?);
                let account = Account { secret_id, secret_key, region, app, signature, templates };
                let url = url.unwrap_or_else(|| TENCENT.to_owned());
                Arc::new(Tencent::new(&url, account, db.clock().clone())?)
            }
        };
        Ok(Self { gateway, receipts: key })
    }
}
