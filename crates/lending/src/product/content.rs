//! The files in which banks say what they offer, checked when they are read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use jq_base::ids::{BankId, FlowId, ProductId};
use jq_base::money::Money;
use jq_base::rate::Rate;
use serde::Deserialize;

use super::check::{Names, check};
use super::{Chain, Fee, Product, ProductFilter, Security};
use crate::order::{LoanUse, OrderKind};
use crate::schedule::RepaymentMethod;

/// The products built into the program.
static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../lending/products");

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
        Self::load(&[])
    }

    /// The shipped products, with the files of `lending/products` in these data folders beside or instead of them.
    pub fn load(folders: &[&Path]) -> Result<Self, ProductError> {
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        for file in EMBEDDED.files() {
            if let (Some(name), Some(text)) = (toml_name(file.path()), file.contents_utf8()) {
                files.insert(name, text.to_owned());
            }
        }
        for folder in folders.iter().map(|folder| folder.join("lending/products")).filter(|at| at.is_dir()) {
            let wrong = |source| ProductError::Read(folder.clone(), source);
            for entry in std::fs::read_dir(&folder).map_err(wrong)? {
                let path = entry.map_err(wrong)?.path();
                let Some(name) = toml_name(&path) else { continue };
                match std::fs::read_to_string(&path) {
                    Ok(text) => files.insert(name, text),
                    Err(source) => return Err(ProductError::Read(path, source)),
                };
            }
        }
        Self::read(files)
    }

    /// Reads named files.
    pub fn read(files: impl IntoIterator<Item = (String, String)>) -> Result<Self, ProductError> {
        let mut products = BTreeMap::new();
        let mut names = Names::default();
        for (name, text) in files {
            let file: File =
                toml::from_str(&text).map_err(|source| ProductError::Shape { file: name.clone(), source })?;
            for entry in file.product {
                let id = entry.id.clone();
                let read = entry.product(&file.bank).and_then(|product| {
                    check(&product)?;
                    names.agree(&product)?;
                    Ok(product)
                });
                let product = read.map_err(|reason| ProductError::Product {
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
        self.list()
            .filter_map(|product| product.chain.as_ref())
            .filter(|chain| seen.insert(&chain.id))
            .collect()
    }
}

/// The name of a file of products.
fn toml_name(path: &Path) -> Option<String> {
    let is_toml = path.extension().is_some_and(|ending| ending == "toml");
    path.file_name().filter(|_| is_toml).map(|name| name.to_string_lossy().into_owned())
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
            flow: self
                .flow
                .map(|flow| FlowId::parse(&flow))
                .transpose()
                .map_err(|error| error.to_string())?,
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
