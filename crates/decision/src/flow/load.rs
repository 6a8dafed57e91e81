//! Where the reader of a flow file stands: it finds features, checks words, and names file, line and rule of a fault.

use std::sync::Arc;

use toml::Spanned;

use super::formula::Formula;
use super::limit::{Term, Terms};
use super::text::{ReasonText, TermText};
use super::{CompiledFlow, FlowError, Refusal};
use crate::content::Content;
use crate::feature::FeatureSet;
use crate::model::Words;
use crate::score::ScoreModel;

/// The place in a file while it is compiled.
pub(crate) struct Here<'a> {
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
    pub(crate) set: &'a FeatureSet,
    /// Features the flow looks at, in order of first use.
    pub(crate) used: Vec<usize>,
    /// Names of the values derived so far; they stand behind the features.
    pub(crate) derived: Vec<String>,
    /// Versions of the models and flows it uses.
    pub(crate) models: Vec<String>,
}

impl<'a> Here<'a> {
    pub(crate) fn new(file: &'a str, text: &'a str, set: &'a FeatureSet) -> Self {
        Self { file, text, set, used: Vec::new(), derived: Vec::new(), models: Vec::new() }
    }

    /// Where a feature or derived value stands.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        let derived = || Some(self.set.len() + self.derived.iter().position(|known| known == name)?);
        self.set.position(name).or_else(derived)
    }

    /// A formula of the file.
    pub(crate) fn formula(&mut self, rule: &str, text: &Spanned<String>) -> Result<Formula, FlowError> {
        let mut found = Vec::new();
        let compiled = Formula::compile(text.get_ref(), |name| {
            let position = self.position(name);
            found.extend(position);
            position
        });
        for position in found {
            self.note(position);
        }
        // The span begins at the quotation mark.
        compiled.map_err(|error| self.at(text.span().start + 1 + error.byte, rule, error.problem))
    }

    /// A model that the flow uses; its features are the flow's.
    pub(crate) fn model(
        &mut self,
        content: &Content,
        rule: &str,
        id: &Spanned<String>,
    ) -> Result<Arc<ScoreModel>, FlowError> {
        let Some(model) = content.model(id.get_ref()) else {
            let problem = format!("there is no model {}", id.get_ref());
            return Err(self.at(id.span().start, rule, problem));
        };
        for input in model.inputs() {
            self.note(*input);
        }
        self.models.push(format!("{} {}", model.id(), model.version()));
        Ok(Arc::clone(model))
    }

    /// Another flow that this one asks; what it looks at this one does.
    pub(crate) fn flow(
        &mut self,
        content: &Content,
        rule: &str,
        id: &Spanned<String>,
    ) -> Result<Arc<CompiledFlow>, FlowError> {
        let Some(flow) = content.flow(id.get_ref()) else {
            let problem = format!("there is no flow {} that does not ask this one", id.get_ref());
            return Err(self.at(id.span().start, rule, problem));
        };
        for input in flow.inputs() {
            self.note(*input);
        }
        self.models.push(format!("{} {}", flow.id(), flow.version()));
        Ok(Arc::clone(flow))
    }

    /// A fault at a byte of the file.
    pub(crate) fn at(&self, byte: usize, rule: &str, problem: String) -> FlowError {
        let line = 1 + self.text[..self.text.floor_char_boundary(byte)].matches('\n').count();
        FlowError { file: self.file.to_owned(), line, rule: rule.to_owned(), problem }
    }

    /// A fault of the file as a whole.
    pub(crate) fn whole(&self, problem: String) -> FlowError {
        FlowError { file: self.file.to_owned(), line: 1, rule: String::new(), problem }
    }

    /// The position of a feature or derived value, noted as used.
    pub(crate) fn feature(&mut self, name: &Spanned<String>) -> Result<usize, FlowError> {
        let feature = self.position(name.get_ref()).ok_or_else(|| {
            self.at(name.span().start, name.get_ref(), "there is no such feature".to_owned())
        })?;
        self.note(feature);
        Ok(feature)
    }

    /// Notes that the flow looks at a feature.
    pub(crate) fn note(&mut self, feature: usize) {
        if feature < self.set.len() && !self.used.contains(&feature) {
            self.used.push(feature);
        }
    }

    /// A refusal with its words checked: a known code, both languages, no figures.
    pub(crate) fn refusal(&self, rule: &str, reason: &ReasonText) -> Result<Refusal, FlowError> {
        let byte = reason.code.span().start;
        let code = reason.code.get_ref();
        let known =
            code.strip_prefix('R').and_then(|n| n.parse::<u8>().ok()).is_some_and(|n| (1..=15).contains(&n));
        if !known || code.len() != 3 {
            return Err(self.at(byte, rule, format!("{code} is no refusal code (R01 to R15)")));
        }
        let words = self.words(byte, rule, &reason.words())?;
        Ok(Refusal { code: code.clone(), rule: rule.to_owned(), words })
    }

    /// Words for the firm: both languages, and no figure that could be a threshold.
    pub(crate) fn words(&self, byte: usize, rule: &str, words: &Words) -> Result<Words, FlowError> {
        if words.is_incomplete() {
            return Err(self.at(byte, rule, "the text is missing in one language".to_owned()));
        }
        if words.zh.chars().chain(words.en.chars()).any(|c| c.is_ascii_digit()) {
            return Err(self.at(byte, rule, "a text for the firm names no figures".to_owned()));
        }
        Ok(words.clone())
    }

    /// Terms of a limit.
    pub(crate) fn terms(&mut self, terms: &[TermText]) -> Result<Terms, FlowError> {
        let mut out = Vec::with_capacity(terms.len());
        for term in terms {
            let feature = self.feature(&term.feature)?;
            if !term.factor.is_finite() || term.factor <= 0.0 {
                let name = term.feature.get_ref();
                return Err(self.at(
                    term.feature.span().start,
                    name,
                    "the factor must be above zero".to_owned(),
                ));
            }
            out.push(Term {
                feature,
                name: term.feature.get_ref().clone(),
                factor: term.factor,
                up_to: term.up_to.unwrap_or(f64::INFINITY),
            });
        }
        Ok(Terms(out))
    }
}
