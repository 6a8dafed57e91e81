//! Decision flows: a bank's model as a file that business people read, checked when loaded and compiled once.

mod admission;
mod bands;
mod case;
mod condition;
mod derive;
mod evaluate;
mod formula;
mod grade;
mod improve;
mod limit;
mod load;
mod missing;
mod rank;
mod ruleset;
mod scorecard;
mod table;
pub(crate) mod text;
mod values;

use thiserror::Error;
use toml::Spanned;

pub use case::{Case, CaseError};
pub use condition::{ConditionFault, ConditionText, Conditions};
pub use evaluate::{Quick, evaluate, evaluate_fast};
pub(crate) use limit::Answer;
pub(crate) use load::Here;
pub use text::{Audience, Stage};
pub(crate) use values::Values;

use self::admission::Admission;
use self::derive::Derived;
use self::grade::Grade;
use self::improve::Improve;
use self::missing::Sources;
use self::rank::Rank;
use self::ruleset::Ruleset;
use self::scorecard::Scorecard;
use self::table::Table;
use self::text::FlowText;
use crate::content::Content;
use crate::farm::FarmModel;
use crate::feature::{Feature, FeatureSet};
use crate::model::{Term, Words};
use crate::trace::Sink;

/// A flow file that cannot be used, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file}:{line}: {rule}: {problem}")]
pub struct FlowError {
    /// File name below the decisions folder.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// The rule, bin, band, row or case.
    pub rule: String,
    /// What is wrong.
    pub problem: String,
}

/// A refusal with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: String,
    pub(crate) rule: String,
    pub(crate) words: Words,
}

impl Refusal {
    pub(crate) fn tell<S: Sink>(&self, sink: &mut S) {
        sink.reason(&self.code, &self.rule, &self.words);
    }
}

/// What a flow is: its bank and product.
#[derive(Debug, Clone, PartialEq)]
pub struct About {
    /// Flow id.
    pub id: String,
    /// Version of the flow's text, kept with every decision.
    pub version: String,
    /// When it is asked.
    pub stage: Stage,
    /// Whom it answers.
    pub audience: Audience,
    /// The bank's id, `bank01`.
    pub bank_id: String,
    /// The bank's name.
    pub bank: Words,
    /// The product's id.
    pub product_id: String,
    /// The product's name.
    pub product: Words,
    /// Of a flow for a kind of products: how the shelf is asked for them, `security=credit`; else empty.
    pub shelf: String,
    /// Term and repayment.
    pub term: Term,
    /// Beside which flow it is tried, if it is.
    pub trial: Option<Trial>,
}

impl About {
    /// The product id of a flow that is asked for any product.
    pub const ANY_PRODUCT: &'static str = "any";

    /// True when the flow is for this product, or for any.
    pub fn is_for(&self, product_id: &str) -> bool {
        self.product_id == product_id || self.product_id == Self::ANY_PRODUCT
    }
}

/// A challenger's part (挑战者): it answers in place of the champion for some of the subjects, always the same ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The champion (冠军).
    pub of: String,
    /// For how many in a hundred subjects, 1 to 99.
    pub percent: u32,
}

/// A flow, checked and indexed.
#[derive(Debug, Clone)]
pub struct CompiledFlow {
    about: About,
    not_applicable: Refusal,
    derived: Derived,
    admission: Admission,
    body: Body,
    improve: Vec<Improve>,
    sources: Sources,
    /// Features it looks at, by position.
    inputs: Vec<usize>,
    cases: Vec<Case>,
    lpr: crate::lpr::Lpr,
    feature_version: String,
}

#[derive(Debug, Clone)]
enum Body {
    /// Admission and no more.
    Rules,
    Rank(Rank),
    Lends(Box<Lends>),
}

/// A model that gives a limit, and the bounds of its product.
#[derive(Debug, Clone)]
struct Lends {
    model: Model,
    bounds: Bounds,
    /// What is done to the model's answer.
    ruleset: Ruleset,
}

