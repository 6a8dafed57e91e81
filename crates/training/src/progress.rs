//! How far a long work has come.

use jq_base::lang::Lang;
use serde::Serialize;

/// Rows between two reports.
const ROWS_PER_REPORT: u64 = 1 << 16;

/// Where a work stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub step: Step,
    /// Rows it was done to so far.
    pub rows: u64,
}

/// A step of training, serving or measuring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// What each column holds.
    Survey,
    /// How many cases fall into each piece.
    Count,
    /// The best bins.
    Bins,
    /// Which variables count how much.
    Regression,
    /// How good the card is.
    Measure,
    /// The scores of rows.
    Score,
}

impl Step {
    /// What a person reads.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::Survey => lang.pick("辨认各列", "looking at columns"),
            Self::Count => lang.pick("统计样本", "counting cases"),
            Self::Bins => lang.pick("最优分箱", "choosing bins"),
            Self::Regression => lang.pick("逻辑回归", "regression"),
            Self::Measure => lang.pick("验证", "measuring"),
            Self::Score => lang.pick("评分", "scoring"),
        }
    }
}

/// Who hears of progress.
pub type Listener<'a> = dyn FnMut(Progress) + 'a;

/// Tells of a row now and then.
pub(crate) fn tell(listener: &mut Listener<'_>, step: Step, rows: u64) {
    if rows.is_multiple_of(ROWS_PER_REPORT) {
        listener(Progress { step, rows });
    }
}
