//! What can go wrong in the lake, ordered by what the caller can do about it.

use thiserror::Error;

/// A step of the lake that failed; the cause is the source.
#[derive(Debug, Error)]
pub enum LakeError {
    /// The catalogue has no such item, so the lake has no such table.
    #[error("the lake has no table named {0}")]
    UnknownTable(String),
    /// A row does not have the columns of its table.
    #[error("column {column} of table {table} cannot hold this value")]
    WrongCell { table: String, column: String },
    /// The permit does not cover what was asked.
    #[error("the permit does not allow item {item} of this subject")]
    NotPermitted { item: String },
    /// The item's description makes a column narrower than what the lake holds of it.
    #[error("item {table}: column {column} is {from} in the lake and cannot become {to}, which holds less")]
    Narrower { table: String, column: String, from: String, to: String },
    /// The item's description has lost a column that the lake holds.
    #[error("item {table}: the lake holds column {column}, which the item's description no longer has")]
    ColumnGone { table: String, column: String },
    /// A column has become wider in the item's description, but not wide enough for a value that is there.
    #[error("item {table}: a value in the lake does not fit the column that the description has now")]
    DoesNotFit { table: String, source: arrow::error::ArrowError },
    /// The SQL text cannot be run.
    #[error("the query failed: {0}")]
    Query(#[source] Box<datafusion::error::DataFusionError>),
    /// The question chains so much that planning it could end the program.
    #[error(
        "the question chains more than {most} conditions, sums or tables; list values in `in (…)` or ask in parts"
    )]
    Chain { most: usize },
    /// The table's log could not be read or written.
    #[error("table {table}: the log step '{step}' failed")]
    Log { table: String, step: &'static str, source: Box<deltalake_core::DeltaTableError> },
    /// Secret columns of the table lie sealed, and the lake was opened without keys.
    #[error("item {table} lies sealed; its secret columns are read with the platform's keys only")]
    Sealed { table: String },
    /// A data file could not be read or written.
    #[error("data file {file} failed")]
    DataFile { file: String, source: Box<parquet::errors::ParquetError> },
    /// Rows could not be put together.
    #[error("rows could not be put together")]
    Rows(#[from] arrow::error::ArrowError),
    /// The disk refused.
    #[error("the disk failed at {path}")]
    Disk { path: String, source: std::io::Error },
    /// Work was told to stop, or somebody else is at it; nothing has changed.
    #[error("the work is left for another time")]
    Left,
    /// A background step was cut off.
    #[error("a background step was cut off")]
    Background(#[from] tokio::task::JoinError),
}

impl LakeError {
    /// True when a step of the storage failed, which may well succeed when it is tried again.
    pub fn is_of_storage(&self) -> bool {
        match self {
            Self::Log { .. }
            | Self::DataFile { .. }
            | Self::Rows(_)
            | Self::Disk { .. }
            | Self::Background(_) => true,
            Self::UnknownTable(_)
            | Self::WrongCell { .. }
            | Self::NotPermitted { .. }
            | Self::Narrower { .. }
            | Self::ColumnGone { .. }
            | Self::DoesNotFit { .. }
            | Self::Sealed { .. }
            | Self::Query(_)
            | Self::Chain { .. }
            | Self::Left => false,
        }
    }
}

impl From<datafusion::error::DataFusionError> for LakeError {
    fn from(error: datafusion::error::DataFusionError) -> Self {
        Self::Query(Box::new(error))
    }
}
