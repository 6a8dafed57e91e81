//! What can be wrong with a file or with what was asked, in both languages.

use std::fmt;

use jq_base::lang::Lang;

use crate::fate::Fate;

/// Values from a file are quoted up to this many characters.
const QUOTED_CHARACTERS_MAX: usize = 40;

/// A part of a sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Said {
    pub(crate) fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The file has no header.
    Empty,
    /// The file has a header and no row that training may use.
    NoRows,
    /// Two columns have one name.
    HeaderTwice { name: String },
    /// A row has more or fewer cells than the header.
    Ragged { expected: u64, found: u64 },
    /// A row is longer than any row is.
    RowTooLong { bytes_max: usize },
    /// The file is no CSV that can be read.
    Csv { detail: String },
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// A column that was named is not in the file.
    ColumnUnknown { name: String, known: Vec<String> },
    /// The target is empty.
    TargetEmpty,
    /// The target has more than two values.
    TargetValues { seen: Vec<String> },
    /// All rows have one value of the target.
    TargetConstant { value: String },
    /// Two values, and nobody said which one is the bad one.
    TargetUnnamed { seen: Vec<String> },
    /// The bad value that was named does not come, or a row has a third value.
    TargetOther { found: String, known: Vec<String> },
    /// Too few rows of one class to learn from.
    TooFew { bad: u64, good: u64, least: u64 },
    /// A number was expected.
    NotNumber { value: String },
    /// A word where the column holds numbers, while training.
    MixedColumn { value: String, texts: u64, numbers: u64 },
    /// A value names no part of a split.
    PartUnknown { value: String },
    /// A row that the split does not place.
    PartMissing { key: String },
    /// No column can be used; each with why.
    NothingUsable { fates: Vec<(String, Fate)> },
    /// An option is outside what it may be.
    Option { name: Said, least: String, most: String },
    /// A model file cannot be read.
    Model { detail: Said },
    /// A model cannot be written in the form of the decision engine.
    NotServable { detail: Said },
}

/// A value of a file, shortened.
pub(crate) fn quoted(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    let mut short: String = text.chars().take(QUOTED_CHARACTERS_MAX).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

impl Problem {
    /// What a person reads.
    pub fn text(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => self.zh(),
            Lang::En => self.en(),
        }
    }

    fn en(&self) -> String {
        match self {
            Self::Empty => "the file is empty; a header and rows are needed".to_owned(),
            Self::NoRows => "there is a header and no row to learn from".to_owned(),
            Self::HeaderTwice { name } => format!("the header names {name} twice"),
            Self::Ragged { expected, found } => format!("{found} cells where the header has {expected}"),
            Self::RowTooLong { bytes_max } => {
                format!("a row of more than {bytes_max} bytes; is a quote left open?")
            }
            Self::Csv { detail } => format!("no readable CSV: {detail}"),
            Self::NotUtf8 => "not UTF-8 text".to_owned(),
            Self::ColumnUnknown { name, known } => {
                format!("there is no column {name}; the file has {}", known.join(", "))
            }
            Self::TargetEmpty => "the target is empty".to_owned(),
            Self::TargetValues { seen } => {
                format!("the target must have two values; seen: {}", seen.join(", "))
            }
            Self::TargetConstant { value } => {
                format!("every row has the target {value}; rows of both classes are needed")
            }
            Self::TargetUnnamed { seen } => {
                format!("say which value of the target is the bad one: {}", seen.join(" or "))
            }
            Self::TargetOther { found, known } => {
                format!("the target is {found}; expected {}", known.join(" or "))
            }
            Self::TooFew { bad, good, least } => {
                format!("{bad} bad and {good} good rows; at least {least} of each are needed")
            }
            Self::NotNumber { value } => format!("{value:?} is not a number"),
            Self::MixedColumn { value, texts, numbers } => format!(
                "{value:?} is not a number, and {numbers} other cells are ({texts} are not): name it as a missing value, \
                 say that the column is a category, or let what is no number count as missing"
            ),
            Self::PartUnknown { value } => format!("{value:?} names no part; expected train or test"),
            Self::PartMissing { key } => format!("row {key} stands in no part of the split"),
            Self::NothingUsable { fates } => {
                let fates: Vec<String> =
                    fates.iter().map(|(name, why)| format!("{name} ({})", why.text(Lang::En))).collect();
                format!("no column says anything about the target: {}", fates.join(", "))
            }
            Self::Option { name, least, most } => format!("{} must lie between {least} and {most}", name.en),
            Self::Model { detail } => format!("not a model: {}", detail.en),
            Self::NotServable { detail } => {
                format!("the decision engine's form of points cannot hold this card: {}", detail.en)
            }
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Empty => "文件为空，需要表头和数据行".to_owned(),
            Self::NoRows => "只有表头，没有可供训练的行".to_owned(),
            Self::HeaderTwice { name } => format!("表头中 {name} 出现了两次"),
            Self::Ragged { expected, found } => format!("本行有 {found} 个单元格，表头有 {expected} 个"),
            Self::RowTooLong { bytes_max } => format!("本行超过 {bytes_max} 字节；是否有未闭合的引号？"),
            Self::Csv { detail } => format!("无法按 CSV 读取：{detail}"),
            Self::NotUtf8 => "不是 UTF-8 文本".to_owned(),
            Self::ColumnUnknown { name, known } => {
                format!("没有名为 {name} 的列；文件中有 {}", known.join("、"))
            }
            Self::TargetEmpty => "目标值为空".to_owned(),
            Self::TargetValues { seen } => format!("目标列须恰有两种取值；已见到：{}", seen.join("、")),
            Self::TargetConstant { value } => format!("所有行的目标值都是 {value}；需要好坏两类样本"),
            Self::TargetUnnamed { seen } => format!("请指明目标列中哪个值代表坏样本：{}", seen.join(" 或 ")),
            Self::TargetOther { found, known } => format!("目标值为 {found}，应为 {}", known.join(" 或 ")),
            Self::TooFew { bad, good, least } => {
                format!("坏样本 {bad} 行，好样本 {good} 行；每类至少需要 {least} 行")
            }
            Self::NotNumber { value } => format!("“{value}”不是数字"),
            Self::MixedColumn { value, texts, numbers } => format!(
                "“{value}”不是数字，而该列另有 {numbers} 个数字（{texts} 个不是）：请将其列为缺失值，或声明该列为类别，\
                 或允许把非数字按缺失处理"
            ),
            Self::PartUnknown { value } => format!("“{value}”不是样本划分；应为 train 或 test"),
            Self::PartMissing { key } => format!("行 {key} 不在样本划分之中"),
            Self::NothingUsable { fates } => {
                let fates: Vec<String> =
                    fates.iter().map(|(name, why)| format!("{name}（{}）", why.text(Lang::Zh))).collect();
                format!("没有任何列能说明目标：{}", fates.join("、"))
            }
            Self::Option { name, least, most } => format!("{}应在 {least} 与 {most} 之间", name.zh),
            Self::Model { detail } => format!("不是模型文件：{}", detail.zh),
            Self::NotServable { detail } => format!("决策引擎的积分格式容不下这张评分卡：{}", detail.zh),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en())
    }
}
