//! What must be true of a product before it is offered.

use std::collections::{BTreeMap, BTreeSet};

use jq_base::rate::Rate;

use super::{Chain, Product};
use crate::schedule::MONTHS_MAX;

/// A whole, as a rate.
const WHOLE: Rate = Rate::from_ppm(1_000_000);

/// Why the product cannot be offered.
pub(super) fn check(product: &Product) -> Result<(), String> {
    let wrong = [
        (texts(product).any(|text| text.trim().is_empty()), "a text is missing in one of the languages"),
        (
            product.amount_min.fen() <= 0 || product.amount_min > product.amount_max,
            "the amounts are the wrong way round",
        ),
        (
            product.months_min == 0 || product.months_min > product.months_max,
            "the months are the wrong way round",
        ),
        (product.months_max > MONTHS_MAX, "it runs for more than thirty years"),
        (
            product.rate_min.ppm() <= 0 || product.rate_min > product.rate_max,
            "the rates are the wrong way round",
        ),
        (product.rate_max >= WHOLE, "the rate is a hundred percent or more"),
        (
            product.fees.iter().any(|fee| fee.rate.ppm() <= 0 || fee.rate >= WHOLE),
            "a fee is between nothing and the whole amount",
        ),
        (product.methods.is_empty(), "it cannot be paid back in any way"),
        (product.kinds.is_empty(), "it is for no kind of order"),
        (product.items.is_empty(), "the bank reads nothing"),
        (product.documents_zh.len() != product.documents_en.len(), "the papers differ between the languages"),
        (repeats(product), "something is listed twice"),
        (!product.districts.iter().all(|code| is_district(code)), "a district is up to six digits"),
        (
            !product.industries.iter().all(|code| is_industry(code)),
            "an industry is a letter and up to four digits",
        ),
    ];
    match wrong.iter().find(|(wrong, _)| *wrong) {
        Some((_, reason)) => Err((*reason).to_owned()),
        None => Ok(()),
    }
}

/// Everything that a person reads of it.
fn texts(product: &Product) -> impl Iterator<Item = &String> {
    let own =
        [&product.zh, &product.en, &product.about_zh, &product.about_en, &product.bank_zh, &product.bank_en];
    let fees = product.fees.iter().flat_map(|fee| [&fee.zh, &fee.en]);
    let chain = product.chain.iter().flat_map(|chain| [&chain.id, &chain.zh, &chain.en]);
    own.into_iter().chain(fees).chain(chain).chain(&product.documents_zh).chain(&product.documents_en)
}

fn repeats(product: &Product) -> bool {
    fn twice<T: PartialEq>(list: &[T]) -> bool {
        list.iter().enumerate().any(|(at, one)| list[..at].contains(one))
    }
    let words = [&product.items, &product.districts, &product.industries];
    twice(&product.kinds)
        || twice(&product.methods)
        || twice(&product.uses)
        || words.iter().any(|list| list.iter().collect::<BTreeSet<_>>().len() < list.len())
}

fn is_district(code: &str) -> bool {
    (1..=6).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_industry(code: &str) -> bool {
    let mut bytes = code.bytes();
    code.len() <= 5
        && bytes.next().is_some_and(|letter| letter.is_ascii_uppercase())
        && bytes.all(|byte| byte.is_ascii_digit())
}

/// Names that several products share: of banks and of chains.
#[derive(Default)]
pub(super) struct Names {
    banks: BTreeMap<String, (String, String)>,
    chains: BTreeMap<String, Chain>,
}

impl Names {
    /// Takes the product's names, when they are those of the products before it.
    pub(super) fn agree(&mut self, product: &Product) -> Result<(), String> {
        let named = (product.bank_zh.clone(), product.bank_en.clone());
        if *self.banks.entry(product.bank.to_string()).or_insert_with(|| named.clone()) != named {
            return Err(format!("{} has another name elsewhere", product.bank));
        }
        match &product.chain {
            Some(chain) if self.chains.entry(chain.id.clone()).or_insert_with(|| chain.clone()) != chain => {
                Err(format!("the chain {} has another name or cap elsewhere", chain.id))
            }
            _ => Ok(()),
        }
    }
}
