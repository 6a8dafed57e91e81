//! Cases stand beside a flow: what goes in, what must come out; they are run as tests.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jq_base::ids::SubjectKey;
use thiserror::Error;

use super::load::Here;
use super::text::CaseText;
use super::{CompiledFlow, FlowError, evaluate, evaluate_fast, named};
use crate::feature::FeatureSet;
use crate::model::{Decision, Outcome};
use crate::vector::Vector;

/// A firm whose credit code is well formed and belongs to nobody.
const CASE_FIRM: &str = "91500102MAC8YUW23Y";

/// One case of a flow.
#[derive(Debug, Clone)]
pub struct Case {
    /// Name, a fact.
    pub name: String,
    household: bool,
    as_of: Date,
    inputs: BTreeMap<usize, f64>,
    outcome: Outcome,
    limit_fen: Option<i64>,
    codes: Vec<String>,
    steps: Vec<(String, String, String)>,
}

/// A case whose answer is not what stands beside it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{flow}, case {case}: {what} is {got}, expected {expected}")]
pub struct CaseError {
    /// The flow.
    pub flow: String,
    /// The case.
    pub case: String,
    /// What differs.
    pub what: String,
    /// What came out.
    pub got: String,
    /// What was expected.
    pub expected: String,
}

impl Case {
    pub(crate) fn compile(texts: &[CaseText], here: &Here<'_>) -> Result<Vec<Self>, FlowError> {
        let mut cases: Vec<Self> = Vec::new();
        for text in texts {
            let (name, byte) = named(&text.name);
            let fail = |problem: String| here.at(byte, name, problem);
            let position = |feature: &String| {
                here.set.position(feature).ok_or_else(|| fail(format!("there is no feature {feature}")))
            };
            let mut inputs = match &text.like {
                Some(like) => cases
                    .iter()
                    .find(|case| case.name == *like)
                    .ok_or_else(|| fail(format!("there is no earlier case {like}")))?
                    .inputs
                    .clone(),
                None => BTreeMap::new(),
            };
            for (feature, value) in &text.inputs {
                inputs.insert(position(feature)?, *value);
            }
            for feature in &text.without {
                inputs.remove(&position(feature)?);
            }
            let steps = text.steps.iter().map(|(key, expected)| {
                let (step, id) = key.split_once(' ').unwrap_or((key, ""));
                (step.to_owned(), id.to_owned(), expected.clone())
            });
            cases.push(Self {
                name: name.to_owned(),
                household: text.household,
                as_of: text.as_of,
                inputs,
                outcome: text.outcome,
                limit_fen: text.limit_yuan.map(|yuan| yuan * 100),
                codes: text.codes.clone(),
                steps: steps.collect(),
            });
        }
        Ok(cases)
    }

    /// The day of the case.
    pub fn as_of(&self) -> Date {
        self.as_of
    }

    /// The case's inputs as a vector.
    pub fn vector(&self, set: &FeatureSet) -> Option<Vector> {
        let subject = if self.household { "0a".repeat(32) } else { CASE_FIRM.to_owned() };
        let mut vector = Vector::empty(set, SubjectKey::parse(&subject).ok()?, self.as_of, "case");
        for (feature, value) in &self.inputs {
            vector.values[*feature] = Some(*value);
        }
        Some(vector)
    }

    /// Runs the case; the decision, or how it differs.
    pub fn run(&self, flow: &CompiledFlow, set: &FeatureSet) -> Result<Decision, CaseError> {
        let error = |what: &str, got: String, expected: String| CaseError {
            flow: flow.id().to_owned(),
            case: self.name.clone(),
            what: what.to_owned(),
            got,
            expected,
        };
        let vector = self.vector(set).ok_or_else(|| error("subject", String::new(), "a key".to_owned()))?;
        let decision = evaluate(flow, &vector, self.as_of);
        let same = |what: &str, got: String, expected: String| {
            if got == expected { Ok(()) } else { Err(error(what, got, expected)) }
        };
        same("outcome", decision.outcome.code().to_owned(), self.outcome.code().to_owned())?;
        if self.outcome == Outcome::Can {
            same("limit", format!("{:?}", decision.limit_fen), format!("{:?}", self.limit_fen))?;
        }
        if !self.codes.is_empty() {
            let codes: Vec<String> = decision.reasons.iter().map(|reason| reason.code.clone()).collect();
            same("codes", codes.join(" "), self.codes.join(" "))?;
        }
        for (step, id, expected) in &self.steps {
            let got = decision.trace.output(step, id).unwrap_or("nothing");
            same(&format!("{step} {id}"), got.to_owned(), expected.clone())?;
        }
        let quick = evaluate_fast(flow, &vector, self.as_of);
        same("fast outcome", quick.outcome.code().to_owned(), decision.outcome.code().to_owned())?;
        same("fast limit", format!("{:?}", quick.limit_fen), format!("{:?}", decision.limit_fen))?;
        Ok(decision)
    }
}
