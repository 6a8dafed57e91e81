//! A compiled decision table (决策表): its rules, its hit policy, its index.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::feel::{Expression, Scene, Tests};
use crate::index::{Index, Search};
use crate::kind::Type;
use crate::number::Number;
use crate::value::Value;

/// Which of the rules that hold give the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hit {
    /// At most one holds; more are an error and give no result.
    Unique,
    /// Those that hold agree; else there is no result.
    Any,
    /// The first whose outputs stand highest in the list of output values.
    Priority,
    /// The first in the order of the table.
    First,
    /// All, in the order of the output values.
    OutputOrder,
    /// All, in the order of the table.
    RuleOrder,
    /// All, or one figure made of them.
    Collect(Collect),
}

/// What is made of all the rules that hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collect {
    /// The list.
    List,
    /// The sum.
    Sum,
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// How many.
    Count,
}

impl Hit {
    /// True where the result is a list.
    pub fn is_list(self) -> bool {
        matches!(self, Self::OutputOrder | Self::RuleOrder | Self::Collect(Collect::List))
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) hit: Hit,
    pub(crate) line: usize,
    pub(crate) inputs: Vec<InputColumn>,
    pub(crate) outputs: Vec<OutputColumn>,
    /// The tests of each rule by column.
    pub(crate) tests: Vec<Vec<Tests>>,
    pub(crate) rules: Vec<Rule>,
    /// What is given when no rule holds.
    pub(crate) default: Value,
    /// For each rule how high its outputs stand; the highest has 0.
    pub(crate) standing: Vec<u32>,
    pub(crate) index: Index,
}

#[derive(Debug, Clone)]
pub(crate) struct InputColumn {
    pub(crate) label: String,
    pub(crate) expression: Expression,
    pub(crate) kind: Type,
    /// The values that are allowed.
    pub(crate) allowed: Option<Tests>,
}

#[derive(Debug, Clone)]
pub(crate) struct OutputColumn {
    pub(crate) name: Arc<str>,
}

#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) line: usize,
    pub(crate) outputs: Vec<Expression>,
    /// The result, where it does not depend on the inputs.
    pub(crate) constant: Option<Value>,
}

/// Why a table gave no result.
pub(crate) type Failure = String;

/// What a table needs of memory, kept from one evaluation to the next.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memory {
    search: Search,
    hits: Vec<u32>,
}

impl Table {
    /// The result for the values of inputs and earlier decisions.
    pub(crate) fn run(&self, slots: &[Value], memory: &mut Memory) -> Result<Value, Failure> {
        self.check(slots)?;
        let Memory { search, hits } = memory;
        hits.clear();
        let most = match self.hit {
            Hit::First => 1,
            Hit::Unique => 2,
            _ => usize::MAX,
        };
        self.index.search(
            search,
            |column| self.inputs[column].expression.look(outside(slots)),
            |rule, column| {
                let value = self.inputs[column].expression.look(outside(slots));
                self.tests[rule][column].hold(&value, slots)
            },
            |rule| {
                hits.push(u32::try_from(rule).unwrap_or(u32::MAX));
                hits.len() < most
            },
        );
        self.result(hits, slots)
    }

    /// The same without the index: every rule is asked.
    pub(crate) fn run_without_index(&self, slots: &[Value]) -> Result<Value, Failure> {
        self.check(slots)?;
        let values: Vec<_> = self.inputs.iter().map(|input| input.expression.look(outside(slots))).collect();
        let holds =
            |tests: &Vec<Tests>| tests.iter().zip(&values).all(|(tests, value)| tests.hold(value, slots));
        let mut hits: Vec<u32> =
            (0u32..).zip(&self.tests).filter(|(_, tests)| holds(tests)).map(|(rule, _)| rule).collect();
        if self.hit == Hit::First {
            hits.truncate(1);
        }
        self.result(&mut hits, slots)
    }

    /// Refuses inputs that the table does not allow.
    fn check(&self, slots: &[Value]) -> Result<(), Failure> {
        for input in &self.inputs {
            let value = input.expression.look(outside(slots));
            if !input.kind.holds(&value) {
                return Err(format!("{} is {value}, not a {}", input.label, input.kind));
            }
            if let Some(allowed) = &input.allowed
                && !value.is_null()
                && !allowed.hold(&value, slots)
            {
                return Err(format!("{} is {value}, which is not allowed", input.label));
            }
        }
        Ok(())
    }

