//! Which sources a flow looked for and did not find, and what connecting each could add.

use super::FlowError;
use super::load::Here;
use crate::content::Content;
use crate::feature::DECLARED;
use crate::model::{Absence, Missing, Words};
use crate::vector::Vector;

/// The sources of a flow's features, in order of first use.
#[derive(Debug, Clone)]
pub(crate) struct Sources(Vec<Source>);

#[derive(Debug, Clone)]
struct Source {
    item: String,
    name: Words,
    adds: Words,
    /// Features of the flow that rest on it.
    features: Vec<usize>,
}

impl Sources {
    pub(crate) fn compile(content: &Content, here: &Here<'_>) -> Result<Self, FlowError> {
        let mut sources: Vec<Source> = Vec::new();
        for &feature in &here.used {
            for item in &here.set.features()[feature].sources {
                if let Some(known) = sources.iter_mut().find(|known| known.item == *item) {
                    known.features.push(feature);
                    continue;
                }
                let Some((name, adds)) = content.source(item) else {
                    return Err(here.whole(format!("source {item} has no words in sources.toml")));
                };
                sources.push(Source { item: item.clone(), name, adds, features: vec![feature] });
            }
        }
        Ok(Self(sources))
    }

    /// The sources that gave the vector nothing at all.
    pub(crate) fn missing(&self, vector: &Vector) -> Vec<Missing> {
        self.0
            .iter()
            .filter(|source| source.features.iter().all(|feature| vector.values[*feature].is_none()))
            .filter(|source| source.is_to_blame(vector))
            .map(|source| Missing {
                item: source.item.clone(),
                why: vector.absence(&source.item),
                name: source.name.clone(),
                adds: source.adds.clone(),
            })
            .collect()
    }
}

impl Source {
    /// A household has no registers of firms, and a firm states no wages: what only the other kind could answer is
    /// not told as missing.
    fn is_to_blame(&self, vector: &Vector) -> bool {
        const FOR_HOUSEHOLDS: [&str; 9] = [
            DECLARED,
            "agri_subsidy",
            "pesticide_purchase",
            "animal_quarantine",
            "plant_quarantine",
            "agri_insurance",
            "land_transfer",
            "land_contract_right",
            "agri_operator",
        ];
        if !vector.is_household() {
            return self.item != DECLARED;
        }
        FOR_HOUSEHOLDS.contains(&self.item.as_str()) || vector.absence(&self.item) != Absence::NoRecord
    }
}
