//! The form of a flow file: bank, product, admission, derived values, the model of its stage, a ruleset, what would help, and its cases.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jq_base::lang::Lang;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::condition::ConditionText;
use crate::model::{Outcome, Words};

/// When in the life of a loan a flow is asked (阶段).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Before an application is handed in: may it be made at all (准入)? Such a flow lends nothing and has rules only.
    Admission,
    /// Before an application: how much and at what price (预授信).
    #[default]
    PreCredit,
    /// When products are looked for: which fit best (匹配)? Such a flow gives a figure to rank by.
    Matching,
    /// Before a loan falls due: may it be renewed, and for how much (续贷)?
    Renewal,
}

impl Stage {
    /// Every stage, in the order of a loan's life.
    pub const ALL: [Self; 4] = [Self::Admission, Self::PreCredit, Self::Matching, Self::Renewal];

    /// The stable word of files and tables.
    pub fn code(self) -> &'static str {
        match self {
            Self::Admission => "admission",
            Self::PreCredit => "pre_credit",
            Self::Matching => "matching",
            Self::Renewal => "renewal",
        }
    }

    /// What a person reads.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::Admission => lang.pick("准入", "admission"),
            Self::PreCredit => lang.pick("预授信", "pre-credit"),
            Self::Matching => lang.pick("匹配", "matching"),
            Self::Renewal => lang.pick("续贷", "renewal"),
        }
    }

    /// True when what comes out is a limit with its price.
    pub fn lends(self) -> bool {
        matches!(self, Self::PreCredit | Self::Renewal)
    }
}

/// Whose answer a flow gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// Enterprises and other organisations.
    Firm,
    /// Farm households.
    Household,
    /// Both.
    Any,
}

impl Audience {
    /// True when the flow answers a household (`true`) or a firm (`false`).
    pub fn takes(self, household: bool) -> bool {
        match self {
            Self::Firm => !household,
            Self::Household => household,
            Self::Any => true,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FlowText {
    pub(crate) id: Spanned<String>,
    pub(crate) version: String,
    #[serde(default)]
    pub(crate) stage: Stage,
    pub(crate) audience: Audience,
    pub(crate) bank: NameText,
    pub(crate) product: ProductText,
    /// What the wrong kind of subject reads.
    pub(crate) not_applicable: ReasonText,
    /// Of a flow that lends.
    #[serde(default)]
    pub(crate) limit: Option<LimitText>,
    /// Says that the flow is tried beside another one.
    #[serde(default)]
    pub(crate) trial: Option<TrialText>,
    /// Values computed before anything else.
    #[serde(default)]
    pub(crate) derive: Vec<DeriveText>,
    #[serde(default)]
    pub(crate) rule: Vec<RuleText>,
    #[serde(default)]
    pub(crate) scorecard: Option<ScorecardText>,
    #[serde(default)]
    pub(crate) table: Option<TableText>,
    #[serde(default)]
    pub(crate) farm: Option<FarmText>,
    #[serde(default)]
    pub(crate) grade: Option<GradeText>,
    /// Of a flow for matching.
    #[serde(default)]
    pub(crate) rank: Option<RankText>,
    /// What is done to the model's answer.
    #[serde(default)]
    pub(crate) adjust: Vec<AdjustText>,
    #[serde(default)]
    pub(crate) improve: Vec<ImproveText>,
    #[serde(default)]
    pub(crate) case: Vec<CaseText>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NameText {
    pub(crate) id: String,
    pub(crate) zh: String,
    pub(crate) en: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProductText {
    pub(crate) id: String,
    pub(crate) zh: String,
    pub(crate) en: String,
    pub(crate) months_min: u32,
    pub(crate) months_max: u32,
    pub(crate) repayment_zh: String,
    pub(crate) repayment_en: String,
    /// Of a flow for a kind of products: how the shelf is asked for them, `security=credit`.
    #[serde(default)]
    pub(crate) shelf: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReasonText {
    pub(crate) code: Spanned<String>,
    pub(crate) zh: String,
    pub(crate) en: String,
}

impl ReasonText {
    pub(crate) fn words(&self) -> Words {
        Words { zh: self.zh.clone(), en: self.en.clone() }
    }
}

/// Highest and lowest limit of the product, and what the firm reads when none comes out.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LimitText {
    pub(crate) cap_yuan: i64,
    pub(crate) floor_yuan: i64,
    pub(crate) too_small: ReasonText,
    pub(crate) no_basis: ReasonText,
}

/// A challenger: it answers in place of the flow `of` for so many in a hundred subjects.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TrialText {
    pub(crate) of: Spanned<String>,
    pub(crate) percent: u32,
}

/// A value that the flow computes for itself: by a formula, by a model of `decisions/models/`, or as the limit in yuan
/// that another flow gives.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeriveText {
    pub(crate) name: Spanned<String>,
    #[serde(default)]
    pub(crate) formula: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) model: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) flow: Option<Spanned<String>>,
}

/// The value by which products are ranked for a subject, and why it fits.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RankText {
    pub(crate) by: Spanned<String>,
    /// What the subject reads when these conditions hold; the first that do speak.
    #[serde(default)]
    pub(crate) fits: Vec<FitText>,
    /// What it reads when nothing is known to rank by.
    pub(crate) no_basis: ReasonText,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FitText {
    pub(crate) id: Spanned<String>,
    pub(crate) when: Vec<ConditionText>,
    pub(crate) zh: String,
    pub(crate) en: String,
}

/// Bands of one value, and which features may have cost a firm its band.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GradeText {
    pub(crate) by: Spanned<String>,
    pub(crate) better: Better,
    pub(crate) basis: Vec<TermText>,
    pub(crate) band: Vec<BandText<f64>>,
    #[serde(default)]
    pub(crate) cause: Vec<CauseText>,
    /// What the firm reads when no single feature would have made it better.
    pub(crate) otherwise: ReasonText,
}

