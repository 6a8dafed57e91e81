//! Why a job or a delivery did not succeed, and whether trying again can help.

use std::error::Error;
use std::fmt::Write;

/// Characters of an error that are kept with the job.
const TEXT_CHARS_MAX: usize = 2_000;

/// A failed run. Any error becomes one by `?` and is tried again later.
#[derive(Debug)]
pub struct Failure {
    error: Box<dyn Error + Send + Sync>,
    lasting: bool,
}

impl Failure {
    /// A failure that may pass, such as a server that does not answer.
    pub fn passing(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { error: error.into(), lasting: false }
    }

    /// A failure that no further try can mend, such as a payload that cannot be read.
    pub fn lasting(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { error: error.into(), lasting: true }
    }

    /// Whether no further try can mend it.
    pub fn is_lasting(&self) -> bool {
        self.lasting
    }

    /// The error with its causes, in one line of limited length.
    pub fn text(&self) -> String {
        let mut text = self.error.to_string();
        let mut cause = self.error.source();
        while let Some(error) = cause {
            let _written = write!(text, ": {error}");
            cause = error.source();
        }
        text.chars().take(TEXT_CHARS_MAX).collect()
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::passing(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_told_with_its_causes() {
        let failure = || -> Result<(), Failure> { Ok(std::fs::read("/nowhere/at/all").map(|_| ())?) };
        let failure = failure().unwrap_err();
        assert!(!failure.is_lasting());
        assert!(failure.text().contains("os error 2"), "{}", failure.text());
        assert!(Failure::lasting("no such flow").is_lasting());
    }
}
