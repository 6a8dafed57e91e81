//! The part of FEEL that decision tables need: unary tests and simple expressions, checked when read.
//!
//! | Written | Means |
//! | --- | --- |
//! | `-` | always |
//! | `"A", "B"` | one of these; the value of a list is one of its values |
//! | `< 5`, `>= a` | compared with the input |
//! | `[1..5]`, `(1..5)`, `]1..5[` | between, with or without the ends |
//! | `not("A", > 5)` | none of these |
//! | `? > 5 and ? < x` | a condition on the input, which is `?` |
//! | `a + b`, `-`, `*`, `/`, `**` | decimal arithmetic; texts are joined with `+`; dates take durations |
//! | `=`, `!=`, `<`, `<=`, `>`, `>=`, `between … and …`, `in (…)` | comparisons; what cannot be compared gives `null` |
//! | `and`, `or`, `not(…)` | with three values: true, false and `null` |
//! | `if … then … else …`, `a.b`, `[a, b]`, `date("…")`, `@"…"` | as in DMN |

mod cell;
mod evaluate;
mod function;
mod literal;
mod parse;
mod reckon;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub(crate) use evaluate::Scene;
pub(crate) use function::Function;
pub(crate) use parse::{Fault, Scope};

use crate::value::Value;

/// An expression with its names resolved.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expression {
    Constant(Value),
    /// The value of an input or an earlier decision.
    Slot(usize),
    /// The value that a unary test tests.
    Input,
    Member(Box<Expression>, Arc<str>),
    Negate(Box<Expression>),
    Two(Operator, Box<[Expression; 2]>),
    If(Box<[Expression; 3]>),
    Between(Box<[Expression; 3]>),
    In(Box<Expression>, Vec<Test>),
    List(Vec<Expression>),
    Call(Function, Vec<Expression>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    And,
    Or,
    Compare(Comparison),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What one cell of a table asks of the input.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tests {
    /// A dash: every value passes.
    Always,
    /// One of these must hold.
    Any(Vec<Test>),
    /// None of these may hold.
    Not(Vec<Test>),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    Compare(Comparison, Expression),
    Interval(Box<Interval>),
    /// Equal to the value, or to one of its values where it is a list.
    Value(Expression),
    /// A condition of its own.
    Holds(Expression),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Interval {
    pub(crate) low: Expression,
    pub(crate) high: Expression,
    pub(crate) with_low: bool,
    pub(crate) with_high: bool,
}

impl Tests {
    /// True where the answer depends on the input alone.
    pub(crate) fn is_constant(&self) -> bool {
        let constant = |expression: &Expression| matches!(expression, Expression::Constant(_));
        match self {
            Self::Always => true,
            Self::Any(tests) | Self::Not(tests) => tests.iter().all(|test| match test {
                Test::Compare(_, value) | Test::Value(value) => constant(value),
                Test::Interval(interval) => constant(&interval.low) && constant(&interval.high),
                Test::Holds(_) => false,
            }),
        }
    }

    /// The single tests.
    pub(crate) fn tests(&self) -> &[Test] {
        match self {
            Self::Always => &[],
            Self::Any(tests) | Self::Not(tests) => tests,
        }
    }
}
