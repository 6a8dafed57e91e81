//! The seam through which stores keep fields of level 3 and 4 sealed.
//!
//! Whoever has a secret field knows this trait and nothing of keys; what implements it is put in by the program.

use std::error::Error;
use std::fmt;

/// How secret a field is (JR/T 0197), where that asks for sealing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretLevel {
    /// Tax, insurance, utilities, land, dealings; whatever follows from them (三级).
    Three,
    /// What identifies a person or opens an account (四级): sealed under a key apart.
    Four,
}

/// The table, column and row of a sealed value: it opens there and nowhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretPlace {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// What names the row, or the one whose value it is.
    pub row: String,
}

impl SecretPlace {
    /// A place in a row.
    pub fn new(table: &'static str, column: &'static str, row: impl Into<String>) -> Self {
        Self { table, column, row: row.into() }
    }
}

/// A table with columns that lie sealed: the one definition that writing, reading and sealing anew go by.
#[derive(Debug)]
pub struct SecretTable {
    /// Its name.
    pub name: &'static str,
    /// The columns of its primary key, in their order.
    pub keys: &'static [&'static str],
    /// The columns that lie sealed.
    pub columns: &'static [&'static str],
    /// How secret they are.
    pub level: SecretLevel,
    /// Whether texts that are no secrets stand in the same columns.
    pub mixed: bool,
}

impl SecretTable {
    /// The place of a column in a row, which is named by the values of the keys with `/` between them.
    pub fn place(&self, column: &'static str, row: impl Into<String>) -> SecretPlace {
        debug_assert!(self.columns.contains(&column), "{}.{column} is not named as sealed", self.name);
        SecretPlace { table: self.name, column, row: row.into() }
    }
}

/// How sealed texts begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealMarks {
    /// Every sealed text, of any level and key.
    pub any: String,
    /// A text of one level that is sealed under the key of today.
    pub current: String,
}

/// Seals values for a place in a store, and opens them.
pub trait Seal: fmt::Debug + Send + Sync {
    /// The value sealed for its place, as text.
    fn seal(&self, level: SecretLevel, place: &SecretPlace, value: &[u8]) -> Result<String, SealError>;

    /// The value that was sealed for this place; one that was written before there was sealing is itself.
    fn open(&self, place: &SecretPlace, kept: &[u8]) -> Result<Vec<u8>, SealError>;

    /// How what is sealed begins, by which is found what waits to be sealed anew.
    fn marks(&self, level: SecretLevel) -> Result<SealMarks, SealError>;
}

/// A value could not be sealed or opened; the cause says which key or file.
#[derive(Debug)]
pub struct SealError(Box<dyn Error + Send + Sync>);

impl SealError {
    /// What went wrong on the other side of the seam.
    pub fn new(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(cause.into())
    }
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("seal or open a secret field")
    }
}

impl Error for SealError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.0.as_ref())
    }
}
