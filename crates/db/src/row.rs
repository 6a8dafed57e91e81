//! One row that came back, read by column name.

use std::str::FromStr;
use std::sync::Arc;

use jiff::{Timestamp, civil};
use jq_base::money::Money;
use jq_base::seal::{Seal, SealError, SecretPlace};
use serde::de::DeserializeOwned;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Column, Row as _, TypeInfo, ValueRef};

use crate::DbError;

/// A value as it came from the database.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number; also yes (1) and no (0).
    Int(i64),
    /// A binary fraction.
    Real(f64),
    /// A text.
    Text(String),
}

impl Cell {
    /// What kind of value it is, for a message.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Int(_) => "a whole number",
            Self::Real(_) => "a fraction",
            Self::Text(_) => "a text",
        }
    }
}

/// A row with its column names.
#[derive(Clone, Debug)]
pub struct Row {
    names: Arc<[String]>,
    cells: Vec<Cell>,
    seal: Option<Arc<dyn Seal>>,
}

impl Row {
    /// The value of a column, as `i64`, `u32`, `bool`, `f64`, `String`, `Timestamp`, `Date`, `Money`,
    /// or an `Option` of these.
    ///
    /// Fails when the column is missing, is null without `Option`, or holds another type.
    pub fn get<T: FromCell>(&self, column: &str) -> Result<T, DbError> {
        let cell = self.cell(column)?;
        T::from_cell(cell).ok_or_else(|| DbError::Column {
            column: column.to_owned(),
            expected: T::NAME,
            found: cell.name().to_owned(),
        })
    }

    /// A whole number.
    pub fn int(&self, column: &str) -> Result<i64, DbError> {
        self.get(column)
    }

    /// A whole number or nothing.
    pub fn opt_int(&self, column: &str) -> Result<Option<i64>, DbError> {
        self.get(column)
    }

    /// A text.
    pub fn text(&self, column: &str) -> Result<String, DbError> {
        self.get(column)
    }

    /// A text that was bound with [`crate::Query::bind_secret`] for this place.
    pub fn secret(&self, column: &str, place: &SecretPlace) -> Result<String, DbError> {
        let kept = self.text(column)?;
        let Some(seal) = &self.seal else { return Ok(kept) };
        let opened = seal.open(place, kept.as_bytes()).map_err(DbError::Seal)?;
        String::from_utf8(opened).map_err(|error| DbError::Seal(SealError::new(error.utf8_error())))
    }

    /// JSON that was bound with [`crate::Query::bind_secret`] for this place.
    pub fn secret_json<T: DeserializeOwned>(&self, column: &str, place: &SecretPlace) -> Result<T, DbError> {
        json(column, &self.secret(column, place)?)
    }

    /// A text or nothing.
    pub fn opt_text(&self, column: &str) -> Result<Option<String>, DbError> {
        self.get(column)
    }

    /// Yes (1) or no (0).
    pub fn flag(&self, column: &str) -> Result<bool, DbError> {
        self.get(column)
    }

    /// An instant, kept as microseconds since 1970.
    pub fn instant(&self, column: &str) -> Result<Timestamp, DbError> {
        self.get(column)
    }

    /// A text column read as an identifier or another type with a text form.
    pub fn parsed<T: FromStr>(&self, column: &str) -> Result<T, DbError> {
        parse(column, &self.text(column)?)
    }

    /// Like [`Row::parsed`], for a column that may be null.
    pub fn opt_parsed<T: FromStr>(&self, column: &str) -> Result<Option<T>, DbError> {
        self.opt_text(column)?.map(|text| parse(column, &text)).transpose()
    }

    /// A text column that holds JSON.
    pub fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T, DbError> {
        json(column, &self.text(column)?)
    }

    /// The same, able to open what is sealed in it.
    pub(crate) fn opening(self, seal: Option<&Arc<dyn Seal>>) -> Self {
        Self { seal: seal.cloned(), ..self }
    }

    /// The value of a column, whatever it is.
    pub(crate) fn cell(&self, column: &str) -> Result<&Cell, DbError> {
        let at = self.names.iter().position(|name| name == column);
        at.and_then(|at| self.cells.get(at)).ok_or_else(|| DbError::Column {
            column: column.to_owned(),
            expected: "a column of this name",
            found: self.names.join(", "),
        })
    }

    /// The columns and values in their order.
    pub fn cells(&self) -> impl Iterator<Item = (&str, &Cell)> {
        self.names.iter().map(String::as_str).zip(&self.cells)
    }
}

fn json<T: DeserializeOwned>(column: &str, text: &str) -> Result<T, DbError> {
    serde_json::from_str(text).map_err(|error| DbError::Column {
        column: column.to_owned(),
        expected: std::any::type_name::<T>(),
        found: format!("other JSON ({error})"),
    })
}

fn parse<T: FromStr>(column: &str, text: &str) -> Result<T, DbError> {
    text.parse().map_err(|_| DbError::Column {
        column: column.to_owned(),
        expected: std::any::type_name::<T>(),
        found: "a text that is none".to_owned(),
    })
}

/// What a column can be read as.
pub trait FromCell: Sized {
    /// What the type is called in a message.
    const NAME: &'static str;
    /// The value, or `None` when the cell holds something else.
    fn from_cell(cell: &Cell) -> Option<Self>;
}

