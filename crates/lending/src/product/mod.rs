//! What banks offer: products as content, checked when loaded, searched and compared by firms.

mod check;
mod content;
mod filter;

use jiff::civil::date;
use jq_base::ids::{BankId, FlowId, ProductId, SubjectKey, SubjectKind};
use jq_base::lang::Lang;
use jq_base::money::Money;
use jq_base::rate::Rate;
use serde::Deserialize;

use crate::coded::coded;
use crate::order::{LoanUse, OrderKind};
use crate::schedule::{self, RepaymentMethod};

pub use content::{ProductError, Products};
pub use filter::ProductFilter;

coded! {
    /// Against what a loan is given (担保方式).
    Security {
        /// The borrower's credit alone.
        Credit = "credit", "信用", "unsecured";
        /// Somebody's guarantee.
        Guarantee = "guarantee", "保证", "guarantee";
        /// A mortgage of land or buildings.
        Mortgage = "mortgage", "抵押", "mortgage";
        /// A pledge of rights or goods.
        Pledge = "pledge", "质押", "pledge";
        /// Several of these.
        Combined = "combined", "组合", "combined";
    }
}

/// An industry chain that a product is made for (产业链).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chain {
    /// Its word.
    pub id: String,
    /// Its Chinese name.
    pub zh: String,
    /// Its English name.
    pub en: String,
    /// How much all banks together may lend to it, in yuan; without it there is no bound.
    #[serde(default)]
    pub cap_yuan: Option<i64>,
}

impl Chain {
    /// How much all banks together may lend to it.
    pub fn cap(&self) -> Option<Money> {
        self.cap_yuan.and_then(Money::from_yuan)
    }
}

/// What is paid once beside the interest, as a share of the amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fee {
    /// What for, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
    /// The share.
    pub rate: Rate,
}

/// A financing product (金融产品).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Its word.
    pub id: ProductId,
    /// Whose.
    pub bank: BankId,
    /// The bank's Chinese name.
    pub bank_zh: String,
    /// The bank's English name.
    pub bank_en: String,
    /// Its Chinese name.
    pub zh: String,
    /// Its English name.
    pub en: String,
    /// What it is, in Chinese.
    pub about_zh: String,
    /// The same in English.
    pub about_en: String,
    /// For which kinds of orders.
    pub kinds: Vec<OrderKind>,
    /// The smallest amount.
    pub amount_min: Money,
    /// The largest amount.
    pub amount_max: Money,
    /// The shortest time.
    pub months_min: u32,
    /// The longest time.
    pub months_max: u32,
    /// The lowest yearly rate.
    pub rate_min: Rate,
    /// The highest yearly rate.
    pub rate_max: Rate,
    /// How it can be paid back, the usual way first.
    pub methods: Vec<RepaymentMethod>,
    /// Against what.
    pub security: Security,
    /// For what money may be used; empty for anything that is allowed.
    pub uses: Vec<LoanUse>,
    /// The catalogue items that the bank reads.
    pub items: Vec<String>,
    /// For firms of these districts, six digits or the beginning of them; empty for the whole city.
    pub districts: Vec<String>,
    /// For firms of these industries, by the beginning of their code; empty for all.
    pub industries: Vec<String>,
    /// The chain it is made for.
    pub chain: Option<Chain>,
    /// What is paid once beside the interest.
    pub fees: Vec<Fee>,
    /// The model that estimates its limit beforehand.
    pub flow: Option<FlowId>,
    /// For natural persons, such as farm households, too.
    pub persons: bool,
    /// Papers to bring, in Chinese.
    pub documents_zh: Vec<String>,
    /// The same in English.
    pub documents_en: Vec<String>,
    /// Offered at present.
    pub open: bool,
}

impl Product {
    /// Its name.
    pub fn name(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }

    /// The bank's name.
    pub fn bank_name(&self, lang: Lang) -> &str {
        lang.pick(&self.bank_zh, &self.bank_en)
    }

    /// What it is.
    pub fn about(&self, lang: Lang) -> &str {
        lang.pick(&self.about_zh, &self.about_en)
    }

    /// Papers to bring.
    pub fn documents(&self, lang: Lang) -> &[String] {
        match lang {
            Lang::Zh => &self.documents_zh,
            Lang::En => &self.documents_en,
        }
    }

    /// Whether a firm of this district and industry may ask for it. What is not known keeps nobody out.
    pub fn is_for(&self, subject: &SubjectKey, district: Option<&str>, industry: Option<&str>) -> bool {
        (self.persons || subject.kind() == SubjectKind::Organisation)
            && begins(&self.districts, district)
            && begins(&self.industries, industry)
    }

    /// What it costs in a year at the lowest rate, fees and interest on interest included, for the largest amount, paid
    /// back in the usual way: over the longest time up to three years, or a year where interest is paid at the end.
    pub fn annual_cost(&self) -> Rate {
        let Some(&usual) = self.methods.first() else { return self.rate_min };
        let at_end = matches!(usual, RepaymentMethod::AllAtEnd | RepaymentMethod::Revolving);
        let months = self.months_max.min(if at_end { 12 } else { 36 });
        self.cost_of(self.amount_max, months, usual, self.rate_min).unwrap_or(self.rate_min)
    }

    /// What this amount costs in a year, fees included.
    pub fn cost_of(&self, amount: Money, months: u32, method: RepaymentMethod, rate: Rate) -> Option<Rate> {
        let from = date(2026, 1, 15);
        let plan = schedule::plan(method, amount, rate, months, from).ok()?;
        let fees = self
            .fees
            .iter()
            .try_fold(Money::ZERO, |sum, fee| sum.checked_add(amount.mul_ppm(fee.rate.ppm())?))?;
        Some(schedule::irr(amount.checked_sub(fees)?, &plan, from)?.effective)
    }
}

/// Whether a code begins as one of those that are allowed; none allowed means all, and what is not known fits.
fn begins(allowed: &[String], own: Option<&str>) -> bool {
    allowed.is_empty() || own.is_none_or(|own| allowed.iter().any(|start| own.starts_with(start.as_str())))
}
