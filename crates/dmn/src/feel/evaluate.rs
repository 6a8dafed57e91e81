//! Evaluation: pure, and without the heap unless a list, a text or a call is made.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use jiff::civil::{Date, Time};

use super::{Comparison, Expression, Interval, Operator, Test, Tests};
use crate::number::{Number, Rounding};
use crate::temporal::{Moment, duration};
use crate::value::Value;

/// What an expression sees: the values of inputs and decisions, and the value that is tested.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scene<'v> {
    pub(crate) slots: &'v [Value],
    pub(crate) input: &'v Value,
}

impl Expression {
    /// The value, borrowed where it already stands somewhere.
    pub(crate) fn look<'v>(&'v self, scene: Scene<'v>) -> Cow<'v, Value> {
        match self {
            Self::Constant(value) => Cow::Borrowed(value),
            Self::Slot(at) => Cow::Borrowed(&scene.slots[*at]),
            Self::Input => Cow::Borrowed(scene.input),
            Self::Member(of, name) => match of.look(scene) {
                Cow::Borrowed(value) => member(value, name),
                Cow::Owned(value) => Cow::Owned(member(&value, name).into_owned()),
            },
            other => Cow::Owned(other.evaluate(scene)),
        }
    }

    pub(crate) fn evaluate(&self, scene: Scene<'_>) -> Value {
        match self {
            Self::Constant(_) | Self::Slot(_) | Self::Input | Self::Member(..) => {
                self.look(scene).into_owned()
            }
            Self::Negate(value) => match value.look(scene).as_ref() {
                Value::Number(value) => Value::Number(value.negate()),
                Value::Duration(value) => Value::Duration(-value),
                Value::Months(value) => value.checked_neg().map_or(Value::Null, Value::Months),
                _ => Value::Null,
            },
            Self::Two(operator, sides) => two(*operator, &sides[0], &sides[1], scene),
            Self::If(parts) => {
                let held = matches!(parts[0].look(scene).as_ref(), Value::Boolean(true));
                parts[if held { 1 } else { 2 }].evaluate(scene)
            }
            Self::Between(parts) => {
                let value = parts[0].look(scene);
                let low = compare(Comparison::GreaterOrEqual, &value, &parts[1].look(scene));
                let high = compare(Comparison::LessOrEqual, &value, &parts[2].look(scene));
                both(low, high).into()
            }
            Self::In(value, tests) => any(tests, &value.look(scene), scene).into(),
            Self::List(values) => Value::List(values.iter().map(|value| value.evaluate(scene)).collect()),
            Self::Call(function, arguments) => {
                let arguments: Vec<Value> = arguments.iter().map(|value| value.evaluate(scene)).collect();
                function.call(&arguments)
            }
        }
    }
}

impl Tests {
    /// Whether the value passes; a test that gives `null` does not.
    #[inline]
    pub(crate) fn hold(&self, value: &Value, slots: &[Value]) -> bool {
        let scene = Scene { slots, input: value };
        match self {
            Self::Always => true,
            Self::Any(tests) => tests.iter().any(|test| test.hold(value, scene) == Some(true)),
            Self::Not(tests) => any(tests, value, scene) == Some(false),
        }
    }
}

impl Test {
    pub(crate) fn hold(&self, value: &Value, scene: Scene<'_>) -> Option<bool> {
        match self {
            Self::Compare(comparison, other) => compare(*comparison, value, &other.look(scene)),
            Self::Interval(interval) => interval.hold(value, scene),
            Self::Value(expression) => {
                let wanted = expression.look(scene);
                match (wanted.as_ref(), value) {
                    (Value::List(_), Value::List(_)) if wanted.equal(value) == Some(true) => Some(true),
                    (Value::List(values), _) => {
                        Some(values.iter().any(|wanted| wanted.equal(value) == Some(true)))
                    }
                    (wanted, _) => wanted.equal(value),
                }
            }
            Self::Holds(condition) => match condition.look(scene).as_ref() {
                Value::Boolean(held) => Some(*held),
                _ => None,
            },
        }
    }
}

