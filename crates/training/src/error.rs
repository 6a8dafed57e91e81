//! What keeps a card from being trained, served or measured: always the file, and the row and column where there is one.

use std::fmt;
use std::path::{Path, PathBuf};

use jq_base::lang::Lang;
use thiserror::Error;

use crate::problem::Problem;

/// A failure, ordered by what the caller can do about it.
#[derive(Debug, Error)]
pub enum TrainingError {
    /// The disk refused to read.
    #[error("cannot read {}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    /// The disk, or whoever reads the answer, refused to take it.
    #[error("the answer cannot be written")]
    Write(#[source] std::io::Error),
    /// Something in a file is wrong.
    #[error("{}{place}: {problem}", path.display())]
    Wrong { path: PathBuf, place: Place, problem: Problem },
    /// The options contradict each other or the file.
    #[error("{0}")]
    Options(Problem),
}

/// Where in a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Line, counted from 1; the header is line 1.
    pub line: Option<u64>,
    /// Name of the column.
    pub column: Option<String>,
}

impl Place {
    fn text(&self, lang: Lang) -> String {
        let line = |line: &u64| match lang {
            Lang::Zh => format!(" 第 {line} 行"),
            Lang::En => format!(" line {line}"),
        };
        let column = |name: &String| match lang {
            Lang::Zh => format!(" 列 {name}"),
            Lang::En => format!(" column {name}"),
        };
        self.line.as_ref().map(line).unwrap_or_default()
            + &self.column.as_ref().map(column).unwrap_or_default()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

impl TrainingError {
    /// What a person reads.
    pub fn text(&self, lang: Lang) -> String {
        match self {
            Self::Read { path, source } => {
                format!("{} {}: {source}", lang.pick("无法读取", "cannot read"), path.display())
            }
            Self::Write(source) => {
                format!("{}: {source}", lang.pick("无法写出结果", "the answer cannot be written"))
            }
            Self::Wrong { path, place, problem } => {
                format!(
                    "{}{}{}{}",
                    path.display(),
                    place.text(lang),
                    lang.pick("：", ": "),
                    problem.text(lang)
                )
            }
            Self::Options(problem) => problem.text(lang),
        }
    }

    /// A fault of the file as a whole.
    pub(crate) fn file(path: &Path, problem: Problem) -> Self {
        Self::Wrong { path: path.to_owned(), place: Place::default(), problem }
    }

    /// A fault of a column.
    pub(crate) fn column(path: &Path, column: &str, problem: Problem) -> Self {
        let place = Place { line: None, column: Some(column.to_owned()) };
        Self::Wrong { path: path.to_owned(), place, problem }
    }

    /// A fault of a row.
    pub(crate) fn row(path: &Path, line: u64, problem: Problem) -> Self {
        let place = Place { line: Some(line), column: None };
        Self::Wrong { path: path.to_owned(), place, problem }
    }

    /// A fault of one cell.
    pub(crate) fn cell(path: &Path, line: u64, column: &str, problem: Problem) -> Self {
        let place = Place { line: Some(line), column: Some(column.to_owned()) };
        Self::Wrong { path: path.to_owned(), place, problem }
    }
}