/// Which end of a value is the better one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Better {
    Low,
    High,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CauseText {
    pub(crate) feature: Spanned<String>,
    /// What the feature is with most firms.
    pub(crate) typical: f64,
    pub(crate) reason: ReasonText,
}

/// A rule of the ruleset: when all conditions hold, the answer becomes another, or limit and price change.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AdjustText {
    pub(crate) id: Spanned<String>,
    #[serde(default)]
    pub(crate) when: Vec<ConditionText>,
    #[serde(default)]
    pub(crate) to: Option<AdjustTo>,
    #[serde(default)]
    pub(crate) factor: Option<f64>,
    #[serde(default)]
    pub(crate) cap_yuan: Option<f64>,
    #[serde(default)]
    pub(crate) bp_add: Option<i64>,
    #[serde(default)]
    pub(crate) reason: Option<ReasonText>,
}

/// What a rule of the ruleset makes of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AdjustTo {
    Cannot,
    NeedVisit,
}

/// An admission rule: the condition must hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleText {
    pub(crate) id: Spanned<String>,
    #[serde(default = "anybody")]
    pub(crate) audience: Audience,
    pub(crate) require: ConditionText,
    pub(crate) when_missing: WhenMissing,
    #[serde(default)]
    pub(crate) otherwise: Otherwise,
    pub(crate) reason: ReasonText,
}

/// What it means that an admission rule does not hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Otherwise {
    /// The subject is refused.
    #[default]
    Cannot,
    /// The product is not made for such subjects, and nothing else is asked.
    NotApplicable,
}

fn anybody() -> Audience {
    Audience::Any
}