/// Between which limits a product lies, and what is said where there is none.
#[derive(Debug, Clone)]
struct Bounds {
    cap_fen: i64,
    floor_fen: i64,
    too_small: Refusal,
    no_basis: Refusal,
}

#[derive(Debug, Clone)]
enum Model {
    Scorecard(Scorecard),
    Table(Table),
    Farm(Box<FarmModel>),
    Grade(Grade),
}

impl CompiledFlow {
    /// Reads one flow file; `file` is its name, for faults.
    pub fn load(file: &str, text: &str, content: &Content) -> Result<Self, FlowError> {
        let mut here = Here::new(file, text, content.features());
        let flow: FlowText = toml::from_str(text).map_err(|error| {
            here.at(error.span().map_or(0, |span| span.start), "form", error.message().to_owned())
        })?;
        let derived = Derived::compile(&flow.derive, content, &mut here)?;
        let about = about(&flow, &here)?;
        let admission = Admission::compile(content.common(), &flow.rule, &mut here)?;
        let body = body(&flow, content, &mut here)?;
        let improve = Improve::compile(&flow.improve, &mut here)?;
        let sources = Sources::compile(content, &here)?;
        let cases = Case::compile(&flow.case, &here)?;
        Ok(Self {
            not_applicable: here.refusal("audience", &flow.not_applicable)?,
            about,
            derived,
            admission,
            body,
            improve,
            sources,
            inputs: here.used,
            cases,
            lpr: content.lpr().clone(),
            feature_version: content.features().version().to_owned(),
        })
    }

    /// The flow's id.
    pub fn id(&self) -> &str {
        &self.about.id
    }

    /// The flow's version.
    pub fn version(&self) -> &str {
        &self.about.version
    }

    /// Bank and product.
    pub fn about(&self) -> &About {
        &self.about
    }

    /// What kind of model it is: `rules`, `rank`, `scorecard`, `table`, `farm` or `grade`.
    pub fn kind(&self) -> &'static str {
        match &self.body {
            Body::Rules => "rules",
            Body::Rank(_) => "rank",
            Body::Lends(lends) => match lends.model {
                Model::Scorecard(_) => "scorecard",
                Model::Table(_) => "table",
                Model::Farm(_) => "farm",
                Model::Grade(_) => "grade",
            },
        }
    }

    /// The features it looks at, in order of first use, names of derived values left out.
    pub fn inputs_in<'a>(&'a self, set: &'a FeatureSet) -> impl Iterator<Item = &'a Feature> {
        self.inputs.iter().map(|input| &set.features()[*input])
    }

    /// Positions of the features it looks at.
    pub(crate) fn inputs(&self) -> &[usize] {
        &self.inputs
    }

    /// The cases that stand beside the flow.
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// Version of the feature set the flow was compiled for; a vector of another version is refused.
    pub fn feature_version(&self) -> &str {
        &self.feature_version
    }
}

fn about(flow: &FlowText, here: &Here<'_>) -> Result<About, FlowError> {
    /// A loan may not run past the borrower's seventieth year, and the oldest admitted is sixty-five.
    const MONTHS_MAX: u32 = 60;
    let fail = |problem: &str| here.at(flow.id.span().start, flow.id.get_ref(), problem.to_owned());
    let words = |zh: &str, en: &str| Words { zh: zh.to_owned(), en: en.to_owned() };
    let product = &flow.product;
    let repayment = words(&product.repayment_zh, &product.repayment_en);
    let about = About {
        id: flow.id.get_ref().clone(),
        version: version(&flow.version, here),
        stage: flow.stage,
        audience: flow.audience,
        bank_id: flow.bank.id.clone(),
        bank: words(&flow.bank.zh, &flow.bank.en),
        product_id: product.id.clone(),
        product: words(&product.zh, &product.en),
        shelf: product.shelf.clone(),
        term: Term { months_min: product.months_min, months_max: product.months_max, repayment },
        trial: flow.trial.as_ref().map(|trial| trial_of(trial, here)).transpose()?,
    };
    if [&about.bank, &about.product, &about.term.repayment].into_iter().any(Words::is_incomplete) {
        return Err(fail("bank, product and repayment need a name in both languages"));
    }
    if product.months_min == 0 || product.months_min > product.months_max || product.months_max > MONTHS_MAX {
        return Err(fail("the term must be 1 to 60 months, shortest first"));
    }
    Ok(about)
}

