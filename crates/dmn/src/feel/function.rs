//! The built-in functions that tables need; another function is refused by name when the model is read.

use std::sync::Arc;

use crate::kind::Type;
use crate::number::{Number, Rounding};
use crate::temporal::{Clock, Length, Moment, date};
use crate::value::Value;

/// A built-in function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    Date,
    Time,
    Moment,
    Duration,
    Number,
    String,
    Not,
    Contains,
    StartsWith,
    EndsWith,
    Substring,
    StringLength,
    UpperCase,
    LowerCase,
    Abs,
    Floor,
    Ceiling,
    Decimal,
    RoundUp,
    RoundDown,
    RoundHalfUp,
    RoundHalfDown,
    Modulo,
    Min,
    Max,
    Sum,
    Mean,
    Count,
    ListContains,
}

/// A function's name, how many arguments it takes, and of which types.
struct Signature {
    function: Function,
    name: &'static str,
    least: usize,
    most: usize,
    takes: &'static [Type],
    gives: Type,
}

const ANY: &[Type] = &[Type::Any, Type::Any, Type::Any];
const TEXT: &[Type] = &[Type::Text, Type::Text];
const NUMBER: &[Type] = &[Type::Number, Type::Number];
const MANY: usize = 64;

const fn signature(
    function: Function,
    name: &'static str,
    (least, most): (usize, usize),
    takes: &'static [Type],
    gives: Type,
) -> Signature {
    Signature { function, name, least, most, takes, gives }
}

/// Longer names first, so that `round half up` is not read as `round`.
static SIGNATURES: [Signature; 29] = [
    signature(Function::RoundHalfDown, "round half down", (1, 2), NUMBER, Type::Number),
    signature(Function::StringLength, "string length", (1, 1), TEXT, Type::Number),
    signature(Function::RoundHalfUp, "round half up", (1, 2), NUMBER, Type::Number),
    signature(Function::Moment, "date and time", (1, 2), ANY, Type::Moment),
    signature(Function::ListContains, "list contains", (2, 2), ANY, Type::Boolean),
    signature(Function::StartsWith, "starts with", (2, 2), TEXT, Type::Boolean),
    signature(Function::UpperCase, "upper case", (1, 1), TEXT, Type::Text),
    signature(Function::LowerCase, "lower case", (1, 1), TEXT, Type::Text),
    signature(Function::RoundDown, "round down", (1, 2), NUMBER, Type::Number),
    signature(Function::EndsWith, "ends with", (2, 2), TEXT, Type::Boolean),
    signature(
        Function::Substring,
        "substring",
        (2, 3),
        &[Type::Text, Type::Number, Type::Number],
        Type::Text,
    ),
    signature(Function::RoundUp, "round up", (1, 2), NUMBER, Type::Number),
    signature(Function::Duration, "duration", (1, 1), TEXT, Type::Any),
    signature(Function::Contains, "contains", (2, 2), TEXT, Type::Boolean),
    signature(Function::Ceiling, "ceiling", (1, 2), NUMBER, Type::Number),
    signature(Function::Decimal, "decimal", (2, 2), NUMBER, Type::Number),
    signature(Function::Modulo, "modulo", (2, 2), NUMBER, Type::Number),
    signature(Function::Number, "number", (1, 1), TEXT, Type::Number),
    signature(Function::String, "string", (1, 1), ANY, Type::Text),
    signature(Function::Floor, "floor", (1, 2), NUMBER, Type::Number),
    signature(Function::Count, "count", (1, MANY), ANY, Type::Number),
    signature(Function::Date, "date", (1, 3), ANY, Type::Date),
    signature(Function::Time, "time", (1, 1), ANY, Type::Time),
    signature(Function::Mean, "mean", (1, MANY), ANY, Type::Number),
    signature(Function::Abs, "abs", (1, 1), NUMBER, Type::Number),
    signature(Function::Min, "min", (1, MANY), ANY, Type::Any),
    signature(Function::Max, "max", (1, MANY), ANY, Type::Any),
    signature(Function::Sum, "sum", (1, MANY), ANY, Type::Number),
    signature(Function::Not, "not", (1, 1), &[Type::Boolean], Type::Boolean),
];

impl Function {
    /// Every name that is known.
    pub(super) fn names() -> impl Iterator<Item = (&'static str, Self)> {
        SIGNATURES.iter().map(|signature| (signature.name, signature.function))
    }

