//! What banks offer: products as content, checked when loaded, searched and compared by firms.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use jiff::civil::date;
use jq_base::ids::{BankId, FlowId, ProductId, SubjectKey, SubjectKind};
use jq_base::lang::Lang;
use jq_base::money::Money;
use jq_base::rate::Rate;
use serde::Deserialize;

use crate::coded::coded;
use crate::order::{LoanUse, OrderKind};
use crate::schedule::{self, RepaymentMethod};

/// The products built into the program.
static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../lending/products");

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
        let begins = |allowed: &[String], own: Option<&str>| {
            allowed.is_empty() || own.is_none_or(|own| allowed.iter().any(|start| own.starts_with(start.as_str())))
        };
        (self.persons || subject.kind() == SubjectKind::Organisation)
            && begins(&self.districts, district)
            && begins(&self.industries, industry)
    }

    /// What it costs in a year at the lowest rate, fees and interest on interest included, for the largest amount, paid
    /// back in the usual way: over the longest time up to three years, or a year where interest is paid at the end.
    pub fn annual_cost(&self) -> Rate {
        let at_end = matches!(self.methods[0], RepaymentMethod::AllAtEnd | RepaymentMethod::Revolving);
        let months = self.months_max.min(if at_end { 12 } else { 36 });
        self.cost_of(self.amount_max, months, self.methods[0], self.rate_min).unwrap_or(self.rate_min)
    }

    /// What this amount costs in a year, fees included.
    pub fn cost_of(&self, amount: Money, months: u32, method: RepaymentMethod, rate: Rate) -> Option<Rate> {
        let from = date(2026, 1, 15);
        let plan = schedule::plan(method, amount, rate, months, from).ok()?;
        let fees = self.fees.iter().try_fold(Money::ZERO, |sum, fee| {
            sum.checked_add(amount.mul_ppm(fee.rate.ppm())?)
        })?;
        Some(schedule::irr(amount.checked_sub(fees)?, &plan, from)?.effective)
    }
}

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
    fn fits(&self, product: &Product) -> bool {
        let begins = |allowed: &[String], wanted: Option<&String>| {
            wanted.is_none_or(|own| allowed.is_empty() || allowed.iter().any(|start| own.starts_with(start.as_str())))
        };
        let text = self.text.trim().to_lowercase();
        let said = [&product.zh, &product.en, &product.bank_zh, &product.bank_en, &product.about_zh, &product.about_en];
        product.open
            && (text.is_empty() || said.iter().any(|words| words.to_lowercase().contains(&text)))
            && self.bank.as_ref().is_none_or(|bank| product.bank == *bank)
            && self.security.is_none_or(|security| product.security == security)
            && self.chain.as_ref().is_none_or(|id| product.chain.as_ref().is_some_and(|chain| chain.id == *id))
            && self.amount.is_none_or(|amount| (product.amount_min..=product.amount_max).contains(&amount))
            && self.months.is_none_or(|months| (product.months_min..=product.months_max).contains(&months))
            && begins(&product.districts, self.district.as_ref())
            && begins(&product.industries, self.industry.as_ref())
    }
}

/// What is wrong with the products.
#[derive(Debug, thiserror::Error)]
pub enum ProductError {
    /// Not the expected TOML.
    #[error("lending/products/{file} cannot be read")]
    Shape {
        /// Which file.
        file: String,
        /// Why.
        #[source]
        source: toml::de::Error,
    },
    /// Something about a product makes no sense.
    #[error("lending/products/{file}: product {product}: {reason}")]
    Product {
        /// Which file.
        file: String,
        /// Which product.
        product: String,
        /// What is wrong.
        reason: String,
    },
    /// A product stands there twice.
    #[error("product {0} is listed twice")]
    Twice(String),
    /// A file in the data folder cannot be read.
    #[error("cannot read {0}")]
    Read(PathBuf, #[source] std::io::Error),
}

/// All products, by their word.
#[derive(Clone, Debug, Default)]
pub struct Products(BTreeMap<ProductId, Product>);

impl Products {
    /// The products shipped with the platform.
    pub fn embedded() -> Result<Self, ProductError> {
        let mut files: Vec<_> = EMBEDDED.files().collect();
        files.sort_by_key(|file| file.path());
        let named = files.iter().filter_map(|file| {
            Some((file.path().file_name()?.to_string_lossy().into_owned(), file.contents_utf8()?.to_owned()))
        });
        Self::read(named)
    }

    /// The shipped products, with the files of `lending/products` in these data folders beside or instead of them.
    pub fn load(folders: &[&Path]) -> Result<Self, ProductError> {
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        for file in EMBEDDED.files() {
            if let (Some(name), Some(text)) = (file.path().file_name(), file.contents_utf8()) {
                files.insert(name.to_string_lossy().into_owned(), text.to_owned());
            }
        }
        for folder in folders.iter().map(|folder| folder.join("lending/products")).filter(|at| at.is_dir()) {
            let wrong = |source| ProductError::Read(folder.clone(), source);
            for entry in std::fs::read_dir(&folder).map_err(wrong)? {
                let path = entry.map_err(wrong)?.path();
                if path.extension().is_some_and(|ending| ending == "toml") {
                    let text = std::fs::read_to_string(&path);
                    let text = text.map_err(|source| ProductError::Read(path.clone(), source))?;
                    files.insert(path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(), text);
                }
            }
        }
        Self::read(files)
    }

