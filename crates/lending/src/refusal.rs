//! Why banks refuse: coded reasons in the firm's words, and what a reason text must say.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jq_base::lang::Lang;
use serde::{Deserialize, Serialize};

use crate::{FieldError, FieldRule};

/// The reasons built into the program.
const EMBEDDED: &str = include_str!("../../../lending/refusal.toml");
/// Characters that the answer to an appeal has at least.
const ANSWER_MIN: usize = 10;
/// The longest reason text, in characters.
const TEXT_MAX: usize = 500;

/// Why a bank does not go on with an order (拒贷原因).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The reason's code, such as `R08`.
    pub code: String,
    /// What the bank says about it, for the firm to read.
    pub text: String,
}

/// A coded reason.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Its code.
    pub code: String,
    /// What it means, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
    /// What the firm can do next, in Chinese.
    pub next_zh: String,
    /// The same in English.
    pub next_en: String,
    /// How many characters the bank's own text has at least.
    pub text_min: usize,
    /// Whether it counts against the bank's approval rate.
    #[serde(default = "yes")]
    pub counts: bool,
}

impl Reason {
    /// What it means.
    pub fn text(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }

    /// What the firm can do next.
    pub fn next(&self, lang: Lang) -> &str {
        lang.pick(&self.next_zh, &self.next_en)
    }
}

fn yes() -> bool {
    true
}

