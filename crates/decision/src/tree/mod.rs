//! Tree ensembles (树模型): boosted trees and forests that a bank trained elsewhere, read from its model file and run
//! here to the same answer.
//!
//! | Format | Written by | Trained on yes and no | Trained on an amount |
//! | --- | --- | --- | --- |
//! | `lightgbm` | `save_model("m.txt")` | `binary`, `cross_entropy` | `regression`, `regression_l1`, `huber`, `quantile`, `mape`, `poisson` |
//! | `xgboost` | `save_model("m.json")` | `binary:logistic`, `reg:logistic` | `reg:squarederror`, `count:poisson` |
//! | `onnx` | skl2onnx | `TreeEnsembleClassifier` of two classes | `TreeEnsembleRegressor` of one target |
//!
//! The answer is the library's own, down to where it rounds to single precision and in which order it sums. What cannot
//! be run to the same answer is refused when the file is read, never approximated.

mod ensemble;
mod layout;
mod lightgbm;
mod onnx;
mod score;
#[cfg(test)]
mod tests;
mod xgboost;

use serde::Deserialize;
use thiserror::Error;

pub use ensemble::Ensemble;

/// The largest model file that is read.
const BYTES_MAX: usize = 200_000_000;

/// In which form a model file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// The text that LightGBM's `save_model` writes.
    Lightgbm,
    /// The JSON that XGBoost's `save_model` writes to a name ending in `.json`.
    Xgboost,
    /// An ONNX graph, as skl2onnx writes it for scikit-learn.
    Onnx,
}

/// A model file that cannot be used: damaged, or of a kind that is not run here.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TreeError {
    /// The file as a whole is not what it should be.
    #[error("{0}")]
    File(String),
    /// A line of a text file is wrong.
    #[error("line {line}: {problem}")]
    Line {
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// A tree is wrong as a whole.
    #[error("tree {tree}: {problem}")]
    Tree {
        /// Tree, from 0 as the libraries count.
        tree: usize,
        /// What is wrong.
        problem: String,
    },
    /// A node is wrong.
    #[error("tree {tree}, node {node}: {problem}")]
    Node {
        /// Tree, from 0 as the libraries count.
        tree: usize,
        /// Node, from 0; the leaves of a LightGBM tree follow its splits.
        node: usize,
        /// What is wrong.
        problem: String,
    },
    /// The file is sound, but this kind of model is not run here.
    #[error("{what} cannot be used here: {instead}")]
    Refused {
        /// What the model has.
        what: String,
        /// What to do instead.
        instead: &'static str,
    },
}

impl TreeError {
    fn file(problem: impl Into<String>) -> Self {
        Self::File(problem.into())
    }

    fn refused(what: impl Into<String>, instead: &'static str) -> Self {
        Self::Refused { what: what.into(), instead }
    }
}

impl Ensemble {
    /// Reads a model file; what it cannot evaluate exactly is refused with what to do instead.
    pub fn parse(bytes: &[u8], format: Format) -> Result<Self, TreeError> {
        if bytes.len() > BYTES_MAX {
            return Err(TreeError::file(format!(
                "the model file has {} bytes, at most {BYTES_MAX} are read",
                bytes.len()
            )));
        }
        match format {
            Format::Lightgbm => lightgbm::read(bytes),
            Format::Xgboost => xgboost::read(bytes),
            Format::Onnx => onnx::read(bytes),
        }
    }
}