fn trial_of(trial: &text::TrialText, here: &Here<'_>) -> Result<Trial, FlowError> {
    let (of, byte) = named(&trial.of);
    if !(1..=99).contains(&trial.percent) {
        return Err(here.at(byte, of, "a challenger answers 1 to 99 of a hundred subjects".to_owned()));
    }
    Ok(Trial { of: of.to_owned(), percent: trial.percent })
}

/// What the author calls the version, and the digest of the file and of the models and flows that it uses.
fn version(named: &str, here: &Here<'_>) -> String {
    let mut digest = jq_base::sm3::Hasher::new();
    digest.update(here.text.as_bytes());
    for model in &here.models {
        digest.update(model.as_bytes());
    }
    format!("{named}+{}", &digest.finish_hex()[..12])
}

fn body(flow: &FlowText, content: &Content, here: &mut Here<'_>) -> Result<Body, FlowError> {
    let model = match (&flow.scorecard, &flow.table, &flow.farm, &flow.grade) {
        (None, None, None, None) => None,
        (Some(card), None, None, None) => Some(Model::Scorecard(Scorecard::compile(card, here)?)),
        (None, Some(table), None, None) => Some(Model::Table(Table::compile(table, here)?)),
        (None, None, Some(farm), None) => {
            Some(Model::Farm(Box::new(FarmModel::compile(farm, content.coefficients(), here)?)))
        }
        (None, None, None, Some(grade)) => Some(Model::Grade(Grade::compile(grade, here)?)),
        _ => return Err(here.whole("a flow has exactly one of scorecard, table, farm and grade".to_owned())),
    };
    let stage = flow.stage;
    let lends = model.is_some() || flow.limit.is_some() || !flow.adjust.is_empty();
    match (model, &flow.limit, &flow.rank) {
        (Some(model), Some(limit), None) if stage.lends() => {
            let (bounds, ruleset) = (Bounds::compile(limit, here)?, Ruleset::compile(&flow.adjust, here)?);
            Ok(Body::Lends(Box::new(Lends { model, bounds, ruleset })))
        }
        (None, _, None) if stage == Stage::Admission && !lends => Ok(Body::Rules),
        (None, _, Some(rank)) if stage == Stage::Matching && !lends => {
            Rank::compile(rank, here).map(Body::Rank)
        }
        _ => Err(here.whole(match stage {
            Stage::Admission => "a flow for admission has rules only".to_owned(),
            Stage::Matching => "a flow for matching has rules and a rank only".to_owned(),
            Stage::PreCredit | Stage::Renewal => {
                "a flow that lends has a limit and exactly one of scorecard, table, farm and grade".to_owned()
            }
        })),
    }
}

impl Bounds {
    fn compile(limit: &text::LimitText, here: &Here<'_>) -> Result<Self, FlowError> {
        if limit.floor_yuan <= 0 || limit.floor_yuan > limit.cap_yuan {
            let byte = limit.too_small.code.span().start;
            let problem = "the lowest limit must be above zero and below the highest";
            return Err(here.at(byte, "limit", problem.to_owned()));
        }
        Ok(Self {
            cap_fen: limit.cap_yuan * 100,
            floor_fen: limit.floor_yuan * 100,
            too_small: here.refusal("limit", &limit.too_small)?,
            no_basis: here.refusal("limit", &limit.no_basis)?,
        })
    }
}

/// The spelled name and the byte where it stands.
pub(crate) fn named(name: &Spanned<String>) -> (&str, usize) {
    (name.get_ref(), name.span().start)
}