/// The list of reasons cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RefusalError {
    /// Not the expected TOML.
    #[error("lending/refusal.toml cannot be read")]
    Shape(#[from] toml::de::Error),
    /// A code stands there twice.
    #[error("refusal reason {0} is listed twice")]
    Twice(String),
    /// A text is missing.
    #[error("refusal reason {0} lacks a text in one of the languages")]
    Unsaid(String),
    /// The file in the data folder cannot be read.
    #[error("cannot read {0}")]
    Read(PathBuf, #[source] std::io::Error),
}

/// All reasons, by code.
#[derive(Clone, Debug)]
pub struct RefusalReasons {
    reasons: BTreeMap<String, Reason>,
    empty_words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Phrases that alone explain nothing.
    empty_words: Vec<String>,
    reason: Vec<Reason>,
}

impl RefusalReasons {
    /// The reasons built into the program.
    pub fn embedded() -> Result<Self, RefusalError> {
        Self::parse(EMBEDDED)
    }

    /// The reasons of the last data folder that has `lending/refusal.toml`, or the built-in ones.
    pub fn load(folders: &[&Path]) -> Result<Self, RefusalError> {
        let files = folders.iter().rev().map(|folder| folder.join("lending/refusal.toml"));
        match files.into_iter().find(|file| file.is_file()) {
            Some(file) => match std::fs::read_to_string(&file) {
                Ok(text) => Self::parse(&text),
                Err(source) => Err(RefusalError::Read(file, source)),
            },
            None => Self::embedded(),
        }
    }

    /// Reads a list.
    pub fn parse(text: &str) -> Result<Self, RefusalError> {
        let file: File = toml::from_str(text)?;
        let mut reasons = BTreeMap::new();
        for reason in file.reason {
            let said = [&reason.zh, &reason.en, &reason.next_zh, &reason.next_en];
            if said.iter().any(|text| text.trim().is_empty()) {
                return Err(RefusalError::Unsaid(reason.code));
            }
            if let Some(twice) = reasons.insert(reason.code.clone(), reason) {
                return Err(RefusalError::Twice(twice.code));
            }
        }
        Ok(Self { reasons, empty_words: file.empty_words })
    }

    /// Every reason, by code.
    pub fn list(&self) -> impl Iterator<Item = &Reason> {
        self.reasons.values()
    }

    /// The reason with that code.
    pub fn find(&self, code: &str) -> Option<&Reason> {
        self.reasons.get(code)
    }

    /// The refusal with its text tidied, when it says enough: a known code, the text as long as that code wants,
    /// and more than a phrase that explains nothing.
    pub fn check(&self, refusal: &Refusal) -> Result<Refusal, FieldError> {
        let reason = self.find(refusal.code.trim()).ok_or(FieldError::new("code", FieldRule::Unknown))?;
        let text = refusal.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let wrong = |rule| Err(FieldError::new("text", rule));
        let said = self.said(&text);
        if said == 0 && !text.is_empty() {
            return wrong(FieldRule::SaysNothing);
        }
        if text.chars().count() < reason.text_min {
            return wrong(FieldRule::TooShort { min: reason.text_min });
        }
        if text.chars().count() > TEXT_MAX {
            return wrong(FieldRule::TooLong { max: TEXT_MAX });
        }
        if said < reason.text_min / 2 {
            return wrong(FieldRule::SaysNothing);
        }
        Ok(Refusal { code: reason.code.clone(), text })
    }

    /// Whether a text that the firm reads says something: why a refusal stands.
    pub fn check_text(&self, text: &str) -> Result<(), FieldError> {
        let wrong = |rule| Err(FieldError::new("note", rule));
        let text = text.trim();
        match self.said(text) {
            _ if text.chars().count() < ANSWER_MIN => wrong(FieldRule::TooShort { min: ANSWER_MIN }),
            said if said < ANSWER_MIN / 2 => wrong(FieldRule::SaysNothing),
            _ => Ok(()),
        }
    }

    /// How many different letters are left without the phrases that explain nothing.
    fn said(&self, text: &str) -> usize {
        let mut rest = text.to_lowercase();
        for word in &self.empty_words {
            rest = rest.replace(&word.to_lowercase(), "");
        }
        rest.chars().filter(|c| c.is_alphanumeric()).collect::<std::collections::BTreeSet<_>>().len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &str, text: &str) -> Result<Refusal, FieldRule> {
        let refusal = Refusal { code: code.to_owned(), text: text.to_owned() };
        RefusalReasons::embedded().unwrap().check(&refusal).map_err(|error| error.rule)
    }

    #[test]
    fn every_reason_of_the_list_is_there() {
        let reasons = RefusalReasons::embedded().unwrap();
        let codes: Vec<_> = reasons.list().map(|reason| reason.code.as_str()).collect();
        let expected: Vec<_> = (1..=15).map(|n| format!("R{n:02}")).chain(["R99".to_owned()]).collect();
        assert_eq!(codes, expected);
        assert!(!reasons.find("R13").unwrap().counts);
    }

    #[test]
    fn a_reason_says_something_in_ten_characters_at_least() {
        assert!(check("R08", "近一年经营现金流不足以覆盖新增本息").is_ok());
        assert_eq!(check("R08", "现金流不足"), Err(FieldRule::TooShort { min: 10 }));
        assert_eq!(check("R08", ""), Err(FieldRule::TooShort { min: 10 }));
        assert_eq!(check("R00", "近一年经营现金流不足以覆盖新增本息"), Err(FieldRule::Unknown));
    }

    #[test]
    fn a_phrase_alone_is_no_reason() {
        assert_eq!(check("R08", "综合评分不足"), Err(FieldRule::SaysNothing));
        assert_eq!(check("R08", "综合评分不足，综合评分不足。"), Err(FieldRule::SaysNothing));
        assert_eq!(check("R08", "因综合评分不足拒绝!!!!"), Err(FieldRule::SaysNothing));
        assert_eq!(check("R08", "。。。。。。。。。。。。"), Err(FieldRule::SaysNothing));
        assert_eq!(check("R08", "哈哈哈哈哈哈哈哈哈哈哈哈"), Err(FieldRule::SaysNothing));
    }

    #[test]
    fn another_reason_is_explained_at_length() {
        assert_eq!(check("R99", "经营场所将于近期拆迁，影响还款"), Err(FieldRule::TooShort { min: 30 }));
        assert!(
            check(
                "R99",
                "企业经营场所位于征收范围内，预计年内搬迁，搬迁后的经营安排尚未确定，请确定后再申请"
            )
            .is_ok()
        );
    }
}
