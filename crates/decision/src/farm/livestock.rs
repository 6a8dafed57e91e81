//! Livestock: animals that were certified for slaughter and can have been the household's own, and what they earn.

use super::Income;
use super::checks::{Check, Checks};
use super::coefficients::{AnimalText, Coefficients};
use crate::feature::FeatureSet;
use crate::money::yuan_text;
use crate::trace::Sink;
use crate::vector::Vector;

/// Where an animal's figures stand in the vector.
#[derive(Debug, Clone)]
pub(super) struct AnimalPlaces {
    certified: Option<usize>,
    insured: Option<usize>,
}

impl AnimalPlaces {
    pub(super) fn new(set: &FeatureSet, animal: &str) -> Self {
        Self {
            certified: set.position(&format!("slaughter_{animal}_12m")),
            insured: set.position(&format!("ins_head_{animal}")),
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = usize> {
        [self.certified, self.insured].into_iter().flatten()
    }
}

/// What livestock gives.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Livestock {
    pub(super) income: Option<Income>,
    /// Animals sold in a year.
    pub(super) heads: f64,
    /// Cost of feed and young animals of a season in yuan.
    pub(super) inputs: f64,
    /// Highest loan by heads in yuan.
    pub(super) cap: f64,
}

pub(super) fn run<S: Sink>(
    coefficients: &Coefficients,
    places: &[AnimalPlaces],
    vector: &Vector,
    checks: &mut Checks<'_>,
    sink: &mut S,
) -> Livestock {
    let text = &coefficients.model.livestock;
    let mut all = Livestock::default();
    for (animal, places) in coefficients.animals.iter().zip(places) {
        // Without a certificate nothing shows that an animal was sold.
        let Some(certified) = places.certified.and_then(|at| vector.values[at]).filter(|heads| *heads > 0.0)
        else {
            continue;
        };
        let insured = places.insured.and_then(|at| vector.values[at]).filter(|heads| *heads > 0.0);
        let (heads, sure) = match insured {
            Some(insured) => {
                (certified.min(insured * animal.turnover * text.insured_allowance), text.confidence_both)
            }
            None => (certified, text.confidence_one),
        };
        let trading =
            insured.is_some_and(|insured| certified > insured * animal.turnover * text.over_insured);
        let lowered = checks.hit_if(trading, Check::QuarantineOverInsured, sink);
        let amount = earned(animal, heads, text.share);
        sink.line("heads", &animal.id, Some(certified), || format!("{heads}"));
        sink.line("operating", &animal.id, None, || yuan_text(amount));
        all.income = Income::join(all.income, Some(Income { amount, confidence: sure }.lowered(lowered)));
        all.heads += heads;
        all.inputs += heads * animal.input_yuan_per_head;
        all.cap += heads * animal.cap_yuan_per_head;
    }
    all
}

fn earned(animal: &AnimalText, heads: f64, share: f64) -> f64 {
    heads * animal.weight_kg * animal.price_yuan_per_kg * animal.margin * share
}
