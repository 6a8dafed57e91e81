//! Outputs of a rule as what a row of a flow gives.

use super::{Given, Making, ONE, Term, constant};
use crate::feel::{Expression, Function, Operator};
use crate::number::Number;
use crate::table::Table;
use crate::value::Value;

const OUTCOMES: [&str; 5] = ["can", "cannot", "need_visit", "not_applicable", "not_enough_data"];
/// Refusal codes run from R01 to R15.
const CODE_MAX: u8 = 15;

/// What an output is to a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Outcome,
    Limit,
    BpLow,
    BpHigh,
    Reason,
    ReasonZh,
    ReasonEn,
}

impl Field {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "outcome" => Self::Outcome,
            "limit" => Self::Limit,
            "bp_low" => Self::BpLow,
            "bp_high" => Self::BpHigh,
            "reason" => Self::Reason,
            "reason_zh" => Self::ReasonZh,
            "reason_en" => Self::ReasonEn,
            _ => return None,
        })
    }
}

impl Making<'_> {
    /// What each output is; a problem for one that a flow has no place for.
    pub(super) fn fields(&mut self, table: &Table) -> Vec<Option<Field>> {
        let mut fields: Vec<Option<Field>> = Vec::with_capacity(table.outputs.len());
        for output in &table.outputs {
            let name = if output.name.is_empty() { "outcome" } else { &*output.name };
            let field = Field::named(self.mapping.output.get(name).map_or(name, String::as_str));
            let reason = match field {
                None => format!(
                    "a flow has no place for the output {name}; map it to outcome, limit, bp_low, bp_high, reason, \
                     reason_zh or reason_en (a rate is said in basis points over the prime rate)"
                ),
                Some(_) if fields.contains(&field) => format!("two outputs are {name}"),
                Some(_) => {
                    fields.push(field);
                    continue;
                }
            };
            self.problems.add(table.line, &self.place, reason);
            fields.push(None);
        }
        if !fields.contains(&Some(Field::Outcome)) {
            self.problems.add(table.line, &self.place, "one output must be the outcome");
        }
        fields
    }

    pub(super) fn given(&self, outputs: &[Expression], fields: &[Option<Field>]) -> Result<Given, String> {
        let find = |wanted: Field| {
            let mut both = fields.iter().zip(outputs);
            both.find(|(field, _)| **field == Some(wanted)).map(|(_, output)| output)
        };
        let word = |wanted: Field| match find(wanted).map(constant) {
            None | Some(Some(Value::Null)) => Ok(None),
            Some(Some(Value::Text(text))) => Ok(Some(text.to_string())),
            Some(_) => Err(format!("{wanted:?} must be a text that stands in the table")),
        };
        let outcome = word(Field::Outcome)?.ok_or("the rule has no outcome")?;
        let outcome = self.mapping.outcome.get(&outcome).cloned().unwrap_or(outcome);
        if !OUTCOMES.contains(&outcome.as_str()) {
            return Err(format!("{outcome} is no outcome ({}); map it to one", OUTCOMES.join(", ")));
        }
        let (sum, terms) = match find(Field::Limit) {
            Some(limit) => self.limit(limit)?,
            None => (false, Vec::new()),
        };
        let lends = outcome == "can";
        if lends == terms.is_empty() {
            let reason =
                if lends { "a rule that lends needs a limit" } else { "only a rule that lends has a limit" };
            return Err(reason.to_owned());
        }
        let points = |wanted: Field| match find(wanted).map(constant) {
            None | Some(Some(Value::Null)) => Ok(0),
            Some(Some(Value::Number(number))) => {
                number.to_i64().ok_or_else(|| format!("{wanted:?} must be whole basis points"))
            }
            Some(_) => Err(format!("{wanted:?} must be a number that stands in the table")),
        };
        let bp = (points(Field::BpLow)?, points(Field::BpHigh)?);
        if bp.0 > bp.1 {
            return Err("bp_low is above bp_high".to_owned());
        }
        let code = word(Field::Reason)?;
        let reason = code.map(|code| self.reason(code, word(Field::ReasonZh)?, word(Field::ReasonEn)?));
        let reason = reason.transpose()?;
        if matches!(outcome.as_str(), "cannot" | "need_visit") && reason.is_none() {
            return Err("a rule that does not lend needs a reason".to_owned());
        }
        Ok(Given { outcome, sum, terms, bp: lends.then_some(bp), reason })
    }

    /// A refusal code with its words.
    fn reason(
        &self,
        code: String,
        zh: Option<String>,
        en: Option<String>,
    ) -> Result<(String, String, String), String> {
        let number =
            code.strip_prefix('R').filter(|digits| digits.len() == 2).and_then(|n| n.parse::<u8>().ok());
        if !number.is_some_and(|number| (1..=CODE_MAX).contains(&number)) {
            return Err(format!("{code} is no refusal code (R01 to R{CODE_MAX})"));
        }
        let known = self.mapping.reason.get(&code);
        let zh = zh.or_else(|| known.map(|words| words.zh.clone())).unwrap_or_default();
        let en = en.or_else(|| known.map(|words| words.en.clone())).unwrap_or_default();
        if zh.trim().is_empty() || en.trim().is_empty() {
            return Err(format!("the words for {code} are missing in one language"));
        }
        if zh.chars().chain(en.chars()).any(|c| c.is_ascii_digit()) {
            return Err(format!("the words for {code} name a figure; a text for the firm names none"));
        }
        Ok((code, zh, en))
    }

    /// A limit as terms, and whether they are added up.
    fn limit(&self, limit: &Expression) -> Result<(bool, Vec<Term>), String> {
        match limit {
            Expression::Constant(Value::Null) => Ok((false, Vec::new())),
            Expression::Constant(Value::Number(figure)) if figure.is_zero() => Ok((false, Vec::new())),
            Expression::Call(Function::Min, parts) => self.smallest(parts).map(|terms| (false, terms)),
            Expression::Two(Operator::Add, _) => {
                let mut terms = Vec::new();
                self.add(limit, &mut terms)?;
                Ok((true, terms))
            }
            other => Ok((false, vec![self.term(other)?])),
        }
    }

    /// The terms of a `min(…)`; a figure among them bounds all others.
    fn smallest(&self, parts: &[Expression]) -> Result<Vec<Term>, String> {
        let figures = parts.iter().filter_map(figure);
        let bound = figures.min().map(Number::to_f64);
        let mut terms = Vec::new();
        for part in parts.iter().filter(|part| figure(part).is_none()) {
            let term = self.term(part)?;
            let up_to = [term.up_to, bound].into_iter().flatten().reduce(f64::min);
            terms.push(Term { up_to, ..term });
        }
        if terms.is_empty() { Err("the limit's min() names no feature".to_owned()) } else { Ok(terms) }
    }

    fn add(&self, sum: &Expression, terms: &mut Vec<Term>) -> Result<(), String> {
        if let Expression::Two(Operator::Add, sides) = sum {
            self.add(&sides[0], terms)?;
            return self.add(&sides[1], terms);
        }
        terms.push(self.term(sum)?);
        Ok(())
    }

    /// One term: a figure, a feature, so many times a feature, or the lesser of that and a figure.
    fn term(&self, expression: &Expression) -> Result<Term, String> {
        let unsaid =
            || "a limit is a figure, a feature times a figure, or the min() or sum of such".to_owned();
        let (name, factor) = match expression {
            Expression::Constant(_) => (ONE.to_owned(), figure(expression).ok_or_else(unsaid)?),
            Expression::Slot(_) => (self.named(expression).ok_or_else(unsaid)?, Number::from(1)),
            Expression::Two(Operator::Multiply, sides) => {
                let (figure_of, feature) = match (figure(&sides[0]), figure(&sides[1])) {
                    (Some(figure), None) => (figure, &sides[1]),
                    (None, Some(figure)) => (figure, &sides[0]),
                    _ => return Err(unsaid()),
                };
                (self.named(feature).ok_or_else(unsaid)?, figure_of)
            }
            Expression::Two(Operator::Divide, sides) => {
                let divisor = figure(&sides[1]).ok_or_else(unsaid)?;
                let factor = Number::from(1).divide(divisor).ok_or_else(unsaid)?;
                (self.named(&sides[0]).ok_or_else(unsaid)?, factor)
            }
            Expression::Call(Function::Min, parts) => {
                let mut terms = self.smallest(parts)?;
                return if terms.len() == 1 { Ok(terms.remove(0)) } else { Err(unsaid()) };
            }
            _ => return Err(unsaid()),
        };
        if factor.is_negative() || factor.is_zero() {
            return Err("a limit's factor must be above zero".to_owned());
        }
        Ok(Term { feature: name, factor: factor.to_f64(), up_to: None })
    }
}

/// The number that an expression is.
fn figure(expression: &Expression) -> Option<Number> {
    if let Some(Value::Number(number)) = constant(expression) { Some(*number) } else { None }
}
