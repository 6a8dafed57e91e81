//! Rows on their way in: typed columns, filled a row or a column at a time.

use std::sync::Arc;

use arrow::array::{
    ArrayBuilder, ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Int32Builder, Int64Builder,
    RecordBatch, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow::datatypes::{DataType, SchemaRef};

use crate::error::LakeError;

/// What is the same for all rows of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The unit that delivered the batch.
    pub source_unit: String,
    /// The batch, once for ever.
    pub batch_id: String,
    /// When it came in, in microseconds since 1970.
    pub received_at: i64,
}

/// One checked value of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Nothing was delivered.
    Empty,
    /// Text as delivered.
    Text(&'a str),
    /// A whole number; money in fen; an instant in microseconds since 1970.
    Int(i64),
    /// A decimal without its point; the column's scale says where it stands.
    Scaled(i128),
    /// Yes or no.
    Bool(bool),
    /// Days since 1970-01-01.
    Day(i32),
}

/// One column being filled.
pub struct Column(Values);

enum Values {
    Text(StringBuilder),
    Int32(Int32Builder),
    Int64(Int64Builder),
    Instant(TimestampMicrosecondBuilder),
    Day(Date32Builder),
    Bool(BooleanBuilder),
    Decimal(Decimal128Builder),
}

impl Column {
    fn of(data_type: &DataType, rows: usize) -> Self {
        Self(match data_type {
            DataType::Int32 => Values::Int32(Int32Builder::with_capacity(rows)),
            DataType::Int64 => Values::Int64(Int64Builder::with_capacity(rows)),
            DataType::Timestamp(..) => {
                Values::Instant(TimestampMicrosecondBuilder::with_capacity(rows).with_timezone("UTC"))
            }
            DataType::Date32 => Values::Day(Date32Builder::with_capacity(rows)),
            DataType::Boolean => Values::Bool(BooleanBuilder::with_capacity(rows)),
            DataType::Decimal128(..) => {
                Values::Decimal(Decimal128Builder::with_capacity(rows).with_data_type(data_type.clone()))
            }
            _ => Values::Text(StringBuilder::with_capacity(rows, 0)),
        })
    }

    /// Makes room in a column of text that is still empty: memory that is not used costs as much as what is.
    pub fn make_room(&mut self, rows: usize, bytes: usize) {
        if let Values::Text(builder) = &mut self.0 {
            debug_assert_eq!(builder.len(), 0, "there is text already");
            *builder = StringBuilder::with_capacity(rows, bytes);
        }
    }

    /// Appends the cell; false when the column cannot hold it, and nothing is appended.
    #[inline]
    #[must_use]
    pub fn push(&mut self, cell: Cell<'_>) -> bool {
        match (&mut self.0, cell) {
            (Values::Text(builder), Cell::Text(text)) => builder.append_value(text),
            (Values::Int32(builder), Cell::Int(value)) => match i32::try_from(value) {
                Ok(value) => builder.append_value(value),
                Err(_) => return false,
            },
            (Values::Int64(builder), Cell::Int(value)) => builder.append_value(value),
            (Values::Instant(builder), Cell::Int(value)) => builder.append_value(value),
            (Values::Day(builder), Cell::Day(value)) => builder.append_value(value),
            (Values::Bool(builder), Cell::Bool(value)) => builder.append_value(value),
            (Values::Decimal(builder), Cell::Scaled(value)) => builder.append_value(value),
            (_, Cell::Empty) => self.push_empty(),
            _ => return false,
        }
        true
    }

    /// Appends the cells; false when the column cannot hold one of them.
    #[inline]
    #[must_use]
    pub fn fill<'a>(&mut self, mut cells: impl Iterator<Item = Cell<'a>>) -> bool {
        /// Asks once, and not for each cell, what the column holds.
        macro_rules! fill {
            ($builder:ident, $kind:ident) => {
                for cell in cells {
                    match cell {
                        Cell::$kind(value) => $builder.append_value(value),
                        Cell::Empty => $builder.append_null(),
                        _ => return false,
                    }
                }
            };
        }
        match &mut self.0 {
            Values::Text(builder) => fill!(builder, Text),
            Values::Int64(builder) => fill!(builder, Int),
            Values::Instant(builder) => fill!(builder, Int),
            Values::Day(builder) => fill!(builder, Day),
            Values::Bool(builder) => fill!(builder, Bool),
            Values::Decimal(builder) => fill!(builder, Scaled),
            Values::Int32(_) => return cells.all(|cell| self.push(cell)),
        }
        true
    }

    fn push_empty(&mut self) {
        match &mut self.0 {
            Values::Text(builder) => builder.append_null(),
            Values::Int32(builder) => builder.append_null(),
            Values::Int64(builder) => builder.append_null(),
            Values::Instant(builder) => builder.append_null(),
            Values::Day(builder) => builder.append_null(),
            Values::Bool(builder) => builder.append_null(),
            Values::Decimal(builder) => builder.append_null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match &mut self.0 {
            Values::Text(builder) => Arc::new(builder.finish()),
            Values::Int32(builder) => Arc::new(builder.finish()),
            Values::Int64(builder) => Arc::new(builder.finish()),
            Values::Instant(builder) => Arc::new(builder.finish()),
            Values::Day(builder) => Arc::new(builder.finish()),
            Values::Bool(builder) => Arc::new(builder.finish()),
            Values::Decimal(builder) => Arc::new(builder.finish()),
        }
    }
}

/// Rows of one table being gathered.
pub struct RowsBuilder {
    table: String,
    schema: SchemaRef,
    columns: Vec<Column>,
}

impl RowsBuilder {
    pub(crate) fn new(table: &str, schema: SchemaRef, rows: usize) -> Self {
        let columns = schema.fields().iter().map(|field| Column::of(field.data_type(), rows)).collect();
        Self { table: table.to_owned(), schema, columns }
    }

    /// Appends one row; all cells in column order, missing ones empty.
    pub fn push<'a>(&mut self, cells: impl IntoIterator<Item = Cell<'a>>) -> Result<(), LakeError> {
        let mut cells = cells.into_iter();
        for place in 0..self.columns.len() {
            let cell = cells.next().unwrap_or(Cell::Empty);
            if !self.columns[place].push(cell) {
                return Err(self.wrong_cell(place));
            }
        }
        Ok(())
    }

    /// The columns, to be filled one by one; all must end up equally long.
    pub fn columns_mut(&mut self) -> &mut [Column] {
        &mut self.columns
    }

    /// The text that stands in a row of a column; nothing when it is empty or not text.
    pub fn text_of(&self, column: &str, row: usize) -> Option<&str> {
        match &self.columns[self.schema.index_of(column).ok()?].0 {
            Values::Text(builder) => {
                let offsets = builder.offsets_slice();
                let (from, to) = (*offsets.get(row)?, *offsets.get(row + 1)?);
                let bytes =
                    builder.values_slice().get(usize::try_from(from).ok()?..usize::try_from(to).ok()?)?;
                std::str::from_utf8(bytes).ok()
            }
            _ => None,
        }
    }

    /// The error for a cell that the column at this place cannot hold.
    pub fn wrong_cell(&self, place: usize) -> LakeError {
        LakeError::WrongCell { table: self.table.clone(), column: self.schema.field(place).name().clone() }
    }

    pub(crate) fn finish(mut self) -> Result<RecordBatch, LakeError> {
        let arrays = self.columns.iter_mut().map(Column::finish).collect();
        Ok(RecordBatch::try_new(self.schema, arrays)?)
    }
}
