//! Types: what a model says about its values, and what is made of a value that comes from outside.

use std::fmt;
use std::sync::Arc;

use crate::value::Value;

/// The type of a value, as far as the model says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// Not said, or anything.
    Any,
    /// True or false.
    Boolean,
    /// A number.
    Number,
    /// A text.
    Text,
    /// A date.
    Date,
    /// A time of day.
    Time,
    /// A date and time.
    Moment,
    /// A duration of days and time.
    Duration,
    /// A duration of years and months.
    Months,
    /// A list of one type.
    List(Arc<Type>),
    /// Named values.
    Context(Arc<[(Arc<str>, Type)]>),
}

impl Type {
    /// A type that the language itself names, with or without a prefix such as `feel:`.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let name = name.trim();
        let name = name.strip_prefix("feel:").unwrap_or(name);
        Some(match name {
            "Any" | "<Undefined>" | "undefined" | "" => Self::Any,
            "boolean" => Self::Boolean,
            // Not of the language, but what some editors call numbers.
            "number" | "integer" | "long" | "double" => Self::Number,
            "string" => Self::Text,
            "date" => Self::Date,
            "time" => Self::Time,
            "date and time" | "dateTime" => Self::Moment,
            "days and time duration" | "dayTimeDuration" => Self::Duration,
            "years and months duration" | "yearMonthDuration" => Self::Months,
            _ => return None,
        })
    }

    /// The type of a value that is known.
    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Any,
            Value::Boolean(_) => Self::Boolean,
            Value::Number(_) => Self::Number,
            Value::Text(_) => Self::Text,
            Value::Date(_) => Self::Date,
            Value::Time(_) => Self::Time,
            Value::Moment(_) => Self::Moment,
            Value::Duration(_) => Self::Duration,
            Value::Months(_) => Self::Months,
            Value::List(values) => Self::List(Arc::new(Self::common(values.iter().map(Self::of)))),
            Value::Context(members) => Self::Context(
                members.iter().map(|(name, value)| (Arc::clone(name), Self::of(value))).collect(),
            ),
        }
    }

    /// The type of all of these together.
    pub(crate) fn common(types: impl IntoIterator<Item = Self>) -> Self {
        let mut types = types.into_iter();
        let first = types.next().unwrap_or(Self::Any);
        if types.all(|other| other == first) { first } else { Self::Any }
    }

    /// False where no value of one can be equal to, or compared with, a value of the other.
    pub(crate) fn fits(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) | (Self::Context(_), Self::Context(_)) => true,
            (Self::List(one), Self::List(two)) => one.fits(two),
            (one, two) => one == two,
        }
    }

    /// True where values have an order.
    pub(crate) fn is_ordered(&self) -> bool {
        !matches!(self, Self::Boolean | Self::List(_) | Self::Context(_))
    }

    /// What a value from elsewhere is here: itself where it conforms, the only value of a list where one is wanted, a
    /// list of one where a list is wanted; otherwise nothing.
    pub(crate) fn take(&self, value: Value) -> Option<Value> {
        if self.holds(&value) {
            return Some(value);
        }
        match (self, value) {
            (Self::List(of), value) if of.holds(&value) => Some(Value::List(Arc::from([value]))),
            (_, Value::List(values)) if values.len() == 1 && self.holds(&values[0]) => {
                Some(values[0].clone())
            }
            _ => None,
        }
    }

    /// True where a value is of the type; `null` is of every type.
    #[inline]
    pub(crate) fn holds(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Any, _)
            | (_, Value::Null)
            | (Self::Boolean, Value::Boolean(_))
            | (Self::Number, Value::Number(_))
            | (Self::Text, Value::Text(_))
            | (Self::Date, Value::Date(_))
            | (Self::Time, Value::Time(_))
            | (Self::Moment, Value::Moment(_))
            | (Self::Duration, Value::Duration(_))
            | (Self::Months, Value::Months(_)) => true,
            (Self::List(of), Value::List(values)) => values.iter().all(|value| of.holds(value)),
            (Self::Context(types), Value::Context(_)) => {
                types.iter().all(|(name, own)| value.member(name).is_some_and(|value| own.holds(value)))
            }
            _ => false,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("anything"),
            Self::Boolean => f.write_str("boolean"),
            Self::Number => f.write_str("number"),
            Self::Text => f.write_str("string"),
            Self::Date => f.write_str("date"),
            Self::Time => f.write_str("time"),
            Self::Moment => f.write_str("date and time"),
            Self::Duration => f.write_str("days and time duration"),
            Self::Months => f.write_str("years and months duration"),
            Self::List(of) => write!(f, "list of {of}"),
            Self::Context(_) => f.write_str("context"),
        }
    }
}
