//! A model's file as it is written.

use jq_decision::flow::{Audience, ConditionText};
use serde::Deserialize;
use toml::Spanned;

use crate::model::Level;

/// Characters of an id and of a version at most.
const NAME_CHARS_MAX: usize = 40;
/// Characters of a sentence at most.
const TEXT_CHARS_MAX: usize = 600;

/// One file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ModelText {
    pub(super) id: String,
    pub(super) version: String,
    pub(super) zh: String,
    pub(super) en: String,
    pub(super) level: Level,
    pub(super) audience: Audience,
    pub(super) when: Vec<ConditionText>,
    pub(super) happened_zh: String,
    pub(super) happened_en: String,
    pub(super) advice_zh: String,
    pub(super) advice_en: String,
    pub(super) limits_zh: String,
    pub(super) limits_en: String,
    pub(super) quiet_after: u32,
    pub(super) quiet_below: f64,
    #[serde(default)]
    pub(super) case: Vec<CaseText>,
}

/// A case: what was known at the last look, what is known now, and whether a warning rises. What is not named is missing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CaseText {
    pub(super) name: Spanned<String>,
    #[serde(default)]
    pub(super) before: std::collections::BTreeMap<String, f64>,
    #[serde(default)]
    pub(super) now: std::collections::BTreeMap<String, f64>,
    pub(super) rises: bool,
}

impl ModelText {
    /// What is wrong with the file as a whole.
    pub(super) fn check(&self) -> Result<(), String> {
        let is_name = |text: &str| {
            (1..=NAME_CHARS_MAX).contains(&text.len())
                && text.bytes().all(|sign| sign.is_ascii_alphanumeric() || b"_-.".contains(&sign))
        };
        if !is_name(&self.id) || !is_name(&self.version) {
            return Err(format!("id and version have 1 to {NAME_CHARS_MAX} letters, digits, _ - or ."));
        }
        let texts = [
            ("zh", &self.zh),
            ("en", &self.en),
            ("happened_zh", &self.happened_zh),
            ("happened_en", &self.happened_en),
            ("advice_zh", &self.advice_zh),
            ("advice_en", &self.advice_en),
            ("limits_zh", &self.limits_zh),
            ("limits_en", &self.limits_en),
        ];
        let fits = |text: &str| !text.trim().is_empty() && text.chars().count() <= TEXT_CHARS_MAX;
        if let Some((name, _)) = texts.iter().find(|(_, text)| !fits(text)) {
            return Err(format!("{name} has 1 to {TEXT_CHARS_MAX} characters"));
        }
        if self.when.is_empty() {
            return Err("when has at least one condition".to_owned());
        }
        if self.quiet_after == 0 {
            return Err("quiet_after is 1 or more".to_owned());
        }
        if !(0.0..=1.0).contains(&self.quiet_below) {
            return Err("quiet_below is a share from 0 to 1".to_owned());
        }
        let rising = self.case.iter().filter(|case| case.rises).count();
        if rising == 0 || rising == self.case.len() {
            return Err("there is a case that rises and one that does not".to_owned());
        }
        Ok(())
    }
}
