//! What anyone may see: the home page, the products, the catalogue, the verification of reports.

pub mod catalog;
pub mod home;
pub mod models;
pub mod product;
pub mod verify;

/// A label with its value.
#[derive(Clone, Debug)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// Its value in words.
    pub value: String,
    /// A number or code that is read letter by letter.
    pub mono: bool,
}

impl Fact {
    /// A fact in words.
    pub fn new(label: String, value: impl Into<String>) -> Self {
        Self { label, value: value.into(), mono: false }
    }

    /// A fact that is a number or code.
    pub fn code(label: String, value: impl Into<String>) -> Self {
        Self { label, value: value.into(), mono: true }
    }
}