    /// Checks number and types of the arguments; the type of the result.
    pub(super) fn check(self, arguments: &[Type]) -> Result<Type, String> {
        let Some(signature) = SIGNATURES.iter().find(|signature| signature.function == self) else {
            return Err("the function is not supported".to_owned());
        };
        let (least, most, name) = (signature.least, signature.most, signature.name);
        if !(least..=most).contains(&arguments.len()) {
            return Err(format!("{name}() takes {least} to {most} arguments, not {}", arguments.len()));
        }
        for (wanted, given) in signature.takes.iter().zip(arguments) {
            if !wanted.fits(given) {
                return Err(format!("{name}() takes a {wanted}, not a {given}"));
            }
        }
        match (self, arguments) {
            (Self::Min | Self::Max, [Type::List(of)]) => Ok((**of).clone()),
            (Self::Min | Self::Max, many) => Ok(Type::common(many.iter().cloned())),
            (Self::Count, [Type::Any | Type::List(_)]) | (Self::Sum | Self::Mean, _) => {
                Ok(signature.gives.clone())
            }
            (Self::Count, _) => Err("count() takes a list".to_owned()),
            (Self::Date, [_, _]) => Err("date() takes one argument, or year, month and day".to_owned()),
            (Self::Date, many) if many.len() == 3 && many.iter().any(|own| !own.fits(&Type::Number)) => {
                Err("date() takes year, month and day as numbers".to_owned())
            }
            (Self::Date | Self::Time | Self::Moment, [Type::Number | Type::Boolean]) => {
                Err(format!("{name}() takes a string"))
            }
            _ => Ok(signature.gives.clone()),
        }
    }

    /// The result; `null` where an argument does not fit.
    pub(super) fn call(self, arguments: &[Value]) -> Value {
        self.result(arguments).unwrap_or_default()
    }

    fn result(self, arguments: &[Value]) -> Option<Value> {
        let first = arguments.first()?;
        match self {
            Self::Date | Self::Time | Self::Moment | Self::Duration => self.moment(arguments),
            Self::Number => Number::parse(text(first)?).map(Value::Number),
            Self::String => match first {
                Value::Null => None,
                Value::Text(_) => Some(first.clone()),
                other => Some(Value::Text(Arc::from(other.to_string()))),
            },
            Self::Not => match first {
                Value::Boolean(value) => Some(Value::Boolean(!value)),
                _ => None,
            },
            Self::Contains => Some(text(first)?.contains(text(arguments.get(1)?)?).into()),
            Self::StartsWith => Some(text(first)?.starts_with(text(arguments.get(1)?)?).into()),
            Self::EndsWith => Some(text(first)?.ends_with(text(arguments.get(1)?)?).into()),
            Self::Substring => substring(arguments),
            Self::StringLength => Some(count(text(first)?.chars().count())),
            Self::UpperCase => Some(Value::text(&text(first)?.to_uppercase())),
            Self::LowerCase => Some(Value::text(&text(first)?.to_lowercase())),
            Self::Abs => match first {
                Value::Number(value) => Some(Value::Number(value.abs())),
                Value::Duration(value) => Some(Value::Duration(value.abs())),
                Value::Months(value) => value.checked_abs().map(Value::Months),
                _ => None,
            },
            Self::Floor => rounded(arguments, Rounding::Floor),
            Self::Ceiling => rounded(arguments, Rounding::Ceiling),
            Self::Decimal => rounded(arguments, Rounding::HalfEven),
            Self::RoundUp => rounded(arguments, Rounding::Up),
            Self::RoundDown => rounded(arguments, Rounding::Down),
            Self::RoundHalfUp => rounded(arguments, Rounding::HalfUp),
            Self::RoundHalfDown => rounded(arguments, Rounding::HalfDown),
            Self::Modulo => number(first)?.modulo(number(arguments.get(1)?)?).map(Value::Number),
            Self::Min | Self::Max | Self::Sum | Self::Mean | Self::Count => self.over(values(arguments)),
            Self::ListContains => match first {
                Value::List(list) => {
                    let wanted = arguments.get(1)?;
                    Some(list.iter().any(|own| own.equal(wanted) == Some(true)).into())
                }
                _ => None,
            },
        }
    }

