//! Where a sealed value stands, bound to it.

use crate::text;

/// The table, field and row of a sealed value: it opens there and nowhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    table: &'a str,
    field: &'a str,
    subject: &'a str,
}

impl<'a> Place<'a> {
    /// The place of a value: the table (or catalogue item), the field, and whose it is.
    pub const fn new(table: &'a str, field: &'a str, subject: &'a str) -> Self {
        Self { table, field, subject }
    }

    /// What is bound to a value sealed by this key at this place.
    pub(crate) fn bound(&self, version: &str, key: &str) -> Vec<u8> {
        text::joined(&[version, key, self.table, self.field, self.subject])
    }
}
