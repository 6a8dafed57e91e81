//! Values that a flow computes for itself: by a formula over features and earlier values, or by a model with a file of
//! its own. They stand behind the features, so that conditions, bins, terms and bands may name them like any feature.

use std::sync::Arc;

use super::formula::Formula;
use super::load::Here;
use super::text::DeriveText;
use super::values::Values;
use super::{FlowError, named};
use crate::content::Content;
use crate::score::ScoreModel;
use crate::trace::Sink;

/// Values that one flow derives at most.
pub(crate) const DERIVED_MAX: usize = 32;

/// Where derived values stand while a flow runs.
pub(crate) type Room = [Option<f64>; DERIVED_MAX];

/// The derived values of a flow, in the order in which they are computed (派生指标).
#[derive(Debug, Clone, Default)]
pub(crate) struct Derived(Vec<Derive>);

#[derive(Debug, Clone)]
struct Derive {
    name: String,
    how: How,
}

#[derive(Debug, Clone)]
enum How {
    Formula(Formula),
    Model(Arc<ScoreModel>),
}

impl Derived {
    pub(crate) fn compile(
        texts: &[DeriveText],
        content: &Content,
        here: &mut Here<'_>,
    ) -> Result<Self, FlowError> {
        let mut all = Vec::with_capacity(texts.len());
        for text in texts {
            let (name, byte) = named(&text.name);
            if here.position(name).is_some() {
                return Err(here.at(byte, name, "a feature or an earlier value has this name".to_owned()));
            }
            if all.len() == DERIVED_MAX {
                return Err(here.at(byte, name, format!("a flow derives {DERIVED_MAX} values at most")));
            }
            let how = match (&text.formula, &text.model) {
                (Some(formula), None) => How::Formula(here.formula(name, formula)?),
                (None, Some(model)) => How::Model(here.model(content, name, model)?),
                _ => return Err(here.at(byte, name, "a value has either a formula or a model".to_owned())),
            };
            here.derived.push(name.to_owned());
            all.push(Derive { name: name.to_owned(), how });
        }
        Ok(Self(all))
    }

    /// Computes all values into `room`.
    pub(crate) fn fill<'r, S: Sink>(
        &self,
        features: &[Option<f64>],
        room: &'r mut Room,
        sink: &mut S,
    ) -> &'r [Option<f64>] {
        for (at, one) in self.0.iter().enumerate() {
            let values = Values::new(features, &room[..at]);
            let value = match &one.how {
                How::Formula(formula) => formula.run(values),
                How::Model(model) => model.run(features),
            };
            let told = || value.map_or_else(|| "unknown".to_owned(), |value| value.to_string());
            sink.line("derive", &one.name, value, told);
            room[at] = value;
        }
        &room[..self.0.len()]
    }
}