    fn result(&self, hits: &mut [u32], slots: &[Value]) -> Result<Value, Failure> {
        if hits.is_empty() {
            return Ok(self.nothing());
        }
        let first = hits[0] as usize;
        match self.hit {
            Hit::Unique if hits.len() > 1 => {
                Err(format!("rules {} and {} both hold and only one may", hits[0] + 1, hits[1] + 1))
            }
            Hit::First | Hit::Unique => Ok(self.output(first, slots)),
            Hit::Any => {
                let value = self.output(first, slots);
                for rule in &hits[1..] {
                    let other = self.output(*rule as usize, slots);
                    if value.equal(&other) != Some(true) {
                        return Err(format!("rules {} and {} both hold and differ", hits[0] + 1, rule + 1));
                    }
                }
                Ok(value)
            }
            Hit::Priority => {
                let best = hits.iter().min_by_key(|rule| self.standing[**rule as usize]);
                Ok(best.map_or(Value::Null, |rule| self.output(*rule as usize, slots)))
            }
            Hit::OutputOrder => {
                hits.sort_by_key(|rule| self.standing[*rule as usize]);
                Ok(self.list(hits, slots))
            }
            Hit::RuleOrder | Hit::Collect(Collect::List) => Ok(self.list(hits, slots)),
            Hit::Collect(collect) => self.collected(collect, hits, slots),
        }
    }

    /// The result when no rule holds and the table says nothing of it.
    fn nothing(&self) -> Value {
        match (&self.default, self.hit) {
            (Value::Null, Hit::Collect(Collect::List)) => Value::List(Arc::from([])),
            (Value::Null, Hit::Collect(Collect::Count)) => Value::Number(Number::ZERO),
            (default, hit) if hit.is_list() && !default.is_null() => {
                Value::List(Arc::from([default.clone()]))
            }
            (default, _) => default.clone(),
        }
    }

    fn list(&self, hits: &[u32], slots: &[Value]) -> Value {
        Value::List(hits.iter().map(|rule| self.output(*rule as usize, slots)).collect())
    }

    fn collected(&self, collect: Collect, hits: &[u32], slots: &[Value]) -> Result<Value, Failure> {
        if collect == Collect::Count {
            return Ok(Value::Number(Number::from(i64::try_from(hits.len()).unwrap_or(i64::MAX))));
        }
        let failure = || "the outputs of the rules that hold cannot be taken together".to_owned();
        let mut total = self.output(hits[0] as usize, slots);
        if total.is_null() {
            return Err(failure());
        }
        for rule in &hits[1..] {
            let next = self.output(*rule as usize, slots);
            total = match (collect, &total, &next) {
                (Collect::Sum, Value::Number(total), Value::Number(next)) => {
                    Value::Number(total.add(*next).ok_or_else(failure)?)
                }
                (Collect::Min | Collect::Max, total, next) => {
                    let wanted = if collect == Collect::Min { Ordering::Less } else { Ordering::Greater };
                    let order = next.compare(total).ok_or_else(failure)?;
                    if order == wanted { next.clone() } else { total.clone() }
                }
                _ => return Err(failure()),
            };
        }
        if collect == Collect::Sum && !matches!(total, Value::Number(_)) {
            return Err(failure());
        }
        Ok(total)
    }

    /// What a rule gives.
    pub(crate) fn output(&self, rule: usize, slots: &[Value]) -> Value {
        let rule = &self.rules[rule];
        if let Some(constant) = &rule.constant {
            return constant.clone();
        }
        let values = rule.outputs.iter().map(|output| output.evaluate(outside(slots)));
        together(&self.outputs, values)
    }
}

/// One output is the result itself; several are a context.
pub(crate) fn together(outputs: &[OutputColumn], mut values: impl Iterator<Item = Value>) -> Value {
    if outputs.len() == 1 {
        return values.next().unwrap_or_default();
    }
    Value::Context(outputs.iter().map(|output| Arc::clone(&output.name)).zip(values).collect())
}

/// What expressions see that stand outside a test.
fn outside(slots: &[Value]) -> Scene<'_> {
    Scene { slots, input: &Value::Null }
}
