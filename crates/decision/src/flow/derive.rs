//! Values that a flow computes for itself: by a formula over features and earlier values, by a model with a file of its
//! own, or by asking another flow. They stand behind the features, so that conditions, bins, terms and bands may name
//! them like any feature.

use std::sync::Arc;

use jiff::civil::Date;

use super::formula::Formula;
use super::load::Here;
use super::text::DeriveText;
use super::values::Values;
use super::{CompiledFlow, FlowError, evaluate_fast, named};
use crate::content::Content;
use crate::money::yuan_of_fen;
use crate::score::ScoreModel;
use crate::trace::Sink;
use crate::vector::Vector;

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
    /// The limit that this flow gives, in yuan.
    Flow(Arc<CompiledFlow>),
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
            let how = match (&text.formula, &text.model, &text.flow) {
                (Some(formula), None, None) => How::Formula(here.formula(name, formula)?),
                (None, Some(model), None) => How::Model(here.model(content, name, model)?),
                (None, None, Some(flow)) => How::Flow(here.flow(content, name, flow)?),
                _ => {
                    let problem = "a value has exactly one of formula, model and flow".to_owned();
                    return Err(here.at(byte, name, problem));
                }
            };
            here.derived.push(name.to_owned());
            all.push(Derive { name: name.to_owned(), how });
        }
        Ok(Self(all))
    }

    /// Computes all values into `room`.
    pub(crate) fn fill<'r, S: Sink>(
        &self,
        vector: &Vector,
        as_of: Date,
        room: &'r mut Room,
        sink: &mut S,
    ) -> &'r [Option<f64>] {
        let features = &vector.values;
        for (at, one) in self.0.iter().enumerate() {
            let values = Values::new(features, &room[..at]);
            let value = match &one.how {
                How::Formula(formula) => formula.run(values),
                How::Model(model) => model.run(features),
                How::Flow(flow) => evaluate_fast(flow, vector, as_of).limit_fen.map(yuan_of_fen),
            };
            let told = || value.map_or_else(|| "unknown".to_owned(), |value| value.to_string());
            sink.line("derive", &one.name, value, told);
            room[at] = value;
        }
        &room[..self.0.len()]
    }
}
