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

/// Seals texts for a column, and opens them.
pub trait Seal: fmt::Debug + Send + Sync {
    /// The text sealed for its place.
    fn seal(&self, level: SecretLevel, place: &SecretPlace, text: &str) -> Result<String, SealError>;

    /// The text that was sealed for this place; one that was written before there was sealing is itself.
    fn open(&self, place: &SecretPlace, kept: &str) -> Result<String, SealError>;
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
