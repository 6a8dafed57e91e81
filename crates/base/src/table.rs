//! A neutral description of a lake table, so that the catalogue and the lake agree without knowing each other.

/// What a column holds and how it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnKind {
    /// Words and codes, UTF-8.
    Text,
    /// A whole number, 64 bit; years too.
    Int,
    /// An amount in fen, 64 bit; the column's name ends in `_fen`.
    Money,
    /// A decimal with four places, `decimal(18,4)`.
    Decimal,
    /// A share or rate with six places, `decimal(18,6)`.
    Ratio,
    /// Yes or no.
    Bool,
    /// A calendar day.
    Date,
    /// A month, kept as its first day.
    Month,
}

/// One column of a lake table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ColumnSpec {
    /// The column's name in the lake.
    pub name: String,
    /// What it holds.
    pub kind: ColumnKind,
    /// True when a record may leave it empty.
    pub optional: bool,
    /// How secret it is, 1 (public) to 5.
    pub level: u8,
}

/// One table of the lake: the columns of a catalogue item, without the envelope every table has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TableSpec {
    /// The table's name, equal to the item's id.
    pub name: String,
    /// The item's own columns, in file order.
    pub columns: Vec<ColumnSpec>,
    /// Further columns that carry a subject, such as `transferor_key` of a land transfer.
    pub also_subjects: Vec<String>,
    /// How secret the records' natural key is: as much as the most secret field in it.
    pub key_level: u8,
}

impl TableSpec {
    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&ColumnSpec> {
        self.columns.iter().find(|column| column.name == name)
    }
}
