//! What a bank's model answers: yes, no, a visit, not your kind of subject, or not enough known, with its reasons.

use jq_base::lang::Lang;
use jq_base::money::Money;
use serde::{Deserialize, Serialize};

use crate::trace::Trace;

/// A sentence in both languages of the platform.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Words {
    /// The sentence for a reader of `lang`.
    pub fn text(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }

    /// True when one of the two languages has no text.
    pub fn is_incomplete(&self) -> bool {
        self.zh.trim().is_empty() || self.en.trim().is_empty()
    }
}

/// The answer of one flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The bank's model gives an indicative limit (可预授信).
    Can,
    /// The bank's model gives none (暂不可预授信).
    Cannot,
    /// The figures are too uncertain for a number; the bank should visit (建议实地走访).
    NeedVisit,
    /// The product is for another kind of subject (不适用).
    NotApplicable,
    /// Records that the model cannot do without are missing (数据不足).
    NotEnoughData,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 5] =
        [Self::Can, Self::Cannot, Self::NeedVisit, Self::NotApplicable, Self::NotEnoughData];

    /// The stable word kept in tables and used by the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::Can => "can",
            Self::Cannot => "cannot",
            Self::NeedVisit => "need_visit",
            Self::NotApplicable => "not_applicable",
            Self::NotEnoughData => "not_enough_data",
        }
    }

    /// The outcome that has this word.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }

    /// What a person reads.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::Can => lang.pick("可以申请", "you can apply"),
            Self::Cannot => lang.pick("暂不符合", "not at present"),
            Self::NeedVisit => lang.pick("建议银行上门核实", "the bank would like to visit first"),
            Self::NotApplicable => lang.pick("不适用于您这类主体", "not for your kind of subject"),
            Self::NotEnoughData => lang.pick("资料不足，暂不能测算", "not enough is known for an answer"),
        }
    }
}

/// A refusal reason in words the firm can use; it names no score and no threshold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Refusal code `R01` … `R15`.
    pub code: String,
    /// The rule, bin, row or check that gave the reason; for the bank, not for the firm.
    pub rule: String,
    /// The sentence.
    pub words: Words,
}

/// Why a source's records were not there for the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Absence {
    /// The source has nothing on this subject.
    NoRecord,
    /// The subject has not authorised the item.
    NotAuthorised,
    /// The source is not connected, so nothing is known.
    NotConnected,
    /// Only the subject or the bank can state it.
    NotStated,
}

impl Absence {
    /// What a person reads.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::NoRecord => lang.pick("暂无记录", "no record"),
            Self::NotAuthorised => lang.pick("未授权", "not authorised"),
            Self::NotConnected => lang.pick("信源未接入", "source not connected"),
            Self::NotStated => lang.pick("待申报", "not stated yet"),
        }
    }
}

/// A source whose records the model would have used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// Catalogue item, or `declared` for what only the subject can state.
    pub item: String,
    /// Why it was not there.
    pub why: Absence,
    /// Name of the source.
    pub name: Words,
    /// What connecting or stating it could add.
    pub adds: Words,
}

/// Yearly interest in parts per million, lowest and highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateRange {
    /// Lowest yearly rate in ppm (3.65 % is 36,500).
    pub low_ppm: i64,
    /// Highest yearly rate in ppm.
    pub high_ppm: i64,
}

/// How long the loan may run and how it is repaid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// Shortest term in months.
    pub months_min: u32,
    /// Longest term in months.
    pub months_max: u32,
    /// How it is repaid.
    pub repayment: Words,
}

/// The result of one flow for one subject.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// The flow.
    pub flow_id: String,
    /// The flow's version.
    pub flow_version: String,
    /// The answer.
    pub outcome: Outcome,
    /// Indicative limit in fen, whole thousands of yuan; only with [`Outcome::Can`].
    pub limit_fen: Option<i64>,
    /// Yearly rate; only with [`Outcome::Can`].
    pub rate: Option<RateRange>,
    /// Term and repayment; only with [`Outcome::Can`].
    pub term: Option<Term>,
    /// The figure to sort products by; only of a flow for matching.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<f64>,
    /// What speaks for the product; only of a flow for matching.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fits: Vec<Words>,
    /// Why not more, or why not.
    pub reasons: Vec<Reason>,
    /// Sources that were not there.
    pub missing: Vec<Missing>,
    /// What would change the answer; each was verified by running the same flow again.
    pub improvements: Vec<Words>,
    /// How the answer came about, step by step; for the bank and the record, not for the firm.
    pub trace: Trace,
}

impl Decision {
    /// The figure to sort products by as a whole number, 0 to 100.
    pub fn rank_whole(&self) -> Option<u8> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded before")]
        let whole = |rank: f64| rank.clamp(0.0, 100.0).round() as u8;
        self.rank.map(whole)
    }

    /// The indicative limit as money.
    pub fn limit(&self) -> Option<Money> {
        self.limit_fen.map(Money::from_fen)
    }
}
