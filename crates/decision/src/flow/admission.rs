//! Admission: what every borrower must be before a model looks closer; common rules first, then the product's own.

use super::condition::Test;
use super::load::Here;
use super::text::{Audience, RuleText, WhenMissing};
use super::values::Values;
use super::{FlowError, Refusal, named};
use crate::model::Outcome;
use crate::trace::Sink;

/// Compiled admission rules (准入规则).
#[derive(Debug, Clone)]
pub(crate) struct Admission(Vec<Rule>);

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
        let mut rules: Vec<Rule> = Vec::new();
        for rule in common.iter().chain(own) {
            let (id, byte) = named(&rule.id);
            if rules.iter().any(|known| known.refusal.rule == id) {
                return Err(here.at(byte, id, "the rule stands twice".to_owned()));
            }
            let feature = here.feature(&rule.require.feature)?;
            rules.push(Rule {
                audience: rule.audience,
                test: rule.require.compile(feature).map_err(|problem| here.at(byte, id, problem))?,
                when_missing: rule.when_missing,
                refusal: here.refusal(id, &rule.reason)?,
            });
        }
        Ok(Self(rules))
    }

    /// [`Outcome::Can`] when all rules hold, else why not.
    pub(crate) fn run<S: Sink>(&self, values: Values<'_>, household: bool, sink: &mut S) -> Outcome {
        let mut outcome = Outcome::Can;
        for rule in self.0.iter().filter(|rule| rule.audience.takes(household)) {
            let value = values[rule.test.feature];
            let verdict = match (value, rule.when_missing) {
                (None, WhenMissing::Pass) => Outcome::Can,
                (None, WhenMissing::Ask) if !rule.test.missing => Outcome::NotEnoughData,
                (value, _) if rule.test.holds(value) => Outcome::Can,
                _ => Outcome::Cannot,
            };
            sink.line("admission", &rule.refusal.rule, value, || verdict.code().to_owned());
            match verdict {
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