macro_rules! from_cell {
    ($($type:ty, $name:literal, $pattern:pat => $value:expr;)*) => {$(
        impl FromCell for $type {
            const NAME: &'static str = $name;
            fn from_cell(cell: &Cell) -> Option<Self> {
                match cell {
                    $pattern => $value,
                    _ => None,
                }
            }
        }
    )*};
}

from_cell! {
    i64, "a whole number", Cell::Int(value) => Some(*value);
    u64, "a whole number from 0", Cell::Int(value) => (*value).try_into().ok();
    u32, "a small whole number from 0", Cell::Int(value) => (*value).try_into().ok();
    usize, "a whole number from 0", Cell::Int(value) => (*value).try_into().ok();
    bool, "0 or 1", Cell::Int(value @ (0 | 1)) => Some(*value == 1);
    String, "a text", Cell::Text(value) => Some(value.clone());
    Timestamp, "an instant", Cell::Int(value) => Timestamp::from_microsecond(*value).ok();
    civil::Date, "a date", Cell::Text(value) => value.parse().ok();
    Money, "an amount in fen", Cell::Int(value) => Some(Money::from_fen(*value));
}

impl FromCell for f64 {
    const NAME: &'static str = "a fraction";
    /// SQLite gives a computed fraction without decimals, such as `coalesce(x, 0)`, back as a whole number.
    fn from_cell(cell: &Cell) -> Option<Self> {
        match cell {
            Cell::Real(value) => Some(*value),
            Cell::Int(value) => i32::try_from(*value).ok().map(Self::from),
            _ => None,
        }
    }
}

impl<T: FromCell> FromCell for Option<T> {
    const NAME: &'static str = T::NAME;
    fn from_cell(cell: &Cell) -> Option<Self> {
        match cell {
            Cell::Null => Some(None),
            cell => T::from_cell(cell).map(Some),
        }
    }
}

/// A driver's row type that can become a [`Row`].
pub(crate) trait DriverRow: sqlx::Row {
    fn cell_at(&self, at: usize) -> Result<Cell, sqlx::Error>;
}

impl DriverRow for SqliteRow {
    fn cell_at(&self, at: usize) -> Result<Cell, sqlx::Error> {
        let raw = self.try_get_raw(at)?;
        if raw.is_null() {
            return Ok(Cell::Null);
        }
        match raw.type_info().name() {
            "INTEGER" => self.try_get_unchecked(at).map(Cell::Int),
            "REAL" => self.try_get_unchecked(at).map(Cell::Real),
            "TEXT" => self.try_get_unchecked(at).map(Cell::Text),
            other => Err(foreign(other)),
        }
    }
}

impl DriverRow for PgRow {
    fn cell_at(&self, at: usize) -> Result<Cell, sqlx::Error> {
        let raw = self.try_get_raw(at)?;
        if raw.is_null() {
            return Ok(Cell::Null);
        }
        match raw.type_info().name() {
            "INT8" => self.try_get_unchecked(at).map(Cell::Int),
            "INT4" => self.try_get_unchecked::<i32, _>(at).map(|value| Cell::Int(value.into())),
            "INT2" => self.try_get_unchecked::<i16, _>(at).map(|value| Cell::Int(value.into())),
            "BOOL" => self.try_get_unchecked::<bool, _>(at).map(|value| Cell::Int(value.into())),
            "FLOAT8" => self.try_get_unchecked(at).map(Cell::Real),
            "FLOAT4" => self.try_get_unchecked::<f32, _>(at).map(|value| Cell::Real(value.into())),
            "TEXT" | "VARCHAR" | "NAME" => self.try_get_unchecked(at).map(Cell::Text),
            "VOID" => Ok(Cell::Null),
            other => Err(foreign(other)),
        }
    }
}

fn foreign(name: &str) -> sqlx::Error {
    sqlx::Error::Decode(
        format!("{name} is no type of ours: cast it to bigint, double precision or text").into(),
    )
}

pub(crate) fn rows<R: DriverRow>(found: &[R]) -> Result<Vec<Row>, sqlx::Error> {
    let Some(first) = found.first() else { return Ok(Vec::new()) };
    let names: Arc<[String]> = first.columns().iter().map(|column| column.name().to_owned()).collect();
    let read = |row: &R| {
        let cells = (0..names.len()).map(|at| row.cell_at(at)).collect::<Result<_, _>>()?;
        Ok(Row { names: Arc::clone(&names), cells, seal: None })
    };
    found.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cell: Cell) -> Row {
        Row { names: Arc::from(["amount_fen".to_owned()]), cells: vec![cell], seal: None }
    }

    #[test]
    fn a_column_is_read_as_what_it_is_or_named() {
        assert_eq!(row(Cell::Int(7)).get::<Money>("amount_fen").unwrap(), Money::from_fen(7));
        assert_eq!(row(Cell::Null).opt_int("amount_fen").unwrap(), None);
        let error = row(Cell::Null).int("amount_fen").unwrap_err().to_string();
        assert_eq!(error, "column amount_fen: expected a whole number, found nothing");
        let error = row(Cell::Null).int("amount").unwrap_err().to_string();
        assert_eq!(error, "column amount: expected a column of this name, found amount_fen");
        assert!(row(Cell::Int(2)).flag("amount_fen").is_err());
    }
}