    fn moment(self, arguments: &[Value]) -> Option<Value> {
        match (self, arguments) {
            (Self::Date, [Value::Text(text)]) => date(text).map(Value::Date),
            (Self::Date, [Value::Date(date)]) => Some(Value::Date(*date)),
            (Self::Date, [Value::Moment(moment)]) => Some(Value::Date(moment.at.date())),
            (Self::Date, [Value::Number(year), Value::Number(month), Value::Number(day)]) => {
                let month = i8::try_from(month.to_i64()?).ok()?;
                let day = i8::try_from(day.to_i64()?).ok()?;
                jiff::civil::Date::new(i16::try_from(year.to_i64()?).ok()?, month, day).ok().map(Value::Date)
            }
            (Self::Time, [Value::Text(text)]) => Clock::parse(text).map(Value::Time),
            (Self::Time, [Value::Time(clock)]) => Some(Value::Time(*clock)),
            (Self::Time, [Value::Moment(moment)]) => {
                Some(Value::Time(Clock { time: moment.at.time(), offset: moment.offset }))
            }
            (Self::Moment, [Value::Text(text)]) => Moment::parse(text).map(Value::Moment),
            (Self::Moment, [Value::Moment(moment)]) => Some(Value::Moment(*moment)),
            (Self::Moment, [day, Value::Time(clock)]) => {
                let date = match day {
                    Value::Date(date) => *date,
                    Value::Moment(moment) => moment.at.date(),
                    _ => return None,
                };
                Some(Value::Moment(Moment { at: date.to_datetime(clock.time), offset: clock.offset }))
            }
            (Self::Duration, [Value::Text(text)]) => Length::parse(text).map(Value::from),
            _ => None,
        }
    }

    /// One value of many.
    fn over(self, values: &[Value]) -> Option<Value> {
        let best = |better: std::cmp::Ordering| {
            let mut best = values.first()?;
            for value in values {
                if value.compare(best)? == better {
                    best = value;
                }
            }
            Some(best.clone())
        };
        match self {
            Self::Count => Some(count(values.len())),
            Self::Min => best(std::cmp::Ordering::Less),
            Self::Max => best(std::cmp::Ordering::Greater),
            Self::Sum | Self::Mean => {
                let mut sum = number(values.first()?)?;
                for value in &values[1..] {
                    sum = sum.add(number(value)?)?;
                }
                if self == Self::Mean {
                    sum = sum.divide(Number::from(i64::try_from(values.len()).ok()?))?;
                }
                Some(Value::Number(sum))
            }
            _ => None,
        }
    }
}

/// The values of the only list, or the arguments themselves.
fn values(arguments: &[Value]) -> &[Value] {
    match arguments {
        [Value::List(list)] => list,
        many => many,
    }
}

fn text(value: &Value) -> Option<&str> {
    if let Value::Text(text) = value { Some(text) } else { None }
}

fn number(value: &Value) -> Option<Number> {
    if let Value::Number(number) = value { Some(*number) } else { None }
}

fn count(of: usize) -> Value {
    Value::Number(Number::from(i64::try_from(of).unwrap_or(i64::MAX)))
}

fn rounded(arguments: &[Value], rounding: Rounding) -> Option<Value> {
    let places = match arguments.get(1) {
        Some(places) => i32::try_from(number(places)?.to_i64()?).ok()?,
        None => 0,
    };
    number(arguments.first()?)?.round(places, rounding).map(Value::Number)
}

/// Characters from a place, counted from 1, or from the end where it is below zero.
fn substring(arguments: &[Value]) -> Option<Value> {
    let from = text(arguments.first()?)?;
    let length = i64::try_from(from.chars().count()).ok()?;
    let start = number(arguments.get(1)?)?.to_i64()?;
    let start = match start {
        0 => return None,
        start if start > 0 => start - 1,
        start => length.checked_add(start).filter(|start| *start >= 0)?,
    };
    if start > length {
        return None;
    }
    let taken = match arguments.get(2) {
        Some(taken) => usize::try_from(number(taken)?.to_i64()?).ok().filter(|taken| *taken > 0)?,
        None => usize::MAX,
    };
    let found: String = from.chars().skip(usize::try_from(start).ok()?).take(taken).collect();
    Some(Value::text(&found))
}
