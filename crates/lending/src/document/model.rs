//! A paper, and what it is given to.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jq_base::ids::{DocumentId, SubjectKey};
use serde::Deserialize;

use crate::coded::coded;

const EMBEDDED: &str = include_str!("../../../../lending/documents.toml");
const BYTES_PER_MB: usize = 1_024 * 1_024;

coded! {
    /// What kind of file, as its content says.
    DocumentKind {
        /// PDF.
        Pdf = "pdf", "PDF", "PDF";
        /// A photo.
        Jpeg = "jpeg", "照片", "photo";
        /// An image.
        Png = "png", "图片", "image";
    }
}

impl DocumentKind {
    /// As browsers name it.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// How a file of it is called.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }
}

/// The limits of papers cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LimitsError {
    /// The file cannot be read.
    #[error("read {}", file.display())]
    Read {
        /// Which.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Not the expected TOML.
    #[error("understand {}", file.display())]
    Shape {
        /// Which.
        file: PathBuf,
        /// Why.
        source: toml::de::Error,
    },
}

/// How large, how many, and for how long; content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentLimits {
    file_mb_max: usize,
    /// Files that an order has at most.
    pub files_max: usize,
    /// Calendar days for which a paper is kept after the last of its orders ended without a loan.
    pub keep_days: u32,
    /// The same after the last of its loans was paid back or written off.
    pub keep_days_lent: u32,
}

impl DocumentLimits {
    /// The limits shipped with the platform.
    pub fn embedded() -> Result<Self, toml::de::Error> {
        toml::from_str(EMBEDDED)
    }

    /// Those of `lending/documents.toml` in a data folder, or without one the shipped ones.
    pub fn load(folder: &Path) -> Result<Self, LimitsError> {
        let file = folder.join("lending/documents.toml");
        match std::fs::read_to_string(&file) {
            Ok(text) => toml::from_str(&text).map_err(|source| LimitsError::Shape { file, source }),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Self::embedded().map_err(|source| LimitsError::Shape { file, source })
            }
            Err(source) => Err(LimitsError::Read { file, source }),
        }
    }

    /// The largest file, in MB.
    pub fn file_mb_max(&self) -> usize {
        self.file_mb_max
    }

    /// The largest file, in bytes.
    pub fn bytes_max(&self) -> usize {
        self.file_mb_max * BYTES_PER_MB
    }
}

/// A paper that a firm handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its name on the platform.
    pub document_id: DocumentId,
    /// Whose paper.
    pub subject: SubjectKey,
    /// What kind of file.
    pub kind: DocumentKind,
    /// How large.
    pub bytes: u64,
    /// The SM3 digest of its content.
    pub digest: String,
    /// When it was handed in.
    pub uploaded_at: Timestamp,
}

/// A paper as it was given to an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenDocument {
    /// The paper.
    pub document: Document,
    /// What it shows, in the words in which it was asked for or in the firm's own.
    pub material: String,
    /// When it was given.
    pub given_at: Timestamp,
}
