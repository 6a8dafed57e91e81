//! Admission: what every borrower must be before a model looks closer; common rules first, then the product's own.

use super::condition::Test;
use super::load::Here;
use super::text::{Audience, Otherwise, RuleText, WhenMissing};
use super::values::Values;
use super::{FlowError, Refusal, named};
use crate::model::Outcome;
use crate::trace::Sink;

/// Compiled admission rules (准入规则).
#[derive(Debug, Clone)]
pub(crate) struct Admission {
    /// For whom the product is made; these are asked first.
    made_for: Vec<Rule>,
    rules: Vec<Rule>,
}

#[derive(Debug, Clone)]
struct Rule {
    audience: Audience,
    test: Test,
    when_missing: WhenMissing,
    refusal: Refusal,
}

impl Admission {
    pub(crate) fn compile(
        common: &[RuleText],
        own: &[RuleText],
        here: &mut Here<'_>,
    ) -> Result<Self, FlowError> {
        let (mut made_for, mut rules): (Vec<Rule>, Vec<Rule>) = (Vec::new(), Vec::new());
        for rule in common.iter().chain(own) {
            let (id, byte) = named(&rule.id);
            if made_for.iter().chain(&rules).any(|known| known.refusal.rule == id) {
                return Err(here.at(byte, id, "the rule stands twice".to_owned()));
            }
            let feature = here.feature(&rule.require.feature)?;
            let among = match rule.otherwise {
                Otherwise::Cannot => &mut rules,
                Otherwise::NotApplicable => &mut made_for,
            };
            among.push(Rule {
                audience: rule.audience,
                test: rule.require.compile(feature).map_err(|problem| here.at(byte, id, problem))?,
                when_missing: rule.when_missing,
                refusal: here.refusal(id, &rule.reason)?,
            });
        }
        Ok(Self { made_for, rules })
    }

    /// [`Outcome::Can`] when all rules hold, else why not.
    pub(crate) fn run<S: Sink>(&self, values: Values<'_>, household: bool, sink: &mut S) -> Outcome {
        for rule in self.made_for.iter().filter(|rule| rule.audience.takes(household)) {
            if rule.verdict(values, Outcome::NotApplicable, sink) == Outcome::NotApplicable {
                rule.refusal.tell(sink);
                return Outcome::NotApplicable;
            }
        }
        let mut outcome = Outcome::Can;
        for rule in self.rules.iter().filter(|rule| rule.audience.takes(household)) {
            match rule.verdict(values, Outcome::Cannot, sink) {
                Outcome::Cannot => {
                    rule.refusal.tell(sink);
                    outcome = Outcome::Cannot;
                    if !S::KEEPS {
                        return outcome;
                    }
                }
                Outcome::NotEnoughData if outcome == Outcome::Can => outcome = Outcome::NotEnoughData,
                _ => {}
            }
        }
        outcome
    }
}

impl Rule {
    /// [`Outcome::Can`] when the rule holds, `otherwise` when it does not.
    fn verdict<S: Sink>(&self, values: Values<'_>, otherwise: Outcome, sink: &mut S) -> Outcome {
        let value = values[self.test.feature];
        let verdict = match (value, self.when_missing) {
            (None, WhenMissing::Pass) => Outcome::Can,
            (None, WhenMissing::Ask) if !self.test.missing => Outcome::NotEnoughData,
            (value, _) if self.test.holds(value) => Outcome::Can,
            _ => otherwise,
        };
        sink.line("admission", &self.refusal.rule, value, || verdict.code().to_owned());
        verdict
    }
}
