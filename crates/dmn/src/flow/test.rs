//! Tests of a cell as conditions of a flow: alternatives, each with conditions that hold together.

use std::collections::BTreeMap;

use super::{Condition, How, is_always};
use crate::feel::{Comparison, Expression, Interval, Test, Tests};
use crate::value::Value;

/// Alternatives of one cell; a flow's row takes one.
type Alternatives = Vec<Vec<Condition>>;

/// Conditions that one `not(…)` may become.
const ALTERNATIVES_MAX: usize = 1_000;

pub(super) fn alternatives(
    tests: &Tests,
    feature: &str,
    words: Option<&BTreeMap<String, f64>>,
) -> Result<Alternatives, String> {
    let cell = Cell { feature, words };
    if is_always(tests) {
        return Ok(vec![Vec::new()]);
    }
    let mut all: Alternatives = Vec::new();
    match tests {
        Tests::Always => {}
        Tests::Any(tests) => {
            for test in tests {
                for own in cell.holds(test)? {
                    if !all.contains(&own) {
                        all.push(own);
                    }
                }
            }
        }
        Tests::Not(tests) => {
            all.push(Vec::new());
            for test in tests {
                let own = cell.fails(test)?;
                if all.len() * own.len() > ALTERNATIVES_MAX {
                    return Err("the test becomes too many rows".to_owned());
                }
                all = all
                    .iter()
                    .flat_map(|before| own.iter().map(|more| [before.as_slice(), more.as_slice()].concat()))
                    .collect();
            }
        }
    }
    Ok(all)
}

struct Cell<'c> {
    feature: &'c str,
    words: Option<&'c BTreeMap<String, f64>>,
}

impl Cell<'_> {
    fn holds(&self, test: &Test) -> Result<Alternatives, String> {
        match test {
            Test::Compare(comparison, value) => self.compared(*comparison, value),
            Test::Value(value) => self.equal(value),
            Test::Interval(interval) => {
                let (above, below) = ends(interval);
                let low = self.compare(above, &interval.low, false)?;
                let high = self.compare(below, &interval.high, false)?;
                Ok(vec![vec![low, high]])
            }
            Test::Holds(_) => Err("a condition with `?` cannot be said in a flow's table".to_owned()),
        }
    }

    /// The cases in which a test is false, and not merely unknown.
    fn fails(&self, test: &Test) -> Result<Alternatives, String> {
        match test {
            Test::Compare(comparison, value) => match comparison {
                Comparison::Equal => self.unequal(value),
                Comparison::NotEqual => self.equal(value),
                other => Ok(vec![vec![self.compare(opposite(*other), value, false)?]]),
            },
            Test::Value(Expression::Constant(Value::List(values))) => {
                let each = |value: &Value| self.unequal(&Expression::Constant(value.clone()));
                let parts: Result<Vec<Alternatives>, String> = values.iter().map(each).collect();
                Ok(vec![parts?.concat().concat()])
            }
            Test::Value(value) => self.unequal(value),
            Test::Interval(interval) => {
                let (above, below) = ends(interval);
                Ok(vec![
                    vec![self.compare(opposite(above), &interval.low, false)?],
                    vec![self.compare(opposite(below), &interval.high, false)?],
                ])
            }
            Test::Holds(_) => Err("a condition with `?` cannot be said in a flow's table".to_owned()),
        }
    }

    fn compared(&self, comparison: Comparison, value: &Expression) -> Result<Alternatives, String> {
        match comparison {
            Comparison::Equal => self.equal(value),
            Comparison::NotEqual => self.unequal(value),
            other => Ok(vec![vec![self.compare(other, value, false)?]]),
        }
    }

    fn equal(&self, value: &Expression) -> Result<Alternatives, String> {
        match value {
            Expression::Constant(Value::Null) => Ok(vec![vec![self.condition(How::Missing)]]),
            Expression::Constant(Value::List(values)) => {
                let each = |value: &Value| self.equal(&Expression::Constant(value.clone()));
                let parts: Result<Vec<Alternatives>, String> = values.iter().map(each).collect();
                Ok(parts?.concat())
            }
            value => Ok(vec![vec![self.compare(Comparison::Equal, value, false)?]]),
        }
    }

    /// Not equal; what is missing is not equal to any value.
    fn unequal(&self, value: &Expression) -> Result<Alternatives, String> {
        match value {
            Expression::Constant(Value::Null) => Ok(vec![vec![self.condition(How::Present)]]),
            value => Ok(vec![vec![self.compare(Comparison::NotEqual, value, true)?]]),
        }
    }

    fn compare(
        &self,
        comparison: Comparison,
        value: &Expression,
        or_missing: bool,
    ) -> Result<Condition, String> {
        let Expression::Constant(constant) = value else {
            return Err(format!("{} is compared with what is not a constant", self.feature));
        };
        let ordered = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        let value = match constant {
            Value::Number(number) => number.to_f64(),
            Value::Boolean(value) => f64::from(u8::from(*value)),
            Value::Text(_) if ordered => {
                return Err(format!("{}: words have no order in a flow", self.feature));
            }
            Value::Text(word) => *self
                .words
                .and_then(|words| words.get(&**word))
                .ok_or_else(|| format!("{}: the mapping gives no number for {constant}", self.feature))?,
            other => return Err(format!("{}: a feature is a number, never {other}", self.feature)),
        };
        if !value.is_finite() {
            return Err(format!("{}: {constant} is too large", self.feature));
        }
        let op = match comparison {
            Comparison::Equal => "eq",
            Comparison::NotEqual => "ne",
            Comparison::Less => "lt",
            Comparison::LessOrEqual => "le",
            Comparison::Greater => "gt",
            Comparison::GreaterOrEqual => "ge",
        };
        Ok(self.condition(How::Compare { op, value, or_missing }))
    }

    fn condition(&self, how: How) -> Condition {
        Condition { feature: self.feature.to_owned(), how }
    }
}

fn ends(interval: &Interval) -> (Comparison, Comparison) {
    (
        if interval.with_low { Comparison::GreaterOrEqual } else { Comparison::Greater },
        if interval.with_high { Comparison::LessOrEqual } else { Comparison::Less },
    )
}

fn opposite(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
        Comparison::Less => Comparison::GreaterOrEqual,
        Comparison::LessOrEqual => Comparison::Greater,
        Comparison::Greater => Comparison::LessOrEqual,
        Comparison::GreaterOrEqual => Comparison::Less,
    }
}