/// What an admission rule answers when its value is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum WhenMissing {
    /// The rule holds; the bank checks later.
    Pass,
    /// The rule fails.
    Refuse,
    /// No answer is possible without it.
    Ask,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScorecardText {
    pub(crate) base: i32,
    pub(crate) feature: Vec<CardFeatureText>,
    pub(crate) band: Vec<BandText<i32>>,
    pub(crate) basis: Vec<TermText>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CardFeatureText {
    pub(crate) name: Spanned<String>,
    pub(crate) missing: i32,
    pub(crate) bins: Vec<BinText>,
    /// What the firm reads when this feature cost it most.
    pub(crate) reason: ReasonText,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BinText {
    #[serde(default)]
    pub(crate) from: Option<f64>,
    #[serde(default)]
    pub(crate) to: Option<f64>,
    pub(crate) points: i32,
}

/// A band of points or of another value; it includes its start and not its end.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BandText<T> {
    pub(crate) name: Spanned<String>,
    #[serde(default = "open")]
    pub(crate) from: Option<T>,
    #[serde(default = "open")]
    pub(crate) to: Option<T>,
    pub(crate) can: bool,
    #[serde(default)]
    pub(crate) multiplier: f64,
    #[serde(default)]
    pub(crate) bp_low: i64,
    #[serde(default)]
    pub(crate) bp_high: i64,
}

/// No bound on this side.
fn open<T>() -> Option<T> {
    None
}

/// One term of a limit: a feature times a factor, at most so many yuan.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TermText {
    pub(crate) feature: Spanned<String>,
    pub(crate) factor: f64,
    #[serde(default)]
    pub(crate) up_to: Option<f64>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TableText {
    pub(crate) hit: Hit,
    pub(crate) row: Vec<RowText>,
}

/// How many rows of a table speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Hit {
    /// The first row whose conditions all hold.
    First,
    /// Every such row: refusals add up, else the smallest limit.
    Collect,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RowText {
    pub(crate) id: Spanned<String>,
    #[serde(default)]
    pub(crate) when: Vec<ConditionText>,
    pub(crate) outcome: Outcome,
    #[serde(default)]
    pub(crate) combine: Combine,
    #[serde(default)]
    pub(crate) limit: Vec<TermText>,
    #[serde(default)]
    pub(crate) bp_low: i64,
    #[serde(default)]
    pub(crate) bp_high: i64,
    #[serde(default)]
    pub(crate) reason: Option<ReasonText>,
}

/// How a row's terms become one limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Combine {
    /// The smallest of the known terms.
    #[default]
    Min,
    /// All known terms together.
    Sum,
}

/// What the four-income model needs from the product.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FarmText {
    pub(crate) repayment: Repayment,
    pub(crate) years: u32,
    pub(crate) bp_low: i64,
    pub(crate) bp_high: i64,
    pub(crate) min_mu: f64,
    pub(crate) min_heads: f64,
    pub(crate) min_seasons: f64,
    /// Too little land and livestock.
    pub(crate) too_little: ReasonText,
    /// Income does not carry a loan.
    pub(crate) no_capacity: ReasonText,
    /// The household's grade is below the lowest that gets pre-credit.
    pub(crate) low_grade: ReasonText,
    /// The figures are uncertain or contradict each other.
    pub(crate) visit: ReasonText,
}

/// How a farm loan is paid back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Repayment {
    /// All after one year.
    Bullet,
    /// Equal parts of the principal each year.
    EqualPrincipal,
}

/// A change that might help: the flow is run again with the feature set to the value.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImproveText {
    pub(crate) feature: Spanned<String>,
    pub(crate) set: f64,
    pub(crate) zh: String,
    pub(crate) en: String,
}

/// A case beside the flow: what goes in and what must come out.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CaseText {
    pub(crate) name: Spanned<String>,
    /// Takes the inputs of another case and changes some.
    #[serde(default)]
    pub(crate) like: Option<String>,
    #[serde(default)]
    pub(crate) household: bool,
    pub(crate) as_of: Date,
    #[serde(default)]
    pub(crate) inputs: BTreeMap<String, f64>,
    /// Inputs taken away from the case it is like.
    #[serde(default)]
    pub(crate) without: Vec<String>,
    pub(crate) outcome: Outcome,
    #[serde(default)]
    pub(crate) limit_yuan: Option<i64>,
    #[serde(default)]
    pub(crate) codes: Vec<String>,
    /// Steps of the trace, `"gross pepper" = "37859.40"`.
    #[serde(default)]
    pub(crate) steps: BTreeMap<String, String>,
}

/// The admission rules all products share.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CommonText {
    pub(crate) rule: Vec<RuleText>,
}

/// What each source is called and what its records could add.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourcesText {
    pub(crate) source: Vec<SourceText>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceText {
    pub(crate) item: String,
    pub(crate) zh: String,
    pub(crate) en: String,
    pub(crate) adds_zh: String,
    pub(crate) adds_en: String,
}
