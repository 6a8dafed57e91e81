//! Second factors of employees: one-time codes from a phone, and passkeys. Enrolling, showing, removing them.
//!
//! ```text
//! one-time code: offered ─(first right code)─▶ enrolled ─▶ removed
//! passkey:       asked ─(the browser answers within 5 minutes)─▶ enrolled ─▶ removed
//! account:       free ─(5 wrong second factors)─▶ locked 15 minutes ─▶ free
//! ```
//!
//! The secret of one-time codes is of level 4, bound to its account; of a passkey only the public half is known here. A code is taken once, an answer of a passkey once and only to the question that this session asked.

mod enrol;
mod passkey;
mod prove;
mod remove;
mod store;
mod totp;

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use jq_base::ids::AccountId;
use jq_db::{Db, DbError};
use webauthn_rs::Webauthn;

use super::due::FactorRule;
use crate::IdentityError;

pub use enrol::TotpOffer;
pub use passkey::Site;
pub use prove::Proof;
pub(super) use remove::remove_all;
pub(crate) use store::SECRETS;

/// What stands for the platform in an authenticator program.
const ISSUER: &str = "金桥 jinqiao";
/// Passkeys that an account may have.
const PASSKEYS_MAX: usize = 10;
/// Characters of the name that its holder gives to a passkey.
const NAME_CHARS: usize = 40;

/// Second factors of employees, with the address that passkeys are bound to. Clones share it.
#[derive(Clone)]
pub struct SecondFactors {
    rule: FactorRule,
    site: Option<Arc<Site>>,
}

/// A second factor that an account has (第二验证因素).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    /// What it is.
    pub kind: FactorKind,
    /// What its holder calls it; empty for one-time codes.
    pub name: String,
    /// Since when.
    pub since: Timestamp,
    /// When it was last used, where that is kept.
    pub used_at: Option<Timestamp>,
}

/// Which of an account's second factors is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactorKind {
    /// One-time codes (动态口令).
    Totp,
    /// The passkey with this id (通行密钥).
    Passkey(String),
}

impl SecondFactors {
    /// Second factors by this rule. `site` is where passkeys are asked for; none where the platform has no name that
    /// they could be bound to.
    pub fn new(rule: FactorRule, site: Option<Site>) -> Self {
        Self { rule, site: site.map(Arc::new) }
    }

    /// Whether employees must have a second factor here.
    pub fn rule(&self) -> FactorRule {
        self.rule
    }

    /// Where passkeys can be asked for; none where the platform has no name.
    pub fn site_address(&self) -> Option<&str> {
        self.site.as_deref().map(|site| site.address.as_str())
    }

    /// The second factors of an account, one-time codes first, passkeys by age.
    pub async fn list(&self, db: &Db, account: &AccountId) -> Result<Vec<Factor>, DbError> {
        store::list(db, account).await
    }

    fn site(&self) -> Result<&Webauthn, IdentityError> {
        let site =
            self.site.as_deref().ok_or(IdentityError::NotEnrollable("passkeys need an address with a name"));
        site.map(|site| &site.webauthn)
    }
}

impl fmt::Debug for SecondFactors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecondFactors").field("rule", &self.rule).finish_non_exhaustive()
    }
}