    /// Reads named files.
    pub fn read(files: impl IntoIterator<Item = (String, String)>) -> Result<Self, ProductError> {
        let mut products = BTreeMap::new();
        for (name, text) in files {
            let file: File = toml::from_str(&text)
                .map_err(|source| ProductError::Shape { file: name.clone(), source })?;
            for entry in file.product {
                let id = entry.id.clone();
                let product = entry.product(&file.bank).map_err(|reason| ProductError::Product {
                    file: name.clone(),
                    product: id.clone(),
                    reason,
                })?;
                if products.insert(product.id.clone(), product).is_some() {
                    return Err(ProductError::Twice(id));
                }
            }
        }
        Ok(Self(products))
    }

    /// The product with that word.
    pub fn find(&self, product: &ProductId) -> Option<&Product> {
        self.0.get(product)
    }

    /// All, by their word.
    pub fn list(&self) -> impl Iterator<Item = &Product> {
        self.0.values()
    }

    /// The open ones that fit, the cheapest first.
    pub fn search(&self, filter: &ProductFilter) -> Vec<&Product> {
        let mut found: Vec<&Product> = self.list().filter(|product| filter.fits(product)).collect();
        found.sort_by_cached_key(|product| (product.annual_cost(), product.id.clone()));
        found
    }

    /// The chains that products are made for.
    pub fn chains(&self) -> Vec<&Chain> {
        let mut seen = BTreeSet::new();
        self.list().filter_map(|product| product.chain.as_ref()).filter(|chain| seen.insert(&chain.id)).collect()
    }
}

/// A bank's file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    bank: BankEntry,
    product: Vec<ProductEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BankEntry {
    id: String,
    zh: String,
    en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FeeEntry {
    zh: String,
    en: String,
    rate: String,
}

/// A product as it is written: whole yuan, months, rates as percentages.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProductEntry {
    id: String,
    zh: String,
    en: String,
    about_zh: String,
    about_en: String,
    #[serde(default = "only_new")]
    kinds: Vec<OrderKind>,
    amount_min: i64,
    amount_max: i64,
    months_min: u32,
    months_max: u32,
    rate_min: String,
    rate_max: String,
    methods: Vec<RepaymentMethod>,
    security: Security,
    #[serde(default)]
    uses: Vec<LoanUse>,
    items: Vec<String>,
    #[serde(default)]
    districts: Vec<String>,
    #[serde(default)]
    industries: Vec<String>,
    chain: Option<Chain>,
    #[serde(default)]
    fees: Vec<FeeEntry>,
    flow: Option<String>,
    #[serde(default)]
    persons: bool,
    #[serde(default)]
    documents_zh: Vec<String>,
    #[serde(default)]
    documents_en: Vec<String>,
    #[serde(default = "yes")]
    open: bool,
}

fn only_new() -> Vec<OrderKind> {
    vec![OrderKind::New]
}

fn yes() -> bool {
    true
}

impl ProductEntry {
    fn product(self, bank: &BankEntry) -> Result<Product, String> {
        let product = self.read(bank)?;
        let said = [&product.zh, &product.en, &product.about_zh, &product.about_en, &product.bank_zh, &product.bank_en];
        let wrong = [
            (said.iter().any(|words| words.trim().is_empty()), "a text is missing in one of the languages"),
            (product.amount_min <= Money::ZERO || product.amount_min > product.amount_max, "the amounts are the wrong way round"),
            (product.months_min == 0 || product.months_min > product.months_max, "the months are the wrong way round"),
            (product.rate_min.ppm() <= 0 || product.rate_min > product.rate_max, "the rates are the wrong way round"),
            (product.methods.is_empty(), "it cannot be paid back in any way"),
            (product.kinds.is_empty(), "it is for no kind of order"),
            (product.items.is_empty(), "the bank reads nothing"),
            (product.documents_zh.len() != product.documents_en.len(), "the papers differ between the languages"),
        ];
        match wrong.iter().find(|(wrong, _)| *wrong) {
            Some((_, reason)) => Err((*reason).to_owned()),
            None => Ok(product),
        }
    }

    fn read(self, bank: &BankEntry) -> Result<Product, String> {
        let rate = |text: &str| text.parse::<Rate>().map_err(|error| format!("{text}: {error}"));
        let money = |yuan: i64| Money::from_yuan(yuan).ok_or_else(|| format!("{yuan} is too large"));
        let fee = |entry: FeeEntry| Ok(Fee { rate: rate(&entry.rate)?, zh: entry.zh, en: entry.en });
        Ok(Product {
            id: ProductId::parse(&self.id).map_err(|error| error.to_string())?,
            bank: BankId::parse(&bank.id).map_err(|error| error.to_string())?,
            bank_zh: bank.zh.clone(),
            bank_en: bank.en.clone(),
            amount_min: money(self.amount_min)?,
            amount_max: money(self.amount_max)?,
            rate_min: rate(&self.rate_min)?,
            rate_max: rate(&self.rate_max)?,
            fees: self.fees.into_iter().map(fee).collect::<Result<_, String>>()?,
            flow: self.flow.map(|flow| FlowId::parse(&flow)).transpose().map_err(|error| error.to_string())?,
            zh: self.zh,
            en: self.en,
            about_zh: self.about_zh,
            about_en: self.about_en,
            kinds: self.kinds,
            months_min: self.months_min,
            months_max: self.months_max,
            methods: self.methods,
            security: self.security,
            uses: self.uses,
            items: self.items,
            districts: self.districts,
            industries: self.industries,
            chain: self.chain,
            persons: self.persons,
            documents_zh: self.documents_zh,
            documents_en: self.documents_en,
            open: self.open,
        })
    }
}
