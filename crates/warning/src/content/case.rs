//! Cases stand beside a model: what was known, what is known now, and whether a warning rises; run when it is loaded.

use std::collections::BTreeMap;

use jq_decision::feature::FeatureSet;
use jq_decision::flow::Conditions;

use super::text::CaseText;
use super::{Here, ModelFault};
use crate::edge::{Noted, Step, step};

/// One case.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    name: String,
    /// Where it stands in the file.
    pub(super) byte: usize,
    before: Vec<Option<f64>>,
    now: Vec<Option<f64>>,
    rises: bool,
}

impl Case {
    pub(super) fn compile(
        texts: &[CaseText],
        set: &FeatureSet,
        here: &Here<'_>,
    ) -> Result<Vec<Self>, ModelFault> {
        let compile = |text: &CaseText| {
            let byte = text.name.span().start;
            let values = |inputs: &BTreeMap<String, f64>| {
                let mut values = vec![None; set.len()];
                for (feature, value) in inputs {
                    let at = set.position(feature);
                    let at = at.ok_or_else(|| here.at(byte, format!("there is no feature {feature}")))?;
                    values[at] = Some(*value);
                }
                Ok(values)
            };
            Ok(Self {
                name: text.name.get_ref().clone(),
                byte,
                before: values(&text.before)?,
                now: values(&text.now)?,
                rises: text.rises,
            })
        };
        texts.iter().map(compile).collect()
    }

    /// Looks twice, as it is done with a loan; what is other than the case says.
    pub(super) fn run(&self, conditions: &Conditions) -> Result<(), String> {
        let look =
            |noted: Option<&Noted>, values: &[Option<f64>]| step(noted, "case", conditions.hold(values));
        let first = look(None, &self.before).noting(None, "case");
        let rises = look(first.as_ref(), &self.now) == Step::Rises;
        if rises == self.rises {
            return Ok(());
        }
        let what = if rises { "a warning rises" } else { "no warning rises" };
        Err(format!("case {}: {what}", self.name))
    }
}