impl Interval {
    fn hold(&self, value: &Value, scene: Scene<'_>) -> Option<bool> {
        let above = if self.with_low { Comparison::GreaterOrEqual } else { Comparison::Greater };
        let below = if self.with_high { Comparison::LessOrEqual } else { Comparison::Less };
        both(compare(above, value, &self.low.look(scene)), compare(below, value, &self.high.look(scene)))
    }
}

/// True when one holds, false when none does, otherwise nothing.
fn any(tests: &[Test], value: &Value, scene: Scene<'_>) -> Option<bool> {
    let mut all_false = true;
    for test in tests {
        match test.hold(value, scene) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => all_false = false,
        }
    }
    all_false.then_some(false)
}

/// A value's part of a name; of a list, the parts of its values.
fn member<'v>(value: &'v Value, name: &str) -> Cow<'v, Value> {
    let number = |number: i64| Cow::Owned(Value::Number(Number::from(number)));
    let day = |date: Date| match name {
        "year" => Some(i64::from(date.year())),
        "month" => Some(i64::from(date.month())),
        "day" => Some(i64::from(date.day())),
        "weekday" => Some(i64::from(date.weekday().to_monday_one_offset())),
        _ => None,
    };
    let clock = |time: Time| match name {
        "hour" => Some(i64::from(time.hour())),
        "minute" => Some(i64::from(time.minute())),
        "second" => Some(i64::from(time.second())),
        _ => None,
    };
    let found = match value {
        Value::Context(_) => return value.member(name).map_or(Cow::Owned(Value::Null), Cow::Borrowed),
        Value::List(values) => {
            let parts = values.iter().map(|value| member(value, name).into_owned());
            return Cow::Owned(Value::List(parts.collect()));
        }
        Value::Date(date) => day(*date),
        Value::Moment(moment) => day(moment.at.date()).or_else(|| clock(moment.at.time())),
        Value::Time(time) => clock(time.time),
        _ => None,
    };
    found.map_or(Cow::Owned(Value::Null), number)
}

fn two(operator: Operator, one: &Expression, other: &Expression, scene: Scene<'_>) -> Value {
    match operator {
        Operator::And => match truth(&one.look(scene)) {
            Some(false) => Value::Boolean(false),
            first => both(first, truth(&other.look(scene))).into(),
        },
        Operator::Or => match truth(&one.look(scene)) {
            Some(true) => Value::Boolean(true),
            first => either(first, truth(&other.look(scene))).into(),
        },
        Operator::Compare(comparison) => compare(comparison, &one.look(scene), &other.look(scene)).into(),
        _ => arithmetic(operator, &one.look(scene), &other.look(scene)).unwrap_or_default(),
    }
}

fn truth(value: &Value) -> Option<bool> {
    if let Value::Boolean(value) = value { Some(*value) } else { None }
}

