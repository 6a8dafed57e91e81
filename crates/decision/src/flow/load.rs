//! Where the reader of a flow file stands: it finds features, checks words, and names file, line and rule of a fault.

use toml::Spanned;

use super::limit::{Term, Terms};
use super::text::{ReasonText, TermText};
use super::{FlowError, Refusal};
use crate::feature::FeatureSet;
use crate::model::Words;

/// The place in a file while it is compiled.
pub(crate) struct Here<'a> {
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
    pub(crate) set: &'a FeatureSet,
    /// Features the flow looks at, in order of first use.
    pub(crate) used: Vec<usize>,
}

impl Here<'_> {
    /// A fault at a byte of the file.
    pub(crate) fn at(&self, byte: usize, rule: &str, problem: String) -> FlowError {
        let line = 1 + self.text[..self.text.floor_char_boundary(byte)].matches('\n').count();
        FlowError { file: self.file.to_owned(), line, rule: rule.to_owned(), problem }
    }

    /// A fault of the file as a whole.
    pub(crate) fn whole(&self, problem: String) -> FlowError {
        FlowError { file: self.file.to_owned(), line: 1, rule: String::new(), problem }
    }

    /// The position of a feature, noted as used.
    pub(crate) fn feature(&mut self, name: &Spanned<String>) -> Result<usize, FlowError> {
        let feature = self.set.position(name.get_ref()).ok_or_else(|| {
            self.at(name.span().start, name.get_ref(), "there is no such feature".to_owned())
        })?;
        self.note(feature);
        Ok(feature)
    }

    /// Notes that the flow looks at a feature.
    pub(crate) fn note(&mut self, feature: usize) {
        if !self.used.contains(&feature) {
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
