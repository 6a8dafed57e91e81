//! What training found, as data; [`text`] puts it into words.

mod text;

use serde::Serialize;

use crate::binning::{Bin, Binned};
use crate::card::Scorecard;
use crate::cells::Kind;
use crate::counts::Counts;
use crate::evaluate::{Evaluation, Gathered};
use crate::fate::Fate;
use crate::leak::Leak;
use crate::options::Trend;
use crate::regression::Fit;
use crate::tally::Variable;

/// The report on a training (训练报告).
#[derive(Debug, Clone, Serialize)]
pub struct TrainingReport {
    /// Id of the card.
    pub id: String,
    /// Rows that it was learned from.
    pub rows: Rows,
    /// Every column of the file, in the order of the file.
    pub columns: Vec<ColumnReport>,
    /// Variables that look like a leak.
    pub leaks: Vec<Leak>,
    /// The regression.
    pub regression: Option<Fit>,
    /// Lowest and highest score that anybody can have.
    pub score_range: (i64, i64),
    /// Figures on the rows of training.
    pub train: Evaluation,
    /// Figures on the rows that were kept for the test.
    pub test: Option<Evaluation>,
}

/// Rows of a training.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Rows {
    /// Rows that bins were counted on.
    #[serde(flatten)]
    pub counts: Counts,
    /// Rows that the regression was fitted on: all, or a sample of very many.
    pub kept: u64,
}

/// What is known of a column.
#[derive(Debug, Clone, Serialize)]
pub struct ColumnReport {
    /// Its name.
    pub name: String,
    /// What it holds; nothing when it is no variable.
    pub kind: Option<Kind>,
    /// What became of it.
    #[serde(flatten)]
    pub fate: Fate,
    /// Information value.
    pub iv: Option<f64>,
    /// How well it tells good from bad alone.
    pub auc: Option<f64>,
    /// How its bad rate runs.
    pub trend: Option<Trend>,
    /// Cells that were no number and counted as missing.
    pub not_numbers: u64,
    /// Its bins.
    pub bins: Vec<Bin>,
}

/// Puts together what is known of the columns.
pub(crate) fn columns(
    settled: &[(String, Result<Kind, Fate>)],
    variables: &[Variable],
    binned: &[Binned],
    areas: &[f64],
    fates: &[Fate],
) -> Vec<ColumnReport> {
    let column = |(name, kind): &(String, Result<Kind, Fate>)| match kind {
        Err(fate) => ColumnReport::apart(name, fate),
        Ok(kind) => match variables.iter().position(|variable| variable.fine.name == *name) {
            None => ColumnReport::apart(name, &Fate::LeftOut),
            Some(at) => ColumnReport {
                name: name.clone(),
                kind: Some(*kind),
                fate: fates[at].clone(),
                iv: Some(binned[at].iv),
                auc: Some(areas[at]),
                trend: binned[at].trend,
                not_numbers: variables[at].unparsable,
                bins: binned[at].bins.clone(),
            },
        },
    };
    settled.iter().map(column).collect()
}

impl ColumnReport {
    fn apart(name: &str, fate: &Fate) -> Self {
        Self {
            name: name.to_owned(),
            kind: None,
            fate: fate.clone(),
            iv: None,
            auc: None,
            trend: None,
            not_numbers: 0,
            bins: Vec::new(),
        }
    }
}

impl TrainingReport {
    pub(crate) fn new(
        card: &Scorecard,
        rows: Rows,
        columns: Vec<ColumnReport>,
        leaks: Vec<Leak>,
        regression: Option<Fit>,
        [train, test]: &[Gathered; 2],
    ) -> Self {
        Self {
            id: card.id.clone(),
            rows,
            columns,
            leaks,
            regression,
            score_range: card.range(),
            train: train.evaluation(card, true),
            test: (!test.scores.is_empty()).then(|| test.evaluation(card, false)),
        }
    }
}
