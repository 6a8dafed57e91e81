//! The secrets under which codes, mobile numbers and identity numbers are hashed.

use std::fmt;

use jiff::Timestamp;
use jq_base::ids::SubjectKey;
use jq_base::mobile::Mobile;
use jq_base::resident_id::ResidentId;
use jq_base::sm3;
use jq_db::{Db, DbError};
use rand::TryRng;
use rand::rngs::SysRng;

use crate::IdentityError;

/// Bytes a key has at least.
const LENGTH_MIN: usize = 16;

/// The key of all processes that share a store; whoever has only the store cannot guess codes from their hashes.
#[derive(Clone)]
pub struct CodeKey(Vec<u8>);

impl CodeKey {
    /// The name of the setting that holds the key in a store.
    pub const SETTING: &'static str = "identity.code_key";

    /// A key from the configuration; `None` when it has fewer than 16 bytes.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        (bytes.len() >= LENGTH_MIN).then(|| Self(bytes.to_vec()))
    }

    /// The key that a store holds, made when there is none yet.
    pub async fn of(db: &Db) -> Result<Self, IdentityError> {
        if let Some(key) = Self::kept(db).await? {
            return Ok(key);
        }
        let mut tx = db.begin().await?;
        // Another process may have been faster.
        if tx.setting(Self::SETTING).await?.is_none() {
            let mut bytes = [0_u8; 32];
            SysRng.try_fill_bytes(&mut bytes).map_err(|_| IdentityError::Secret)?;
            // The hash of 256 random bits is as random as they are, and a text.
            tx.set_secret_setting(Self::SETTING, &sm3::hex(&bytes)).await?;
        }
        tx.commit().await?;
        Self::kept(db).await?.ok_or(IdentityError::Secret)
    }

    async fn kept(db: &Db) -> Result<Option<Self>, DbError> {
        Ok(db.secret_setting(Self::SETTING).await?.and_then(|key| Self::new(key.as_bytes())))
    }

    /// The keyed hash of a mobile number, by which its holder is found without keeping the number.
    pub fn mobile_hash(&self, mobile: &Mobile) -> String {
        mobile.keyed_hash(&self.0)
    }

    /// The hash of a code bound to its number and the moment it was sent.
    pub(crate) fn code_hash(&self, mobile_hash: &str, sent_at: Timestamp, code: &str) -> String {
        let sent_at = sent_at.as_microsecond();
        sm3::keyed_hex(&self.0, format!("code|{mobile_hash}|{sent_at}|{code}").as_bytes())
    }
}

impl fmt::Debug for CodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeKey(**)")
    }
}

/// The key under which the source units hash identity numbers before they deliver them, so that a number a person
/// types can be compared with the register without anyone keeping it.
#[derive(Clone)]
pub struct IdHashKey(Vec<u8>);

impl IdHashKey {
    /// The name of the setting that holds the key in a store.
    pub const SETTING: &'static str = "identity.id_hash_key";

    /// A key from the configuration; `None` when it has fewer than 16 bytes.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        (bytes.len() >= LENGTH_MIN).then(|| Self(bytes.to_vec()))
    }

    /// The key that a store holds under [`IdHashKey::SETTING`]; nothing when none was set or it is too short.
    pub async fn kept(db: &Db) -> Result<Option<Self>, DbError> {
        Ok(db.secret_setting(Self::SETTING).await?.and_then(|key| Self::new(key.as_bytes())))
    }

    pub(crate) fn hash(&self, number: &ResidentId) -> String {
        number.keyed_hash(&self.0)
    }

    /// Under which key the records of the natural person with this number are kept.
    pub fn subject(&self, number: &ResidentId) -> Option<SubjectKey> {
        SubjectKey::parse(&self.hash(number)).ok()
    }
}

impl fmt::Debug for IdHashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdHashKey(**)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_key_is_none_and_no_key_shows_itself() {
        assert!(CodeKey::new(b"short").is_none() && IdHashKey::new(b"short").is_none());
        let long = b"a key for tests only";
        assert_eq!(format!("{:?}", CodeKey::new(long)), "Some(CodeKey(**))");
        assert_eq!(format!("{:?}", IdHashKey::new(long)), "Some(IdHashKey(**))");
    }
}
