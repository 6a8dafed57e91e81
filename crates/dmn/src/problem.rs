//! What is wrong with a file: which file, which line, which decision or rule, and why.

use thiserror::Error;

/// A reason why a file is refused, with its place.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file}:{line}: {place}: {reason}")]
pub struct Problem {
    /// Name of the file.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Decision, rule and column, or the element.
    pub place: String,
    /// What is wrong.
    pub reason: String,
}

/// Problems told of one file at most; a file with more is as unreadable with a thousand.
const PROBLEMS_MAX: usize = 50;

/// Collects the problems of one file.
#[derive(Debug)]
pub(crate) struct Problems {
    file: String,
    found: Vec<Problem>,
}

impl Problems {
    pub(crate) fn new(file: &str) -> Self {
        Self { file: file.to_owned(), found: Vec::new() }
    }

    /// Notes one problem.
    pub(crate) fn add(&mut self, line: usize, place: &str, reason: impl Into<String>) {
        if self.found.len() < PROBLEMS_MAX {
            let (file, place, reason) = (self.file.clone(), place.to_owned(), reason.into());
            self.found.push(Problem { file, line, place, reason });
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The problems in the order of the file.
    pub(crate) fn into_vec(mut self) -> Vec<Problem> {
        self.found.sort_by_key(|problem| problem.line);
        self.found
    }
}
