//! What a caller may decide about training, and what happens when nothing is said.

use std::path::PathBuf;

use crate::error::TrainingError;
use crate::problem::{Problem, Said};
use crate::scale::Scale;

/// How a card is trained.
#[derive(Debug, Clone)]
pub struct TrainOptions {
    /// Id of the model, as it stands in the model file.
    pub id: String,
    /// What its author calls this version.
    pub version: String,
    /// What it is called in Chinese.
    pub name_zh: String,
    /// What it is called in English.
    pub name_en: String,
    /// How cells are read.
    pub reading: Reading,
    /// Column that says how each case ended.
    pub target: String,
    /// Value of the target that is bad; not needed when the values are 0 and 1.
    pub bad: Option<String>,
    /// Column that names the rows; never a variable.
    pub row_id: Option<String>,
    /// Columns that are left out.
    pub without: Vec<String>,
    /// Which rows are kept for testing.
    pub split: Split,
    /// Seed of everything drawn by chance.
    pub seed: u64,
    /// How values become bins.
    pub binning: BinningOptions,
    /// Which variables are taken.
    pub selection: SelectionOptions,
    /// Variables that are taken although they look like a leak.
    pub keep_leaks: KeepLeaks,
    /// How log odds become points.
    pub scale: Scale,
    /// Rows that are kept in memory, one byte a variable; of more, a sample is drawn for the regression.
    pub rows_kept_max: usize,
}

/// How cells are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// Further words for "not known", beside the empty cell.
    pub missing: Vec<String>,
    /// Values that get a bin of their own.
    pub special: Vec<Special>,
    /// Leaves negative codes as numbers. Else a few whole negative numbers, such as -9 and -1, of a column whose other
    /// numbers are not negative get bins of their own, as special values do.
    pub plain_negatives: bool,
    /// Columns that are numbers, whatever they look like.
    pub numbers: Vec<String>,
    /// Columns that are categories, whatever they look like.
    pub categories: Vec<String>,
    /// What becomes of a word in a column of numbers.
    pub unparsable: Unparsable,
}

/// A value that gets a bin of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Special {
    /// The column; every column when none is named.
    pub column: Option<String>,
    /// The value.
    pub value: String,
}

/// What becomes of a word in a column of numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Unparsable {
    /// It is an error that names line and column.
    #[default]
    Refuse,
    /// It counts as missing, and is counted.
    Missing,
}

/// Which rows are kept for testing.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Split {
    /// None.
    #[default]
    None,
    /// This share, drawn by the seed.
    Share(f64),
    /// Those where the column says `test`; the others say `train`.
    Column(String),
    /// Those where a number in the column is at least this: a test out of time.
    From { column: String, value: f64 },
    /// A file with the columns `row_id` and `part`, the latter `train` or `test`.
    File(PathBuf),
}

/// Leaks that stay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum KeepLeaks {
    /// All flagged variables are left out.
    #[default]
    None,
    /// These stay.
    Named(Vec<String>),
    /// All stay.
    All,
}

impl KeepLeaks {
    pub(crate) fn keeps(&self, name: &str) -> bool {
        match self {
            Self::None => false,
            Self::Named(names) => names.iter().any(|known| known == name),
            Self::All => true,
        }
    }
}

/// How values become bins.
#[derive(Debug, Clone, PartialEq)]
pub struct BinningOptions {
    /// Bins of a variable at most, beside those of missing and special values.
    pub bins_max: usize,
    /// Share of the rows that a bin has at least,
    pub share_min: f64,
    /// unless it has so many rows, which are enough whatever their share.
    pub rows_enough: u64,
    /// Neighbours must differ at this level of significance; 1 for no such rule.
    pub p_max: f64,
    /// Bad rates of neighbours differ at least by this.
    pub difference_min: f64,
    /// What the bins are best at.
    pub objective: Objective,
    /// How the bad rate may run.
    pub trend: Trend,
    /// Trends of single variables.
    pub trends: Vec<(String, Trend)>,
    /// A category of a smaller share falls into the bin of others.
    pub category_share_min: f64,
    /// Rows of the average that each bin is mixed with: an empty cell gives no infinity, and a small bin says little.
    pub smoothing: f64,
}

