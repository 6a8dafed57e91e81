//! What the city's banks offer, as far as past orders need to know: read from the same files as the platform's products.

use include_dir::{Dir, include_dir};
use jq_base::rate::Rate;
use serde::Deserialize;

use crate::CityError;

/// The products shipped with the platform.
static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../lending/products");

/// A bank as its product file names it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct BankName {
    pub(crate) id: String,
    pub(crate) zh: String,
    pub(crate) en: String,
}

#[derive(Deserialize)]
struct File {
    bank: BankName,
    #[serde(default)]
    product: Vec<Product>,
}

/// A product that orders ask for.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Product {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) bank: String,
    #[serde(default = "new_only")]
    pub(crate) kinds: Vec<String>,
    /// Whole yuan.
    pub(crate) amount_min: i64,
    pub(crate) amount_max: i64,
    pub(crate) months_min: i32,
    pub(crate) months_max: i32,
    rate_min: String,
    rate_max: String,
    pub(crate) methods: Vec<String>,
    pub(crate) security: String,
    #[serde(default)]
    pub(crate) uses: Vec<String>,
    #[serde(default)]
    pub(crate) districts: Vec<String>,
    #[serde(default)]
    pub(crate) industries: Vec<String>,
    #[serde(default)]
    pub(crate) persons: bool,
    #[serde(default = "yes")]
    pub(crate) open: bool,
}

fn new_only() -> Vec<String> {
    vec!["new".to_owned()]
}

fn yes() -> bool {
    true
}

/// All banks that offer something, with their products, by bank.
pub(crate) struct Shelf {
    pub(crate) banks: Vec<BankName>,
    pub(crate) products: Vec<Product>,
}

impl Shelf {
    /// Reads the shipped files.
    pub(crate) fn embedded() -> Result<Self, CityError> {
        let mut files: Vec<_> = FILES.files().collect();
        files.sort_by_key(|file| file.path());
        let mut shelf = Self { banks: Vec::new(), products: Vec::new() };
        for file in files.into_iter().filter(|file| file.path().extension().is_some_and(|end| end == "toml"))
        {
            let text = file.contents_utf8().unwrap_or_default();
            let File { bank, product } = toml::from_str(text)
                .map_err(|source| CityError::Products(file.path().display().to_string(), Box::new(source)))?;
            let open = product.into_iter().filter(|product| product.open);
            shelf.products.extend(open.map(|product| Product { bank: bank.id.clone(), ..product }));
            shelf.banks.push(bank);
        }
        Ok(shelf)
    }

    /// The place of a product in the list.
    pub(crate) fn find(&self, id: &str) -> Option<usize> {
        self.products.iter().position(|product| product.id == id)
    }
}

impl Product {
    /// Whether a subject of this district and industry may ask for it.
    pub(crate) fn is_for(&self, person: bool, district: &str, industry: &str) -> bool {
        let begins = |allowed: &[String], own: &str| {
            allowed.is_empty() || allowed.iter().any(|start| own.starts_with(start.as_str()))
        };
        (self.persons || !person) && begins(&self.districts, district) && begins(&self.industries, industry)
    }

    /// Made for one place, and so asked for there above all.
    pub(crate) fn is_local(&self) -> bool {
        !self.districts.is_empty()
    }

    /// Whether orders of this kind can be made for it.
    pub(crate) fn takes(&self, kind: &str) -> bool {
        self.kinds.iter().any(|own| own == kind)
    }

    /// Lowest and highest yearly rate in parts per million.
    pub(crate) fn rates(&self) -> (i64, i64) {
        let ppm = |text: &str| text.parse().map_or(40_000, Rate::ppm);
        (ppm(&self.rate_min), ppm(&self.rate_max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_product_can_be_asked_for() {
        let shelf = Shelf::embedded().expect("product files");
        assert!(shelf.banks.len() >= 9, "{} banks", shelf.banks.len());
        for product in &shelf.products {
            let (low, high) = product.rates();
            assert!(low < high && !product.methods.is_empty(), "{}", product.id);
            assert!(product.amount_min < product.amount_max && product.months_min <= product.months_max);
        }
        let farm = &shelf.products[shelf.find("jialing_farm_loan").expect("a farm loan")];
        assert!(farm.is_for(true, "500116", "A0163"));
        let pepper = &shelf.products[shelf.find("jiangjin_pepper_loan").expect("the pepper loan")];
        assert!(pepper.is_for(false, "500116", "A0163") && !pepper.is_for(false, "500120", "A0163"));
    }
}
