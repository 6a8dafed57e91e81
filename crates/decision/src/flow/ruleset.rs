//! A ruleset: what is done to a model's answer afterwards. Every rule that holds has its effect, whatever the others do.

use super::condition::Test;
use super::limit::Answer;
use super::load::Here;
use super::text::{AdjustText, AdjustTo};
use super::values::Values;
use super::{FlowError, Refusal, named};
use crate::trace::Sink;

/// Compiled rules in the order of the file (规则集).
#[derive(Debug, Clone, Default)]
pub(crate) struct Ruleset(Vec<Rule>);

#[derive(Debug, Clone)]
struct Rule {
    id: String,
    when: Vec<Test>,
    effect: Effect,
}

#[derive(Debug, Clone)]
enum Effect {
    /// No limit.
    Refuse(Refusal),
    /// A visit first.
    Visit(Refusal),
    /// Another limit or price.
    Change { factor: f64, cap_yuan: f64, bp: i64 },
}

impl Ruleset {
    pub(crate) fn compile(texts: &[AdjustText], here: &mut Here<'_>) -> Result<Self, FlowError> {
        let mut rules: Vec<Rule> = Vec::with_capacity(texts.len());
        for text in texts {
            let (id, byte) = named(&text.id);
            if rules.iter().any(|known| known.id == id) {
                return Err(here.at(byte, id, "the rule stands twice".to_owned()));
            }
            let mut when = Vec::with_capacity(text.when.len());
            for condition in &text.when {
                let feature = here.feature(&condition.feature)?;
                when.push(condition.compile(feature).map_err(|problem| here.at(byte, id, problem))?);
            }
            let effect = effect(text, here)?;
            rules.push(Rule { id: id.to_owned(), when, effect });
        }
        Ok(Self(rules))
    }

    /// The answer after all rules; a refusal beats a visit, and neither is taken back.
    pub(crate) fn run<S: Sink>(&self, answer: Answer, values: Values<'_>, sink: &mut S) -> Answer {
        let mut answer = answer;
        for rule in &self.0 {
            if !matches!(answer, Answer::Can { .. } | Answer::Visit) {
                return answer;
            }
            if rule.when.iter().all(|test| test.holds(values[test.feature])) {
                sink.line("adjust", &rule.id, None, || rule.effect.text());
                answer = rule.effect.on(answer, sink);
            }
        }
        answer
    }
}

impl Effect {
    fn on<S: Sink>(&self, answer: Answer, sink: &mut S) -> Answer {
        match (self, answer) {
            (Self::Refuse(refusal), _) => {
                refusal.tell(sink);
                Answer::Cannot
            }
            (Self::Visit(refusal), _) => {
                refusal.tell(sink);
                Answer::Visit
            }
            (Self::Change { factor, cap_yuan, bp }, Answer::Can { yuan, bp: price }) => {
                Answer::Can { yuan: (yuan * factor).min(*cap_yuan), bp: (price.0 + bp, price.1 + bp) }
            }
            (Self::Change { .. }, answer) => answer,
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Refuse(_) => "cannot".to_owned(),
            Self::Visit(_) => "need_visit".to_owned(),
            Self::Change { factor, cap_yuan, bp } => format!("times {factor}, at most {cap_yuan}, {bp:+} bp"),
        }
    }
}

fn effect(text: &AdjustText, here: &Here<'_>) -> Result<Effect, FlowError> {
    let (id, byte) = named(&text.id);
    let fail = |problem: &str| here.at(byte, id, problem.to_owned());
    let changes = text.factor.is_some() || text.cap_yuan.is_some() || text.bp_add.is_some();
    match (text.to, &text.reason) {
        (Some(_), _) if changes => Err(fail("a rule either answers or changes limit and price")),
        (Some(AdjustTo::Cannot), Some(reason)) => Ok(Effect::Refuse(here.refusal(id, reason)?)),
        (Some(AdjustTo::NeedVisit), Some(reason)) => Ok(Effect::Visit(here.refusal(id, reason)?)),
        (Some(_), None) => Err(fail("a rule that does not lend needs a reason")),
        (None, _) if !changes => Err(fail("the rule does nothing: give it a factor, a cap or a price")),
        (None, Some(_)) => Err(fail("only a rule that does not lend has a reason")),
        (None, None) => {
            let (factor, cap) = (text.factor.unwrap_or(1.0), text.cap_yuan.unwrap_or(f64::INFINITY));
            if !(factor.is_finite() && factor > 0.0 && cap > 0.0) {
                return Err(fail("factor and cap are above zero"));
            }
            Ok(Effect::Change { factor, cap_yuan: cap, bp: text.bp_add.unwrap_or(0) })
        }
    }
}
