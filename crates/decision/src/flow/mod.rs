//! Decision flows: a bank's model as a file that business people read, checked when loaded and compiled once.

mod admission;
mod case;
mod condition;
mod evaluate;
mod improve;
mod limit;
mod load;
mod missing;
mod scorecard;
mod table;
pub(crate) mod text;

use thiserror::Error;
use toml::Spanned;

pub use case::{Case, CaseError};
pub use evaluate::{Quick, evaluate, evaluate_fast};
pub(crate) use limit::Answer;
pub(crate) use load::Here;
pub use text::Audience;

use self::admission::Admission;
use self::improve::Improve;
use self::missing::Sources;
use self::scorecard::Scorecard;
use self::table::Table;
use self::text::FlowText;
use crate::content::Content;
use crate::farm::FarmModel;
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
    /// Term and repayment.
    pub term: Term,
    /// Highest limit of the product in fen.
    pub cap_fen: i64,
    /// Lowest limit of the product in fen.
    pub floor_fen: i64,
}

/// A flow, checked and indexed.
#[derive(Debug, Clone)]
pub struct CompiledFlow {
    about: About,
    not_applicable: Refusal,
    too_small: Refusal,
    no_basis: Refusal,
    admission: Admission,
    body: Body,
    improve: Vec<Improve>,
    sources: Sources,
    cases: Vec<Case>,
    lpr: crate::lpr::Lpr,
    feature_version: String,
}

#[derive(Debug, Clone)]
enum Body {
    Scorecard(Scorecard),
    Table(Table),
    Farm(Box<FarmModel>),
}

impl CompiledFlow {
    /// Reads one flow file; `file` is its name, for faults.
    pub fn load(file: &str, text: &str, content: &Content) -> Result<Self, FlowError> {
        let mut here = Here { file, text, set: content.features(), used: Vec::new() };
        let flow: FlowText = toml::from_str(text).map_err(|error| {
            here.at(error.span().map_or(0, |span| span.start), "form", error.message().to_owned())
        })?;
        let about = about(&flow, &here)?;
        let admission = Admission::compile(content.common(), &flow.rule, &mut here)?;
        let body = body(&flow, content, &mut here)?;
        let improve = Improve::compile(&flow.improve, &mut here)?;
        let sources = Sources::compile(content, &here)?;
        let cases = Case::compile(&flow.case, &here)?;
        Ok(Self {
            not_applicable: here.refusal("audience", &flow.not_applicable)?,
            too_small: here.refusal("limit", &flow.limit.too_small)?,
            no_basis: here.refusal("limit", &flow.limit.no_basis)?,
            about,
            admission,
            body,
            improve,
            sources,
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
        version: format!("{}+{}", flow.version, &jq_base::sm3::hex(here.text.as_bytes())[..12]),
        audience: flow.audience,
        bank_id: flow.bank.id.clone(),
        bank: words(&flow.bank.zh, &flow.bank.en),
        product_id: product.id.clone(),
        product: words(&product.zh, &product.en),
        term: Term { months_min: product.months_min, months_max: product.months_max, repayment },
        cap_fen: flow.limit.cap_yuan * 100,
        floor_fen: flow.limit.floor_yuan * 100,
    };
    if [&about.bank, &about.product, &about.term.repayment].into_iter().any(Words::is_incomplete) {
        return Err(fail("bank, product and repayment need a name in both languages"));
    }
    if product.months_min == 0 || product.months_min > product.months_max || product.months_max > MONTHS_MAX {
        return Err(fail("the term must be 1 to 60 months, shortest first"));
    }
    if flow.limit.floor_yuan <= 0 || flow.limit.floor_yuan > flow.limit.cap_yuan {
        return Err(fail("the lowest limit must be above zero and below the highest"));
    }
    Ok(about)
}

fn body(flow: &FlowText, content: &Content, here: &mut Here<'_>) -> Result<Body, FlowError> {
    match (&flow.scorecard, &flow.table, &flow.farm) {
        (Some(card), None, None) => Scorecard::compile(card, here).map(Body::Scorecard),
        (None, Some(table), None) => Table::compile(table, here).map(Body::Table),
        (None, None, Some(farm)) => {
            FarmModel::compile(farm, content.coefficients(), here).map(|model| Body::Farm(Box::new(model)))
        }
        _ => Err(here.whole("a flow has exactly one of scorecard, table and farm".to_owned())),
    }
}

/// The spelled name and the byte where it stands.
pub(crate) fn named(name: &Spanned<String>) -> (&str, usize) {
    (name.get_ref(), name.span().start)
}
