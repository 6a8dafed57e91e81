//! A feature vector: everything the models may know of one subject on one day, value by value.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jq_base::ids::{SubjectKey, SubjectKind};
use serde::{Deserialize, Serialize};

use crate::feature::{DECLARED, Feature, FeatureSet};
use crate::model::Absence;

/// The values of all features for one subject, by position in the feature set (特征向量).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Vector {
    /// Whose values these are.
    pub subject: SubjectKey,
    /// The day whose knowledge they rest on.
    pub as_of: Date,
    /// Version of the feature set.
    pub feature_version: String,
    /// Versions of the lake tables that were read, as one text.
    pub lake_version: String,
    /// One value per feature; `None` means not known, never zero.
    #[serde(with = "crate::packed")]
    pub values: Vec<Option<f64>>,
    /// Catalogue items that were kept back because the reader may not see them.
    pub withheld: BTreeSet<String>,
    /// Catalogue items whose source is not connected.
    pub unconnected: BTreeSet<String>,
}

impl Vector {
    /// A vector that knows nothing yet.
    pub fn empty(set: &FeatureSet, subject: SubjectKey, as_of: Date, lake_version: &str) -> Self {
        Self {
            subject,
            as_of,
            feature_version: set.version().to_owned(),
            lake_version: lake_version.to_owned(),
            values: vec![None; set.len()],
            withheld: BTreeSet::new(),
            unconnected: BTreeSet::new(),
        }
    }

    /// True for a natural person, that is a farm household; organisations are firms.
    pub fn is_household(&self) -> bool {
        self.subject.kind() == SubjectKind::Person
    }

    /// The vector with everything taken out that `allows` does not cover.
    #[must_use]
    pub fn limited_to(mut self, set: &FeatureSet, allows: impl Fn(&str) -> bool) -> Self {
        for (feature, value) in set.features().iter().zip(&mut self.values) {
            for item in feature.sources.iter().filter(|item| *item != DECLARED && !allows(item)) {
                self.withheld.insert(item.clone());
                *value = None;
            }
        }
        self.unconnected.retain(|item| allows(item));
        self
    }

    /// The vector with one more stated value; unknown names are ignored and answer `false`.
    pub fn state(&mut self, set: &FeatureSet, name: &str, value: f64) -> bool {
        let declared = |at: &usize| set.features()[*at].sources.iter().any(|item| item == DECLARED);
        match set.position(name).filter(declared) {
            Some(at) => {
                self.values[at] = Some(value);
                true
            }
            None => false,
        }
    }

    /// Why the item gave nothing.
    pub fn absence(&self, item: &str) -> Absence {
        if item == DECLARED {
            Absence::NotStated
        } else if self.withheld.contains(item) {
            Absence::NotAuthorised
        } else if self.unconnected.contains(item) {
            Absence::NotConnected
        } else {
            Absence::NoRecord
        }
    }

    /// The named values that are known, for showing.
    pub fn known<'a>(&'a self, set: &'a FeatureSet) -> impl Iterator<Item = (&'a Feature, f64)> {
        set.features().iter().zip(&self.values).filter_map(|(feature, value)| Some((feature, (*value)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_granted_is_not_known() {
        let set = FeatureSet::embedded().unwrap();
        let subject = SubjectKey::parse("91500102MAC8YUW23Y").unwrap();
        let mut vector = Vector::empty(&set, subject, jiff::civil::date(2026, 11, 10), "1");
        let sales = set.position("tax_sales_12m").unwrap();
        let late = set.position("utility_late_count_12m").unwrap();
        vector.values[sales] = Some(1.0);
        vector.values[late] = Some(2.0);
        let limited = vector.limited_to(&set, |item| item != "gas_bill");
        assert_eq!(limited.values[sales], Some(1.0));
        assert_eq!(limited.values[late], None);
        assert_eq!(limited.absence("gas_bill"), Absence::NotAuthorised);
        assert_eq!(limited.absence("tax_filing"), Absence::NoRecord);
    }
}
