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
mod ruleset;
mod scorecard;
mod table;
pub(crate) mod text;
mod values;

use thiserror::Error;
use toml::Spanned;

pub use case::{Case, CaseError};
pub use evaluate::{Quick, evaluate, evaluate_fast};
pub(crate) use limit::Answer;
pub(crate) use load::Here;
pub use text::Audience;
pub(crate) use values::Values;

use self::admission::Admission;
use self::derive::Derived;
use self::grade::Grade;
use self::improve::Improve;
use self::missing::Sources;
use self::ruleset::Ruleset;
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
    derived: Derived,
    admission: Admission,
    body: Body,
    ruleset: Ruleset,
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
        let ruleset = Ruleset::compile(&flow.adjust, &mut here)?;
        let improve = Improve::compile(&flow.improve, &mut here)?;
        let sources = Sources::compile(content, &here)?;
        let cases = Case::compile(&flow.case, &here)?;
        Ok(Self {
            not_applicable: here.refusal("audience", &flow.not_applicable)?,
            too_small: here.refusal("limit", &flow.limit.too_small)?,
            no_basis: here.refusal("limit", &flow.limit.no_basis)?,
            about,
            derived,
            admission,
            body,
            ruleset,
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

    /// What kind of model it is: `scorecard`, `table`, `farm` or `grade`.
    pub fn kind(&self) -> &'static str {
        match self.body {
            Body::Scorecard(_) => "scorecard",
            Body::Table(_) => "table",
            Body::Farm(_) => "farm",
            Body::Grade(_) => "grade",
        }
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

/// What the author calls the version, and the digest of the file and of the models that it uses.
fn version(named: &str, here: &Here<'_>) -> String {
    let mut digest = jq_base::sm3::Hasher::new();
    digest.update(here.text.as_bytes());
    for model in &here.models {
        digest.update(model.as_bytes());
    }
    format!("{named}+{}", &digest.finish_hex()[..12])
}

fn body(flow: &FlowText, content: &Content, here: &mut Here<'_>) -> Result<Body, FlowError> {
    match (&flow.scorecard, &flow.table, &flow.farm, &flow.grade) {
        (Some(card), None, None, None) => Scorecard::compile(card, here).map(Body::Scorecard),
        (None, Some(table), None, None) => Table::compile(table, here).map(Body::Table),
        (None, None, Some(farm), None) => {
            FarmModel::compile(farm, content.coefficients(), here).map(|model| Body::Farm(Box::new(model)))
        }
        (None, None, None, Some(grade)) => Grade::compile(grade, here).map(Body::Grade),
        _ => Err(here.whole("a flow has exactly one of scorecard, table, farm and grade".to_owned())),
    }
}

/// The spelled name and the byte where it stands.
pub(crate) fn named(name: &Spanned<String>) -> (&str, usize) {
    (name.get_ref(), name.span().start)
}
