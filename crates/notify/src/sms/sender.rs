//! Everything that sending text messages needs; clones share it.

use std::sync::Arc;

use jq_db::Db;
use jq_identity::CodeKey;

use super::carrier::Carrier;
use super::rules::SmsRules;
use super::texts::Texts;

/// Sends text messages by the rules, through one carrier (短信发送).
#[derive(Clone)]
pub struct SmsSender(Arc<Parts>);

struct Parts {
    db: Db,
    texts: Arc<Texts>,
    rules: SmsRules,
    key: CodeKey,
    carrier: Carrier,
}

impl SmsSender {
    /// A sender; `key` is what mobile numbers are hashed with.
    pub fn new(db: Db, texts: Arc<Texts>, rules: SmsRules, key: CodeKey, carrier: Carrier) -> Self {
        Self(Arc::new(Parts { db, texts, rules, key, carrier }))
    }

    pub(crate) fn db(&self) -> &Db {
        &self.0.db
    }

    pub(crate) fn texts(&self) -> &Texts {
        &self.0.texts
    }

    /// When phones are left in peace, and how much one phone gets.
    pub fn rules(&self) -> &SmsRules {
        &self.0.rules
    }

    pub(crate) fn key(&self) -> &CodeKey {
        &self.0.key
    }

    /// The carrier.
    pub fn carrier(&self) -> &Carrier {
        &self.0.carrier
    }
}