fn both(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn either(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

#[inline]
pub(super) fn compare(comparison: Comparison, one: &Value, other: &Value) -> Option<bool> {
    match comparison {
        Comparison::Equal => one.equal(other),
        Comparison::NotEqual => one.equal(other).map(|equal| !equal),
        Comparison::Less => one.compare(other).map(Ordering::is_lt),
        Comparison::LessOrEqual => one.compare(other).map(Ordering::is_le),
        Comparison::Greater => one.compare(other).map(Ordering::is_gt),
        Comparison::GreaterOrEqual => one.compare(other).map(Ordering::is_ge),
    }
}

/// Arithmetic of numbers, texts, times and durations; nothing where the two do not go together.
fn arithmetic(operator: Operator, one: &Value, other: &Value) -> Option<Value> {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => numbers(operator, *one, *other).map(Value::Number),
        (Value::Text(one), Value::Text(other)) if operator == Operator::Add => {
            Some(Value::Text(Arc::from(format!("{one}{other}"))))
        }
        (Value::Duration(_) | Value::Months(_), _) | (_, Value::Duration(_) | Value::Months(_)) => {
            lengths(operator, one, other)
        }
        _ if operator == Operator::Subtract => apart(one, other).map(Value::Duration),
        _ => None,
    }
}

fn numbers(operator: Operator, one: Number, other: Number) -> Option<Number> {
    match operator {
        Operator::Add => one.add(other),
        Operator::Subtract => one.subtract(other),
        Operator::Multiply => one.multiply(other),
        Operator::Divide => one.divide(other),
        Operator::Power => one.power(other),
        Operator::And | Operator::Or | Operator::Compare(_) => None,
    }
}

/// Arithmetic in which a duration takes part.
fn lengths(operator: Operator, one: &Value, other: &Value) -> Option<Value> {
    use Operator::{Add, Divide, Multiply, Subtract};
    match (operator, one, other) {
        (Add, Value::Duration(a), Value::Duration(b)) => a.checked_add(*b).map(Value::Duration),
        (Subtract, Value::Duration(a), Value::Duration(b)) => a.checked_sub(*b).map(Value::Duration),
        (Divide, Value::Duration(a), Value::Duration(b)) => {
            Number::whole(*a)?.divide(Number::whole(*b)?).map(Value::Number)
        }
        (Add, Value::Months(a), Value::Months(b)) => a.checked_add(*b).map(Value::Months),
        (Subtract, Value::Months(a), Value::Months(b)) => a.checked_sub(*b).map(Value::Months),
        (Divide, Value::Months(a), Value::Months(b)) => {
            Number::from(*a).divide(Number::from(*b)).map(Value::Number)
        }
        (Multiply, Value::Number(number), length) | (Multiply | Divide, length, Value::Number(number)) => {
            scaled(operator, length, *number)
        }
        (Add, length @ (Value::Duration(_) | Value::Months(_)), start) | (Add, start, length) => {
            later(start, length, 1)
        }
        (Subtract, start, length) => later(start, length, -1),
        _ => None,
    }
}

fn scaled(operator: Operator, length: &Value, by: Number) -> Option<Value> {
    let scale = |whole: Number| numbers(operator, whole, by)?.round(0, Rounding::Down)?.to_i128();
    match length {
        Value::Duration(nanoseconds) => scale(Number::whole(*nanoseconds)?).map(Value::Duration),
        Value::Months(months) => Some(Value::Months(i64::try_from(scale(Number::from(*months))?).ok()?)),
        _ => None,
    }
}

/// A date or time and a duration added to it, or taken from it.
fn later(start: &Value, length: &Value, sign: i8) -> Option<Value> {
    match (start, length) {
        (Value::Date(date), Value::Duration(length)) => {
            let midnight = date.to_datetime(Time::midnight());
            let later = midnight.checked_add(duration(length * i128::from(sign))?).ok()?;
            Some(Value::Date(later.date()))
        }
        (Value::Date(date), Value::Months(months)) => {
            let midnight = Moment { at: date.to_datetime(Time::midnight()), offset: None };
            Some(Value::Date(midnight.plus_months(months * i64::from(sign))?.at.date()))
        }
        (Value::Moment(moment), Value::Duration(length)) => {
            moment.plus(length * i128::from(sign)).map(Value::Moment)
        }
        (Value::Moment(moment), Value::Months(months)) => {
            moment.plus_months(months * i64::from(sign)).map(Value::Moment)
        }
        (Value::Time(clock), Value::Duration(length)) => {
            clock.plus(length * i128::from(sign)).map(Value::Time)
        }
        _ => None,
    }
}

/// The time between two dates or times; a date alone is its midnight in UTC.
fn apart(one: &Value, other: &Value) -> Option<i128> {
    let moment = |value: &Value| match value {
        Value::Date(date) => Some(Moment { at: date.to_datetime(Time::midnight()), offset: Some(0) }),
        Value::Moment(moment) => Some(*moment),
        _ => None,
    };
    match (one, other) {
        (Value::Time(one), Value::Time(other)) => one.since(*other),
        _ => moment(one)?.since(moment(other)?),
    }
}
