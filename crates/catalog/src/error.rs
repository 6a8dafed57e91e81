//! What can be wrong with the content files, said so that the person who edits them finds the place.

use std::fmt;
use std::path::PathBuf;

/// The catalogue could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// A content file is not where it should be, or cannot be read.
    #[error("cannot read {}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    /// The content contradicts itself; every problem found is listed.
    #[error("the catalogue has {} problem(s):{}", .0.len(), lines(.0))]
    Content(Vec<ContentProblem>),
}

impl CatalogError {
    /// The single problems, for showing them one by one.
    pub fn problems(&self) -> &[ContentProblem] {
        match self {
            Self::Read { .. } => &[],
            Self::Content(problems) => problems,
        }
    }
}

/// One thing that is wrong in one content file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentProblem {
    /// The file, e.g. `items/13_tax_filing.toml`.
    pub file: String,
    /// The place in the file, e.g. `fields.tax_type`.
    pub place: String,
    pub what: String,
}

impl ContentProblem {
    pub(crate) fn new(file: impl Into<String>, place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { file: file.into(), place: place.into(), what: what.into() }
    }
}

impl fmt::Display for ContentProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}: {}", self.file, self.place, self.what)
    }
}

fn lines(problems: &[ContentProblem]) -> String {
    problems.iter().fold(String::new(), |lines, problem| lines + "\n  " + &problem.to_string())
}
