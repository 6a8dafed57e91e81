//! Which products a firm wants to see.

use jq_base::ids::BankId;
use jq_base::money::Money;

use super::{Product, Security, begins};

/// Which products; the default is all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductFilter {
    /// Name, bank or description contains this.
    pub text: String,
    /// Of this bank.
    pub bank: Option<BankId>,
    /// Against this security.
    pub security: Option<Security>,
    /// Of this chain.
    pub chain: Option<String>,
    /// This amount can be had.
    pub amount: Option<Money>,
    /// For this many months.
    pub months: Option<u32>,
    /// For firms of this district.
    pub district: Option<String>,
    /// For firms of this industry.
    pub industry: Option<String>,
}

impl ProductFilter {
    pub(super) fn fits(&self, product: &Product) -> bool {
        let text = self.text.trim().to_lowercase();
        let said = [
            &product.zh,
            &product.en,
            &product.bank_zh,
            &product.bank_en,
            &product.about_zh,
            &product.about_en,
        ];
        product.open
            && (text.is_empty() || said.iter().any(|words| words.to_lowercase().contains(&text)))
            && self.bank.as_ref().is_none_or(|bank| product.bank == *bank)
            && self.security.is_none_or(|security| product.security == security)
            && self
                .chain
                .as_ref()
                .is_none_or(|id| product.chain.as_ref().is_some_and(|chain| chain.id == *id))
            && self.amount.is_none_or(|amount| (product.amount_min..=product.amount_max).contains(&amount))
            && self.months.is_none_or(|months| (product.months_min..=product.months_max).contains(&months))
            && begins(&product.districts, self.district.as_deref())
            && begins(&product.industries, self.industry.as_deref())
    }
}
