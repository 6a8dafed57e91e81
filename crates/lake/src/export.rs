//! Current records written to a file, a piece at a time, for tools that know nothing of the lake.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use arrow::array::RecordBatch;
use arrow::csv;
use arrow::datatypes::SchemaRef;
use futures::StreamExt;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use crate::Lake;
use crate::error::LakeError;
use crate::sql::Scope;

/// How exported records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// UTF-8 with a header.
    Csv,
    /// Apache Parquet, zstd.
    Parquet,
}

impl Lake {
    /// Writes the current records of a table, envelope and all, and says how many there were. The file appears
    /// when it is whole.
    pub async fn export(&self, table: &str, format: ExportFormat, out: &Path) -> Result<u64, LakeError> {
        self.table(table)?;
        let session = self.session(Scope::All);
        let mut pieces = session.stream(&format!("select * from {table}")).await?;
        let half = out.with_extension("part");
        let disk = |source| LakeError::Disk { path: half.display().to_string(), source };
        let file = File::create(&half).map_err(disk)?;
        let mut sink = Sink::new(format, file, pieces.schema())?;
        let mut rows = 0;
        while let Some(piece) = pieces.next().await {
            let piece = piece?;
            rows += piece.num_rows() as u64;
            sink.write(&piece)?;
        }
        sink.close()?;
        std::fs::rename(&half, out).map_err(disk)?;
        Ok(rows)
    }
}

enum Sink {
    Csv(Box<csv::Writer<BufWriter<File>>>),
    Parquet(Box<ArrowWriter<File>>),
}

impl Sink {
    fn new(format: ExportFormat, file: File, schema: SchemaRef) -> Result<Self, LakeError> {
        Ok(match format {
            ExportFormat::Csv => {
                Self::Csv(Box::new(csv::WriterBuilder::new().with_header(true).build(BufWriter::new(file))))
            }
            ExportFormat::Parquet => {
                let level = ZstdLevel::try_new(3).unwrap_or_default();
                let properties =
                    WriterProperties::builder().set_compression(Compression::ZSTD(level)).build();
                let writer = ArrowWriter::try_new(file, schema, Some(properties));
                Self::Parquet(Box::new(writer.map_err(data_file)?))
            }
        })
    }

    fn write(&mut self, piece: &RecordBatch) -> Result<(), LakeError> {
        match self {
            Self::Csv(writer) => Ok(writer.write(piece)?),
            Self::Parquet(writer) => writer.write(piece).map_err(data_file),
        }
    }

    fn close(self) -> Result<(), LakeError> {
        match self {
            Self::Csv(writer) => {
                // What is still in the buffer must be written now, where an error is seen.
                let file = writer.into_inner().into_inner().map_err(|error| LakeError::Disk {
                    path: "export".to_owned(),
                    source: error.into_error(),
                })?;
                file.sync_all().map_err(|source| LakeError::Disk { path: "export".to_owned(), source })
            }
            Self::Parquet(writer) => writer.close().map(|_| ()).map_err(data_file),
        }
    }
}

fn data_file(source: parquet::errors::ParquetError) -> LakeError {
    LakeError::DataFile { file: "export".to_owned(), source: Box::new(source) }
}
