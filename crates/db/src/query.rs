//! One statement with its values, the same text for both databases.

use jiff::{Timestamp, civil};
use jq_base::money::Money;
use jq_base::seal::{Seal, SecretLevel, SecretPlace};
use sqlx::{Arguments, AssertSqlSafe, SqlSafeStr, SqlStr};

use crate::DbError;

/// A statement and the values for its `$1`, `$2`, ….
#[derive(Clone, Debug)]
pub struct Query {
    text: SqlStr,
    values: Vec<Bound>,
    /// Which values are sealed on their way into the store, and for which place.
    secrets: Vec<(usize, SecretLevel, SecretPlace)>,
}

/// A statement written in the source code.
///
/// ```
/// let query = jq_db::sql("select value from setting where name = $1").bind("demo.clock");
/// ```
pub fn sql(text: &'static str) -> Query {
    Query { text: SqlStr::from_static(text), values: Vec::new(), secrets: Vec::new() }
}

/// A statement put together at run time from fixed pieces, such as a list with optional filters.
/// Values never belong into the text; they are bound.
pub fn sql_built(text: String) -> Query {
    Query { text: AssertSqlSafe(text).into_sql_str(), values: Vec::new(), secrets: Vec::new() }
}

impl Query {
    /// Binds the next value: `$1` first.
    #[must_use]
    pub fn bind(mut self, value: impl IntoBound) -> Self {
        self.values.push(value.into_bound());
        self
    }

    /// Binds the next value sealed for its place, where the store seals.
    #[must_use]
    pub fn bind_secret(mut self, level: SecretLevel, place: SecretPlace, text: impl Into<String>) -> Self {
        let at = self.values.len();
        self.values.push(Bound::Text(Some(text.into())));
        self.secrets.push((at, level, place));
        self
    }

    /// Binds several values of one type, for `in ($2, $3, …)`; see [`Query::next_places`].
    #[must_use]
    pub fn bind_all<T: IntoBound>(mut self, values: impl IntoIterator<Item = T>) -> Self {
        self.values.extend(values.into_iter().map(IntoBound::into_bound));
        self
    }

    /// `$first, $first+1, …` for `count` values.
    pub fn next_places(first: usize, count: usize) -> String {
        (first..first + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
    }

    /// The statement's text.
    pub fn text(&self) -> &str {
        self.text.as_str()
    }

    /// Refuses a text whose `$n` do not match the values: SQLite would silently read `null`.
    pub(crate) fn check(&self) -> Result<(), DbError> {
        let named = highest_place(self.text());
        if named == self.values.len() {
            return Ok(());
        }
        Err(DbError::Parameters { sql: self.text().to_owned(), named, bound: self.values.len() })
    }

    /// The same with its secret values sealed.
    pub(crate) fn sealed(mut self, seal: Option<&dyn Seal>) -> Result<Self, DbError> {
        let Some(seal) = seal else { return Ok(self) };
        for (at, level, place) in std::mem::take(&mut self.secrets) {
            if let Some(Bound::Text(Some(text))) = self.values.get_mut(at) {
                *text = seal.seal(level, &place, text.as_bytes()).map_err(DbError::Seal)?;
            }
        }
        Ok(self)
    }

    pub(crate) fn statement(&self) -> SqlStr {
        self.text.clone()
    }

    pub(crate) fn arguments<A: Arguments>(self) -> Result<A, sqlx::Error>
    where
        Option<i64>: for<'q> sqlx::Encode<'q, A::Database> + sqlx::Type<A::Database>,
        Option<f64>: for<'q> sqlx::Encode<'q, A::Database> + sqlx::Type<A::Database>,
        Option<String>: for<'q> sqlx::Encode<'q, A::Database> + sqlx::Type<A::Database>,
    {
        let mut arguments = A::default();
        for value in self.values {
            match value {
                Bound::Int(value) => arguments.add(value),
                Bound::Real(value) => arguments.add(value),
                Bound::Text(value) => arguments.add(value),
            }
            .map_err(sqlx::Error::Encode)?;
        }
        Ok(arguments)
    }
}

/// The highest `$n` of a statement; `$` inside quotes is not used in our texts.
fn highest_place(text: &str) -> usize {
    text.split('$')
        .skip(1)
        .filter_map(|rest| {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            rest[..end].parse().ok()
        })
        .max()
        .unwrap_or(0)
}

/// A value as the databases know it; a missing value keeps its type, which PostgreSQL asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Bound {
    /// A `bigint`.
    Int(Option<i64>),
    /// A `double precision`.
    Real(Option<f64>),
    /// A `text`.
    Text(Option<String>),
}

impl Bound {
    fn missing(self) -> Self {
        match self {
            Self::Int(_) => Self::Int(None),
            Self::Real(_) => Self::Real(None),
            Self::Text(_) => Self::Text(None),
        }
    }
}

/// What can be bound. Instants become microseconds, yes and no 1 and 0, money fen, dates `YYYY-MM-DD`.
pub trait IntoBound {
    /// A value of this type, used to know the column type of a missing one.
    fn example() -> Bound
    where
        Self: Sized;
    /// The value as kept in the column.
    fn into_bound(self) -> Bound;
}

macro_rules! bound {
    ($($type:ty, $kind:ident, $value:ident => $into:expr;)*) => {$(
        impl IntoBound for $type {
            fn example() -> Bound {
                Bound::$kind(None)
            }
            fn into_bound(self) -> Bound {
                let $value = self;
                Bound::$kind(Some($into))
            }
        }
    )*};
}

bound! {
    i64, Int, value => value;
    i32, Int, value => i64::from(value);
    u32, Int, value => i64::from(value);
    u16, Int, value => i64::from(value);
    bool, Int, value => i64::from(value);
    f64, Real, value => value;
    &str, Text, value => value.to_owned();
    &String, Text, value => value.clone();
    String, Text, value => value;
    Timestamp, Int, value => value.as_microsecond();
    civil::Date, Text, value => value.to_string();
    Money, Int, value => value.fen();
    serde_json::Value, Text, value => value.to_string();
    &serde_json::Value, Text, value => value.to_string();
}

impl IntoBound for Bound {
    fn example() -> Bound {
        Bound::Text(None)
    }
    fn into_bound(self) -> Bound {
        self
    }
}

impl<T: IntoBound> IntoBound for Option<T> {
    fn example() -> Bound {
        T::example()
    }
    fn into_bound(self) -> Bound {
        self.map_or_else(|| T::example().missing(), IntoBound::into_bound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_with_too_few_values_is_refused() {
        let query = sql("select $1, $2, $1").bind(1_i64);
        assert!(matches!(query.check(), Err(DbError::Parameters { named: 2, bound: 1, .. })));
        assert!(query.bind("x").check().is_ok());
        assert!(sql("select 1").check().is_ok());
    }

    #[test]
    fn a_missing_value_keeps_its_type() {
        assert_eq!(None::<i64>.into_bound(), Bound::Int(None));
        assert_eq!(None::<&str>.into_bound(), Bound::Text(None));
        assert_eq!(Some(true).into_bound(), Bound::Int(Some(1)));
        assert_eq!(Query::next_places(3, 2), "$3, $4");
    }
}