/// What bins are best at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objective {
    /// Information value.
    InformationValue,
    /// Likelihood of the outcomes.
    Likelihood,
}

/// How the bad rate runs over the bins of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trend {
    /// Up or down, whichever is better; turning once where that is worth a lot more.
    Auto,
    /// Up or down, whichever is better.
    Straight,
    /// Up.
    Ascending,
    /// Down.
    Descending,
    /// First up, then down.
    Peak,
    /// First down, then up.
    Valley,
}

/// Which variables are taken.
#[derive(Debug, Clone, PartialEq)]
pub struct SelectionOptions {
    /// Least information value.
    pub iv_min: f64,
    /// Of two variables with a higher correlation of their weights of evidence, the weaker goes.
    pub correlation_max: f64,
    /// Variables whose coefficient is less certain than this go, one by one; nothing for all stay.
    pub p_max: Option<f64>,
    /// Strength of the penalty on squared coefficients.
    pub ridge: f64,
    /// Most variables.
    pub variables_max: usize,
}

impl Default for TrainOptions {
    fn default() -> Self {
        Self {
            id: "scorecard".to_owned(),
            version: "1".to_owned(),
            name_zh: "评分卡".to_owned(),
            name_en: "Scorecard".to_owned(),
            reading: Reading::default(),
            target: "target".to_owned(),
            bad: None,
            row_id: Some("row_id".to_owned()),
            without: Vec::new(),
            split: Split::None,
            seed: 1,
            binning: BinningOptions::default(),
            selection: SelectionOptions::default(),
            keep_leaks: KeepLeaks::None,
            scale: Scale::default(),
            rows_kept_max: 2_000_000,
        }
    }
}

impl Default for BinningOptions {
    fn default() -> Self {
        Self {
            bins_max: 10,
            share_min: 0.03,
            rows_enough: 500,
            p_max: 1.0,
            difference_min: 0.0,
            objective: Objective::InformationValue,
            trend: Trend::Auto,
            trends: Vec::new(),
            category_share_min: 0.005,
            smoothing: 10.0,
        }
    }
}

impl Default for SelectionOptions {
    fn default() -> Self {
        Self { iv_min: 0.01, correlation_max: 0.85, p_max: None, ridge: 1.0, variables_max: 50 }
    }
}

impl TrainOptions {
    /// Options that make no sense are refused before anything is read.
    pub(crate) fn check(&self) -> Result<(), TrainingError> {
        let binning = &self.binning;
        within(("最多分箱数", "most bins"), crate::number::length(binning.bins_max), 2.0, 50.0)?;
        within(("分箱最小占比", "least share of a bin"), binning.share_min, 0.0, 0.5)?;
        within(("相邻分箱显著性", "significance of neighbours"), binning.p_max, 0.0, 1.0)?;
        within(("相邻分箱最小差异", "least difference of neighbours"), binning.difference_min, 0.0, 0.5)?;
        within(("类别最小占比", "least share of a category"), binning.category_share_min, 0.0, 0.5)?;
        within(("平滑行数", "smoothing"), binning.smoothing, 0.0, 1e4)?;
        within(("最小信息价值", "least information value"), self.selection.iv_min, 0.0, 10.0)?;
        within(("最高相关系数", "highest correlation"), self.selection.correlation_max, 0.0, 1.0)?;
        within(("岭惩罚", "ridge"), self.selection.ridge, 0.0, 1e9)?;
        within(
            ("系数显著性", "significance of coefficients"),
            self.selection.p_max.unwrap_or(1.0),
            0.0,
            1.0,
        )?;
        within(
            ("最多变量数", "most variables"),
            crate::number::length(self.selection.variables_max),
            1.0,
            1000.0,
        )?;
        within(("内存中保留的行数", "rows kept"), crate::number::length(self.rows_kept_max), 1000.0, 1e9)?;
        if let Split::Share(share) = self.split {
            within(("测试样本占比", "share of the test"), share, 0.01, 0.9)?;
        }
        self.scale.check()
    }
}

/// Refuses what lies outside.
pub(crate) fn within((zh, en): (&str, &str), value: f64, least: f64, most: f64) -> Result<(), TrainingError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(TrainingError::Options(Problem::Option {
        name: Said::new(zh, en),
        least: least.to_string(),
        most: most.to_string(),
    }))
}
