//! A consent that is to be given.

use std::collections::BTreeSet;

use jq_base::ids::{BankId, OrderId, ProductId};
use jq_base::permit::Purpose;

use super::evidence::Evidence;

/// A consent that is to be given, as the form says. The subject is that of whoever is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewGrant {
    /// Which bank may read.
    pub bank: BankId,
    /// Its name.
    pub bank_zh: String,
    /// Its English name.
    pub bank_en: String,
    /// Which items; each is named, there is no "all".
    pub items: BTreeSet<String>,
    /// What for.
    pub purpose: Purpose,
    /// For which product.
    pub product: Option<ProductId>,
    /// For which order.
    pub order: Option<OrderId>,
    /// For how many days of 24 hours.
    pub days: u32,
    /// How often the bank may read; nothing stands for the proposed number.
    pub queries_max: Option<u32>,
    /// The digest of the text that was shown. When given, only that text is agreed to.
    pub text_hash: Option<String>,
    /// From where the yes comes, as far as the caller knows.
    pub evidence: Evidence,
}
