//! Scorecard training: from cases whose end is known to points that a bank can read, check and serve.
//!
//! ```text
//! CSV ─▶ what each column holds ─▶ fine pieces, counted ─▶ best bins ─▶ weights of evidence
//!                                                                             │
//!        validation ◀─ every row scored as served ◀─ points ◀─ regression ◀─ leaks out, selection
//! ```
//!
//! Missing values, special values and words that were never seen have bins of their own. A variable that looks as if it
//! were known only after the outcome is flagged, with the reason, and left out unless the caller keeps it ([`Leak`]).
//! Points are whole numbers and a score is their sum: whoever serves the model file gives the same score to the last
//! digit, and the validation report is made by serving it.
//!
//! Memory does not grow with the file: columns are surveyed by samples, bins are counted over all rows, and for the
//! regression a row is one byte a variable, of at most [`TrainOptions::rows_kept_max`] rows and 256 MiB. (A file that
//! lists the part of each row takes some thirty bytes a row.) The same file and options give the same card.
//!
//! ```
//! use jq_training::{ScoreOptions, TrainOptions, score, train};
//!
//! let folder = std::env::temp_dir().join(format!("jq-training-doc-{}", std::process::id()));
//! std::fs::create_dir_all(&folder)?;
//! let file = folder.join("cases.csv");
//! let mut text = "row_id,months,target\n".to_owned();
//! for row in 0..400 {
//!     // The longer a firm is in business, the fewer end badly.
//!     let (months, is_bad) = (row % 40, row % 7 * 6 > row % 40);
//!     text += &format!("c{row},{months},{}\n", u8::from(is_bad));
//! }
//! std::fs::write(&file, text)?;
//!
//! let trained = train(&file, &TrainOptions::default(), &mut |_| {})?;
//! assert!(trained.report.train.validation.separation.expect("both kinds are there").auc > 0.7);
//!
//! let mut scores = Vec::new();
//! let scored = score(&trained.card, &file, &mut scores, &ScoreOptions::default(), &mut |_| {})?;
//! assert_eq!(scored.rows, 400);
//! assert!(scores.starts_with(b"row_id,score\nc0,"));
//! std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It never knows the lake, subjects or permits, and it draws no conclusion about anybody: it learns from a file.

mod binning;
mod card;
mod cells;
mod counts;
mod distribution;
mod error;
mod evaluate;
mod fate;
mod fine;
mod leak;
mod linear;
mod measure;
mod number;
mod options;
mod parts;
#[cfg(test)]
mod peers;
mod problem;
mod progress;
mod regression;
mod report;
mod scale;
mod score;
mod selection;
mod source;
mod survey;
mod tally;
mod target;
mod train;
mod woe;

pub use binning::{Bin, Content};
pub use card::{CardBin, CardVariable, Reason, Scorecard, Training};
pub use cells::Kind;
pub use counts::Counts;
pub use error::{Place, TrainingError};
pub use evaluate::{EvaluateOptions, Evaluation, evaluate};
pub use fate::Fate;
pub use leak::{Leak, Sign};
pub use measure::{Band, Calibration, Separation, Shift, Validation, VariableShift};
pub use options::{
    BinningOptions, KeepLeaks, Objective, Reading, SelectionOptions, Special, Split, TrainOptions, Trend,
    Unparsable,
};
pub use parts::Part;
pub use problem::{Problem, Said};
pub use progress::{Listener, Progress, Step};
pub use regression::Fit;
pub use report::{ColumnReport, Rows, TrainingReport};
pub use scale::Scale;
pub use score::{ScoreOptions, Scored, score};
pub use train::{Trained, train};
