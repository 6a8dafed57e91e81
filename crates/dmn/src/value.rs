//! Values: what goes into a decision and what comes out, with FEEL's notion of equal and of order.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;

use crate::number::Number;
use crate::temporal::{Clock, Length, Moment};

/// A value of FEEL.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Nothing: not known, not applicable, or no result.
    #[default]
    Null,
    /// True or false.
    Boolean(bool),
    /// A decimal number.
    Number(Number),
    /// A text.
    Text(Arc<str>),
    /// A date.
    Date(Date),
    /// A time of day.
    Time(Clock),
    /// A date and time.
    Moment(Moment),
    /// A duration of days and time, in nanoseconds.
    Duration(i128),
    /// A duration of years and months, in months.
    Months(i64),
    /// A list.
    List(Arc<[Value]>),
    /// Named values, such as the outputs of a table with several.
    Context(Arc<[(Arc<str>, Value)]>),
}

/// What sort of value it is; values of different kinds are neither equal nor ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Null,
    Boolean,
    Number,
    Text,
    Date,
    Time { offset: bool },
    Moment { offset: bool },
    Duration,
    Months,
    List,
    Context,
}

impl Value {
    /// A text.
    pub fn text(text: &str) -> Self {
        Self::Text(Arc::from(text))
    }

    /// A named value of a context.
    pub fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Context(members) => members.iter().find(|(known, _)| &**known == name).map(|(_, v)| v),
            _ => None,
        }
    }

    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Null => Kind::Null,
            Self::Boolean(_) => Kind::Boolean,
            Self::Number(_) => Kind::Number,
            Self::Text(_) => Kind::Text,
            Self::Date(_) => Kind::Date,
            Self::Time(clock) => Kind::Time { offset: clock.offset.is_some() },
            Self::Moment(moment) => Kind::Moment { offset: moment.offset.is_some() },
            Self::Duration(_) => Kind::Duration,
            Self::Months(_) => Kind::Months,
            Self::List(_) => Kind::List,
            Self::Context(_) => Kind::Context,
        }
    }

    /// The order of two values; nothing where they have none.
    #[inline]
    pub(crate) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(one), Self::Number(two)) => Some(one.cmp(two)),
            (Self::Text(one), Self::Text(two)) => Some(one.cmp(two)),
            (Self::Date(one), Self::Date(two)) => Some(one.cmp(two)),
            (Self::Time(one), Self::Time(two)) => one.compare(two),
            (Self::Moment(one), Self::Moment(two)) => one.compare(two),
            (Self::Duration(one), Self::Duration(two)) => Some(one.cmp(two)),
            (Self::Months(one), Self::Months(two)) => Some(one.cmp(two)),
            _ => None,
        }
    }

    /// The order within a kind, booleans included.
    pub(crate) fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Boolean(one), Self::Boolean(two)) => Some(one.cmp(two)),
            _ => self.compare(other),
        }
    }

    /// Whether two values are equal; nothing where they cannot be compared.
    pub(crate) fn equal(&self, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::Null, Self::Null) => Some(true),
            (Self::Null, _) | (_, Self::Null) => Some(false),
            (Self::Boolean(one), Self::Boolean(two)) => Some(one == two),
            (Self::List(one), Self::List(two)) => Some(
                one.len() == two.len() && one.iter().zip(two.iter()).all(|(a, b)| a.equal(b) == Some(true)),
            ),
            (Self::Context(one), Self::Context(two)) => Some(
                one.len() == two.len()
                    && one.iter().all(|(name, value)| {
                        other.member(name).is_some_and(|own| own.equal(value) == Some(true))
                    }),
            ),
            _ => self.compare(other).map(Ordering::is_eq),
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<Option<bool>> for Value {
    fn from(value: Option<bool>) -> Self {
        value.map_or(Self::Null, Self::Boolean)
    }
}

impl From<Number> for Value {
    fn from(value: Number) -> Self {
        Self::Number(value)
    }
}

impl From<Option<Number>> for Value {
    fn from(value: Option<Number>) -> Self {
        value.map_or(Self::Null, Self::Number)
    }
}

impl From<Length> for Value {
    fn from(value: Length) -> Self {
        match value {
            Length::Time(nanoseconds) => Self::Duration(nanoseconds),
            Length::Months(months) => Self::Months(months),
        }
    }
}

/// As FEEL writes it, texts in quotation marks.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Number(value) => write!(f, "{value}"),
            Self::Text(value) => write!(f, "{value:?}"),
            Self::Date(value) => write!(f, "{value}"),
            Self::Time(value) => write!(f, "{value}"),
            Self::Moment(value) => write!(f, "{value}"),
            Self::Duration(value) => write!(f, "{}", Length::Time(*value)),
            Self::Months(value) => write!(f, "{}", Length::Months(*value)),
            Self::List(values) => {
                f.write_str("[")?;
                for (at, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if at == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
            Self::Context(members) => {
                f.write_str("{")?;
                for (at, (name, value)) in members.iter().enumerate() {
                    write!(f, "{}{name}: {value}", if at == 0 { "" } else { ", " })?;
                }
                f.write_str("}")
            }
        }
    }
}
