//! Rows on their way in: typed columns filled one checked row at a time.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, BooleanBuilder, Date32Builder, Decimal128Builder, Int32Array, Int32Builder,
    Int64Builder, RecordBatch, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{DataType, SchemaRef};

use crate::error::LakeError;

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

enum Column {
    Text(StringBuilder),
    Int32(Int32Builder),
    Int64(Int64Builder),
    Instant(TimestampMicrosecondBuilder),
    Day(Date32Builder),
    Bool(BooleanBuilder),
    Decimal(Decimal128Builder),
}

impl Column {
    fn of(data_type: &DataType) -> Self {
        match data_type {
            DataType::Int32 => Self::Int32(Int32Builder::new()),
            DataType::Int64 => Self::Int64(Int64Builder::new()),
            DataType::Timestamp(..) => Self::Instant(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            DataType::Date32 => Self::Day(Date32Builder::new()),
            DataType::Boolean => Self::Bool(BooleanBuilder::new()),
            DataType::Decimal128(..) => {
                Self::Decimal(Decimal128Builder::new().with_data_type(data_type.clone()))
            }
            _ => Self::Text(StringBuilder::new()),
        }
    }

    /// Appends the cell; false when the column cannot hold it.
    fn push(&mut self, cell: Cell<'_>) -> bool {
        match (self, cell) {
            (Self::Text(builder), Cell::Text(text)) => builder.append_value(text),
            (Self::Text(builder), Cell::Empty) => builder.append_null(),
            (Self::Int32(builder), Cell::Int(value)) => match i32::try_from(value) {
                Ok(value) => builder.append_value(value),
                Err(_) => return false,
            },
            (Self::Int32(builder), Cell::Empty) => builder.append_null(),
            (Self::Int64(builder), Cell::Int(value)) => builder.append_value(value),
            (Self::Int64(builder), Cell::Empty) => builder.append_null(),
            (Self::Instant(builder), Cell::Int(value)) => builder.append_value(value),
            (Self::Instant(builder), Cell::Empty) => builder.append_null(),
            (Self::Day(builder), Cell::Day(value)) => builder.append_value(value),
            (Self::Day(builder), Cell::Empty) => builder.append_null(),
            (Self::Bool(builder), Cell::Bool(value)) => builder.append_value(value),
            (Self::Bool(builder), Cell::Empty) => builder.append_null(),
            (Self::Decimal(builder), Cell::Scaled(value)) => builder.append_value(value),
            (Self::Decimal(builder), Cell::Empty) => builder.append_null(),
            _ => return false,
        }
        true
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(builder) => Arc::new(builder.finish()),
            Self::Int32(builder) => Arc::new(builder.finish()),
            Self::Int64(builder) => Arc::new(builder.finish()),
            Self::Instant(builder) => Arc::new(builder.finish()),
            Self::Day(builder) => Arc::new(builder.finish()),
            Self::Bool(builder) => Arc::new(builder.finish()),
            Self::Decimal(builder) => Arc::new(builder.finish()),
        }
    }
}

/// Rows that are to be committed, each with its version number.
pub struct CheckedRows {
    pub(crate) rows: RecordBatch,
}

impl CheckedRows {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.num_rows()
    }

    /// True when nothing is to be committed.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Rows of one table being gathered for one commit. Column order: envelope, then the item's columns.
pub struct RowsBuilder {
    table: String,
    schema: SchemaRef,
    columns: Vec<Column>,
    rows: usize,
}

impl RowsBuilder {
    pub(crate) fn new(table: &str, schema: SchemaRef) -> Self {
        let columns = schema.fields().iter().map(|field| Column::of(field.data_type())).collect();
        Self { table: table.to_owned(), schema, columns, rows: 0 }
    }

    /// Rows gathered so far.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// True when nothing was gathered.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Appends one row; all cells of the envelope and the item, in column order.
    pub fn push<'a>(&mut self, cells: impl IntoIterator<Item = Cell<'a>>) -> Result<(), LakeError> {
        let mut cells = cells.into_iter();
        for (column, field) in self.columns.iter_mut().zip(self.schema.fields()) {
            let cell = cells.next().unwrap_or(Cell::Empty);
            if !column.push(cell) {
                return Err(LakeError::WrongCell { table: self.table.clone(), column: field.name().clone() });
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// Keeps the rows that have a version number and gives them that number.
    pub fn keep(self, versions: &[Option<i32>]) -> Result<CheckedRows, LakeError> {
        let all = self.finish()?;
        let wanted: BooleanArray = versions.iter().map(|version| Some(version.is_some())).collect();
        let kept = filter_record_batch(&all, &wanted)?;
        let numbers: ArrayRef = Arc::new(versions.iter().flatten().copied().collect::<Int32Array>());
        let schema = kept.schema();
        let place = schema.index_of("version")?;
        let mut columns = kept.columns().to_vec();
        columns[place] = numbers;
        Ok(CheckedRows { rows: RecordBatch::try_new(schema, columns)? })
    }

    pub(crate) fn finish(mut self) -> Result<RecordBatch, LakeError> {
        let arrays = self.columns.iter_mut().map(Column::finish).collect();
        Ok(RecordBatch::try_new(self.schema, arrays)?)
    }
}
