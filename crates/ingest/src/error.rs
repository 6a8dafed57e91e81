//! What stops a batch from being taken at all, ordered by what the caller can do about it.

use std::path::PathBuf;

use jq_db::DbError;
use jq_lake::LakeError;
use thiserror::Error;

/// A failure of the platform or of the call; wrong data is never an error but a receipt.
#[derive(Debug, Error)]
pub enum IngestError {
    /// There is no batch where the caller pointed.
    #[error("no batch at {}: a batch is a folder or .zip with manifest.json and a data file", path.display())]
    NoBatch { path: PathBuf, source: Option<std::io::Error> },
    /// The archive cannot be read.
    #[error("archive {}: step '{step}' failed", path.display())]
    Archive { path: PathBuf, step: &'static str, source: zip::result::ZipError },
    /// The archive unpacks to more than 8 GiB.
    #[error("archive {} unpacks to more than 8 GiB", path.display())]
    ArchiveTooLarge { path: PathBuf },
    /// The platform knows no batch with that id.
    #[error("no batch {0}")]
    BatchNotFound(String),
    /// A file of corrected rows cannot be used.
    #[error("the file of corrected rows cannot be used: {0}")]
    Corrections(String),
    /// The business store failed.
    #[error("the business store failed")]
    Db(#[from] DbError),
    /// The lake failed.
    #[error("the lake failed")]
    Lake(#[from] LakeError),
    /// The disk refused.
    #[error("the disk failed at {}", path.display())]
    Disk { path: PathBuf, source: std::io::Error },
    /// A background step was cut off.
    #[error("a background step was cut off")]
    Background(#[from] tokio::task::JoinError),
}

impl IngestError {
    /// True when the platform failed, so that the same batch may be handed over again, which is always safe.
    pub fn is_of_platform(&self) -> bool {
        matches!(self, Self::Db(_) | Self::Lake(_) | Self::Disk { .. } | Self::Background(_))
    }

    /// True when the archive itself is at fault, not the platform.
    pub fn is_about_archive(&self) -> bool {
        matches!(self, Self::Archive { .. } | Self::ArchiveTooLarge { .. })
    }
}
